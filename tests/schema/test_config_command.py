"""`graticule config show`: what is in force, who said so, and no secret."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from services.settings import Settings
from tests.support.running import ROOT
from tests.support.terminal import on_terminal

CREDENTIALS = '{"github.com/acme": {"token": "hush"}}'


def show(*words: str, **variables: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GRATICULE_")}
    command = [sys.executable, "-m", "schema", "config", "show", *words]
    done = subprocess.run(command, cwd=ROOT, env=environment | variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def rows(*words: str, **variables: str) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in map(json.loads, show("--json", *words, **variables).splitlines())}


def test_every_setting_is_shown_with_its_value_and_who_gave_it(tmp_path: Path) -> None:
    file = tmp_path / "graticule.toml"
    file.write_text("port = 9001\nconcurrent_jobs = 7\nallow_hosts = 'git.example.org'\n")
    found = rows("--port", "9003", GRATICULE_CONFIG=str(file), GRATICULE_CONCURRENT_JOBS="8")
    assert list(found) == list(Settings.model_fields)
    assert {name: (row["value"], row["origin"]) for name, row in found.items() if row["origin"] != "default"} == {
        "port": (9003, "argument"),
        "concurrent_jobs": (8, "environment"),
        "allow_hosts": ("git.example.org", "file"),
    }
    assert (found["port"]["default"], found["port"]["variable"]) == ("8765", "GRATICULE_PORT")


def test_what_follows_from_other_settings_is_shown_as_it_is_in_force(tmp_path: Path) -> None:
    found = rows("--data-dir", str(tmp_path), GRATICULE_REDIS_URL="valkey://h/1")
    assert found["bus_url"]["value"] == "redis://h/1"
    assert found["database_url"]["value"] == f"sqlite+aiosqlite:///{tmp_path}/graticule.sqlite3"
    assert found["bus_url"]["origin"] == found["database_url"]["origin"] == "default"


def test_no_secret_is_shown_however_it_is_written() -> None:
    urls = {
        "GRATICULE_REDIS_URL": "redis://user:hu@hush/hush@h:1/0?password=hush",
        "GRATICULE_BUS_URL": "rediss://:hush@h",
        "GRATICULE_QUEUE_URL": "redis://:hush@h",
        "GRATICULE_DATABASE_URL": "postgresql+asyncpg://user:hush@h/rows?sslpassword=hush",
    }
    for shown in (show(**urls, GRATICULE_CREDENTIALS=CREDENTIALS), show("--json", **urls)):
        assert "hush" not in shown
        assert "***" in shown


def test_the_table_names_every_setting_in_a_narrow_window() -> None:
    code, shown = on_terminal([sys.executable, "-m", "schema", "config", "show"], environment=os.environ)
    assert code == 0
    assert [name for name in Settings.model_fields if f"GRATICULE_{name.upper()} " not in shown] == []


def test_a_path_with_an_at_sign_is_no_secret(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/a@b.sqlite3"
    assert rows(GRATICULE_DATABASE_URL=url)["database_url"]["value"] == url
