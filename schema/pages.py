"""The built pages: files of `static/`, served as they are. No page starts work: that takes a mutation."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from starlette.convertors import PathConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from schema.assets import Assets

STATIC: Final = Path(__file__).with_name("static")
MISSING: Final = "This page was not built. /graphql answers all the same; `npm run build` in frontend/ makes it.\n"


class HostName(PathConvertor):
    """The first part of a path when it names a host: no page and no file of ours has a dot or a colon in it."""

    regex = r"[0-9A-Za-z\[][^/]*[.:][^/]*"


class MappedName(PathConvertor):
    """The rest of such a path, up to what says that a map is wanted: a ref begins with the first @."""

    regex = r"[^@]+"


class View(PathConvertor):
    """A tab and what it shows: names of files may hold any character, a newline too."""

    regex = "(?s:.*)"


register_url_convertor("view", View())
register_url_convertor("host", HostName())
register_url_convertor("mapped", MappedName())


def routes(folder: Path = STATIC) -> list[BaseRoute]:
    """Give the routes of all pages; the files come last, since they take every other path."""
    assets = Assets(folder)
    dashboard = _page(assets, folder, "index.html")  # it reads its own path
    graphiql = _page(assets, folder, "graphiql/index.html")
    return [
        Route("/", dashboard),
        Route("/r/{id}", dashboard),
        Route("/r/{id}/{view:view}", dashboard),
        Route("/{host:host}/{name:path}", dashboard),
        Route("/graphiql", graphiql),
        Route("/graphiql/", graphiql),
        *([Mount("/", assets)] if folder.is_dir() else []),
    ]


def _page(assets: Assets, folder: Path, name: str) -> Callable[[Request], Awaitable[Response]]:
    async def page(request: Request) -> Response:
        if not (folder / name).is_file():
            return PlainTextResponse(MISSING, status_code=404)
        return await assets.get_response(name, request.scope)

    return page
