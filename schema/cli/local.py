"""A map, or a comparison of two, without a server: the acquire, list and build of a job, in a folder that goes away.

Only the tag cache stays (in the user's cache folder), so that a second map parses what changed.
"""

import dataclasses
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import msgspec
from platformdirs import user_cache_path
from rich.console import Console

from schema.cli.board import PhaseBoard
from schema.cli.formats import MapFormat
from schema.cli.scratch import scratch_folder
from services.acquire.git import check_git_version
from services.acquire.remotes import Remote, parse_ref
from services.errors import ErrorCode, GraticuleError
from services.jobs.pipeline import Mapped, Target, Workshop, make_map
from services.mapping.change_views import DiffRequest, MapDiff
from services.mapping.diff import diff
from services.mapping.outline import outline
from services.mapping.snapshot import Snapshot
from services.mapping.views import Outline, OutlineRequest
from services.settings import Settings
from services.store.tagcache import TagCache


@dataclasses.dataclass(frozen=True, slots=True)
class NamedOutline:
    """An outline and what it is of, as `--format json` writes it."""

    repository: str
    commit: str
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
    """Give the map of a URL or of a local checkout's HEAD: its text as it was asked for, or all of it as JSON."""
    async with _workshop(settings) as workshop:
        remote = Remote.parse(source, policy=workshop.acquirer.policy)
        mapped = await _make(remote, ref=parse_ref(ref) if ref else remote.ref, workshop=workshop, err=err)
    snapshot = _load(mapped)
    drawn = outline(snapshot, request)
    if output is not MapFormat.JSON:
        return drawn.text
    rows = dataclasses.replace(drawn, files=tuple(drawn.files))
    return _json(NamedOutline(remote.name, snapshot.commit, snapshot.engine_version, rows))


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
    sides = _load(before), _load(after)
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


def _load(mapped: Mapped) -> Snapshot:
    if mapped.artifact is None:
        raise GraticuleError(ErrorCode.INTERNAL, "The map was not built.")
    return Snapshot.load(mapped.artifact)


def _tags(scratch: Path) -> TagCache:
    """Open the cache that stays; where it cannot be, a cache for this once, since no map depends on it."""
    try:
        return TagCache(user_cache_path("graticule", ensure_exists=True) / "tags.sqlite3")
    except (OSError, sqlite3.Error, GraticuleError):
        return TagCache(scratch / "once.sqlite3")


def _json(named: NamedOutline | NamedDiff) -> str:
    return msgspec.json.format(msgspec.json.encode(named), indent=2).decode() + "\n"
