"""What files and definitions are worth before anybody refers to them.

A file has a voice (how much its references count) and gives its definitions a worth (how much a
reference to one counts). Tests and examples show what users of a project use, so they have a voice;
what they define is nobody's to use, so it is worth little.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from services.mapping.attributes import Attributes
from services.mapping.columns import Bool, Float32, Int32, Int64, sums
from services.mapping.corpus import CONTAINERS, MEMBERS, Corpus
from services.mapping.records import DefinitionKind as Kind

TEST_WORTH: Final = 0.1
TEST_VOICE: Final = 0.6
"""There are more test files than others in many projects; together they must not decide alone."""
EXAMPLE_WORTH: Final = 0.2
FOREIGN_WEIGHT: Final = 0.1
GENERATED_WEIGHT: Final = 0.2
PROSE: Final = frozenset({"markdown", "css", "html"})
PROSE_WEIGHT: Final = 0.05
"""Of headings and selectors: they are found by name, and stand below all code."""
PRIVATE_WEIGHT: Final = 0.2
HIDDEN_WEIGHT: Final = 0.25
"""Of a definition that its language does not let out of its file, package or crate, where others are let out."""
LOCAL_WEIGHT: Final = 0.1
"""A definition inside a function: nobody else can name it."""
VALUE_WEIGHT: Final = 0.3
"""Of constants, fields and one-line macros: everything mentions them, and they say little."""
REEXPORT_GAIN: Final = 0.7
"""What the first re-export adds to a definition's worth; the n-th adds less."""
MOST_REEXPORTS: Final = 4
SIZE_POWER: Final = 0.4
"""Of the lines: a class of a thousand lines is worth four one-page helpers that are used as often."""
MOST_LINES: Final = 1000
VALUES: Final = (Kind.FIELD, Kind.CONSTANT, Kind.VARIABLE)
KIND_WEIGHT: Final[dict[Kind, float]] = {
    Kind.MODULE: 0.3,
    Kind.CLASS: 1.0,
    Kind.INTERFACE: 1.0,
    Kind.STRUCT: 1.0,
    Kind.ENUM: 0.8,
    Kind.TRAIT: 1.0,
    Kind.FUNCTION: 0.8,
    Kind.METHOD: 0.5,
    Kind.CONSTRUCTOR: 0.3,
    Kind.PROPERTY: 0.3,
    Kind.FIELD: 0.1,
    Kind.CONSTANT: 0.15,
    Kind.VARIABLE: 0.3,
    Kind.TYPE: 0.6,
    Kind.MACRO: 0.25,
}
EXAMPLE_PATH: Final = re.compile(r"(?:^|/)(?:examples?|samples?|demos?|docs?|tutorials?|bench(?:es|marks?)?)/")
HIDDEN: Final[dict[str, re.Pattern[str]]] = {
    "rust": re.compile(r"(?!pub |macro_rules!)"),
    "typescript": re.compile(r"(?!export\b)"),
    "tsx": re.compile(r"(?!export\b)"),
    "c": re.compile(r"static\b"),
    "lua": re.compile(r"local\b"),
    "swift": re.compile(r"(?:file)?private\b"),
    **dict.fromkeys(("kotlin", "scala"), re.compile(r"private\b")),
}
"""Signatures of top-level definitions that nobody else can use. (Go says it by the name.)"""
HIDDEN_MEMBER: Final[dict[str, re.Pattern[str]]] = {
    "rust": re.compile(r"(?!pub )"),
    **dict.fromkeys(
        ("typescript", "tsx", "java", "csharp", "php", "cpp", "kotlin", "scala", "swift"),
        re.compile(r"(?:static |override |final )*(?:private|fileprivate|protected|#)\b"),
    ),
}


@dataclass(frozen=True, slots=True)
class Voices:
    """Of each file: is it a test, is it an example, how much do its references and its definitions count."""

    tests: Bool
    examples: Bool
    voice: Float32
    worth: Float32

    @classmethod
    def of(cls, corpus: Corpus, attributes: Attributes) -> "Voices":
        """Judge files by their paths, by what the project says of them, and by what they say of themselves."""
        paths = corpus.paths
        traits = [attributes.traits(path) for path in paths]
        tests = np.asarray([one.test for one in traits], np.bool_)
        folders = [path.rpartition("/")[0] for path in paths]
        example = {folder: EXAMPLE_PATH.search(f"{folder}/") is not None for folder in dict.fromkeys(folders)}
        examples = np.asarray([example[folder] for folder in folders], np.bool_)
        kept = np.ones(len(paths), np.float32)
        kept[np.asarray([one.vendored for one in traits], np.bool_)] *= FOREIGN_WEIGHT
        kept[np.asarray([one.generated for one in traits], np.bool_) | corpus.generated] *= GENERATED_WEIGHT
        kept[np.asarray([language in PROSE for language in corpus.languages], np.bool_)] *= PROSE_WEIGHT
        voice = np.where(tests, TEST_VOICE, 1.0) * kept
        worth = np.where(tests, TEST_WORTH, np.where(examples, EXAMPLE_WORTH, 1.0)) * kept
        return cls(tests, examples, voice.astype(np.float32), worth.astype(np.float32))


def worth_of(corpus: Corpus, files: Float32, reexports: Int32) -> Float32:
    """Say of each definition how much a reference to it counts. `reexports` counts the barrels that pass it on."""
    definitions = corpus.definitions
    worth = files[definitions.file].astype(np.float32)
    if not len(worth):
        return worth
    private = corpus.say(definitions.name, lambda name: name.startswith("_"))
    worth[private] *= PRIVATE_WEIGHT
    worth[_hidden(corpus) & ~private] *= HIDDEN_WEIGHT
    worth[_local(corpus)] *= LOCAL_WEIGHT
    one_line = definitions.end_line == definitions.start_line
    worth[np.isin(definitions.kind, VALUES) | ((definitions.kind == Kind.MACRO) & one_line)] *= VALUE_WEIGHT
    gain: Float32 = (worth * (1 + REEXPORT_GAIN * np.sqrt(np.minimum(reexports, MOST_REEXPORTS)))).astype(np.float32)
    return gain


def _local(corpus: Corpus) -> Bool:
    definitions = corpus.definitions
    nested = definitions.parent >= 0
    local = np.zeros(len(nested), np.bool_)
    local[nested] = ~np.isin(definitions.kind[definitions.parent[nested]], (*CONTAINERS, Kind.MODULE))
    return local


def _hidden(corpus: Corpus) -> Bool:
    """Say of each definition whether its language keeps it from other files, packages or crates."""
    definitions = corpus.definitions
    hidden = np.zeros(len(definitions.name), np.bool_)
    speaking = _speakers(corpus)
    top = definitions.parent < 0
    for language, pattern in HIDDEN.items():
        _match(hidden, np.flatnonzero(speaking(language) & top).astype(np.int64), corpus, pattern)
    inside = np.isin(definitions.kind, MEMBERS) & ~top
    of_trait = np.zeros(len(top), np.bool_)
    of_trait[inside] = np.isin(definitions.kind[definitions.parent[inside]], (Kind.TRAIT, Kind.INTERFACE))
    for language, pattern in HIDDEN_MEMBER.items():
        _match(hidden, np.flatnonzero(speaking(language) & inside & ~of_trait).astype(np.int64), corpus, pattern)
    go = np.flatnonzero(speaking("go"))
    hidden[go] |= corpus.say(definitions.name[go], lambda name: name[:1].islower())
    return hidden


def _speakers(corpus: Corpus) -> Callable[[str], Bool]:
    """Say of each definition whether it is in a language; a number is compared faster than a word."""
    number = {language: at for at, language in enumerate(sorted(set(corpus.languages)))}
    spoken = np.asarray([number[language] for language in corpus.languages], np.int32)[corpus.definitions.file]
    return lambda language: spoken == number.get(language, -1)


def _match(hidden: Bool, rows: Int64, corpus: Corpus, pattern: re.Pattern[str]) -> None:
    hidden[rows] = corpus.say(corpus.definitions.signature[rows], pattern.match)


def weight_of(corpus: Corpus, owner: Int32) -> Float32:
    """Weigh definitions by kind and by a power of their lines, those of methods that stand elsewhere included."""
    definitions = corpus.definitions
    by_kind = np.zeros(max(Kind) + 1, np.float32)
    for kind, value in KIND_WEIGHT.items():
        by_kind[kind] = value
    lines = np.maximum(definitions.end_line - definitions.start_line + 1, 1)
    outside = np.flatnonzero((definitions.parent < 0) & (owner >= 0))
    lines = lines + sums(owner[outside], lines[outside], count=len(lines))
    size = (np.minimum(lines, MOST_LINES) ** SIZE_POWER).astype(np.float32)
    weight: Float32 = by_kind[definitions.kind] * size
    return weight
