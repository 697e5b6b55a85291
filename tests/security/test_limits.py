"""Whoever runs into a limit is told how much it gives, what was seen and which setting it is."""

import os
import re
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.acquire.clones import Clones
from services.acquire.git import GitLimits
from services.acquire.objects import list_tree
from services.acquire.remotes import Remote, RemotePolicy
from services.errors import HINTS, ErrorCode, GraticuleError
from services.mapping.languages import skip_before_reading
from services.mapping.records import SourceEntry
from services.settings import Settings
from tests.security.behaviours import (
    FETCHED,
    FILE,
    HEAD,
    TREE,
    listed,
    many_refs,
    packed,
    sent,
    silent,
    slowly,
    unending,
)
from tests.support.gitrepo import make_repository
from tests.support.packs import blob, bomb, pack
from tests.support.running import local_settings
from tests.support.smart import FLUSH, dripping
from tests.support.traps import Behaviour, Traps

pytestmark = pytest.mark.anyio

POLICY = RemotePolicy.from_settings(local_settings(Path("/nowhere")))
MEBIBYTE = 2**20


@dataclass(frozen=True)
class Refusal:
    """A limit, who runs into it, and what the refusal names."""

    limits: GitLimits
    behave: Behaviour
    code: ErrorCode
    limit: str
    setting: str


REFUSALS = {
    "stall": Refusal(GitLimits(stall_seconds=0.5), silent, ErrorCode.STALLED, "0.5", "CLONE_STALL_SECONDS"),
    "slow": Refusal(GitLimits(stall_seconds=3), sent(slowly(FETCHED)), ErrorCode.STALLED, "3", "CLONE_STALL_SECONDS"),
    "wall": Refusal(
        GitLimits(wall_seconds=1.5),
        sent(lambda: dripping(FETCHED, size=4, pause=0.1)),
        ErrorCode.TIMEOUT,
        "1.5",
        "CLONE_WALL_SECONDS",
    ),
    "memory": Refusal(
        GitLimits(memory_bytes=200 * MEBIBYTE),
        packed(pack([HEAD, bomb(600)[0]], more=[bomb(600)[1]])),
        ErrorCode.MEMORY_LIMIT,
        str(200 * MEBIBYTE),
        "GIT_MEMORY_BYTES",
    ),
    "size": Refusal(
        GitLimits(size_bytes=MEBIBYTE),
        packed(pack([HEAD, TREE, FILE, *(blob(os.urandom(300_000)) for _ in range(8))])),
        ErrorCode.TOO_LARGE,
        str(MEBIBYTE),
        "CLONE_SIZE_BYTES",
    ),
}
"""Those that a clone runs into."""
LISTINGS = {
    "refs": Refusal(
        GitLimits(remote_refs=700),
        listed(many_refs(0) + many_refs(1) + FLUSH),
        ErrorCode.TOO_LARGE,
        "700",
        "REMOTE_REFS",
    ),
    "listing": Refusal(
        GitLimits(listing_seconds=1.5),
        listed(unending(many_refs, pause=0.05)),
        ErrorCode.TIMEOUT,
        "1.5",
        "LISTING_SECONDS",
    ),
}
"""Those that a listing of refs runs into."""


@pytest.fixture
def traps() -> Iterator[Traps]:
    with Traps() as open_traps:
        yield open_traps


def clones_in(folder: Path, limits: GitLimits) -> Clones:
    return Clones(folder / "data", policy=POLICY, limits=limits)


async def refused(work: Awaitable[object]) -> GraticuleError:
    with pytest.raises(GraticuleError) as failed:
        await work
    return failed.value


def names(error: GraticuleError, *, limit: str, setting: str) -> bool:
    """Whether a refusal says the limit, something that was seen, and a setting that there is."""
    assert setting.lower() in Settings.model_fields
    seen = re.findall(r"\d+(?:\.\d+)?|more than", error.message.replace(limit, "", 1))
    return limit in error.message and bool(seen) and f"GRATICULE_{setting}" in (error.hint or "")


@pytest.mark.parametrize("name", REFUSALS)
async def test_a_clone_that_runs_into_a_limit_names_it(tmp_path: Path, traps: Traps, name: str) -> None:
    row = REFUSALS[name]
    remote = Remote.parse(f"http://127.0.0.1:{traps.open(row.behave)}/o/n", policy=POLICY)
    clones = clones_in(tmp_path, row.limits)
    error = await refused(clones.acquire(remote, ref=None, key="k", report=lambda _: None))
    assert error.code is row.code, error.message
    assert names(error, limit=row.limit, setting=row.setting), (error.message, error.hint)


@pytest.mark.parametrize("name", LISTINGS)
async def test_a_listing_that_runs_into_a_limit_names_it(tmp_path: Path, traps: Traps, name: str) -> None:
    row = LISTINGS[name]
    remote = Remote.parse(f"http://127.0.0.1:{traps.open(row.behave)}/o/n", policy=POLICY)
    error = await refused(clones_in(tmp_path, row.limits).remote_refs(remote))
    assert error.code is row.code, error.message
    assert names(error, limit=row.limit, setting=row.setting), (error.message, error.hint)


async def test_a_commit_of_too_many_files_says_how_many(tmp_path: Path) -> None:
    commit = make_repository(tmp_path / "r.git", {f"{number}": "" for number in range(30)})
    error = await refused(list_tree(tmp_path / "r.git", commit, max_entries=20))
    assert names(error, limit="20", setting="TREE_ENTRIES"), error.message


def test_a_file_that_is_not_parsed_says_of_what_it_has_too_much() -> None:
    entry = SourceEntry("a.py", "1" * 40, 5000, 0o100644)
    skipped = skip_before_reading(entry, max_bytes=4096)
    assert skipped is not None
    assert skipped.detail == "5000 bytes; at most 4096 are parsed (GRATICULE_FILE_BYTES)"


def test_every_setting_that_a_hint_names_is_one() -> None:
    named = {name for hint in HINTS.values() for name in re.findall(r"GRATICULE_([A-Z_]+)", hint)}
    assert {name.lower() for name in named} - set(Settings.model_fields) == set()


LIMITS = (
    ErrorCode.STALLED,
    ErrorCode.TIMEOUT,
    ErrorCode.TOO_LARGE,
    ErrorCode.TREE_TOO_LARGE,
    ErrorCode.MEMORY_LIMIT,
    ErrorCode.DISK_FULL,
    ErrorCode.QUOTA_EXCEEDED,
)


@pytest.mark.parametrize("code", LIMITS)
def test_the_advice_for_every_limit_names_a_setting(code: ErrorCode) -> None:
    assert "GRATICULE_" in HINTS[code]
