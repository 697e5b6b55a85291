"""The documents that the command line sends, and the typed answers: ordinary ones on the public contract."""

from datetime import datetime
from typing import Final

import msgspec

from services.errors import ErrorCode, Failure
from services.models import CloneState, JobState, MapState, Phase, Progress

JOB_FIELDS: Final = """
    id state attempt
    progress { phase current total receivedBytes bytesPerSecond message }
    phases { phase startedAt finishedAt current total }
    error { code message retryable hint }
"""
_ACCEPTED: Final = f"""
    alreadyRunning
    repository {{ id name }}
    job {{ {JOB_FIELDS} }}
    errors {{ ... on Error {{ code message retryable hint }} }}
"""
CLONE: Final = f"""
mutation Clone($url: String!, $ref: String) {{
  accepted: cloneRepository(input: {{url: $url, ref: $ref}}) {{ {_ACCEPTED} }}
}}"""
REFRESH: Final = f"""
mutation Refresh($id: ID!) {{
  accepted: refreshRepository(input: {{repositoryId: $id}}) {{ {_ACCEPTED} }}
}}"""
REMOVE: Final = f"""
mutation Remove($id: ID!) {{
  accepted: removeRepository(input: {{repositoryId: $id}}) {{ {_ACCEPTED} }}
}}"""
CANCEL: Final = f"""
mutation Cancel($id: ID!) {{
  cancelJob(input: {{jobId: $id}}) {{
    job {{ {JOB_FIELDS} }}
    errors {{ ... on Error {{ code message retryable hint }} }}
  }}
}}"""
FOLLOW: Final = f"""
subscription Follow($id: ID!) {{ jobProgress(id: $id, maxRateHz: 20) {{ job {{ {JOB_FIELDS} }} }} }}"""
_FOUND: Final = f"id name jobs(first: 20) {{ nodes {{ {JOB_FIELDS} }} }}"
FIND_URL: Final = f"""
query FindUrl($url: String!) {{ repository(url: $url) {{ {_FOUND} }} }}"""
FIND_ID: Final = f"""
query FindId($id: ID!) {{
  repository(id: $id) {{ {_FOUND} }}
  job(id: $id) {{ {JOB_FIELDS} repository {{ id name }} }}
}}"""
FIND_NAME: Final = """
query FindName($name: String!) {
  repositories(first: 20, filter: {nameContains: $name}, orderBy: NAME) { nodes { id name } }
}"""
LIST: Final = """
query List($first: Int!, $after: String, $name: String, $orderBy: RepositoryOrder!) {
  repositories(first: $first, after: $after, filter: {nameContains: $name}, orderBy: $orderBy) {
    nodes {
      id name url sizeBytes pinned private updatedAt
      clone { state progress { phase current total receivedBytes bytesPerSecond } error { code } }
      map { state completedAt progress { phase current total receivedBytes bytesPerSecond } error { code } }
      freshness { servedCommit remoteHead stale checkedAt }
    }
    pageInfo { endCursor hasNextPage }
    totalCount
  }
}"""
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


class Work(Answer, frozen=True):
    """The answer to a request for work: either errors, or a repository with its job."""

    already_running: bool
    repository: NamedRepository | None
    job: WireJob | None
    errors: list[WireFailure]


class Jobs(Answer, frozen=True):
    """The newest jobs of a repository."""

    nodes: list[WireJob]


class FoundRepository(NamedRepository, frozen=True):
    """A known repository with its jobs, the newest first."""

    jobs: Jobs


class FoundJob(WireJob, frozen=True, kw_only=True):
    """A known job with its repository."""

    repository: NamedRepository | None = None


class Cancelled(Answer, frozen=True):
    """The answer to `cancelJob`."""

    job: WireJob | None
    errors: list[WireFailure]


class ErrorName(Answer, frozen=True):
    """The code of an error, where no more is shown."""

    code: ErrorCode


class CloneStanding(Answer, frozen=True):
    """Where the clone of a listed repository stands."""

    state: CloneState
    progress: WireProgress | None = None
    error: ErrorName | None = None


class MapStanding(Answer, frozen=True):
    """Where the map of a listed repository stands."""

    state: MapState
    completed_at: datetime | None = None
    progress: WireProgress | None = None
    error: ErrorName | None = None


class WireFreshness(Answer, frozen=True):
    """Which commit is served, and whether the remote has moved on."""

    served_commit: str | None = None
    remote_head: str | None = None
    stale: bool | None = None
    checked_at: datetime | None = None


class Listed(NamedRepository, frozen=True):
    """A repository as a line of a list."""

    url: str
    pinned: bool
    private: bool
    updated_at: datetime
    clone: CloneStanding
    map: MapStanding
    freshness: WireFreshness
    size_bytes: str | None = None


class PageInfo(Answer, frozen=True):
    """Where the next page begins."""

    end_cursor: str | None
    has_next_page: bool


class ListedPage(Answer, frozen=True):
    """A page of the repositories."""

    nodes: list[Listed]
    page_info: PageInfo
    total_count: int


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


class WorkData(Answer, frozen=True):
    """The data of `CLONE`, `REFRESH` and `REMOVE`."""

    accepted: Work


class CancelData(Answer, frozen=True):
    """The data of `CANCEL`."""

    cancel_job: Cancelled


class ListData(Answer, frozen=True):
    """The data of `LIST`."""

    repositories: ListedPage


class FoundAll(Answer, frozen=True):
    """Repositories of whose names a part is the same."""

    nodes: list[NamedRepository]


class FindNameData(Answer, frozen=True):
    """The data of `FIND_NAME`."""

    repositories: FoundAll


class FollowData(Answer, frozen=True):
    """The data of one event of `FOLLOW`."""

    job_progress: Progressed


class FindData(Answer, frozen=True):
    """The data of `FIND_URL` and `FIND_ID`."""

    repository: FoundRepository | None
    job: FoundJob | None = None


class MapData(Answer, frozen=True):
    """The data of `MAP`."""

    repository: Mapped | None
