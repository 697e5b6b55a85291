"""A git configuration that one git and its children can read, and that no file system shows.

A secret in git's arguments or environment can be read in /proc by whoever has the user's rights,
and shows up in lists of processes and crash reports; one in a file stays when the server is killed.
This is anonymous memory, inherited by descriptor and gone with the last process that has it.
"""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_NAME: Final = "gitconfig"


@dataclass(frozen=True, slots=True)
class PrivateConfig:
    """The path by which git opens it, and the descriptors that git must inherit for that."""

    path: str = "/dev/null"
    descriptors: tuple[int, ...] = ()


NOTHING: Final = PrivateConfig()


@contextmanager
def private_config(text: str, *, folder: Path) -> Iterator[PrivateConfig]:
    """Hold a configuration for the length of the block; no text needs nothing.

    Each process opens the path anew and so reads from the beginning. Where a system has no such
    memory (macOS) it is a file in `folder` that only its owner can read. Raises OSError.
    """
    if not text:
        yield NOTHING
        return
    descriptor = _in_memory(text)
    if descriptor is None:
        with _in_file(text, folder / _NAME) as config:
            yield config
        return
    try:
        yield PrivateConfig(_path_of(descriptor), (descriptor,))
    finally:
        os.close(descriptor)


def _path_of(descriptor: int) -> str:
    return f"/proc/self/fd/{descriptor}"


def _in_memory(text: str) -> int | None:
    """Give the descriptor of sealed memory, which nobody can write to, or None where there is none."""
    if sys.platform != "linux" or not hasattr(os, "memfd_create"):  # Pythons for very old systems have none
        return None
    try:
        descriptor = os.memfd_create(_NAME, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    except OSError:
        return None
    try:
        os.fchmod(descriptor, 0o600)
        os.write(descriptor, text.encode())
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK)
        os.close(os.open(_path_of(descriptor), os.O_RDONLY | os.O_CLOEXEC))  # /proc may not be there
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


@contextmanager
def _in_file(text: str, path: Path) -> Iterator[PrivateConfig]:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        yield PrivateConfig(str(path))
    finally:
        path.unlink(missing_ok=True)


def safe_directory_config(folder: str) -> str:
    """Give the text that makes git trust one local folder, whoever owns it.

    git honours `safe.directory` in such a configuration only, not in the environment.
    """
    return f"[safe]\n\tdirectory = {_quoted(folder)}\n\tdirectory = {_quoted(f'{folder}/.git')}\n"


def excludes_config(file: str) -> str:
    """Give the text that makes git leave out of a listing what a file of the user's says; none needs nothing."""
    return f"[core]\n\texcludesFile = {_quoted(file)}\n" if file else ""


def header_config(url: str, header: str) -> str:
    """Give the text that makes git send a header to this very URL, and to no other."""
    return f"[http {_quoted(url)}]\n\textraHeader = {_quoted(header)}\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
