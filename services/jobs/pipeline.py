"""From a remote to a map, as one composed function: acquire → list → build.

The server runs it inside an attempt, `graticule map` without a server. What blocks (reading blobs,
moving them to the parsers) has threads of its own, so that neither the event loop nor the
threads that answer readers wait for it.
"""

import asyncio
import functools
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final, Protocol, Self

from services.acquire.acquirer import Acquirer
from services.acquire.clones import Clone
from services.acquire.git import GitLimits
from services.acquire.objects import TreeBlob, list_tree, read_blobs
from services.acquire.remotes import Remote
from services.acquire.rooms import AnyRoom, Room
from services.acquire.worktree import Worktree
from services.errors import AcquireError, ErrorCode, NotFoundError
from services.mapping.build import build
from services.mapping.drafting import Sketch
from services.mapping.languages import engine_version
from services.mapping.pool import ParserPool
from services.mapping.records import SourceEntry
from services.models import Phase, Progress
from services.settings import Settings
from services.store.tagcache import TagCache

Report = Callable[[Progress], None]
REPORT_SECONDS = 0.05
_DAMAGED = frozenset({ErrorCode.CORRUPT_OBJECTS, ErrorCode.NOT_FOUND, ErrorCode.NOT_FOUND_OR_PRIVATE})
"""What git says of a clone that lacks objects, or is none any more; nothing else is read below."""
NO_COMMIT: Final = "0" * 40
"""What git itself writes where there is no commit."""
STOP_SECONDS = 2.0
"""How long a cancelled build may take to notice; a batch of files is 256 KiB, so it is far below."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """The tools that maps are made with, opened once for all jobs."""

    acquirer: Acquirer
    limits: GitLimits
    pool: ParserPool
    tags: TagCache
    threads: ThreadPoolExecutor
    tree_entries: int
    file_bytes: int

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings) -> AsyncIterator[Self]:
        """Start the parsers and name the folders below the data folder; closing ends both.

        GraticuleError when a setting that names a policy, credentials or authorities is wrong.
        """
        acquirer = Acquirer.from_settings(settings, root=settings.data_dir)
        limits = GitLimits.from_settings(settings)
        pool = ParserPool(
            processes=settings.parser_processes,
            file_deadline_seconds=settings.file_deadline_seconds,
            memory_bytes=settings.parser_memory_bytes,
            confined=limits.confined,
            step_seconds=settings.map_step_seconds,
        )
        threads = ThreadPoolExecutor(max(1, settings.concurrent_jobs), thread_name_prefix="build")
        tags = await asyncio.to_thread(TagCache, settings.data_dir / "tags.sqlite3")
        try:
            await asyncio.to_thread(engine_version)  # reads the query files once, off the loop
            await asyncio.to_thread(pool.start)
            yield cls(
                acquirer=acquirer,
                limits=limits,
                pool=pool,
                tags=tags,
                threads=threads,
                tree_entries=settings.tree_entries,
                file_bytes=settings.file_bytes,
            )
        finally:
            await asyncio.to_thread(pool.close)
            threads.shutdown(wait=False, cancel_futures=True)
            tags.close()


@dataclass(frozen=True, slots=True)
class Mapped:
    """A clone, and the bytes of its map; None when there already was one for that commit."""

    clone: Clone
    artifact: bytes | None


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be mapped: the commit that `ref` of a remote leads to."""

    remote: Remote
    ref: str | None
    key: str
    """Names the folder that a clone is staged in."""
    stay_at: str | None = None
    """Map this commit instead, without asking the remote, if it is here."""


async def make_map(
    target: Target,
    *,
    workshop: Workshop,
    report: Report,
    have: Callable[[str], Awaitable[bool]],
    sketch: Sketch | None = None,
    room: Room | None = None,
) -> Mapped:
    """Acquire a target and map it, unless `have(commit)`.

    `sketch` is given drafts, on the event loop, while a map takes its time; `room` is where the clone grows. A clone
    whose objects turn out to be damaged is thrown away and made again, once; one made just now only if it has gone.
    Cancelling ends git's process group and the build and leaves nothing. AcquireError, NotAllowedError, NotFoundError.
    """
    room = room or AnyRoom()
    clones = workshop.acquirer.clones
    remote = target.remote

    async def attempt(stay_at: str | None = None) -> Clone:
        clone = await clones.at(remote.name, stay_at) if stay_at else None
        if clone is None:
            clone = await clones.acquire(remote, ref=target.ref, key=target.key, report=report, room=room)
            await room.arrived(clone.size_bytes)
        return clone

    async with clones.read(remote.name):
        clone = await attempt(target.stay_at)
        if await have(clone.commit):
            return Mapped(clone, None)
        try:
            return await _mapped(clone, workshop, report, sketch)
        except (AcquireError, NotFoundError) as error:
            if error.code not in _DAMAGED or (clone.fresh and await clones.is_whole(remote.name)):
                raise
        await clones.remove(remote.name)
        await room.gone()
        return await _mapped(await attempt(), workshop, report, sketch)


async def _mapped(clone: Clone, workshop: Workshop, report: Report, sketch: Sketch | None) -> Mapped:
    report(Progress(Phase.LISTING))
    tree = await list_tree(clone.path, clone.commit, max_entries=workshop.tree_entries, limits=workshop.limits)
    report(Progress(Phase.LISTING, current=len(tree), total=len(tree)))
    work = _Work(tree, clone.commit, functools.partial(read_blobs, clone.path, limits=workshop.limits))
    return Mapped(clone, await _build(work, workshop, report, sketch))


async def map_worktree(worktree: Worktree, *, workshop: Workshop, report: Report) -> bytes:
    """Map a working tree as it lies on the disk. MovedOnError when a file of it was written meanwhile."""
    report(Progress(Phase.LISTING, current=len(worktree.entries), total=len(worktree.entries)))

    def read(blobs: Iterable[str], *, cancelled: threading.Event) -> Iterator[bytes]:
        del cancelled  # reading files never waits for anybody
        return worktree.read_blobs(blobs)

    return await _build(_Work(worktree.entries, worktree.commit or NO_COMMIT, read), workshop, report, None)


class _Read(Protocol):
    """Yields the content of each blob, in the same order; soon ends when cancelled."""

    def __call__(self, blobs: Iterable[str], *, cancelled: threading.Event) -> Iterator[bytes]: ...


@dataclass(frozen=True, slots=True)
class _Work:
    """The files of a map, and where their contents are."""

    tree: Sequence[TreeBlob]
    commit: str
    read: _Read


async def _build(work: _Work, workshop: Workshop, report: Report, sketch: Sketch | None) -> bytes:
    """Build in a thread; when cancelled, wait until the thread has let go of the parsers."""
    loop = asyncio.get_running_loop()
    cancelled = threading.Event()
    building = functools.partial(
        _build_in_thread, work, workshop, _Relay(loop, report), cancelled, _relayed(loop, sketch)
    )
    built = loop.run_in_executor(workshop.threads, building)
    try:
        return await asyncio.shield(built)
    except asyncio.CancelledError:
        cancelled.set()
        built.add_done_callback(_forget)
        await asyncio.wait({built}, timeout=STOP_SECONDS)
        raise


def _forget(work: asyncio.Future[bytes]) -> None:
    """Look at how a cancelled build ended, so that asyncio does not report it as overlooked."""
    if not work.cancelled():
        work.exception()


def _relayed(loop: asyncio.AbstractEventLoop, sketch: Sketch | None) -> Sketch | None:
    """Carry drafts to the loop, from whatever thread they come; one that comes when it has gone is lost."""
    if sketch is None:
        return None

    def carry(data: bytes) -> None:
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(sketch, data)

    return carry


def _build_in_thread(
    work: _Work, workshop: Workshop, report: Report, cancelled: threading.Event, sketch: Sketch | None
) -> bytes:
    return build(
        [SourceEntry(entry.path, entry.blob, entry.size_bytes, entry.mode) for entry in work.tree],
        commit=work.commit,
        read_blobs=functools.partial(work.read, cancelled=cancelled),
        pool=workshop.pool,
        tags=workshop.tags,
        report=report,
        cancelled=cancelled,
        max_file_bytes=workshop.file_bytes,
        sketch=sketch,
    )


class _Relay:
    """Carry progress from the build's thread to the loop: each change of phase, else 20 a second."""

    def __init__(self, loop: asyncio.AbstractEventLoop, report: Report) -> None:
        self._loop = loop
        self._report = report
        self._phase: Phase | None = None
        self._sent_at = 0.0

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        last = progress.current is not None and progress.current == progress.total
        if progress.phase is self._phase and not last and now - self._sent_at < REPORT_SECONDS:
            return
        self._phase, self._sent_at = progress.phase, now
        self._loop.call_soon_threadsafe(self._report, progress)
