"""What a file says in words: of its comments and literals, and of the names that it uses.

Who describes a change uses the words of the comments around it, and quotes its messages, more often than the names
of what is defined there: of 45 commits of Tokio the message finds the first changed file at a mean reciprocal rank
of 0.48 by paths, names and signatures, and of 0.64 with comments. Both are found by their marks, whatever stands
around them: a quote that opens nothing costs a few words of its line that nobody asks for.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from services.mapping.words import STOP_WORDS, WORD, parts
from services.mapping.worth import PROSE

MOST_WORDS: Final = 4000
"""Of one file: a program's table of a language's words is no better for being whole."""
MOST_BYTES: Final = 1 << 18
"""Of the comments and literals of one file."""
MOST_TIMES: Final = 255
SHORTEST: Final = 2
LONGEST: Final = 24
"""Letters: what is longer is encoded data."""
LONGEST_WORD: Final = 64
"""Characters, of all parts together: the same."""
_BLOCK: Final = rb"/\*[^*]*(?:\*(?!/)[^*]*)*"
_SLASHES: Final = rb"//[^\n]*|" + _BLOCK
_HASH: Final = rb"(?<![^\s;])#(?!!)[^\n]*"
_DOCSTRING: Final = (
    rb'"""[^"]*(?:"(?!"")[^"]*)*(?:""")?' + rb"|\x27{3}[^\x27]*(?:\x27(?!\x27\x27)[^\x27]*)*(?:\x27{3})?"
)
_DASHES: Final = rb"--[^\n]*"
# A string that is not closed ends with its line, so that no text is read twice: 1 MB of quotes takes no longer.
_DOUBLE: Final = rb'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"?'
_SINGLE: Final = rb"\x27[^\x27\\\n]*+(?:\\.[^\x27\\\n]*+)*+\x27?"
_QUOTED: Final = _DOUBLE + b"|" + _SINGLE
_TICKED: Final = rb"`[^`]*+`?"
_CHARACTER: Final = rb"\x27(?:\\.|[^\x27\\\n])\x27"
_MARKED: Final[dict[bytes, str]] = {
    b"|".join((_SLASHES, _CHARACTER, _DOUBLE)): "c cpp rust java csharp kotlin swift scala zig",
    b"|".join((_SLASHES, _CHARACTER, _DOUBLE, _TICKED)): "go",
    b"|".join((_SLASHES, _QUOTED, _TICKED)): "javascript typescript tsx",
    b"|".join((_SLASHES, _QUOTED)): "dart solidity",
    b"|".join((_HASH, _QUOTED)): "ruby bash perl",
    b"|".join((_HASH, _DOCSTRING, _QUOTED)): "python elixir julia",
    b"|".join((_HASH, _SLASHES, _QUOTED)): "php hcl",
    b"|".join((_DASHES, _QUOTED)): "lua",
    b"|".join((_DASHES, _CHARACTER, _DOUBLE)): "haskell",
    b"|".join((_DASHES, _BLOCK, _QUOTED)): "sql",
    b"|".join((rb"\(\*[^*]*(?:\*(?!\))[^*]*)*", _CHARACTER, _DOUBLE)): "ocaml",
}
SAID: Final = {
    language: re.compile(marks, re.DOTALL) for marks, languages in _MARKED.items() for language in languages.split()
}
"""Of each language: its comments, strings and characters."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Distinct words in lower case and in order, with spaces between, and a byte for each: how often, at most 255."""

    words: str
    counts: bytes


def spoken(content: bytes, language: str, names: Iterable[str]) -> Spoken:
    """Count the words of comments and literals; a name that is used counts once more. About 25 ms for 1 MB."""
    said = SAID.get(language)
    if language in PROSE:
        return Spoken("", b"")
    text = b"\n".join(said.findall(content)) if said else b""
    counts: Counter[str] = Counter()
    for word, times in Counter(WORD.findall(text[:MOST_BYTES].decode("utf-8", "replace"))).items():
        for part in _telling(word) if len(word) <= LONGEST_WORD else ():
            counts[part] += times
    counts.update({part for name in names for part in _telling(name)})
    words = sorted(sorted(counts, key=lambda word: (-counts[word], word))[:MOST_WORDS])
    return Spoken(" ".join(words), bytes(min(counts[word], MOST_TIMES) for word in words))


@lru_cache(maxsize=1 << 16)
def _telling(word: str) -> tuple[str, ...]:
    """Take a word apart, and keep what says something."""
    return tuple(
        part
        for part in parts(word)
        if SHORTEST <= len(part) <= LONGEST and part not in STOP_WORDS and not part.isdigit()
    )
