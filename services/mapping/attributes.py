"""What `.gitattributes` says of files: `linguist-vendored` and `linguist-generated`, set or taken back.

It is the project's own word, so it stands above what a path looks like. Of two lines that match, the
later wins, and a file in a deeper folder stands above those around it, as in git.
"""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from services.mapping.languages import PathTraits, traits_of
from services.mapping.manifests import Manifest

FIELDS: Final = {"linguist-vendored": "vendored", "linguist-generated": "generated"}
"""Of each attribute: what it sets in `PathTraits`."""
WILD: Final = re.compile(r"\*\*/|/\*\*$|\*+|\?|\[!?[^\]/]+\]")
MOST_WILD: Final = 8
"""Bounds what a hostile pattern can cost on a path of a thousand characters."""


class Attributes:
    """The rules of a commit. A path costs some microseconds a rule, and most commits have none."""

    def __init__(self, manifests: Mapping[str, Manifest]) -> None:
        self._rules: list[tuple[str, re.Pattern[str], dict[str, bool]]] = []
        for path in sorted(manifests, key=lambda one: (one.count("/"), one)):
            folder = posixpath.dirname(path)
            for pattern, words in manifests[path].attributes:
                meant = _meaning(words)
                if meant and len(WILD.findall(pattern)) <= MOST_WILD:
                    self._rules.append((f"{folder}/" if folder else "", _compiled(pattern), meant))

    def traits(self, path: str) -> PathTraits:
        """Judge a path by its looks, then by what the project says of it."""
        found = traits_of(path)
        for folder, pattern, meant in self._rules:
            if path.startswith(folder) and pattern.fullmatch(path, len(folder)):
                found = replace(found, **meant)
        return found


def _meaning(words: str) -> dict[str, bool]:
    """Read `linguist-vendored`, `-linguist-vendored` and `linguist-vendored=false`."""
    meant = {}
    for word in words.split():
        name, _, value = word.lstrip("-!").partition("=")
        if name in FIELDS:
            meant[FIELDS[name]] = word[:1] not in "-!" and value.lower() not in {"false", "0", "no"}
    return meant


def _compiled(pattern: str) -> re.Pattern[str]:
    """Translate a pattern of git's: with a slash it begins at the folder of its file, else it is any file's name."""
    anchored = "/" in pattern.rstrip("/")
    text = pattern.lstrip("/")
    parts, at = [], 0
    for match in WILD.finditer(text):
        parts += [re.escape(text[at : match.start()]), _wild(match[0])]
        at = match.end()
    inner = "".join([*parts, re.escape(text[at:])])
    return re.compile(inner if anchored else f"(?:.*/)?{inner}", re.DOTALL)


def _wild(mark: str) -> str:
    known = {"**/": "(?:.*/)?", "/**": "/.*", "?": "[^/]"}
    if mark.startswith("["):
        return "[" + ("^" if mark[1] == "!" else "") + re.escape(mark[1:-1].removeprefix("!")).replace(r"\-", "-") + "]"
    return known.get(mark, "[^/]*")
