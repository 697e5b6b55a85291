"""What `graticule doctor` looks for on the machine itself."""

import asyncio
import os
import resource
import shutil
import socket
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from schema.cli.board import megabytes
from schema.cli.findings import Finding, fail, ok, warn
from schema.cli.formats import counted
from schema.cli.open_files import most_open_files, open_files_for
from services.acquire.git import check_git_version
from services.sandbox import Sandbox
from services.settings import MEBIBYTE, Settings, items

OLDEST_PYTHON: Final = (3, 11)
NAME_SECONDS: Final = 3.0
SPARE_BYTES: Final = 512 * MEBIBYTE
"""What a server takes before anybody works: itself, and a parser with its grammars for each core."""

WRITTEN_SECONDS: Final = time.mktime((2026, 1, 1, 0, 0, 0, 0, 0, 0))
"""No clock that is right shows less."""

_CGROUP: Final = Path("/sys/fs/cgroup/memory.max")


async def python(subject: str, settings: Settings) -> Finding:
    """Look for a version that the code is written for."""
    del settings
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST_PYTHON:
        return fail(subject, f"{version} is too old.", "Install Python 3.11 or newer and run scripts/setup again.")
    return ok(subject, f"{version}, {sys.executable}")


async def git(subject: str, settings: Settings) -> Finding:
    """Look for git, and for one that keeps to the address that was checked. GraticuleError."""
    del settings
    return ok(subject, await asyncio.to_thread(check_git_version))


async def temporary(subject: str, settings: Settings) -> Finding:
    """Look for room for what commands without a server make."""
    del settings
    folder = Path(tempfile.gettempdir())
    free = shutil.disk_usage(folder).free
    if free < SPARE_BYTES:
        return warn(subject, f"{folder} has {megabytes(free)} left.", "Free some, or name another folder with TMPDIR.")
    return ok(subject, f"{folder}, {megabytes(free)} free")


async def open_files(subject: str, settings: Settings) -> Finding:
    """Look for as many open files as there may be connections."""
    hard, wanted = most_open_files(), open_files_for(settings)
    if hard is not None and hard < wanted:
        remedy = "Raise it (ulimit -Hn, LimitNOFILE of systemd), or lower GRATICULE_SOCKETS."
        sockets = counted(settings.sockets, "socket")
        return warn(subject, f"At most {hard:,} can be open, {wanted:,} are wanted for {sockets}.", remedy)
    return ok(subject, f"{'any number' if hard is None else f'{hard:,}'} can be open, {wanted:,} are wanted")


async def memory(subject: str, settings: Settings) -> Finding:
    """Look for memory for a server and its parsers."""
    available = _available_bytes()
    if available is None:
        return ok(subject, "How much is free is not told here.")
    parsers = counted(settings.parser_processes, "parser")
    if available < SPARE_BYTES:
        remedy = "Give it 1 GB, or lower GRATICULE_PARSER_PROCESSES."
        return warn(subject, f"{megabytes(available)} are free for {parsers}.", remedy)
    return ok(subject, f"{megabytes(available)} free, {parsers}")


async def clock(subject: str, settings: Settings) -> Finding:
    """Look for a clock with which certificates and tokens hold: not before this program was installed."""
    del settings
    now, written = time.time(), await asyncio.to_thread(_installed)
    said = f"{datetime.fromtimestamp(now, UTC):%Y-%m-%d %H:%M} UTC"
    if now < written:
        return fail(subject, f"{said} is before this program was installed.", "Set the clock; turn NTP on.")
    return ok(subject, said)


async def sandbox(subject: str, settings: Settings) -> Finding:
    """Say what keeps git and the parsers within bounds."""
    limits = f"git {megabytes(settings.git_memory_bytes)}, parsers {megabytes(settings.parser_memory_bytes)}"
    if resource.getrlimit(resource.RLIMIT_AS)[1] not in {resource.RLIM_INFINITY, -1}:
        return warn(subject, f"rlimits: {limits}; this process has a limit of its own.", "See ulimit -Hv.")
    inside = Sandbox.from_settings(settings)
    if not inside.confines:
        return warn(subject, f"rlimits: {limits}; no Landlock.", "A Linux of 5.13 or newer with Landlock adds it.")
    return ok(subject, f"rlimits: {limits}; Landlock {inside.landlock_abi}")


async def names(subject: str, settings: Settings) -> Finding:
    """Resolve hosts that may be cloned from. A machine that is offline still maps its own folders."""
    hosts = items(settings.allow_hosts) or ("github.com",)
    lost = [host for host in hosts if not await asyncio.to_thread(_resolves, host)]
    if lost:
        remedy = "Look at the network and at /etc/resolv.conf; local folders can be mapped without."
        return warn(subject, f"{', '.join(lost)} cannot be found.", remedy)
    return ok(subject, f"{', '.join(hosts)} can be found")


def _installed() -> float:
    """Give a time that has passed: a day before this file was written, for another time zone's clock."""
    return max(WRITTEN_SECONDS, Path(__file__).stat().st_mtime - 86_400)


def _resolves(host: str) -> bool:
    """Ask the resolver, no longer than a person waits; one that never answers is left alone."""
    found: list[object] = []

    def ask() -> None:
        try:
            found.extend(socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM))
        except OSError:
            return

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(NAME_SECONDS)
    return bool(found)


def _available_bytes() -> int | None:
    """Give the free memory, or what a container may have if that is less; None where neither is told."""
    try:
        lines = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
        free = int(lines["MemAvailable"].split()[0]) * 1024
    except (OSError, LookupError, ValueError):
        return None
    limit = _CGROUP.read_text().strip() if _CGROUP.is_file() and os.access(_CGROUP, os.R_OK) else "max"
    return min(free, int(limit)) if limit.isdigit() else free
