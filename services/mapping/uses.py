"""The uses of names in one file: merged by name, kind, scope and receiver.

This is the hot loop of the engine: several hundred thousand captures a second. Only byte offsets
are asked of a node; a receiver is split once for each distinct text in a file.
"""

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from tree_sitter import Node

from services.mapping.definitions import Definitions
from services.mapping.records import ReferenceKind
from services.mapping.strings import Strings

KINDS: Final = (
    ("base", ReferenceKind.BASE),
    ("decorator", ReferenceKind.DECORATOR),
    ("call", ReferenceKind.CALL),
    ("type", ReferenceKind.TYPE),
    ("attribute", ReferenceKind.ATTRIBUTE),
    ("name", ReferenceKind.NAME),
)
"""The first kind that claims a name in a place has it."""

LONGEST_PATH: Final = 160
PLAIN: Final = re.compile(rb"(?:\$?[\w@$]+|super\(\))(?:\s*(?:\.|::|->|\?\.|\?->|!\.|\\)\s*[\w$@#]+[?!]?)*[?!]?$")
SEPARATOR: Final = re.compile(rb"\s*(?:\?\.|!\.|\.|::|->|\?->|\\)\s*")
LAST_NAME: Final = re.compile(rb"[\w$@#]+[?!]?$")
BEHIND: Final = re.compile(rb"((?:[\w@$]+(?:\.|::|->|\?->|&\.|\?\.))+)$")
MEMBER_MARKS: Final = frozenset(b".:>")
ARGUMENTS: Final = re.compile(rb"\s*(?:::)?<.*>$", re.DOTALL)
UNKNOWN: Final = "?"
Use = tuple[int, int, bytes]
"""Start byte, kind, text as written."""


def collect(
    captures: Mapping[str, list[Node]],
    content: bytes,
    line_starts: Sequence[int],
    definitions: Definitions,
    strings: Strings,
    *,
    wanted: set[bytes],
) -> "array[int]":
    """Turn captures into rows of `REFERENCE_COLUMNS`, ordered by first use.

    `wanted` are the names that a plain mention may mean; other mentions are local variables.
    """
    uses = list(_uses(captures, content, definitions.ends, wanted))
    uses.sort()
    merged: dict[tuple[bytes, int, int], list[int]] = {}
    scopes = iter(definitions.scopes)
    following = next(scopes, None)
    stack: list[tuple[int, int]] = []
    scope, scope_end, next_start = -1, len(content) + 1, following.start if following else len(content) + 1
    for start, kind, text in uses:
        if start >= next_start or start >= scope_end:
            while following is not None and following.start <= start:
                stack.append((following.end, following.row))
                following = next(scopes, None)
            while stack and stack[-1][0] <= start:
                stack.pop()
            scope_end, scope = stack[-1] if stack else (len(content) + 1, -1)
            next_start = following.start if following else len(content) + 1
        key = (text, kind, scope)
        known = merged.get(key)
        if known is None:
            merged[key] = [start, 1]
        else:
            known[1] += 1
    return _rows(merged, line_starts, strings)


def _uses(
    captures: Mapping[str, list[Node]], content: bytes, ends: set[int], wanted: set[bytes]
) -> Iterator[Use]:
    """Give every use once: a node's end says which name it is, whichever patterns captured it."""
    seen = set(ends)
    add = seen.add
    for name, kind in KINDS:
        number = int(kind)
        for node in captures.get(f"reference.{name}", ()):
            end = node.end_byte
            if end not in seen:
                add(end)
                start = node.start_byte
                if end - start > LONGEST_PATH:
                    start = end - LONGEST_PATH
                yield start, number, content[start:end]
        for node in captures.get(f"member.{name}", ()):
            end = node.end_byte
            if end not in seen:
                add(end)
                start = node.start_byte
                yield start, number, _behind(content, start) + content[start:end]
    for capture, kind in (("markup.call", ReferenceKind.CALL), ("maybe.name", ReferenceKind.NAME)):
        for node in captures.get(capture, ()):
            start, end = node.start_byte, node.end_byte
            text = content[start : min(end, start + LONGEST_PATH)]
            if end not in seen and (text in wanted if kind is ReferenceKind.NAME else not text[:1].islower()):
                add(end)
                yield start, int(kind), text


def _behind(content: bytes, start: int) -> bytes:
    """Read the receiver that stands before a name, where the grammar gives no node for both."""
    if not start or content[start - 1] not in MEMBER_MARKS:
        before = content[max(0, start - 40) : start].rstrip()
        return b"?." if before.endswith((b".", b"->", b"::")) else b""
    match = BEHIND.search(content, max(0, start - LONGEST_PATH), start)
    if match is None or content[match.start() - 1 : match.start()] in {b".", b">", b":", b")", b"]"}:
        return b"?."
    return match[0]


def _rows(merged: dict[tuple[bytes, int, int], list[int]], line_starts: Sequence[int], strings: Strings) -> "array[int]":
    """Split texts into name and receiver; different spellings of one use come together again."""
    split: dict[bytes, tuple[int, int]] = {}
    rows: dict[tuple[int, int, int, int], list[int]] = {}
    for (text, kind, scope), (start, count) in merged.items():
        parts = split.get(text)
        if parts is None:
            parts = split[text] = _split(text, strings)
        name, qualifier = parts
        if name < 0:
            continue
        key = (name, kind, scope, qualifier)
        known = rows.get(key)
        if known is None:
            rows[key] = [bisect_right(line_starts, start), count]
        else:
            known[1] += count
    columns = array("i")
    extend = columns.extend
    for (name, kind, scope, qualifier), (line, count) in rows.items():
        extend((name, kind, scope, line, qualifier, count))
    return columns


def _split(text: bytes, strings: Strings) -> tuple[int, int]:
    """Give the numbers of a name and its receiver: -1 for no receiver, `?` for one that is no dotted name."""
    if text.isalnum():
        return strings.number(text.decode()) if not text.isdigit() else -1, -1
    if text.endswith(b">"):
        text = ARGUMENTS.sub(b"", text)
    found = LAST_NAME.search(text)
    if found is None:
        return -1, -1
    name = strings.number(found[0].decode("utf-8", "replace").lstrip("$") or "$")
    rest = text[: found.start()]
    if not rest:
        return name, -1
    if not PLAIN.match(text) or text[:1].isdigit():
        return name, strings.number(UNKNOWN) if SEPARATOR.search(rest) else -1
    receiver = SEPARATOR.sub(lambda match: match[0].strip().lstrip(b"?!"), rest)
    receiver = receiver.rstrip(b".:->\\")
    return name, strings.number(receiver.decode("utf-8", "replace")) if receiver else -1
