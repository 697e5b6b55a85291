"""What one file says of the values that its names hold: `x: Foo`, `x = Foo()`, `self.x = make()`, `-> Foo`.

A receiver's class is known through these alone, so they are written down for parameters and local
variables that something is called on, for fields, and for what functions return. A local variable of which
nothing is said is written down too: it hides what else has its name.
"""

import re
from array import array
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from operator import itemgetter
from typing import Final, NamedTuple

from tree_sitter import Node

from services.mapping.definitions import SPAN, Scope, Span, around
from services.mapping.naming import CALLABLES, CONTAINERS
from services.mapping.records import DefinitionKind as Kind
from services.mapping.strings import Strings
from services.mapping.uses import CALLED_RECEIVER, chain_of, split

NONE: Final = -1
LONGEST_TYPE: Final = 200
SELF_FIELD: Final = re.compile(r"(?:self|this|\$this)(?:\.|->)|@")
"""What stands before the name of a field where it is given its value."""
SELVES: Final = frozenset({"self", "cls", "this", "$this"})


class Says(IntEnum):
    """How a value's class is told; a lower number is believed first. The numbers are stored."""

    DECLARED = 0
    CALLED = 1
    SAME = 2
    NOTHING = 3


ROLES: Final = {"type": Says.DECLARED, "call": Says.CALLED, "invoked": Says.CALLED, "same": Says.SAME}
"""What a capture of a value says; `invoked` is a call with its arguments, where a grammar has no node without them."""
WRAPPERS: Final = frozenset(
    {
        *("Optional", "Annotated", "Final", "ClassVar", "Type", "type", "Awaitable"),
        *("Arc", "Rc", "Box", "RefCell", "Cow", "Pin", "Ref", "RefMut", "Option", "Result", "MutexGuard"),
        *("unique_ptr", "shared_ptr", "weak_ptr", "scoped_ptr", "not_null", "reference_wrapper"),
        *("Promise", "PromiseLike", "Readonly", "Partial", "Required", "NonNullable"),
        *("Task", "ValueTask", "Nullable", "Lazy", "Maybe", "Awaited"),
    }
)
"""Generic types that are used as what they hold: a pointer, a promise, a value that may be missing."""
WORDS: Final = re.compile(
    r"^(?:(?:const|volatile|mut|dyn|impl|final|readonly|static|struct|class|enum|union|unowned|weak|ref|out|in|params"
    r"|new|await|unsigned|typename|register|mutable|constexpr|inline|extern|restrict)\b\s*|'\w+\s+|[*&^]\s*)+"
)
HEAD: Final = re.compile(r"\\?[\w$]+(?:\s*(?:\.|::|\\)\s*[\w$]+)*")
INFERRED: Final = frozenset({"var", "auto", "let", "val", "dynamic", "_"})
PASSED_OVER: Final = re.compile(
    r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)\??\s*\.\s*(?:unwrap|expect|clone|as_ref|as_mut|borrow|borrow_mut)$"
)
"""Rust's `Store::open(path).unwrap`: the value is what `Store::open` gives."""
PASSING: Final = (".unwrap", ".expect", ".clone", ".as_ref", ".as_mut", ".borrow", ".borrow_mut")
ABSENT: Final = frozenset({"None", "null", "undefined", "nil", "void", "false", "true"})


Said = tuple[Says, str]


class Typing(NamedTuple):
    """What is said of one name ("": of what the function returns) at one place of the file."""

    start: int
    name: str
    says: Says
    type: str
    field: bool = False
    """Whether a parameter of a constructor becomes a field."""


@lru_cache(maxsize=1 << 14)
def class_text(text: str) -> str:
    """Give the one class that a type's text names, `a.b.C` or `a::C` as written; "" where it names none or several."""
    text = text.strip().lstrip(":").strip().strip("\"'").strip()
    text = WORDS.sub("", text)
    parts = [part for part in _split_top(text, "|") if part.strip() not in ABSENT]
    if len(parts) != 1:
        return ""
    text = WORDS.sub("", parts[0].strip()).strip().rstrip("?!*& ").removeprefix("?").strip()
    text = text.removesuffix("const").rstrip("*& ").strip().strip("\"'")
    head = HEAD.match(text)
    if head is None:
        return ""
    rest = text[head.end() :].strip()
    if not rest:
        return "" if head[0] in INFERRED else head[0].replace(" ", "")
    if rest[0] in "<[" and rest[-1] in ">]" and len(rest) > 2:  # noqa: PLR2004 - something between the brackets
        last = re.split(r"\.|::|\\", head[0])[-1].strip()
        if last in WRAPPERS:
            return class_text(_split_top(rest[1:-1], ",")[0])
        return head[0].replace(" ", "") if rest[0] == "<" or last[:1].isupper() else ""
    return ""


def _split_top(text: str, mark: str) -> list[str]:
    """Split at a mark that stands in no bracket."""
    parts, depth, begin = [], 0, 0
    for at, letter in enumerate(text):
        if letter in "<[(":
            depth += 1
        elif letter in ">])":
            depth -= 1
        elif letter == mark and not depth:
            parts.append(text[begin:at])
            begin = at + 1
    return [*parts, text[begin:]]


def collect(
    captures: Mapping[str, list[Node]],
    content: bytes,
    scopes: Sequence[Scope],
    strings: Strings,
    *,
    used: frozenset[str],
    required: Container[Span],
) -> "array[int]":
    """Turn captures into rows of `TYPING_COLUMNS`, in source order.

    `used` are the names that something is called on, `required` the places of variables that hold an imported module.
    """
    found = sorted(_found(captures, content, required))
    nameless = [Scope(*span, NONE, Kind.FUNCTION, "") for span in sorted(map(SPAN, captures.get("nameless", ())))]
    placed = list(_placed(found, scopes, nameless))
    local = defaultdict(list)
    for one, row, name, function in placed:
        if row == function and name is not None:
            local[row, name].append((one.says, one.type))
    used |= {one.type for one in found if one.says is Says.SAME}
    rows: dict[tuple[int, ...], None] = {}
    number = strings.number
    for one, row, name, function in placed:
        inside = row == function and name is not None
        if (inside and name not in used) or (one.says is Says.NOTHING and (not inside or name in SELVES)):
            continue
        told: Iterable[Said] = ((one.says, one.type),)
        if one.says is Says.SAME and row != function:
            told = local.get((function, one.type), told)  # `self.store = store`: what is said of the parameter
        for says, text in told:
            kind, qualifier = split(text.encode()) if text else ("", "")
            rows[
                row,
                NONE if name is None else number(name),
                int(says) if kind else int(Says.NOTHING),
                number(kind) if kind else NONE,
                number(qualifier) if kind and qualifier else NONE,
            ] = None
    return array("i", [value for row in rows for value in row])


def _placed(
    found: Sequence[Typing], scopes: Sequence[Scope], nameless: Sequence[Scope]
) -> Iterator[tuple[Typing, int, str | None, int | None]]:
    """Give each with the row and the name that it is about, and the row of the function that it stands in."""
    starts = [one.start for one in found]
    for one, stack, inner in zip(found, around(starts, scopes), around(starts, nameless), strict=True):
        row, name = _place(one, stack)
        if row is None or (name is None and inner and inner[-1].start > stack[-1].start):
            continue  # what a nameless function gives is not what the function around it gives
        yield one, row, name, stack[-1].row if stack and stack[-1].kind in CALLABLES else None


def _place(one: Typing, stack: Sequence[Scope]) -> tuple[int | None, str | None]:
    """Give the row that a name belongs to, and the name there: fields belong to the class around the code."""
    if not one.name:
        return (stack[-1].row, None) if stack and stack[-1].kind in CALLABLES else (None, None)
    if stack and stack[-1].kind is Kind.PROPERTY and (stack[-1].start, stack[-1].name) == (one.start, one.name):
        return stack[-1].row, None  # what a property is said to hold is what it gives
    before = SELF_FIELD.match(one.name)
    if before is None and not one.field:
        in_class = bool(stack) and stack[-1].kind in CONTAINERS
        return (stack[-1].row if stack else NONE), one.name.lstrip("$") if in_class else one.name
    holder = next((scope.row for scope in reversed(stack) if scope.kind in CONTAINERS), None)
    name = one.name[before.end() :] if before and before[0] != "@" else one.name
    return holder, name.lstrip("$")


def _found(captures: Mapping[str, list[Node]], content: bytes, required: Container[Span]) -> Iterator[Typing]:
    """Join names with what is said of them: both stand in one captured place, and in none inside it."""
    said = set()
    for span, place in _joined(captures, content):
        said.update((start, end) for start, end, _ in (*place.names, *place.chained))
        for (start, end, is_field), (says, text) in place.each() if span not in required else ():
            yield Typing(span[0], _text(content, start, end), says, text, field=is_field)
    for start, end in map(SPAN, captures.get("hides", ())):
        if (start, end) not in said:
            yield Typing(start, _text(content, start, end), Says.NOTHING, "")
    for role, says in ROLES.items():
        for start, end in map(SPAN, captures.get(f"returns.{role}", ())):
            yield Typing(start, "", says, _type_text(_text(content, start, end), role))


@dataclass(slots=True)
class _Place:
    """A captured place with the names in it, and what is said there, both in source order."""

    names: list[tuple[int, int, bool]] = field(default_factory=list)
    chained: list[tuple[int, int, bool]] = field(default_factory=list)
    """Names that stand before the place and get the same: the `a` of `a = b = store()`."""
    said: list[Said] = field(default_factory=list)

    def each(self) -> Iterator[tuple[tuple[int, int, bool], Said]]:
        """Pair as many names as values one by one; else every name has what is said with most certainty."""
        if len(self.names) > 1 and len(self.names) == len(self.said):
            yield from zip(self.names, self.said, strict=True)
            return
        alone = len(self.names) == 1 or all(says is Says.DECLARED for says, _ in self.said)
        best = min(self.said, key=itemgetter(0)) if self.said and alone else (Says.NOTHING, "")
        for name in (*self.names, *self.chained):
            yield name, best


def _joined(captures: Mapping[str, list[Node]], content: bytes) -> Iterator[tuple[Span, _Place]]:
    places = sorted({*map(SPAN, captures.get("typing", ()))}, key=lambda span: (span[0], -span[1]))
    roles = ("name", "field", "chained", *ROLES)
    parts = sorted({(*SPAN(node), role) for role in roles for node in captures.get(f"typing.{role}", ())})
    found: dict[Span, _Place] = {}
    stack: list[Span] = []
    following = 0
    chained: list[tuple[int, int, bool]] = []
    for start, end, role in parts:
        while following < len(places) and places[following][0] <= start:
            stack.append(places[following])
            following += 1
        while stack and stack[-1][1] < end:
            stack.pop()
        if role == "chained":
            chained.append((start, end, False))
            continue
        if not stack:
            continue
        place = found.setdefault(stack[-1], _Place())
        place.chained += chained
        chained = []
        if role in {"name", "field"}:
            place.names.append((start, end, role == "field"))
        elif text := _type_text(_text(content, start, end), role):
            place.said.append((ROLES[role], text))
    yield from found.items()


def _type_text(text: str, role: str) -> str:
    if role == "type":
        return class_text(text)
    if role == "invoked":
        called = chain_of(text.encode())
        return called.removesuffix(CALLED_RECEIVER) if called.endswith(CALLED_RECEIVER) else ""
    return PASSED_OVER.sub("", text) if role == "call" and text.endswith(PASSING) else text


def _text(content: bytes, start: int, end: int) -> str:
    return content[start : min(end, start + LONGEST_TYPE)].decode("utf-8", "replace")
