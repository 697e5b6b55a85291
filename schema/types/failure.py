"""Errors as the contract shows them: state of a failed job, and the typed members of a payload.

Every member of an error union implements `Error`, so that a client may branch on the type, on the
code, or read only the message.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Final, Self, TypeAlias, TypeVar

import strawberry

from schema.context import Context
from schema.enums import enum
from services import errors
from services.errors import MEANINGS, ErrorCode, Failure, GraticuleError

enum(ErrorCode, "Stable names of everything that can go wrong; never renamed, only added to.", values=MEANINGS)

MemberT = TypeVar("MemberT", bound="Error")

MESSAGE: Final = "What went wrong, in a sentence for people."
CODE: Final = "What went wrong, in a word for programs."
RETRYABLE: Final = "Whether the same request may succeed later without anybody changing it."
HINT: Final = "What to do about it."


@strawberry.interface(description="Why a request was not done. Expected failures are data, not top-level errors.")
class Error:
    """Why a request was not done."""

    message: str = strawberry.field(description=MESSAGE)
    code: ErrorCode = strawberry.field(description=CODE)
    retryable: bool = strawberry.field(description=RETRYABLE)
    hint: str | None = strawberry.field(description=HINT)

    @classmethod
    def of(cls, error: GraticuleError) -> Self:
        """Make the contract's error from the one that was raised."""
        return cls(message=error.message, code=error.code, retryable=error.retryable, hint=error.hint)


@strawberry.type(description="The URL is not one that can name a repository.")
class InvalidUrlError(Error):
    """The URL is not one that can name a repository."""


@strawberry.type(description="The ref is outside the accepted grammar; git never saw it.")
class InvalidRefError(Error):
    """The ref is outside the accepted grammar."""


@strawberry.type(
    description="The server's policy refuses this protocol, host or address, or the caller's token does not allow it."
)
class NotAllowedError(Error):
    """The server's policy refuses it."""


@strawberry.type(description="Too much was asked for in too short a time.")
class RateLimitedError(Error):
    """Too much was asked for in too short a time."""

    retry_after_seconds: int = strawberry.field(description="When to ask again, in seconds from now.")

    @classmethod
    def of(cls, error: GraticuleError) -> Self:
        """Make it with when to come back."""
        seconds = error.retry_after_seconds if isinstance(error, errors.RateLimitedError) else 1
        return cls(
            message=error.message,
            code=error.code,
            retryable=error.retryable,
            hint=error.hint,
            retry_after_seconds=seconds,
        )


@strawberry.type(description="The thing that the request names is not here (any more).")
class NotFoundError(Error):
    """The thing is not here."""


@strawberry.type(description="The remote, the network or git failed while the remote was asked.")
class RemoteError(Error):
    """The remote, the network or git failed."""


@strawberry.type(description="Why a job failed: the state of the job, not an error of the query that reads it.")
class JobError:
    """Why a job failed."""

    code: ErrorCode = strawberry.field(description=CODE)
    message: str = strawberry.field(description=MESSAGE)
    retryable: bool = strawberry.field(description=RETRYABLE)
    hint: str | None = strawberry.field(description=HINT)

    @classmethod
    def of(cls, failure: Failure | None) -> Self | None:
        """Make the contract's error from a stored failure."""
        if failure is None:
            return None
        return cls(code=failure.code, message=failure.message, retryable=failure.retryable, hint=failure.hint)


CloneRepositoryError: TypeAlias = Annotated[
    InvalidUrlError | InvalidRefError | NotAllowedError | RateLimitedError,
    strawberry.union("CloneRepositoryError", description="Why a clone was not accepted."),
]
RefreshRepositoryError: TypeAlias = Annotated[
    NotFoundError | NotAllowedError | RateLimitedError,
    strawberry.union("RefreshRepositoryError", description="Why a refresh was not accepted."),
]
BuildRepoMapError: TypeAlias = Annotated[
    NotFoundError | InvalidRefError | NotAllowedError | RateLimitedError,
    strawberry.union("BuildRepoMapError", description="Why a map was not accepted."),
]
CancelJobError: TypeAlias = Annotated[
    NotFoundError | NotAllowedError,
    strawberry.union("CancelJobError", description="Why a job could not be cancelled."),
]
RetryJobError: TypeAlias = Annotated[
    NotFoundError | NotAllowedError | RateLimitedError,
    strawberry.union("RetryJobError", description="Why a job could not be retried."),
]
RemoveRepositoryError: TypeAlias = Annotated[
    NotFoundError | NotAllowedError,
    strawberry.union("RemoveRepositoryError", description="Why a removal was not accepted."),
]
UpdateRepositoryError: TypeAlias = Annotated[
    NotFoundError | NotAllowedError,
    strawberry.union("UpdateRepositoryError", description="Why a repository could not be changed."),
]

CLONE_ERRORS: Final[Collection[type[InvalidUrlError | InvalidRefError | NotAllowedError | RateLimitedError]]] = (
    InvalidUrlError,
    InvalidRefError,
    NotAllowedError,
    RateLimitedError,
)
REFRESH_ERRORS: Final[Collection[type[NotFoundError | NotAllowedError | RateLimitedError]]] = (
    NotFoundError,
    NotAllowedError,
    RateLimitedError,
)
MAP_ERRORS: Final[Collection[type[NotFoundError | InvalidRefError | NotAllowedError | RateLimitedError]]] = (
    NotFoundError,
    InvalidRefError,
    NotAllowedError,
    RateLimitedError,
)
CANCEL_ERRORS: Final[Collection[type[NotFoundError | NotAllowedError]]] = (NotFoundError, NotAllowedError)
RETRY_ERRORS: Final = REFRESH_ERRORS
REMOVE_ERRORS: Final = CANCEL_ERRORS
UPDATE_ERRORS: Final = CANCEL_ERRORS

SHOWN_AS: Final[Mapping[type, type[Error]]] = {
    errors.InvalidUrlError: InvalidUrlError,
    errors.InvalidRefError: InvalidRefError,
    errors.NotAllowedError: NotAllowedError,
    errors.RateLimitedError: RateLimitedError,
    errors.NotFoundError: NotFoundError,
    errors.AcquireError: RemoteError,
}
"""The member of a union that stands for each error of the services."""


def shown(error: GraticuleError, *, among: Collection[type[MemberT]]) -> MemberT:
    """Give the member of a payload's union for an expected error; raises it again when it has none there."""
    for kind in type(error).__mro__:
        member = SHOWN_AS.get(kind)
        for allowed in among:
            if allowed is member:
                return allowed.of(error)
    raise error


@contextmanager
def expected(errors: list[MemberT], *, among: Collection[type[MemberT]], context: Context) -> Iterator[None]:
    """Add an expected error of the block to a payload's `errors`; what is no member is raised as it is."""
    try:
        yield
    except GraticuleError as error:
        errors.append(shown(error, among=among))
        context.refused(error)
