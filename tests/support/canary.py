"""Look for a secret wherever another program of this machine could: processes, files, logs, answers."""

import base64
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil


@dataclass(frozen=True, slots=True)
class Canary:
    """A secret that must not be seen, in each form that a program may have written it in."""

    forms: frozenset[bytes]

    @classmethod
    def of(cls, secret: str, header: str) -> "Canary":
        """Take the secret, and what the header has of it."""
        written = header.rsplit(" ", maxsplit=1)[-1]
        encoded = base64.b64encode(secret.encode()).decode()
        plain = {secret, written, encoded, encoded.rstrip("=")}
        return cls(frozenset(form.encode() for text in plain for form in (text, quote(text, safe=""))))

    def is_in(self, content: bytes) -> bool:
        """Whether any form of it is there."""
        return any(form in content for form in self.forms)

    def seen_in(self, places: Iterable[tuple[str, bytes]]) -> list[str]:
        """Give where it was found."""
        return [name for name, content in places if self.is_in(content)]


def processes(pid: int) -> Iterator[tuple[str, bytes]]:
    """Give what /proc shows of a process and of everything below it: how it was started and with what."""
    try:
        family = [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    except psutil.NoSuchProcess:
        return
    for member in family:
        for part in ("environ", "cmdline"):
            path = Path(f"/proc/{member}/{part}")
            try:
                yield str(path), path.read_bytes()
            except (FileNotFoundError, ProcessLookupError):
                continue  # it has ended meanwhile


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Give every file below a folder, with its name."""
    for parent, _, names in os.walk(folder):  # unlike rglob it goes on where a folder was removed meanwhile
        for path in (Path(parent, name) for name in names):
            with suppress(FileNotFoundError):
                if path.is_file():
                    yield str(path), str(path).encode() + path.read_bytes()
