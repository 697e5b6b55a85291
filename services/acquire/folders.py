"""The folders on disk: what is being made, what is served, what is thrown away.

A clone becomes visible by one `rename` after everything in it is on the disk, and disappears by one
`rename` into the trash: whoever looks sees a whole repository or none, whenever the power fails.
"""

import hashlib
import os
import shutil
import time
import uuid
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_REMOVE_TRIES: Final = 5
_REMOVE_PAUSE_SECONDS: Final = 0.05
_LEFTOVERS: Final = ("objects/pack/tmp_*", "objects/pack/.tmp-*", "objects/tmp_objdir-*", "objects/incoming-*")
_LOCKS: Final = ("*.lock", "refs/**/*.lock", "shallow_*", "objects/??/tmp_obj_*", "objects/pack/*.keep")


@dataclass(frozen=True, slots=True)
class Folders:
    """`repos/<aa>/<digest>` are served, `staging/<key>` are being made, `trash/` goes away."""

    root: Path

    @property
    def staging(self) -> Path:
        """Where attempts work; each in a folder of its own."""
        return self.root / "staging"

    @property
    def trash(self) -> Path:
        """What has been taken out of service and is not yet deleted."""
        return self.root / "trash"

    def repository(self, name: str) -> Path:
        """Give the place of a clone: by digest, so that no part of a name becomes a path."""
        digest = hashlib.sha256(name.encode()).hexdigest()
        return self.root / "repos" / digest[:2] / digest

    def publish(self, made: Path, *, at: Path) -> None:
        """Put a finished clone into service; it is on the disk, as a whole, when this returns."""
        _sync_tree(made)
        at.parent.mkdir(parents=True, exist_ok=True)
        self.discard(at)
        made.rename(at)
        _sync(at.parent)

    def discard(self, folder: Path) -> None:
        """Take a folder out of service at once, then delete it; not being there is fine."""
        self.trash.mkdir(parents=True, exist_ok=True)
        condemned = self.trash / uuid.uuid4().hex
        with suppress(FileNotFoundError):
            folder.rename(condemned)
            delete(condemned)

    def sweep(self, *, live_keys: Collection[str]) -> int:
        """Delete the trash and every attempt's folder that is not live; gives how many went."""
        abandoned = [entry for entry in _entries(self.staging) if entry.name not in live_keys]
        abandoned += _entries(self.trash)
        for entry in abandoned:
            delete(entry)
        return len(abandoned)


def tidy(clone: Path) -> None:
    """Remove what a fetch that was killed left in a clone; nobody may be fetching into it now."""
    for pattern in (*_LEFTOVERS, *_LOCKS):
        for path in clone.glob(pattern):
            delete(path)


def delete(path: Path) -> None:
    """Delete a file or a folder; a process that is just dying may still write into it for a moment."""
    for _ in range(_REMOVE_TRIES):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
        if not os.path.lexists(path):
            return
        time.sleep(_REMOVE_PAUSE_SECONDS)


def _entries(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _sync_tree(folder: Path) -> None:
    for parent, _, files in os.walk(folder):
        for name in files:
            _sync(Path(parent) / name)
        _sync(Path(parent))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
