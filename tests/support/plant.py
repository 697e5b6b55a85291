"""Several servers on one database and one bus, each in a folder and on a port of its own, to be hurt one at a time."""

import json
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import psutil

from tests.support.asker import Asker
from tests.support.ports import kept_port, number_of
from tests.support.serve_command import ServeCommand

WAIT_SECONDS = 20


class PlantNode:
    """One server, over all the processes that were it; it comes back on the port and the folder that it had."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.deaths = 0
        self._environment = environment
        self._keeper = kept_port()
        self._logs: list[list[str]] = []
        self._process: ServeCommand | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{number_of(self._keeper)}"

    @property
    def process(self) -> ServeCommand:
        assert self._process is not None
        return self._process

    def ask(self) -> Asker:
        """Give a client of it."""
        return self.process.ask()

    def start(self, launcher: Sequence[str] = ()) -> None:
        """Begin to start it; `answering` waits for it."""
        self._process = ServeCommand(
            self.folder, port=number_of(self._keeper), environment=self._environment, launcher=launcher
        )
        self._logs.append(self._process.log)

    def answering(self) -> Self:
        """Wait until it answers."""
        self.process.wait_until_it_answers()
        return self

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.deaths += 1

    def stop(self) -> int:
        """End it as an operator would, and give its exit code."""
        return self.process.stop()

    def freeze(self) -> None:
        """Stop it, and every process of its, where they are."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        for pid in (self.process.pid, *(child.pid for child in self.process.children())):
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def said(self, event: str) -> Iterator[dict[str, Any]]:
        """Give each line of the logs of all its lives that tells of this event; one cut off by a kill tells nothing."""
        for line in (line for log in self._logs for line in log if line.startswith("{")):
            with suppress(ValueError):
                entry: dict[str, Any] = json.loads(line)
                if entry["event"] == event:
                    yield entry

    def close(self) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError, psutil.NoSuchProcess):
                self.thaw()
            self.stop()
        self._keeper.close()


class Plant:
    """The nodes, and what they share."""

    def __init__(self, folder: Path, environment: Mapping[str, str], *, nodes: int) -> None:
        self.folder = folder
        self.nodes = [PlantNode(folder / f"node{number}", environment) for number in range(nodes)]

    def said(self, event: str) -> list[dict[str, Any]]:
        """Give what all nodes logged of an event."""
        return [entry for node in self.nodes for entry in node.said(event)]

    def restart(self) -> None:
        """End every node well and start it anew: what a start puts in order is in order."""
        for node in self.nodes:
            node.stop()
        for node in self.nodes:
            node.start()
        for node in self.nodes:
            node.answering()


@contextmanager
def plant(folder: Path, environment: Mapping[str, str], *, nodes: int) -> Iterator[Plant]:
    """Start the nodes, all at once, and end them with the block."""
    made = Plant(folder, environment, nodes=nodes)
    with ExitStack() as stack:
        for node in made.nodes:
            stack.callback(node.close)
            node.start()
        for node in made.nodes:
            node.answering()
        yield made
