"""What one file says of the values that its names hold: `x: Foo`, `x = Foo()`, `self.x = make()`, `-> Foo`.

A receiver's class is known through these alone, so they are written down for parameters and local
variables that something is called on, for fields, and for what functions return. A local variable of which
nothing is said is written down too: it hides what else has its name.
"""

from array import array
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from operator import itemgetter
from typing import Final

from tree_sitter import Node

from services.mapping.definitions import SPAN, Scope, Span, around
from services.mapping.naming import CALLABLES, CONTAINERS
from services.mapping.records import DefinitionKind as Kind
from services.mapping.strings import Strings
from services.mapping.type_texts import ROLES, Said, Says, class_text, told_by
from services.mapping.uses import split

NONE: Final = -1
LONGEST_TYPE: Final = 200
OWN_FIELDS: Final = ("self.", "this.", "$this->", "this->", "@")
"""What stands before the name of a field where it is given its value; Ruby's mark is part of the name."""
SELVES: Final = frozenset({"self", "cls", "this", "$this"})
MODULES: Final = CONTAINERS | {Kind.MODULE}
"""Ruby's modules have fields of their own."""
ASIDE: Final = {"nameless": Kind.FUNCTION, "unsaid": Kind.TYPE}
"""Captures of code that says nothing of the function around it: functions without a name, and types of functions."""
PARTS: Final = ("", "name", "field", "chained", "rest", *ROLES)
"""What stands in a captured place, by its number; 0 is the place itself."""
CAPTURES: Final = tuple((part, f"typing.{role}".rstrip(".")) for part, role in enumerate(PARTS))
FIELD, CHAINED, REST, FIRST_ROLE = 2, 3, 4, 5

UNKNOWN_VALUES: Final = {"rebinds": Says.ELSE, "reassigns": Says.PLAIN, "hides": Says.NOTHING}
"""Captures of names that hold what nobody says; a place has the first."""

Part = tuple[int, int, int]
"""A name in a place: where it begins and ends, and its number among `PARTS`."""
Typing = tuple[int, str, Says, str, bool]
"""Where it is said, of which name ("": of what the function returns), how, what, and whether it is of a field."""
Placed = tuple[Says, str, int, str | None, int | None]
"""How it is said, what, the row and the name that it is about, and the row of the function that it stands in."""
Told = tuple[Says, str, int, int, str | None]
"""How it is said, what, the row that it is about, the row around the code, and the name."""


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
    found, named = _found(captures, content, required)
    used |= {text for _, _, says, text, _ in found if says is Says.SAME}
    wanted = {name.encode() for name in used - SELVES}
    for capture, says in UNKNOWN_VALUES.items():
        for start, end in map(SPAN, captures.get(capture, ())):
            if content[start:end] in wanted and (start, end) not in named:
                found.append((start, content[start:end].decode("utf-8", "replace"), says, "", False))
                named.add((start, end))
    found.sort()
    if "bound.name" in captures:
        found = _bounded(found, _bounds(captures, content, scopes), scopes)
    rows: dict[tuple[int, ...], tuple[int, ...]] = {}
    number = strings.number
    placed = list(_placed(found, scopes, _aside(captures), used))
    for says, text, row, within, name in _through_parameters(placed):
        kind, qualifier = _parts(text)
        about = NONE if name is None else number(name)
        what = (number(kind) if kind else NONE, number(qualifier) if qualifier else NONE)
        told = (about, says if kind or says > Says.NOTHING else Says.NOTHING, *what)
        rows.setdefault((row, *told), (row, within, *told))
    return array("i", [value for row in rows.values() for value in row])


def _through_parameters(placed: Sequence[Placed]) -> Iterator[Told]:
    """For `self.store = store` give what is said of the parameter."""
    local: dict[tuple[int | None, str], list[Said]] = {}
    passed = any(says is Says.SAME and row != function for says, _, row, _, function in placed)
    for says, text, row, name, function in placed if passed else ():
        if row == function and name is not None:
            local.setdefault((row, name), []).append((min(says, Says.NOTHING), text))
    for says, text, row, name, function in placed:
        within = row if function is None else function
        if says is not Says.SAME or row == function:
            yield says, text, row, within, name
            continue
        for how, what in local.get((function, text), ((says, text),)):
            yield how, what, row, within, name


@lru_cache(maxsize=1 << 14)
def _parts(text: str) -> tuple[str, str]:
    """Give a name and what stands before it; PHP's variables keep the mark that tells them from functions."""
    if not text or (text[0] == "$" and text[1:].isidentifier()):
        return text, ""
    return split(text.encode())


def _aside(captures: Mapping[str, list[Node]]) -> list[Scope]:
    return sorted(
        Scope(*SPAN(node), NONE, kind, "") for capture, kind in ASIDE.items() for node in captures.get(capture, ())
    )


def _placed(
    found: Sequence[Typing], scopes: Sequence[Scope], aside: Sequence[Scope], used: frozenset[str]
) -> Iterator[Placed]:
    """Find what each is about: no unused variable, no name in a function's type, not what a nameless function gives."""
    starts = [one[0] for one in found]
    inside_of: Iterable[Sequence[Scope]] = around(starts, aside) if aside else repeat((), len(starts))
    for (start, name, says, text, field), stack, inner in zip(found, around(starts, scopes), inside_of, strict=True):
        scope = stack[-1] if stack else None
        if inner and (inner[-1].kind is Kind.TYPE or (not name and scope and inner[-1].start > scope.start)):
            continue
        function = scope.row if scope and scope.kind in CALLABLES else None
        if not name or (scope and scope.kind is Kind.PROPERTY and (scope.start, scope.name) == (start, name)):
            if function is not None:  # what a property is said to hold is what it gives
                yield says, text, function, None, function
        elif field or function is None or name.startswith(OWN_FIELDS):
            kinds = MODULES if name[0] == "@" else CONTAINERS
            row = _holder(stack, kinds) if field or name.startswith(OWN_FIELDS) else scope.row if scope else NONE
            if row is not None and (says < Says.NOTHING or (says is Says.ELSE and row == NONE)):
                yield says, text, row, _field_name(name) if row != NONE else name, function
        elif name in used and (says is not Says.NOTHING or name not in SELVES):
            yield says, text, function, name, function


def _holder(stack: Sequence[Scope], kinds: frozenset[Kind]) -> int | None:
    return next((scope.row for scope in reversed(stack) if scope.kind in kinds), None)


def _field_name(name: str) -> str:
    """Take away what stands before the name of a field; PHP's declarations have a mark that its uses have not."""
    before = next((before for before in OWN_FIELDS[:-1] if name.startswith(before)), "")
    return name[len(before) :].lstrip("$")


def _bounds(captures: Mapping[str, list[Node]], content: bytes, scopes: Sequence[Scope]) -> dict[tuple[int, str], str]:
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


def _bounded(found: Sequence[Typing], bounds: Mapping[tuple[int, str], str], scopes: Sequence[Scope]) -> list[Typing]:
    """Put the bound for each declared type that is a type parameter: `T` of `class Cache<T extends Store>`."""
    names = {name for _, name in bounds}
    result = []
    for one, stack in zip(found, around([one[0] for one in found], scopes), strict=True):
        start, name, says, text, field = one
        if text in names and says is Says.DECLARED:
            text = next((bounds[key] for scope in stack if (key := (scope.row, text)) in bounds), text)
        result.append((start, name, says, text, field))
    return result


def _found(
    captures: Mapping[str, list[Node]], content: bytes, required: Container[Span]
) -> tuple[list[Typing], set[Span]]:
    """Join names with what is said of them, in no order; give also where the names stand."""
    found: list[Typing] = []
    named: set[Span] = set()
    for place, names, said in _joined(captures, content):
        if len(names) == 1 == len(said):
            ((start, end, part),) = names
            named.add((start, end))
            if place not in required:
                found.append((place[0], _text(content, start, end), *said[0], part == FIELD))
            continue
        named.update((start, end) for start, end, _ in names)
        if place not in required:
            found += [
                (place[0], _text(content, start, end), *told, part == FIELD)
                for (start, end, part), told in _each(names, said)
            ]
    for role in ROLES:
        for start, end in map(SPAN, captures.get(f"returns.{role}", ())):
            says, text = told_by(content[start : end if end - start < LONGEST_TYPE else start + LONGEST_TYPE], role)
            if text:
                found.append((start, "", says, text, False))
    return found, named


def _each(names: list[Part], said: list[Said]) -> Iterable[tuple[Part, Said]]:
    """Pair as many names as values one by one; else every name has what is said with most certainty."""
    if not said:
        return [(name, (Says.NOTHING, "")) for name in names]
    best = min(said, key=itemgetter(0))
    plain = [name for name in names if name[2] != CHAINED]
    rest = next((at for at, name in enumerate(plain) if name[2] == REST), None)
    if rest is not None:  # Python's `a, *b, c = …`
        tail = plain[rest + 1 :]
        if len(plain) - 1 > len(said):
            return [(name, (Says.NOTHING, "")) for name in plain if name[2] != REST]
        return [*zip(plain[:rest], said, strict=False), *zip(tail, said[len(said) - len(tail) :], strict=True)]
    if len(plain) > 1 and best[0] is max(said, key=itemgetter(0))[0]:
        if len(plain) == len(said):
            return zip(plain, said, strict=True)
        best = best if best[0] is Says.DECLARED else (Says.NOTHING, "")
    return [(name, best) for name in names]


def _joined(captures: Mapping[str, list[Node]], content: bytes) -> list[tuple[Span, list[Part], list[Said]]]:
    """Give the places, each with the names in it and what is said there, both in source order.

    A name stands for itself in the innermost place; one that is chained goes with the next place: `a = b = store()`.
    """
    events = [
        (start, -end, part)
        for part, capture in CAPTURES
        if capture in captures
        for start, end in map(SPAN, captures[capture])
    ]
    events.sort()
    found: list[tuple[Span, list[Part], list[Said]]] = []
    stack: list[tuple[Span, list[Part], list[Said]]] = []
    chained: list[Part] = []
    last = -1
    before = None
    for event in events:
        if event == before:
            continue
        before = start, behind, part = event
        end = -behind
        while stack and stack[-1][0][1] < end:
            stack.pop()
        if not part:
            stack.append(((start, end), [], []))
            found.append(stack[-1])
        elif part == CHAINED:
            chained.append((start, end, part))
        elif stack:
            _, names, said = stack[-1]
            names += chained
            chained.clear()
            if part < FIRST_ROLE:
                names.append((start, end, part))
                continue
            told = told_by(content[start : end if end - start < LONGEST_TYPE else start + LONGEST_TYPE], PARTS[part])
            if told[1]:
                said[len(said) - (last == start) :] = [told]  # of two that begin together the shorter says more
                last = start
    return found


def _text(content: bytes, start: int, end: int) -> str:
    return content[start : min(end, start + LONGEST_TYPE)].decode("utf-8", "replace")
