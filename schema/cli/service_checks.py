"""What `graticule doctor` looks for in what the settings name: folders, services, a port, and who may come in."""

import asyncio
import difflib
import errno
import http.client
import os
import shutil
import socket
from contextlib import aclosing, closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from schema.cli.board import megabytes
from schema.cli.configuration import without_secrets
from schema.cli.findings import Finding, fail, ok, warn
from schema.cli.formats import counted
from services.access.door import opens_to_others
from services.access.rates import Rates
from services.acquire.acquirer import Acquirer
from services.redis_bus import FAILURES, open_client
from services.roles import require_server
from services.settings import MEBIBYTE, Settings, is_shared, items
from services.store.artifacts import ArtifactStore
from services.store.buckets import folder_of
from services.store.database import Database, database_server, revisions
from services.store.datadir import holder
from services.store.tokens import TokenStore

BESIDE_SETTINGS: Final = frozenset({"GRATICULE_CONFIG", "GRATICULE_SERVER", "GRATICULE_TOKEN"})
"""Variables that are ours and no settings: where those are, and what clients ask with."""

LEAST_BYTES: Final = 64 * MEBIBYTE
"""A data folder with less takes no clone and hardly a row."""

PROBE_SECONDS: Final = 2.0


async def variables(subject: str, settings: Settings) -> Finding:
    """Look for variables that nobody reads: a setting that is spelled wrong has no other sign."""
    del settings
    known = {f"GRATICULE_{name.upper()}" for name in Settings.model_fields} | BESIDE_SETTINGS
    unread = sorted(name for name in os.environ if name.upper().startswith("GRATICULE_") and name.upper() not in known)
    if not unread:
        return ok(subject, "Every GRATICULE_ variable is one that is read.")
    alike = difflib.get_close_matches(unread[0].upper(), known, n=1)
    remedy = f"Did you mean {alike[0]}?" if alike else "`graticule config show` names all that are read."
    return warn(subject, f"Nobody reads {', '.join(unread)}.", remedy)


async def policy(subject: str, settings: Settings) -> Finding:
    """Read what may be cloned, with which credentials, and how often. GraticuleError."""
    acquirer = await asyncio.to_thread(lambda: Acquirer.from_settings(settings, root=settings.data_dir))
    await Rates(settings.submission_rate).close()
    hosts = ", ".join(items(settings.allow_hosts)) or "any public host"
    return ok(subject, f"{', '.join(sorted(acquirer.policy.allow_protocols))} from {hosts}")


async def roles(subject: str, settings: Settings) -> Finding:
    """Look whether settings that belong together are there together. GraticuleError."""
    require_server(settings)
    jobs = settings.concurrent_jobs
    return ok(subject, f"{counted(jobs, 'job')} at a time, here" if jobs else "Jobs are left to workers")


async def data_folder(subject: str, settings: Settings) -> Finding:
    """Look whether this user can write there, how much fits, and who works there already."""
    folder = settings.data_dir.expanduser().absolute()
    nearest = _nearest(folder)
    hint = "Give a folder that this user may write with --data-dir or GRATICULE_DATA_DIR."
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        return fail(subject, f"{nearest} is no folder that this user may write.", hint)
    usage = shutil.disk_usage(nearest)
    room = f"{megabytes(usage.free)} free"
    if usage.free < LEAST_BYTES:
        return fail(subject, f"{folder} has only {room}.", f"Free some space. {hint}")
    process = holder(folder)
    if process is not None:
        return warn(subject, f"{folder} is in use by process {process}.", "Another server needs another --data-dir.")
    if usage.free < min(settings.disk_free_bytes, usage.total // 20) + LEAST_BYTES:
        return warn(
            subject, f"{folder}, {room}: no clone fits.", "Free some space, or lower GRATICULE_DISK_FREE_BYTES."
        )
    return ok(subject, f"{folder}{'' if folder.is_dir() else ' will be made'}, {room}")


async def database(subject: str, settings: Settings) -> Finding:
    """Look whether it can be reached, and at which revision it is. GraticuleError."""
    url = settings.effective_database_url
    if not _is_there(url):
        return ok(subject, "The first start makes it.")
    opened = Database.unopened(url)
    try:
        found = await opened.revision()
    finally:
        await opened.close()
    newest = revisions()[-1]
    kind = "SQLite" if database_server(url) is None else without_secrets(url)
    if found is None:
        return ok(subject, f"{kind}, empty; the first start fills it.")
    if found != newest:
        return warn(subject, f"{kind} at revision {found}.", f"The next start brings it to {newest}; copy it before.")
    return ok(subject, f"{kind} at revision {found}, the newest")


async def tokens(subject: str, settings: Settings) -> Finding:
    """Look whether anybody could come in where others can reach the server. GraticuleError."""
    live = await _live_tokens(settings)
    counted = f"{live} {'holds' if live == 1 else 'hold'}"
    if not opens_to_others(settings):
        return ok(subject, f"{counted}; on {settings.host} {'each request shows one' if live else 'none is needed'}")
    if not live:
        remedy = "Make one with the same --data-dir: graticule token create NAME --scope admin"
        return fail(subject, "Others can reach the server, and there is none.", remedy)
    return ok(subject, f"{counted}; others can reach the server")


async def redis(subject: str, settings: Settings) -> Finding:
    """Look whether what servers share answers. GraticuleError for a URL that names none."""
    named = {"GRATICULE_BUS_URL": settings.effective_bus_url, "GRATICULE_QUEUE_URL": settings.effective_queue_url}
    shared = {setting: url for setting, url in named.items() if is_shared(url)}
    if not shared:
        return ok(subject, "None is set; a server alone needs none.")
    for setting, url in shared.items():
        async with aclosing(open_client(url, setting=setting)) as client:
            try:
                await client.ping()
            except FAILURES as error:
                remedy = f"Start it, or look at {setting} and GRATICULE_REDIS_URL."
                return fail(subject, f"{without_secrets(url)} does not answer ({type(error).__name__}).", remedy)
    return ok(subject, f"{', '.join(sorted(set(map(without_secrets, shared.values()))))} answers")


async def maps(subject: str, settings: Settings) -> Finding:
    """Look whether maps can be kept where the settings say. GraticuleError."""
    place = settings.effective_artifacts_url
    folder = folder_of(place)
    if folder is None:
        store = ArtifactStore(place)
        await store.check()
        await store.drafts()
        return ok(subject, f"{without_secrets(place)} lets this server in")
    nearest = _nearest(folder)
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        return fail(subject, f"{nearest} cannot be written.", "Give another place with GRATICULE_ARTIFACTS_URL.")
    return ok(subject, str(folder))


async def port(subject: str, settings: Settings) -> Finding:
    """Look whether a server could listen."""
    address = f"{settings.host}:{settings.port}"
    try:
        _try_to_listen(settings)
    except OSError as error:
        hint = "Give another port with --port or GRATICULE_PORT; 0 takes a free one."
        if error.errno == errno.EADDRINUSE and await asyncio.to_thread(_is_graticule, settings):
            return warn(subject, f"A Graticule server answers at {address} already.", "Use it. Or: " + hint)
        if error.errno in {errno.EADDRINUSE, errno.EACCES}:
            reason = "another program listens there" if error.errno == errno.EADDRINUSE else "this user may not"
            return fail(subject, f"Cannot listen on {address}: {reason}.", hint)
        return fail(subject, f"Cannot listen on {address}.", "Give an address of this machine with --host.")
    return ok(subject, f"{address} is free" if settings.port else "A free one will be taken")


def _try_to_listen(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    socket.create_server((settings.host, settings.port), family=family).close()


def _is_graticule(settings: Settings) -> bool:
    """Whether what listens there answers as a server of ours does."""
    asked = http.client.HTTPConnection(settings.host, settings.port, timeout=PROBE_SECONDS)
    with closing(asked), suppress(OSError, http.client.HTTPException):
        asked.request("GET", "/healthz")
        return asked.getresponse().read(16) == b"ok\n"
    return False


def _nearest(path: Path) -> Path:
    """Give the path itself, or the folder above it that is there."""
    return next((folder for folder in (path, *path.parents) if folder.exists()), path)


def _is_there(url: str) -> bool:
    """Whether there is a database to look at: connecting to a SQLite file would make it."""
    file = url.partition("///")[2] if database_server(url) is None else ""
    return not file or Path(file.partition("?")[0]).is_file()


async def _live_tokens(settings: Settings) -> int:
    url = settings.effective_database_url
    if not _is_there(url):
        return 0
    opened = Database.unopened(url)
    try:
        if await opened.revision() is None:
            return 0
        now = datetime.now(UTC)
        return sum(token.is_live(now) for token in await TokenStore(opened).all())
    finally:
        await opened.close()
