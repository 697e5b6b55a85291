"""Follow one job over a websocket until it has ended, drawing its phases meanwhile."""

from typing import Final

from rich.console import Console

from schema.cli.board import PhaseBoard
from schema.cli.client import GraticuleClient
from schema.cli.documents import WireJob
from schema.cli.terminal import print_json
from services.errors import ErrorCode, GraticuleError
from services.models import JobState, Phase, Progress

HIDDEN: Final = {Phase.QUEUED, Phase.DONE}
"""Phases in which nothing is done that could be drawn."""


async def draw_job(client: GraticuleClient, job_id: str, *, console: Console) -> WireJob:
    """Draw the phases and give the job as it ended; raises GraticuleError when it did not succeed."""
    job: WireJob | None = None
    failed_attempts = 0
    with PhaseBoard(console) as board:
        async for job in client.follow(job_id):
            _draw(job, board)
            if job.state is JobState.QUEUED and job.error and job.attempt > failed_attempts:
                failed_attempts = job.attempt
                board.begin_again(f"Attempt {job.attempt} failed: {job.error.message} It will be tried again.")
    return ended_well(job)


def _draw(job: WireJob, board: PhaseBoard) -> None:
    """Show what has ended as the server remembers it, then where the job is."""
    for record in job.phases:
        if record.finished_at and record.phase not in HIDDEN:
            board.settle(
                Progress(record.phase, record.current, record.total),
                elapsed_seconds=(record.finished_at - record.started_at).total_seconds(),
                failed=record is job.phases[-1] and job.error is not None,
            )
    if job.progress and job.progress.phase not in HIDDEN and not job.state.terminal:
        board.show(job.progress.as_progress())


async def print_job_events(client: GraticuleClient, job_id: str) -> WireJob:
    """Write each event as one line of JSON and give the job as it ended; raises as `draw_job`."""
    job: WireJob | None = None
    async for job in client.follow(job_id):
        print_json(job)
    return ended_well(job)


def ended_well(job: WireJob | None) -> WireJob:
    """Give the job back when it succeeded; otherwise raise what it says."""
    if job is None or not job.state.terminal:
        raise GraticuleError(ErrorCode.NETWORK, "The server ended the subscription before the job had ended.")
    if job.state is JobState.SUCCEEDED:
        return job
    if job.error is None:
        raise GraticuleError(ErrorCode.CANCELLED, "The job was cancelled.")
    raise GraticuleError(job.error.code, job.error.message, hint=job.error.hint)
