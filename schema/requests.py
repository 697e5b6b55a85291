"""One request: its name in the logs and in the answer, its place in a trace, and a count of how it was answered.

`X-Request-Id` is taken from whoever stands in front (a proxy, a client that wants to find its own lines), or made here.
A websocket has one for its whole life, and is in no trace: what is asked on it begins its own.
"""

from contextlib import ExitStack
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services import tracing
from services.metrics import Metrics
from services.origin import request
from services.tracing import Traces

HEADER: Final = "X-Request-Id"
FACES: Final = {"graphql": "graphql", "mcp": "mcp", "r": "page", "": "page", "graphiql": "page", "assets": "asset"}
"""What is counted of a path: its first part, and `other`; anybody can ask for any path, and each would be a series."""
TRACED: Final = frozenset({"graphql", "mcp"})


class Requests:
    """Stands before everything else, so that what is refused has a name and is counted as well."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, traces: Traces | None) -> None:
        self._app = app
        self._metrics = metrics
        self._traces = traces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, under a name."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        face = FACES.get(scope["path"][1:].partition("/")[0], "other")

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._metrics.responses.labels(face, str(message["status"])).inc()
                tracing.note(status=message["status"])
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        with ExitStack() as stack:
            request_id = stack.enter_context(request(headers.get(HEADER)))
            if scope["type"] == "http" and face in TRACED:
                name, parent = f"{scope['method']} /{face}", headers.get("traceparent")
                stack.enter_context(tracing.begun(self._traces, name, parent=parent, request=request_id))
            await self._app(scope, receive, answer)
