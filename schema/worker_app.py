"""The web face of a worker: what machines ask about it, and nothing that a client asks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from starlette.applications import Starlette

from schema.probes import routes
from schema.security import middleware
from schema.version import product_version
from services.access.door import Door
from services.errors import GraticuleError
from services.mapping.languages import engine_version
from services.metrics import Metrics
from services.otel import close_traces, open_traces
from services.settings import Settings
from services.worker import Worker


def create_worker_app(settings: Settings) -> Starlette:
    """Make the application, whose lifespan is the worker's; `app.state.start_failure` as of `schema.app`."""
    metrics, traces = Metrics.of_version(product_version(), engine_version()), open_traces()

    def door() -> Door:
        opened: Door = app.state.door
        return opened

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(close_traces, traces)
            try:
                starting = Worker.start(settings, metrics=metrics, traces=traces)
                app.state.running = await stack.enter_async_context(starting)
                app.state.door = await app.state.running.open_door()
            except GraticuleError as error:
                app.state.start_failure = error
                raise
            await stack.enter_async_context(_watching(door()))
            app.state.serving = True
            yield
            app.state.serving = False

    app = Starlette(routes=routes(metrics, door), middleware=middleware(settings, metrics, traces), lifespan=lifespan)
    return app


@asynccontextmanager
async def _watching(door: Door) -> AsyncIterator[None]:
    async def nothing() -> None:
        """No sockets are open here that a revoked token would have to leave."""

    watch = asyncio.create_task(door.watch(nothing), name="door: watch")
    try:
        yield
    finally:
        watch.cancel()
        await asyncio.wait({watch})
