"""Tokens on the command line: made, shown, used and taken back as an operator and a colleague do it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.settings import Settings
from tests.support.running import ROOT, local_settings
from tests.support.server import running_server


def graticule(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COLUMNS": "200", **variables}
    command = [sys.executable, "-m", "schema", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return local_settings(tmp_path_factory.mktemp("tokens"))


@pytest.fixture(scope="module")
def token(settings: Settings) -> str:
    made = graticule("token", "create", "ada", "--grant", "GitHub.com/Acme/", "--data-dir", str(settings.data_dir))
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


@pytest.fixture(scope="module")
def url(settings: Settings, token: str) -> Iterator[str]:
    del token  # it is there before the server is
    with running_server(settings) as running:
        yield running


def test_a_token_alone_goes_to_standard_output(token: str) -> None:
    assert token.startswith("gra_")
    assert len(token.split()) == 1


def test_the_list_shows_all_but_the_secret(settings: Settings, token: str) -> None:
    shown = graticule("token", "list", "--data-dir", str(settings.data_dir)).stdout
    as_json = graticule("token", "list", "--json", "--data-dir", str(settings.data_dir)).stdout
    assert all(word in shown for word in ("ada", "read", "github.com/acme", "live"))
    (one,) = map(json.loads, as_json.splitlines())
    assert (one["name"], one["scope"], one["grants"], one["live"]) == ("ada", "read", ["github.com/acme"], True)
    assert token.split("_", 2)[2] not in shown + as_json


def test_a_client_shows_its_token_by_option_or_variable(url: str, token: str) -> None:
    asked = ("watch", "acme/none", "--server", url)
    for done in (graticule(*asked, "--token", token), graticule(*asked, GRATICULE_TOKEN=token)):
        assert "HOST_NOT_ALLOWED" in done.stderr  # the door is behind it


@pytest.mark.parametrize("shown", [[], ["--token", "wrong"]])
def test_a_client_without_a_good_one_is_told_what_to_give(url: str, shown: list[str]) -> None:
    done = graticule("watch", "acme/none", "--server", url, *shown)
    assert (done.returncode, "UNAUTHENTICATED" in done.stderr, "--token" in done.stderr) == (1, True, True)


@pytest.mark.parametrize(
    "words",
    [
        ["create", "n", "--grant", "https://github.com/acme"],
        ["create", "n", "--expires", "soon"],
        ["revoke", "0000000000000000"],
    ],
)
def test_what_cannot_be_meant_is_one_line_and_changes_nothing(settings: Settings, token: str, words: list[str]) -> None:
    done = graticule("token", *words, "--data-dir", str(settings.data_dir))
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    kept = graticule("token", "list", "--json", "--data-dir", str(settings.data_dir)).stdout
    assert token.split("_")[1] in kept


def test_a_revoked_token_is_told_apart_in_the_list(tmp_path: Path) -> None:
    folder = ("--data-dir", str(tmp_path))
    text = graticule("token", "create", "ben", "--scope", "admin", "--expires", "30d", *folder).stdout.strip()
    assert graticule("token", "revoke", text, *folder).returncode == 0
    (one,) = map(json.loads, graticule("token", "list", "--json", *folder).stdout.splitlines())
    assert (one["live"], one["scope"], bool(one["revokedAt"]), bool(one["expiresAt"])) == (False, "admin", True, True)
