"""What the tools say of one ref: a repository's two statuses are of the ref that was asked for last.

Its newest job tells how far a ref is, and its snapshot whether it can be read.
"""

from typing import Final

from msgspec.structs import replace

from schema.tool_data import Counters, Followed, Known, Led, Side, Work
from services.models import CloneState, JobState, MapState, Phase

DEFAULT: Final = frozenset({None, "", "HEAD"})
"""How a caller writes that no ref is meant."""

CLONES: Final = {
    JobState.QUEUED: CloneState.QUEUED,
    JobState.RUNNING: CloneState.CLONING,
    JobState.SUCCEEDED: CloneState.READY,
    JobState.FAILED: CloneState.FAILED,
    JobState.CANCELLED: CloneState.CANCELLED,
}
MAPS: Final = {
    JobState.QUEUED: MapState.QUEUED,
    JobState.RUNNING: MapState.QUEUED,
    JobState.SUCCEEDED: MapState.NOT_STARTED,
    JobState.FAILED: MapState.FAILED,
    JobState.CANCELLED: MapState.CANCELLED,
}
"""While there is no map of the ref and none is being built; one that succeeded was removed since."""


def is_default(branch: str | None, known: Known) -> bool:
    """Whether a ref is the default branch, named or not."""
    return branch in DEFAULT or branch == known.default_branch


def is_of(snapshot: Led, branch: str | None, known: Known) -> bool:
    """Whether a snapshot is of this ref: the contract gives what was mapped last until the default branch is."""
    return branch not in DEFAULT or snapshot.ref in {None, known.default_branch}


def counters(job: Work) -> Counters:
    """Give the counters of a live job."""
    return job.progress if job.progress and job.state is JobState.RUNNING else Counters(Phase.QUEUED)


def as_of_ref(known: Followed, branch: str) -> Followed:
    """Give the repository with the two statuses of the ref that was asked for."""
    job, readable = known.newest_job, known.snapshot is not None and is_of(known.snapshot, branch, known)
    if job is None:
        clone = Side(CloneState.READY if readable else CloneState.NOT_STARTED)
        return replace(known, clone=clone, map=Side(MapState.READY if readable else MapState.NOT_STARTED))
    return replace(known, clone=_clone(job, readable=readable), map=_map(job, readable=readable))


def _clone(job: Work, *, readable: bool) -> Side[CloneState]:
    after = job.mapping
    return Side(
        CloneState.READY if readable or after else CLONES[job.state],
        started_at=job.started_at,
        completed_at=after.started_at if after else job.finished_at,
        error=None if after else job.error,
        progress=None if after or job.state.terminal else counters(job),
    )


def _map(job: Work, *, readable: bool) -> Side[MapState]:
    begun, building = job.mapping, job.mapping is not None and not job.state.terminal
    otherwise = MapState.READY if readable else MAPS[job.state]
    state = MapState.BUILDING if building else otherwise
    return Side(
        state,
        started_at=begun.started_at if begun else None,
        completed_at=job.finished_at if begun else None,
        error=job.error if begun or state is MapState.FAILED else None,
        progress=counters(job) if building else None,
    )
