"""A map, or a comparison of two, without a server: the acquire, list and build of a job, in a folder that goes away.

Only the tag cache stays (in the user's cache folder), so that a second map parses what changed.
"""

import dataclasses
import os
import sqlite3
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from typing import Final

from platformdirs import user_cache_path
from rich.console import Console

from schema.cli.board import PhaseBoard
from schema.cli.formats import MapFormat, as_json, counted
from schema.cli.scratch import scratch_folder
from schema.cli.source import is_bare, is_local
from services.acquire.git import check_git_version
from services.acquire.remotes import Remote, parse_ref
from services.acquire.worktree import MovedOnError, Worktree, read_worktree
from services.errors import ErrorCode, GraticuleError
from services.jobs.pipeline import Mapped, Target, Workshop, make_map, map_worktree
from services.mapping.change_views import DiffRequest, MapDiff
from services.mapping.diff import diff
from services.mapping.outline import outline
from services.mapping.snapshot import Snapshot
from services.mapping.views import Outline, OutlineRequest
from services.models import Phase, Progress
from services.settings import Settings
from services.store.tagcache import TagCache

MOST_BEGINNINGS: Final = 3
"""How often a tree is mapped that somebody writes to: an editor saves a file, and is done."""


@dataclasses.dataclass(frozen=True, slots=True)
class NamedOutline:
    """An outline and what it is of, as `--format json` writes it."""

    repository: str
    commit: str | None
    changed: int
    """Files that differ from the commit: only a working tree has such."""
    engine_version: str
    outline: Outline


@dataclasses.dataclass(frozen=True, slots=True)
class NamedDiff:
    """A comparison and what it is of, as `--format json` writes it."""

    repository: str
    base: str
    head: str
    engine_version: str
    diff: MapDiff


async def map_without_server(
    source: str,
    *,
    ref: str | None,
    request: OutlineRequest,
    output: MapFormat,
    settings: Settings,
    err: Console,
) -> str:
    """Give the map of a URL, or of a local folder as it lies there: its text as it was asked for, or all of it as JSON.

    With a ref a local repository is cloned like any other.
    """
    async with _workshop(settings) as workshop:
        remote = Remote.parse(source, policy=workshop.acquirer.policy)
        if ref is None and is_local(source) and not is_bare(Path(source)):
            made = await _map_disk(Path(source), workshop=workshop, settings=settings, err=err)
        else:
            mapped = await _make(remote, ref=parse_ref(ref) if ref else remote.ref, workshop=workshop, err=err)
            made = _Made(_load(mapped, settings), mapped.clone.commit)
    drawn = outline(made.snapshot, request)
    if output is not MapFormat.JSON:
        return drawn.text
    rows = dataclasses.replace(drawn, files=tuple(drawn.files))
    return _json(NamedOutline(remote.name, made.commit, made.changed, made.snapshot.engine_version, rows))


@dataclasses.dataclass(frozen=True, slots=True)
class _Made:
    """A map, the commit it is of or near, and how many files differ from that."""

    snapshot: Snapshot
    commit: str | None
    changed: int = 0


async def _map_disk(root: Path, *, workshop: Workshop, settings: Settings, err: Console) -> _Made:
    """Map a folder as it is now, and say what that was; begin anew when somebody writes to it meanwhile."""
    for _ in range(MOST_BEGINNINGS - 1):
        with suppress(MovedOnError):
            return await _map_disk_once(root, workshop=workshop, settings=settings, err=err)
    return await _map_disk_once(root, workshop=workshop, settings=settings, err=err)


async def _map_disk_once(root: Path, *, workshop: Workshop, settings: Settings, err: Console) -> _Made:
    with PhaseBoard(err) as board, tempfile.TemporaryDirectory(prefix="graticule-listing-") as listing:
        board.show(Progress(Phase.LISTING))
        worktree = await read_worktree(
            root,
            scratch=Path(listing),
            limits=workshop.limits,
            max_entries=workshop.tree_entries,
            max_file_bytes=settings.file_bytes,
        )
        artifact = await map_worktree(worktree, workshop=workshop, report=board.show)
    err.print(f"Mapped {described(worktree)}.", style="dim")
    snapshot = Snapshot.load(artifact, mask_secrets=settings.mask_secrets)
    return _Made(snapshot, worktree.commit, worktree.changed)


def described(worktree: Worktree) -> str:
    """Say what was mapped: the commit, and how much of the disk is not in it."""
    unreadable = f"; not readable: {counted(worktree.unreadable, 'file')}" if worktree.unreadable else ""
    if worktree.commit is None:
        return f"a folder that is in no commit: {len(worktree.entries):,} of its files{unreadable}"
    changed = f" and {counted(worktree.changed, 'changed file')}" if worktree.changed else ""
    return f"commit {worktree.commit[:12]}{changed}{unreadable}"


async def diff_without_server(
    source: str,
    *,
    base: str,
    head: str | None,
    request: DiffRequest,
    output: MapFormat,
    settings: Settings,
    err: Console,
) -> str:
    """Compare two refs of a URL or of a local checkout, which is cloned once: as text, in a fence, or as JSON."""
    async with _workshop(settings) as workshop:
        remote = Remote.parse(source, policy=workshop.acquirer.policy)
        refs = parse_ref(base), parse_ref(head) if head else remote.ref
        before, after = [await _make(remote, ref=ref, workshop=workshop, err=err) for ref in refs]
    sides = _load(before, settings), _load(after, settings)
    compared = diff(*sides, request)
    named = NamedDiff(remote.name, sides[0].commit, sides[1].commit, sides[1].engine_version, compared)
    text = compared.text.rstrip("\n")
    if output is MapFormat.JSON:
        return _json(named)
    if output is MapFormat.MARKDOWN:
        return f"# {named.repository} from {named.base[:12]} to {named.head[:12]}\n\n```text\n{text}\n```\n"
    return f"{text}\n"


@asynccontextmanager
async def _workshop(settings: Settings) -> AsyncIterator[Workshop]:
    """Open the tools in a folder that goes away, with the tag cache that stays."""
    check_git_version()
    with scratch_folder("graticule-map-") as scratch, closing(_tags(scratch)) as tags:
        async with Workshop.open(settings.model_copy(update={"data_dir": scratch})) as opened:
            yield dataclasses.replace(opened, tags=tags)


async def _make(remote: Remote, *, ref: str | None, workshop: Workshop, err: Console) -> Mapped:
    with PhaseBoard(err) as board:
        return await make_map(
            Target(remote, ref, key=f"map-{os.getpid()}"), workshop=workshop, report=board.show, have=_never
        )


async def _never(commit: str) -> bool:
    del commit
    return False


def _load(mapped: Mapped, settings: Settings) -> Snapshot:
    if mapped.artifact is None:
        raise GraticuleError(ErrorCode.INTERNAL, "The map was not built.")
    return Snapshot.load(mapped.artifact, mask_secrets=settings.mask_secrets)


def _tags(scratch: Path) -> TagCache:
    """Open the cache that stays; where it cannot be, a cache for this once, since no map depends on it."""
    try:
        return TagCache(user_cache_path("graticule", ensure_exists=True) / "tags.sqlite3")
    except (OSError, sqlite3.Error, GraticuleError):
        return TagCache(scratch / "once.sqlite3")


def _json(named: NamedOutline | NamedDiff) -> str:
    return as_json(named, indent=2) + "\n"
