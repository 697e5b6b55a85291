"""Who asks, on each transport: a bearer token in a header, or in the payload of `connection_init`.

A browser cannot set headers on a websocket, so there the token comes with the first message. Only the
places where something can be asked are guarded: the pages themselves hold nothing but their code.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from schema.errors import extensions
from services.access.door import Door
from services.errors import GraticuleError, UnauthenticatedError
from services.viewers import Viewer

SCHEME: Final = "bearer "
PAYLOAD_KEYS: Final = ("token", "Authorization", "authorization")


class Guarded:
    """Lets a request through with its viewer in `request.state.viewer`, or answers 401."""

    def __init__(self, app: ASGIApp, *, door: Callable[[], Door]) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Admit whoever asks by HTTP; a websocket says who it is later."""
        if scope["type"] == "http":
            try:
                viewer = await admit(self._door(), HTTPConnection(scope))
            except UnauthenticatedError as error:
                await refusal(error, HTTPStatus.UNAUTHORIZED, {"WWW-Authenticate": "Bearer"})(scope, receive, send)
                return
            scope.setdefault("state", {})["viewer"] = viewer
        await self._app(scope, receive, send)


async def admit(door: Door, connection: HTTPConnection, payload: Mapping[str, object] | None = None) -> Viewer:
    """Give who asks; the payload of `connection_init` comes before the header. UnauthenticatedError for nobody."""
    text = _in_payload(payload or {}) or _in_headers(connection.headers)
    viewer = await door.admit(text, address=address_of(connection))
    if viewer.scope is None:
        raise UnauthenticatedError
    return viewer


def address_of(connection: HTTPConnection) -> str:
    """Give where a connection comes from; behind a trusted proxy, what that proxy says."""
    return connection.client.host if connection.client else ""


def refusal(error: GraticuleError, status: int, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Answer in the form of a GraphQL error, which every client of ours can read."""
    body = {"errors": [{"message": error.message, "extensions": extensions(error)}]}
    return JSONResponse(body, status, headers)


def _in_headers(headers: Headers) -> str | None:
    given = headers.getlist("authorization")
    if not given:
        return None
    if len(given) > 1 or not given[0].lower().startswith(SCHEME):
        raise UnauthenticatedError("Send one header `Authorization: Bearer TOKEN`.")
    return given[0][len(SCHEME) :].strip()


def _in_payload(payload: Mapping[str, object]) -> str | None:
    """Find the token where clients put it: as `token`, or as they would write the header."""
    for key in PAYLOAD_KEYS:
        value = payload.get(key)
        if isinstance(value, str) and value.strip():
            text = value.strip()
            return text[len(SCHEME) :].strip() if text.lower().startswith(SCHEME) else text
    return None
