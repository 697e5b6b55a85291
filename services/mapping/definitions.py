"""The definitions of one file: in source order, each with its parent, and the scopes that uses stand in."""

from bisect import bisect_right
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final, NamedTuple

from tree_sitter import Node

from services.mapping.naming import (
    CALLABLES,
    CONTAINERS,
    IDENTIFIERS,
    KINDS,
    PHRASED,
    SCOPES,
    SCRIPTS,
    VALUES,
    Name,
    kind_of,
    name_at,
    name_of,
    variables_of,
)
from services.mapping.records import DEFINITION_COLUMNS
from services.mapping.records import DefinitionKind as Kind
from services.mapping.signatures import head_of, line_of, words_before
from services.mapping.strings import Strings

NOWHERE: Final = -1
END_LINE: Final = DEFINITION_COLUMNS.index("end_line")
LOCALS: Final = frozenset({"variable", "constant", "declared", "field"})
"""Captures that are local variables when they stand in a function."""
Span = tuple[int, int]
SPAN: Final[Callable[[Node], Span]] = attrgetter("byte_range")
MOVED: Final = {"promoted": True, "friend": False}
"""Captures that belong to the nearest class, or to what is nearest and no class, wherever they are written."""
UNNESTED: Final = frozenset({("c", "macro"), ("cpp", "macro"), ("perl", "module")})
"""Definitions that belong to nothing, wherever they are written."""
OTHERWISE: Final = 100
CAPTURED: Final = {
    f"definition.{short}": (short, int(kind) + OTHERWISE * short.startswith("otherwise_"))
    for short, kind in KINDS.items()
} | {"impl": ("impl", int(Kind.MODULE))}
"""Of each capture that is a definition: its short name, and its kind before the surroundings have their say.

Of two captures of one node the lower number wins, so `otherwise_…` is what a node is if nothing else says more.
"""
NAMED_LAST: Final = "type_definition"
"""C's `typedef struct {…} name;`: a reader is led to where it begins, not to its last line."""
GO_METHOD: Final = "func ("
"""Then comes the name that the method gives its own object: `func (s *Server) …`."""
FIRST_VIRTUAL: Final = -2
"""Rows from here downwards stand for a class by its name: an `impl` block, or the `C::` of `C::m`."""


class Scope(NamedTuple):
    """A range of bytes whose uses and definitions belong to a row."""

    start: int
    end: int
    row: int
    kind: Kind
    name: str


@dataclass(slots=True)
class Definitions:
    """What `collect` found; `ends` are the ends of the names, so that no name is taken for a use of itself.

    `receivers` are the names that Go's methods give the object they are called on.
    """

    columns: list[int] = field(default_factory=list)
    scopes: list[Scope] = field(default_factory=list)
    ends: set[int] = field(default_factory=set)
    top_level: set[str] = field(default_factory=set)
    receivers: set[bytes] = field(default_factory=set)


class Collector:
    """Walks the captured definitions of one file once, outermost first.

    `required` are the places of variables that only hold an imported module: an import, no definition.
    """

    def __init__(
        self,
        content: bytes,
        line_starts: Sequence[int],
        strings: Strings,
        language: str,
        required: Container[tuple[int, int]],
    ) -> None:
        self.content = content
        self.line_starts = line_starts
        self.strings = strings
        self.language = language
        self.found = Definitions()
        self.rows = 0
        self.types: dict[str, int] = {}
        self.virtual: list[str] = []
        self.decorated: dict[int, int] = {}
        self.required = required
        self.names: dict[Span, Span] = {}
        self.bodies: list[int] = []
        self.tails: dict[int, int] = {}
        self.clauses: dict[tuple[int, str], int] = {}

    def collect(self, captures: Mapping[str, list[Node]]) -> Definitions:
        """Turn captures into rows of `DEFINITION_COLUMNS`."""
        for node in captures.get("decorated", ()):
            inner = node.child_by_field_name("definition")
            if inner is not None:
                self.decorated[inner.start_byte] = node.start_byte
        self.bodies = sorted(node.start_byte for node in captures.get("body", ()))
        for node in captures.get("tail", ()):
            before = node.prev_named_sibling
            if before is not None:
                self.tails[before.end_byte] = node.end_byte
        self._reach_onwards(captures.get("onwards", ()))
        stack: list[Scope] = []
        ordered = self._ordered(captures)
        if "name" in captures:
            self.names = _names_of([SPAN(row[-1]) for row in ordered], sorted(map(SPAN, captures["name"])))
        for start, negative_end, _, capture, _, node in ordered:
            while stack and stack[-1].end <= start:
                stack.pop()
            if stack and capture in LOCALS and stack[-1].kind in CALLABLES:
                continue
            scope = self._impl(node) if capture == "impl" else self._define(node, capture, stack)
            if scope is not None and scope.end == -negative_end:
                stack.append(scope)
                self.found.scopes.append(scope)
        self._settle_virtual()
        return self.found

    def _reach_onwards(self, nodes: Sequence[Node]) -> None:
        """Let a statement that encloses what follows, as Perl's `package X;`, reach to the next one."""
        spans = sorted(span for span in map(SPAN, nodes) if not self.content.startswith(b"}", span[1] - 1))
        ends = [*(start for start, _ in spans[1:]), len(self.content)]
        self.tails |= {end: following for (_, end), following in zip(spans, ends, strict=False)}
        self.bodies = sorted([*self.bodies, *(end for _, end in spans)])

    def _ordered(self, captures: Mapping[str, list[Node]]) -> list[tuple[int, int, int, str, int, Node]]:
        """Sort by place; of two captures of one node the lower kind comes first and wins."""
        rows: list[tuple[int, int, int, str, int, Node]] = []
        found = [(*CAPTURED[capture], nodes) for capture, nodes in captures.items() if capture in CAPTURED]
        declarations = captures.get("variables", ())
        variables = [node for declaration in declarations for node in variables_of(declaration, self.content)]
        for short, kind, nodes in (*found, ("declared", int(Kind.VARIABLE), variables)):
            rows += [
                (start, -self.tails.get(end, end), kind, short, count, node)
                for count, (node, (start, end)) in enumerate(zip(nodes, map(SPAN, nodes), strict=True), len(rows))
                if (start, end) not in self.required
            ]
        rows.sort()
        return [row for at, row in enumerate(rows) if not at or rows[at - 1][:2] != row[:2]]

    def _impl(self, node: Node) -> Scope | None:
        """Open the block of a Rust `impl`: what stands in it belongs to the type it names."""
        named = self._captured_name(node)
        if named is not None:
            return Scope(node.start_byte, node.end_byte, self._virtual_row(named.text), Kind.STRUCT, named.text)
        inner = node.child_by_field_name("type")
        for _ in range(4):
            if inner is None or inner.type == "type_identifier":
                break
            inner = inner.child_by_field_name("type") or inner.child_by_field_name("name")
        inner = inner or node.child_by_field_name("type")
        if inner is None:
            return None
        name = self.content[inner.start_byte : min(inner.end_byte, inner.start_byte + 256)].decode("utf-8", "replace")
        return Scope(node.start_byte, node.end_byte, self._virtual_row(name), Kind.STRUCT, name)

    def _virtual_row(self, name: str) -> int:
        self.virtual.append(name)
        return FIRST_VIRTUAL - len(self.virtual) + 1

    def _define(self, node: Node, capture: str, stack: list[Scope]) -> Scope | None:
        outer = stack[-1] if stack else None
        name = self._captured_name(node) or name_of(node, self.content, capture)
        if name is None or (capture == "prototype" and (outer is None or outer.kind not in CONTAINERS)):
            return None
        if capture == "assigned" and stack and name.owner and not name.owner[:1].isupper():
            return None  # a function's `socket.send = …` is its own business
        if capture in MOVED:
            outer = next((scope for scope in reversed(stack) if (scope.kind in CONTAINERS) is MOVED[capture]), None)
        elif (self.language, capture) in UNNESTED:
            outer = None
        start = node.start_byte
        kind = kind_of(
            KINDS[capture],
            name,
            head=self._head(start),
            inside=outer.kind if outer else None,
            language=self.language,
            owner=outer.name if outer else None,
        )
        if kind in VALUES and outer is not None and outer.kind in CALLABLES:
            return None
        if outer is not None and kind in CONTAINERS and outer.kind in CONTAINERS and outer.name == name.text:
            self.found.ends.add(name.end)
            return None  # C's `typedef struct job {…} job`
        end = self.tails.get(node.end_byte, node.end_byte)
        row = self._row(node, name, kind, self._parent(name, outer), end, merged=capture == "clause")
        return Scope(start, end, row, kind, name.text) if kind in SCOPES else None

    def _row(self, node: Node, name: Name, kind: Kind, parent: int, end: int, *, merged: bool) -> int:
        """Write a definition down, or let the one it goes on with end later: Haskell's signature and equations."""
        if not merged:
            self._append(node, name, kind, parent, end)
            return self.rows - 1
        row = self.clauses.setdefault((parent, name.text), self.rows)
        if row == self.rows:
            self._append(node, name, kind, parent, end)
        else:
            self.found.columns[row * len(DEFINITION_COLUMNS) + END_LINE] = bisect_right(self.line_starts, end - 1)
            self.found.ends.add(name.end)
        return row

    def _captured_name(self, node: Node) -> Name | None:
        """Give the name that the query found for a definition."""
        found = self.names.get((node.start_byte, node.end_byte))
        return None if found is None else name_at(*found, self.content, self.language)

    def _body(self, start: int, end: int) -> int | None:
        """Give where the first body begins that the query found in a definition."""
        at = bisect_right(self.bodies, start)
        return self.bodies[at] if at < len(self.bodies) and self.bodies[at] < end else None

    def _head(self, start: int) -> bytes:
        """Give the text that decides on a kind: decorators, or the words before a name."""
        first = self.decorated.get(start)
        if first is not None:
            return self.content[first : min(start, first + 512)]
        if self.language in SCRIPTS:
            return words_before(self.content, start) + self.content[start : start + 64]
        return b""

    def _parent(self, name: Name, outer: Scope | None) -> int:
        if name.owner and (outer is None or outer.kind not in CONTAINERS):
            return self._virtual_row(name.owner)
        return NOWHERE if outer is None else outer.row

    def _append(self, node: Node, name: Name, kind: Kind, parent: int, end: int) -> None:
        start = node.start_byte
        if kind in VALUES or node.type in IDENTIFIERS:
            signature = line_of(start, end, self.content, self.language)
        else:
            body = self._body(start, end) if self.bodies else None
            signature = head_of(node, start, end, self.content, self.language, body=body)
        if name.text not in signature and self.language not in PHRASED:
            signature = f"{signature} {name.text}".strip()
        first = self.decorated.get(start, start)
        number = self.strings.number
        lines = self.line_starts
        start_line = bisect_right(lines, first)
        row = (number(name.text), kind, parent, start_line)
        last = max(start, end - 1 if self.content[end - 1 : end] != b"\n" else end - 2)
        named_at = start if node.type == NAMED_LAST else name.start
        self.found.columns.extend(
            (*row, bisect_right(lines, last), bisect_right(lines, named_at), number(signature or name.text))
        )
        self.found.ends.add(name.end)
        if parent == NOWHERE:
            self.found.top_level.add(name.text)
        if kind is Kind.METHOD and signature.startswith(GO_METHOD):
            self.found.receivers.add(signature[len(GO_METHOD) :].partition(" ")[0].encode())
        if kind in CONTAINERS:
            self.types.setdefault(name.text, self.rows)
        self.rows += 1

    def _settle_virtual(self) -> None:
        """Replace rows that stand for a type by its name with the type's row, if this file defines it."""
        if not self.virtual:
            return
        settled = [self.types.get(name, NOWHERE) for name in self.virtual]
        columns = self.found.columns
        for at in range(2, len(columns), 7):
            if columns[at] <= FIRST_VIRTUAL:
                columns[at] = settled[FIRST_VIRTUAL - columns[at]]
        self.found.scopes = [
            scope._replace(row=settled[FIRST_VIRTUAL - scope.row]) if scope.row <= FIRST_VIRTUAL else scope
            for scope in self.found.scopes
        ]


def _names_of(definitions: Sequence[Span], names: Sequence[Span]) -> dict[Span, Span]:
    """Give each name to the innermost definition around it, the first name to each; both are sorted by start."""
    found: dict[Span, Span] = {}
    stack: list[Span] = []
    following = 0
    for name in names:
        while following < len(definitions) and definitions[following][0] <= name[0]:
            stack.append(definitions[following])
            following += 1
        while stack and stack[-1][1] < name[1]:
            stack.pop()
        if stack:
            found.setdefault(stack[-1], name)
    return found


def around(starts: Iterable[int], scopes: Sequence[Scope]) -> Iterator[list[Scope]]:
    """Give for each of ascending places the scopes around it, the innermost last: one list, which goes on changing."""
    stack: list[Scope] = []
    following = 0
    for start in starts:
        while following < len(scopes) and scopes[following].start <= start:
            stack.append(scopes[following])
            following += 1
        while stack and stack[-1].end <= start:
            stack.pop()
        yield stack
