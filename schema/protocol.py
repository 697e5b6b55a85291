"""GraphQL over HTTP, strictly: strawberry's view with the gaps closed.

POST with JSON alone; `application/graphql-response+json` when the client accepts it (then a
document that never ran answers 400), as the GraphQL-over-HTTP specification has it.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final, cast

import msgspec
import orjson
from cross_web import AsyncHTTPRequestAdapter, HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.http.base import BaseRequestProtocol
from strawberry.schema.base import BaseSchema
from strawberry.types.execution import ExecutionResult, PreExecutionError

from schema.context import Context
from schema.encoding import encode
from services.viewers import Viewer

JSON_TYPE: Final = "application/json"
RESPONSE_TYPE: Final = "application/graphql-response+json"


class _Asked(msgspec.Struct):
    """A request as it comes over either transport."""

    query: str
    variables: dict[str, object] | None = None
    operationName: str | None = None  # noqa: N815  # the protocol's own spelling
    extensions: dict[str, object] | None = None


class GraphQLView(GraphQL[Context, None]):
    """The endpoint; `make_context` gives each request and each socket its context."""

    def __init__(
        self,
        schema: BaseSchema,
        *,
        make_context: Callable[[Viewer], Context],
    ) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            allow_queries_via_get=False,
            subscription_protocols=(),
            multipart_uploads_enabled=False,
        )
        self._make_context = make_context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; a request that is refused before GraphQL sees it gets JSON as well."""
        try:
            response = await self.run(Request(scope, receive=receive))
            await response(scope, receive, send)
        except ClientDisconnect:
            return  # in the middle of its body: nobody is there to be answered, and nothing is wrong here
        except HTTPException as error:
            body = {"errors": [{"message": error.reason}]}
            headers = {"Allow": "POST"} if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED else None
            await JSONResponse(body, status_code=error.status_code, headers=headers)(scope, receive, send)

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        """Make the context of whoever was let in."""
        del response
        return self._make_context(request.state.viewer)

    def is_request_allowed(self, request: BaseRequestProtocol) -> bool:
        """Take POST alone: a link or an image must never run a document."""
        return request.method == "POST"

    async def parse_http_body(self, request: AsyncHTTPRequestAdapter) -> GraphQLRequestData:
        """Read one operation; HTTPException 415 for another media type, 400 for anything but one JSON object."""
        if (request.content_type or "").split(";")[0].strip().lower() != JSON_TYPE:
            raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Send {JSON_TYPE}.")
        try:
            asked = msgspec.convert(orjson.loads(await request.get_body()), _Asked)
        except (orjson.JSONDecodeError, msgspec.ValidationError) as error:
            raise HTTPException(HTTPStatus.BAD_REQUEST, f"This is no GraphQL request: {error}") from error
        return GraphQLRequestData(
            query=asked.query,
            variables=asked.variables,
            operation_name=asked.operationName,
            extensions=asked.extensions,
        )

    async def process_result(self, request: Request, result: ExecutionResult) -> GraphQLHTTPResponse:
        """Give the answer's body; a document that never ran has no `data`."""
        body = await super().process_result(request, result)
        if isinstance(result, PreExecutionError):
            body.pop("data", None)
        return body

    async def get_sub_response(self, request: Request | WebSocket) -> Response:
        """Choose the media type that the client accepts."""
        response = await super().get_sub_response(request)
        response.media_type = RESPONSE_TYPE if RESPONSE_TYPE in request.headers.get("accept", "") else JSON_TYPE
        return response

    def create_response(
        self, response_data: GraphQLHTTPResponse | list[GraphQLHTTPResponse], sub_response: Response
    ) -> Response:
        """Write the body; with the newer media type its status says whether the document ran."""
        body = cast("GraphQLHTTPResponse", response_data)
        never_ran = "data" not in body and sub_response.media_type == RESPONSE_TYPE
        status = HTTPStatus.BAD_REQUEST if never_ran else HTTPStatus.OK
        return Response(encode(body), status_code=status, media_type=sub_response.media_type)

    def encode_json(self, data: object) -> bytes:
        """Write JSON."""
        return encode(data)
