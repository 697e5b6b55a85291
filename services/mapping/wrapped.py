"""Rust items inside item macros: `cfg_net! { pub struct TcpStream { … } }`.

A grammar sees the braces of a macro call as mere tokens, so whatever a project wraps in one is
invisible: half of tokio's public types. Where the braces hold items, the call and its braces are
overwritten with blanks, of the same length, so that lines and offsets stay what they are.
"""

import re
from typing import Final

OPENING: Final = re.compile(
    rb"^[ \t]*+(?!macro_rules\b)(?:\w++::)*+\w++![ \t]*+\{(?=(?:\s++|//[^\n]*+|#!?\[[^\]\n]*+\])*+"
    rb"(?:pub\b|use\b|mod\b|fn\b|async\s+fn\b|unsafe\s+(?:fn|impl|trait)\b|extern\b|struct\b|enum\b|union\b|impl\b"
    rb"|trait\b|const\s+(?:fn\b|\w+\s*:)|static\s+(?:mut\s+)?\w+\s*:|type\s+\w+|macro_rules!|\w+![ \t]*\{))",
    re.MULTILINE,
)
"""A macro called at the beginning of a line, whose braces begin with an item, comments and attributes aside.

Nothing is tried twice (`++`), here and below: a hostile file costs no more than its length.
"""
TOKEN: Final = re.compile(
    rb"""//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)|\bb?r(\#*+)"(?:.*?"\1|.*)"""
    rb"""|"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|'(?:\\[^\n]{1,10}?|[^\\'\n])'|[{}]""",
    re.DOTALL,
)
"""What can hold a brace that closes nothing, and braces. What is never closed reaches to the end."""


def unwrapped(content: bytes) -> bytes:
    """Blank out item macros, nested ones included: some 30 MB/s, twice that for a file without one."""
    openings = {match.end() - 1: match.start() for match in OPENING.finditer(content)}
    if not openings:
        return content
    result = bytearray(content)
    unclosed: list[int] = []
    for token in TOKEN.finditer(content):
        at = token.start()
        if token[0] == b"{":
            unclosed.append(at)
        elif token[0] == b"}" and unclosed:
            opened = unclosed.pop()
            if opened in openings:
                _blank(result, openings[opened], opened + 1)
                _blank(result, at, at + 1)
    return bytes(result)


def _blank(content: bytearray, start: int, end: int) -> None:
    content[start:end] = re.sub(rb"[^\n]", b" ", content[start:end])
