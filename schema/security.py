"""What keeps other pages out: names, origins and what a page of ours may load.

On loopback there is no password, so a page in the same browser is the attacker to think of: it may
point its own name at 127.0.0.1 (hence only the server's own names are answered) or send a request or
open a socket from its origin (hence a foreign Origin is refused). One rule for HTTP, websockets and MCP.
A link, an image or a form has no Origin when it GETs; `sent_by_code` tells those apart.
"""

import re
from collections.abc import Collection
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from strawberry.http.websocket_origin import is_same_origin, normalize_allowed_origins, normalize_origin
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from schema.requests import Requests
from services.errors import InvalidArgumentError
from services.metrics import Metrics
from services.settings import Settings, items
from services.tracing import Traces

LOOPBACK_NAMES: Final = ("127.0.0.1", "localhost", "[::1]")
HOST: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?")
METHODS: Final = ("GET", "POST")
ALLOWED: Final = ("Authorization", "Content-Type")
ORIGIN: Final = re.compile(rf"https?://{HOST.pattern}")

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


def middleware(settings: Settings, metrics: Metrics, traces: Traces | None) -> list[Middleware]:
    """Give what stands before every route, outermost first. InvalidArgumentError for a setting that cannot be read."""
    names = {*LOOPBACK_NAMES, _host_name(settings.host), *(name.lower() for name in items(settings.public_hosts))}
    origins = _origins(settings.cors_origins)
    proxies = list(items(settings.trusted_proxies))
    return [
        Middleware(Requests, metrics=metrics, traces=traces),
        *([Middleware(ProxyHeadersMiddleware, trusted_hosts=proxies)] if proxies else []),
        Middleware(SecurityHeaders),
        Middleware(KnownHost, names=names),
        Middleware(SameOrigin, others=origins),
        *(
            [Middleware(CORSMiddleware, allow_origins=sorted(origins), allow_methods=METHODS, allow_headers=ALLOWED)]
            if origins
            else []
        ),
    ]


class KnownHost:
    """Answers only under the server's own names: a rebound name leads here too, but it is another one."""

    def __init__(self, app: ASGIApp, *, names: Collection[str]) -> None:
        self._app = app
        self._names = frozenset(names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may pass."""
        if scope["type"] in {"http", "websocket"}:
            given = Headers(scope=scope).getlist("host")
            found = HOST.fullmatch(given[0]) if len(given) == 1 else None
            if found is None:
                await PlainTextResponse("Send one Host header.\n", 400)(scope, receive, send)
                return
            if found[1].lower() not in self._names:
                text = f"This server is not known as {found[1]}. The operator can add it to GRATICULE_PUBLIC_HOSTS.\n"
                await PlainTextResponse(text, 400)(scope, receive, send)
                return
        await self._app(scope, receive, send)


class SameOrigin:
    """Refuses a request or a socket that a page of another origin sends; without an Origin it is no browser."""

    def __init__(self, app: ASGIApp, *, others: Collection[str] = ()) -> None:
        self._app = app
        self._others = frozenset(others)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may pass."""
        if scope["type"] in {"http", "websocket"}:
            headers = Headers(scope=scope)
            if not all(self._may(origin, headers.get("host")) for origin in headers.getlist("origin")):
                text = "This origin may not call this server. The operator can add it to GRATICULE_CORS_ORIGINS.\n"
                await PlainTextResponse(text, 403)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _may(self, origin: str, host: str | None) -> bool:
        if not ORIGIN.fullmatch(origin):
            return False
        return is_same_origin(origin, host) or normalize_origin(origin) in self._others


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


def sent_by_code(headers: Headers) -> bool:
    """Whether a GET comes from a program or a script: never from a link, an image, a form or a `no-cors` fetch.

    A script of another origin always sends its Origin, which `SameOrigin` has judged. `Accept` proves
    nothing, since a `no-cors` fetch may set it. What does prove it: a mode that the browser itself
    writes, or a header that no page sends to another origin without asking first.
    """
    origin, mode, site = (headers.get(name) for name in ("origin", "sec-fetch-mode", "sec-fetch-site"))
    if mode not in {None, "cors", "same-origin"} or (site not in {None, "none", "same-origin"} and origin is None):
        return False
    asked_first = "authorization" in headers or _media_type(headers.get("content-type")) == "application/json"
    return mode is not None or origin is not None or asked_first


def _media_type(content_type: str | None) -> str:
    return (content_type or "").split(";")[0].strip().lower()


def _host_name(address: str) -> str:
    """Give the address as it stands in a Host header."""
    return f"[{address}]".lower() if ":" in address else address.lower()


def _origins(setting: str) -> frozenset[str]:
    """Read the origins that may ask; `*` is none: whoever may ask is named."""
    try:
        origins = normalize_allowed_origins(items(setting))
    except ValueError as error:
        raise InvalidArgumentError(f"GRATICULE_CORS_ORIGINS cannot be read: {error}") from None
    if not all(ORIGIN.fullmatch(origin) for origin in origins):
        hint = "Name each origin, as in https://maps.example.com."
        raise InvalidArgumentError("GRATICULE_CORS_ORIGINS has what is no origin of a page.", hint=hint)
    return origins
