"""What the tools answer, in the words that clients of the original design expect.

A document's data comes in as the structs of `schema.tool_data`; here it becomes the typed answer
(the tool's structured output) and a short text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field

from schema.agent_text import line
from schema.tool_data import Cloned, Counters, Followed, Known, Mistake, Readable, Side, Work
from schema.tool_refs import DEFAULT, as_of_ref, counters, is_default, is_of
from services.errors import ErrorCode, GraticuleError
from services.models import CloneState, JobState, MapState, Phase

CloneWord: TypeAlias = Literal["not_started", "queued", "cloning", "cloned", "failed", "cancelled"]
MapWord: TypeAlias = Literal["not_started", "building", "complete", "failed"]
ReadWord: TypeAlias = Literal["complete", "clone_started", "clone_in_progress", "building", "failed", "error"]

CLONE_WORDS: Final[dict[CloneState, CloneWord]] = {
    CloneState.NOT_STARTED: "not_started",
    CloneState.QUEUED: "queued",
    CloneState.CLONING: "cloning",
    CloneState.READY: "cloned",
    CloneState.UPDATING: "cloned",
    CloneState.FAILED: "failed",
    CloneState.CANCELLED: "cancelled",
    CloneState.EVICTED: "cloned",  # what the tools read is the map, which is still there
}
MAP_WORDS: Final[dict[MapState, MapWord]] = {
    MapState.NOT_STARTED: "not_started",
    MapState.QUEUED: "building",
    MapState.BUILDING: "building",
    MapState.READY: "complete",
    MapState.FAILED: "failed",
    MapState.CANCELLED: "failed",
}
READ_IT: Final = "get_source_repo_map reads it"
CANCELLED: Final = Mistake(ErrorCode.CANCELLED, "The last job was cancelled.", "clone_repo starts it anew.")
UNITS: Final = {Phase.LISTING: "files", Phase.PARSING: "files", Phase.INDEXING: "deltas"}

REMEDIES: Final = {
    ErrorCode.REF_NOT_FOUND: "list_remote_branches lists the branches and tags that exist.",
    ErrorCode.MAP_OUTDATED: "Ask again in a while; refresh_repo makes it at once.",
    ErrorCode.QUERY_TOO_COSTLY: "Ask for less: a smaller depth or first, or a folder below; or raise most of a tree.",
}
"""What an agent can do where the contract's own hint speaks of fields of GraphQL."""

Path = Annotated[str | None, Field(description="host/owner/name, or the URL: give it to the other tools as repo_path.")]
Message = Annotated[str, Field(description="The same in a sentence.")]
Reason = Annotated[str | None, Field(description="Why it failed; null when it did not.")]
Code = Annotated[str | None, Field(description="Why, as a word for programs; null when nothing failed.")]
Retryable = Annotated[bool | None, Field(description="Whether the same call may succeed later; null without an error.")]
Time = Annotated[str | None, Field(description="RFC 3339, UTC; null until then.")]


@dataclass(frozen=True, slots=True)
class ProgressAnswer:
    """Real counters of what is under way; null where a number is not known."""

    phase: str
    current: int | None
    total: int | None
    received_bytes: int | None
    seconds_remaining: float | None


@dataclass(frozen=True, slots=True)
class CloneAnswer:
    """What became of a request to clone."""

    status: Literal["accepted", "clone_in_progress", "already_cloned", "error"]
    path: Path
    message: Message
    job_id: Annotated[str | None, Field(description="The job that does it, or did it last.")]
    error: Reason = None
    code: Code = None
    retryable: Retryable = None


@dataclass(frozen=True, slots=True)
class MapStatusAnswer:
    """How far the map is."""

    status: MapWord
    started_at: Time
    completed_at: Time
    error: Reason
    progress: ProgressAnswer | None


@dataclass(frozen=True, slots=True)
class StatusAnswer:
    """How far the clone is, and the map behind it."""

    status: CloneWord
    path: Path
    started_at: Time
    completed_at: Time
    error: Reason
    progress: ProgressAnswer | None
    repo_map_status: MapStatusAnswer
    message: Message
    code: Code = None
    retryable: Retryable = None


@dataclass(frozen=True, slots=True)
class WaitAnswer(StatusAnswer):
    """How far the clone and the map are at the end of a wait."""

    reached: Annotated[bool, Field(description="Whether it is as it was waited for.")] = False
    timed_out: Annotated[bool, Field(description="Whether the time was over first: call again to wait on.")] = False


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """What every tool that reads says beside what it read, or instead of it."""

    status: ReadWord
    path: Path
    message: Message
    error: Reason = None
    code: Code = None
    retryable: Retryable = None
    progress: ProgressAnswer | None = None
    commit: Annotated[str | None, Field(description="The commit that was read.")] = None
    stale: Annotated[
        bool | None,
        Field(description="Whether the remote has moved on since; null: not known, as of all but the default branch."),
    ] = None
    files_parsed: Annotated[
        int | None, Field(description="Files that the map knows; so far, while it is being built.")
    ] = None
    files_listed: Annotated[int | None, Field(description="Files of the commit, once they are listed.")] = None
    cut: Annotated[str | None, Field(description="What was left out, and how to get it; null when all is here.")] = None


@dataclass(frozen=True, slots=True)
class PlainAnswer:
    """What a tool that reads no map says beside its data."""

    status: Literal["complete", "error"]
    message: Message
    error: Reason = None
    code: Code = None
    retryable: Retryable = None
    cut: Annotated[str | None, Field(description="What was left out, and how to get it; null when all is here.")] = None


Answer: TypeAlias = CloneAnswer | StatusAnswer | ReadAnswer | PlainAnswer


def clone_answer(cloned: Cloned) -> CloneAnswer:
    """Say what became of a request to clone. GraticuleError for one that was refused."""
    repository, job = cloned.repository, cloned.job
    if repository is None or job is None:
        raise refused(cloned.errors)
    path = line(repository.path)
    if cloned.already_running:
        message = f"{path} is being cloned and mapped already: wait_for_repo waits for it."
        return CloneAnswer("clone_in_progress", path, message, job.id)
    if not job.state.terminal:
        message = f"The clone of {path} has been started: wait_for_repo waits for it."
        return CloneAnswer("accepted", path, message, job.id)
    if job.state is JobState.SUCCEEDED:
        return CloneAnswer("already_cloned", path, f"{path} is cloned and mapped: {READ_IT}.", job.id)
    mistake = job.error or CANCELLED
    reason = said(mistake)
    return CloneAnswer("error", path, reason, job.id, reason, mistake.code, mistake.retryable)


def refresh_answer(cloned: Cloned) -> CloneAnswer:
    """Say what became of a request to refresh. GraticuleError for one that was refused."""
    if cloned.repository is None or cloned.job is None:
        raise refused(cloned.errors)
    path = line(cloned.repository.path)
    if cloned.already_running:
        message = f"{path} is being worked on already: wait_for_repo waits for it."
        return CloneAnswer("clone_in_progress", path, message, cloned.job.id)
    message = f"The remote of {path} is being asked; what is mapped stays readable. wait_for_repo waits for it."
    return CloneAnswer("accepted", path, message, cloned.job.id)


def refused(errors: Sequence[Mistake]) -> GraticuleError:
    """Give the first of a payload's errors."""
    if not errors:
        return GraticuleError(ErrorCode.INTERNAL, "The request was not accepted.")
    return GraticuleError(errors[0].code, errors[0].message, hint=errors[0].hint)


def status_answer(known: Followed | None, *, branch: str | None) -> StatusAnswer:
    """Say how far a repository is, or one ref of it; None is one that nobody asked for yet."""
    if known is None:
        nothing = MapStatusAnswer("not_started", None, None, None, None)
        message = "This repository is not known here. clone_repo starts it; so does every tool that reads."
        return StatusAnswer("not_started", None, None, None, None, None, nothing, message)
    known = as_of_ref(known, branch) if branch else known
    clone, built = known.clone, known.map
    wrong = clone.error or built.error
    return StatusAnswer(
        status=CLONE_WORDS[clone.state],
        path=line(known.path),
        started_at=clone.started_at,
        completed_at=clone.completed_at,
        error=said(clone.error) if clone.error else None,
        progress=_progress(clone.progress),
        repo_map_status=MapStatusAnswer(
            status=MAP_WORDS[built.state],
            started_at=built.started_at,
            completed_at=built.completed_at,
            error=_map_reason(built),
            progress=_progress(built.progress),
        ),
        message=_status_message(known, branch),
        code=wrong.code if wrong else None,
        retryable=wrong.retryable if wrong else None,
    )


def read_answer(known: Readable, branch: str | None) -> ReadAnswer | None:
    """Say that it can be read, what is under way, or why it failed; None when work must be started first."""
    snapshot = known.snapshot
    if snapshot is not None and is_of(snapshot, branch, known):
        return ReadAnswer(
            status="complete",
            path=line(known.path),
            message=f"{line(known.path)} at {snapshot.commit[:12]}",
            commit=snapshot.commit,
            stale=known.freshness.stale if is_default(branch, known) else None,
            files_parsed=snapshot.coverage.files_parsed,
            files_listed=snapshot.coverage.files_listed,
        )
    return unread_answer(known, branch)


def unread_answer(known: Known, branch: str | None) -> ReadAnswer | None:
    """Say why there is no map of a ref: it is under way, or has failed; None when work must be started first."""
    job = known.newest_job
    if job is not None and not job.state.terminal:
        return _under_way(known, job, branch)
    return _failed(known, job.error) if job and job.state is JobState.FAILED and job.error else None


def _failed(known: Known, mistake: Mistake) -> ReadAnswer:
    reason = said(mistake)
    message = f"{line(known.path)} could not be mapped: {reason} clone_repo tries again."
    return ReadAnswer("failed", line(known.path), message, error=reason, code=mistake.code, retryable=mistake.retryable)


def started_answer(clone: CloneAnswer, branch: str | None) -> ReadAnswer:
    """Say that a clone was started because there was nothing to read."""
    if clone.status == "error":
        return ReadAnswer(
            "failed", clone.path, clone.message, error=clone.error, code=clone.code, retryable=clone.retryable
        )
    if clone.status == "clone_in_progress":
        message = f"{clone.path} is still being cloned and mapped. {_wait(branch)}"
        return ReadAnswer("clone_in_progress", clone.path, message)
    if clone.status == "already_cloned":
        return ReadAnswer("clone_in_progress", clone.path, f"{clone.path} has been mapped in this moment. Ask again.")
    message = f"{clone.path} has no map{_of(branch)} yet: its clone has been started. {_wait(branch)}"
    return ReadAnswer("clone_started", clone.path, message)


def said(mistake: Mistake | GraticuleError) -> str:
    """Give an error and what to do about it, as one line."""
    hint = REMEDIES.get(mistake.code) or mistake.hint
    return line(f"{mistake.message} {hint}" if hint else mistake.message)


def _under_way(known: Known, job: Work, branch: str | None) -> ReadAnswer:
    path, progress = line(known.path), counters(job)
    if job.mapping is None:
        message = f"{path} is still being cloned{counted(progress)}. {_wait(branch)}"
        return ReadAnswer("clone_in_progress", path, message, progress=_progress(progress))
    message = f"The map of {path} is being built{counted(progress)}. {_wait(branch)}"
    listed, parsed = job.step(Phase.LISTING), job.step(Phase.PARSING)
    files_listed = listed.current if listed else None
    files_parsed = (parsed.current if parsed else None) or 0
    return ReadAnswer(
        "building",
        path,
        message,
        progress=_progress(progress),
        files_parsed=None if files_listed is None else files_parsed,
        files_listed=files_listed,
    )


def _wait(branch: str | None) -> str:
    asked = "" if branch in DEFAULT else f" with branch {line(branch)}"
    return f"wait_for_repo{asked} waits for it; or ask again in a few seconds."


def _of(branch: str | None) -> str:
    return "" if branch in DEFAULT else f" of {line(branch)}"


def _status_message(known: Followed, branch: str | None) -> str:
    path, clone = line(known.path), known.clone
    if known.map.state is MapState.READY:
        of_another = known.snapshot is not None and not is_of(known.snapshot, branch, known)
        ref = known.snapshot.ref if known.snapshot and of_another else branch
        asked = "" if ref in DEFAULT else f" with branch {line(ref)}"
        return f"{path} is cloned and mapped: {READ_IT}{asked}."
    wrong = clone.error or known.map.error
    why = f" {said(wrong)}" if wrong else ""
    if clone.state is CloneState.READY:
        return f"{path} is cloned; its map: {MAP_WORDS[known.map.state]}{counted(known.map.progress)}.{why}"
    again = " clone_repo tries again." if clone.state is CloneState.FAILED else ""
    return f"The clone of {path}: {CLONE_WORDS[clone.state]}{counted(clone.progress)}.{why}{again}"


def _map_reason(built: Side[MapState]) -> str | None:
    if built.error:
        return said(built.error)
    return "The job was cancelled." if built.state is MapState.CANCELLED else None


def _progress(counters: Counters | None) -> ProgressAnswer | None:
    if counters is None:
        return None
    return ProgressAnswer(
        phase=counters.phase.value.lower(),
        current=counters.current,
        total=counters.total,
        received_bytes=int(counters.received_bytes) if counters.received_bytes else None,
        seconds_remaining=counters.seconds_remaining,
    )


def counted(counters: Counters | None) -> str:
    """Give git's own counters in brackets, after a space; empty when there are none."""
    if counters is None or counters.current is None:
        return ""
    total = f" of {counters.total}" if counters.total else ""
    return f" ({counters.phase.value.lower()}, {counters.current}{total} {UNITS.get(counters.phase, 'objects')})"
