"""The way in for agents. MCP's library, a quarter of all that a server loads, comes with the first of them.

Method and token are looked at before: who may not ask cannot make the server load anything.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from schema.auth import Guarded
from schema.tools import Toolbox
from services.access.door import Door

if TYPE_CHECKING:
    from schema.mcp import McpEndpoint

PATH: Final = "/mcp"


class Agents:
    """Answers at `PATH` while the block of `open` lasts; the first answer takes a second longer."""

    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox
        self._asked = asyncio.Event()

    def route(self, door: Callable[[], Door]) -> Route:
        """Give the route to put into the application."""
        return Route(PATH, PostAlone(Guarded(self, door=door)))

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Be ready for agents; leaving the block ends what they are being answered."""
        self._endpoint: asyncio.Future[ASGIApp] = asyncio.get_running_loop().create_future()
        self._serving = asyncio.create_task(self._serve(), name="mcp")
        try:
            yield
        finally:
            self._serving.cancel()
            await asyncio.wait({self._serving})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, once there is somebody to answer it."""
        self._asked.set()
        await asyncio.wait((self._endpoint, self._serving), return_when=asyncio.FIRST_COMPLETED)
        if not self._endpoint.done():
            await self._serving  # which says why it could not begin
        await self._endpoint.result()(scope, receive, send)

    async def _serve(self) -> None:
        await self._asked.wait()
        endpoint = await asyncio.to_thread(self._load)
        async with endpoint.server.session_manager.run():
            self._endpoint.set_result(endpoint.app)
            await asyncio.Event().wait()

    def _load(self) -> "McpEndpoint":
        from schema.mcp import make_endpoint  # noqa: PLC0415  # 1.3 s, for a server that agents use

        return make_endpoint(self._toolbox)


class PostAlone:
    """Refuses every other method: without sessions there is nothing to stream by GET, and it would stay open."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may pass."""
        refused = PlainTextResponse("Send a POST.\n", HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": "POST"})
        await (self._app if scope["method"] == "POST" else refused)(scope, receive, send)
