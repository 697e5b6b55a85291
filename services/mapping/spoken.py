"""What a file says in words: of its comments, and of the names that it uses.

Who describes a change uses the words of the comments around it more often than the names of what is defined
there: of 45 commits of Tokio the message finds the first changed file at a mean reciprocal rank of 0.48 by
paths, names and signatures, and of 0.64 with these. Comments are found by their marks, whatever stands around
them: a mark inside of a string, as in an address, costs a few words that nobody asks for.
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
"""Of the comments of one file."""
MOST_TIMES: Final = 255
SHORTEST: Final = 2
LONGEST: Final = 24
"""Letters: what is longer is encoded data."""
_BLOCK: Final = rb"/\*[^*]*(?:\*(?!/)[^*]*)*"
_SLASHES: Final = rb"//[^\n]*|" + _BLOCK
_HASH: Final = rb"(?<![^\s;])#(?!!)[^\n]*"
_QUOTES: Final = rb'"""[^"]*(?:"(?!"")[^"]*)*(?:""")?' + rb"|\x27{3}[^\x27]*(?:\x27(?!\x27\x27)[^\x27]*)*(?:\x27{3})?"
_DASHES: Final = rb"--[^\n]*"
_MARKS: Final[dict[bytes, str]] = {
    _SLASHES: "c cpp go rust java javascript typescript tsx csharp kotlin swift scala dart zig solidity",
    _HASH: "ruby bash perl",
    _HASH + b"|" + _QUOTES: "python elixir julia",
    _HASH + b"|" + _SLASHES: "php hcl",
    _DASHES: "lua haskell",
    _DASHES + b"|" + _BLOCK: "sql",
    rb"\(\*[^*]*(?:\*(?!\))[^*]*)*": "ocaml",
}
COMMENTS: Final = {language: re.compile(mark) for mark, languages in _MARKS.items() for language in languages.split()}


@dataclass(frozen=True, slots=True)
class Spoken:
    """Distinct words in lower case and in order, with spaces between, and a byte for each: how often, at most 255."""

    words: str
    counts: bytes


def spoken(content: bytes, language: str, names: Iterable[str]) -> Spoken:
    """Count the words of comments; a name that is used counts once more. About 20 ms for 1 MB."""
    comments = COMMENTS.get(language)
    if language in PROSE:
        return Spoken("", b"")
    text = b"\n".join(comments.findall(content)) if comments else b""
    counts: Counter[str] = Counter()
    for word, times in Counter(WORD.findall(text[:MOST_BYTES].decode("utf-8", "replace"))).items():
        for part in _telling(word):
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
