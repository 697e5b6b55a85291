"""What a text names outright: paths and file names, and identifiers that are defined.

A word counts as an identifier when it is written like one (`clone_repository`, `TcpStream`, `Clone.run`): `run`
and `map` are English as well. Found by the index of sub-tokens, in microseconds, and never by a search.
"""

import re
from collections.abc import Iterable
from typing import Final

import numpy as np

from services.mapping.columns import Bool, Groups, Int32
from services.mapping.snapshot import Snapshot
from services.mapping.words import STOP_WORDS, WORD, parts, stem

DOTTED: Final = re.compile(r"(?<!\w)\w++(?:(?:\.|::)\w++)++")
"""A member as people write it: `Class.method`. Begun at each letter of a word, 10,000 in a row would take 7 s."""
FILE_NAME: Final = re.compile(r"(?<![\w.+/-])[\w.+/-]*[\w+-]\.[A-Za-z]\w{0,9}\b")
"""A path or a file name: with an extension. Only where none of its characters stands before it, for the same reason."""
MOST_MENTIONS: Final = 100
"""Of each sort; a pasted log has thousands."""
MOST_NAMESAKES: Final = 200
"""Definitions that one name may stand for."""
MOST_SAME_FILES: Final = 3
"""Files of one name that are meant by it: there are hundreds of `__init__.py`."""


def mentioned_definitions(snapshot: Snapshot, text: str) -> Bool:
    """Say of each definition whether the text names it."""
    named = np.zeros(len(snapshot.columns["definition.name"]), np.bool_)
    words = dict.fromkeys((*DOTTED.findall(text), *WORD.findall(text)))
    compound = [word for word in words if len(parts(word)) > 1][:MOST_MENTIONS]
    for word in compound:
        named[exactly(snapshot, word)[:MOST_NAMESAKES]] = True
    return named


def exactly(snapshot: Snapshot, word: str) -> Int32:
    """Give the definitions of a name, whatever its case; of `Class.method` those in that class."""
    outer, last = re.split(r"\.|::", word)[-2:] if DOTTED.fullmatch(word) else ("", word)
    columns = snapshot.columns
    definitions = Groups.of(columns, "name.definitions")
    rows = np.concatenate([definitions[name] for name in _names(snapshot, last)] or [np.empty(0, np.int32)])
    if outer and len(rows):
        parent = columns["definition.parent"][rows]
        inside = np.isin(columns["definition.name"][np.maximum(parent, 0)], _names(snapshot, outer))
        rows = rows[inside & (parent >= 0)]
    found: Int32 = rows[np.argsort(-columns["definition.rank"][rows], kind="stable")]
    return found


def _names(snapshot: Snapshot, word: str) -> list[int]:
    """Give the distinct names that are this word but for case and underscores; the same case alone, if there is it."""
    split = parts(word)
    found = snapshot.lexicon.names_having({stem(part) for part in split if part not in STOP_WORDS}).tolist()
    alike = [name for name in found if parts(snapshot.name_text(name)) == split]
    return [name for name in alike if snapshot.name_text(name) == word] or alike


def mentioned_files(snapshot: Snapshot, text: str) -> Bool:
    """Say of each file whether the text has its path, or its name where few files have that."""
    mentioned = np.zeros(len(snapshot.paths), np.bool_)
    written = list(dict.fromkeys(FILE_NAME.findall(text)))[:MOST_MENTIONS]
    if written:
        by_name = snapshot.attached("files by name", lambda: _by_name(snapshot.paths))
        for one in written:
            path = one.removeprefix("./").lstrip("/")
            same = by_name.get(path.rpartition("/")[2], [])
            meant = [file for file in same if f"/{snapshot.paths[file]}".endswith(f"/{path}")]
            if len(meant) <= MOST_SAME_FILES:
                mentioned[meant] = True
    return mentioned


def _by_name(paths: Iterable[str]) -> dict[str, list[int]]:
    names: dict[str, list[int]] = {}
    for number, path in enumerate(paths):
        names.setdefault(path.rpartition("/")[2], []).append(number)
    return names
