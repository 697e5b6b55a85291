"""Macros of C and C++ that a grammar stumbles over: `class API Shape {`, `LUA_API int f (…)`, `ABSL_NAMESPACE_BEGIN`.

Only a preprocessor knows what they stand for, and a grammar takes them for types: of abseil every namespace became a
function. Where a word in capitals can be nothing else it is overwritten with blanks, of the same length, so that
lines and offsets stay what they are. What is shown comes from the text as it was written.
"""

import re
from collections.abc import Iterator
from typing import Final

WORD: Final = rb"[A-Z][A-Z0-9_]{2,}+"
WORDS: Final = rb"(?:" + WORD + rb"(?:\([^()\n]*+\))?[ \t]++)+"
"""Nothing is tried twice, or as often as there are words: a hostile file costs no more than its length."""
KEYWORD: Final = (
    rb"(?:namespace|class|struct|union|enum|template|typedef|extern|static|inline|using|const|constexpr|virtual|explicit"
    rb"|friend|public|private|protected|unsigned|signed|long|short|void|int|char|bool|float|double)\b"
)
TYPED: Final = rb"(?:\w++::)*\w++(?:<[^\n;{}()]{0,256}?>)?[ \t*&]++(?:\w|\([ \t]*+\*)"
"""A type and then a name, or a pointer to a function."""
BEFORE: Final = re.compile(
    rb"\n[ \t]*+(?=[A-Z][A-Z0-9_]{2})(?:(" + WORDS + rb")(?=" + KEYWORD + rb"|" + TYPED + rb")"
    rb"|(" + WORD + rb")[ \t]*+(?=\n(?:\s++|//[^\n]*+)*(?:" + KEYWORD + rb"|#|\[\[|" + TYPED + rb")))"
)
"""Words before a declaration, on its line or on one of their own."""
ATTRIBUTE: Final = rb"(?:\[\[[^\]\n]*+\]\]\s*+)?"
NAMED: Final = [
    re.compile(
        kind + rb"[ \t]++(?=[A-Z][A-Z0-9_]{2})(" + WORDS + rb")"
        rb"(?=" + ATTRIBUTE + rb"\w++(?:<[^\n;{}()]{0,256}+)?\s*+(?:final\s*+)?(?:\{|:(?!:)))"
    )
    for kind in (rb"class", rb"struct", rb"union")
]
"""Words between what a type is and its name; each pattern begins with letters that can be searched for fast."""
BEHIND: Final = re.compile(
    rb"\)(?:\s++(?:const|noexcept|override|final)\b)*"
    rb"\s++(" + WORD + rb"(?:(?=\s*+;)|(?:\([^()\n]*+\))?(?=\s*+\{)))"
)
"""A word between the head of a function and its body or end."""
POINTED: Final = re.compile(
    rb"\*(?:(?<=[\w>]\*)|(?<=[\w>][ \t]\*))[ \t]*+"
    rb"(?!(?:const|volatile|restrict|operator|sizeof|alignof|new|not|and|or|struct|class|typename)\b)"
    rb"([a-z_]\w*+)[ \t]++(?=\w++[ \t]*+[(;,=)\[{])"
)
"""A word between a pointer's mark and a name: `char *_Nonnull text`."""


def without_macros(content: bytes) -> bytes:
    """Blank out macros before declarations and before the names of types: some 100 MB/s."""
    result: bytearray | None = None
    for start, end in _places(content):
        result = bytearray(content) if result is None else result
        result[start:end] = b" " * (end - start)
    return content if result is None else bytes(result)


def _places(content: bytes) -> Iterator[tuple[int, int]]:
    for pattern in (BEFORE, *NAMED, BEHIND, POINTED):
        for match in pattern.finditer(content):
            yield match.span(match.lastindex or 0)
