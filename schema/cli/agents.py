"""MCP over stdin and stdout: the same tools as at `/mcp`, for a client that starts its servers itself.

Without a server everything runs in this process, on the data folder of `graticule serve`. With `--server` it passes
on what is asked, so that several clients share one set of maps. Nothing but the protocol goes to stdout.
"""

import asyncio
import os
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from schema.cli.errors import ExitCode
from services.errors import UnauthenticatedError
from services.logs import configure_logging
from services.settings import Settings

if TYPE_CHECKING:
    from mcp.server.lowlevel.server import Server as McpServer

    from schema.tools import Toolbox
    from services.graticule import Graticule
    from services.viewers import Viewer

ENDINGS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def speak(settings: Settings, server: str | None, token: str | None) -> None:
    """Serve until the client closes its side, or a signal comes; errors as the services raise them."""
    configure_logging("WARNING" if settings.log_level == "INFO" else settings.log_level)
    try:
        asyncio.run(_serve(settings, server, token))
    except BaseExceptionGroup as group:  # the streams' own: what went wrong is in it
        raise _cause(group) from None


def _cause(error: BaseException) -> BaseException:
    return _cause(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


async def _serve(settings: Settings, server: str | None, token: str | None) -> None:
    """Serve until the client closes its side, or a signal comes."""
    from mcp.server.stdio import stdio_server  # noqa: PLC0415  # --help loads no engine

    # The streams are taken first: no process that is started for the work inherits them.
    async with stdio_server() as (reading, writing):
        async with _bridge(server, token) if server else embedded(settings, token) as speaking:
            serving = asyncio.create_task(
                speaking.run(reading, writing, speaking.create_initialization_options()), name="mcp: stdio"
            )
            for number in ENDINGS:
                asyncio.get_running_loop().add_signal_handler(number, serving.cancel)
            await asyncio.wait({serving})
        if serving.cancelled():  # a thread waits for what the client may still say, and cannot be told otherwise
            os._exit(ExitCode.INTERRUPTED)
        serving.result()


@asynccontextmanager
async def embedded(settings: Settings, token: str | None) -> "AsyncIterator[McpServer[object]]":
    """Work in this process, on the data folder, or on one that goes away while another process has that."""
    from schema.mcp import make_server  # noqa: PLC0415
    from services.mapping.pool import start_fork_server  # noqa: PLC0415

    if settings.concurrent_jobs:
        start_fork_server()
    async with _started(settings) as graticule:
        viewer = await graticule.door.admit(token, address="")
        if viewer.scope is None:
            raise UnauthenticatedError(hint="Give one with --token or GRATICULE_TOKEN: this data folder has tokens.")
        yield make_server(_toolbox(graticule), lambda _: viewer)


@asynccontextmanager
async def _started(settings: Settings) -> "AsyncIterator[Graticule]":
    from services.graticule import Graticule  # noqa: PLC0415
    from services.store.datadir import DataDirInUseError  # noqa: PLC0415

    async with AsyncExitStack() as stack:
        try:
            graticule = await stack.enter_async_context(Graticule.start(settings))
        except DataDirInUseError as error:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="graticule-mcp-"))
            typer.echo(f"{error.message} What is mapped now is kept until this ends; --server shares it.", err=True)
            elsewhere = settings.model_copy(update={"data_dir": Path(folder)})
            graticule = await stack.enter_async_context(Graticule.start(elsewhere))
        yield graticule


def _toolbox(graticule: "Graticule") -> "Toolbox":
    from schema.app import make_streams  # noqa: PLC0415
    from schema.context import Context  # noqa: PLC0415
    from schema.contract import contract  # noqa: PLC0415
    from schema.limits import Limits  # noqa: PLC0415
    from schema.mcp import with_documents  # noqa: PLC0415
    from schema.sockets import SocketLimits, Sockets  # noqa: PLC0415
    from schema.tools import Toolbox  # noqa: PLC0415
    from services.metrics import Metrics  # noqa: PLC0415

    settings, started_at = graticule.settings, datetime.now(UTC)
    limits = Limits.from_settings(settings)

    def make_context(viewer: "Viewer") -> Context:
        return Context(graticule, started_at=started_at, viewer=viewer, limits=limits)

    streams = make_streams(limits, make_context, Metrics())
    sockets = Sockets(SocketLimits.from_settings(settings))
    return with_documents(Toolbox(contract(), streams, make_context, sockets, most=settings.agent_answer_chars))


@asynccontextmanager
async def _bridge(url: str, token: str | None) -> "AsyncIterator[McpServer[object]]":
    """Pass on to a server. ServerUnreachableError, UnauthenticatedError."""
    from schema.cli.bridge import bridge  # noqa: PLC0415

    async with bridge(url, token) as speaking:
        yield speaking
