"""Two server processes on one database and one Valkey: whoever follows a job on either sees it to its end.

Only the public protocol is spoken. Half of the sockets are on the server that did not take the job, and the
servers' connections to the bus are cut while the jobs run.
"""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import cycle, pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.doors import data
from tests.support.gitserver import GitServer, make_repository
from tests.support.postgres import Postgres
from tests.support.serve_command import ServeCommand
from tests.support.valkey import Valkey
from tests.support.wireclient import Wire, greeted

pytestmark = pytest.mark.anyio

SOCKETS = 500
REPOSITORIES = 10
CUTS = 3
PACK_BYTES = 150_000
BYTES_PER_SECOND = 60_000
CLONE = """mutation Clone($url: String!) { cloneRepository(input: {url: $url}) {
  job { id } repository { id } errors { ... on Error { code message } }
} }"""
FOLLOW = """subscription Follow($id: ID!) { jobProgress(id: $id, maxRateHz: 2) {
  kind revision job { state attempt progress { phase fraction current total receivedBytes bytesPerSecond message } }
} }"""
LIVE_MAP = """subscription Map($id: ID!) { repoMapChanged(repositoryId: $id, maxRateHz: 30) {
  complete coverage { filesListed filesParsed } repoMap { text }
} }"""
MAP = "query Map($url: String!) { repository(url: $url) { snapshot { repoMap(tokens: 200) { text } } } }"
ENDS = {"SUCCEEDED", "FAILED", "CANCELLED"}


@dataclass(slots=True)
class Follower:
    """What one socket was sent about its job."""

    events: list[dict[str, Any]] = field(default_factory=list)
    completed: int = 0

    async def follow(self, url: str, job_id: str, opening: asyncio.Semaphore) -> None:
        """Follow a job to its end, and listen on for a while: nothing may come after the end."""
        async with opening:
            context = greeted(url, open_timeout=30, ping_interval=None)
            opened = await context.__aenter__()
        try:
            await opened.follow(FOLLOW, id=job_id)
            await self._until(opened, "complete")
            await opened.say("ping")
            await self._until(opened, "pong")
        finally:
            await context.__aexit__(None, None, None)

    async def _until(self, opened: Wire, kind: str) -> None:
        while True:
            message = json.loads(await opened.opened.recv())  # however long it takes
            if message["type"] == "next":
                self.events.append(message["payload"]["data"]["jobProgress"])
            self.completed += message["type"] == "complete"
            if message["type"] == kind:
                return
            assert message["type"] == "next", message

    def faults(self) -> Counter[str]:
        """Say what was wrong with it."""
        found: Counter[str] = Counter()
        for old, new in pairwise(self.events):
            found["out of order"] += new["revision"] < old["revision"]
            # Between two revisions only counters move.
            found["told twice"] += (new["revision"], new["job"]) == (old["revision"], old["job"])
        ends = [event["job"]["state"] in ENDS for event in self.events]
        found["not one end, at the end"] += ends != [False] * (len(ends) - 1) + [True]
        found["not succeeded"] += self.events[-1]["job"]["state"] != "SUCCEEDED"
        found["not completed once"] += self.completed != 1
        return +found


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    with Valkey() as server:
        yield server


@pytest.fixture(params=["postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Name an empty database."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'shared.sqlite3'}"
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    with postgres.database(migrated=False) as url:
        yield url


@pytest.fixture
def servers(tmp_path: Path, valkey: Valkey, database_url: str) -> Iterator[list[ServeCommand]]:
    """Two servers with data folders of their own, started at the same time on a database that is empty."""
    environment = {
        "GRATICULE_DATABASE_URL": database_url,
        "GRATICULE_ARTIFACTS_URL": str(tmp_path / "artifacts"),
        "GRATICULE_REDIS_URL": valkey.url.replace("redis://", "valkey://"),
        "GRATICULE_CONCURRENT_JOBS": "5",
    }
    with ExitStack() as stack, ThreadPoolExecutor() as starting:
        commands = [ServeCommand(tmp_path / name, environment=environment) for name in ("one", "two")]
        for command in commands:
            stack.callback(command.stop)
        list(starting.map(ServeCommand.wait_until_it_answers, commands))
        yield commands


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[GitServer]:
    """Serve repositories slowly, so that their clones last for seconds."""
    rng = random.Random(7)  # noqa: S311  # what does not compress
    with GitServer.start(tmp_path / "forge") as server:
        for number in range(REPOSITORIES):
            files: dict[str, bytes | str] = {"code.py": "def f(): ...\n", "blob.bin": rng.randbytes(PACK_BYTES)}
            make_repository(server.root / f"acme/r{number}.git", files)
        server.knobs.bytes_per_second = BYTES_PER_SECOND
        yield server


async def submit(servers: list[ServeCommand], forge: GitServer) -> list[str]:
    """Ask for every repository, at one server and the other in turn; gives the jobs."""
    jobs = []
    for number, server in zip(range(REPOSITORIES), cycle(servers), strict=False):
        answer = await asyncio.to_thread(data, server.url, CLONE, url=forge.url(f"acme/r{number}"))
        assert answer["cloneRepository"]["errors"] == []
        jobs.append(answer["cloneRepository"]["job"]["id"])
    return jobs


@pytest.mark.timeout(150)  # two servers and 500 sockets: 20 s of two cores, which a busy machine gives in a minute
async def test_everybody_on_two_servers_sees_every_job_to_its_end_while_the_bus_is_cut(
    servers: list[ServeCommand], forge: GitServer, valkey: Valkey
) -> None:
    jobs = await submit(servers, forge)
    opening = asyncio.Semaphore(40)
    followers = [Follower() for _ in range(SOCKETS)]
    pairs = [(server.url, job_id) for job_id in jobs for server in servers]
    following = asyncio.gather(
        *(
            follower.follow(url, job_id, opening)
            for follower, (url, job_id) in zip(followers, cycle(pairs), strict=False)
        )
    )
    cut = 0
    for _ in range(CUTS):
        await asyncio.sleep(1.5)
        cut += await asyncio.to_thread(valkey.kill_subscribers)
    async with asyncio.timeout(90):
        await following
    assert sum((follower.faults() for follower in followers), Counter()) == Counter()
    assert cut >= CUTS
    assert len({event["revision"] for follower in followers for event in follower.events}) > 3
    for server in servers:
        async with asyncio.timeout(20):  # the last cut may have been a moment ago
            while (await asyncio.to_thread(httpx.get, f"{server.url}/readyz")).text != "ready\n":  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        assert not [line for line in server.log if '"level": "error"' in line]
    for number, server in zip(range(REPOSITORIES), cycle(servers[::-1]), strict=False):
        asked_elsewhere = await asyncio.to_thread(data, server.url, MAP, url=forge.url(f"acme/r{number}"))
        assert "def f()" in asked_elsewhere["repository"]["snapshot"]["repoMap"]["text"]


@pytest.mark.parametrize("database_url", ["sqlite", "postgres"], indirect=True)
async def test_a_map_that_one_server_makes_is_followed_on_the_other_from_its_first_outline(
    servers: list[ServeCommand], forge: GitServer
) -> None:
    body = "".join(f"    def turn_{at}(self):\n        return self.turn_{at}() + {at}\n\n" for at in range(40))
    modules: dict[str, bytes | str] = {f"m{at}.py": f"class Wheel{at}:\n{body}" for at in range(400)}
    make_repository(forge.root / "acme/wheels.git", modules)
    forge.knobs.bytes_per_second = None
    one, other = servers
    asked = (await asyncio.to_thread(data, one.url, CLONE, url=forge.url("acme/wheels")))["cloneRepository"]
    seen = []
    async with greeted(other.url, ping_interval=None) as opened:
        async for event in opened.events(LIVE_MAP, id=asked["repository"]["id"]):
            seen.append(event)
            if event["complete"]:
                break
    coarse = [event for event in seen if event["repoMap"] and not event["complete"]]
    assert coarse[0]["coverage"]["filesListed"] == len(modules)
    assert "class Wheel" in coarse[0]["repoMap"]["text"]
    assert seen[-1]["coverage"]["filesParsed"] == len(modules)
