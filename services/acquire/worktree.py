"""A working tree as it lies on the disk: what git would track of it, edits and new files included.

git lists names and nothing else. The files are read here, so that neither a filter nor a hook of the repository's
configuration is run, no link leads out of the tree, and nothing is written: not even the index is refreshed.
"""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from services.acquire.git import GitLimits, in_thread
from services.acquire.listing import Indexed, Names, list_names
from services.acquire.objects import MAX_PATH_BYTES, TreeBlob
from services.errors import AcquireError, ErrorCode

SYMLINK: Final = 0o120000
SUBMODULE: Final = 0o160000
REGULAR: Final = 0o100644
EXECUTABLE: Final = 0o100755
_OUTSIDE: Final = frozenset({b"", b".", b".."})
"""What no path of git's has between its slashes; a forged index has it, and git lists what it says."""
_OPEN: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class MovedOnError(AcquireError):
    """A file was written while the tree was mapped (`NOT_FOUND`): its content is not here any more."""

    def __init__(self, path: str) -> None:
        super().__init__(
            ErrorCode.NOT_FOUND, f"{path} was changed while it was mapped.", hint="Try again when nobody writes to it."
        )


@dataclass(frozen=True, slots=True)
class Worktree:
    """The files of a folder, each with the id that git would give its bytes, unconverted.

    `commit` is what HEAD leads to, None without one. `changed` counts files that differ from it: edited, new or
    deleted; of files beyond the limit and of filtered ones (LFS) that is not known. `unreadable` ones are left out:
    what this user may not read, pipes, and paths that are longer than the system takes.
    """

    root: Path
    commit: str | None
    entries: tuple[TreeBlob, ...]
    changed: int
    unreadable: int
    hash_name: str
    max_file_bytes: int
    _paths: Mapping[str, str] = field(repr=False)

    def read_blobs(self, blobs: Iterable[str]) -> Iterator[bytes]:
        """Yield the content of each id, in the same order. MovedOnError for a file that was written meanwhile."""
        folders = _Folders(self.root)
        for blob in blobs:
            path = self._paths[blob]
            content = _content(folders, path, self.max_file_bytes)
            if content is None or _blob_id(content, self.hash_name) != blob:
                raise MovedOnError(path)
            yield content


async def read_worktree(
    root: Path, *, scratch: Path, limits: GitLimits, max_entries: int, max_file_bytes: int
) -> Worktree:
    """List and hash a working tree, or a folder that is in no repository, by what .gitignore leaves of it.

    0.1 s for 1,000 files. Of larger files than `max_file_bytes` only the names are read. Raises AcquireError.
    """
    names = await list_names(root, scratch=scratch, limits=limits, max_entries=max_entries)
    reading = _Reading(_Folders(root), names, max_file_bytes)
    await in_thread(reading.read)
    differing = reading.differing
    filtered = await names.filtered(differing) if differing else frozenset[str]()
    return Worktree(
        root=root,
        commit=names.commit,
        entries=tuple(sorted(reading.entries, key=lambda entry: os.fsencode(entry.path))),
        changed=len(differing - filtered) + reading.deleted,
        unreadable=reading.unreadable,
        hash_name=names.hash_name,
        max_file_bytes=max_file_bytes,
        _paths=reading.paths,
    )


class _Folders:
    """Tells folders of a tree from links to somewhere else."""

    def __init__(self, root: Path) -> None:
        self.root = os.fsencode(root)
        self._known = {b""}

    def place(self, path: str) -> bytes | None:
        """Give where a file is, None when it is no path within, or what is no folder (a link) stands in the way."""
        name = os.fsencode(path)
        if not _OUTSIDE.isdisjoint(name.split(b"/")):
            return None
        return self._below(name) if self._is_inside(name.rpartition(b"/")[0]) else None

    def _is_inside(self, folder: bytes) -> bool:
        if folder in self._known:
            return True
        inside = self._is_inside(folder.rpartition(b"/")[0]) and stat.S_ISDIR(_mode(self._below(folder)))
        if inside:
            self._known.add(folder)
        return inside

    def _below(self, name: bytes) -> bytes:
        return self.root + b"/" + name


class _Reading:
    """Goes through the names once. Blocks; for a thread."""

    def __init__(self, folders: _Folders, names: Names, max_file_bytes: int) -> None:
        self._folders = folders
        self._names = names
        self._max_file_bytes = max_file_bytes
        self.entries: list[TreeBlob] = []
        self.paths: dict[str, str] = {}
        self.differing: set[str] = set()
        self.deleted = 0
        self.unreadable = 0

    def read(self) -> None:
        """Stat and hash every file that is named, then count what the commit has and the disk has not."""
        for path, known in self._names.files.items():
            if len(os.fsencode(path)) <= MAX_PATH_BYTES:
                self._add(path, known)
            else:
                self.unreadable += 1
        here = {entry.path for entry in self.entries} | self._names.sparse
        self.deleted = sum(path not in here for path in self._names.committed)

    def _add(self, path: str, known: Indexed | None) -> None:
        if known is not None and known.mode == SUBMODULE:
            self._keep(TreeBlob(path, known.blob, 0, SUBMODULE))
            return
        place = self._folders.place(path)
        if place is None:
            return
        try:
            entry = self._entry(path, place, known)
        except FileNotFoundError:
            return
        except OSError:
            self.unreadable += 1
            return
        if entry is not None:
            self._keep(entry)

    def _entry(self, path: str, place: bytes, known: Indexed | None) -> TreeBlob | None:
        about = os.lstat(place)
        if stat.S_ISLNK(about.st_mode):
            target = os.readlink(place)  # noqa: PTH115  of bytes, which Path knows nothing of
            return TreeBlob(path, _blob_id(target, self._names.hash_name), len(target), SYMLINK)
        if stat.S_ISDIR(about.st_mode):
            return None  # where a file was; what is in it has names of its own
        mode = known.mode if known and known.mode != SYMLINK else _file_mode(about.st_mode)
        content = _read(place, self._max_file_bytes) if about.st_size <= self._max_file_bytes else None
        if content is None:
            blob = known.blob if known else self._stand_in(path, about)
            return TreeBlob(path, blob, max(about.st_size, self._max_file_bytes + 1), mode)
        blob = _blob_id(content, self._names.hash_name)
        if _is_converted(content, self._names.committed.get(path), self._names.hash_name):
            self._names.converted.add(path)
        self.paths[blob] = path
        return TreeBlob(path, blob, len(content), mode)

    def _keep(self, entry: TreeBlob) -> None:
        self.entries.append(entry)
        if entry.blob != self._names.committed.get(entry.path) and entry.path not in self._names.converted:
            self.differing.add(entry.path)

    def _stand_in(self, path: str, about: os.stat_result) -> str:
        """Name a content that nobody reads."""
        return _blob_id(os.fsencode(f"{path}\n{about.st_size} {about.st_mtime_ns}"), self._names.hash_name)


def _is_converted(content: bytes, committed: str | None, hash_name: str) -> bool:
    """Whether a file is the committed one with other ends of lines, as git writes it where it is told to."""
    if committed is None or b"\r\n" not in content:
        return False
    return _blob_id(content.replace(b"\r\n", b"\n"), hash_name) == committed


def _content(folders: _Folders, path: str, most: int) -> bytes | None:
    place = folders.place(path)
    try:
        return None if place is None else _read(place, most)
    except OSError:
        return None


def _read(place: bytes, most: int) -> bytes | None:
    """Read a regular file, None when it has more than so many bytes by now; a pipe or a link is an OSError."""
    with os.fdopen(os.open(place, _OPEN), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError("no regular file")
        content = file.read(most + 1)
    return content if len(content) <= most else None


def _mode(place: bytes) -> int:
    try:
        return os.lstat(place).st_mode
    except OSError:
        return 0


def _file_mode(mode: int) -> int:
    return EXECUTABLE if mode & stat.S_IXUSR else REGULAR


def _blob_id(content: bytes, hash_name: str) -> str:
    """Give git's id of a content."""
    digest = hashlib.new(hash_name, usedforsecurity=False)
    digest.update(b"blob %d\0" % len(content))
    digest.update(content)
    return digest.hexdigest()
