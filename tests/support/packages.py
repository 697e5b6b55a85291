"""Source of other people's, as npm packages carry it: fetched by name, compared with its digest, unpacked once."""

import fcntl
import hashlib
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Final

from tests.support.node import run_npm

KEPT: Final = Path(sys.prefix) / "share" / "graticule-tests"
"""Beside what is installed, so that it is made anew with the environment and asked for once."""


def unpacked(name: str, version: str, sha512: str) -> Path:
    """Give the folder of a package; AssertionError, in one line, when it cannot be had or is not what was read."""
    KEPT.mkdir(parents=True, exist_ok=True)
    plain = name.lstrip("@").replace("/", "-")
    folder = KEPT / f"{plain}-{version}"
    with (KEPT / f"{plain}.lock").open("w") as locked:
        fcntl.flock(locked, fcntl.LOCK_EX)
        if not folder.is_dir():
            with tempfile.TemporaryDirectory(dir=KEPT) as made:
                archive = _packed(f"{name}@{version}", Path(made))
                found = hashlib.sha512(archive.read_bytes()).hexdigest()
                assert found == sha512, f"{name}@{version} is not the package that was read: {found}"
                extracted(archive, Path(made) / "unpacked")
                (Path(made) / "unpacked").rename(folder)
    return folder


def extracted(archive: Path, folder: Path) -> None:
    """Unpack an archive whose digest is the one that was read."""
    with tarfile.open(archive) as packed:
        packed.extraction_filter = getattr(tarfile, "data_filter", None)  # Python 3.11.2 has none
        packed.extractall(folder)  # noqa: S202 - see above


def _packed(specification: str, folder: Path) -> Path:
    run_npm("pack", specification, "--silent", folder=folder)
    return next(folder.glob("*.tgz"))
