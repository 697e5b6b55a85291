"""Source of other people's, as npm packages carry it: fetched by name, compared with its digest, unpacked once."""

import fcntl
import hashlib
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Final

from tests.support.node import ENVIRONMENT, NPM

KEPT: Final = Path(sys.prefix) / "share" / "graticule-tests"
"""Beside what is installed, so that it is made anew with the environment and asked for once."""
PACK_SECONDS: Final = 50


def unpacked(name: str, version: str, sha512: str) -> Path:
    """Give the folder of a package; AssertionError, in one line, when it cannot be had or is not what was read."""
    KEPT.mkdir(parents=True, exist_ok=True)
    folder = KEPT / f"{name}-{version}"
    with (KEPT / f"{name}.lock").open("w") as locked:
        fcntl.flock(locked, fcntl.LOCK_EX)
        if not folder.is_dir():
            with tempfile.TemporaryDirectory(dir=KEPT) as made:
                archive = _packed(f"{name}@{version}", Path(made))
                found = hashlib.sha512(archive.read_bytes()).hexdigest()
                assert found == sha512, f"{name}@{version} is not the package that was read: {found}"
                with tarfile.open(archive) as packed:
                    packed.extraction_filter = getattr(tarfile, "data_filter", None)  # Python 3.11.2 has none
                    packed.extractall(Path(made) / "unpacked")  # noqa: S202 - its digest is the one that was read
                (Path(made) / "unpacked").rename(folder)
    return folder


def _packed(specification: str, folder: Path) -> Path:
    command = ["node", str(NPM), "pack", specification, "--ignore-scripts", "--loglevel=error", "--silent"]
    try:
        subprocess.run(
            command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=PACK_SECONDS, check=True
        )
    except subprocess.CalledProcessError as error:
        said = " ".join(error.stderr.replace("npm error", "").split())[:300]
        raise AssertionError(f"`npm pack {specification}` failed: {said}") from None
    except subprocess.TimeoutExpired:
        raise AssertionError(f"`npm pack {specification}` took more than {PACK_SECONDS} s") from None
    return next(folder.glob("*.tgz"))
