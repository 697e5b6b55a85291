"""The same commit is the same map and the same outlines, byte for byte, however it was made.

The long form, over the commits of real projects, is `tests/benchmarks/replay.py`.
"""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.mapping.pool import ParserPool
from services.store.tagcache import TagCache
from tests.support.builds import acquired, built, built_afresh, built_with_seed, listed, parsers
from tests.support.gitrepo import commit_files, make_repository, run_git

GOLDEN = Path(__file__).parent / "golden"
IN_CPP = b"#pragma once\nnamespace box {\nclass Box { public: int size(); };\n}\n"
OTHERS: dict[str, bytes] = {
    "README.md": b"# Every language\n",
    "package.json": b'{"name": "kit"}',
    "include/box.h": IN_CPP,
    "attic/box.c": IN_CPP,
    "bin/run": b"#!/usr/bin/env python3\ndef run(): ...\n",
    "bin/noise": b"\x7fELF\0\0",
}


@dataclass(frozen=True, slots=True)
class Made:
    """A repository of two commits in every language, the newer one, and what its build gives."""

    path: Path
    commit: str
    digest: str


@pytest.fixture(scope="module")
def pool() -> Iterator[ParserPool]:
    with parsers(1) as running:
        yield running


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, pool: ParserPool) -> Made:
    path = tmp_path_factory.mktemp("made") / "languages.git"
    files = {f"{one.parent.name}/{one.name}": one.read_bytes() for one in sorted(GOLDEN.glob("*/source.*"))}
    make_repository(path, {**files, **OTHERS}, modes={"bin/run": 0o100755})
    commit = commit_files(path, {"python/more.py": "from source import *\n"})
    return Made(path, commit, built_afresh(path, commit, pool))


def test_no_hash_seed_changes_a_byte(made: Made) -> None:
    with ThreadPoolExecutor(2) as threads:
        found = threads.map(lambda seed: built_with_seed(seed, made.path, made.commit), (0, 1))
    assert list(found) == [made.digest] * 2


@pytest.mark.parametrize("processes", [2, 4])
def test_the_number_of_processes_changes_no_byte(made: Made, processes: int) -> None:
    with parsers(processes) as several:
        assert built_afresh(made.path, made.commit, several) == made.digest


def test_no_order_of_the_files_changes_a_byte(made: Made, pool: ParserPool) -> None:
    entries = listed(made.path, made.commit)
    for seed in range(2):
        turned = random.Random(seed).sample(entries, len(entries))  # noqa: S311 - an order, not a secret
        assert built_afresh(made.path, made.commit, pool, turned) == made.digest


def test_a_clone_of_one_commit_gives_what_the_whole_history_gives(made: Made, pool: ParserPool, tmp_path: Path) -> None:
    clone = acquired(made.path, made.commit, tmp_path)
    assert run_git("-C", str(clone.path), "rev-list", "--count", made.commit) == "1"
    assert built_afresh(clone.path, made.commit, pool) == made.digest


def history(path: Path) -> list[str]:
    """Make commits that add, edit, rename, copy, remove and bring back."""
    engine = b"class Engine:\n    def start(self):\n        return self.warm()\n    def warm(self): ...\n"
    main = b"from app.engine import Engine\n\ndef main():\n    return Engine().start()\n"
    first = {"app/engine.py": engine, "app/main.py": main, "src/box.c": IN_CPP, "web/a.js": b"export const a = 1\n"}
    commits = [make_repository(path, first)]

    def then(files: dict[str, bytes], *remove: str, modes: dict[str, int] | None = None) -> None:
        commits.append(commit_files(path, files, remove=remove, modes=modes))

    then({"src/box.h": IN_CPP})
    then({"app/engine.py": engine.replace(b"warm", b"heat")})
    then({"core/motor.py": engine}, "app/engine.py")
    then({"app/main.py": main.replace(b"app.engine", b"core.motor")})
    then({"web/a.ts": b"export const a = 1\n"})
    then({"tools/run": b"#!/bin/sh\nrun() { :; }\n"}, modes={"tools/run": 0o100755})
    then({"tools/run": b"#!/usr/bin/env python3\ndef run(): ...\n"}, modes={"tools/run": 0o100755})
    then({"README.md": b"# Motor\n", "go.mod": b"module example.org/kit\n", "kit.go": b"package kit\nfunc Kit() {}\n"})
    then({}, "src/box.c")
    then({"app/engine.py": engine, "app/main.py": main}, "core/motor.py")
    then({"app/main.py": b"x = 1\0\0\n"})
    then({**first, "app/link.py": b"main.py"}, "kit.go", modes={"app/link.py": 0o120000})
    return commits


def test_what_earlier_commits_left_in_the_cache_changes_no_byte(pool: ParserPool, tmp_path: Path) -> None:
    repository = tmp_path / "history.git"
    commits = history(repository)
    expected = [built_afresh(repository, commit, pool) for commit in commits]
    for order in (commits, commits[::-1]):
        with closing(TagCache(tmp_path / order[0])) as tags:
            found = {commit: built(repository, commit, pool, tags) for commit in order}
        assert [found[commit] for commit in commits] == expected
