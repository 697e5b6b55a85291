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
from services.mapping.uses import CALLED_RECEIVER, UNKNOWN, chain_of, split

NONE: Final = -1
LONGEST_TYPE: Final = 200
SELF_FIELD: Final = re.compile(r"(?:self|this|\$this)(?:\.|->)|@")
"""What stands before the name of a field where it is given its value."""
SELVES: Final = frozenset({"self", "cls", "this", "$this"})


ASIDE: Final = {"nameless": Kind.FUNCTION, "unsaid": Kind.TYPE}
"""Captures of code that says nothing of the function around it: functions without a name, and types of functions."""


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
        *("Mutex", "RwLock", "Cell", "OnceCell", "OnceLock", "LazyLock"),
        *("unique_ptr", "shared_ptr", "weak_ptr", "scoped_ptr", "not_null", "reference_wrapper"),
        *("Promise", "PromiseLike", "Readonly", "Partial", "Required", "NonNullable"),
        *("Task", "ValueTask", "Nullable", "Lazy", "Maybe", "Awaited"),
    }
)
"""Generic types that are used as what they hold: a pointer, a promise, a value that may be missing."""
CONTAINING: Final = frozenset({"Optional<", "Option["})
"""Java's and Scala's, unlike Python's and Rust's, have methods of their own: `found.map(…)`."""
WORDS: Final = re.compile(
    r"^(?:(?:const|volatile|mut|dyn|impl|final|readonly|struct|class|enum|union|unowned|weak|ref|out|in|params"
    r"|new|await|unsigned|typename|register|mutable|constexpr|inline|extern|restrict)\b\s*|'\w+\s+|[*&^]\s*)+"
)
HEAD: Final = re.compile(r"\\?[\w$]+(?:\s*(?:\.|::|\\)\s*[\w$]+)*")
INFERRED: Final = frozenset({"var", "auto", "let", "val", "dynamic", "_"})
WRAPPING: Final = re.compile(r"(?:\w+::)*(?:Arc|Rc|Box|Pin|Mutex|RwLock|RefCell)::(?:new|clone|pin)$")
"""Rust's `Arc::new(store)`: used as what it holds."""
PASSING: Final = (".unwrap", ".expect", ".clone", ".as_ref", ".as_mut", ".borrow", ".borrow_mut", ".lock", ".to_owned")
"""Rust's `Store::open(path).unwrap`: the value is what `Store::open` gives."""
PRIMITIVE: Final = frozenset(
    {
        *("int", "long", "short", "byte", "char", "float", "double", "bool", "boolean", "string", "str", "number"),
        *("usize", "isize", "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "f32", "f64", "u128", "i128"),
        *("uint", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64", "float32", "float64"),
        *("size_t", "ssize_t", "uint8_t", "uint16_t", "uint32_t", "uint64_t", "int8_t", "int16_t", "int32_t"),
        *("int64_t", "bytes", "any", "unknown", "never", "object", "error", "rune", "uintptr", "mixed", "array"),
    }
)
"""Types without methods that a repository could define."""
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
    if text in PRIMITIVE:
        return ""
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
        return "" if head[0] in INFERRED or head[0] in PRIMITIVE else head[0].replace(" ", "")
    if rest[0] in "<[" and rest[-1] in ">]" and len(rest) > 2:  # noqa: PLR2004 - something between the brackets
        last = re.split(r"\.|::|\\", head[0])[-1].strip()
        if last == "Union":
            return class_text("|".join(_split_top(rest[1:-1], ",")))
        if last + rest[0] in CONTAINING:
            return ""
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
    aside = [Scope(*SPAN(node), NONE, kind, "") for capture, kind in ASIDE.items() for node in captures.get(capture, ())]
    placed = list(_placed(found, scopes, sorted(aside)))
    if "bound.name" in captures:
        placed = _bounded(placed, _bounds(captures, content, scopes), scopes)
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
            kind, qualifier = _parts(text)
            rows[
                row,
                NONE if name is None else number(name),
                int(says) if kind else int(Says.NOTHING),
                number(kind) if kind else NONE,
                number(qualifier) if kind and qualifier else NONE,
            ] = None
    return array("i", [value for row in rows for value in row])


def _parts(text: str) -> tuple[str, str]:
    """Give a name and what stands before it; PHP's variables keep the mark that tells them from functions."""
    if not text or (text[0] == "$" and text[1:].isidentifier()):
        return text, ""
    return split(text.encode())


Placed = tuple[Typing, int, str | None, int | None]
"""What is said, the row and the name that it is about, and the row of the function that it stands in."""


def _placed(found: Sequence[Typing], scopes: Sequence[Scope], aside: Sequence[Scope]) -> Iterator[Placed]:
    """Find what each is about; a name in a function's type, or what a nameless function gives, is about nothing here."""
    starts = [one.start for one in found]
    for one, stack, inner in zip(found, around(starts, scopes), around(starts, aside), strict=True):
        row, name = _place(one, stack)
        if row is None:
            continue
        if inner and (inner[-1].kind is Kind.TYPE or (name is None and inner[-1].start > stack[-1].start)):
            continue
        yield one, row, name, stack[-1].row if stack and stack[-1].kind in CALLABLES else None


def _bounds(
    captures: Mapping[str, list[Node]], content: bytes, scopes: Sequence[Scope]
) -> dict[tuple[int, str], str]:
    """Give the class that a type parameter has at least, by the row of what has the parameter."""
    parts = sorted((*SPAN(node), role) for role in ("name", "type") for node in captures.get(f"bound.{role}", ()))
    bounds: dict[tuple[int, str], str] = {}
    name = ""
    for (start, end, role), stack in zip(parts, around([part[0] for part in parts], scopes), strict=True):
        if role == "name":
            name = _text(content, start, end)
        elif stack and (bound := class_text(_text(content, start, end))):
            bounds[stack[-1].row, name] = bound
    return bounds


def _bounded(placed: Sequence[Placed], bounds: Mapping[tuple[int, str], str], scopes: Sequence[Scope]) -> list[Placed]:
    """Put the bound for each declared type that is a type parameter: `T` of `class Cache<T extends Store>`."""
    result = []
    for (one, *rest), stack in zip(placed, around([one.start for one, *_ in placed], scopes), strict=True):
        bound = next((bounds[key] for scope in stack if (key := (scope.row, one.type)) in bounds), None)
        result.append((one._replace(type=bound) if bound and one.says is Says.DECLARED else one, *rest))
    return result


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
    for role in ROLES:
        for start, end in map(SPAN, captures.get(f"returns.{role}", ())):
            says, text = _told(_text(content, start, end), role)
            if text:
                yield Typing(start, "", says, text)


@dataclass(slots=True)
class _Place:
    """A captured place with the names in it, and what is said there, both in source order."""

    names: list[tuple[int, int, bool]] = field(default_factory=list)
    chained: list[tuple[int, int, bool]] = field(default_factory=list)
    """Names that stand before the place and get the same: the `a` of `a = b = store()`."""
    said: list[Said] = field(default_factory=list)

    def each(self) -> Iterator[tuple[tuple[int, int, bool], Said]]:
        """Pair as many names as values one by one; else every name has what is said with most certainty."""
        best = min(self.said, key=itemgetter(0)) if self.said else (Says.NOTHING, "")
        declared = [says is Says.DECLARED for says, _ in self.said]
        if len(self.names) > 1 and not (any(declared) and not all(declared)):
            if len(self.names) == len(self.said):
                yield from zip(self.names, self.said, strict=True)
                return
            best = best if best[0] is Says.DECLARED else (Says.NOTHING, "")
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
        elif (told := _told(_text(content, start, end), role))[1]:
            place.said.append(told)
    yield from found.items()


@lru_cache(maxsize=1 << 14)
def _told(text: str, role: str) -> Said:
    """Give what a captured text says; the text is "" where it names nothing."""
    if role == "type":
        return Says.DECLARED, class_text(text)
    if role == "invoked" or (role == "call" and text.endswith(PASSING)):
        called = chain_of((text if role == "invoked" else f"{text}()").encode())
        if called.endswith(CALLED_RECEIVER):
            return Says.CALLED, called.removesuffix(CALLED_RECEIVER)
        return Says.SAME, "" if called == UNKNOWN or role == "invoked" else called
    if role == "call" and WRAPPING.match(text):
        return Says.CALLED, ""  # what is wrapped has a capture of its own
    return ROLES[role], text


def _text(content: bytes, start: int, end: int) -> str:
    return content[start : min(end, start + LONGEST_TYPE)].decode("utf-8", "replace")
