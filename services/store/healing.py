"""Put the folder of maps in order at start: what stands where a map, or a folder of them, should be.

The folder may be shared, or chosen by mistake, so nothing is touched but what has a name that is ours; and no
link is followed, so nothing outside is.
"""

import os
import re
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

STALE_SECONDS: Final = 600
"""No put takes as long; what is older was left by a process that was killed in the middle of one."""
_OURS: Final = re.compile(r"[0-9a-f]{32}|drafts")
_MAP: Final = re.compile(r"[\w.-]+\.map")
_HALF: Final = re.compile(r"[\w.-]+\.map#\d+")


def heal(folder: Path) -> None:
    """Delete what is in the way of maps, and halves of interrupted puts; blocks for 50 ms at 10,000 repositories."""
    for entry in _entries(folder):
        if _OURS.fullmatch(entry.name) is None:
            continue
        if entry.is_dir(follow_symlinks=False):
            _heal_repository(Path(entry.path))
        else:
            clear(Path(entry.path))


def clear(path: Path) -> None:
    """Delete a file, a link or a folder, whatever stands there; not what a link leads to."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _heal_repository(folder: Path) -> None:
    with suppress(PermissionError):
        folder.chmod(folder.stat().st_mode | stat.S_IRWXU)
    for entry in _entries(folder):
        is_file = entry.is_file(follow_symlinks=False)
        if _MAP.fullmatch(entry.name) and not is_file:
            clear(Path(entry.path))
        elif _HALF.fullmatch(entry.name) and is_file and entry.stat().st_mtime < time.time() - STALE_SECONDS:
            Path(entry.path).unlink(missing_ok=True)


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    with suppress(FileNotFoundError, PermissionError), os.scandir(folder) as entries:
        yield from entries
