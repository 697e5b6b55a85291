"""Parsers and compiled queries, one each a language and process.

A query takes milliseconds to compile, so a worker compiles each of them once. Captures hold one
node each and say in their names what the node is: pairs of captures would cost a match object for
every use of a name.
"""

import ctypes
import importlib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import Final

from tree_sitter import Language, Node, Parser, Query, QueryCursor

from services.mapping.branches import branch_query

PACKAGES: Final = {
    "python": ("tree_sitter_python", "language"),
    "javascript": ("tree_sitter_javascript", "language"),
    "typescript": ("tree_sitter_typescript", "language_typescript"),
    "tsx": ("tree_sitter_typescript", "language_tsx"),
    "go": ("tree_sitter_go", "language"),
    "rust": ("tree_sitter_rust", "language"),
    "c": ("tree_sitter_c", "language"),
    "cpp": ("tree_sitter_cpp", "language"),
    "java": ("tree_sitter_java", "language"),
    "ruby": ("tree_sitter_ruby", "language"),
    "php": ("tree_sitter_php", "language_php"),
    "csharp": ("tree_sitter_c_sharp", "language"),
    "bash": ("tree_sitter_bash", "language"),
    "kotlin": ("tree_sitter_kotlin", "language"),
    "swift": ("tree_sitter_swift", "language"),
    "scala": ("tree_sitter_scala", "language"),
    "lua": ("tree_sitter_lua", "language"),
    "elixir": ("tree_sitter_elixir", "language"),
    "ocaml": ("tree_sitter_ocaml", "language_ocaml"),
    "ocaml_interface": ("tree_sitter_ocaml", "language_ocaml_interface"),
    "dart": ("tree_sitter_dart", "language"),
    "haskell": ("tree_sitter_haskell", "language"),
    "zig": ("tree_sitter_zig", "language"),
    "julia": ("tree_sitter_julia", "language"),
    "sql": ("tree_sitter_sql", "language"),
    "hcl": ("tree_sitter_hcl", "language"),
    "solidity": ("tree_sitter_solidity", "language"),
    "perl": ("tree_sitter_perl", "language"),
    "markdown": ("tree_sitter_markdown", "language"),
    "css": ("tree_sitter_css", "language"),
    "html": ("tree_sitter_html", "language"),
}
"""Of each language: the module that carries its grammar, and the function that gives it."""

QUICK: Final = frozenset(
    {
        *("python", "javascript", "java", "c", "go", "rust", "bash"),
        *("lua", "solidity", "hcl", "markdown", "css", "html"),
    }
)
"""Languages whose queries compile in 0.13 s at most, 0.4 s all together: every parser process begins with them. Each
of the others takes 0.05 to 1.2 s, once in a process that meets one; all of them together would take 4.6 s a start."""

SOURCES: Final = {
    "javascript": ("javascript", "ecmascript"),
    "typescript": ("typescript", "ecmascript"),
    "tsx": ("typescript", "ecmascript", "jsx"),
    "c": ("c", "globals"),
    "cpp": ("c", "cpp"),
    "ocaml": ("ocaml", "ocaml_unit"),
    "ocaml_interface": ("ocaml",),
}
"""Languages whose query is put together from several files; the others have one of their name."""

READ_BYTES: Final = 1 << 16
CAPSULE: Final = b"tree_sitter.Language"
"""The name that a capsule must have; it is kept by address, so it must live as long as the process."""
MOST_IN_ORDER: Final = 1 << 16
"""Bytes of a file whose captures are asked for one by one, which puts them in order: a third quicker than by matches
for ordinary files, but its time grows with the square of what is open at once. 220 kB of `x = g();` in one function
took 5.6 s and take 0.4; Ruby's 12.4 and 3.1."""
DEEPEST: Final = 1000
"""Levels of a tree in which patterns begin: a query's time grows with the square of the depth. 50,000 nested generics
in 150 kB parse in 0.1 s and were queried for 27 s; now it is 5 ms. Of 2,550 files of three projects the deepest has 692
levels, a header of one endless expression, and the next 207."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """What a language is read with."""

    parser: Parser
    query: Query

    def parse(self, content: bytes) -> Node:
        """Parse and give the root; through a callback, as a grammar may not read past the end of a buffer then."""
        return self.parser.parse(lambda offset, _point: content[offset : offset + READ_BYTES]).root_node

    def captures(self, root: Node) -> dict[str, list[Node]]:
        """Give the captured nodes by the name of their capture, in no order."""
        cursor = QueryCursor(self.query)
        cursor.set_max_start_depth(DEEPEST)
        if root.end_byte <= MOST_IN_ORDER:
            return cursor.captures(root)
        found: defaultdict[str, list[Node]] = defaultdict(list)
        for _, captured in cursor.matches(root):
            for name, nodes in captured.items():
                found[name] += nodes
        return dict(found)


def query_source(language: str) -> str:
    """Read the query of a language."""
    folder = files("services.mapping") / "queries"
    parts = [(folder / f"{name}.scm").read_text("utf-8") for name in SOURCES.get(language, (language,))]
    return "\n".join([*parts, branch_query(language)])


def grammar_version(language: str) -> str:
    """Give the version of the package that carries a language's grammar."""
    return version(PACKAGES[language][0])


@cache
def grammar_of(language: str) -> Grammar:
    """Load a language once a process; `KeyError` for one that is not in `PACKAGES`."""
    module, function = PACKAGES[language]
    loaded = Language(_capsule(getattr(importlib.import_module(module), function)()))
    return Grammar(Parser(loaded), Query(loaded, query_source(language)))


def _capsule(pointer: object) -> object:
    """Give the pointer to a grammar as `Language` wants it: older packages hand over a plain number."""
    if not isinstance(pointer, int):
        return pointer
    new = ctypes.pythonapi.PyCapsule_New
    new.restype, new.argtypes = ctypes.py_object, (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
    capsule: object = new(pointer, CAPSULE, None)
    return capsule
