"""The composition root of the web face: one ASGI application with everything that a client may reach."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Final

from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from schema.agents import Agents
from schema.answers import Answers
from schema.auth import Guarded
from schema.context import Context
from schema.contract import contract
from schema.groups import Groups
from schema.http import HttpEndpoint
from schema.limits import Limits
from schema.llms import route as llms_route
from schema.map_text import MapText
from schema.pages import routes as page_routes
from schema.plans import Planner
from schema.probes import routes as probe_routes
from schema.security import middleware
from schema.sockets import SocketLimits, Sockets
from schema.streams import Streams
from schema.tools import Toolbox
from schema.transport_ws import Server, SocketEndpoint
from schema.version import product_version
from services.access.door import Door
from services.errors import GraticuleError
from services.graticule import Graticule
from services.mapping.languages import engine_version
from services.metrics import Metrics, watch_size
from services.otel import close_traces, open_traces
from services.pace import Pace
from services.settings import Settings
from services.viewers import Viewer

BODY_BYTES: Final = 256 * 1024


def create_app(settings: Settings) -> Starlette:
    """Make the application. The services start and stop with its lifespan.

    When they cannot start, `app.state.start_failure` holds the GraticuleError that says why.
    """
    started_at = datetime.now(UTC)
    metrics, traces = Metrics.of_version(product_version(), engine_version()), open_traces()
    limits = Limits.from_settings(settings)
    pace = Pace()
    sockets = Sockets(SocketLimits.from_settings(settings))
    watch_size(metrics.sockets, lambda: len(sockets))

    def make_context(viewer: Viewer) -> Context:
        return Context(app.state.running, started_at=started_at, viewer=viewer, limits=limits, pace=pace)

    def door() -> Door:
        graticule: Graticule = app.state.running
        return graticule.door

    streams = make_streams(limits, make_context, metrics)
    agents = Agents(Toolbox(contract(), streams, make_context, sockets, most=settings.agent_answer_chars))
    answers = Answers(settings.answer_cache_bytes)
    http = HttpEndpoint(contract(), streams=streams, make_context=make_context, sockets=sockets, answers=answers)
    serving = Server.from_settings(settings, streams=streams, door=door, make_context=make_context, metrics=metrics)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(close_traces, traces)
            try:
                starting = Graticule.start(settings, metrics=metrics, traces=traces)
                app.state.running = await stack.enter_async_context(starting)
            except GraticuleError as error:
                app.state.start_failure = error
                raise
            await stack.enter_async_context(agents.open())
            await stack.enter_async_context(_watching(door(), sockets))
            app.state.serving = True
            yield
            app.state.serving = False

    app = Starlette(
        routes=[
            Route("/graphql", Guarded(http, door=door)),
            WebSocketRoute("/graphql", SocketEndpoint(serving, sockets)),
            *probe_routes(metrics, door),
            agents.route(door),
            *MapText(make_context, door).routes(),
            llms_route(),
            *page_routes(),
        ],
        middleware=middleware(settings, metrics, traces),
        lifespan=lifespan,
        max_body_size=BODY_BYTES,
    )
    return app


def make_streams(limits: Limits, make_context: Callable[[Viewer], Context], metrics: Metrics) -> Streams:
    """Make what runs operations of every kind, with its figures."""
    groups = Groups(contract(), make_context, metrics)
    watch_size(metrics.groups, lambda: len(groups))
    return Streams(contract(), Planner(contract().types, limits), groups)


@asynccontextmanager
async def _watching(door: Door, sockets: Sockets) -> AsyncIterator[None]:
    """Look for revoked tokens while the server runs, and close the sockets that were opened with one."""

    async def close_revoked() -> None:
        await sockets.close_revoked(door)

    watch = asyncio.create_task(door.watch(close_revoked), name="door: watch")
    try:
        yield
    finally:
        watch.cancel()
        await asyncio.wait({watch})
