"""A configured secret is seen nowhere: not in /proc, on disk, in logs, in events or in answers.

A real server with a real secret clones from a git server that wants it, and is looked at from outside
all the while; then from servers that send back what they were sent, and at last it is killed.
"""

import asyncio
import base64
import json
import os
import random
import subprocess
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.support.asker import CLONE, Asker
from tests.support.canary import Canary, files, processes
from tests.support.gitserver import GitServer, make_repository
from tests.support.residue import wait_for_the_end_of
from tests.support.serve_command import ServeCommand
from tests.support.subscriber import follow, session

SECRET = "hush+4711/canary=ZQ7x9"
ENTRIES = {
    "basic": {"username": "robot", "password": SECRET},
    "bearer": {"bearer": SECRET},
}
HEADERS = {
    "basic": f"Basic {base64.b64encode(f'robot:{SECRET}'.encode()).decode()}",
    "bearer": f"Bearer {SECRET}",
}
NOISE = random.Random(11)  # noqa: S311 bytes that do not compress, the same in every run
FILES = {
    f"m{number}.py": f"def f{number}():\n    return {number}\n# {NOISE.randbytes(900).hex()}\n" for number in range(150)
}
SLOW_BYTES_PER_SECOND = 90_000
"""The pack has 150 kB, so the clone runs for about 2 s."""
ECHOES = (
    ("refusing", 401, None),
    ("forbidding", 403, None),
    ("broken", 400, None),
    ("redirecting", 302, "/acme/other.git?leak=ECHO"),
    ("forwarding", 302, "https://ECHO.example.com/acme/other.git"),
)
"""Servers that send the header back in the reason, in the realm, in the body and in the Location."""
EVENTS = """subscription ($id: ID!) { jobProgress(id: $id, maxRateHz: 30) { kind revision
  job { id state ref commit progress { phase current total receivedBytes } error { code message retryable hint } }
} }"""
REFS = """query ($url: String!) { remoteRefs(url: $url) { __typename ... on Error { code message hint } } }"""
JOB = """query ($id: ID!) { job(id: $id) { id state error { code message hint }
  repository { name clone { state error { code message hint } } } } }"""


def configured(kind: str, source: str, folder: Path, prefix: str) -> dict[str, str]:
    """Give the server's environment: the entry in a file that it names, or the entry itself."""
    if source == "environment":
        return {"GRATICULE_LOG_LEVEL": "DEBUG", "GRATICULE_CREDENTIALS": json.dumps({prefix: ENTRIES[kind]})}
    path = folder / "credentials.toml"
    lines = [f"{key} = {json.dumps(value)}" for key, value in ENTRIES[kind].items()]
    path.write_text("\n".join([f'["{prefix}"]', *lines]))
    path.chmod(0o600)
    return {"GRATICULE_LOG_LEVEL": "DEBUG", "GRATICULE_CREDENTIALS_FILE": str(path)}


def events_of(url: str, job_id: str) -> list[dict[str, Any]]:
    """Follow a job to its end, as any client would."""

    async def collect() -> list[dict[str, Any]]:
        async with session(url) as opened:
            return [event async for event in follow(opened, EVENTS, id=job_id)]

    return asyncio.run(collect())


def is_over(ask: Asker, job_id: str) -> bool:
    return ask(JOB, id=job_id)["job"]["state"] not in {"QUEUED", "RUNNING"}


def watch_until_over(server: ServeCommand, canary: Canary, job_id: str) -> tuple[list[str], set[bytes]]:
    """Look into every process and file while a job runs; gives where the secret was, and who was seen."""
    ask, found, seen = server.ask(), [], set()
    deadline = time.monotonic() + 40
    while not is_over(ask, job_id):
        assert time.monotonic() < deadline
        shown = list(processes(server.pid))
        found += canary.seen_in([*shown, *files(server.data_dir)])
        seen |= {content for name, content in shown if name.endswith("cmdline")}
    return found, seen


def watch_a_clone(server: ServeCommand, canary: Canary, url: str) -> None:
    """Clone while looking on, and follow the job at the same time."""
    job_id = server.ask()(CLONE, url=url)["cloneRepository"]["job"]["id"]
    with ThreadPoolExecutor(1) as other:
        events = other.submit(events_of, server.url, job_id)
        found, seen = watch_until_over(server, canary, job_id)
        assert found == []
        assert any(b"remote-http" in command for command in seen), "git was never seen at work"
        assert events.result()[-1]["job"]["state"] == "SUCCEEDED", events.result()[-1]
        assert not canary.is_in(json.dumps(events.result()).encode())


def ask_servers_that_echo(server: ServeCommand, canary: Canary, forge: GitServer) -> None:
    """Fail in every way in which a server can send back what it was sent."""
    ask, before = server.ask(), len(forge.knobs.authorizations)
    for name, status, location in ECHOES:
        for spelling in (f"acme/{name}", f"acme/{name}.git"):
            forge.answer(spelling, status, location=location, echo=True)
        url = forge.url(f"acme/{name}")
        if name in {"forbidding", "redirecting"}:
            job_id = ask(CLONE, url=url)["cloneRepository"]["job"]["id"]
            answer: object = [events_of(server.url, job_id), ask(JOB, id=job_id)["job"]]
        else:
            answer = ask(REFS, url=url)
        assert '"hint": "' in json.dumps(answer), answer
        assert not canary.is_in(json.dumps(answer).encode()), answer
    assert None not in forge.knobs.authorizations[before:]


def look_at_the_start(server: ServeCommand, canary: Canary) -> None:
    """Look at every process of a server that has done nothing yet: itself and its parsers."""
    shown = list(processes(server.pid))
    assert len(shown) > 4, shown
    assert canary.seen_in(shown) == []
    assert any(b"GRATICULE_LOG_LEVEL=DEBUG" in content for _, content in shown)
    assert not any(b"GRATICULE_CREDENTIALS=" in content for _, content in shown)


@pytest.mark.parametrize(("kind", "source"), [("basic", "file"), ("bearer", "environment")])
def test_a_secret_is_seen_nowhere(kind: str, source: str, forge: GitServer, tmp_path: Path) -> None:
    make_repository(forge.root / "acme/slow.git", FILES)
    make_repository(forge.root / "acme/killed.git", FILES)
    forge.knobs.required_authorization = HEADERS[kind]
    forge.knobs.bytes_per_second = SLOW_BYTES_PER_SECOND
    canary = Canary.of(SECRET, HEADERS[kind])
    environment = configured(kind, source, tmp_path, f"http://127.0.0.1:{forge.port}/acme")
    with ServeCommand(tmp_path / "data", environment=environment) as server:
        look_at_the_start(server, canary)
        watch_a_clone(server, canary, forge.url("acme/slow"))
        ask_servers_that_echo(server, canary, forge)
        assert canary.seen_in([*processes(server.pid), *files(server.data_dir)]) == []
        kill_in_mid_clone(server, forge)
    log = "".join(server.log).encode()
    assert b"attempt ended" in log
    assert not canary.is_in(log)
    assert canary.seen_in(files(tmp_path / "data")) == []


def kill_in_mid_clone(server: ServeCommand, forge: GitServer) -> None:
    """End the server as a power cut would, while git has the secret."""
    forge.knobs.silent_after_bytes = 50_000
    ask = server.ask()
    job_id = ask(CLONE, url=forge.url("acme/killed"))["cloneRepository"]["job"]["id"]
    deadline = time.monotonic() + 20
    while not any(Path(name).name.startswith("tmp_pack") for name, _ in files(server.data_dir / "staging")):
        assert time.monotonic() < deadline
        assert not is_over(ask, job_id)
        time.sleep(0.02)
    children = server.children()
    server.kill()
    assert wait_for_the_end_of(children) == []


def child_with(environment: Mapping[str, str], argument: str) -> subprocess.Popen[bytes]:
    command = ["sh", "-c", "read line", argument]
    return subprocess.Popen(command, env={**os.environ, **environment}, stdin=subprocess.PIPE)


@pytest.mark.parametrize("place", ["environment", "arguments", "file"])
@pytest.mark.parametrize("kind", HEADERS)
def test_the_search_finds_what_was_planted(place: str, kind: str, tmp_path: Path) -> None:
    canary = Canary.of(SECRET, HEADERS[kind])
    for form in map(bytes.decode, canary.forms):
        (tmp_path / "x").write_text(f"_{form}_" if place == "file" else "")
        variables = {"X": f"_{form}_"} if place == "environment" else {}
        with child_with(variables, f"_{form}_" if place == "arguments" else "") as child:
            seen = canary.seen_in([*processes(os.getpid()), *files(tmp_path)])
            child.kill()
        assert len(seen) == 1, seen
