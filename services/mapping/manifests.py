"""What projects write down about their files: `go.mod`, `package.json`, `tsconfig.json`, `.gitattributes`.

A manifest is read as a source file is: in a parser process, once for each content, and kept in the
tag cache. What cannot be read says nothing, and imports are then followed by paths alone.
"""

import re
from collections.abc import Callable
from typing import Any, Final

import msgspec

from services.mapping.languages import VENDORED_PATH

MOST_BYTES: Final = 1 << 18
"""A larger file is data under a manifest's name."""
NAMED: Final = ("go.mod", "package.json", ".gitattributes")
PROJECTS: Final = ("tsconfig.json", "jsconfig.json")
"""Names under which every tool looks for a project."""
PROJECT: Final = re.compile(r"(?:tsconfig|jsconfig)[\w.-]*\.json")
GO_MODULE: Final = re.compile(rb"^[ \t]*+module[ \t]++\"?([^\s\"]++)", re.MULTILINE)
COMMENTS: Final = re.compile(
    rb'("[^"\\]*+(?:\\.[^"\\]*+)*(?:"|\\?\Z))|//[^\n]*+|/\*[^*]*+(?:\*(?!/)[^*]*+)*(?:\*/|\Z)',
    re.DOTALL,
)
LAST_COMMAS: Final = re.compile(rb'("[^"\\]*+(?:\\.[^"\\]*+)*(?:"|\\?\Z))|,(?=\s*+[}\]])', re.DOTALL)
"""Nothing is tried twice, and what is never closed reaches to the end: 250 kB took at most 80 ms.

Only single characters are taken for good (`*+`): Python before 3.11.5 loses its way in groups that are (gh-106052).
"""
MOST_ALIASES: Final = 1000
ATTRIBUTED: Final = re.compile(rb"^[ \t]*([^#\s]\S{0,199})[ \t]+([^\n]*\blinguist-[^\n]{0,400})", re.MULTILINE)
MOST_ATTRIBUTED: Final = 200
MOST_TARGETS: Final = 32
LONGEST_TEXT: Final = 1024
"""A path or a name of more characters leads nowhere, and is repeated for each import that asks."""


class Manifest(msgspec.Struct, frozen=True, array_like=True):
    """What one manifest says; paths are relative to its folder."""

    module: str = ""
    """The path or the name under which its folder is imported."""
    entries: tuple[str, ...] = ()
    """The files that a package gives under its bare name."""
    base: str | None = None
    """The folder in which all modules of a project lie."""
    aliases: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Patterns of modules, with one `*` at most, and where each may lie, below `base`."""
    attributes: tuple[tuple[str, str], ...] = ()
    """Patterns of files, and the attributes that the project gives them, in its order."""


class _Package(msgspec.Struct):
    name: str = ""
    source: Any = None
    types: Any = None
    module: Any = None
    main: Any = None


class _Options(msgspec.Struct, rename="camel"):
    base_url: str | None = None
    paths: dict[str, list[str]] = {}


class _Project(msgspec.Struct, rename="camel"):
    compiler_options: _Options = msgspec.field(default_factory=_Options)


def manifest_kind(path: str) -> str | None:
    """Name the kind of a manifest by its path; None for another file, and for one that came with a dependency."""
    name = path.rpartition("/")[2]
    kind = "tsconfig" if PROJECT.fullmatch(name) else name if name in NAMED else None
    return None if kind is None or VENDORED_PATH.search(path) else kind


def read_manifest(content: bytes, *, kind: str) -> Manifest:
    """Read one manifest; one that is broken says nothing."""
    try:
        return READERS[kind](content)
    except (msgspec.MsgspecError, RecursionError):
        return Manifest()


def _go_module(content: bytes) -> Manifest:
    found = GO_MODULE.search(content)
    return Manifest(_short(found[1].decode("utf-8", "replace")) if found else "")


def _package(content: bytes) -> Manifest:
    package = msgspec.json.decode(content, type=_Package)
    entries = (package.source, package.types, package.module, package.main)
    return Manifest(_short(package.name), tuple(_short(one) for one in entries if isinstance(one, str)))


def _project(content: bytes) -> Manifest:
    """Read JSON with comments and commas at the ends, which is what these files are written in."""
    plain = LAST_COMMAS.sub(rb"\1", COMMENTS.sub(rb"\1", content))
    options = msgspec.json.decode(plain, type=_Project).compiler_options
    aliases = sorted(
        (pattern, tuple(map(_short, targets[:MOST_TARGETS])))
        for pattern, targets in options.paths.items()
        if len(pattern) <= LONGEST_TEXT
    )
    base = None if options.base_url is None else _short(options.base_url)
    return Manifest(base=base, aliases=tuple(aliases[:MOST_ALIASES]))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else ""


def _attributes(content: bytes) -> Manifest:
    rules = [
        (match[1].decode("utf-8", "replace"), match[2].decode("utf-8", "replace"))
        for match in ATTRIBUTED.finditer(content)
    ]
    return Manifest(attributes=tuple(rules[:MOST_ATTRIBUTED]))


READERS: Final[dict[str, Callable[[bytes], Manifest]]] = {
    "go.mod": _go_module,
    "package.json": _package,
    "tsconfig": _project,
    ".gitattributes": _attributes,
}
