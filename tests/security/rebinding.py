"""A name server that changes its answer between two look-ups, and whom it makes us connect to.

`python -m tests.security.rebinding --tries 1000` runs in a private network where every look-up goes
to that server: the first answer for each host is 127.0.0.1, which is allowed, each other one
127.0.0.2, which is not. It lists refs, clones and follows redirects in turn, and prints how often the
name server was asked and how often each address was contacted. `--without-pin` lets git look the
name up for itself, which shows that the second address would be contacted.
"""

import argparse
import asyncio
import json
import logging
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dnslib import QTYPE, RR, A, DNSRecord  # type: ignore[import-untyped]
from dnslib.server import BaseResolver, DNSHandler, DNSServer  # type: ignore[import-untyped]

from services.acquire import git
from services.acquire.addresses import pin
from services.acquire.clones import Clones
from services.acquire.environment import GitEnvironment
from services.acquire.git import GitLimits
from services.acquire.remotes import Remote, RemotePolicy
from services.errors import GraticuleError
from services.settings import Settings
from tests.support.gitserver import GitServer, make_repository

ALLOWED, FORBIDDEN = "127.0.0.1", "127.0.0.2"
DOMAIN = "rebinding.test"
AT_A_TIME = 4
INSIDE = "--inside"
CANNOT = 3
"""Exit code of a machine without private networks."""


class ChangingAnswers(BaseResolver):  # type: ignore[misc]
    """Answers each host's first look-up with one address, and all others with another."""

    def __init__(self) -> None:
        self.look_ups: Counter[str] = Counter()
        self._lock = threading.Lock()

    def resolve(self, request: DNSRecord, handler: DNSHandler) -> DNSRecord:
        del handler
        reply = request.reply()
        name = str(request.q.qname).rstrip(".").lower()
        if request.q.qtype == QTYPE.A and name.endswith(DOMAIN):
            with self._lock:
                self.look_ups[name] += 1
                address = ALLOWED if self.look_ups[name] == 1 else FORBIDDEN
            reply.add_answer(RR(request.q.qname, QTYPE.A, rdata=A(address), ttl=0))
        return reply


class Listener:
    """Counts who connects to the address that nobody may connect to."""

    def __init__(self, port: int) -> None:
        self.contacts = 0
        self._socket = socket.create_server((FORBIDDEN, port), backlog=128)
        self._thread = threading.Thread(target=self._count, daemon=True)
        self._thread.start()

    def _count(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.contacts += 1
            connection.close()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


@contextmanager
def name_server() -> Iterator[ChangingAnswers]:
    answers = ChangingAnswers()
    servers = [DNSServer(answers, address=ALLOWED, port=53, tcp=tcp, logger=_Silent()) for tcp in (False, True)]
    for server in servers:
        server.start_thread()
    try:
        yield answers
    finally:
        for server in servers:
            server.stop()
            server.server.server_close()


class _Silent:
    """dnslib prints each look-up unless it is given somebody else to tell."""

    def __getattr__(self, name: str) -> object:
        return lambda *_: None


class Attempts:
    """What is done to each host: by the real clones, or by a git without the pin."""

    def __init__(self, folder: Path, port: int, *, pinned: bool) -> None:
        self.outcomes: Counter[str] = Counter()
        settings = Settings(
            allow_protocols="http", allow_networks=f"{ALLOWED}/32", allow_ports=str(port), allow_hosts=f"*.{DOMAIN}"
        )
        self._policy = RemotePolicy.from_settings(settings)
        self._clones = Clones(folder, policy=self._policy, limits=GitLimits(wall_seconds=60))
        self._port = port
        self._pinned = pinned
        self._slots = asyncio.Semaphore(AT_A_TIME)

    async def make(self, number: int) -> None:
        kind = ("list", "clone", "redirect")[number % 3] if self._pinned else "unpinned list"
        path = "moved/name.git" if kind == "redirect" else "owner/name.git"
        remote = Remote.parse(f"http://n{number}.{DOMAIN}:{self._port}/{path}", policy=self._policy)
        async with self._slots:
            try:
                await self._do(kind, remote, number)
            except GraticuleError as error:
                self.outcomes[f"{kind}: {error.code}"] += 1
            else:
                self.outcomes[f"{kind}: done"] += 1

    async def _do(self, kind: str, remote: Remote, number: int) -> None:
        if not self._pinned:
            found = await pin(remote, policy=self._policy)
            await git.run(
                ["ls-remote", found.url], environment=GitEnvironment("http", port=self._port), limits=GitLimits()
            )
        elif kind == "list":
            await self._clones.remote_refs(remote)
        else:
            await self._clones.acquire(remote, ref=None, key=f"n{number}", report=lambda _: None)


async def run(tries: int, *, pinned: bool) -> dict[str, object]:
    with (
        tempfile.TemporaryDirectory() as made,
        name_server() as answers,
        GitServer.start(Path(made) / "forge") as forge,
    ):
        make_repository(forge.root / "owner/name.git", {"a": "1"})
        for spelling in ("moved/name", "moved/name.git"):
            forge.answer(spelling, 302, location="/owner/name.git/info/refs?service=git-upload-pack")
        forbidden = Listener(forge.port)
        attempts = Attempts(Path(made) / "data", forge.port, pinned=pinned)
        await asyncio.gather(*map(attempts.make, range(tries)))
        forbidden.close()
        return {
            "tries": tries,
            "outcomes": dict(sorted(attempts.outcomes.items())),
            "look-ups": answers.look_ups.total(),
            "look-ups that were answered with the second address": answers.look_ups.total() - len(answers.look_ups),
            "contacts of the first address": len(forge.knobs.requests),
            "contacts of the second address": forbidden.contacts,
        }


def enter(arguments: list[str]) -> int:
    """Run this program again in a network and a mount namespace of its own; gives its exit code."""
    kinds = ["--net", "--mount"] if os.geteuid() == 0 else ["--user", "--map-root-user", "--net", "--mount"]
    command = ["unshare", *kinds, sys.executable, "-m", "tests.security.rebinding", INSIDE, *arguments]
    try:
        return subprocess.run(command, check=False).returncode
    except FileNotFoundError:
        return _cannot("the program unshare (util-linux)")


def prepare() -> None:
    """Bring the loopback up, and send every look-up of this namespace to it."""
    with tempfile.TemporaryDirectory() as made:
        resolver, switch = Path(made) / "resolv.conf", Path(made) / "nsswitch.conf"
        resolver.write_text(f"nameserver {ALLOWED}\n")
        switch.write_text("hosts: files dns\n")
        for command in (
            ["mount", "--make-rprivate", "/"],
            ["mount", "--bind", str(resolver), "/etc/resolv.conf"],
            ["mount", "--bind", str(switch), "/etc/nsswitch.conf"],
            ["ip", "link", "set", "lo", "up"],
        ):
            subprocess.run(command, check=True, capture_output=True, text=True)


def _cannot(missing: str) -> int:
    sys.stderr.write(f"rebinding: this machine lacks {missing}\n")
    return CANNOT


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Does a changing name server make us connect where we must not?")
    parser.add_argument("--tries", type=int, default=1000)
    parser.add_argument("--without-pin", action="store_true")
    parser.add_argument(INSIDE, action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if not options.inside:
        return enter(arguments)
    try:
        prepare()
    except FileNotFoundError as error:
        return _cannot(f"the program {error.filename}")
    except subprocess.CalledProcessError as error:
        return _cannot(f"the right to {' '.join(error.cmd)}: {error.stderr.strip()}")
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    told = asyncio.run(run(options.tries, pinned=not options.without_pin))
    sys.stdout.write(json.dumps(told, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
