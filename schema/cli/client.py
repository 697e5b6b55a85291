"""One open connection to a server: each method is one document, over one websocket."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any, Final, TypeVar

import msgspec
from gql import Client, gql
from gql.client import AsyncClientSession
from gql.transport.exceptions import TransportConnectionFailed, TransportProtocolError, TransportQueryError
from gql.transport.websockets import WebsocketsTransport
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from schema.cli import documents
from schema.cli.documents import (
    Answer,
    Cancelled,
    FoundJob,
    FoundRepository,
    ListedPage,
    NamedRepository,
    WireJob,
    WireSnapshot,
    Work,
)
from schema.cli.errors import NotAServerError, NotUnderstoodError, ServerUnreachableError
from schema.sockets import FORBIDDEN
from services.errors import ErrorCode, GraticuleError, InvalidArgumentError, UnauthenticatedError

AnswerT = TypeVar("AnswerT")

PAGE: Final = 100
"""Repositories that are asked for at once."""

CODES: Final = {code.value: code for code in ErrorCode}


class GraphQLErrorExtensions(Answer, frozen=True):
    """What our errors carry beside their message."""

    code: str = ErrorCode.INTERNAL
    """Newer servers may have codes that are not known here."""
    hint: str | None = None


class GraphQLErrorBody(Answer, frozen=True):
    """An entry of `errors` in an answer."""

    message: str
    extensions: GraphQLErrorExtensions = GraphQLErrorExtensions()


class GraticuleClient:
    """One open connection to a server; every method is one document.

    Each raises the GraticuleError that the server names, and NotUnderstoodError for an answer that is none.
    """

    def __init__(self, session: AsyncClientSession) -> None:
        self._session = session

    async def clone(self, url: str, *, ref: str | None = None) -> Work:
        """Ask for a clone and its map; returns at once."""
        return (await self._ask(documents.CLONE, {"url": url, "ref": ref}, kind=documents.WorkData)).accepted

    async def refresh(self, repository_id: str) -> Work:
        """Have the remote asked for news; returns at once."""
        return (await self._ask(documents.REFRESH, {"id": repository_id}, kind=documents.WorkData)).accepted

    async def remove(self, repository_id: str) -> Work:
        """Have a repository forgotten; returns at once."""
        return (await self._ask(documents.REMOVE, {"id": repository_id}, kind=documents.WorkData)).accepted

    async def cancel(self, job_id: str) -> Cancelled:
        """End a job that waits or runs."""
        return (await self._ask(documents.CANCEL, {"id": job_id}, kind=documents.CancelData)).cancel_job

    async def find_url(self, url: str) -> FoundRepository | None:
        """Look a known repository up by any spelling of its URL; GraticuleError for what is none."""
        return (await self._ask(documents.FIND_URL, {"url": url}, kind=documents.FindData)).repository

    async def find_id(self, global_id: str) -> FoundRepository | FoundJob | None:
        """Look up what has this id."""
        found = await self._ask(documents.FIND_ID, {"id": global_id}, kind=documents.FindData)
        return found.repository or found.job

    async def find_name(self, part: str) -> list[NamedRepository]:
        """Give at most 20 repositories with this text in their names."""
        found = await self._ask(documents.FIND_NAME, {"name": part}, kind=documents.FindNameData)
        return found.repositories.nodes

    async def repositories(
        self, *, name: str | None, order: str, first: int = PAGE, after: str | None = None
    ) -> tuple[ListedPage, list[dict[str, object]]]:
        """Give a page of the repositories, and the same as the server wrote it."""
        variables = {"first": first, "after": after, "name": name, "orderBy": order}
        with _understood():
            data = await self._data(documents.LIST, variables)
            page = msgspec.convert(data, documents.ListData).repositories
        return page, data["repositories"]["nodes"]

    async def repo_map(self, repository_id: str, *, tokens: int, ref: str | None = None) -> WireSnapshot | None:
        """Read the newest snapshot and its outline; None while there is none."""
        variables = {"id": repository_id, "ref": ref, "tokens": tokens}
        repository = (await self._ask(documents.MAP, variables, kind=documents.MapData)).repository
        return repository.snapshot if repository else None

    async def follow(self, job_id: str) -> AsyncGenerator[WireJob, None]:
        """Yield the job's state now, then each newer one, and end after its terminal event."""
        request = gql(documents.FOLLOW)
        request.variable_values = {"id": job_id}
        with _understood():
            async for data in self._session.subscribe(request):
                yield msgspec.convert(data, documents.FollowData).job_progress.job

    async def _ask(self, document: str, variables: Mapping[str, object], *, kind: type[AnswerT]) -> AnswerT:
        with _understood():
            return msgspec.convert(await self._data(document, variables), kind)

    async def _data(self, document: str, variables: Mapping[str, object]) -> dict[str, Any]:
        request = gql(document)
        request.variable_values = dict(variables)
        return await self._session.execute(request)


@contextmanager
def _understood() -> Iterator[None]:
    """Turn an error of GraphQL into the one that it names, and an answer that is none into NotUnderstoodError."""
    try:
        try:
            yield
        except TransportQueryError as error:
            raise _typed(error) from error
    except (msgspec.ValidationError, TransportProtocolError, AssertionError) as error:  # gql asserts that there is data
        raise NotUnderstoodError from error


def _typed(error: TransportQueryError) -> GraticuleError:
    """Turn the first GraphQL error into the error that its `extensions.code` names."""
    bodies = msgspec.convert(error.errors, list[GraphQLErrorBody])
    if not bodies:
        return GraticuleError(ErrorCode.INTERNAL, str(error))
    said = bodies[0].extensions
    return GraticuleError(CODES.get(said.code, ErrorCode.INTERNAL), bodies[0].message, hint=said.hint)


@asynccontextmanager
async def connect(server_url: str, *, token: str | None = None) -> AsyncIterator[GraticuleClient]:
    """Open a connection to `http(s)://host:port`.

    ServerUnreachableError within 10 s, also when another program answers; UnauthenticatedError when the server wants
    another token, or any; InvalidArgumentError for what names no server.
    """
    socket_url = f"ws{address_of(server_url).removeprefix('http')}/graphql"
    transport = WebsocketsTransport(
        socket_url,
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
        init_payload={"token": token} if token else {},
    )
    async with AsyncExitStack() as stack:
        try:
            session = await stack.enter_async_context(Client(transport=transport))
        except InvalidURI as error:
            raise _no_server(server_url) from error
        except OSError as error:
            raise ServerUnreachableError(server_url) from error
        except TransportConnectionFailed as error:
            raise _cut_off(error, server_url) from error
        try:
            yield GraticuleClient(session)
        except TransportConnectionFailed as error:  # not an OSError: that is of what the caller prints
            raise _cut_off(error, server_url) from error


def address_of(server_url: str) -> str:
    """Give the address of a server as it is written; `host:port` alone is taken as http. InvalidArgumentError."""
    scheme, mark, rest = server_url.strip().partition("://")
    scheme, rest = (scheme.lower(), rest.rstrip("/")) if mark else ("http", scheme.rstrip("/"))
    if scheme not in {"http", "https"} or not rest:
        raise _no_server(server_url)
    return f"{scheme}://{rest}"


def _no_server(server_url: str) -> InvalidArgumentError:
    return InvalidArgumentError(f"{server_url!r} names no server.", hint="Give http://host:port or https://host.")


def _cut_off(error: TransportConnectionFailed, server_url: str) -> GraticuleError:
    if any(isinstance(cause, InvalidHandshake) for cause in _causes(error)):
        return NotAServerError(server_url)
    reason = _why_closed(error)
    if reason is None:
        return ServerUnreachableError(server_url)
    return UnauthenticatedError(reason, hint="Give a token with --token or GRATICULE_TOKEN.")


def _why_closed(error: BaseException) -> str | None:
    """Give the server's words if it closed the socket since it does not know who asks."""
    for cause in _causes(error):
        if isinstance(cause, ConnectionClosed) and cause.rcvd is not None and cause.rcvd.code == FORBIDDEN:
            return cause.rcvd.reason.removeprefix("Forbidden: ")
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
