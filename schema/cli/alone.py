"""The commands that need no server: a map, a comparison, the contract, and what may be wrong with this machine.

Each command imports what it runs when it runs: `--help` answers in a tenth of the time.
"""

from typing import Annotated

import typer

from schema.cli.errors import ExitCode
from schema.cli.formats import MapFormat, MapOrder
from schema.cli.options import AsJson, DataDir, Host, Port, Source, Tokens
from schema.cli.terminal import err, failures, print_json, print_text, read_settings, wait_for


def map_(
    source: Source = ".",
    *,
    ref: Annotated[
        str | None, typer.Option(help="Branch, tag or full commit id; a local folder is mapped as it is without one.")
    ] = None,
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
    """Print the map of a repository without a server; a local folder is mapped as it lies there, edits included.

    Example: git diff | graticule map . --tokens 2000 --diff -
    """
    from schema.cli.local import map_without_server
    from schema.cli.source import read_diff, resolve_source, settings_for
    from services.logs import configure_logging
    from services.mapping.views import Focus, OutlineFormat, OutlineOrder, OutlineRequest

    with failures(code=ExitCode.CLONE_FAILED):
        configure_logging("ERROR")
        resolved = resolve_source(source, any_folder=True)
        settings = settings_for(resolved, read_settings())
        request = OutlineRequest(
            tokens=tokens,
            focus=Focus(text=focus, diff=read_diff(diff)),
            format=OutlineFormat.MARKDOWN if output is MapFormat.MARKDOWN else OutlineFormat.TEXT,
            order=OutlineOrder(order.name),
            line_numbers=line_numbers,
        )
        text = wait_for(
            map_without_server(resolved, ref=ref, request=request, output=output, settings=settings, err=err)
        )
        print_text(text)


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
    from schema.cli.source import resolve_source, settings_for
    from services.logs import configure_logging
    from services.mapping.change_views import DiffRequest

    with failures(code=ExitCode.CLONE_FAILED):
        configure_logging("ERROR")
        resolved = resolve_source(source)
        settings = settings_for(resolved, read_settings())
        request = DiffRequest(tokens=tokens)
        compare = diff_without_server(
            resolved, base=base, head=head, request=request, output=output, settings=settings, err=err
        )
        print_text(wait_for(compare))


def schema(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="The answer to an introspection query instead.")] = False,
) -> None:
    """Print the contract in GraphQL's schema language.

    Example: graticule schema > schema.graphql
    """
    from schema.sdl import PATH

    with failures():
        text = PATH.read_text()
        if as_json:
            from graphql import build_schema, introspection_from_schema

            print_json({"data": introspection_from_schema(build_schema(text))})
        else:
            print_text(text)


def doctor(*, as_json: AsJson = False, host: Host = None, port: Port = None, data_dir: DataDir = None) -> None:
    """Look for whatever keeps a server on this machine from working, and say what to do; nothing is changed.

    Example: graticule doctor --data-dir ~/maps
    """
    from schema.cli.doctor import report

    with failures():
        if not wait_for(report({"host": host, "port": port, "data_dir": data_dir}, as_json=as_json)):
            raise typer.Exit(ExitCode.FAILED)
