"""A disk of a few MiB for a server: a real file system of its own where one may be mounted.

A user that may mount nothing, not even in a namespace of its own, gets a limit on the size of each
file instead: what does not fit below it fails as it would on a full disk.
"""

import errno
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.serve_command import ServeCommand

MEBIBYTE = 1024 * 1024
FILE_BYTES = MEBIBYTE * 3 // 2
MOUNT = 'mount -t tmpfs -o size="$1" none "$2" && echo mounted && exec sleep 600'
LIMIT = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
os.execv(sys.argv[2], sys.argv[2:])
"""


@contextmanager
def file_limit(size_bytes: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size, for as long as the block lasts."""
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """A disk below a folder. `keeper` is the process in whose namespace it is mounted, 0 where nothing may be."""

    folder: Path
    keeper: int

    def serve(self, environment: Mapping[str, str] | None = None) -> ServeCommand:
        """Start a server on it."""
        launcher = [sys.executable, "-c", LIMIT, str(FILE_BYTES)]
        if self.keeper:
            launcher = ["nsenter", f"--target={self.keeper}", "--mount", *_user_namespace()]
        return ServeCommand(self.folder / "data", environment=environment, launcher=launcher)

    def path(self, name: str) -> Path:
        """Give where a test finds what the server has at this place."""
        return Path(f"/proc/{self.keeper}/root{self.folder / name}") if self.keeper else self.folder / name

    def fill(self, name: str = "filler") -> Path:
        """Fill it to the last byte, as another program would, and give the file that does."""
        filler = self.path(name)
        with filler.open("wb", buffering=0) as file:
            try:
                while self.keeper:
                    file.write(b"x" * 4096)
            except OSError as error:
                assert error.errno == errno.ENOSPC  # noqa: PT017  any other end is a defect of the test
        return filler


@contextmanager
def small_disk(folder: Path, *, size_bytes: int) -> Iterator[SmallDisk]:
    """Make one; where it is mounted, it is gone with the last process that sees it."""
    folder.mkdir()
    unshare = _unshare()
    if not unshare:
        yield SmallDisk(folder, 0)
        return
    command = [*unshare, "sh", "-c", MOUNT, "sh", str(size_bytes), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as keeper:
        try:
            assert keeper.stdout is not None
            assert keeper.stdout.readline() == "mounted\n"
            yield SmallDisk(folder, keeper.pid)
        finally:
            keeper.kill()


def _unshare() -> list[str]:
    """Give the command that starts another where it may mount, empty when none may."""
    command = ["unshare", "--mount", *(["--user", "--map-root-user"] if _user_namespace() else [])]
    if not all(map(shutil.which, ("unshare", "nsenter"))):
        return []
    tried = subprocess.run([*command, "mount", "-t", "tmpfs", "none", "/tmp"], capture_output=True, check=False)  # noqa: S108  in a namespace of its own
    return [] if tried.returncode else command


def _user_namespace() -> list[str]:
    """Give what `nsenter` needs besides when it is not root who mounts."""
    return [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
