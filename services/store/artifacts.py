"""The bytes of maps, in an object store: a local folder, or a bucket that `services.store.buckets` opens.

A put is atomic and durable when it returns (in a folder: written aside, flushed, then renamed; in a bucket: one PUT,
of at most 5 GiB there), since the row that makes it visible is written after it.
"""

import asyncio
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Final

import obstore
import structlog
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore

from services.errors import GraticuleError, InvalidArgumentError, NotFoundError
from services.models import SnapshotKey
from services.store.buckets import RefusingStoreError, folder_of, object_errors, open_bucket
from services.store.faults import usable
from services.store.healing import heal

DRAFTS: Final = "drafts"
"""The folder of drafts, beside those of repositories, whose ids are hexadecimal."""

logger = structlog.stdlib.get_logger()


class ArtifactStore:
    """Keep maps by their key, in a folder, made when missing, or a bucket. InvalidArgumentError for what is neither."""

    def __init__(self, place: str | Path) -> None:
        self._folder = folder_of(place)
        if self._folder is None:
            self._store: ObjectStore = open_bucket(str(place))
            return
        with usable(self._folder, setting="ARTIFACTS_URL"):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._store = LocalStore(self._folder)
        heal(self._folder)

    async def check(self) -> None:
        """Ask a bucket whether it lets us in, with one list. InvalidArgumentError; one that is away is only logged."""
        if self._folder is not None:
            return
        try:
            await self.drafts()
        except RefusingStoreError as error:
            raise InvalidArgumentError(
                "GRATICULE_ARTIFACTS_URL names a bucket that is not there, or that does not let this server in.",
                hint="Make the bucket, and look at AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_ENDPOINT_URL.",
            ) from error
        except GraticuleError as error:
            logger.warning("the artifact store does not answer", error=error.code)

    async def put(self, key: SnapshotKey, data: bytes) -> None:
        """Store a map, overwriting an equal one. GraticuleError (DISK_FULL, NETWORK)."""
        path = path_of(key)
        with object_errors():
            await obstore.put_async(self._store, path, data, use_multipart=False)
            if self._folder is not None:
                await asyncio.to_thread(_flush, self._folder / path)

    async def get(self, key: SnapshotKey) -> bytes:
        """Give the bytes of a map. NotFoundError; GraticuleError (NETWORK) while the store is away."""
        try:
            with object_errors():
                result = await obstore.get_async(self._store, path_of(key))
                return bytes(await result.bytes_async())
        except FileNotFoundError as error:
            raise NotFoundError("The bytes of this map are gone; refresh the repository to make it again.") from error

    # Drafts: what an attempt shows of a map before there is one

    async def put_draft(self, key: str, data: bytes) -> None:
        """Store the newest draft of an attempt, `{job_id}-{attempt}`, in place of the one before."""
        with object_errors():
            await obstore.put_async(self._store, _draft_path(key), data, use_multipart=False)

    async def get_draft(self, key: str) -> bytes | None:
        """Give the newest draft of an attempt; None when it has none (any more), or none that can be read now."""
        try:
            result = await obstore.get_async(self._store, _draft_path(key))
            return bytes(await result.bytes_async())
        except (FileNotFoundError, BaseError):
            return None

    async def delete_draft(self, key: str) -> None:
        """Delete the draft of an attempt, if it has one."""
        with suppress(FileNotFoundError), object_errors():
            await obstore.delete_async(self._store, _draft_path(key))

    async def drafts(self) -> set[str]:
        """Give the attempts of which there are drafts."""
        paths = await self._list(DRAFTS)
        return {path.removeprefix(f"{DRAFTS}/").removesuffix(".map") for path in paths}

    async def delete(self, key: SnapshotKey) -> None:
        """Delete the bytes of a map, if they are there; whoever has it open reads on. GraticuleError (NETWORK)."""
        with suppress(FileNotFoundError), object_errors():
            await obstore.delete_async(self._store, path_of(key))

    async def delete_repository(self, repository_id: str) -> None:
        """Delete all maps of a repository, halves of interrupted puts included."""
        prefix = _checked(repository_id)
        if self._folder is not None:
            await asyncio.to_thread(shutil.rmtree, self._folder / prefix, ignore_errors=True)
            return
        paths = await self._list(prefix)
        with object_errors():
            if paths:
                await obstore.delete_async(self._store, paths)

    async def _list(self, folder: str) -> list[str]:
        with object_errors():
            return [str(item["path"]) async for batch in obstore.list(self._store, folder) for item in batch]


def path_of(key: SnapshotKey) -> str:
    """Give where a map is, below the folder or the bucket. InvalidArgumentError for a key that is none."""
    return f"{_checked(key.repository_id)}/{_checked(key.commit)}-{_checked(key.engine_version)}.map"


def _draft_path(key: str) -> str:
    return f"{DRAFTS}/{_checked(key)}.map"


def _checked(part: str) -> str:
    """Refuse whatever could leave the folder; ids, commits and versions are letters, digits, `.`, `_`, `-`."""
    plain = part.replace("-", "").replace("_", "").replace(".", "")
    if not plain.isascii() or not plain.isalnum() or part.startswith("."):
        raise InvalidArgumentError(f"{part!r} cannot name an artifact.")
    return part


def _flush(path: Path) -> None:
    """Make a file and its name survive a loss of power."""
    for name in (path, path.parent):
        descriptor = os.open(name, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
