"""The floor that a map of this design stands on: processes that parse the same contents, and do nothing else.

The contents are in memory already and go through the pool's own batches; nothing comes back.
"""

import importlib
import resource
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from types import TracebackType
from typing import Final, Self

from tree_sitter import Language, Parser

from services.mapping.grammars import PACKAGES
from services.mapping.pool import BATCH_BYTES

File = tuple[str, bytes]
"""Language and content."""
KIB_PER_MIB: Final = 1024


@cache
def _parser(language: str) -> Parser:
    module, function = PACKAGES[language]
    return Parser(Language(getattr(importlib.import_module(module), function)()))


def _warm() -> None:
    for language in PACKAGES:
        _parser(language).parse(b"")


def _parse(batch: list[File]) -> None:
    for language, content in batch:
        _parser(language).parse(content)


def peak_mebibytes() -> int:
    """Give the most memory that the process which runs this ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // KIB_PER_MIB


class BareParsers:
    """A warm pool of processes with parsers and no queries."""

    def __init__(self, processes: int) -> None:
        self._pool = ProcessPoolExecutor(processes, mp_context=get_context("forkserver"), initializer=_warm)

    def __enter__(self) -> Self:
        list(self._pool.map(_parse, [[], []]))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown()

    def seconds(self, files: Sequence[File]) -> float:
        """Parse all files once."""
        batches = _batches(files)
        started = time.perf_counter()
        list(self._pool.map(_parse, batches))
        return time.perf_counter() - started


def _batches(files: Sequence[File]) -> list[list[File]]:
    batches: list[list[File]] = [[]]
    size = 0
    for file in files:
        batches[-1].append(file)
        size += len(file[1])
        if size >= BATCH_BYTES:
            batches.append([])
            size = 0
    return batches
