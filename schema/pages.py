"""The built pages: files of `static/`, served as they are. No page starts work: that takes a mutation."""

import os
from pathlib import Path
from typing import Final

from starlette.convertors import Convertor, register_url_convertor
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import PathLike, StaticFiles
from starlette.types import Scope

from schema.packing import packed

STATIC: Final = Path(__file__).with_name("static")
UNCHANGING: Final = "public, max-age=31536000, immutable"
MISSING: Final = "This page was not built. /graphql answers all the same; `npm run build` in frontend/ makes it.\n"


class HostName(Convertor[str]):
    """The first part of a path when it names a host: no page and no file of ours has a dot or a colon in it."""

    regex = r"[0-9A-Za-z\[][^/]*[.:][^/]*"

    def convert(self, value: str) -> str:
        """Give it as it is."""
        return value

    def to_string(self, value: str) -> str:
        """Give it as it is."""
        return value


register_url_convertor("host", HostName())


class Assets(StaticFiles):
    """Files below `static/`; those with a hash in their name may be kept for ever."""

    def file_response(
        self, full_path: PathLike, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Serve a file with how long it stays true."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        hashed = "assets" in Path(full_path).parts
        response.headers["Cache-Control"] = UNCHANGING if hashed else "no-cache"
        return response

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file, packed where that helps."""
        return await packed(await super().get_response(path, scope), Headers(scope=scope))


async def dashboard(request: Request) -> Response:
    """Serve the dashboard, which reads its own path."""
    return await packed(_page(STATIC / "index.html"), request.headers)


async def graphiql(request: Request) -> Response:
    """Serve GraphiQL."""
    return await packed(_page(STATIC / "graphiql" / "index.html"), request.headers)


def routes() -> list[BaseRoute]:
    """Give the routes of all pages; the files come last, since they take every other path."""
    files = [Mount("/", Assets(directory=STATIC))] if STATIC.is_dir() else []
    return [
        Route("/", dashboard),
        Route("/r/{id}", dashboard),
        Route("/r/{id}/{view:path}", dashboard),
        Route("/{host:host}/{name:path}", dashboard),
        Route("/graphiql", graphiql),
        Route("/graphiql/", graphiql),
        *files,
    ]


def _page(path: Path) -> Response:
    if not path.is_file():
        return PlainTextResponse(MISSING, status_code=404)
    return FileResponse(path, headers={"Cache-Control": "no-cache"})
