"""The composition root of the web face: one ASGI application with everything that a client may reach."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute

from schema.context import Context
from schema.contract import contract
from schema.mcp import make_endpoint
from schema.pages import routes as page_routes
from schema.protocol import GraphQLView
from schema.security import LOOPBACK_NAMES, SameOrigin, SecurityHeaders
from services.errors import GraticuleError
from services.graticule import Graticule
from services.settings import Settings

BODY_BYTES: Final = 256 * 1024


async def healthz(request: Request) -> Response:
    """Answer at once: it says that the event loop turns, and nothing about the work."""
    del request
    return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})


def create_app(settings: Settings) -> Starlette:
    """Make the application. The services start and stop with its lifespan.

    When they cannot start, `app.state.start_failure` holds the GraticuleError that says why.
    """
    started_at = datetime.now(UTC)

    def make_context() -> Context:
        return Context(app.state.graticule, started_at=started_at)

    mcp = make_endpoint(contract(), make_context=make_context)
    graphql = GraphQLView(contract(), make_context=make_context)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            try:
                app.state.graticule = await stack.enter_async_context(Graticule.start(settings))
            except GraticuleError as error:
                app.state.start_failure = error
                raise
            await stack.enter_async_context(mcp.server.session_manager.run())
            yield

    app = Starlette(
        routes=[
            Route("/graphql", graphql),
            WebSocketRoute("/graphql", graphql),
            Route("/healthz", healthz),
            *mcp.routes,
            *page_routes(),
        ],
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(TrustedHostMiddleware, allowed_hosts=[*LOOPBACK_NAMES, settings.host], www_redirect=False),
            Middleware(SameOrigin),
        ],
        lifespan=lifespan,
        max_body_size=BODY_BYTES,
    )
    return app
