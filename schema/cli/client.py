"""What the command line asks a server, in GraphQL over one websocket, and the typed answers.

The terminal gets nothing that another client could not get: these are ordinary documents on the
public contract.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import Final, TypeVar

import msgspec
from gql import Client, gql
from gql.client import AsyncClientSession
from gql.transport.exceptions import TransportConnectionFailed, TransportQueryError
from gql.transport.websockets import WebsocketsTransport
from websockets.exceptions import ConnectionClosed

from schema.cli.errors import ServerUnreachableError
from schema.sockets import FORBIDDEN
from services.errors import ErrorCode, Failure, GraticuleError, UnauthenticatedError
from services.models import JobState, Phase, Progress

AnswerT = TypeVar("AnswerT")

JOB_FIELDS: Final = """
    id state attempt
    progress { phase current total receivedBytes bytesPerSecond message }
    phases { phase startedAt finishedAt current total }
    error { code message retryable hint }
"""
CLONE: Final = f"""
mutation Clone($url: String!, $ref: String) {{
  cloneRepository(input: {{url: $url, ref: $ref}}) {{
    alreadyRunning
    repository {{ id name }}
    job {{ {JOB_FIELDS} }}
    errors {{ ... on Error {{ code message retryable hint }} }}
  }}
}}"""
FOLLOW: Final = f"""
subscription Follow($id: ID!) {{ jobProgress(id: $id, maxRateHz: 20) {{ job {{ {JOB_FIELDS} }} }} }}"""
FIND: Final = f"""
query Find($url: String!) {{
  repository(url: $url) {{ id name jobs(first: 1) {{ edges {{ node {{ {JOB_FIELDS} }} }} }} }}
}}"""
MAP: Final = """
query Map($id: ID!, $ref: String, $tokens: Int!) {
  repository(id: $id) {
    snapshot(ref: $ref) {
      commit
      coverage { filesListed filesParsed symbols references resolved }
      repoMap(tokens: $tokens) { text tokens budget }
    }
  }
}"""


class Answer(msgspec.Struct, frozen=True, rename="camel"):
    """The root of every answer: names as in the contract."""


class WireProgress(Answer, frozen=True):
    """`Progress` as it comes over the wire; BigInt is a decimal string."""

    phase: Phase
    current: int | None = None
    total: int | None = None
    received_bytes: str | None = None
    bytes_per_second: float | None = None
    message: str | None = None

    def as_progress(self) -> Progress:
        """Give the value that the board draws."""
        received = None if self.received_bytes is None else int(self.received_bytes)
        return Progress(self.phase, self.current, self.total, received, self.bytes_per_second, self.message)


class WirePhase(Answer, frozen=True):
    """A phase as the server remembers it."""

    phase: Phase
    started_at: datetime
    finished_at: datetime | None = None
    current: int | None = None
    total: int | None = None


class WireFailure(Answer, frozen=True):
    """An error of a payload or of a job."""

    code: ErrorCode
    message: str
    retryable: bool
    hint: str | None = None

    def as_failure(self) -> Failure:
        """Give the value that the command line prints."""
        return Failure(self.code, self.message, self.retryable, self.hint)


class WireJob(Answer, frozen=True):
    """A job as the command line needs it."""

    id: str
    state: JobState
    attempt: int = 0
    progress: WireProgress | None = None
    phases: tuple[WirePhase, ...] = ()
    error: WireFailure | None = None


class NamedRepository(Answer, frozen=True):
    """A repository's id and its `host/owner/name`."""

    id: str
    name: str


class Cloned(Answer, frozen=True):
    """The answer to `cloneRepository`: either errors, or a repository with its job."""

    already_running: bool
    repository: NamedRepository | None
    job: WireJob | None
    errors: list[WireFailure]


class JobEdge(Answer, frozen=True):
    """An edge of a connection of jobs."""

    node: WireJob


class JobEdges(Answer, frozen=True):
    """A connection of jobs, newest first."""

    edges: list[JobEdge]


class FoundRepository(NamedRepository, frozen=True):
    """A known repository with its last job."""

    jobs: JobEdges


class WireCoverage(Answer, frozen=True):
    """The numbers of a snapshot that the terminal shows."""

    files_listed: int
    files_parsed: int
    symbols: int
    references: int
    resolved: int


class WireRepoMap(Answer, frozen=True):
    """The outline with its exact size in tokens."""

    text: str
    tokens: int
    budget: int


class WireSnapshot(Answer, frozen=True):
    """A mapped commit."""

    commit: str
    coverage: WireCoverage
    repo_map: WireRepoMap


class Mapped(Answer, frozen=True):
    """The newest snapshot of a repository, when there is one."""

    snapshot: WireSnapshot | None


class Progressed(Answer, frozen=True):
    """One event of `jobProgress`."""

    job: WireJob


class CloneData(Answer, frozen=True):
    """The data of `CLONE`."""

    clone_repository: Cloned


class FollowData(Answer, frozen=True):
    """The data of one event of `FOLLOW`."""

    job_progress: Progressed


class FindData(Answer, frozen=True):
    """The data of `FIND`."""

    repository: FoundRepository | None


class MapData(Answer, frozen=True):
    """The data of `MAP`."""

    repository: Mapped | None


class GraphQLErrorExtensions(Answer, frozen=True):
    """What our errors carry beside their message."""

    code: ErrorCode = ErrorCode.INTERNAL
    hint: str | None = None


class GraphQLErrorBody(Answer, frozen=True):
    """An entry of `errors` in an answer."""

    message: str
    extensions: GraphQLErrorExtensions = GraphQLErrorExtensions()


class GraticuleClient:
    """One open connection to a server; every method is one document."""

    def __init__(self, session: AsyncClientSession) -> None:
        self._session = session

    async def clone(self, url: str, *, ref: str | None = None) -> Cloned:
        """Ask for a clone and its map; returns at once."""
        return (await self._ask(CLONE, {"url": url, "ref": ref}, kind=CloneData)).clone_repository

    async def find(self, url: str) -> FoundRepository | None:
        """Look a known repository up by any spelling of its URL."""
        return (await self._ask(FIND, {"url": url}, kind=FindData)).repository

    async def repo_map(self, repository_id: str, *, tokens: int, ref: str | None = None) -> WireSnapshot | None:
        """Read the newest snapshot and its outline; None while there is none."""
        variables = {"id": repository_id, "ref": ref, "tokens": tokens}
        repository = (await self._ask(MAP, variables, kind=MapData)).repository
        return repository.snapshot if repository else None

    async def follow(self, job_id: str) -> AsyncGenerator[WireJob, None]:
        """Yield the job's state now, then each newer one, and end after its terminal event."""
        request = gql(FOLLOW)
        request.variable_values = {"id": job_id}
        async for data in self._session.subscribe(request):
            yield msgspec.convert(data, FollowData).job_progress.job

    async def _ask(self, document: str, variables: Mapping[str, object], *, kind: type[AnswerT]) -> AnswerT:
        request = gql(document)
        request.variable_values = dict(variables)
        try:
            data = await self._session.execute(request)
        except TransportQueryError as error:
            raise _typed(error) from error
        return msgspec.convert(data, kind)


def _typed(error: TransportQueryError) -> GraticuleError:
    """Turn the first GraphQL error into the error that its `extensions.code` names."""
    first = error.errors[0] if error.errors else {"message": str(error)}
    body = msgspec.convert(first, GraphQLErrorBody)
    return GraticuleError(body.extensions.code, body.message, hint=body.extensions.hint)


@asynccontextmanager
async def connect(server_url: str, *, token: str | None = None) -> AsyncIterator[GraticuleClient]:
    """Open a connection to `http(s)://host:port`.

    ServerUnreachableError within 10 s; UnauthenticatedError when the server wants another token, or any.
    """
    socket_url = "ws" + server_url.rstrip("/").removeprefix("http") + "/graphql"
    transport = WebsocketsTransport(
        socket_url,
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
        init_payload={"token": token} if token else {},
    )
    async with AsyncExitStack() as stack:
        try:
            session = await stack.enter_async_context(Client(transport=transport))
        except OSError as error:
            raise ServerUnreachableError(server_url) from error
        except TransportConnectionFailed as error:
            raise _cut_off(error, server_url) from error
        try:
            yield GraticuleClient(session)
        except TransportConnectionFailed as error:  # not an OSError: that is of what the caller prints
            raise _cut_off(error, server_url) from error


def _cut_off(error: TransportConnectionFailed, server_url: str) -> GraticuleError:
    reason = _why_closed(error)
    if reason is None:
        return ServerUnreachableError(server_url)
    return UnauthenticatedError(reason, hint="Give a token with --token or GRATICULE_TOKEN.")


def _why_closed(error: BaseException | None) -> str | None:
    """Give the server's words if it closed the socket since it does not know who asks."""
    while error is not None:
        if isinstance(error, ConnectionClosed) and error.rcvd is not None and error.rcvd.code == FORBIDDEN:
            return error.rcvd.reason.removeprefix("Forbidden: ")
        error = error.__cause__ or error.__context__
    return None
