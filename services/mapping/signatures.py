"""One line that says how a definition is used: its head without comments, annotations and body."""

import re
from typing import Final

from tree_sitter import Node

MOST_CHARACTERS: Final = 200
NEWLINE: Final = 10
MOST_BYTES: Final = 4 * MOST_CHARACTERS
"""What is looked at of a head: enough for the longest signature, and no more of a hostile one."""

DASH_COMMENT: Final = re.compile(rb"(?:^|(?<=\s))--(?!\[|>)[^\n]*", re.MULTILINE)
HASH_COMMENT: Final = re.compile(rb"(?:^|(?<=\s))#(?!\[)[^\n]*", re.MULTILINE)
STRING_OR_COMMENT: Final = re.compile(
    rb"""("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`[^`]*`)|//[^\n]*|/\*.*?(?:\*/|\Z)""", re.DOTALL
)
"""Strings are kept: a URL in one is no comment. A comment may go on where the line was cut."""
HASHED: Final = frozenset({"python", "ruby", "bash", "elixir", "julia", "perl", "hcl"})
DASHED: Final = frozenset({"lua", "haskell", "sql"})
UNBRACED: Final = HASHED | DASHED | {"dart", "markdown"}
"""Languages where a brace does not begin a body: dictionaries, records, named parameters."""
WHOLE_BODIES: Final = frozenset({"ordered_field_declaration_list"})
"""Bodies that are part of the signature: Rust's `struct Pair(i32, i32)`."""
PREFIXED: Final = frozenset({"javascript", "typescript", "tsx", "go", "ocaml", "ocaml_interface"})
"""Languages where words that belong to a definition stand before its node."""
MARKED: Final = frozenset({"elixir", "julia", "css"})
"""Languages where `@name` is no annotation but the definition itself."""
ANNOTATION: Final = re.compile(r"(?:@(?!interface\b)[\w.]+(?:\([^()]*(?:\([^()]*\)[^()]*)*\))?\s+)+")
ATTRIBUTES: Final = re.compile(r"(?:#?\[\[?[^\]]*\]\]?\s*)+")
PREFIX: Final = re.compile(
    rb"(?:\b(?:export|default|declare|const|let|var|type|abstract|async|static|extern|rec|and|nonrec)\s+)+$"
)
OPENING: Final = re.compile(r"\s*(?:=>|\bdo|\bbegin)$")
CLOSING: Final = re.compile(rb"[,;})]")
RUBY_END: Final = re.compile(r"\s*;?\s*\bend$")
SHORT_OPENERS: Final = ("=", "{", "(", "[", ":", ";", ",", "|", "\\")
OPENERS: Final = (*SHORT_OPENERS, "=>", "do", "begin")
SPACED: Final = re.compile(r"(?<=[(\[]) | (?=[)\]])|,(?= ?\))")


def head_of(node: Node, start: int, end: int, content: bytes, language: str, *, body: int | None = None) -> str:
    """Give a function's or a type's head: up to its body, or all of it when it has none."""
    body = min(_body_start(node, end), end if body is None else body)
    if language in PREFIXED:
        start -= len(words_before(content, start))
    cut = content[start : min(body, start + MOST_BYTES)]
    if body == end and language not in UNBRACED:
        cut = cut.split(b"{", 1)[0]
    line = folded(cut, language)
    return RUBY_END.sub("", line) if language == "ruby" else line


def line_of(start: int, end: int, content: bytes, language: str) -> str:
    """Give a variable's first line, from the beginning of its statement where that is on the same line."""
    line_start = content.rfind(b"\n", max(0, start - MOST_CHARACTERS), start) + 1
    line_end = content.find(b"\n", start, start + MOST_BYTES)
    if line_end < 0:
        line_end = min(start + MOST_BYTES, len(content))
    if (line_start == 0 and start > MOST_CHARACTERS) or _crowded(content[line_start:start], language):
        line_start = start - len(words_before(content, start))
        stop = CLOSING.search(content, max(start, min(end, line_end)), line_end)
        line_end = stop.start() if stop else line_end
        line_end = end if content.startswith(b"]", end) else line_end
        cut = content[line_start:line_end]
        return folded(cut + b")" * (b"(" in cut and b")" not in cut), language)
    return folded(content[line_start:line_end], language)


def folded(text: bytes, language: str) -> str:
    """Fold white space, drop comments and what opens a body, and cut to the longest length allowed."""
    if language in HASHED:
        if b"#" in text:
            text = HASH_COMMENT.sub(b"", text)
    elif language in DASHED:
        text = DASH_COMMENT.sub(b"", text)
    elif b"//" in text or b"/*" in text:
        text = STRING_OR_COMMENT.sub(rb"\1", text)
    line = " ".join(text.decode("utf-8", "replace").split())
    if line.startswith("@") and language not in MARKED:
        line = ANNOTATION.sub("", line, count=1)
    elif line.startswith(("[", "#[")):
        line = ATTRIBUTES.sub("", line, count=1)
    line = line.lstrip("} ")
    while line.endswith(OPENERS):
        shorter = line[:-1].rstrip() if line.endswith(SHORT_OPENERS) else OPENING.sub("", line)
        if shorter == line:
            break
        line = shorter
    if "( " in line or "[ " in line or " )" in line or " ]" in line or ",)" in line:
        line = SPACED.sub("", line)
    return line if len(line) <= MOST_CHARACTERS else line[: MOST_CHARACTERS - 1] + "…"


def _crowded(before: bytes, language: str) -> bool:
    """Say whether a line holds more than the variable: a one-line class, a parameter list."""
    return b"{" in before or b";" in before or (b"(" in before and language not in {"c", "cpp", "ruby"})


def words_before(content: bytes, start: int) -> bytes:
    """Find the words before a node that belong to it: `export const`, `type`."""
    if not start or content[start - 1] == NEWLINE:
        return b""
    before = content[max(0, start - 48) : start].rpartition(b"\n")[2]
    if not before or before.isspace():
        return b""
    match = PREFIX.search(before)
    return match[0] if match else b""


def _body_start(node: Node, end: int) -> int:
    body = node.child_by_field_name("body")
    if body is None:
        value = node.child_by_field_name("value") or node.child_by_field_name("right")
        body = value.child_by_field_name("body") if value is not None else None
    return end if body is None or body.type in WHOLE_BODIES else body.start_byte
