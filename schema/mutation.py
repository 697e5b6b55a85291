"""What can be asked for. Every mutation writes one row and returns at once; nothing here waits for git.

An expected failure is data in `errors`, with `repository` and `job` null; anything else is a defect
and becomes a top-level error.
"""

from typing import Annotated

import strawberry

from schema.context import Info
from schema.fields import mutation
from schema.types.failure import (
    CANCEL_ERRORS,
    CLONE_ERRORS,
    MAP_ERRORS,
    REFRESH_ERRORS,
    REMOVE_ERRORS,
    RETRY_ERRORS,
    UPDATE_ERRORS,
    expected,
)
from schema.types.job import Job
from schema.types.node import NodeKind, row_id
from schema.types.repository import Repository
from schema.types.request import (
    BuildRepoMapInput,
    BuildRepoMapPayload,
    CancelJobInput,
    CancelJobPayload,
    CloneRepositoryInput,
    CloneRepositoryPayload,
    RefreshRepositoryInput,
    RefreshRepositoryPayload,
    RemoveRepositoryInput,
    RemoveRepositoryPayload,
    RetryJobInput,
    RetryJobPayload,
    UpdateRepositoryInput,
    UpdateRepositoryPayload,
)
from services.models import RepositoryChanges


@strawberry.type(description="What can be asked for.")
class Mutation:
    """What can be asked for."""

    @mutation("Returns at once. Repeating it while the job lives returns that job (alreadyRunning).")
    async def clone_repository(
        self,
        info: Info,
        given: Annotated[CloneRepositoryInput, strawberry.argument(name="input", description="What to clone.")],
    ) -> CloneRepositoryPayload:
        """Accept a clone."""
        payload = CloneRepositoryPayload(client_mutation_id=given.client_mutation_id)
        with expected(payload.errors, among=CLONE_ERRORS, context=info.context):
            payload.accept(await info.context.service.clone(given.url, ref=given.ref))
        return payload

    @mutation("Asks the remote; builds a new snapshot when it has moved. The old one stays readable meanwhile.")
    async def refresh_repository(
        self,
        info: Info,
        given: Annotated[RefreshRepositoryInput, strawberry.argument(name="input", description="What to refresh.")],
    ) -> RefreshRepositoryPayload:
        """Accept a refresh."""
        payload = RefreshRepositoryPayload(client_mutation_id=given.client_mutation_id)
        with expected(payload.errors, among=REFRESH_ERRORS, context=info.context):
            payload.accept(await info.context.service.refresh(_repository_row(given.repository_id)))
        return payload

    @mutation("A snapshot of another branch, tag or commit of a known repository.")
    async def build_repo_map(
        self,
        info: Info,
        given: Annotated[BuildRepoMapInput, strawberry.argument(name="input", description="What to map.")],
    ) -> BuildRepoMapPayload:
        """Accept a map."""
        payload = BuildRepoMapPayload(client_mutation_id=given.client_mutation_id)
        with expected(payload.errors, among=MAP_ERRORS, context=info.context):
            repository_id = _repository_row(given.repository_id)
            payload.accept(await info.context.service.build_map(repository_id, ref=given.ref))
        return payload

    @mutation("Cancels a job: at once while it waits, within seconds while it runs.")
    async def cancel_job(
        self,
        info: Info,
        given: Annotated[CancelJobInput, strawberry.argument(name="input", description="What to cancel.")],
    ) -> CancelJobPayload:
        """Cancel a job."""
        payload = CancelJobPayload(client_mutation_id=given.client_mutation_id)
        with expected(payload.errors, among=CANCEL_ERRORS, context=info.context):
            payload.job = Job.of(await info.context.service.cancel(row_id(given.job_id, NodeKind.JOB)))
        return payload

    @mutation(
        "Does again what a job was for that failed or was cancelled, also while the cancelled one comes to its end; "
        "what waits for its next try begins at once."
    )
    async def retry_job(
        self,
        info: Info,
        given: Annotated[RetryJobInput, strawberry.argument(name="input", description="What to do again.")],
    ) -> RetryJobPayload:
        """Retry a job."""
        payload = RetryJobPayload(client_mutation_id=given.client_mutation_id)
        with expected(payload.errors, among=RETRY_ERRORS, context=info.context):
            payload.accept(await info.context.service.retry(row_id(given.job_id, NodeKind.JOB)))
        return payload

    @mutation("Changes how a repository is kept: whether it is refreshed by itself, and whether it stays.")
    async def update_repository(
        self,
        info: Info,
        given: Annotated[UpdateRepositoryInput, strawberry.argument(name="input", description="What to change.")],
    ) -> UpdateRepositoryPayload:
        """Change a repository."""
        payload = UpdateRepositoryPayload(client_mutation_id=given.client_mutation_id)
        with expected(payload.errors, among=UPDATE_ERRORS, context=info.context):
            changes = RepositoryChanges(refresh_minutes=given.refresh_minutes, pinned=given.pinned)
            changed = await info.context.service.upkeep.update(_repository_row(given.repository_id), changes)
            payload.repository = Repository.of(changed)
        return payload

    @mutation("Forgets a repository: ends its jobs, then removes its clone, maps and rows.")
    async def remove_repository(
        self,
        info: Info,
        given: Annotated[RemoveRepositoryInput, strawberry.argument(name="input", description="What to forget.")],
    ) -> RemoveRepositoryPayload:
        """Accept a removal."""
        payload = RemoveRepositoryPayload(client_mutation_id=given.client_mutation_id)
        with expected(payload.errors, among=REMOVE_ERRORS, context=info.context):
            payload.accept(await info.context.service.remove(_repository_row(given.repository_id)))
        return payload


def _repository_row(global_id: str) -> str:
    return row_id(global_id, NodeKind.REPOSITORY)
