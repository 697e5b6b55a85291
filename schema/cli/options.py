"""The arguments and options that several commands take, each described once."""

from pathlib import Path
from typing import Annotated, Final

import typer

DEFAULT_SERVER: Final = "http://127.0.0.1:8765"

Source = Annotated[str, typer.Argument(metavar="PATH|URL", help="A local checkout, or any spelling of a git URL.")]
Tokens = Annotated[int, typer.Option(min=64, max=200_000, help="Budget of the text, never exceeded.")]
Host = Annotated[str | None, typer.Option(help="Address to listen on.")]
Port = Annotated[int | None, typer.Option(min=0, max=65_535, help="Port to listen on; 0 takes a free one.")]
ProbePort = Annotated[int | None, typer.Option(min=0, max=65_535, help="Port for probes and figures; none without.")]
DataDir = Annotated[Path | None, typer.Option(file_okay=False, help="Folder for database, clones and maps.")]

Repository = Annotated[
    str, typer.Argument(metavar="REPOSITORY", help="Its name or the end of that, any spelling of its URL, or its id.")
]
Server = Annotated[str, typer.Option(envvar="GRATICULE_SERVER", help="The server to ask.")]
Token = Annotated[
    str | None, typer.Option(envvar="GRATICULE_TOKEN", help="The token to show, if the server wants one.")
]
Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="Whether to follow the work to its end.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON, one object a line.")]
