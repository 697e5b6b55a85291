"""Names taken apart: `HTTPServer_v2` is http, server, v, 2; and what a word has in common with its kin."""

import re
from functools import lru_cache
from typing import Final

WORD: Final = re.compile(r"[^\W_]+(?:_+[^\W_]+)*")
"""An identifier or a plain word within any text."""
_PART: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W_A-Za-z0-9]+")
_ENDINGS: Final = ("ations", "ation", "ings", "ing", "ers", "ed", "er", "es", "s", "e")
SHORTEST_STEM: Final = 4
_STOP_WORDS: Final = (
    "a an and are as at be by do does for from how i if in into is it its me my no not of on or our self show so "
    "that the their then there these this to us use we what when where which who why will with you your def fn func "
    "function class struct enum interface const let var return none null true false int str bool string void public "
    "private static async await py js ts go rs"
)
STOP_WORDS: Final = frozenset(_STOP_WORDS.split())
"""Words that say nothing about code: of English, and of every signature."""


def parts(name: str) -> list[str]:
    """Split a name at its humps, underscores and digits, in lower case."""
    if name.islower() and name.isalpha():
        return [name]
    return list(map(str.lower, _PART.findall(name)))


def letters(name: str) -> list[str]:
    """Split a name for a search: its parts, or all of it where it has none, as `+=` or `_`. Never white space."""
    return parts(name) or ["".join(name.lower().split())]


def squashed(name: str) -> str:
    """Give a name as a search compares it: `build_repo_map` and `buildRepoMap` are `buildrepomap`."""
    return "".join(letters(name))


@lru_cache(maxsize=1 << 17)
def stem(word: str) -> str:
    """Cut one common ending, so that clone, cloned and cloning meet."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def terms(text: str) -> list[str]:
    """Give the stems of all parts of all words of a text, without stop words."""
    return [stem(part) for word in WORD.findall(text) for part in parts(word) if part not in STOP_WORDS]
