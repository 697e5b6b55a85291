"""A server under attack: everything is asked for at once, and what became of each is looked at from outside.

Beside the data folder lies what nobody may touch: a home with git's configuration and credentials, and a repository.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from tests.support.asker import Asker
from tests.support.canary import files
from tests.support.gitrepo import make_repository
from tests.support.residue import processes_of
from tests.support.serve_command import ServeCommand
from tests.support.tripwire import Tripwire, tripwire
from tests.support.watching import Watch

SECRET: Final = b"canary-5f1c9e"
"""What is in every file that nobody may read."""
WAIT_SECONDS: Final = 120.0
"""Far more than it takes: the machine may have other work."""
POLL_SECONDS: Final = 0.2
AT_A_TIME: Final = 20
CLONE: Final = """mutation ($url: String!, $ref: String) { cloneRepository(input: {url: $url, ref: $ref}) {
  repository { id } job { id } errors { ... on Error { code message hint } } } }"""
JOB: Final = """query ($id: ID!) { job(id: $id) {
  state error { code message hint retryable } attempts { number error { code message } lastLines } } }"""
OPEN: Final = {
    "GRATICULE_ALLOW_PROTOCOLS": "https,http,git",
    "GRATICULE_JOB_TRIES": "1",
    "GRATICULE_CONCURRENT_JOBS": "24",
    "GRATICULE_CONCURRENT_JOBS_PER_HOST": "500",
    "GRATICULE_LOG_LEVEL": "WARNING",
    "GRATICULE_PARSER_PROCESSES": "2",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for."""

    url: str
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How what was asked for has ended."""

    repository: str | None
    code: str | None
    told: str
    """Whatever the answers say: messages, hints and the last lines of each attempt."""
    retryable: bool = False
    """Whether the server would try again by itself, had it more than one try."""


class Siege:
    """One server, the folder beside it and who watches both."""

    def __init__(self, folder: Path, server: ServeCommand, watch: Watch, wire: Tripwire) -> None:
        self.folder = folder
        self.server = server
        self.watch = watch
        self.wire = wire

    @property
    def outside(self) -> Path:
        """Give what nobody may touch."""
        return self.folder / "outside"

    def attack(self, wanted: Mapping[str, Wanted]) -> dict[str, Outcome]:
        """Ask for a clone of each, all at once, and give how each of them ended, by its name."""
        ask = self.server.ask()
        asked = {name: ask(CLONE, url=one.url, ref=one.ref)["cloneRepository"] for name, one in wanted.items()}
        found = {name: _refused(payload) for name, payload in asked.items() if payload["job"] is None}
        waiting = {name: payload for name, payload in asked.items() if payload["job"] is not None}
        deadline = time.monotonic() + WAIT_SECONDS
        while waiting and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
            for name in _ended(ask, {name: payload["job"]["id"] for name, payload in waiting.items()}):
                found[name] = _outcome(ask, waiting.pop(name))
        for name, payload in waiting.items():
            found[name] = replace(_outcome(ask, payload), code="it did not end")
        return found

    def residue(self) -> list[str]:
        """Give what should not be: files in the making, processes, and what was touched or read outside."""
        clones = self.folder / "data" / "clones"
        left = [str(path) for part in ("staging", "trash") for path in (clones / part).glob("*")]
        left += [name for name, content in files(self.folder / "data") if SECRET in content]
        return [*left, *processes_of(self.folder / "data"), *self.wire.tripped()]


@contextmanager
def besieged(folder: Path, limits: Mapping[str, str]) -> Iterator[Siege]:
    """Start a server under these limits, and watch it."""
    outside = make_outside(folder / "outside")
    environment = {**OPEN, **limits, "HOME": str(outside), "XDG_CONFIG_HOME": str(outside / ".config")}
    with ServeCommand(folder / "data", environment=environment) as server:
        watch = Watch(server)
        with tripwire(*_folders(outside)) as wire, watch.running():
            yield Siege(folder, server, watch, wire)


def make_outside(outside: Path) -> Path:
    """Make what nobody may touch."""
    for name in (".gitconfig", ".netrc", ".git-credentials", ".ssh/id_ed25519", ".config/git/config", "notes.txt"):
        path = outside / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"# " + SECRET + b"\n")
    make_repository(outside / "repository.git", {"secret.txt": SECRET})
    return outside


def _folders(outside: Path) -> list[Path]:
    return [outside, *(path for path in outside.rglob("*") if path.is_dir())]


def _refused(payload: Mapping[str, Any]) -> Outcome:
    return Outcome(None, payload["errors"][0]["code"], str(payload["errors"]))


def _ended(ask: Asker, jobs: Mapping[str, str]) -> list[str]:
    """Give the names of the jobs that have ended, asked for some at a time."""
    names, found = list(jobs), []
    for at in range(0, len(names), AT_A_TIME):
        some = names[at : at + AT_A_TIME]
        fields = "".join(f'j{number}: job(id: "{jobs[name]}") {{ state }} ' for number, name in enumerate(some))
        states = ask(f"{{ {fields} }}")
        found += [
            name for number, name in enumerate(some) if states[f"j{number}"]["state"] not in {"QUEUED", "RUNNING"}
        ]
    return found


def _outcome(ask: Asker, payload: Mapping[str, Any]) -> Outcome:
    job = ask(JOB, id=payload["job"]["id"])["job"]
    error = job["error"] or {"code": None, "retryable": False}
    return Outcome(payload["repository"]["id"], error["code"], " ".join(_texts(job)), error["retryable"])


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
