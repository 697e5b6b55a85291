"""The folders on disk: what is being made, what is served, what is thrown away.

Whatever lies there that nobody here made is deleted; no link is followed, so nothing outside ever is.

A clone becomes visible by one `rename` after everything in it is on the disk, and disappears by one
`rename` into the trash: whoever looks sees a whole repository or none, whenever the power fails.
"""

import hashlib
import os
import re
import shutil
import stat
import time
import uuid
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from services.acquire.strays import end_strays

_REMOVE_TRIES: Final = 5
_REMOVE_PAUSE_SECONDS: Final = 0.05
_LEFTOVERS: Final = ("objects/pack/tmp_*", "objects/pack/.tmp-*", "objects/tmp_objdir-*", "objects/incoming-*")
_SHELF: Final = re.compile(r"[0-9a-f]{2}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
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

    @property
    def repos(self) -> Path:
        """What is served."""
        return self.root / "repos"

    def repository(self, name: str) -> Path:
        """Give the place of a clone: by digest, so that no part of a name becomes a path."""
        digest = digest_of(name)
        return self.repos / digest[:2] / digest

    def present(self) -> dict[str, Path]:
        """Give the clones that are there, by digest; what else lies among them is deleted. 50 ms for 10,000."""
        found: dict[str, Path] = {}
        for shelf in _entries(self.repos):
            for entry in _entries(shelf):
                if _is_clone(entry, shelf=shelf):
                    found[entry.name] = entry
                else:
                    self.discard(entry)
            if not _SHELF.fullmatch(shelf.name):
                self.discard(shelf)
        return found

    def problem(self) -> str | None:
        """Why nothing can be written here now, in a line: the folder is gone, or rights that we cannot take back."""
        if not os.path.lexists(self.root):
            return "The data folder is gone."
        for folder in (self.root, self.staging, self.repos, self.trash):
            if _is_closed(folder):
                _enter(folder)
            if _is_closed(folder):
                return "The data folder cannot be written."
        return None

    def publish(self, made: Path, *, at: Path) -> None:
        """Put a finished clone into service; it is on the disk, as a whole, when this returns."""
        _sync_tree(made)
        at.parent.mkdir(parents=True, exist_ok=True)
        self.discard(at)
        made.rename(at)
        _sync(at.parent)

    def discard(self, folder: Path) -> None:
        """Take a folder out of service at once, then delete it; not being there is fine."""
        _entries(self.trash)
        self.trash.mkdir(parents=True, exist_ok=True)
        condemned = self.trash / uuid.uuid4().hex
        with suppress(FileNotFoundError):
            try:
                folder.rename(condemned)
            except PermissionError:  # somebody took the rights that it needs, which the owner may give back
                for closed in (self.trash, folder.parent):
                    _enter(closed)
                _open_up(folder)
                folder.rename(condemned)
            delete(condemned)

    def sweep(self, *, live_keys: Collection[str]) -> int:
        """Delete the trash, and what attempts left that are not live: processes, then folders, which are counted."""
        end_strays(self.staging, live_keys=live_keys)
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
    """Delete a file or a folder, never what a link leads to.

    A process that is just dying may still write into it for a moment.
    """
    for attempt in range(_REMOVE_TRIES):
        if attempt:
            _open_up(path)
        if _is_folder(path):
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
        if not os.path.lexists(path):
            return
        time.sleep(_REMOVE_PAUSE_SECONDS if attempt else 0)


def digest_of(name: str) -> str:
    """Give the name of a repository's folder."""
    return hashlib.sha256(name.encode()).hexdigest()


def is_clone(folder: Path) -> bool:
    """Whether a clone stands in a folder, as far as a look tells; one that we may not look into is none."""
    try:
        return (folder / "HEAD").is_file()
    except OSError:
        return False


def _is_closed(folder: Path) -> bool:
    return folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK)


def _enter(folder: Path) -> None:
    with suppress(OSError):
        folder.chmod(stat.S_IRWXU)


def _open_up(path: Path) -> None:
    """Let ourselves into the folders of a tree, so that they can be deleted."""
    if not _is_folder(path):
        return
    _enter(path)
    with suppress(OSError):
        for entry in os.scandir(path):
            _open_up(Path(entry.path))


def _entries(folder: Path) -> list[Path]:
    """Give what lies in a folder of ours; whatever stands in its place is deleted, a link without what it leads to."""
    if _is_folder(folder):
        with suppress(OSError):
            return list(folder.iterdir())
        _open_up(folder)
        return list(folder.iterdir())
    if os.path.lexists(folder):
        folder.unlink(missing_ok=True)
    return []


def _is_clone(entry: Path, *, shelf: Path) -> bool:
    """Whether this is a clone where it belongs, as far as can be seen without git."""
    named = _DIGEST.fullmatch(entry.name) is not None and entry.name[:2] == shelf.name
    try:
        return named and _is_folder(entry) and _is_file(entry / "HEAD") and _is_folder(entry / "objects")
    except OSError:
        return False


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


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
