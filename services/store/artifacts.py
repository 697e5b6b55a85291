"""The bytes of maps, in an object store: a local folder, or whatever obstore can reach by URL.

A put is atomic (written aside, then renamed) and, on a local disk, durable when it returns: the
row that makes it visible is written after it.
"""

import asyncio
import os
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from services.errors import InvalidArgumentError, NotFoundError
from services.models import SnapshotKey
from services.store.faults import typed_errors, usable

DRAFTS: Final = "drafts"
"""The folder of drafts, beside those of repositories, whose ids are hexadecimal."""
STALE_SECONDS: Final = 600
"""No put takes as long; what is older was left by a process that was killed in the middle of one."""


class ArtifactStore:
    """Keep maps by their key. A `Path` (or a plain path) is a local folder, made when missing."""

    def __init__(self, url_or_path: str | Path) -> None:
        self._folder: Path | None = None
        if isinstance(url_or_path, str) and "://" in url_or_path:
            self._store: ObjectStore = from_url(url_or_path)
            return
        self._folder = Path(url_or_path).absolute()
        with usable(self._folder, setting="ARTIFACTS_DIR"):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._store = LocalStore(self._folder)
        _sweep(self._folder)

    async def put(self, key: SnapshotKey, data: bytes) -> None:
        """Store a map, overwriting an equal one. GraticuleError(DISK_FULL)."""
        path = _path_of(key)
        with typed_errors():
            await obstore.put_async(self._store, path, data, use_multipart=False)
            if self._folder is not None:
                await asyncio.to_thread(_flush, self._folder / path)

    async def get(self, key: SnapshotKey) -> bytes:
        """Give the bytes of a map. NotFoundError."""
        try:
            result = await obstore.get_async(self._store, _path_of(key))
            return bytes(await result.bytes_async())
        except FileNotFoundError as error:
            raise NotFoundError("The bytes of this map are gone; refresh the repository to make it again.") from error

    # Drafts: what an attempt shows of a map before there is one

    async def put_draft(self, key: str, data: bytes) -> None:
        """Store the newest draft of an attempt, `{job_id}-{attempt}`, in place of the one before."""
        with typed_errors():
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
        with suppress(FileNotFoundError):
            await obstore.delete_async(self._store, _draft_path(key))

    async def drafts(self) -> set[str]:
        """Give the attempts of which there are drafts."""
        batches = [batch async for batch in obstore.list(self._store, DRAFTS)]
        paths = [str(item["path"]) for batch in batches for item in batch]
        return {path.removeprefix(f"{DRAFTS}/").removesuffix(".map") for path in paths}

    async def delete_repository(self, repository_id: str) -> None:
        """Delete all maps of a repository, halves of interrupted puts included."""
        prefix = _checked(repository_id)
        if self._folder is not None:
            await asyncio.to_thread(shutil.rmtree, self._folder / prefix, ignore_errors=True)
            return
        async for batch in obstore.list(self._store, prefix):
            await obstore.delete_async(self._store, [item["path"] for item in batch])


def _path_of(key: SnapshotKey) -> str:
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


def _sweep(folder: Path) -> None:
    """Remove what interrupted puts left aside (`<name>#<number>`)."""
    for left in folder.glob("*/*#*"):
        if left.stat().st_mtime < time.time() - STALE_SECONDS:
            left.unlink(missing_ok=True)
