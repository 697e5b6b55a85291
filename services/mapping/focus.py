"""What matters to one asker: the words of a question lead, the graph brings the neighbours.

Every symbol gets a score from what was named, what matches by word, what the seeds refer to, and
a little of the rank of the whole; and it can say which of these brought it up.
"""

import re
from dataclasses import dataclass
from typing import Final

import numpy as np

from services.mapping.columns import Bool, Float32, Int32
from services.mapping.rank import definition_ranks, normalised, walk
from services.mapping.search import PART
from services.mapping.snapshot import Snapshot
from services.mapping.views import Focus
from services.mapping.words import WORD, parts, stem, terms

NAMED_SHARE: Final = 2.0
NAME_SHARE: Final = 1.0
FOCUSED_FILE_SHARE: Final = 1.0
WORDS_SHARE: Final = 0.4
"""For a definition of a file that matches, though its own name does not."""
NEAR_SHARE: Final = 0.35
RANK_SHARE: Final = 0.05
MOST_SEEDS: Final = 40
"""Files from which the walk starts; more than these blur it."""
FOCUS_DAMPING: Final = 0.5
FOCUS_TOLERANCE: Final = 1e-3
DOTTED: Final = re.compile(r"\w+(?:(?:\.|::)\w+)+")
"""A member as people write it: `Class.method`."""
LEAST_SHARE: Final = 0.00005
MOST_SYMBOLS: Final = 200
"""Definitions that one named symbol may stand for."""


@dataclass(frozen=True, slots=True)
class Emphasis:
    """The scores of all definitions and files for one focus, each summing to 1, and what they are made of."""

    definitions: Float32
    files: Float32
    terms: frozenset[str]
    named: Bool
    """Of each definition: whether the asker named it."""
    focused: Bool
    """Of each file: whether the asker named it or its folder."""
    matched: Float32
    """Of each file: how well its words fit, 0 to 1."""
    seeds: Bool
    """Of each file: whether the walk began there."""


def emphasise(snapshot: Snapshot, focus: Focus) -> Emphasis:
    """Score everything for a focus: about 20 ms at 10k files. What matches nothing leaves the plain rank."""
    wanted = sorted({*terms(focus.text), *(term for name in focus.symbols for term in terms(name))})
    named = _named(snapshot, focus)
    focused = snapshot.files_below(focus.files)
    matched = _scaled(snapshot.lexicon.score_files(wanted))
    definition_file = snapshot.columns["definition.file"]
    strength = matched**2
    strength[focused] += 1.0
    np.add.at(strength, np.unique(definition_file[named]), 1.0)
    seeds = _strongest(strength)
    if not seeds.any():
        ranks, files = snapshot.columns["definition.rank"], snapshot.columns["file.rank"]
        return Emphasis(ranks, files, frozenset(), named, focused, matched, seeds)
    walked = walk(
        snapshot.links,
        normalised(np.where(seeds, strength, 0).astype(np.float32)),
        damping=FOCUS_DAMPING,
        tolerance=FOCUS_TOLERANCE,
    )
    near = _scaled(definition_ranks(walked, snapshot.standing, definition_file))
    rank = snapshot.columns["definition.rank"]
    within = _within_file(rank, definition_file, len(snapshot.paths))
    by_name = _scaled(snapshot.lexicon.score_names(wanted))[snapshot.columns["definition.name"]]
    score = (
        NAMED_SHARE * named
        + NAME_SHARE * by_name * (0.5 + 0.5 * matched[definition_file])
        + within * (WORDS_SHARE * matched + FOCUSED_FILE_SHARE * focused)[definition_file]
    ) * _standing(snapshot)
    score = score + NEAR_SHARE * near + RANK_SHARE * _scaled(rank)
    files = 0.7 * matched + focused + 0.3 * _scaled(walked.files)
    return Emphasis(
        normalised(score.astype(np.float32)),
        normalised(files.astype(np.float32)),
        frozenset(wanted),
        named,
        focused,
        matched,
        seeds,
    )


def _named(snapshot: Snapshot, focus: Focus) -> Bool:
    """Find the definitions that the asker named: as symbols, or as identifiers in the text."""
    named = np.zeros(len(snapshot.columns["definition.name"]), np.bool_)
    for symbol in focus.symbols:
        named[snapshot.find_symbols(symbol, least_grade=PART)[:MOST_SYMBOLS]] = True
    for word in sorted({*WORD.findall(focus.text), *DOTTED.findall(focus.text)}):
        if len(parts(word)) > 1:
            named[snapshot.find_symbols(word)[:MOST_SYMBOLS]] = True
    return named


def _strongest(strength: Float32) -> Bool:
    """Pick the files that the walk starts from."""
    chosen = np.zeros(len(strength), np.bool_)
    order = np.argsort(-strength, kind="stable")[:MOST_SEEDS]
    chosen[order[strength[order] > 0]] = True
    return chosen


def _standing(snapshot: Snapshot) -> Float32:
    """Hold tests, vendored code and private names back, less than in the plain rank: they were asked for."""
    kinds = np.asarray([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.9, 0.6, 0.7, 0.5, 0.6, 0.6, 1.0, 0.7], np.float32)
    standing: Float32 = np.sqrt(snapshot.standing.definitions) * kinds[snapshot.columns["definition.kind"]]
    return standing


def _scaled(values: Float32) -> Float32:
    top = float(values.max(initial=0.0))
    return (values / top).astype(np.float32) if top > 0 else values


def _within_file(rank: Float32, file: Int32, files: int) -> Float32:
    """Give each definition's rank as a share of the highest in its file."""
    top = np.zeros(files, np.float32)
    np.maximum.at(top, file, rank)
    return (rank / np.maximum(top[file], 1e-12)).astype(np.float32)


def reasons(snapshot: Snapshot, emphasis: Emphasis, index: int) -> tuple[str, ...]:
    """Say in words why a definition is shown, the strongest reason first."""
    file = int(snapshot.columns["definition.file"][index])
    found: list[str] = []
    if emphasis.named[index]:
        found.append("named in the focus")
    if emphasis.focused[file]:
        found.append("in a focused file")
    if words := _matching(emphasis, snapshot.name_of(index)):
        found.append(f"matches {_quoted(words)} in its name")
    elif words := _matching(emphasis, snapshot.paths[file]):
        found.append(f"matches {_quoted(words)} in its path")
    if not found and emphasis.terms and (user := _user(snapshot, emphasis, index)):
        found.append(f"used by {user}")
    referring = int(snapshot.columns["definition.referring"][index])
    if referring:
        found.append(f"referred to by {referring} file{'s' if referring > 1 else ''}")
    share = float(snapshot.columns["definition.rank"][index])
    if share >= LEAST_SHARE:
        found.append(f"{share:.2%} of the rank")
    return tuple(found) or ("nothing else refers to it",)


def _matching(emphasis: Emphasis, text: str) -> list[str]:
    if not emphasis.terms:
        return []
    return list(dict.fromkeys(part for part in parts(text) if stem(part) in emphasis.terms))


def _quoted(words: list[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _user(snapshot: Snapshot, emphasis: Emphasis, index: int) -> str | None:
    """Name the first file among the seeds that refers to a definition."""
    offsets = snapshot.columns["edge.offsets"]
    sources = snapshot.columns["edge.source"][offsets[index] : offsets[index + 1]]
    inside = sources >= 0
    files = np.where(inside, snapshot.columns["definition.file"][np.where(inside, sources, 0)], -1 - sources)
    seeds = np.unique(files[emphasis.seeds[files]]) if len(files) else files
    return snapshot.paths[int(seeds[0])] if len(seeds) else None
