"""A backup of a running server is what another server can be started on, and maps are read from it at once."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.errors import InvalidArgumentError, NotFoundError
from services.settings import Settings
from services.store.backup import back_up as copy_all
from services.viewers import Scope
from tests.support.asker import FILES, Asker
from tests.support.doors import bearer, make_token
from tests.support.figures import figures
from tests.support.gitserver import GitServer, make_repository
from tests.support.postgres import Postgres
from tests.support.running import local_settings
from tests.support.server import running_server

READ = """query R($url: String!) { repository(url: $url) { refreshMinutes jobs { totalCount }
  snapshot { commit builtAt repoMap(tokens: 500) { text } } } }"""
FOLLOW = """mutation F($id: ID!) { updateRepository(input: {repositoryId: $id, refreshMinutes: 60}) {
  repository { id } } }"""


@pytest.fixture(scope="module")
def forge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitServer]:
    root = tmp_path_factory.mktemp("forge")
    for number in range(4):
        make_repository(root / f"ada/shapes{number}.git", FILES)
    with GitServer.start(root) as server:
        yield server


def settings_at(folder: Path, **overrides: object) -> Settings:
    return local_settings(folder, allow_protocols="https,http", **overrides)


def back_up(folder: Path, data_dir: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run the command as an operator does."""
    return subprocess.run(
        [sys.executable, "-m", "schema", "backup", str(folder), "--data-dir", str(data_dir)],
        cwd=Path(__file__).parents[2],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def read_in(settings: Settings, url: str, *, token: str | None = None) -> dict[str, Any]:
    """Start a server where a copy is, and read the map there without any work being done."""
    with running_server(settings) as server, httpx.Client(base_url=server, headers=bearer(token), timeout=30) as web:
        found: dict[str, Any] = Asker(web)(READ, url=url)["repository"]
        counted = figures(server, token=token)
    assert counted.get("graticule_attempts_total", 0) == 0
    return found


def test_a_copy_that_is_made_while_the_server_works_is_a_data_folder(forge: GitServer, tmp_path: Path) -> None:
    settings, url = settings_at(tmp_path / "data"), forge.url("ada/shapes0.git")
    token = make_token(settings, scope=Scope.ADMIN)
    with running_server(settings) as server, httpx.Client(base_url=server, headers=bearer(token), timeout=30) as web:
        ask = Asker(web)
        ask(FOLLOW, id=ask.map(url))
        before = ask(READ, url=url)["repository"]
        jobs = [ask.clone(forge.url(f"ada/shapes{number}.git"))["job"]["id"] for number in range(1, 4)]
        copied = back_up(tmp_path / "copy", tmp_path / "data")
        assert {ask.ended(job)["state"] for job in jobs} == {"SUCCEEDED"}
    assert copied.returncode == 0, copied.stderr
    assert f"graticule serve --data-dir {tmp_path / 'copy'}" in copied.stderr
    assert {path.name for path in (tmp_path / "copy").iterdir()} == {"graticule.sqlite3", "artifacts"}
    assert (tmp_path / "copy").stat().st_mode & 0o077 == 0
    alone = settings_at(tmp_path / "copy", concurrent_jobs=0, queue_url="redis://127.0.0.1:1", artifacts_url=str(
        tmp_path / "copy" / "artifacts"))  # fmt: skip
    after = read_in(alone, url, token=token)
    assert after == before
    assert after["refreshMinutes"] == 60
    assert "total_area(shapes)" in after["snapshot"]["repoMap"]["text"]


def test_what_cannot_be_copied_is_said_in_a_line_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    settings = settings_at(tmp_path / "data")
    with pytest.raises(InvalidArgumentError, match="exists already"):
        copy_all(settings, tmp_path / "there")
    with pytest.raises(NotFoundError, match="There is no database"):
        copy_all(settings, tmp_path / "copy")
    elsewhere = back_up(tmp_path / "copy", tmp_path / "data", GRATICULE_DATABASE_URL="postgresql://u:hush@h/d")
    assert elsewhere.returncode == 1
    assert "pg_dump" in elsewhere.stderr
    assert "hush" not in elsewhere.stderr
    assert not (tmp_path / "copy").exists()
    assert not list(tmp_path.glob(".*.part"))


def test_the_words_for_postgresql_bring_it_back(forge: GitServer, postgres: Postgres, tmp_path: Path) -> None:
    url, dump = forge.url("ada/shapes0.git"), str(tmp_path / "graticule.dump")
    with postgres.database() as old, postgres.database(migrated=False) as new:
        settings = settings_at(tmp_path / "data", database_url=old, artifacts_url=str(tmp_path / "maps"))
        with running_server(settings) as server, httpx.Client(base_url=server, timeout=30) as web:
            Asker(web).map(url)
            before = Asker(web)(READ, url=url)["repository"]
            postgres.run("pg_dump", "--format=custom", "--file", dump, database=old)
            shutil.copytree(tmp_path / "maps", tmp_path / "copied")
        postgres.run("pg_restore", "--clean", "--if-exists", dump, database=new)
        restored = settings_at(tmp_path / "other", database_url=new, artifacts_url=str(tmp_path / "copied"))
        assert read_in(restored, url) == before
