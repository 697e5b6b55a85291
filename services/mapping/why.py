"""Why a definition is on a map, in words that its reader can check: the strongest reason first."""

from typing import Final

import numpy as np

from services.mapping.focus import Emphasis
from services.mapping.snapshot import Snapshot
from services.mapping.words import parts, stem

LEAST_SHARE: Final = 0.00005
MOST_WORDS: Final = 4
"""Words that are quoted in one reason."""


def reasons(snapshot: Snapshot, emphasis: Emphasis, index: int) -> tuple[str, ...]:
    """Say why a definition is shown."""
    found = [*_of_diff(snapshot, emphasis, index), *_of_focus(snapshot, emphasis, index)]
    if not found and emphasis.terms and (user := _user(snapshot, emphasis, index)):
        found.append(f"used by {user}")
    referring = int(snapshot.columns["definition.referring"][index])
    if referring:
        found.append(f"referred to by {referring} file{'s' if referring > 1 else ''}")
    share = float(snapshot.columns["definition.rank"][index])
    if share >= LEAST_SHARE:
        found.append(f"{share:.2%} of the rank")
    return tuple(found) or ("nothing else refers to it",)


def _of_diff(snapshot: Snapshot, emphasis: Emphasis, index: int) -> list[str]:
    changes = emphasis.changes
    if changes.definitions[index]:
        return ["changed by the diff"]
    found = []
    if (target := int(changes.user_of[index])) >= 0:
        found.append(f"uses changed {_qualified(snapshot, target)}")
    if (source := int(changes.used_by[index])) >= 0:
        found.append(f"used by changed {_qualified(snapshot, source)}")
    if not found and changes.files[snapshot.columns["definition.file"][index]]:
        found.append("in a file that the diff changes")
    return found


def _of_focus(snapshot: Snapshot, emphasis: Emphasis, index: int) -> list[str]:
    file = int(snapshot.columns["definition.file"][index])
    found = []
    if emphasis.named[index]:
        found.append("named in the focus")
    if emphasis.focused[file]:
        found.append("in a focused file")
    name, path = (_matching(emphasis, text) for text in (snapshot.name_of(index), snapshot.paths[file]))
    if name:
        found.append(f"matches {_quoted(name)} in its name")
    if path and not name:
        found.append(f"matches {_quoted(path)} in its path")
    if not found and emphasis.matched[file] > 0:
        said = [emphasis.spellings[term] for term in snapshot.lexicon.said_in(file, emphasis.terms)]
        if said:
            found.append(f"its file mentions {_quoted(said)}")
    return found


def _qualified(snapshot: Snapshot, index: int) -> str:
    return snapshot.symbol(index).qualified_name


def _matching(emphasis: Emphasis, text: str) -> list[str]:
    if not emphasis.terms:
        return []
    return list(dict.fromkeys(part for part in parts(text) if stem(part) in emphasis.terms))


def _quoted(words: list[str]) -> str:
    return ", ".join(f"'{word}'" for word in words[:MOST_WORDS])


def _user(snapshot: Snapshot, emphasis: Emphasis, index: int) -> str | None:
    """Name the definition or the file among the seeds that refers to a definition, the one of the highest rank."""
    offsets = snapshot.columns["edge.offsets"]
    sources = snapshot.columns["edge.source"][offsets[index] : offsets[index + 1]]
    inside = sources >= 0
    files = np.where(inside, snapshot.columns["definition.file"][np.where(inside, sources, 0)], -1 - sources)
    near = emphasis.seeds[files] if len(files) else inside
    if not near.any():
        return None
    users = sources[near & inside]
    if not len(users):
        return snapshot.paths[int(files[near].min())]
    return _qualified(snapshot, int(users[np.argmax(emphasis.definitions[users])]))
