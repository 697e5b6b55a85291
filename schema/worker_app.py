"""The web face of a worker: what machines ask about it, and nothing that a client asks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from starlette.applications import Starlette

from schema.probes import routes
from schema.security import middleware
from services.access.door import Door
from services.errors import GraticuleError
from services.metrics import Metrics
from services.settings import Settings
from services.worker import Worker


def create_worker_app(settings: Settings) -> Starlette:
    """Make the application, whose lifespan is the worker's; `app.state.start_failure` as of `schema.app`."""
    metrics = Metrics()

    def door() -> Door:
        opened: Door = app.state.door
        return opened

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            try:
                app.state.running = await stack.enter_async_context(Worker.start(settings, metrics=metrics))
                app.state.door = await app.state.running.open_door()
            except GraticuleError as error:
                app.state.start_failure = error
                raise
            await stack.enter_async_context(_watching(door()))
            app.state.serving = True
            yield
            app.state.serving = False

    app = Starlette(routes=routes(metrics, door), middleware=middleware(settings), lifespan=lifespan)
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
