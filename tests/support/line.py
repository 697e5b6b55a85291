"""The way between one page and its server, which can be cut and mended without touching the server."""

import re
from dataclasses import dataclass, field
from typing import Final, Self

from playwright.async_api import Page, Route, WebSocketRoute

GOING_AWAY: Final = 1001
PATH: Final = re.compile(r"/graphql$")


@dataclass  # without slots: Playwright writes on whoever listens
class Line:
    """What a page asks of the API and what it follows there."""

    proxied: bool = False
    """Whether something before the server answers 502 in its stead while it is away."""
    _asks: bool = True
    _follows: bool = True
    _sockets: list[WebSocketRoute] = field(default_factory=list)

    async def of(self, page: Page) -> Self:
        """Lie under a page that is not open yet."""
        await page.route(PATH, self._asked)
        await page.route_web_socket(PATH, self._connected)
        return self

    async def cut(self) -> None:
        """Answer nothing, end every socket, and let no other through."""
        self._asks = False
        await self.cut_sockets()

    async def cut_sockets(self) -> None:
        """End every socket, and let no other through."""
        self._follows = False
        for socket in self._sockets:
            await socket.close(code=GOING_AWAY)
        self._sockets.clear()

    def mend(self) -> None:
        """Let everything through again."""
        self._asks = True
        self.mend_sockets()

    def mend_sockets(self) -> None:
        """Let sockets through again."""
        self._follows = True

    async def _asked(self, route: Route) -> None:
        if self._asks:
            await route.continue_()
        elif self.proxied:
            await route.fulfill(status=502, body="Bad Gateway")
        else:
            await route.abort("connectionrefused")

    async def _connected(self, socket: WebSocketRoute) -> None:
        if self._follows:
            socket.connect_to_server()
            self._sockets.append(socket)
        else:
            await socket.close(code=GOING_AWAY)
