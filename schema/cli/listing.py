"""`graticule list`: the repositories of a server, as lines for people, for a pipe and for a program."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from schema.cli.board import counters, label, megabytes
from schema.cli.client import PAGE, GraticuleClient, connect
from schema.cli.documents import Listed, WireProgress
from schema.cli.terminal import err, out, print_json, print_rows
from services.models import CloneState, MapState

_UNITS: Final = ((86_400 * 365, "y"), (86_400 * 7, "w"), (86_400, "d"), (3_600, "h"), (60, "min"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which repositories, in which order of the contract, and how many at most."""

    name: str | None
    order: str
    limit: int | None


async def print_repositories(wanted: Wanted, *, server: str, token: str | None, as_json: bool) -> None:
    """Show the repositories that are wanted; all of them are read before a table is drawn."""
    async with connect(server, token=token) as client:
        if as_json:
            async for _, plain in _all(client, wanted):
                print_json(plain)
            return
        found = [repository async for repository, _ in _all(client, wanted)]
    now = datetime.now(UTC)
    if not out.is_terminal:
        print_rows((), map(_plain_cells, found))
        return
    if found:
        print_rows(
            ("repository", "state", "commit", "mapped", "size"), [_cells(one, now) for one in found], folded=FOLDED
        )
    else:
        err.print("No repository. Add one: graticule clone URL")


FOLDED: Final = ("repository", "state")


async def _all(client: GraticuleClient, wanted: Wanted) -> AsyncIterator[tuple[Listed, dict[str, object]]]:
    left, after = wanted.limit, None
    while left is None or left > 0:
        first = PAGE if left is None else min(PAGE, left)
        page, plain = await client.repositories(name=wanted.name, order=wanted.order, first=first, after=after)
        for pair in zip(page.nodes, plain, strict=True):
            yield pair
        left = None if left is None else left - len(page.nodes)
        if not page.page_info.has_next_page:
            return
        after = page.page_info.end_cursor


def _cells(repository: Listed, now: datetime) -> tuple[str, ...]:
    marks = "".join(f" ({word})" for word in ("private", "pinned") if getattr(repository, word))
    commit, mapped = repository.freshness.served_commit, repository.map.completed_at
    return (
        f"{repository.name}{marks}",
        state_of(repository),
        commit[:12] if commit else "-",
        f"{age((now - mapped).total_seconds())} ago" if commit and mapped else "-",
        megabytes(int(repository.size_bytes)) if repository.size_bytes else "-",
    )


def _plain_cells(repository: Listed) -> tuple[str, ...]:
    return (
        repository.name,
        state_of(repository),
        repository.freshness.served_commit or "-",
        repository.updated_at.isoformat(),
        repository.size_bytes or "-",
        repository.url,
    )


def state_of(repository: Listed) -> str:
    """Say where a repository stands, in some words: what is under way, why there is no map, or that there is one."""
    clone, mapped = repository.clone, repository.map
    progress = mapped.progress or clone.progress
    if progress is not None:
        return _doing(progress)
    if clone.state is CloneState.QUEUED or mapped.state is MapState.QUEUED:
        return "queued"
    error = clone.error or mapped.error
    if error is not None:
        stands = "ready, but " if mapped.state is MapState.READY else ""
        return f"{stands}failed: {error.code}"
    if mapped.state is MapState.READY:
        return "ready, remote has moved on" if repository.freshness.stale else "ready"
    return next(state for state in (mapped.state, clone.state) if state).value.lower().replace("_", " ")


def _doing(progress: WireProgress) -> str:
    counted = counters(progress.as_progress())
    return f"{label(progress.phase).lower()} {counted}".rstrip()


def age(seconds: float) -> str:
    """Give a span of time in its largest unit: `3 h`."""
    size, unit = next(((size, unit) for size, unit in _UNITS if seconds >= size), (1, "s"))
    return f"{max(0, int(seconds // size))} {unit}"
