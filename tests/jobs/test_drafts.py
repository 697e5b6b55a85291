"""Drafts of an attempt: the newest is kept, its end deletes it, and what a dead attempt left is swept."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.jobs.drafts import DraftWriter
from services.models import Job
from services.store.artifacts import ArtifactStore
from services.store.database import Database
from tests.support.patience import until
from tests.support.stores import FakeClock, Store, store_on

pytestmark = pytest.mark.anyio


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'rows.sqlite3'}")
    yield store_on(database, FakeClock())
    await database.close()


@pytest.fixture
async def job(store: Store) -> Job:
    return (await store.take((await store.ask()).job.id)).job


async def test_of_drafts_that_come_quickly_the_newest_is_kept(tmp_path: Path, job: Job) -> None:
    artifacts = ArtifactStore(tmp_path / "maps")
    stored: list[bytes | None] = []
    writer = DraftWriter(job, artifacts, lambda: stored.append(None))
    for draft in (b"first", b"second", b"third"):
        writer.put(draft)
    await until(lambda: bool(stored))
    await asyncio.sleep(0.05)
    assert await artifacts.get_draft(job.attempt_key) == b"third"
    assert len(stored) < 3


async def test_the_end_of_an_attempt_deletes_its_draft_and_refuses_later_ones(tmp_path: Path, job: Job) -> None:
    artifacts = ArtifactStore(tmp_path / "maps")
    writer = DraftWriter(job, artifacts, lambda: None)
    writer.put(b"draft")
    await writer.close()
    writer.put(b"late")
    await asyncio.sleep(0.05)
    assert await artifacts.drafts() == set()
    await writer.close()


async def test_a_draft_that_cannot_be_stored_fails_nothing(tmp_path: Path, job: Job) -> None:
    artifacts = ArtifactStore(tmp_path / "maps")
    (tmp_path / "maps" / "drafts").write_text("in the way")
    stored: list[None] = []
    writer = DraftWriter(job, artifacts, lambda: stored.append(None))
    writer.put(b"draft")
    await writer.close()
    assert stored == []


async def test_drafts_are_named_as_live_attempts_are(tmp_path: Path, store: Store, job: Job) -> None:
    artifacts = ArtifactStore(tmp_path / "maps")
    await artifacts.put_draft(job.attempt_key, b"mine")
    await artifacts.put_draft(f"{job.id}-0", b"of a dead attempt")
    assert await artifacts.drafts() - await store.jobs.live_keys() == {f"{job.id}-0"}
