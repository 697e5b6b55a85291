"""What a parser process says of one file: columns, not objects.

A record is made once per (blob, language, engine version), kept in the tag cache and joined with
the records of the other files into a graph. Numbers are int32 matrices in row-major order, so
that the rows of ten thousand files join with one `b"".join`; text is interned per file and the
matrices hold its index. -1 stands for "none" in every column.
"""

from enum import IntEnum
from typing import Final

import msgspec


class DefinitionKind(IntEnum):
    """What a definition is; the numbers are stored, so they never change their meaning."""

    MODULE = 0
    CLASS = 1
    INTERFACE = 2
    STRUCT = 3
    ENUM = 4
    TRAIT = 5
    FUNCTION = 6
    METHOD = 7
    CONSTRUCTOR = 8
    PROPERTY = 9
    FIELD = 10
    CONSTANT = 11
    VARIABLE = 12
    TYPE = 13
    MACRO = 14


class ReferenceKind(IntEnum):
    """How a name is used where it is not defined."""

    CALL = 0
    TYPE = 1
    BASE = 2
    DECORATOR = 3
    ATTRIBUTE = 4
    NAME = 5


DEFINITION_COLUMNS: Final = (
    "name",  # index into strings
    "kind",  # DefinitionKind
    "parent",  # row of the enclosing definition in this file, or -1
    "start_line",  # 1-based, the line of the definition's first token (decorators included)
    "end_line",  # 1-based, inclusive
    "name_line",  # 1-based, the line that holds the name; of a C typedef, where the name comes last, its first line
    "signature",  # index into strings: one line, white space folded, at most 200 characters, no body
)
REFERENCE_COLUMNS: Final = (
    "name",  # index into strings
    "kind",  # ReferenceKind
    "scope",  # row of the innermost enclosing definition in this file, or -1
    "line",  # 1-based, of the first such use in this scope
    "qualifier",  # index into strings: the dotted receiver as written (`self`, `os.path`, `Foo`), or -1;
    # "?" when there is a receiver that is not a plain dotted name
    "count",  # uses with the same name, kind, scope, qualifier and arguments
    "arguments",  # how many a call has, or -1: counted in languages with overloads only
)
IMPORT_COLUMNS: Final = (
    "module",  # index into strings: the module as written, without leading dots; "" for `from . import x`
    "name",  # index into strings: the name taken from it, "*" for all, or -1 for the module itself
    "alias",  # index into strings: the local name it is bound to, or -1 when nothing is bound
    "level",  # leading dots of a relative import (Python), else 0; "./" and "../" stay in `module`
    "line",  # 1-based
    "flags",  # 1: re-exported (`export … from`, `pub use`); 2: no import, but a name that a C header announces;
    # 4: `module` is a namespace or stands in one, not in a path; 8: `module` is the namespace of what follows in
    # the file (PHP's and C#'s `namespace A;`)
)
REEXPORT: Final = 1
DECLARES: Final = 2
OF_NAMESPACE: Final = 4
OPENS: Final = 8
TYPING_COLUMNS: Final = (
    "scope",  # row of the definition that the name belongs to (a function, or the class of a field), or -1 for the file
    "within",  # row of the definition around the code that says it, or -1
    "name",  # index into strings, or -1 for what the function of the scope returns
    "says",  # how it is told: 0 declared, 1 what a call of this gives, 2 the same as this, 3 not at all
    "type",  # index into strings: name of the class, the function or the other value, or -1
    "qualifier",  # index into strings: what stands before that name, or -1
)
BRANCH_COLUMNS: Final = (
    "definition",  # row of the innermost enclosing definition in this file, or -1
    "count",  # branches in it: what cyclomatic complexity is above 1
)


class FileRecord(msgspec.Struct, frozen=True, array_like=True):
    """The tags of one file. Rows are in source order; equal content gives equal bytes."""

    language: str
    lines: int
    strings: tuple[str, ...]
    definitions: bytes
    references: bytes
    imports: bytes
    parse_errors: int = 0
    """Regions that the grammar could not read; the rest of the file is still used."""
    generated: bool = False
    """Whether the file itself says that a program wrote it."""
    branches: bytes = b""
    typings: bytes = b""
    words: str = ""
    """Of comments, literals and the names that are used: distinct, in lower case, in order, with spaces between."""
    word_counts: bytes = b""
    """Of each of them: how often, at most 255."""


class SkipReason(IntEnum):
    """Why a listed file has no tags."""

    NO_LANGUAGE = 0
    TOO_LARGE = 1
    BINARY = 2
    NOT_A_FILE = 3
    MINIFIED = 4
    PATH_TOO_LONG = 5
    DEADLINE = 6
    PARSER_CRASHED = 7
    UNREADABLE = 8


class FileSkipped(msgspec.Struct, frozen=True, array_like=True):
    """A file that was listed and not parsed, and why."""

    reason: SkipReason
    detail: str = ""


class SourceEntry(msgspec.Struct, frozen=True, array_like=True):
    """One file of a commit's tree, before anybody read it.

    `path` is git's, decoded with surrogateescape; `blob` is 40 or 64 hexadecimal digits; `mode`
    is git's (0o100644, 0o120000, …).
    """

    path: str
    blob: str
    size_bytes: int
    mode: int
