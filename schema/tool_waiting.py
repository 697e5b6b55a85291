"""wait_for_repo: follows the job of a repository as the dashboard does, and tells its progress to the caller.

The wait is one subscription that ends with the call: with the job, with the time, or with the client. The time
is capped, because not every client can say that it has gone.
"""

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Final

import msgspec

from schema.documents import JsonSchema
from schema.streams import Refused
from schema.tool_answers import WaitAnswer, counted, status_answer
from schema.tool_data import FollowData, Followed, StatusData, Work
from schema.tool_reading import begun
from schema.tool_refs import is_of
from schema.tools import Call, Told, mistake
from services.errors import InvalidArgumentError
from services.models import CloneState, Phase

CLONED: Final = "cloned"
MAPPED: Final = "mapped"
HEAD: Final = "HEAD"
"""The default branch, where a repository as a whole is not meant."""
TIMEOUT_SECONDS: Final = 45
"""Below the minute after which many clients give a call up."""

LONGEST_SECONDS: Final = 300

TAKES: Final[JsonSchema] = {
    "until": {
        "type": "string",
        "enum": [CLONED, MAPPED],
        "default": MAPPED,
        "description": "What to wait for: mapped, when everything can be read, or cloned.",
    },
    "timeout_seconds": {
        "type": "number",
        "default": TIMEOUT_SECONDS,
        "minimum": 0,
        "maximum": LONGEST_SECONDS,
        "description": f"How long to wait at most, up to {LONGEST_SECONDS}; then it answers how far it is.",
    },
}


class Envelope(msgspec.Struct, frozen=True):
    """One result of the subscription."""

    data: FollowData


async def wait(call: Call) -> Told:
    """Wait until a repository is cloned or mapped, its work has failed, or the time is over."""
    until, seconds = str(call.arguments.get("until", MAPPED)), _seconds(call.arguments.get("timeout_seconds"))
    if until not in {CLONED, MAPPED}:
        raise InvalidArgumentError("`until` is cloned or mapped.")
    known = await _standing(call)
    if known is None or (known.newest_job is None and not _readable(known, call.branch)):
        await begun(call, known.url if known else None)
        known = await _standing(call)
    timed_out = False
    if known and (job := known.newest_job) and not _is_over(job, until):
        timed_out = not await _followed(call, job.id, until, seconds)
        known = await _standing(call)
    answer = status_answer(known, branch=call.branch or HEAD)
    reached = known is not None and _is_reached(known, until, call.branch)
    late = f" It was waited for {seconds:g} s: call wait_for_repo again." if timed_out else ""
    values = {one.name: getattr(answer, one.name) for one in dataclasses.fields(answer)}
    told = WaitAnswer(**{**values, "message": f"{answer.message}{late}"}, reached=reached, timed_out=timed_out)
    return dataclasses.replace(call.told(told), failed=not reached and not timed_out)


async def _standing(call: Call) -> Followed | None:
    return msgspec.convert(await call.data(), StatusData).repository


async def _followed(call: Call, job_id: str, until: str, seconds: float) -> bool:
    """Follow a job until there is nothing to wait for any more; False when the time is over first."""
    shown = -1.0
    try:
        async with _until_ended(call, seconds), _events(call, job_id) as jobs:
            async for job in jobs:
                if _is_over(job, until):
                    break
                done, total, words = _progress(job)
                if done > shown:  # MCP's rule: it only ever grows
                    shown = done
                    await call.report(done, total, words)
    except TimeoutError:
        return False
    return True


@asynccontextmanager
async def _until_ended(call: Call, seconds: float) -> AsyncIterator[None]:
    """Hold a seat among the open streams. TimeoutError when the time is over, or the server lets the caller go."""

    async def close(code: int, reason: str) -> None:
        del code, reason
        call.ended.set()

    with call.tools.sockets.seat(call.viewer.address) as seat:
        seat.take(call.viewer, close)
        async with asyncio.timeout(seconds) as deadline:
            watch = asyncio.create_task(call.ended.wait(), name="mcp: wait")
            watch.add_done_callback(lambda done: None if done.cancelled() else deadline.reschedule(0))
            try:
                yield
            finally:
                watch.cancel()


@asynccontextmanager
async def _events(call: Call, job_id: str) -> AsyncIterator[AsyncIterator[Work]]:
    """Open the subscription; leaving the block closes it at once."""
    async with aclosing(call.follow(job=job_id)) as results:

        async def jobs() -> AsyncIterator[Work]:
            async for result in results:
                yield msgspec.json.decode(result, type=Envelope).data.job_progress.job

        try:
            yield jobs()
        except Refused as refused:
            first = refused.errors[0]
            raise mistake(first["message"], first.get("extensions")) from refused


def _progress(job: Work) -> tuple[float, float, str]:
    """Give the step and how far it is as a number, the number of steps, and git's own counters in words."""
    counters = job.progress
    if counters is None:
        return 0.0, float(Phase.DONE.order), "queued"
    words = counted(counters).strip(" ()") or counters.phase.value.lower()
    return counters.phase.order + min(counters.fraction or 0.0, 0.99), float(Phase.DONE.order), words


def _is_over(job: Work, until: str) -> bool:
    return job.state.terminal or (until == CLONED and job.mapping is not None)


def _is_reached(known: Followed, until: str, branch: str | None) -> bool:
    job = known.newest_job
    if until == CLONED and job is not None and job.mapping is not None:
        return True
    if job is not None and not job.state.terminal:
        return False
    return _readable(known, branch) or (until == CLONED and job is None and known.clone.state is CloneState.READY)


def _readable(known: Followed, branch: str | None) -> bool:
    return known.snapshot is not None and is_of(known.snapshot, branch, known)


def _seconds(given: object) -> float:
    if given is None:
        return TIMEOUT_SECONDS
    if not isinstance(given, int | float) or not 0 <= given <= LONGEST_SECONDS:
        raise InvalidArgumentError(f"`timeout_seconds` is from 0 to {LONGEST_SECONDS}.")
    return float(given)
