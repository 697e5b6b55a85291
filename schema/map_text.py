"""Maps for whoever has only a URL to ask with: `curl`, a script, an agent that reads the web.

`/r/<id>.md`, or `/<host>/<owner>/<name>.md`, is the same text as `repoMap(format: MARKDOWN)`, with the rights of
whoever asks. A GET starts no work: what is not here is a line that says so, what is being made one that says how far.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from schema.auth import admit
from schema.context import Context
from schema.http import ENTITY_TAG
from schema.types.node import NodeKind, row_id
from schema.types.repo_map import LARGEST_BUDGET, FocusInput, outline_request
from services.access.door import Door
from services.errors import ErrorCode, GraticuleError, InvalidArgumentError, NotFoundError
from services.mapping.outline import etag_of
from services.mapping.views import OutlineFormat, OutlineRequest
from services.models import Job, JobState, Repository
from services.snapshots import OpenSnapshot
from services.viewers import Viewer

PARAMETERS: Final = frozenset({"tokens", "focus", "ref", "paths"})
RETRY_SECONDS: Final = 2
"""When a map that is being made is worth another look; most take seconds."""
LONGEST_NUMBER: Final = len(str(LARGEST_BUDGET))
KEPT: Final = {"Cache-Control": "private, no-cache", "Vary": "Authorization"}
STATUSES: Final[Mapping[ErrorCode, HTTPStatus]] = {
    ErrorCode.INVALID_URL: HTTPStatus.BAD_REQUEST,
    ErrorCode.INVALID_REF: HTTPStatus.BAD_REQUEST,
    ErrorCode.INVALID_ARGUMENT: HTTPStatus.BAD_REQUEST,
    ErrorCode.CREDENTIALS_IN_URL: HTTPStatus.BAD_REQUEST,
    ErrorCode.UNAUTHENTICATED: HTTPStatus.UNAUTHORIZED,
    ErrorCode.FORBIDDEN: HTTPStatus.FORBIDDEN,
    ErrorCode.PROTOCOL_NOT_ALLOWED: HTTPStatus.FORBIDDEN,
    ErrorCode.HOST_NOT_ALLOWED: HTTPStatus.FORBIDDEN,
    ErrorCode.ADDRESS_NOT_ALLOWED: HTTPStatus.FORBIDDEN,
    ErrorCode.NOT_FOUND: HTTPStatus.NOT_FOUND,
    ErrorCode.RATE_LIMITED: HTTPStatus.TOO_MANY_REQUESTS,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a query string asks for."""

    ref: str | None
    outline: OutlineRequest


class MapText:
    """Answers both kinds of path; `make_context` gives each request its context."""

    def __init__(self, make_context: Callable[[Viewer], Context], door: Callable[[], Door]) -> None:
        self._make_context = make_context
        self._door = door

    def routes(self) -> list[Route]:
        """Give the routes, to stand before those of the pages."""
        return [
            Route("/r/{id}.md", self.answer),
            Route("/{host:host}/{name:mapped}.md", self.answer),
            Route("/{host:host}/{name:mapped}.md@{ref:path}", self.answer),
        ]

    async def answer(self, request: Request) -> Response:
        """Answer with the map, or with a line."""
        try:
            context = self._make_context(await admit(self._door(), request))
            asked = _read(request)
            repository = await self._find(request, context)
            opened = await context.service.snapshot(repository.id, ref=asked.ref)
            if opened is None:
                return _missing(repository, await _newest_job(context, repository, asked.ref))
            return await self._text(request, context, opened, asked.outline)
        except GraticuleError as error:
            return refused(error)

    async def _find(self, request: Request, context: Context) -> Repository:
        given = request.path_params
        if "id" in given:
            found = await context.service.repository(row_id(given["id"], NodeKind.REPOSITORY))
        else:
            found = await context.service.repository_by_url(f"{given['host']}/{given['name']}")
        if found is None:
            hint = "Ask for it first: `cloneRepository` over GraphQL, `clone_repo` over MCP, or on this server's page."
            raise NotFoundError("This server has no such repository.", hint=hint)
        return found

    async def _text(
        self, request: Request, context: Context, opened: OpenSnapshot, outline: OutlineRequest
    ) -> Response:
        """Write the map, unless whoever asks has it already; its name is known without writing it."""
        tag = f'"{etag_of(opened.map, outline)}"'
        headers = KEPT | {"ETag": tag, "X-Graticule-Commit": opened.record.key.commit}
        given = ", ".join(request.headers.getlist("if-none-match")).strip()
        if given == "*" or tag in ENTITY_TAG.findall(given):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        made = await context.service.outline(opened.record.key, outline)
        return Response(
            made.text, headers=headers | {"X-Graticule-Tokens": str(made.tokens)}, media_type="text/markdown"
        )


def refused(error: GraticuleError) -> Response:
    """Say in a line what is wrong and what to do, with the code in front: programs read this, too."""
    later = HTTPStatus.SERVICE_UNAVAILABLE if error.retryable else HTTPStatus.INTERNAL_SERVER_ERROR
    status = STATUSES.get(error.code, later)
    headers = {"Cache-Control": "no-store"}
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if error.retryable:
        headers["Retry-After"] = str(RETRY_SECONDS)
    return _line(f"{error.code.value}: {error.message} {error.hint or ''}", status, headers)


def _line(text: str, status: HTTPStatus, headers: Mapping[str, str]) -> Response:
    words = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    return PlainTextResponse(f"{words}\n", status, headers)


def _read(request: Request) -> Asked:
    """Read the query string, strictly: a misspelt parameter would give a map that nobody asked for."""
    given = request.query_params
    unknown = sorted(set(given) - PARAMETERS)
    if unknown:
        names = ", ".join(sorted(PARAMETERS))
        raise InvalidArgumentError(f"There is no parameter {unknown[0][:40]!r}; there are {names}.")
    twice = [name for name in PARAMETERS - {"paths"} if len(given.getlist(name)) > 1]
    ref = request.path_params.get("ref")
    if twice or (ref and "ref" in given):
        raise InvalidArgumentError(f"`{twice[0] if twice else 'ref'}` is given twice.")
    if any("\0" in value or "\ufffd" in value for _, value in given.multi_items()):
        raise InvalidArgumentError("The query string is no text in UTF-8.")
    focus = FocusInput(text=given["focus"]) if given.get("focus") else None
    outline = outline_request(_tokens(given.get("tokens")), None, focus, given.getlist("paths"))
    return Asked(ref or given.get("ref") or None, replace(outline, format=OutlineFormat.MARKDOWN))


def _tokens(text: str | None) -> int | None:
    if not text:
        return None
    if len(text) > LONGEST_NUMBER or not (text.isascii() and text.isdigit()):
        raise InvalidArgumentError(f"`tokens` must be a number from 1 to {LARGEST_BUDGET}.")
    return int(text)


async def _newest_job(context: Context, repository: Repository, ref: str | None) -> Job | None:
    return (await context.service.batches.newest_jobs({repository.id}, ref=ref)).get(repository.id)


def _missing(repository: Repository, job: Job | None) -> Response:
    """Say why there is no map: 202 while one is being made, 404 otherwise."""
    if job is None or job.state.terminal:
        why, hint = "nobody has asked for it.", "`buildRepoMap` makes one of a ref."
        if job:
            why, hint = f"the last job {job.state.value}.", "`retryJob` does it again."
        if job and job.error:
            why, hint = job.error.message, job.error.hint or hint
        return refused(NotFoundError(f"There is no map of {repository.name} at this ref: {why}", hint=hint))
    text = f"{repository.name}: {_how_far(job)}. Ask again in {RETRY_SECONDS} s."
    headers = {"Cache-Control": "no-store", "Retry-After": str(RETRY_SECONDS)}
    return _line(text, HTTPStatus.ACCEPTED, headers)


def _how_far(job: Job) -> str:
    if job.state is JobState.QUEUED:
        return f"the job will be tried again ({job.error.message})" if job.error else "the job waits for its turn"
    if job.progress is None:
        return "the job begins"
    progress = job.progress
    counted = "" if progress.current is None else f" {progress.current}"
    return f"{progress.phase.value}{counted}{f' of {progress.total}' if counted and progress.total else ''}"
