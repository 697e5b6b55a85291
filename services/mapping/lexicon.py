"""Which files and names a text is about: BM25-F over sub-tokens of paths, names, signatures and what is said.

On commit message → changed files this is above BM25 over the whole content in most repositories, and nowhere far
below (docs/benchmarks.md). What is only said, in comments and literals and by names that are used, stands apart,
with a byte for each term of a file. The index is made once, with the snapshot.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import chain, count, islice, pairwise
from operator import add
from typing import Final

import numpy as np
from scipy.sparse import csc_array, csr_array  # type: ignore[import-untyped]  # scipy comes without types

from services.mapping.columns import Array, Columns, Float32, Groups, Int32, Int64, Texts
from services.mapping.spoken import MOST_TIMES, Spoken
from services.mapping.words import STOP_WORDS, WORD, SplitNames, stem

FOLDER_WEIGHT: Final = 2.5
FILE_WEIGHT: Final = 4.0
NAME_WEIGHT: Final = 1.5
SIGNATURE_WEIGHT: Final = 0.4
SAID_WEIGHT: Final = 0.5
"""Of a word in comments and literals; a name that is used counts as one."""
LENGTH_SHARE: Final = 0.6
"""BM25's b: how far a long field is held against a file."""
SATURATION: Final = 1.2
"""BM25's k1: how soon one more occurrence adds nothing."""

SPACED: Final = bytes(byte if chr(byte).isalnum() or byte == ord("_") else ord(" ") for byte in range(128)) + bytes(128)
"""Of each ASCII byte: itself in a word, else a blank."""


class _Vocabulary:
    """Numbers words as they come, the names first, and takes them apart once each."""

    def __init__(self, names: Sequence[str], split: SplitNames) -> None:
        self._words: defaultdict[str, int] = defaultdict(count().__next__)
        self._number = self._words.__getitem__
        self._split = split
        self.numbers(names)

    def numbers(self, words: Sequence[str]) -> Int32:
        return np.fromiter(map(self._number, words), np.int32, len(words))

    def terms(self) -> tuple[list[str], Groups]:
        """Give all terms in order, and those of each word."""
        rest = SplitNames.of(list(islice(self._words, len(self._split.counts), None)))
        number: defaultdict[str, int] = defaultdict(count().__next__)
        part = np.fromiter(map(number.__getitem__, chain(self._split.parts, rest.parts)), np.int32)
        stems = [stem(one) if one not in STOP_WORDS and one[:1].isalnum() else "" for one in number]
        terms = sorted({*stems} - {""})
        position = {term: at for at, term in enumerate(terms)}
        term = np.asarray([position.get(one, -1) for one in stems], np.int32)[part]
        word = np.repeat(np.arange(len(self._words)), np.concatenate([self._split.counts, rest.counts]))
        offsets = np.zeros(len(self._words) + 1, np.int64)
        np.cumsum(np.bincount(word[term >= 0], minlength=len(self._words)), out=offsets[1:])
        return terms, Groups(offsets, term[term >= 0])


@dataclass(frozen=True, slots=True)
class Sources:
    """What a lexicon is made of: of each file its path and the words it says, and of each definition the rest."""

    paths: Sequence[str]
    spoken: Sequence[Spoken]
    names: Sequence[str]
    """Distinct."""
    split: SplitNames
    """The names, taken apart."""
    name_of: Int32
    file_of: Int32
    signatures: Texts


def index(sources: Sources) -> Columns:
    """Make the columns of a lexicon."""
    vocabulary = _Vocabulary(sources.names, sources.split)
    starts = np.searchsorted(sources.file_of, np.arange(len(sources.paths) + 1))
    whole, bounds = sources.signatures.blob.tobytes(), sources.signatures.offsets[starts].tolist()
    cut = [path.rpartition("/") for path in sources.paths]
    fields = (
        (FOLDER_WEIGHT, *_words_of_each(vocabulary, (_words(folder.encode()) for folder, _, _ in cut))),
        (FILE_WEIGHT, *_words_of_each(vocabulary, (_words(name.encode()) for _, _, name in cut))),
        (NAME_WEIGHT, starts, sources.name_of),
        (SIGNATURE_WEIGHT, *_words_of_each(vocabulary, (_words(whole[one:end]) for one, end in pairwise(bounds)))),
    )
    said = _words_of_each(vocabulary, (one.words.split() for one in sources.spoken))
    terms, of_word = vocabulary.terms()
    taken_apart = csr_array(
        (np.ones(len(of_word.items), np.int32), of_word.items, of_word.offsets),
        shape=(len(of_word.offsets) - 1, len(terms)),
    )
    frequencies = reduce(add, (_frequencies(*field, taken_apart) for field in fields))
    having = Groups(frequencies.indptr.astype(np.int64), frequencies.indices.astype(np.int32))
    starts = of_word.offsets[: len(sources.names) + 1]
    named = Groups.by(of_word.items[: starts[-1]], count=len(terms))
    owner = np.repeat(np.arange(len(sources.names), dtype=np.int32), np.diff(starts))
    return {
        "lexicon.frequency": frequencies.data.astype(np.float32),
        **Texts.pack(terms).columns("lexicon.terms"),
        **having.columns("lexicon.files"),
        **Groups(named.offsets, owner[named.items]).columns("lexicon.names"),
        **_said(*said, b"".join(one.counts for one in sources.spoken), taken_apart),
    }


def _said(offsets: Int64, words: Int32, counts: bytes, taken_apart: csr_array) -> dict[str, Array]:
    """List the files that say each term and how often, and give what once counts in each file: less among many."""
    files = len(offsets) - 1
    times = np.frombuffer(counts, np.uint8).astype(np.int32)
    said = (csr_array((times, words, offsets), shape=(files, taken_apart.shape[0])) @ taken_apart).tocsc()
    together = np.minimum(said.data, MOST_TIMES)
    length = np.bincount(said.indices, weights=together, minlength=files)
    average = max(float(length.sum()) / max(int((length > 0).sum()), 1), 1.0)
    worth = SAID_WEIGHT / (1 - LENGTH_SHARE + LENGTH_SHARE * length / average)
    saying = Groups(said.indptr.astype(np.int64), said.indices.astype(np.int32))
    return {
        "lexicon.said": worth.astype(np.float32),
        "lexicon.times": together.astype(np.uint8),
        **saying.columns("lexicon.saying"),
    }


def _words_of_each(vocabulary: _Vocabulary, texts: Iterable[Sequence[str]]) -> tuple[Int64, Int32]:
    """Give the words of texts as offsets and numbers."""
    words = [vocabulary.numbers(text) for text in texts]
    offsets = np.zeros(len(words) + 1, np.int64)
    np.cumsum([len(one) for one in words], out=offsets[1:])
    return offsets, np.concatenate([*words, np.empty(0, np.int32)])


def _words(text: bytes) -> list[str]:
    """Find words; underscores around one, which `parts` drops, are cut off where it costs nothing."""
    return text.translate(SPACED).decode().split() if text.isascii() else WORD.findall(text.decode())


def _frequencies(weight: float, offsets: Int64, words: Int32, taken_apart: csr_array) -> csc_array:
    """Give the weighted frequency of each term in each file, measured against the length of the field."""
    shape = (len(offsets) - 1, taken_apart.shape[0])
    times = (csr_array((np.ones(len(words), np.int32), words, offsets), shape=shape) @ taken_apart).tocsc()
    length = np.bincount(times.indices, weights=times.data, minlength=shape[0])
    average = max(float(length.sum()) / max(int((length > 0).sum()), 1), 1.0)
    norm = 1 - LENGTH_SHARE + LENGTH_SHARE * length / average
    return csc_array((weight * times.data / norm[times.indices], times.indices, times.indptr), shape=times.shape)


class Lexicon:
    """Reads the columns that `index` made."""

    def __init__(self, columns: Columns, *, files: int, names: int) -> None:
        self._terms = Texts.of(columns, "lexicon.terms")
        self._files = Groups.of(columns, "lexicon.files")
        self._names = Groups.of(columns, "lexicon.names")
        self._frequency = columns["lexicon.frequency"]
        self._saying = Groups.of(columns, "lexicon.saying")
        self._said = columns["lexicon.said"]
        self._times = columns["lexicon.times"]
        self._file_count = files
        self._name_count = names

    def number(self, term: str) -> int:
        """Find a term, or -1."""
        at = bisect_left(range(len(self._terms)), term, key=self._terms.__getitem__)
        return at if at < len(self._terms) and self._terms[at] == term else -1

    def score_files(self, terms: Mapping[str, float]) -> Float32:
        """Score every file for weighted terms; 0 where none occurs. Some 40 µs a term at 10k files."""
        scores = np.zeros(self._file_count, np.float32)
        for number, weight in self._known(terms):
            start, end = self._files.offsets[number], self._files.offsets[number + 1]
            saying, times = self._saying[number], self._times[self._saying.offsets[number] :]
            frequency = np.zeros(self._file_count, np.float32)
            frequency[saying] = self._said[saying] * times[: len(saying)]
            frequency[self._files.items[start:end]] += self._frequency[start:end]
            rarity = self._rarity(int(np.count_nonzero(frequency)))
            scores += weight * rarity * (frequency * (SATURATION + 1) / (SATURATION + frequency))
        return scores

    def score_names(self, terms: Mapping[str, float]) -> Float32:
        """Score every distinct name by the terms that are in it."""
        scores = np.zeros(self._name_count, np.float32)
        for number, weight in self._known(terms):
            having = int(self._files.offsets[number + 1] - self._files.offsets[number])
            scores[np.unique(self._names[number])] += weight * self._rarity(having)
        return scores

    def names_having(self, terms: Iterable[str]) -> Int32:
        """Give the distinct names in which all of these terms are, in any order."""
        numbers = [self.number(term) for term in terms]
        if not numbers or min(numbers) < 0:
            return np.empty(0, np.int32)
        found = np.unique(self._names[numbers[0]])
        for number in numbers[1:]:
            found = found[np.isin(found, self._names[number])]
        return found

    def said_in(self, file: int, terms: Mapping[str, float]) -> list[str]:
        """Give those of the terms that a file says, the rarest first."""
        found = []
        for number, _ in self._known(terms):
            saying = self._saying[number]
            at = int(np.searchsorted(saying, file))
            if at < len(saying) and saying[at] == file:
                found.append((len(saying), self._terms[number]))
        return [term for _, term in sorted(found)]

    def _rarity(self, having: int) -> float:
        """Say how much a term tells: BM25's inverse document frequency."""
        return float(np.log1p((self._file_count - having + 0.5) / (having + 0.5)))

    def _known(self, terms: Mapping[str, float]) -> list[tuple[int, float]]:
        found = ((self.number(term), weight) for term, weight in terms.items())
        return sorted((number, weight) for number, weight in found if number >= 0)
