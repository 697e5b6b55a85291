"""The drafts of one attempt on their way to where every server finds them: the newest wins, and none outlives it.

A draft is a file under the number of its attempt, so an attempt that was taken over writes beside what is read.
The file is there before the row says so. Losing one costs a client nothing but an earlier look.
"""

import asyncio
from collections.abc import Callable

import structlog

from services.models import Job
from services.store.artifacts import ArtifactStore

logger = structlog.stdlib.get_logger()


class DraftWriter:
    """Stores drafts until it is closed; `on_stored` is called after each."""

    def __init__(self, job: Job, artifacts: ArtifactStore, on_stored: Callable[[], None]) -> None:
        self._key = job.attempt_key
        self._artifacts = artifacts
        self._on_stored = on_stored
        self._newest: bytes | None = None
        self._writing: asyncio.Task[None] | None = None
        self._closed = False

    def put(self, data: bytes) -> None:
        """Take a draft, on the event loop; one that was not stored yet makes place for it."""
        if self._closed:
            return
        self._newest = data
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write(), name="draft")

    async def close(self) -> None:
        """Take no more, and delete what there is."""
        self._closed = True
        if self._writing is not None:
            await asyncio.wait({self._writing})
            await delete_draft(self._artifacts, self._key)

    async def _write(self) -> None:
        while self._newest is not None and not self._closed:
            data, self._newest = self._newest, None
            try:
                await self._artifacts.put_draft(self._key, data)
            except Exception as error:  # noqa: BLE001  # a map is made without drafts as well
                logger.warning("a draft could not be stored", draft=self._key, error=str(error))
            else:
                self._on_stored()


async def delete_draft(artifacts: ArtifactStore, key: str) -> None:
    """Delete a draft; one that cannot be deleted now is found by the janitor."""
    try:
        await artifacts.delete_draft(key)
    except Exception as error:  # noqa: BLE001  # whatever the object store says
        logger.warning("a draft could not be deleted", draft=key, error=str(error))


async def known_drafts(artifacts: ArtifactStore) -> set[str]:
    """Give the attempts of which there are drafts, none when that cannot be told now."""
    try:
        return await artifacts.drafts()
    except Exception as error:  # noqa: BLE001  # whatever the object store says
        logger.warning("drafts could not be listed", error=str(error))
        return set()
