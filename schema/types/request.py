"""What a mutation takes and gives back: Relay's inputs and payloads, one pair for each mutation."""

from typing import Final

import strawberry

from schema.types.failure import (
    BuildRepoMapError,
    CancelJobError,
    CloneRepositoryError,
    RefreshRepositoryError,
    RemoveRepositoryError,
    RetryJobError,
    UpdateRepositoryError,
)
from schema.types.job import Job
from schema.types.repository import Repository
from services.models import Accepted

ECHO: Final = "Any text; it comes back unchanged in the payload."
ECHOED: Final = "The text that was given."
REPOSITORY_ID: Final = "The global id of the repository."
REF: Final = "A branch, a tag or a full commit id; none: the default branch."
REPOSITORY: Final = "The repository; null when there are errors."
JOB: Final = "The job that does it, or did it last; follow it with `jobProgress`. Null when there are errors."
ALREADY: Final = "Whether an earlier request's job does it already; nothing new was started then."
ERRORS: Final = "Why it was not accepted; empty when it was."


@strawberry.input(description="What to clone and map.")
class CloneRepositoryInput:
    """What to clone and map."""

    url: str = strawberry.field(description="owner/name, https, ssh form, or a pasted tree, blob or commit URL.")
    ref: str | None = strawberry.field(default=None, description=REF)
    client_mutation_id: str | None = strawberry.field(default=None, description=ECHO)


@strawberry.input(description="What to refresh.")
class RefreshRepositoryInput:
    """What to refresh."""

    repository_id: strawberry.ID = strawberry.field(description=REPOSITORY_ID)
    client_mutation_id: str | None = strawberry.field(default=None, description=ECHO)


@strawberry.input(description="What to map.")
class BuildRepoMapInput:
    """What to map."""

    repository_id: strawberry.ID = strawberry.field(description=REPOSITORY_ID)
    ref: str | None = strawberry.field(default=None, description=REF)
    client_mutation_id: str | None = strawberry.field(default=None, description=ECHO)


@strawberry.input(description="What to cancel.")
class CancelJobInput:
    """What to cancel."""

    job_id: strawberry.ID = strawberry.field(description="The global id of the job.")
    client_mutation_id: str | None = strawberry.field(default=None, description=ECHO)


@strawberry.input(description="What to do again.")
class RetryJobInput:
    """What to do again."""

    job_id: strawberry.ID = strawberry.field(description="The global id of the job.")
    client_mutation_id: str | None = strawberry.field(default=None, description=ECHO)


@strawberry.input(description="What to forget.")
class RemoveRepositoryInput:
    """What to forget."""

    repository_id: strawberry.ID = strawberry.field(description=REPOSITORY_ID)
    client_mutation_id: str | None = strawberry.field(default=None, description=ECHO)


@strawberry.input(description="What to change of a repository; what is left out stays as it is.")
class UpdateRepositoryInput:
    """What to change of a repository."""

    repository_id: strawberry.ID = strawberry.field(description=REPOSITORY_ID)
    refresh_minutes: int | None = strawberry.field(
        default=None, description="Refresh it by itself every so many minutes, from 5 to 43200 (30 days); 0: never."
    )
    pinned: bool | None = strawberry.field(default=None, description="Whether it is kept whatever room is needed.")
    client_mutation_id: str | None = strawberry.field(default=None, description=ECHO)


@strawberry.type
class _Accepted:
    """What every payload has whose request starts a job."""

    repository: Repository | None = strawberry.field(default=None, description=REPOSITORY)
    job: Job | None = strawberry.field(default=None, description=JOB)
    already_running: bool = strawberry.field(default=False, description=ALREADY)
    client_mutation_id: str | None = strawberry.field(default=None, description=ECHOED)

    def accept(self, accepted: Accepted) -> None:
        """Fill in what was accepted."""
        self.repository = Repository.of(accepted.repository)
        self.job = Job.of(accepted.job)
        self.already_running = accepted.already_running


@strawberry.type(description="The answer to `cloneRepository`.")
class CloneRepositoryPayload(_Accepted):
    """The answer to `cloneRepository`."""

    errors: list[CloneRepositoryError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.type(description="The answer to `refreshRepository`.")
class RefreshRepositoryPayload(_Accepted):
    """The answer to `refreshRepository`."""

    errors: list[RefreshRepositoryError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.type(description="The answer to `buildRepoMap`.")
class BuildRepoMapPayload(_Accepted):
    """The answer to `buildRepoMap`."""

    errors: list[BuildRepoMapError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.type(description="The answer to `removeRepository`.")
class RemoveRepositoryPayload(_Accepted):
    """The answer to `removeRepository`."""

    errors: list[RemoveRepositoryError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.type(description="The answer to `retryJob`.")
class RetryJobPayload(_Accepted):
    """The answer to `retryJob`."""

    errors: list[RetryJobError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.type(description="The answer to `cancelJob`.")
class CancelJobPayload:
    """The answer to `cancelJob`."""

    job: Job | None = strawberry.field(
        default=None, description="The job; a running one ends within seconds, an ended one stays as it is."
    )
    errors: list[CancelJobError] = strawberry.field(default_factory=list, description=ERRORS)
    client_mutation_id: str | None = strawberry.field(default=None, description=ECHOED)


@strawberry.type(description="The answer to `updateRepository`.")
class UpdateRepositoryPayload:
    """The answer to `updateRepository`."""

    repository: Repository | None = strawberry.field(default=None, description=REPOSITORY)
    errors: list[UpdateRepositoryError] = strawberry.field(default_factory=list, description=ERRORS)
    client_mutation_id: str | None = strawberry.field(default=None, description=ECHOED)
