"""A file's content from whichever process has the clone, and nothing else for whoever reaches that Redis."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from services.acquire.acquirer import Acquirer
from services.acquire.clones import Clones
from services.acquire.objects import read_blob
from services.errors import AcquireError, ErrorCode, GraticuleError, NotFoundError
from services.sources import SOURCE_BYTES, Answers, Elsewhere, FirstOf, no_clone
from tests.support.gitrepo import make_repository, run_git
from tests.support.running import local_settings
from tests.support.valkey import Valkey

pytestmark = pytest.mark.anyio

NAME = "forge.example/acme/code"
TEXT = b"def f(): ...\n"
CHANNEL = "graticule:sources:0"


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    with Valkey() as server:
        yield server


class Folder:
    """Reads from clones that lie there, whoever says so."""

    def __init__(self, clones: Clones) -> None:
        self._clones = clones

    async def read(self, name: str, blob: str, /, *, max_bytes: int = SOURCE_BYTES) -> bytes:
        clone = self._clones.path_of(name)
        if not clone.exists():
            raise no_clone()
        return await read_blob(clone, blob, max_bytes=max_bytes)


def clones_in(folder: Path, *, of: str | None = NAME) -> Folder:
    """Give the clones of a data folder, with one of the repository, or none."""
    clones = Acquirer.from_settings(local_settings(folder), root=folder).clones
    if of is not None:
        make_repository(clones.path_of(of), {"code.py": TEXT})
    return Folder(clones)


@pytest.fixture
def blob(tmp_path: Path) -> str:
    make_repository(tmp_path / "twin.git", {"code.py": TEXT})
    return run_git("-C", str(tmp_path / "twin.git"), "rev-parse", "HEAD:code.py").strip()


@pytest.fixture
async def elsewhere(valkey: Valkey) -> AsyncIterator[Elsewhere]:
    asking = Elsewhere(valkey.url)
    yield asking
    await asking.close()


async def listening(valkey: Valkey, count: int) -> None:
    """Wait until so many workers listen."""
    async with asyncio.timeout(20):
        while (await asyncio.to_thread(valkey.ask, "PUBSUB", "NUMSUB", CHANNEL))[1] != count:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def keys(valkey: Valkey) -> set[str]:
    found = await asyncio.to_thread(valkey.ask, "KEYS", "*")
    return {key.decode() for key in found}


async def test_a_file_is_read_from_the_worker_that_has_the_clone(
    tmp_path: Path, valkey: Valkey, elsewhere: Elsewhere, blob: str
) -> None:
    own = [clones_in(tmp_path / "one", of=None), clones_in(tmp_path / "two"), clones_in(tmp_path / "three")]
    server = FirstOf(clones_in(tmp_path / "server", of=None), elsewhere)
    async with AsyncExitStack() as stack:
        for sources in own:
            await stack.enter_async_context(Answers(valkey.url, sources).listening())
        await listening(valkey, 3)
        assert await server.read(NAME, blob) == TEXT
        with pytest.raises(AcquireError) as refused:
            await server.read(NAME, blob, max_bytes=3)
        assert refused.value.code is ErrorCode.TOO_LARGE
        for name, wanted in ((NAME, "0" * 40), ("forge.example/acme/other", blob)):
            with pytest.raises(NotFoundError):
                await server.read(name, wanted)
    kept = [await asyncio.to_thread(valkey.ask, "TTL", key) for key in await keys(valkey)]
    assert [seconds for seconds in kept if not 0 < seconds <= 10] == []


async def test_a_worker_that_says_nothing_is_not_waited_for_long(
    tmp_path: Path, valkey: Valkey, elsewhere: Elsewhere, blob: str
) -> None:
    with valkey.frozen(), pytest.raises(GraticuleError, match="did not answer"):
        await elsewhere.read(NAME, blob)
    valkey.stop()
    with pytest.raises(GraticuleError, match="did not answer"):
        await elsewhere.read(NAME, blob)
    valkey.start()
    async with Answers(valkey.url, clones_in(tmp_path / "one")).listening():
        await listening(valkey, 1)
        assert await elsewhere.read(NAME, blob) == TEXT
        valkey.stop()
        valkey.start()
        await listening(valkey, 1)
        assert await elsewhere.read(NAME, blob) == TEXT


QUESTION: dict[str, Any] = {"id": "a" * 32, "name": NAME, "blob": "b" * 40, "max_bytes": 100}


@pytest.mark.parametrize(
    "said",
    [
        "nonsense",
        "[" * 100_000,
        json.dumps(QUESTION | {"id": "graticule:runs"}),
        json.dumps(QUESTION | {"id": "a" * 32 + "\n"}),
        json.dumps(QUESTION | {"blob": "HEAD:../../../etc/passwd"}),
        json.dumps(QUESTION | {"blob": "--batch-all-objects"}),
        json.dumps(QUESTION | {"blob": "b" * 40 + "\n"}),
        json.dumps(QUESTION | {"name": ""}),
        json.dumps(QUESTION | {"name": "x" * 5000}),
        json.dumps(QUESTION | {"max_bytes": 1 << 40}),
        json.dumps(QUESTION | {"max_bytes": -1}),
        json.dumps(QUESTION | {"path": "/etc/passwd"}),
    ],
)
async def test_what_no_server_asks_is_not_answered(
    tmp_path: Path, valkey: Valkey, elsewhere: Elsewhere, blob: str, said: str
) -> None:
    async with Answers(valkey.url, clones_in(tmp_path / "one")).listening():
        await listening(valkey, 1)
        await asyncio.to_thread(valkey.ask, "PUBLISH", CHANNEL, said)
        assert await elsewhere.read(NAME, blob) == TEXT
        assert not {key for key in await keys(valkey) if "taken" not in key}


@pytest.mark.parametrize("name", ["../../twin.git", "/etc", "."])
async def test_a_name_is_no_path(tmp_path: Path, valkey: Valkey, elsewhere: Elsewhere, blob: str, name: str) -> None:
    async with Answers(valkey.url, clones_in(tmp_path / "one")).listening():
        await listening(valkey, 1)
        with pytest.raises(NotFoundError):
            await elsewhere.read(name, blob)


async def test_only_files_are_given(tmp_path: Path, valkey: Valkey, elsewhere: Elsewhere) -> None:
    own = clones_in(tmp_path / "one")
    make_repository(tmp_path / "twin.git", {"code.py": TEXT})
    tree = run_git("-C", str(tmp_path / "twin.git"), "rev-parse", "HEAD^{tree}").strip()
    async with Answers(valkey.url, own).listening():
        await listening(valkey, 1)
        with pytest.raises(NotFoundError):
            await elsewhere.read(NAME, tree)
