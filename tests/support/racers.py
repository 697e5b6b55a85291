"""Several processes that use one database at the same moment, each through a store of its own.

Run as a program it is one of them: it opens the database, says so, waits for a line and does what it is told.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from services.errors import RateLimitedError
from services.logs import configure_logging
from services.models import JobKind
from services.store.requests import UNLIMITED, LiveLimits
from tests.support.stores import FakeClock, Store, open_store

ROOT: Final = Path(__file__).parents[2]


def race(url: str, deed: str, *, processes: int = 2, **arguments: Any) -> list[Any]:  # noqa: ANN401  # JSON
    """Let several processes do the same at once, and give what each has to say."""
    command = [sys.executable, "-m", "tests.support.racers", url, deed, json.dumps(arguments)]
    with ExitStack() as stack:
        racers = [
            stack.enter_context(
                subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            )
            for _ in range(processes)
        ]
        for racer in racers:
            assert racer.stdout is not None
            assert racer.stdout.readline() == "ready\n"
        for racer in racers:
            assert racer.stdin is not None
            racer.stdin.write("go\n")
            racer.stdin.flush()
        return [json.loads(racer.communicate(timeout=50)[0]) for racer in racers]


async def ask(store: Store, *, times: int) -> list[str]:
    """Ask for the same again and again, all at once; gives the jobs."""
    return [accepted.job.id for accepted in await asyncio.gather(*(store.ask() for _ in range(times)))]


async def take(store: Store, *, ids: list[str]) -> int:
    """Try to take all of these jobs; gives how many it got."""
    taken = await asyncio.gather(*(store.jobs.take(job_id, owner="w") for job_id in ids))
    return sum(change is not None for change in taken)


async def crowd(store: Store, *, names: int) -> int:
    """Ask for as many repositories as one client; gives how many were let in."""
    asked = [store.ask(f"h/{os.getpid()}/{number}", client="c") for number in range(names)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert all(not isinstance(answer, BaseException) or isinstance(answer, RateLimitedError) for answer in answers)
    return sum(not isinstance(answer, BaseException) for answer in answers)


async def churn(store: Store, *, rounds: int) -> int:
    """Ask for one repository, remove it and see the removal through, again and again; gives how many ended here."""
    ended = 0
    for _ in range(rounds):
        await store.ask()
        removal = (await store.ask(kind=JobKind.REMOVE)).job
        taken = await store.jobs.take(removal.id, owner="w")
        if taken is not None:
            ended += await store.jobs.finish_removal(removal.id, attempt=taken.job.attempt) is not None
    return ended


DEEDS: Final[dict[str, Callable[..., Awaitable[Any]]]] = {"ask": ask, "take": take, "crowd": crowd, "churn": churn}


async def main(url: str, deed: str, arguments: dict[str, Any]) -> None:
    configure_logging("WARNING")  # to standard error: standard output has the answer alone
    limit = arguments.pop("limit", None)
    limits = LiveLimits(limit, limit) if limit else UNLIMITED
    async with open_store(url, FakeClock(), limits) as store:
        print("ready", flush=True)  # noqa: T201  # the signal that it may begin
        sys.stdin.readline()
        print(json.dumps(await DEEDS[deed](store, **arguments)))  # noqa: T201  # its answer


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3])))
