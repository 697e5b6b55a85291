"""Work for a plant, and harm: both drawn from one seed, until so many processes have died.

Clients ask for clones, refreshes, maps of other refs, cancels and removals, while nodes are killed, frozen for longer
than the lease, and restarted. What is left when all is quiet is looked at from outside and in the rows.
"""

import asyncio
import functools
import random
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Any, Final, Self

import httpx
from sqlalchemy import select

from schema.types.node import NodeKind, row_id
from services.store.database import Database
from services.store.tables import jobs, repositories, snapshots
from tests.support.gitserver import GitServer, commit_files, make_repository
from tests.support.history import ENDS, History, Told
from tests.support.plant import Plant
from tests.support.residue import processes_of

LEASE_SECONDS: Final = 2.0
Outage = Callable[[], AbstractContextManager[None]]
"""Takes something away that all nodes need, for as long as a block lasts."""

QUIET_SECONDS: Final = 90.0
REPOSITORIES: Final = 8
PACK_BYTES: Final = 60_000
BYTES_PER_SECOND: Final = 150_000
PAYLOAD: Final = "job { id repository { id } } errors { ... on Error { code message } }"
CLONE: Final = f"mutation ($url: String!) {{ done: cloneRepository(input: {{url: $url}}) {{ {PAYLOAD} }} }}"
REFRESH: Final = f"mutation ($id: ID!) {{ done: refreshRepository(input: {{repositoryId: $id}}) {{ {PAYLOAD} }} }}"
MAP: Final = f"""mutation ($id: ID!) {{
  done: buildRepoMap(input: {{repositoryId: $id, ref: "side"}}) {{ {PAYLOAD} }} }}"""
CANCEL: Final = f"mutation ($id: ID!) {{ done: cancelJob(input: {{jobId: $id}}) {{ {PAYLOAD} }} }}"
REMOVE: Final = f"mutation ($id: ID!) {{ done: removeRepository(input: {{repositoryId: $id}}) {{ {PAYLOAD} }} }}"


class Storm:
    """One run. Its figures are in `counts`."""

    def __init__(self, plant: Plant, forge: GitServer, database_url: str, *, seed: int) -> None:
        self.plant = plant
        self.forge = forge
        self.history = History()
        self.counts: Counter[str] = Counter()
        self._database_url = database_url
        self._random = random.Random(seed)  # noqa: S311  no secret
        self._following: list[asyncio.Task[None]] = []

    def make_repositories(self) -> None:
        """Make what is cloned: two branches, and enough bytes for a clone to last."""
        for number in range(REPOSITORIES):
            code: dict[str, bytes | str] = {f"m{at}.py": f"def f{at}(): return f{at + 1}()\n" for at in range(20)}
            path = self.forge.root / self._name(number)
            make_repository(path, {**code, "noise.bin": self._random.randbytes(PACK_BYTES)})
            commit_files(path, {"side.py": "def side(): ...\n"}, branch="side")
        self.forge.knobs.bytes_per_second = BYTES_PER_SECOND

    async def blow(self, *, kills: int, freezes: int = 0, outages: Sequence[Outage] = ()) -> None:
        """Work and harm until so many nodes were killed and frozen, and each outage was had; then wait for quiet."""
        harms = [*repeat(self._kill, kills), *repeat(self._freeze, freezes)]
        harms += [functools.partial(self._go_without, outage) for outage in outages]
        async with httpx.AsyncClient(timeout=10) as web:
            working = asyncio.create_task(self._work(web))
            for harm in self._random.sample(harms, len(harms)):
                await asyncio.sleep(self._random.uniform(0.05, 1.5))
                await harm()
            working.cancel()
            await asyncio.wait({working})
            with suppress(asyncio.CancelledError):
                working.result()
        await self._until_quiet()

    # Work

    async def crowd(self, askers: int) -> set[str]:
        """Let so many ask every node for the same clone at the same moment; gives the jobs that they were given."""
        async with httpx.AsyncClient(timeout=30, limits=httpx.Limits(max_connections=askers)) as web:
            asked = {"url": self.forge.url(self._name(0))}
            urls = [node.url for node in self.plant.nodes]
            bodies = [
                web.post(f"{urls[number % len(urls)]}/graphql", json={"query": CLONE, "variables": asked})
                for number in range(askers)
            ]
            given = [(await body).json()["data"]["done"]["job"] for body in asyncio.as_completed(bodies)]
        for job in given:
            self._accept(job)
        return {job["id"] for job in given}

    async def _work(self, web: httpx.AsyncClient) -> None:
        while True:
            with suppress(httpx.HTTPError):
                await self._ask(web, *self._choose())
            await asyncio.sleep(self._random.uniform(0.01, 0.3))

    def _choose(self) -> tuple[str, dict[str, str]]:
        number = self._random.randrange(REPOSITORIES)
        clone = CLONE, {"url": self.forge.url(self._name(number))}
        if not self.history.accepted or self._random.random() < 0.4:
            return clone
        job, repository = self._random.choice(list(self.history.accepted.items()))
        [(document, variables)] = self._random.choices(
            [
                (REFRESH, {"id": repository}),
                (MAP, {"id": repository}),
                (CANCEL, {"id": job}),
                (REMOVE, {"id": repository}),
            ],
            weights=[5, 3, 2, 1],
        )
        if document is REFRESH:
            noise = self._random.randbytes(PACK_BYTES)
            commit_files(self.forge.root / self._name(number), {"noise.bin": noise})
        return document, variables

    async def _ask(self, web: httpx.AsyncClient, document: str, variables: dict[str, str]) -> None:
        url = self._random.choice(self.plant.nodes).url
        answer = (await web.post(f"{url}/graphql", json={"query": document, "variables": variables})).json()
        done = (answer.get("data") or {}).get("done")
        if done is None or done["job"] is None:
            codes = [error["extensions"].get("code", "?") for error in answer.get("errors", [])]
            codes += [error["code"] for error in (done or {}).get("errors", [])]
            self.counts[f"refused {codes}"] += 1
            return
        self._accept(done["job"])

    def _accept(self, job: dict[str, Any]) -> None:
        self.counts["requests"] += 1
        if job["id"] in self.history.accepted:
            self.counts["answered by a live or finished job"] += 1
            return
        self.history.accepted[job["id"]] = (job["repository"] or {}).get("id", "")
        told = Told(job["id"])
        self.history.told.append(told)
        urls = [node.url for node in self.plant.nodes]
        following = told.follow(lambda: urls, random.Random(self._random.random()))  # noqa: S311  no secret
        self._following.append(asyncio.create_task(following))

    # Harm

    async def _kill(self) -> None:
        node = self._random.choice(self.plant.nodes)
        await asyncio.to_thread(node.kill)
        self.counts["killed"] += 1
        await asyncio.sleep(self._random.uniform(0, 0.5))
        await asyncio.to_thread(node.start)
        await asyncio.to_thread(node.answering)

    async def _freeze(self) -> None:
        node = self._random.choice(self.plant.nodes)
        node.freeze()
        self.counts["frozen"] += 1
        await asyncio.sleep(LEASE_SECONDS * 2.5)
        node.thaw()

    async def _go_without(self, outage: Outage) -> None:
        with outage():  # stopping and starting it takes a moment in which nobody is served anyway
            self.counts["outages"] += 1
            await asyncio.sleep(self._random.uniform(0.5, 4))

    # What is left

    async def _until_quiet(self) -> None:
        """Wait until every stream has ended; what has not by then is found by the checks."""
        if self._following:
            _, late = await asyncio.wait(self._following, timeout=QUIET_SECONDS)
            self.counts["streams that did not end"] += len(late)
            for task in late:
                task.cancel()

    async def faults(self) -> Counter[str]:
        """Restart everything, and say what is wrong; empty: nothing."""
        await asyncio.to_thread(self.plant.restart)
        found = self.history.faults() + await self._faults_of_rows() + self._faults_of_logs()
        for node in self.plant.nodes:
            found += self._residue(node.folder)
        found += self._residue(self.plant.folder)
        self.counts["zombies refused"] = len(self.plant.said("attempt was taken over; nothing written"))
        return +found

    async def _faults_of_rows(self) -> Counter[str]:
        found: Counter[str] = Counter()
        left = await self._settled()
        rows, served, maps = left.jobs, left.served, left.mapped
        known = {row_id(job_id, NodeKind.JOB) for job_id in self.history.accepted}
        found["lost"] = len(known - rows.keys())
        found["stuck"] = left.unended()
        busy = {"QUEUED", "CLONING", "UPDATING", "BUILDING"}
        found["busy for ever"] = sum(bool({row.clone_state, row.map_state} & busy) for row in served.values())
        found["map without a repository"] = len(maps - served.keys())
        found["internal errors"] = sum('"INTERNAL"' in (row.error or "") for row in rows.values())
        self.counts["jobs"] = len(rows)
        self.counts["attempts"] = sum(row.attempt for row in rows.values())
        return found

    async def _settled(self) -> "_Rows":
        """Read the rows once every job ended: nobody follows one whose server died before it could answer."""
        deadline = time.monotonic() + QUIET_SECONDS
        database = await Database.open(self._database_url)
        try:
            while (left := await _Rows.read(database)).unended() and time.monotonic() < deadline:  # noqa: ASYNC110  # a row
                await asyncio.sleep(0.2)
        finally:
            await database.close()
        return left

    def _faults_of_logs(self) -> Counter[str]:
        found: Counter[str] = Counter()
        begun = Counter((entry["job"], entry["attempt"]) for entry in self.plant.said("attempt begins"))
        found["attempt begun twice"] = sum(count > 1 for count in begun.values())
        ended = Counter(entry["job"] for entry in self.plant.said("attempt ended") if entry["state"] in ENDS)
        found["ended twice"] = sum(count > 1 for count in ended.values())
        return found

    def _residue(self, folder: Path) -> Counter[str]:
        found: Counter[str] = Counter()
        deadline = time.monotonic() + 20
        while (left := _leftovers(folder)) and time.monotonic() < deadline:
            time.sleep(0.1)
        for name in left:
            found[f"left: {name}"] += 1
        return found

    def _name(self, number: int) -> str:
        return f"acme/r{number}.git"


@dataclass(frozen=True, slots=True)
class _Rows:
    """What the database holds when a storm is over."""

    jobs: Mapping[str, Any]
    served: Mapping[str, Any]
    mapped: Collection[str]
    """Repositories that a map belongs to."""

    @classmethod
    async def read(cls, database: Database) -> Self:
        async with database.read() as connection:
            return cls(
                {row.id: row for row in await connection.execute(select(jobs))},
                {row.id: row for row in await connection.execute(select(repositories))},
                {row.repository_id for row in await connection.execute(select(snapshots))},
            )

    def unended(self) -> int:
        return sum(row.state not in ENDS for row in self.jobs.values())


def _leftovers(folder: Path) -> Collection[str]:
    """Give what attempts left: their folders, what was thrown away, drafts, and processes."""
    files = [entry for part in ("staging", "trash") for entry in (folder / part).glob("*")]
    files += list(folder.glob("artifacts/drafts/*"))
    return [f"file {file.relative_to(folder).parts[0]}" for file in files] + processes_of(folder)
