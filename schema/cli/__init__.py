"""`graticule`: what a person or a script types, and nothing that does the work.

Data goes to standard output and everything else to standard error, so that a pipe gets the data alone. The commands
are in modules by theme, and are put together here alone.
"""

import sys
from io import TextIOWrapper
from typing import Annotated, Final

import typer

from schema.cli import alone, hosting, remote
from schema.cli.errors import ExitCode, let_go, refusal, say
from schema.cli.terminal import err, out

_HELP: Final = {"help_option_names": ["-h", "--help"]}
_WITHOUT_SERVER: Final = "Without a server"
_ASK: Final = "Ask a server (--server, --token)"
_RUN: Final = "Run a server"

app = typer.Typer(
    name="graticule",
    help="Give it any git URL: live clone progress, then a ranked map of the code within a token budget.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings=_HELP,
)
token_app = typer.Typer(
    name="token", help="Who may use a server that others can reach.", no_args_is_help=True, context_settings=_HELP
)
config_app = typer.Typer(
    name="config", help="What the settings are, and who set them.", no_args_is_help=True, context_settings=_HELP
)

app.command("map", rich_help_panel=_WITHOUT_SERVER)(alone.map_)
app.command("diff", rich_help_panel=_WITHOUT_SERVER)(alone.diff_)
app.command("schema", rich_help_panel=_WITHOUT_SERVER)(alone.schema)
app.command("doctor", rich_help_panel=_WITHOUT_SERVER)(alone.doctor)

app.command("clone", rich_help_panel=_ASK)(remote.clone)
app.command("list", rich_help_panel=_ASK)(remote.list_)
app.command("watch", rich_help_panel=_ASK)(remote.watch)
app.command("refresh", rich_help_panel=_ASK)(remote.refresh)
app.command("cancel", rich_help_panel=_ASK)(remote.cancel)
app.command("rm", rich_help_panel=_ASK)(remote.rm)

app.command("demo", rich_help_panel=_RUN)(hosting.demo)
app.command("serve", rich_help_panel=_RUN)(hosting.serve)
app.command("worker", rich_help_panel=_RUN)(hosting.worker)
app.command("mcp", rich_help_panel=_RUN)(hosting.mcp)
app.command("backup", rich_help_panel=_RUN)(hosting.backup)
app.add_typer(token_app, rich_help_panel=_RUN)
token_app.command("create")(hosting.token_create)
token_app.command("list")(hosting.token_list)
token_app.command("revoke")(hosting.token_revoke)
app.add_typer(config_app, rich_help_panel=_RUN)
config_app.command("show")(hosting.config_show)


def _say_version(*, wanted: bool) -> None:
    if wanted:
        from schema.version import product_version

        out.print(f"graticule {product_version()}")
        raise typer.Exit


@app.callback()
def _graticule(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    del version  # its callback has ended the program


def main() -> None:
    """Run the command line; Ctrl-C ends it with 130 and no traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that cannot show a letter shows its number
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(ExitCode.INTERRUPTED)
    except OSError as error:  # of what is written outside of a command, such as its help
        say(err, refusal(error))
        sys.exit(ExitCode.FAILED)
    finally:
        let_go(sys.stdout, sys.stderr)
