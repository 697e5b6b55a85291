"""`graticule doctor`: what a machine lacks, each in a line with what to do."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from schema.cli.service_checks import data_folder, database, maps, policy, port, redis, roles, tokens, variables
from services.errors import GraticuleError
from services.settings import Settings
from tests.support.running import ROOT, local_settings

Findings = Mapping[str, Mapping[str, str]]


def examine(*words: str, **variables: str) -> tuple[int, Findings]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GRATICULE_")}
    command = [sys.executable, "-m", "schema", "doctor", "--json", *words]
    done = subprocess.run(command, cwd=ROOT, env=environment | variables, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    return done.returncode, {found["subject"]: found for found in map(json.loads, done.stdout.splitlines())}


def test_a_machine_that_will_do_has_nothing_that_fails_and_nothing_is_made(tmp_path: Path) -> None:
    code, found = examine("--port", "0", "--data-dir", str(tmp_path / "new"))
    assert [one for one in found.values() if one["grade"] == "fail"] == []
    assert code == 0
    assert found["git"]["says"].count(".") >= 1
    assert not (tmp_path / "new").exists()


def test_whatever_is_wrong_is_found_in_one_go_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "git").write_text("#!/bin/sh\necho git version 2.30.1\n")
    (tmp_path / "git").chmod(0o755)
    code, found = examine(
        "--host", "0.0.0.0", "--port", "0", "--data-dir", str(tmp_path / "file/data"),  # noqa: S104  the point
        PATH=str(tmp_path), GRATICULE_JOB_TRIES="none", GRATICULE_PROT="80",
    )  # fmt: skip
    wrong = {subject: one["remedy"] for subject, one in found.items() if one["grade"] == "fail"}
    assert code == 1
    assert wrong.keys() - {"port"} == {"settings", "git", "data folder", "maps", "tokens"}  # 8765 may be taken here
    assert "2.37" in wrong["git"]
    assert "--data-dir" in wrong["data folder"]
    assert "graticule token create" in wrong["tokens"]
    assert "GRATICULE_PORT" in found["variables"]["remedy"]


@pytest.mark.anyio
async def test_a_database_is_told_by_its_revision_and_left_as_it_is(tmp_path: Path) -> None:
    settings = local_settings(tmp_path)
    assert (await database("database", settings)).grade == "ok"
    assert not (tmp_path / "graticule.sqlite3").exists()
    (tmp_path / "graticule.sqlite3").write_bytes(b"no database at all" * 100)
    with pytest.raises(GraticuleError):
        await database("database", settings)


@pytest.mark.anyio
async def test_services_that_do_not_answer_are_named_without_their_passwords(tmp_path: Path) -> None:
    settings = local_settings(tmp_path).model_copy(update={"redis_url": "redis://:hush@127.0.0.1:9/0"})
    found = await redis("redis", settings)
    assert (found.grade, "127.0.0.1:9" in found.says, "hush" in found.says) == ("fail", True, False)


@pytest.mark.anyio
async def test_a_port_that_another_program_has_fails_and_says_which_option_helps(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        settings = local_settings(tmp_path).model_copy(update={"host": "127.0.0.1", "port": other.getsockname()[1]})
        other.settimeout(0)
        found = await port("port", settings)
    assert (found.grade, "--port" in str(found.remedy)) == ("fail", True)
    free = settings.model_copy(update={"port": 0})
    assert (await port("port", free)).grade == "ok"


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("check", "changed", "words"),
    [
        (policy, {"allow_ports": "none"}, "GRATICULE_ALLOW_PORTS"),
        (policy, {"submission_rate": "often"}, "GRATICULE_SUBMISSION_RATE"),
        (roles, {"concurrent_jobs": 0}, "GRATICULE_CONCURRENT_JOBS"),
        (database, {"database_url": "nonsense"}, "GRATICULE_DATABASE_URL"),
        (maps, {"artifacts_url": "s3://"}, "GRATICULE_ARTIFACTS_URL"),
    ],
)
async def test_what_a_server_would_refuse_is_refused_in_its_words(
    check: object, changed: dict[str, object], words: str, tmp_path: Path
) -> None:
    assert callable(check)
    with pytest.raises(GraticuleError, match=words):
        await check("subject", local_settings(tmp_path).model_copy(update=changed))


@pytest.mark.anyio
async def test_a_good_folder_of_nobody_is_as_good_as_a_new_one(tmp_path: Path) -> None:
    settings: Settings = local_settings(tmp_path)
    assert (await data_folder("data folder", settings)).grade != "fail"
    assert (await tokens("tokens", settings)).grade == "ok"
    assert (await variables("variables", settings)).subject == "variables"
