"""What machines ask about a server or a worker: does it turn, should it get clients, what does it count.

The first two tell nothing about anybody and need no token; a load balancer has none.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final, Protocol

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from schema.auth import Guarded, refusal
from services import viewers
from services.access.door import Door
from services.errors import GraticuleError
from services.metrics import CONTENT_TYPE, Metrics

FRESH: Final = {"Cache-Control": "no-store"}


class Running(Protocol):
    """What is asked whether it is of use: the server, or the worker, of `app.state.running`."""

    async def problem(self) -> str | None:
        """Say why not, in a line."""

    async def measure(self) -> None:
        """Look at what is only counted when somebody reads the figures."""


def routes(metrics: Metrics, door: Callable[[], Door]) -> list[BaseRoute]:
    """Give the routes of all three."""
    return [
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/metrics", Guarded(Exposition(metrics), door=door), methods=["GET"]),
    ]


async def healthz(request: Request) -> Response:
    """Answer at once: it says that the event loop turns, and nothing about the work."""
    del request
    return PlainTextResponse("ok\n", headers=FRESH)


async def readyz(request: Request) -> Response:
    """Say whether this server should get clients: 200, or 503 with why not in a line; at most 2 s."""
    state = request.app.state
    running: Running | None = state.running if getattr(state, "serving", False) else None
    problem = "The server is stopping, or has not started." if running is None else await running.problem()
    if problem is None:
        return PlainTextResponse("ready\n", headers=FRESH)
    line = " ".join(problem.split())
    return PlainTextResponse(f"{line}\n", HTTPStatus.SERVICE_UNAVAILABLE, FRESH)


class Exposition:
    """Answers with every figure, to administrators: how much is used, and by how many, is not everybody's."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer in Prometheus' text format."""
        try:
            Request(scope).state.viewer.require(viewers.Scope.ADMIN)
        except GraticuleError as error:
            await refusal(error, HTTPStatus.FORBIDDEN)(scope, receive, send)
            return
        await scope["app"].state.running.measure()
        headers = FRESH | {"Content-Type": CONTENT_TYPE}
        await Response(self._metrics.exposition(), headers=headers)(scope, receive, send)
