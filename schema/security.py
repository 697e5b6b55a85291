"""What keeps other pages out: names, origins and what a page of ours may load.

The server listens on loopback without a password, so a page in the same browser is the attacker to
think of: it may point its own name at 127.0.0.1 (hence only loopback names are answered) or open a
request or a socket from its origin (hence a foreign Origin is refused).
"""

from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from strawberry.http.websocket_origin import is_same_origin

LOOPBACK_NAMES: Final = ("127.0.0.1", "localhost", "[::1]", "::1")

_OWN_CONTENT: Final = (
    "default-src 'none'; script-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PAGE_POLICY: Final = f"{_OWN_CONTENT}; img-src 'self'; style-src 'self'"
GRAPHIQL_POLICY: Final = (
    f"{_OWN_CONTENT}; img-src 'self' data:; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:"
)
"""Monaco writes style elements, has images in its styles and may start a worker from a blob; no other page may."""

HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class SameOrigin:
    """Refuses a request or a socket that a page of another origin sends; without an Origin it is no browser."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may pass."""
        if scope["type"] in {"http", "websocket"}:
            headers = Headers(scope=scope)
            origin = headers.get("origin")
            if origin is not None and not is_same_origin(origin, headers.get("host")):
                await PlainTextResponse("This origin may not call this server.", 403)(scope, receive, send)
                return
        await self._app(scope, receive, send)


class SecurityHeaders:
    """Adds the headers to every answer; pages of GraphiQL get their own policy."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and add to what comes back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        policy = GRAPHIQL_POLICY if scope["path"].startswith("/graphiql") else PAGE_POLICY

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers["Content-Security-Policy"] = policy
            await send(message)

        await self._app(scope, receive, send_with_headers)
