"""GraphQL over websockets, strictly: strawberry's view and handler with the gaps closed.

graphql-transport-ws alone; a malformed message closes with 4400 and says why, a mistake in a document
is an `error` of that operation and no more. The text is graphql-ws's PROTOCOL.md.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from datetime import timedelta
from http import HTTPStatus
from typing import Final, cast

import msgspec
import orjson
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from strawberry.asgi import ASGIWebSocketAdapter, GraphQL
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.schema.base import BaseSchema
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    ConnectionInitMessage,
    Message,
    PingMessage,
    SubscribeMessage,
)

from schema.auth import address_of, admit, refusal
from schema.context import Context
from schema.encoding import encode
from schema.errors import extensions
from schema.patience import STALL_SECONDS
from schema.sockets import FORBIDDEN, Sockets
from schema.streams import Asked
from services.access.door import Door
from services.errors import RateLimitedError, UnauthenticatedError
from services.viewers import NOBODY, Viewer

MESSAGE_BYTES: Final = 64 * 1024
INIT_SECONDS: Final = 5.0
TOO_BIG: Final = 1009
BAD_REQUEST: Final = 4400
TOO_MANY: Final = 4429
LONGEST_REASON: Final = 120


class _Init(msgspec.Struct, tag_field="type", tag="connection_init"):
    payload: dict[str, object] | None = None


class _Ping(msgspec.Struct, tag_field="type", tag="ping"):
    payload: dict[str, object] | None = None


class _Pong(msgspec.Struct, tag_field="type", tag="pong"):
    payload: dict[str, object] | None = None


class _Subscribe(msgspec.Struct, tag_field="type", tag="subscribe"):
    id: str
    payload: Asked


class _Complete(msgspec.Struct, tag_field="type", tag="complete"):
    id: str


ClientMessage = _Init | _Ping | _Pong | _Subscribe | _Complete


class SocketAdapter(ASGIWebSocketAdapter):
    """Reads bounded text messages and gives up on a client that stopped reading."""

    async def iter_json(self, *, ignore_parsing_errors: bool = False) -> AsyncGenerator[object, None]:
        """Yield what the client sends until it goes, or until a message is too long."""
        async with aclosing(super().iter_json(ignore_parsing_errors=ignore_parsing_errors)) as messages:
            async for message in messages:
                if message is _TOO_LONG:
                    await self.close(TOO_BIG, f"A message may have {MESSAGE_BYTES} bytes")
                    return
                yield message

    async def send_json(self, message: Mapping[str, object]) -> None:
        """Send one text frame; a socket that takes nothing for a minute is cut."""
        text = encode(message).decode()
        try:
            async with asyncio.timeout(STALL_SECONDS):
                await self.ws.send_text(text)
        except (TimeoutError, RuntimeError, WebSocketDisconnect) as error:
            raise WebSocketDisconnected from error

    async def close(self, code: int, reason: str) -> None:
        """Close once; a reason that is too long for a close frame is cut."""
        if self.ws.application_state is not WebSocketState.DISCONNECTED:
            await super().close(code, reason.encode()[:LONGEST_REASON].decode(errors="ignore"))


class SocketHandler(BaseGraphQLTransportWSHandler[Context, None]):
    """The protocol with every message checked before it is acted on, and nothing answered to nobody."""

    view: "GraphQLView"

    async def handle_message(self, message: Message) -> None:
        """Act on a message, or close with 4400 when it is not one of the protocol's."""
        try:
            msgspec.convert(message, ClientMessage)
        except msgspec.ValidationError as error:
            await self.websocket.close(BAD_REQUEST, f"Invalid message: {error}")
            return
        await super().handle_message(message)

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        """Find out who it is and acknowledge; a null payload is no payload."""
        payload = message.get("payload") or {}
        if not self.connection_init_received and not await self._seated(payload):
            return
        await super().handle_connection_init({"type": "connection_init", "payload": payload})

    async def _seated(self, payload: Mapping[str, object]) -> bool:
        """Give the socket to its viewer; closes it when there is none, or when they have too many."""
        socket = cast("SocketAdapter", self.websocket).ws
        try:
            viewer = await admit(self.view.door(), socket, payload)
            socket.state.seat.take(viewer, self.websocket.close)
        except UnauthenticatedError as error:
            await self.websocket.close(FORBIDDEN, f"Forbidden: {error.message}")
        except RateLimitedError as error:
            await self.websocket.close(TOO_MANY, error.message)
        else:
            self.context.viewer = viewer
            return True
        return False

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        """Run an operation, or say that this socket has too many; the others go on."""
        most = self.max_subscriptions_per_connection
        if self.connection_acknowledged and message["id"] not in self.operations and len(self.operations) == most:
            text = f"{most} operations run on this socket, which is the limit."
            error = GraphQLError(text, extensions=extensions(RateLimitedError(text, retry_after_seconds=1)))
            await self.websocket.send_json({"id": message["id"], "type": "error", "payload": [error.formatted]})
            return
        await super().handle_subscribe(message)

    async def handle_ping(self, message: PingMessage) -> None:
        """Answer with the ping's own payload."""
        answer: dict[str, object] = {"type": "pong"}
        if "payload" in message:
            answer["payload"] = message["payload"]
        await self.websocket.send_json(answer)

    @staticmethod
    def _get_pre_execution_close_reason(error: GraphQLError) -> str | None:
        """Never close the socket for a mistake in one document; the other operations go on."""
        del error
        return None


class GraphQLView(GraphQL[Context, None]):
    """The endpoint of websockets; `make_context` gives each socket its context."""

    graphql_transport_ws_handler_class = SocketHandler
    websocket_adapter_class = SocketAdapter

    def __init__(
        self,
        schema: BaseSchema,
        *,
        make_context: Callable[[Viewer], Context],
        door: Callable[[], Door],
        sockets: Sockets,
        socket_operations: int,
    ) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            allow_queries_via_get=False,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            connection_init_wait_timeout=timedelta(seconds=INIT_SECONDS),
            multipart_uploads_enabled=False,
            max_subscriptions_per_connection=socket_operations,
        )
        self.door = door
        self._make_context = make_context
        self._sockets = sockets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a socket while there is room for it; else the handshake is answered with 429."""
        socket = WebSocket(scope, receive=receive, send=send)
        try:
            with self._sockets.seat(address_of(socket)) as seat:
                socket.state.seat = seat
                await self.run(socket)
        except RateLimitedError as error:
            headers = {"Retry-After": str(error.retry_after_seconds)}
            await socket.send_denial_response(refusal(error, HTTPStatus.TOO_MANY_REQUESTS, headers))

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        """Make the context; a socket has not said yet who it is."""
        del request, response
        return self._make_context(NOBODY)

    def is_websocket_origin_allowed(self, request: object, origin: str) -> bool:
        """Leave it to `schema.security`, which has checked Host and Origin by one rule for all transports."""
        del request, origin
        return True

    def decode_json(self, data: str | bytes) -> object:
        """Read JSON, or tell a message that is too long to be read."""
        return _TOO_LONG if len(data) > MESSAGE_BYTES else orjson.loads(data)

    def encode_json(self, data: object) -> bytes:
        """Write JSON."""
        return encode(data)


_TOO_LONG: Final = "too long"
