"""graphql-transport-ws, strictly, as PROTOCOL.md of graphql-ws has it: one socket and its operations.

A message that is none of the protocol's closes the socket with 4400 and says why; a mistake in a document
is an `error` of its operation and no more. A subscription that can be shared is a member of a group
(`schema.groups`) and costs no task; every other operation runs as a task of its own.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Final, Self

import msgspec
from graphql import GraphQLFormattedError
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from schema.asked import Asked
from schema.auth import address_of, admit, refusal
from schema.context import Context
from schema.encoding import encode
from schema.groups import Member, presented
from schema.sockets import FORBIDDEN, Seat, Sockets
from schema.streams import Refused, Streams
from schema.wire import EXTENSION, Cork, Wire
from services.access.door import Door
from services.errors import RateLimitedError, UnauthenticatedError
from services.metrics import Metrics
from services.settings import Settings
from services.viewers import NOBODY, Viewer

SUBPROTOCOL: Final = "graphql-transport-ws"
MESSAGE_BYTES: Final = 64 * 1024
LONGEST_REASON: Final = 123
LONGEST_ID: Final = 4096

BAD_REQUEST: Final = 4400
UNAUTHORIZED: Final = 4401
SUBPROTOCOL_UNACCEPTABLE: Final = 4406
INIT_TIMEOUT: Final = 4408
DUPLICATE_ID: Final = 4409
TOO_MANY: Final = 4429

OperationId = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_ID)]


class _Init(msgspec.Struct, tag_field="type", tag="connection_init"):
    payload: dict[str, object] | None = None


class _Ping(msgspec.Struct, tag_field="type", tag="ping"):
    payload: dict[str, object] | None = None


class _Pong(msgspec.Struct, tag_field="type", tag="pong"):
    payload: dict[str, object] | None = None


class _Subscribe(msgspec.Struct, tag_field="type", tag="subscribe"):
    id: OperationId
    payload: Asked


class _Complete(msgspec.Struct, tag_field="type", tag="complete"):
    id: str


Message = _Init | _Ping | _Pong | _Subscribe | _Complete


@dataclass(frozen=True, slots=True)
class Server:
    """What every socket of a process is served with."""

    streams: Streams
    door: Callable[[], Door]
    make_context: Callable[[Viewer], Context]
    metrics: Metrics
    cork: Cork
    most_operations: int
    init_seconds: float
    stall_seconds: float

    @classmethod
    def from_settings(
        cls,
        settings: Settings,
        *,
        streams: Streams,
        door: Callable[[], Door],
        make_context: Callable[[Viewer], Context],
        metrics: Metrics,
    ) -> Self:
        """Take the limits out of the settings."""
        return cls(
            streams,
            door,
            make_context,
            metrics,
            Cork(),
            most_operations=settings.socket_operations,
            init_seconds=settings.socket_init_seconds,
            stall_seconds=settings.socket_stall_seconds,
        )


class Operation:
    """One operation of a socket, and the channel of a group's member."""

    __slots__ = ("_next", "_socket", "id", "member", "task")

    def __init__(self, socket: "Socket", operation_id: str) -> None:
        self.id = operation_id
        self.task: asyncio.Task[None] | None = None
        self.member: Member | None = None
        self._socket = socket
        self._next = b"".join((b'{"id":', encode(operation_id), b',"type":"next","payload":'))

    @property
    def writable(self) -> bool:
        """Whether the client takes what is sent."""
        return self._socket.wire.flowing

    def send(self, payloads: Sequence[bytes]) -> None:
        """Send answers, in a moment."""
        socket = self._socket
        if socket.operations.get(self.id) is self:
            socket.wire.hold(*[b"".join((self._next, payload, b"}")) for payload in payloads])

    def end(self, errors: Sequence[GraphQLFormattedError] = ()) -> None:
        """Complete, or say what went wrong; then the id is free again."""
        socket = self._socket
        if socket.operations.get(self.id) is not self:
            return
        del socket.operations[self.id]
        name = encode(self.id)
        if errors:
            words = encode(list(errors))
            socket.wire.write(b"".join((b'{"id":', name, b',"type":"error","payload":', words, b"}")))
        else:
            socket.wire.write(b"".join((b'{"id":', name, b',"type":"complete"}')))

    def look_at(self, task: asyncio.Task[None]) -> None:
        """Take note of the end of the operation's own task; a defect of the server is told as one."""
        self.task = None
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self.end([presented(error)])

    def stop(self) -> None:
        """Stop, since nobody wants it any more; nothing is said."""
        if self.task is not None:
            self.task.cancel()
        if self.member is not None:
            self.member.group.leave(self.member)


class Socket:
    """One open socket."""

    def __init__(self, server: Server, websocket: WebSocket, seat: Seat) -> None:
        self.wire: Wire = websocket.scope["extensions"][EXTENSION]["wire"]
        self.operations: dict[str, Operation] = {}
        self._server = server
        self._websocket = websocket
        self._seat = seat
        self._viewer = NOBODY
        self._context: Context | None = None
        self._greeted = False
        self._acknowledged = False
        self._closed = False
        self._closing: asyncio.Task[None] | None = None

    async def serve(self) -> None:
        """Serve until either side closes."""
        offered = SUBPROTOCOL in self._websocket.scope["subprotocols"]
        await self._websocket.accept(SUBPROTOCOL if offered else None)
        if not offered:
            await self.close(SUBPROTOCOL_UNACCEPTABLE, f"Offer the subprotocol {SUBPROTOCOL}")
            return
        self.wire.stall_seconds = self._server.stall_seconds
        self.wire.on_flowing = self._go_on
        self.wire.cork = self._server.cork
        self.wire.on_cut = self._server.metrics.slow_sockets_closed.inc
        loop = asyncio.get_running_loop()
        timer = loop.call_later(self._server.init_seconds, self._time_out)
        try:
            await self._read()
        finally:
            timer.cancel()
            self._stop_all()

    async def close(self, code: int, reason: str) -> None:
        """Close once; a reason that is too long for a close frame is cut."""
        if not self._closed:
            self._closed = True
            self._stop_all()
            self.wire.flush()
            await self._websocket.close(code, reason.encode()[:LONGEST_REASON].decode(errors="ignore"))

    async def _read(self) -> None:
        """Act on one message after another until the client has gone."""
        while (message := await self._websocket.receive())["type"] != "websocket.disconnect":
            if self._closed:
                continue
            text = message.get("text")
            if text is None:
                await self.close(BAD_REQUEST, "Invalid message: send text")
                continue
            try:
                received = _DECODER.decode(text)
            except (msgspec.DecodeError, RecursionError) as error:
                await self.close(BAD_REQUEST, f"Invalid message: {error}")
                continue
            await self._act(received)

    async def _act(self, message: Message) -> None:
        match message:
            case _Init():
                await self._greet(message.payload or {})
            case _Subscribe():
                await self._subscribe(message.id, message.payload)
            case _Complete():
                operation = self.operations.pop(message.id, None)
                if operation is not None:
                    operation.stop()
            case _Ping():
                await self._pong(message.payload)
            case _Pong():
                pass

    async def _greet(self, payload: Mapping[str, object]) -> None:
        """Find out who it is, and acknowledge."""
        if self._greeted:
            await self.close(TOO_MANY, "Too many initialisation requests")
            return
        self._greeted = True
        try:
            self._viewer = await admit(self._server.door(), self._websocket, payload)
            self._seat.take(self._viewer, self.close)
        except UnauthenticatedError as error:
            await self.close(FORBIDDEN, f"Forbidden: {error.message}")
        except RateLimitedError as error:
            await self.close(TOO_MANY, error.message)
        else:
            self._acknowledged = True
            self.wire.write(b'{"type":"connection_ack"}')

    async def _subscribe(self, operation_id: str, asked: Asked) -> None:
        await self.wire.drained()  # what is refused at once is written at once: who does not read is not read
        if not self._acknowledged:
            await self.close(UNAUTHORIZED, "Unauthorized")
        elif operation_id in self.operations:
            await self.close(DUPLICATE_ID, f"Subscriber for {operation_id} already exists")
        else:
            operation = Operation(self, operation_id)
            most = self._server.most_operations
            full = len(self.operations) >= most
            self.operations[operation_id] = operation
            if full:
                text = f"{most} operations run on this socket, which is the limit."
                setting = "GRATICULE_SOCKET_OPERATIONS"
                operation.end([presented(RateLimitedError(text, retry_after_seconds=1, setting=setting))])
                return
            operation.task = asyncio.create_task(self._run(operation, asked), name="socket: operation")
            operation.task.add_done_callback(operation.look_at)

    async def _pong(self, payload: Mapping[str, object] | None) -> None:
        """Answer with the ping's own payload."""
        await self.wire.drained()
        try:
            pong = encode({"type": "pong"} if payload is None else {"type": "pong", "payload": payload})
        except (TypeError, RecursionError) as error:  # numbers and depths that are read, but not written
            await self.close(BAD_REQUEST, f"Invalid message: {error}")
        else:
            self.wire.write(pong)

    async def _run(self, operation: Operation, asked: Asked) -> None:
        """Join a group, which serves the operation from then on, or run it for this socket alone."""
        operation.member = await self._server.streams.share(asked, self._viewer, operation)
        if operation.member is not None:
            return
        try:
            async with aclosing(self._server.streams.alone(asked, self._own_context())) as results:
                async for result in results:
                    await self.wire.drained()
                    operation.send([result])
                    self.wire.flush()
        except Refused as refused:
            operation.end(refused.errors)
        else:
            operation.end()

    def _own_context(self) -> Context:
        if self._context is None:
            self._context = self._server.make_context(self._viewer)
        return self._context

    def _go_on(self) -> None:
        """Wake the groups: what was held back may be sent."""
        for operation in self.operations.values():
            if operation.member is not None:
                operation.member.group.wake()

    def _time_out(self) -> None:
        if not self._greeted:
            closing = self.close(INIT_TIMEOUT, "Connection initialisation timeout")
            self._closing = asyncio.create_task(closing, name="socket: time out")

    def _stop_all(self) -> None:
        operations, self.operations = self.operations, {}
        for operation in operations.values():
            operation.stop()


class SocketEndpoint:
    """Serves sockets while there is room for them; else the handshake is answered with 429."""

    def __init__(self, server: Server, sockets: Sockets) -> None:
        self._server = server
        self._sockets = sockets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one."""
        websocket = WebSocket(scope, receive=receive, send=send)
        try:
            with self._sockets.seat(address_of(websocket)) as seat:
                await Socket(self._server, websocket, seat).serve()
        except RateLimitedError as error:
            headers = {"Retry-After": str(error.retry_after_seconds)}
            await websocket.send_denial_response(refusal(error, HTTPStatus.TOO_MANY_REQUESTS, headers))


_DECODER: Final = msgspec.json.Decoder(Message)
