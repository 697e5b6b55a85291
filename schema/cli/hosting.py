"""The commands of who runs a server: to start one, to see how it is set, and to say who may use it.

Each command imports what it runs when it runs: `--help` answers in a tenth of the time.
"""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from schema.cli.errors import ExitCode, PortTakenError
from schema.cli.options import AsJson, DataDir, Host, Port, ProbePort, Source, Token, Tokens
from schema.cli.terminal import err, failures, out, print_addresses, read_settings, wait_for
from services.viewers import Scope

if TYPE_CHECKING:
    from schema.cli.serving import Serving
    from services.settings import Settings

GRANT_HELP: Final = "Private repositories that it shows: host, host/owner or host/owner/name; * for all. Repeatable."


def serve(host: Host = None, port: Port = None, data_dir: DataDir = None) -> None:
    """Start the server alone.

    Example: graticule serve --port 8765 --data-dir ~/maps
    """
    from schema.cli.hangup import end_on_hangup
    from services.logs import configure_logging

    end_on_hangup()
    with failures():
        settings = read_settings(host=host, port=port, data_dir=data_dir)
        configure_logging(settings.log_level)
        serving = _load_server(settings)(settings)
        serving.run(on_start=lambda: print_addresses(serving.url))


def worker(host: Host = None, port: ProbePort = None, data_dir: DataDir = None) -> None:
    """Run jobs for servers elsewhere, which share database, Redis and maps with it.

    Example: graticule worker --data-dir /srv/worker --port 9100
    """
    from schema.cli.hangup import end_on_hangup
    from schema.cli.working import work
    from services.logs import configure_logging

    end_on_hangup()
    with failures():
        settings = read_settings(host=host, port=port, data_dir=data_dir)
        configure_logging(settings.log_level)
        work(settings, probed=port is not None, console=err)


def mcp(
    server: Annotated[
        str | None,
        typer.Option(envvar="GRATICULE_SERVER", help="Pass everything on to this server."),
    ] = None,
    token: Token = None,
    data_dir: DataDir = None,
) -> None:
    """Speak MCP over stdin and stdout, for a client that starts its tools itself.

    Example: graticule mcp --server http://127.0.0.1:8765
    """
    from schema.cli.agents import speak

    with failures():
        speak(read_settings(data_dir=data_dir), server, token)


def backup(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder that is not there yet.")],
    data_dir: DataDir = None,
) -> None:
    """Copy what cannot be made again, database and maps, while the server runs; a server can be started on the copy.

    Example: graticule backup /backups/graticule-monday --data-dir /srv/graticule
    """
    from schema.cli.saving import save

    with failures():
        for said in save(read_settings(data_dir=data_dir), folder):
            err.print(said)


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
    from schema.cli.demo import demonstrate
    from schema.cli.scratch import scratch_folder
    from schema.cli.source import resolve_source, settings_for
    from services.logs import configure_logging

    with failures(code=ExitCode.CLONE_FAILED), scratch_folder("graticule-demo-") as scratch:
        configure_logging("ERROR")
        resolved = resolve_source(source)
        settings = settings_for(resolved, read_settings(host=host, port=port, data_dir=data_dir or scratch))
        with _serve_somewhere(settings, port_was_chosen=port is not None) as url:
            wait_for(demonstrate(url, resolved, tokens=tokens, token=token, out=out, err=err))
            print_addresses(url)
            if not once:
                err.print("\nCtrl-C ends the server.", style="dim")
                threading.Event().wait()


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

    with failures():
        text = create(name, scope=scope, grants=grant or [], expires=expires, settings=read_settings(data_dir=data_dir))
        err.print("Hand it over now; it cannot be shown again:", style="dim")
        out.print(text)


def token_list(
    *,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Show every token that was ever made, without its secret.

    Example: graticule token list
    """
    from schema.cli.tokens import print_tokens, tokens

    with failures():
        print_tokens(tokens(read_settings(data_dir=data_dir)), as_json=as_json)


def token_revoke(
    token: Annotated[str, typer.Argument(metavar="ID", help="Its id, as `graticule token list` shows it.")],
    *,
    data_dir: DataDir = None,
) -> None:
    """Let a token open nothing any more; its sockets are closed within a second.

    Example: graticule token revoke 3f9c2b7d8e1a4c05
    """
    from schema.cli.tokens import revoke

    with failures():
        revoked = revoke(token, settings=read_settings(data_dir=data_dir))
        err.print(f"The token {revoked.id} of {revoked.name} is revoked.")


def config_show(
    *,
    as_json: AsJson = False,
    host: Host = None,
    port: Port = None,
    data_dir: DataDir = None,
) -> None:
    """Show every setting as `graticule serve` would have it: value, where that comes from, default; no secrets.

    Example: graticule config show --json
    """
    from schema.cli.configuration import print_settings, rows
    from services.settings import origins

    with failures():
        arguments = {
            name for name, value in (("host", host), ("port", port), ("data_dir", data_dir)) if value is not None
        }
        found = origins(arguments)  # before a secret is taken out of the environment
        print_settings(rows(read_settings(host=host, port=port, data_dir=data_dir), found), as_json=as_json)


def _load_server(settings: "Settings") -> type["Serving"]:
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
def _serve_somewhere(settings: "Settings", *, port_was_chosen: bool) -> Iterator[str]:
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
