"""What happens inside a parser process: limits first, then everything heavy is loaded once.

This module imports nothing heavy: the limits and the thread settings must stand before numpy or a
grammar is loaded.
"""

import ctypes
import gc
import importlib
import os
import resource
import signal
import socket
import sys
from multiprocessing import forkserver
from typing import Final

import services
from services import landlock
from services.mapping.handover import borrow_from

PR_SET_PDEATHSIG: Final = 1
ORPHANED: Final = 1
"""Parent of a process whose own parent is gone."""
COLLECT_EVERY: Final = 200_000
"""Captures are thousands of objects without cycles: the default threshold would search them again and again."""

NICENESS: Final = 10
"""A map is made in the background; whoever waits for an answer of the server comes first."""
THREADS: Final = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def prepare(memory_bytes: int, counter: socket.socket, confined: bool) -> None:  # noqa: FBT001  pebble gives them in order
    """Bind the process to its parent and its limits, then load what the fork server did not: nothing, as a rule.

    `counter` is where it asks for files in memory: `confined` lets it open no others but Python's and the system's.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is the server's to handle
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() == ORPHANED:
        os._exit(1)
    _let_the_fork_server_end()
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    borrow_from(counter)
    if confined and landlock.abi():
        landlock.restrict(reads=_installed(), writes=(), ports=())
    gc.set_threshold(COLLECT_EVERY, 20, 20)
    load()


def _installed() -> list[str]:
    """Give where Python and what it imports lie: a grammar of a rare language is loaded with its first file."""
    packages = [path for path in sys.path if os.path.basename(path).endswith("-packages")]  # noqa: PTH119  no pathlib yet
    return [sys.prefix, sys.base_prefix, *packages, *services.__path__]


def load() -> None:
    """Load numpy, scipy, what links, and the grammars whose queries compile quickly: some 1 s.

    Left to the first map and the first draft, what links cost each of them 1 s in every process.
    """
    for name in THREADS:
        os.environ[name] = "1"  # a thread pool of 64 cores would not fit into the address space
    importlib.import_module("services.mapping.draft")  # after the limits, as what follows
    from services.mapping.grammars import QUICK  # noqa: PLC0415 - after the limits
    from services.mapping.tags import extract  # noqa: PLC0415 - after the limits

    for language in QUICK:
        extract(b"", language=language)


def _let_the_fork_server_end() -> None:
    """Drop this process's hold on the fork server, which lives as long as anybody has that pipe open.

    A busy child would keep the server, and so itself, alive after the parent was killed. A watching
    thread cannot help: a parse holds the interpreter's lock.
    """
    held = getattr(getattr(forkserver, "_forkserver", None), "_forkserver_alive_fd", None)
    if isinstance(held, int):
        os.close(held)


def is_ready() -> bool:
    """Answer from a process that has been prepared."""
    return True


def parse(batch: list[tuple[str, str, bytes]], seconds: float) -> list[tuple[str, bytes]]:
    """Read a batch: see `services.mapping.tags.parse_batch`. The process dies of SIGPROF after so much processor time.

    No handler could run while a parse holds the interpreter's lock; what nobody handles, the kernel ends. What a
    process loads for its first file of a language is no time of that file.
    """
    from services.mapping.grammars import PACKAGES, grammar_of  # noqa: PLC0415 - the parent never loads a grammar
    from services.mapping.tags import parse_batch  # noqa: PLC0415 - as above

    for language in PACKAGES.keys() & {language for _, language, _ in batch}:
        grammar_of(language)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        return parse_batch(batch)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
