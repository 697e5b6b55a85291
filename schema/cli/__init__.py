"""The commands of `graticule`: what a person or a script types, and nothing that does the work.

A map goes to standard output and everything else to standard error, so that a pipe gets the map alone.
Each command imports what it runs when it runs: `--help` answers in a tenth of the time.
"""

import asyncio
import gc
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from pydantic import ValidationError
from rich.console import Console

from schema.cli.errors import (
    ExitCode,
    PortTakenError,
    ServerUnreachableError,
    let_go,
    refusal,
    say,
    stop,
    wrong_settings,
)
from schema.cli.formats import MapFormat, MapOrder
from schema.cli.scratch import scratch_folder
from schema.cli.source import resolve_source, settings_for
from services.errors import GraticuleError, NotFoundError, UnauthenticatedError
from services.forget import forget_variable, keep_to_ourselves
from services.logs import configure_logging
from services.mapping.views import Focus, OutlineFormat, OutlineOrder, OutlineRequest
from services.settings import Settings, origins
from services.viewers import Scope

if TYPE_CHECKING:
    from schema.cli.serving import Serving

out: Final = Console(highlight=False)
err: Final = Console(stderr=True, highlight=False)

app = typer.Typer(
    name="graticule",
    help="Give it any git URL: live clone progress, then a ranked map of the code within a token budget.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

token_app = typer.Typer(
    name="token",
    help="Who may use a server that others can reach.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(token_app)

config_app = typer.Typer(
    name="config",
    help="What the settings are, and who set them.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(config_app)

Source = Annotated[str, typer.Argument(metavar="PATH|URL", help="A local checkout, or any spelling of a git URL.")]
Tokens = Annotated[int, typer.Option(min=64, max=200_000, help="Budget of the text, never exceeded.")]
Host = Annotated[str | None, typer.Option(help="Address to listen on.")]
Port = Annotated[int | None, typer.Option(min=0, max=65_535, help="Port to listen on; 0 takes a free one.")]
ProbePort = Annotated[int | None, typer.Option(min=0, max=65_535, help="Port for probes and figures; none without.")]
DataDir = Annotated[Path | None, typer.Option(file_okay=False, help="Folder for database, clones and maps.")]

Token = Annotated[
    str | None, typer.Option(envvar="GRATICULE_TOKEN", help="The token to show, if the server wants one.")
]
GRANT_HELP: Final = "Private repositories that it shows: host, host/owner or host/owner/name; * for all. Repeatable."


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


@app.command()
def serve(host: Host = None, port: Port = None, data_dir: DataDir = None) -> None:
    """Start the server alone.

    Example: graticule serve --port 8765 --data-dir ~/maps
    """
    from schema.cli.demo import print_addresses

    with _failures(code=ExitCode.FAILED):
        settings = _settings(host=host, port=port, data_dir=data_dir)
        configure_logging(settings.log_level)
        serving = _load_server(settings)(settings)
        serving.run(on_start=lambda: print_addresses(serving.url, console=err))


@app.command()
def worker(host: Host = None, port: ProbePort = None, data_dir: DataDir = None) -> None:
    """Run jobs for servers elsewhere, which share database, Redis and maps with it.

    Example: graticule worker --data-dir /srv/worker --port 9100
    """
    from schema.cli.working import work

    with _failures(code=ExitCode.FAILED):
        settings = _settings(host=host, port=port, data_dir=data_dir)
        configure_logging(settings.log_level)
        work(settings, probed=port is not None, console=err)


@app.command()
def demo(
    source: Source = ".",
    *,
    once: Annotated[bool, typer.Option("--once", help="End after the map.")] = False,
    tokens: Tokens = 1024,
    host: Host = None,
    port: Port = None,
    data_dir: DataDir = None,
    token: Token = None,
) -> None:
    """Start a server, clone and map a repository through it, and stay up.

    Example: graticule demo https://github.com/pallets/flask --once
    """
    from schema.cli.demo import demonstrate, print_addresses

    with _failures(), scratch_folder("graticule-demo-") as scratch:
        configure_logging("ERROR")
        resolved = resolve_source(source)
        settings = settings_for(resolved, _settings(host=host, port=port, data_dir=data_dir or scratch))
        with _serve_somewhere(settings, port_was_chosen=port is not None) as url:
            asyncio.run(demonstrate(url, resolved, tokens=tokens, token=token, out=out, err=err))
            print_addresses(url, console=err)
            if not once:
                err.print("\nCtrl-C ends the server.", style="dim")
                threading.Event().wait()


@app.command("map")
def map_(
    source: Source = ".",
    *,
    ref: Annotated[str | None, typer.Option(help="Branch, tag or full commit id.")] = None,
    tokens: Tokens = 1024,
    focus: Annotated[str, typer.Option(help="What you work on, in words or names.")] = "",
    diff: Annotated[
        typer.FileText | None,
        typer.Option(
            errors="replace", metavar="FILE", help="A unified diff that you work on or review; - reads it from a pipe."
        ),
    ] = None,
    output: Annotated[MapFormat, typer.Option("--format", help="How the map is written.")] = MapFormat.TEXT,
    order: Annotated[MapOrder, typer.Option(help="How its files are sorted.")] = MapOrder.RANK,
    line_numbers: Annotated[bool, typer.Option(help="Whether each symbol has its line number before it.")] = True,
) -> None:
    """Print the map of a repository without a server.

    Example: git diff | graticule map . --tokens 2000 --diff -
    """
    from schema.cli.local import map_without_server
    from schema.cli.source import read_diff

    with _failures():
        configure_logging("ERROR")
        resolved = resolve_source(source)
        settings = settings_for(resolved, _settings())
        request = OutlineRequest(
            tokens=tokens,
            focus=Focus(text=focus, diff=read_diff(diff)),
            format=OutlineFormat.MARKDOWN if output is MapFormat.MARKDOWN else OutlineFormat.TEXT,
            order=OutlineOrder(order.name),
            line_numbers=line_numbers,
        )
        text = asyncio.run(
            map_without_server(resolved, ref=ref, request=request, output=output, settings=settings, err=err)
        )
        out.print(text, markup=False, highlight=False, soft_wrap=True, end="")


@app.command("diff")
def diff_(
    source: Source,
    base: Annotated[
        str, typer.Argument(metavar="BASE", help="What to compare with: a branch, a tag or a full commit id.")
    ],
    head: Annotated[
        str | None, typer.Argument(metavar="HEAD", help="The newer side; none: the default branch.")
    ] = None,
    *,
    tokens: Tokens = 2000,
    output: Annotated[
        MapFormat, typer.Option("--format", help="How it is written; the fence of md is not counted.")
    ] = MapFormat.TEXT,
) -> None:
    """Print what differs between two commits of a repository, without a server.

    Example: graticule diff pallets/flask 3.0.0 3.1.0 --tokens 4000
    """
    from schema.cli.local import diff_without_server
    from services.mapping.change_views import DiffRequest

    with _failures():
        configure_logging("ERROR")
        resolved = resolve_source(source)
        settings = settings_for(resolved, _settings())
        request = DiffRequest(tokens=tokens)
        compare = diff_without_server(
            resolved, base=base, head=head, request=request, output=output, settings=settings, err=err
        )
        out.print(asyncio.run(compare), markup=False, highlight=False, soft_wrap=True, end="")


@app.command()
def watch(
    url: Annotated[str, typer.Argument(help="A repository that the server knows, in any spelling.")],
    *,
    server: Annotated[str, typer.Option(help="The server to ask.")] = "http://127.0.0.1:8765",
    token: Token = None,
    as_json: Annotated[bool, typer.Option("--json", help="One event a line.")] = False,
) -> None:
    """Follow the clone and the map of one repository on a running server.

    Example: graticule watch pallets/flask
    """
    with _failures():
        asyncio.run(_watch(resolve_source(url), server=server, token=token, as_json=as_json))


@token_app.command("create")
def token_create(
    name: Annotated[str, typer.Argument(help="Who or what it is for, as you will recognise it.")],
    *,
    scope: Annotated[Scope, typer.Option(help="What it allows: read; clone and read; admin and both.")] = Scope.READ,
    grant: Annotated[list[str] | None, typer.Option(help=GRANT_HELP)] = None,
    expires: Annotated[str | None, typer.Option(help="How long it holds: 12h, 30d, 8w; without it, for ever.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Make a token and print it, this once; a running server takes it at once.

    Example: graticule token create ada --scope clone --grant github.com/acme --expires 90d
    """
    from schema.cli.tokens import create

    with _failures(code=ExitCode.FAILED):
        text = create(name, scope=scope, grants=grant or [], expires=expires, settings=_settings(data_dir=data_dir))
        err.print("Hand it over now; it cannot be shown again:", style="dim")
        out.print(text, markup=False, soft_wrap=True)


@token_app.command("list")
def token_list(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One token a line.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Show every token that was ever made, without its secret.

    Example: graticule token list
    """
    from schema.cli.tokens import print_tokens, tokens

    with _failures(code=ExitCode.FAILED):
        print_tokens(tokens(_settings(data_dir=data_dir)), out=out, as_json=as_json)


@token_app.command("revoke")
def token_revoke(
    token: Annotated[str, typer.Argument(metavar="ID", help="Its id, as `graticule token list` shows it.")],
    *,
    data_dir: DataDir = None,
) -> None:
    """Let a token open nothing any more; its sockets are closed within a second.

    Example: graticule token revoke 3f9c2b7d8e1a4c05
    """
    from schema.cli.tokens import revoke

    with _failures(code=ExitCode.FAILED):
        revoked = revoke(token, settings=_settings(data_dir=data_dir))
        err.print(f"The token {revoked.id} of {revoked.name} is revoked.", markup=False)


@config_app.command("show")
def config_show(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One setting a line.")] = False,
    host: Host = None,
    port: Port = None,
    data_dir: DataDir = None,
) -> None:
    """Show every setting as `graticule serve` would have it: value, where that comes from, default; no secrets.

    Example: graticule config show --json
    """
    from schema.cli.configuration import print_rows, rows

    with _failures(code=ExitCode.FAILED):
        arguments = {
            name for name, value in (("host", host), ("port", port), ("data_dir", data_dir)) if value is not None
        }
        found = origins(arguments)  # before a secret is taken out of the environment
        print_rows(rows(_settings(host=host, port=port, data_dir=data_dir), found), out=out, as_json=as_json)


async def _watch(url: str, *, server: str, token: str | None, as_json: bool) -> None:
    from schema.cli.client import connect
    from schema.cli.follow import draw_job, ended_well, print_job_events

    async with connect(server, token=token) as client:
        repository = await client.find(url)
        if repository is None:
            raise NotFoundError(f"The server does not know {url}.", hint="Ask it to clone it first.")
        err.print(repository.name, style="bold", markup=False)
        for edge in repository.jobs.edges:
            if as_json:
                await print_job_events(client, edge.node.id, out=out)
            elif edge.node.state.terminal:
                err.print(f"The last job ended: {ended_well(edge.node).state}.", markup=False)
            else:
                await draw_job(client, edge.node.id, console=err)


def _settings(**overrides: object) -> Settings:
    """Read the settings; what was given on the command line comes first, and no secret is left lying about."""
    keep_to_ourselves()
    settings = Settings(**{name: value for name, value in overrides.items() if value is not None})  # type: ignore[arg-type]
    forget_variable("GRATICULE_CREDENTIALS")
    return settings


def _load_server(settings: Settings) -> type["Serving"]:
    """Load what serves while another process loads what parses, if jobs run here.

    What stays for good is searched for garbage once.
    """
    from services.mapping.pool import start_fork_server

    if settings.concurrent_jobs:
        start_fork_server()
    gc.disable()
    try:
        from schema.cli.serving import Serving
    finally:
        gc.freeze()
        gc.enable()
    return Serving


@contextmanager
def _serve_somewhere(settings: Settings, *, port_was_chosen: bool) -> Iterator[str]:
    """Serve on the usual port, or on a free one when nobody asked for that port."""
    server = _load_server(settings)
    try:
        serving = server(settings)
    except PortTakenError:
        if port_was_chosen:
            raise
        serving = server(settings.model_copy(update={"port": 0}))
    with serving.in_background() as url:
        yield url


@contextmanager
def _failures(*, code: ExitCode = ExitCode.CLONE_FAILED) -> Iterator[None]:
    """Turn every expected failure into one line, what to do, and the exit code that says which."""
    try:
        yield
    except ValidationError as error:
        stop(err, wrong_settings(error), code=ExitCode.USAGE)
    except ServerUnreachableError as error:
        stop(err, error, code=ExitCode.UNREACHABLE)
    except (PortTakenError, UnauthenticatedError) as error:
        stop(err, error)
    except GraticuleError as error:
        stop(err, error, code=code)
    except BrokenPipeError:
        raise  # click ends quietly when nobody reads on
    except OSError as error:
        stop(err, refusal(error))
