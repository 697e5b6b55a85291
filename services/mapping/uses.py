"""The uses of names in one file: merged by name, kind, scope and receiver.

This is the hot loop of the engine: several hundred thousand captures a second. Only byte offsets
are asked of a node; a receiver is split once for each distinct text in a file.
"""

import re
from array import array
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from tree_sitter import Node

from services.mapping.arguments import Arguments
from services.mapping.columns import Int64
from services.mapping.definitions import SPAN, Definitions, Scope, around
from services.mapping.records import REFERENCE_COLUMNS, DefinitionKind, ReferenceKind
from services.mapping.strings import Strings

CALL: Final = int(ReferenceKind.CALL)
ATTRIBUTE: Final = int(ReferenceKind.ATTRIBUTE)
NAME: Final = int(ReferenceKind.NAME)
KINDS: Final = tuple(
    (f"reference.{kind.name.lower()}", f"member.{kind.name.lower()}", int(kind))
    for kind in (
        ReferenceKind.BASE,
        ReferenceKind.DECORATOR,
        ReferenceKind.CALL,
        ReferenceKind.TYPE,
        ReferenceKind.ATTRIBUTE,
        ReferenceKind.NAME,
    )
)
"""The first kind that claims a name in a place has it."""

CALLED: Final = (b"(", b" (", b"?.(")
"""What follows a member that is called: where a grammar has one node for both, this saves the capture of a call."""
OWN_RECEIVERS: Final = frozenset({b"self", b"cls", b"this", b"Self", b"super", b"super()"})
"""Receivers that mean the class around the code."""
THIS: Final = b"this."
PASSED_THIS: Final = re.compile(rb"\s*+,\s*+this\b")
LONGEST_PATH: Final = 160
COUNT_COLUMN: Final = REFERENCE_COLUMNS.index("count")
LINE_COLUMN: Final = REFERENCE_COLUMNS.index("line")
PLAIN: Final = re.compile(rb"(?:\$?[\w@$]+|super\(\))(?:\s*(?:\.|::|->|\?\.|\?->|!\.|\\)\s*[\w$@#]+[?!]?)*[?!]?$")
SEPARATOR: Final = re.compile(rb"\s*(?:\?\.|!\.|\.|::|->|\?->|\\)\s*")
LAST_NAME: Final = re.compile(rb"[\w$@#]+[?!]?$")
BEHIND: Final = re.compile(rb"((?:[\w@$\\]+(?:\.|::|->|\?->|&\.|\?\.))+)$")
MEMBER_MARKS: Final = frozenset(b".:>")
OPENING, CLOSING = b"()"
QUOTES: Final = frozenset(b"\"'`")
PATH_LETTERS: Final = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$@.:->?!&\\"
LINE_MARKS: Final = (b".", b"->", b"::")
BEFORE_DOT: Final = re.compile(rb"\s+(?:\.|->|\?\.|\?->|&\.|::)")
"""White space before a mark: a chain that goes on in the next line."""
ARGUMENTS: Final = re.compile(rb"\s*(?:::)?<.*>$", re.DOTALL)
ROOTS: Final = ("\\", "::")
"""Begin what is looked up in the global namespace alone."""
UNKNOWN: Final = "?"
CALLED_RECEIVER: Final = "()"
"""Ends a receiver, or a part of one, that is what a call gives: `store()` in `store().rows`."""
RETURNED: Final = b"\0"
"""Marks the text of a call whose result is called; such a use has the name `()`."""
QUOTED: Final = re.compile(rb"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|`[^`]*`", re.DOTALL)
UNEVEN: Final = re.compile(rb"[\s!&]")
"""Found in a chain whose marks are not all as short as they can be."""
INNERMOST: Final = re.compile(rb"\([^()]*\)")
DEEPEST_ARGUMENTS: Final = 6
CHAIN: Final = re.compile(rb"(?:new\s+)?[\w$@]+\0?\??(?:\s*(?:\.|::|->|\?\.|\?->|!\.|&\.|\\)\s*[\w$@#]+[?!]?\0?\??)*$")
SAME_AGAIN: Final = re.compile(
    rb"\.await\b|\.(?:read|write)\0(?=\.(?:unwrap|expect|await)\b)|\.(?:unwrap|expect|clone|as_ref|as_mut|borrow|borrow_mut|to_owned|lock|get_mut)\0\??"
)
"""What gives the object it is called on, or what that holds: it is passed over in Rust's `x.lock().unwrap().rows()`."""
CLOSERS: Final = frozenset(")]}\"'`")
"""A receiver that ends so is a call, an index or a literal: no dotted name."""


class Wanted(NamedTuple):
    """What a plain mention may mean outside its function; every other mention is of a local variable."""

    names: frozenset[bytes]
    capitalised: bool
    """Whether any capitalised name may be meant, as it may come from a file that is not imported by name."""
    receivers: frozenset[bytes]
    """What the receiver of an `access` may begin with: nobody can say what any other object is."""
    declared: frozenset[bytes] | None = None
    """Where it is known, what functions declare for themselves: any other name is meant."""


KIND_BITS: Final = 3
ANY_KIND: Final = (1 << KIND_BITS) - 1
Use = tuple[int, tuple[int, bytes]]
"""Start byte, and what makes uses equal: the kind, and the text as written.

Above the bits of the kind stands how many arguments a call has, and one more: 0 where nobody counts them.
"""
Merged = tuple[tuple[int, bytes], list[int]]
"""What makes uses equal, then: row of the scope, start byte of the first, how many."""


def collect(
    captures: Mapping[str, list[Node]],
    content: bytes,
    line_starts: Int64,
    definitions: Definitions,
    strings: Strings,
    *,
    wanted: Wanted,
    arguments: Arguments | None = None,
) -> "array[int]":
    """Turn captures into rows of `REFERENCE_COLUMNS`, ordered by first use."""
    seen = definitions.ends
    uses = _uses(captures, content, seen, arguments)
    held = {end for role in ("typing.same", "returns.same") for _, end in map(SPAN, captures.get(role, ()))}
    uses += _with_this(
        _accesses(captures, content, seen, wanted.receivers, held), captures, content, definitions.scopes
    )
    uses += _returned(captures, content)
    uses += _bare_calls(captures, content, definitions)
    uses += _mentions(captures, content, seen, wanted)
    uses.sort()
    rows = _rows(_merged(uses, definitions.scopes, len(content)), strings)
    places = np.frombuffer(rows, np.int32)[LINE_COLUMN :: len(REFERENCE_COLUMNS)]
    places[:] = np.searchsorted(line_starts, places, "right")
    return rows


def _uses(captures: Mapping[str, list[Node]], content: bytes, seen: set[int], arguments: Arguments | None) -> list[Use]:
    """Give every use once: a node's end says which name it is, whichever patterns captured it.

    Captures come in no order, so spans are sorted: of two nodes with one end, the longer says more.
    """
    uses: list[Use] = []
    add = seen.add
    seen.update(end for _, end in map(SPAN, captures.get("passed", ())))
    for reference, member, kind in KINDS:
        if arguments is not None and kind == CALL:
            uses += _counted_calls(captures, content, seen, arguments)
            continue
        nodes = captures.get(reference)
        if nodes:
            uses += [
                (start, (kind, content[start if end - start < LONGEST_PATH else end - LONGEST_PATH : end]))
                for start, end in sorted(map(SPAN, nodes))
                if end not in seen and not add(end)
            ]
        nodes = captures.get(member)
        if nodes:
            uses += [
                (start, (kind, _behind(content, start) + content[start:end]))
                for start, end in sorted(map(SPAN, nodes))
                if end not in seen and not add(end)
            ]
    return uses


def _counted_calls(
    captures: Mapping[str, list[Node]], content: bytes, seen: set[int], arguments: Arguments
) -> Iterator[Use]:
    """Give calls with how many arguments they have."""
    count, add = arguments.behind, seen.add
    for capture in ("reference.call", "member.call"):
        for start, end in sorted(map(SPAN, captures.get(capture, ()))):
            if end in seen:
                continue
            add(end)
            text = content[start if end - start < LONGEST_PATH else end - LONGEST_PATH : end]
            if capture == "member.call":
                text = _behind(content, start) + text
            yield start, (CALL + (count(start, end) + 1 << KIND_BITS), text)


def _accesses(
    captures: Mapping[str, list[Node]], content: bytes, seen: set[int], receivers: frozenset[bytes], held: set[int]
) -> list[Use]:
    """Give members that are called, those of receivers that may be known, and those that a name is given to hold.

    A member of any other object (a fifth of all uses) could be resolved by nobody, so it is not written down.
    """
    uses: list[Use] = []
    append, add, followed_by = uses.append, seen.add, content.startswith
    for start, end in sorted(map(SPAN, captures.get("access", ()))):
        if end in seen:
            continue
        add(end)
        text = content[start if end - start < LONGEST_PATH else end - LONGEST_PATH : end]
        if followed_by(CALLED, end):
            append((start, (CALL, text)))
        elif end in held or text.partition(b".")[0].rstrip(b"?!") in receivers or text[:1].isupper():
            append((start, (ATTRIBUTE, text)))
    return uses


def _with_this(uses: list[Use], captures: Mapping[str, list[Node]], content: bytes, scopes: list[Scope]) -> list[Use]:
    """Make `this` unknown in JavaScript's functions within functions: who calls them says what it is.

    An argument `this` behind the function says that it is the one around it: `rows.forEach(function () {…}, this)`.
    """
    found = sorted(span for span in map(SPAN, captures.get("own.this", ())) if not PASSED_THIS.match(content, span[1]))
    if not found:
        return uses
    aside = [Scope(start, end, -1, DefinitionKind.FUNCTION, "") for start, end in found]
    own = [at for at, (_, (_, text)) in enumerate(uses) if text.startswith(THIS)]
    starts = [uses[at][0] for at in own]
    for at, stack, inner in zip(own, around(starts, scopes), around(starts, aside), strict=True):
        if inner and (not stack or inner[-1].start >= stack[-1].start):
            start, (kind, text) = uses[at]
            uses[at] = start, (kind, b"?." + text.removeprefix(THIS))
    return uses


def _returned(captures: Mapping[str, list[Node]], content: bytes) -> list[Use]:
    """Give the calls of what a call gives: `make()()`, and a decorator that is made by a call."""
    found = map(SPAN, captures.get("reference.returned", ()))
    return [(end, (CALL, RETURNED + content[start:end])) for start, end in found if end - start < LONGEST_PATH]


def _bare_calls(captures: Mapping[str, list[Node]], content: bytes, definitions: Definitions) -> list[Use]:
    """Give the names that stand alone and are no local variable where they stand: so Ruby calls a method of its own."""
    if "bare" not in captures:
        return []
    seen, scopes = definitions.ends, definitions.scopes
    local, bare = (sorted(map(SPAN, captures.get(capture, ()))) for capture in ("local", "bare"))
    rows = [stack[-1].row if stack else -1 for stack in around([start for start, _ in local], scopes)]
    known = {(row, content[start:end]) for row, (start, end) in zip(rows, local, strict=True)}
    uses: list[Use] = []
    for (start, end), stack in zip(bare, around([start for start, _ in bare], scopes), strict=True):
        text = content[start:end]
        if end not in seen and (stack[-1].row if stack else -1, text) not in known:
            seen.add(end)
            uses.append((start, (CALL, text)))
    return uses


def _mentions(captures: Mapping[str, list[Node]], content: bytes, seen: set[int], wanted: Wanted) -> list[Use]:
    """Give mentions of names that may mean a definition, and the components in markup."""
    names, capitalised, _, declared = wanted
    add = seen.add
    markup = [(start, end, content[start:end]) for start, end in map(SPAN, captures.get("markup.call", ()))]
    uses: list[Use] = [
        (start, (CALL, text))
        for start, end, text in sorted(markup)
        if end not in seen and not text[:1].islower() and not add(end)
    ]
    found = [
        (start, end, text)
        for start, end in map(SPAN, captures.get("maybe.name", ()))
        if (text := content[start:end]) in names
        or (capitalised and end - start > 1 and b"A" <= text[:1] <= b"Z")
        or (declared is not None and text not in declared)
    ]
    return uses + [(start, (NAME, text)) for start, end, text in sorted(found) if end not in seen and not add(end)]


def _merged(uses: list[Use], scopes: list[Scope], size: int) -> list[Merged]:
    """Count equal uses of one scope: one pass, as uses and scopes are both sorted by start."""
    merged: list[Merged] = []
    tables: dict[int, dict[tuple[int, bytes], list[int]]] = {}
    table: dict[tuple[int, bytes], list[int]] = {}
    stack: list[Scope] = []
    following, row, change = 0, -1, 0
    for start, key in uses:
        if start >= change:
            while following < len(scopes) and scopes[following].start <= start:
                stack.append(scopes[following])
                following += 1
            while stack and stack[-1].end <= start:
                stack.pop()
            row = stack[-1].row if stack else -1
            table = tables.setdefault(row, {})
            change = stack[-1].end if stack else size + 1
            if following < len(scopes):
                change = min(change, scopes[following].start)
        known = table.get(key)
        if known is None:
            table[key] = known = [row, start, 1]
            merged.append((key, known))
        else:
            known[2] += 1
    return merged


def _behind(content: bytes, start: int) -> bytes:
    """Read the receiver that stands before a name, where the grammar gives no node for both."""
    if not start or content[start - 1] not in MEMBER_MARKS:
        before = content[max(0, start - 40) : start].rstrip()
        return b"?." if before.endswith((b".", b"->", b"::")) else b""
    window = content[max(0, start - LONGEST_PATH) : start]
    if window.rstrip(b" \t\r\n.->?!&:").endswith(b")"):
        return _call_behind(window)
    match = BEHIND.search(content, start - len(window) + len(window.rstrip(PATH_LETTERS)), start)
    if match is None or content[match.start() - 1 : match.start()] in {b".", b">", b":", b")", b"]"}:
        return b"?."
    return match[0]


def _call_behind(window: bytes) -> bytes:
    """Read a receiver that is a call, backwards from its end to where its first name begins."""
    depth, quote = 0, 0
    for at in range(len(window) - 1, -1, -1):
        letter = window[at]
        if quote:
            quote = 0 if letter == quote else quote
        elif letter in QUOTES and depth:
            quote = letter
        elif letter == CLOSING:
            depth += 1
        elif letter == OPENING:
            depth -= 1
            if depth < 0:
                return window[at + 1 :]
        elif not depth and letter not in PATH_LETTERS and not BEFORE_DOT.match(window, at):
            broken = window[: at + 1].rstrip().endswith(LINE_MARKS)  # the head of `rows.⏎ first().name` is a line above
            return b"?." if broken else window[at + 1 :]
    return b"?."


def _rows(merged: list[Merged], strings: Strings) -> "array[int]":
    """Split texts into name and receiver; unknown receivers of one name come together. Lines are still start bytes."""
    columns: list[int] = []
    unknown: dict[tuple[str, int, int, str], int] = {}
    extend, number = columns.extend, strings.number
    for (counted, text), (scope, start, count) in merged:
        name, qualifier = split(text)
        if not name:
            continue
        if qualifier is UNKNOWN or CALLED_RECEIVER in qualifier:
            at = unknown.setdefault((name, counted, scope, qualifier), len(columns))
            if at < len(columns):
                columns[at + COUNT_COLUMN] += count
                continue
        receiver = number(qualifier) if qualifier else -1
        kind, arguments = counted & ANY_KIND, (counted >> KIND_BITS) - 1
        extend((number(name), kind, scope, start, receiver, count, arguments))
    return array("i", columns)


@lru_cache(maxsize=1 << 15)
def split(text: bytes) -> tuple[str, str]:
    """Give a name and its receiver: "" for no receiver, `?` for one that is no dotted name; both "" for no name."""
    if text.startswith(RETURNED):
        called = chain_of(text[len(RETURNED) :])
        return (CALLED_RECEIVER, called) if called.endswith(CALLED_RECEIVER) else ("", "")
    whole = text.decode("utf-8", "replace")
    if whole.isidentifier():
        return whole, ""
    if "?." in whole or "!." in whole:
        whole = whole.replace("?.", ".").replace("!!.", ".").replace("!.", ".")
    head, dot, tail = whole.rpartition(".")
    if dot and tail.isidentifier():
        head = head.rstrip()
        if head.replace(".", "").isidentifier() and not head.startswith("."):
            return tail, head
        if head[-1:] in CLOSERS and head != "super()":
            return tail, chain_of(head.encode()) if head[-1:] == ")" else UNKNOWN
    return _split_with_care(text)


@lru_cache(maxsize=1 << 14)
def chain_of(receiver: bytes) -> str:
    """Give a receiver whose parts are called, without what they are called with; `?` for any other."""
    text = QUOTED.sub(b"", receiver)
    for _ in range(DEEPEST_ARGUMENTS):
        if b"(" not in text:
            break
        text = INNERMOST.sub(b"\0", text)
    text = SAME_AGAIN.sub(b"", text).replace(b"!!", b"")
    if not CHAIN.match(text):
        return UNKNOWN
    text = text.replace(b"?", b"").removeprefix(b"new ")
    if UNEVEN.search(text):
        text = SEPARATOR.sub(lambda match: match[0].strip().lstrip(b"?!&"), text)
    return text.replace(b"\0", CALLED_RECEIVER.encode()).decode("utf-8", "replace").strip()


def _split_with_care(text: bytes) -> tuple[str, str]:
    if text.endswith(b">"):
        text = ARGUMENTS.sub(b"", text)
    root = next((mark for mark in ROOTS if text.startswith(mark.encode())), "")
    text = text.lstrip(b"\\:!+-").replace(b"!!.", b".")  # Kotlin's grammar reads `!a.b()` as `(!a).b()`
    if root:
        called, path = _split_with_care(text)
        return called, f"{root}{path}" if called and path is not UNKNOWN else path
    found = LAST_NAME.search(text)
    if found is None or text.isdigit():
        return "", ""
    name = found[0].decode("utf-8", "replace").lstrip("$") or "$"
    rest = text[: found.start()]
    if not rest:
        return name, ""
    if not PLAIN.match(text) or text[:1].isdigit():
        mark = SEPARATOR.search(rest)
        receiver_text = rest.rstrip(b" \t\r\n.:->?!&\\")
        if mark and receiver_text.endswith(b")"):
            return name, chain_of(receiver_text)
        return name, UNKNOWN if mark else ""
    receiver = SEPARATOR.sub(lambda match: match[0].strip().lstrip(b"?!"), rest).rstrip(b".:->\\")
    return name, receiver.decode("utf-8", "replace")
