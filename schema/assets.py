"""The built files on their way out: gzip for who takes it, an ETag for each form, and how long each stays true.

A file is compressed once, when it is first asked for, and kept: 2.0 MB for everything, most of it GraphiQL. Compressed
files beside the built ones would not be the same from every processor's zlib, so that nobody could prove them fresh.
"""

import gzip
import os
import re
from pathlib import Path
from typing import Final

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import NotModifiedResponse, PathLike, StaticFiles
from starlette.types import Scope

UNCHANGING: Final = "public, max-age=31536000, immutable"
LEAST_BYTES: Final = 500
"""A smaller file fits into one packet as it is."""

_TEXT: Final = frozenset({".css", ".html", ".js", ".json", ".md", ".svg", ".ttf"})
_CODING: Final = re.compile(r"\s*([\w*-]+)\s*(?:;\s*q\s*=\s*([0-9.]+)\s*)?", re.IGNORECASE)


class Assets(StaticFiles):
    """Files of a folder; those with a hash in their name may be kept for ever."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, check_dir=False)
        self._compressed: dict[str, tuple[str, bytes]] = {}

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Serve a file in the form that the request takes: parts of one are parts of it as it is."""
        response = await super().get_response(path, scope)
        if not _may_be_compressed(response.headers, path):
            return response
        response.headers["Vary"] = "Accept-Encoding"
        headers = Headers(scope=scope)
        if not isinstance(response, FileResponse) or "range" in headers or not takes_gzip(headers):
            return response
        packed = await self._packed(str(response.path), response)
        return NotModifiedResponse(packed.headers) if self.is_not_modified(packed.headers, headers) else packed

    def file_response(
        self, full_path: PathLike, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Serve a file with how long it stays true."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        hashed = "assets" in Path(full_path).parts
        response.headers["Cache-Control"] = UNCHANGING if hashed else "no-cache"
        return response

    async def _packed(self, path: str, plain: Response) -> Response:
        etag = plain.headers["etag"]
        found = self._compressed.get(path)
        if found is None or found[0] != etag:
            found = etag, await to_thread.run_sync(_gzip, path)
            self._compressed[path] = found
        kept = {name: value for name, value in plain.headers.items() if name not in {"content-length", "accept-ranges"}}
        headers = {**kept, "content-encoding": "gzip", "etag": f'{etag[:-1]}-gzip"'}
        return Response(found[1], headers=headers)


def takes_gzip(headers: Headers) -> bool:
    """Whether the client names gzip, or anything, in `Accept-Encoding`, and not with a weight of 0."""
    weights = {
        found[1].lower(): found[2]
        for coding in headers.get("accept-encoding", "").split(",")
        if (found := _CODING.fullmatch(coding))
    }
    weight = weights.get("gzip", weights.get("*", "0"))
    return weight is None or weight.strip("0.") != ""


def _may_be_compressed(headers: Headers, path: str) -> bool:
    """Tell whether it is large text; a 304 has no length, and what it answers for may have been compressed."""
    return Path(path).suffix in _TEXT and int(headers.get("content-length", LEAST_BYTES)) >= LEAST_BYTES


def _gzip(path: str) -> bytes:
    return gzip.compress(Path(path).read_bytes(), mtime=0)
