"""What projects write down about where their modules lie: `go.mod`.

A manifest is read as a source file is: in a parser process, once for each content, and kept in the
tag cache. What cannot be read says nothing, and imports are then followed by paths alone.
"""

import re
from collections.abc import Callable
from typing import Final

import msgspec

from services.mapping.languages import VENDORED_PATH

MOST_BYTES: Final = 1 << 18
"""A larger file is data under a manifest's name."""
GO_MODULE: Final = re.compile(rb"^\s*module\s+\"?([^\s\"]+)", re.MULTILINE)


class Manifest(msgspec.Struct, frozen=True, array_like=True):
    """What one manifest says; paths are relative to its folder."""

    module: str = ""
    """The path or the name under which its folder is imported."""


def manifest_kind(path: str) -> str | None:
    """Name the kind of a manifest by its path; None for another file, and for one that came with a dependency."""
    name = path.rpartition("/")[2]
    kind = "go.mod" if name == "go.mod" else None
    return None if kind is None or VENDORED_PATH.search(path) else kind


def read_manifest(content: bytes, *, kind: str) -> Manifest:
    """Read one manifest."""
    return READERS[kind](content)


def _go_module(content: bytes) -> Manifest:
    found = GO_MODULE.search(content)
    return Manifest(found[1].decode("utf-8", "replace") if found else "")


READERS: Final[dict[str, Callable[[bytes], Manifest]]] = {"go.mod": _go_module}
