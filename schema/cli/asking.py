"""What the commands that ask a server do: find what a person names, request the work, and follow it."""

import asyncio
import re
from dataclasses import dataclass
from typing import Final

from schema.cli.client import GraticuleClient, address_of, connect
from schema.cli.documents import FoundJob, FoundRepository, NamedRepository, WireFailure, WireJob, Work
from schema.cli.errors import NotKnownError
from schema.cli.follow import draw_job, ended_well, print_job_events
from schema.cli.formats import counted
from schema.cli.source import resolve_source
from schema.cli.terminal import err, print_json, print_text
from services.errors import ErrorCode, GraticuleError, InvalidArgumentError

_ID: Final = re.compile(r"[A-Za-z0-9_-]{16,512}")
_UNREADABLE: Final = frozenset({ErrorCode.INVALID_URL, ErrorCode.PROTOCOL_NOT_ALLOWED, ErrorCode.HOST_NOT_ALLOWED})
"""What the server says of a text that is a name and no URL that it would take."""

READY: Final = "Ready: {page}"


@dataclass(frozen=True, slots=True)
class How:
    """Which server is asked, and how its answers are shown."""

    server: str
    token: str | None = None
    wait: bool = True
    as_json: bool = False


async def clone(url: str, *, ref: str | None, how: How) -> None:
    """Ask for a clone and a map. GraticuleError when it is refused or fails."""
    async with connect(how.server, token=how.token) as client:
        await _work(
            client, await client.clone(resolve_source(url), ref=ref), doing="Cloning and mapping", how=how, done=READY
        )


async def refresh(named: str, *, how: How) -> None:
    """Ask for news of the remote. GraticuleError when that is refused or fails."""
    async with connect(how.server, token=how.token) as client:
        repository = await find_repository(client, named)
        await _work(client, await client.refresh(repository.id), doing="Refreshing", how=how, done=READY)


async def remove(named: str, *, how: How) -> None:
    """Have a repository forgotten. GraticuleError when that is refused or fails."""
    async with connect(how.server, token=how.token) as client:
        repository = await find_repository(client, named)
        await _work(client, await client.remove(repository.id), doing="Removing", how=how, done="Removed.")


async def watch(named: str, *, how: How) -> None:
    """Follow a job, or the newest one of a repository. GraticuleError when it does not end well."""
    async with connect(how.server, token=how.token) as client:
        found = await find(client, named)
        job = found if isinstance(found, FoundJob) else _newest(found)
        repository = found.repository if isinstance(found, FoundJob) else found
        if repository is not None:
            err.print(repository.name, style="bold")
        if job is None:
            err.print("Nothing was done for it yet.")
        elif job.state.terminal and not how.as_json:
            err.print(f"The last job ended: {ended_well(job).state}.")
        else:
            await _follow(client, job, how)


async def cancel(named: str, *, how: How) -> None:
    """End a job, or all that is under way for a repository. GraticuleError when that is refused."""
    async with connect(how.server, token=how.token) as client:
        found = await find(client, named)
        jobs = [found] if isinstance(found, FoundJob) else found.jobs.nodes
        live = [job for job in jobs if not job.state.terminal]
        for job in live:
            cancelled = await client.cancel(job.id)
            _refuse(cancelled.errors)
            if how.as_json:
                print_json(cancelled.job)
        told = f"Being cancelled: {counted(len(live), 'job')}." if live else f"Nothing is under way for {named}."
        err.print(told)


async def find(client: GraticuleClient, named: str) -> FoundRepository | FoundJob:
    """Find what is meant by a name, a URL or an id. NotKnownError; InvalidArgumentError when it may be several."""
    if _ID.fullmatch(named) and (known := await client.find_id(named)):
        return known
    refused = None
    if "/" in named:
        try:
            if found := await client.find_url(resolve_source(named)):
                return found
        except GraticuleError as error:
            if error.code not in _UNREADABLE:
                raise
            refused = error
    alike = [one for one in await client.find_name(named) if f"/{one.name}".lower().endswith(f"/{named.lower()}")]
    if len(alike) > 1:
        names = ", ".join(one.name for one in alike)
        raise InvalidArgumentError(f"{named} may be any of {names}.", hint="Give more of its name.")
    known = await client.find_id(alike[0].id) if alike else None
    if known is None:
        raise refused or NotKnownError(named)
    return known


async def find_repository(client: GraticuleClient, named: str) -> NamedRepository:
    """Find a repository, also by the id of one of its jobs. As `find`."""
    found = await find(client, named)
    repository = found.repository if isinstance(found, FoundJob) else found
    if repository is None:
        raise NotKnownError(named)
    return repository


async def _work(client: GraticuleClient, work: Work, *, doing: str, done: str, how: How) -> None:
    """Say what was begun, follow it to its end, and say where that has led."""
    _refuse(work.errors)
    if work.repository is None or work.job is None:
        raise GraticuleError(ErrorCode.INTERNAL, "The server accepted the work without naming its job.")
    joined = " (already under way)" if work.already_running else ""
    before = " (done before; `graticule refresh` asks for news)" if work.job.state.terminal else joined
    err.print(f"{doing} {work.repository.name}{before}", style="bold")
    if how.wait:
        await _follow(client, work.job, how)
        page = f"{address_of(how.server)}/r/{work.repository.id}"
        err.print(done.format(page=page), style="dim")
    else:
        print_json(work) if how.as_json else print_text(f"{work.job.id}\n")


async def _follow(client: GraticuleClient, job: WireJob, how: How) -> None:
    """Show a job until it ends; who leaves before is told that it goes on."""
    try:
        await (print_job_events(client, job.id) if how.as_json else draw_job(client, job.id, console=err))
    except asyncio.CancelledError:
        err.print(f"It goes on; to end it: graticule cancel {job.id}")
        raise


def _refuse(errors: list[WireFailure]) -> None:
    if errors:
        failure = errors[0].as_failure()
        raise GraticuleError(failure.code, failure.message, hint=failure.hint)


def _newest(repository: FoundRepository) -> WireJob | None:
    """Give what is under way, or else what was done last."""
    live = [job for job in repository.jobs.nodes if not job.state.terminal]
    return next(iter(live or repository.jobs.nodes), None)
