"""One tree of errors, each with a stable code, whether a retry can help, and what to do.

An expected failure is a value (`Failure`) where it is stored or shown, and an exception
(`GraticuleError`) where it travels. Clients branch on `code`; people read `message` and `hint`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final


class ErrorCode(StrEnum):
    """Stable names of everything that can go wrong; never renamed, only added to."""

    INVALID_URL = "INVALID_URL"
    INVALID_REF = "INVALID_REF"
    INVALID_ARGUMENT = "INVALID_ARGUMENT"
    INVALID_DOCUMENT = "INVALID_DOCUMENT"
    CREDENTIALS_IN_URL = "CREDENTIALS_IN_URL"
    PROTOCOL_NOT_ALLOWED = "PROTOCOL_NOT_ALLOWED"
    HOST_NOT_ALLOWED = "HOST_NOT_ALLOWED"
    ADDRESS_NOT_ALLOWED = "ADDRESS_NOT_ALLOWED"
    NOT_FOUND_OR_PRIVATE = "NOT_FOUND_OR_PRIVATE"
    AUTH_REQUIRED = "AUTH_REQUIRED"
    REF_NOT_FOUND = "REF_NOT_FOUND"
    NETWORK = "NETWORK"
    STALLED = "STALLED"
    TIMEOUT = "TIMEOUT"
    REDIRECT_REFUSED = "REDIRECT_REFUSED"
    EMPTY_REPOSITORY = "EMPTY_REPOSITORY"
    TOO_LARGE = "TOO_LARGE"
    TREE_TOO_LARGE = "TREE_TOO_LARGE"
    MEMORY_LIMIT = "MEMORY_LIMIT"
    DISK_FULL = "DISK_FULL"
    QUOTA_EXCEEDED = "QUOTA_EXCEEDED"
    CORRUPT_OBJECTS = "CORRUPT_OBJECTS"
    RATE_LIMITED = "RATE_LIMITED"
    CANCELLED = "CANCELLED"
    WORKER_LOST = "WORKER_LOST"
    NOT_FOUND = "NOT_FOUND"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    QUERY_TOO_COSTLY = "QUERY_TOO_COSTLY"
    MAP_OUTDATED = "MAP_OUTDATED"
    INTERNAL = "INTERNAL"


MEANINGS: Final[Mapping[ErrorCode, str]] = {
    ErrorCode.INVALID_URL: "The URL names no repository.",
    ErrorCode.INVALID_REF: "The ref is outside the accepted grammar; git never saw it.",
    ErrorCode.INVALID_ARGUMENT: "A number, a cursor, an id or a setting is outside what is accepted.",
    ErrorCode.INVALID_DOCUMENT: "The document or its variables are no GraphQL that this contract knows.",
    ErrorCode.CREDENTIALS_IN_URL: "The URL carries a user name or a password.",
    ErrorCode.PROTOCOL_NOT_ALLOWED: "The server's policy does not open this protocol.",
    ErrorCode.HOST_NOT_ALLOWED: "The server's policy does not open this host or port.",
    ErrorCode.ADDRESS_NOT_ALLOWED: "The host is an address, or leads to one that is not public.",
    ErrorCode.NOT_FOUND_OR_PRIVATE: "The remote has no such repository, or does not show it.",
    ErrorCode.AUTH_REQUIRED: "The remote asks for credentials.",
    ErrorCode.REF_NOT_FOUND: "The repository has no such branch, tag or commit.",
    ErrorCode.NETWORK: "The remote could not be reached, or the connection broke.",
    ErrorCode.STALLED: "Nothing arrived for too long.",
    ErrorCode.TIMEOUT: "It took longer than it may in all.",
    ErrorCode.REDIRECT_REFUSED: "The remote leads elsewhere, and no redirect is followed to there.",
    ErrorCode.EMPTY_REPOSITORY: "The repository has no commit.",
    ErrorCode.TOO_LARGE: "The clone or the file is larger than the limit.",
    ErrorCode.TREE_TOO_LARGE: "The commit has more files than the limit.",
    ErrorCode.MEMORY_LIMIT: "git needed more memory than it may have.",
    ErrorCode.DISK_FULL: "The disk is full or cannot be written.",
    ErrorCode.QUOTA_EXCEEDED: "The clones that are pinned or at work leave no room under the quota.",
    ErrorCode.CORRUPT_OBJECTS: "The repository's objects fail git's checks.",
    ErrorCode.RATE_LIMITED: "Too much was asked for in too short a time, of this server or of the remote.",
    ErrorCode.CANCELLED: "Somebody cancelled it.",
    ErrorCode.WORKER_LOST: "The processes that did it died or fell silent, three times.",
    ErrorCode.NOT_FOUND: "The thing asked for is not here (any more).",
    ErrorCode.UNAUTHENTICATED: "No token was shown where one is needed, or one that is not known (any more).",
    ErrorCode.FORBIDDEN: "The caller's token does not allow this.",
    ErrorCode.QUERY_TOO_COSTLY: "The document asks for more than one answer may cost.",
    ErrorCode.MAP_OUTDATED: "Another version made the map, which this one cannot read; it is being made anew.",
    ErrorCode.INTERNAL: "A defect of the server.",
}
"""What each code says, as the contract shows it."""

TRANSIENT: Final = frozenset(
    {
        ErrorCode.NETWORK,
        ErrorCode.STALLED,
        ErrorCode.TIMEOUT,
        ErrorCode.DISK_FULL,
        ErrorCode.QUOTA_EXCEEDED,
        ErrorCode.RATE_LIMITED,
        ErrorCode.WORKER_LOST,
        ErrorCode.MAP_OUTDATED,
    }
)
"""Codes for which the same request may succeed later without anybody changing it."""

HINTS: Final[Mapping[ErrorCode, str]] = {
    ErrorCode.INVALID_URL: "Give owner/name, https://host/owner/name or git@host:owner/name.",
    ErrorCode.INVALID_REF: "Give a branch, a tag or a full commit id.",
    ErrorCode.INVALID_DOCUMENT: "Compare it with the contract: `graticule schema`, or GraphiQL at /graphiql.",
    ErrorCode.CREDENTIALS_IN_URL: "Remove the user name and the password from the URL.",
    ErrorCode.PROTOCOL_NOT_ALLOWED: "The operator can open it with GRATICULE_ALLOW_PROTOCOLS.",
    ErrorCode.HOST_NOT_ALLOWED: "The operator can open it with GRATICULE_ALLOW_HOSTS.",
    ErrorCode.ADDRESS_NOT_ALLOWED: "The operator can open it with GRATICULE_ALLOW_NETWORKS.",
    ErrorCode.NOT_FOUND_OR_PRIVATE: "Check the spelling; a private repository looks the same as none.",
    ErrorCode.AUTH_REQUIRED: "For a private repository set GRATICULE_CREDENTIALS_FILE with an entry for its host.",
    ErrorCode.REF_NOT_FOUND: "Query remoteRefs(url) for the branches and tags that exist.",
    ErrorCode.NETWORK: "Try again; check that the host can be reached from this server.",
    ErrorCode.STALLED: "Try again; for a slow server the operator can raise GRATICULE_CLONE_STALL_SECONDS.",
    ErrorCode.TIMEOUT: "For a very large repository the operator can raise GRATICULE_CLONE_WALL_SECONDS.",
    ErrorCode.REDIRECT_REFUSED: "Give the URL of the repository itself; at most 3 redirects to one are followed.",
    ErrorCode.EMPTY_REPOSITORY: "Push a first commit, then ask again.",
    ErrorCode.TOO_LARGE: "The operator can raise GRATICULE_CLONE_SIZE_BYTES.",
    ErrorCode.TREE_TOO_LARGE: "The operator can raise GRATICULE_TREE_ENTRIES.",
    ErrorCode.MEMORY_LIMIT: "The operator can raise GRATICULE_GIT_MEMORY_BYTES.",
    ErrorCode.DISK_FULL: "Free some space in the data folder (GRATICULE_DATA_DIR), or remove repositories.",
    ErrorCode.QUOTA_EXCEEDED: "Unpin or remove repositories; the operator can raise GRATICULE_CLONES_BYTES.",
    ErrorCode.CORRUPT_OBJECTS: "The repository is damaged on its server; run git fsck there.",
    ErrorCode.RATE_LIMITED: "Wait, then ask again.",
    ErrorCode.CANCELLED: "Ask again to start it anew.",
    ErrorCode.WORKER_LOST: "Ask again; if it happens again, look into the server's log.",
    ErrorCode.UNAUTHENTICATED: "Send a token that the operator made with `graticule token create`.",
    ErrorCode.MAP_OUTDATED: "Ask again in a while; buildRepoMap or refreshRepository makes it at once.",
    ErrorCode.INTERNAL: "This is a defect of the server; its log has the details.",
}
"""What to do, for every code where the same advice always holds."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why something did not work, as it is stored in a row and shown to a client."""

    code: ErrorCode
    message: str
    retryable: bool
    hint: str | None = None
    lines: tuple[str, ...] = ()
    """The last lines that git wrote, cleaned of whatever is secret or cannot be printed."""


class GraticuleError(Exception):
    """The root of every error raised on purpose; `code` says which, subclasses say whose fault."""

    def __init__(self, code: ErrorCode, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint or HINTS.get(code)

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed later."""
        return self.code in TRANSIENT

    def as_failure(self) -> Failure:
        """Give the value that is stored and shown."""
        return Failure(self.code, self.message, self.retryable, self.hint)

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.code, self.message, self.hint))


def _rebuild(kind: type[GraticuleError], code: ErrorCode, message: str, hint: str | None) -> GraticuleError:
    """Make an error anew on the other side of a process boundary, whatever its own signature."""
    error = kind.__new__(kind)
    GraticuleError.__init__(error, code, message, hint=hint)
    return error


class InvalidUrlError(GraticuleError):
    """The URL is not one that can name a repository (`INVALID_URL`, `CREDENTIALS_IN_URL`)."""


class InvalidRefError(GraticuleError):
    """The ref is outside the accepted grammar (`INVALID_REF`); it never reached git."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(ErrorCode.INVALID_REF, message, hint=hint)


class InvalidArgumentError(GraticuleError):
    """A number, a cursor or an id in a request, or a setting, is outside what is accepted (`INVALID_ARGUMENT`)."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(ErrorCode.INVALID_ARGUMENT, message, hint=hint)


class NotAllowedError(GraticuleError):
    """Policy refuses it (`PROTOCOL_NOT_ALLOWED`, `HOST_NOT_ALLOWED`, `ADDRESS_NOT_ALLOWED`, `FORBIDDEN`)."""


class UnauthenticatedError(GraticuleError):
    """Nobody knows who asks (`UNAUTHENTICATED`)."""

    def __init__(
        self, message: str = "This server answers only to those who show a token.", *, hint: str | None = None
    ) -> None:
        super().__init__(ErrorCode.UNAUTHENTICATED, message, hint=hint)


class RateLimitedError(GraticuleError):
    """Somebody asks for too much (`RATE_LIMITED`); `retry_after_seconds` says when to come back."""

    def __init__(self, message: str, *, retry_after_seconds: int, setting: str | None = None) -> None:
        hint = f"Ask again in {retry_after_seconds} s." + (f" The operator can raise {setting}." if setting else "")
        super().__init__(ErrorCode.RATE_LIMITED, message, hint=hint)
        self.retry_after_seconds = retry_after_seconds


class AcquireError(GraticuleError):
    """The remote, the network, git or the disk failed while a repository was being read; `lines` are git's last."""

    def __init__(self, code: ErrorCode, message: str, *, hint: str | None = None, lines: tuple[str, ...] = ()) -> None:
        super().__init__(code, message, hint=hint)
        self.lines = lines

    def as_failure(self) -> Failure:
        """Give the value that is stored and shown."""
        return replace(super().as_failure(), lines=self.lines)


class QuotaExceededError(AcquireError):
    """There is no room for a clone under a quota (`QUOTA_EXCEEDED`).

    Retryable while what takes the room is at work, and so may go once that has ended.
    """

    passing = False

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed later."""
        return self.passing


class NotFoundError(GraticuleError):
    """The thing asked for is not here (`NOT_FOUND`)."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(ErrorCode.NOT_FOUND, message, hint=hint)


class CancelledJobError(GraticuleError):
    """Somebody cancelled the job that was doing this (`CANCELLED`)."""

    def __init__(self, message: str = "The job was cancelled.") -> None:
        super().__init__(ErrorCode.CANCELLED, message)
