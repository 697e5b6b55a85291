"""What matters to one asker: the words of a question lead, the graph brings the neighbours.

Files get a score from what was named, what a diff changes and what matches by word; of each file the definitions
that fit best stand for it, so that a small map shows many files rather than much of one. `why.py` says in words
what brought each of them up.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import numpy as np

from services.mapping.columns import Bool, Float32
from services.mapping.mentions import MOST_NAMESAKES, mentioned_definitions, mentioned_files
from services.mapping.patched import Changes, changes_of
from services.mapping.rank import normalised, walk
from services.mapping.search import PART
from services.mapping.snapshot import Snapshot
from services.mapping.views import Focus
from services.mapping.words import WORD, parts, stem, terms

FIRST_LINE: Final = 3.0
"""What a word of the first line counts against one below: it says what the rest explains."""
DIFF_WORD: Final = 0.5
"""What a word in a changed line counts: the files that it is about are named anyway."""
MOST_TERMS: Final = 200
MOST_SEEDS: Final = 40
"""Files from which the walk starts; more than these blur it."""
MOST_LED: Final = 200
"""Files whose definitions are put in order; those below show one at most."""
FOCUS_DAMPING: Final = 0.5
FOCUS_TOLERANCE: Final = 1e-3
MATCHED_SHARE: Final = 0.7
WALKED_SHARE: Final = 0.3
NAMED_SHARE: Final = 0.7
"""What a file gets for a definition that was named."""
HOLDING_POWER: Final = 0.4
"""Of the voice of a file: the words of a test, and what it is a neighbour of, count 0.82 of others'."""
TEST_TERMS: Final = frozenset(map(stem, ("test", "spec", "mock", "fixture", "benchmark")))
SYMBOL_SHARE: Final = 2.0
"""What a definition gets that was named, or that the diff changes."""
USER_SHARE: Final = 1.2
"""What a definition gets that refers to a changed one, times how sure that is: a review looks there next."""
USED_SHARE: Final = 0.5
NAME_SHARE: Final = 0.05
LEAD_SHARE: Final = 1.0
CROWDING: Final = 0.7
NEAR_SHARE: Final = 0.12
RANK_SHARE: Final = 0.02


@dataclass(frozen=True, slots=True)
class Emphasis:
    """The scores of all definitions and files for one focus, each summing to 1, and what they are made of."""

    definitions: Float32
    files: Float32
    terms: dict[str, float]
    """The stems that were looked for, with what each counts."""
    spellings: dict[str, str]
    """Of each stem: the word as the asker wrote it, in lower case."""
    named: Bool
    """Of each definition: whether the asker named it."""
    focused: Bool
    """Of each file: whether the asker named it or its folder."""
    matched: Float32
    """Of each file: how well its words fit, 0 to 1."""
    seeds: Bool
    """Of each file: whether the walk began there."""
    changes: Changes


def emphasise(snapshot: Snapshot, focus: Focus) -> Emphasis:
    """Score everything for a focus: about 20 ms at 10k files. What matches nothing leaves the plain rank."""
    changes = changes_of(snapshot, focus.diff)
    wanted = _wanted(focus, changes)
    named = _named(snapshot, focus)
    focused = snapshot.files_below(focus.files) | mentioned_files(snapshot, focus.text)
    matched = _scaled(snapshot.lexicon.score_files(wanted))
    held = _held_back(snapshot, focus)
    held[focused | changes.files] = 1
    strength = held * _said_or_named(snapshot, matched, named) + focused + changes.files
    seeds = _strongest(strength)
    if not seeds.any():
        ranks, files = snapshot.columns["definition.rank"], snapshot.columns["file.rank"]
        return Emphasis(ranks, files, {}, {}, named, focused, matched, seeds, changes)
    walked = walk(
        snapshot.links,
        normalised(np.where(seeds, strength, 0).astype(np.float32)),
        damping=FOCUS_DAMPING,
        tolerance=FOCUS_TOLERANCE,
    )
    files = strength + WALKED_SHARE * held * _scaled(walked.files)
    by_name = _scaled(snapshot.lexicon.score_names(wanted))[snapshot.columns["definition.name"]]
    standing = snapshot.attached("standing in a focus", lambda: _standing(snapshot))
    near = _scaled(walked.definitions * snapshot.standing.weight)
    score = LEAD_SHARE * _led(snapshot, files * held, by_name, standing) + NAME_SHARE * by_name * standing
    score += NEAR_SHARE * near + RANK_SHARE * _scaled(snapshot.columns["definition.rank"])
    score += SYMBOL_SHARE * (named * standing + changes.definitions)
    score += (USER_SHARE * changes.users + USED_SHARE * (changes.used_by >= 0)) * standing
    return Emphasis(
        normalised(score.astype(np.float32)),
        normalised(files.astype(np.float32)),
        wanted,
        _spellings(focus, changes),
        named,
        focused,
        matched,
        seeds,
        changes,
    )


def _wanted(focus: Focus, changes: Changes) -> dict[str, float]:
    """Weigh the stems that are looked for, in the order in which they were said."""
    first, _, rest = focus.text.strip().partition("\n")
    weights: defaultdict[str, float] = defaultdict(float)
    for text, weight in ((first, FIRST_LINE), (rest, 1.0), *((name, FIRST_LINE) for name in focus.symbols)):
        for term in terms(text):
            weights[term] += weight
    for word in changes.words:
        for term in terms(word):
            weights[term] += DIFF_WORD
    return dict(list(weights.items())[:MOST_TERMS])


def _spellings(focus: Focus, changes: Changes) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in (focus.text, *focus.symbols, *changes.words):
        for word in WORD.findall(text):
            for part in parts(word):
                found.setdefault(stem(part), part)
    return found


def _named(snapshot: Snapshot, focus: Focus) -> Bool:
    """Find the definitions that the asker named: as symbols, or as identifiers in the text."""
    named = mentioned_definitions(snapshot, focus.text)
    for symbol in focus.symbols:
        named[snapshot.find_symbols(symbol, least_grade=PART)[:MOST_NAMESAKES]] = True
    return named


def _held_back(snapshot: Snapshot, focus: Focus) -> Float32:
    """Say what the words of each file count: a test says what the code says that it is about, and is seldom meant."""
    asked = (term for text in (focus.text, *focus.symbols) for term in terms(text))
    power = HOLDING_POWER if TEST_TERMS.isdisjoint(asked) else 0.0
    return (snapshot.standing.files**power).astype(np.float32)


def _said_or_named(snapshot: Snapshot, matched: Float32, named: Bool) -> Float32:
    """Score files by the words that they have in common with the text, and by the definitions that it names."""
    score = MATCHED_SHARE * matched
    score[np.unique(snapshot.columns["definition.file"][named])] += NAMED_SHARE
    return score.astype(np.float32)


def _strongest(strength: Float32) -> Bool:
    """Pick the files that the walk starts from."""
    chosen = np.zeros(len(strength), np.bool_)
    order = np.argsort(-strength, kind="stable")[:MOST_SEEDS]
    chosen[order[strength[order] > 0]] = True
    return chosen


def _led(snapshot: Snapshot, files: Float32, by_name: Float32, standing: Float32) -> Float32:
    """Give each definition what its file is worth, the less the more of the file come before it."""
    columns = snapshot.columns
    start = columns["file.definition_start"]
    led = np.zeros(len(by_name), np.float32)
    fall = (1.0 + np.arange(int(np.diff(start).max(initial=0)))) ** -CROWDING
    leaders = np.sort(np.argsort(-files, kind="stable")[:MOST_LED])
    for file in leaders.tolist():
        rows = slice(int(start[file]), int(start[file + 1]))
        if rows.start == rows.stop:
            continue
        rank = columns["definition.rank"][rows]
        fit = (by_name[rows] + 0.5 * rank / max(float(rank.max()), 1e-12)) * standing[rows]
        order = np.argsort(-fit, kind="stable")
        led[rows][order] = files[file] * (0.5 + 0.5 * fit[order] / max(float(fit[order[0]]), 1e-12)) * fall[: len(fit)]
    return led


def _standing(snapshot: Snapshot) -> Float32:
    """Hold tests, vendored code and private names back, less than in the plain rank: they were asked for."""
    kinds = np.asarray([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.9, 0.6, 0.7, 0.5, 0.6, 0.6, 1.0, 0.7], np.float32)
    standing: Float32 = np.sqrt(snapshot.standing.definitions) * kinds[snapshot.columns["definition.kind"]]
    return standing


def _scaled(values: Float32) -> Float32:
    top = float(values.max(initial=0.0))
    return (values / top).astype(np.float32) if top > 0 else values
