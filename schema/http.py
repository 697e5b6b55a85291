"""GraphQL over HTTP, as its specification has it: one operation a request, by POST or by a careful GET.

An answer has the media type that the client likes best, and a document that never ran has a status
that says so where the client knows GraphQL's own media type. What is refused before GraphQL sees it
is plain JSON. A GET runs queries and follows subscriptions, never mutations, and only when no other
page can have caused it.
"""

import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import msgspec
import orjson
from graphql import OperationType
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.execution import ExecutionResult
from strawberry.types.graphql import OperationType as Allowed

from schema.answers import Answers
from schema.asked import Asked
from schema.auth import address_of, refusal
from schema.context import Context
from schema.contract import Contract
from schema.encoding import body_of, encode, never_ran
from schema.immutable import Immutable, entity_tag
from schema.negotiation import EVENT_STREAM, JSON, RESPONSE, acceptable
from schema.prepared import kind_of
from schema.security import sent_by_code
from schema.sockets import Sockets
from schema.sse import EventStream
from schema.streams import EMPTY, Streams
from services.errors import RateLimitedError
from services.viewers import Viewer

NO_STORE: Final = {"Cache-Control": "no-store"}
REVALIDATED: Final = {"Cache-Control": "private, no-cache", "Vary": "Accept, Authorization, Accept-Encoding"}
ENTITY_TAG: Final = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')
CHARSET: Final = re.compile(r';\s*charset\s*=\s*"?utf-?8"?\s*(;|$)', re.IGNORECASE)
AS_A_STREAM: Final = f"A subscription is answered as a stream: send `Accept: {EVENT_STREAM}`, or use a websocket."
NOT_BY_GET: Final = (
    "A GET is answered only when no link, image or form can have sent it: "
    f"add the header `Content-Type: {JSON}`, or send POST."
)


class RefusedRequest(Exception):  # noqa: N818  # not the server's failure, but its answer
    """What is no GraphQL request that this server answers: a status, and why."""

    def __init__(self, status: HTTPStatus, reason: str, *, allow: str | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.headers = NO_STORE | ({"Allow": allow} if allow else {})


@dataclass(frozen=True, slots=True)
class Computed:
    """An answer on its way out: whether it has no errors, and whether its document ran at all."""

    response: Response
    whole: bool = True
    ran: bool = True


class HttpEndpoint:
    """POST and GET of `/graphql`; `make_context` gives each request its context."""

    def __init__(
        self,
        contract: Contract,
        *,
        streams: Streams,
        make_context: Callable[[Viewer], Context],
        sockets: Sockets,
        answers: Answers,
    ) -> None:
        self._contract = contract
        self._streams = streams
        self._immutable = Immutable(contract.types)
        self._make_context = make_context
        self._sockets = sockets
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; a client that goes in the middle of its body is not answered."""
        with ExitStack() as seats:
            try:
                response = await self._answer(Request(scope, receive), seats)
            except ClientDisconnect:
                return
            except RefusedRequest as refused:
                body = {"errors": [{"message": refused.reason}]}
                response = JSONResponse(body, refused.status, refused.headers)
            except RateLimitedError as error:
                headers = NO_STORE | {"Retry-After": str(error.retry_after_seconds)}
                response = refusal(error, HTTPStatus.TOO_MANY_REQUESTS, headers)
            await response(scope, receive, send)

    async def _answer(self, request: Request, seats: ExitStack) -> ASGIApp:
        asked = _from_url(request) if _is_get(request) else await _from_body(request)
        accepted = acceptable(", ".join(request.headers.getlist("accept")) or None)
        if not accepted:
            raise RefusedRequest(HTTPStatus.NOT_ACCEPTABLE, f"Answers are {RESPONSE}, {JSON} or {EVENT_STREAM}.")
        context = self._make_context(request.state.viewer)
        kind = kind_of(asked.query, asked.operationName, context.limits.tokens)
        if kind is OperationType.MUTATION and _is_get(request):
            raise RefusedRequest(HTTPStatus.METHOD_NOT_ALLOWED, "A mutation runs by POST alone.", allow="POST")
        if EVENT_STREAM in accepted and (accepted[0] == EVENT_STREAM or kind is OperationType.SUBSCRIPTION):
            stream = EventStream(self._streams.open(asked, context))
            seats.enter_context(self._sockets.seat(address_of(request))).take(context.viewer, stream.close)
            return stream
        media_type = next((one for one in accepted if one != EVENT_STREAM), JSON)
        tag = await self._immutable.tag(asked, context, media_type)
        if tag is not None and _is_get(request) and tag in _tags(request):
            return _not_modified(tag)
        computed = await self._computed(request, asked, context, media_type, tag)
        return _tagged(computed, request, tag) if _is_get(request) else computed.response

    async def _computed(
        self, request: Request, asked: Asked, context: Context, media_type: str, tag: str | None
    ) -> Computed:
        """Give the answer, if it cannot change the one that was given before."""
        body = self._answers.get(tag) if tag is not None else None
        if body is not None:
            return Computed(_written(body, HTTPStatus.OK, media_type))
        result = await self._execute(request, asked, context)
        failed = never_ran(result) and media_type == RESPONSE
        body = encode(body_of(result))
        if tag is not None and not result.errors:
            self._answers.keep(tag, body)
        status = HTTPStatus.BAD_REQUEST if failed else HTTPStatus.OK
        return Computed(_written(body, status, media_type), whole=not result.errors, ran=not never_ran(result))

    async def _execute(self, request: Request, asked: Asked, context: Context) -> ExecutionResult:
        allowed = {Allowed.QUERY} if _is_get(request) else {Allowed.QUERY, Allowed.MUTATION}
        try:
            return await self._contract.execute(
                asked.query,
                variable_values=asked.variables,
                context_value=context,
                operation_name=asked.operationName,
                allowed_operation_types=allowed,
                operation_extensions=asked.extensions,
            )
        except CannotGetOperationTypeError as error:
            raise RefusedRequest(HTTPStatus.BAD_REQUEST, error.as_http_error_reason()) from error
        except InvalidOperationTypeError as error:
            raise RefusedRequest(HTTPStatus.BAD_REQUEST, AS_A_STREAM) from error
        except MissingQueryError as error:
            raise RefusedRequest(HTTPStatus.BAD_REQUEST, EMPTY) from error


def _is_get(request: Request) -> bool:
    return request.method == "GET"


def _written(body: bytes, status: HTTPStatus, media_type: str) -> Response:
    return Response(body, status, NO_STORE, f"{media_type}; charset=utf-8")


def _tagged(computed: Computed, request: Request, tag: str | None) -> Response:
    """Answer a GET so that it can be asked for again; an answer with errors is never the immutable one."""
    response = computed.response
    if not computed.ran:
        return response
    if tag is None or not computed.whole:
        tag = entity_tag((response.media_type or "").encode(), bytes(response.body))
    if tag in (given := _tags(request)) or "*" in given:
        return _not_modified(tag)
    response.headers.update(REVALIDATED | {"ETag": tag})
    return response


def _not_modified(tag: str) -> Response:
    return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=REVALIDATED | {"ETag": tag})


def _tags(request: Request) -> list[str]:
    """Give what the client has already, for the weak comparison of RFC 9110, section 13.1.2."""
    given = ", ".join(request.headers.getlist("if-none-match")).strip()
    return ["*"] if given == "*" else ENTITY_TAG.findall(given)


def _from_url(request: Request) -> Asked:
    """Read a GET; RefusedRequest when another page may have caused it, or when it is no request."""
    if not sent_by_code(request.headers):
        raise RefusedRequest(HTTPStatus.METHOD_NOT_ALLOWED, NOT_BY_GET, allow="POST")
    given = request.query_params.multi_items()
    asked = {name: value for name, value in given if value}
    if len({name for name, _ in given}) < len(given):
        raise RefusedRequest(HTTPStatus.BAD_REQUEST, "A parameter is given twice.")
    try:
        decoded = {name: orjson.loads(asked[name]) for name in ("variables", "extensions") if name in asked}
    except orjson.JSONDecodeError as error:
        raise RefusedRequest(HTTPStatus.BAD_REQUEST, f"A parameter is no JSON: {error}") from error
    return _read(asked | decoded)


async def _from_body(request: Request) -> Asked:
    """Read a POST; RefusedRequest for another method or media type, or when it is no request."""
    if request.method != "POST":
        raise RefusedRequest(HTTPStatus.METHOD_NOT_ALLOWED, "Send GET or POST.", allow="GET, POST")
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    foreign = "charset" in parameters.lower() and not CHARSET.search(f";{parameters}")
    if media_type.strip().lower() != JSON or foreign:
        raise RefusedRequest(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Send {JSON} in UTF-8.")
    try:
        return _read(orjson.loads(await request.body()))
    except orjson.JSONDecodeError as error:
        raise RefusedRequest(HTTPStatus.BAD_REQUEST, f"This is no GraphQL request: {error}") from error


def _read(asked: object) -> Asked:
    try:
        return msgspec.convert(asked, Asked)
    except msgspec.ValidationError as error:
        raise RefusedRequest(HTTPStatus.BAD_REQUEST, f"This is no GraphQL request: {error}") from error
