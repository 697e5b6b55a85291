"""Which files and names a text is about: BM25-F over sub-tokens of paths, names and signatures.

No file content is looked at: on commit message → changed files this beats BM25 over the whole
content, with an index of a hundredth of the size. The index is made once, with the snapshot.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain, count, islice, pairwise
from typing import Final

import numpy as np
from scipy.sparse import csc_array, csr_array  # type: ignore[import-untyped]  # scipy comes without types

from services.mapping.columns import Columns, Float32, Groups, Int32, Int64, Texts
from services.mapping.words import STOP_WORDS, WORD, SplitNames, stem

PATH_WEIGHT: Final = 2.0
NAME_WEIGHT: Final = 2.0
SIGNATURE_WEIGHT: Final = 0.5
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


def index(
    paths: Sequence[str], names: Sequence[str], split: SplitNames, name_of: Int32, file_of: Int32, signatures: Texts
) -> Columns:
    """Make the columns of a lexicon for files, distinct names, and definitions (name and file of each)."""
    vocabulary = _Vocabulary(names, split)
    starts = np.searchsorted(file_of, np.arange(len(paths) + 1))
    whole, bounds = signatures.blob.tobytes(), signatures.offsets[starts].tolist()
    fields = (
        (PATH_WEIGHT, *_words_of_each(vocabulary, (path.encode() for path in paths))),
        (NAME_WEIGHT, starts, name_of),
        (SIGNATURE_WEIGHT, *_words_of_each(vocabulary, (whole[start:end] for start, end in pairwise(bounds)))),
    )
    terms, of_word = vocabulary.terms()
    taken_apart = csr_array(
        (np.ones(len(of_word.items), np.int32), of_word.items, of_word.offsets),
        shape=(len(of_word.offsets) - 1, len(terms)),
    )
    first, second, third = (_frequencies(*field, taken_apart) for field in fields)
    frequencies = first + second + third
    having = Groups(frequencies.indptr.astype(np.int64), frequencies.indices.astype(np.int32))
    starts = of_word.offsets[: len(names) + 1]
    named = Groups.by(of_word.items[: starts[-1]], count=len(terms))
    owner = np.repeat(np.arange(len(names), dtype=np.int32), np.diff(starts))
    return {
        "lexicon.frequency": frequencies.data.astype(np.float32),
        **Texts.pack(terms).columns("lexicon.terms"),
        **having.columns("lexicon.files"),
        **Groups(named.offsets, owner[named.items]).columns("lexicon.names"),
    }


def _words_of_each(vocabulary: _Vocabulary, texts: Iterable[bytes]) -> tuple[Int64, Int32]:
    """Give the words of texts as offsets and numbers."""
    words = [vocabulary.numbers(_words(text)) for text in texts]
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
        self._file_count = files
        self._name_count = names

    def number(self, term: str) -> int:
        """Find a term, or -1."""
        at = bisect_left(range(len(self._terms)), term, key=self._terms.__getitem__)
        return at if at < len(self._terms) and self._terms[at] == term else -1

    def weight(self, number: int) -> float:
        """Say how much a term tells: BM25's inverse document frequency."""
        having = int(self._files.offsets[number + 1] - self._files.offsets[number])
        return float(np.log1p((self._file_count - having + 0.5) / (having + 0.5)))

    def score_files(self, terms: Iterable[str]) -> Float32:
        """Score every file for the terms of a text; 0 where none occurs."""
        scores = np.zeros(self._file_count, np.float32)
        for number in self._known(terms):
            start, end = self._files.offsets[number], self._files.offsets[number + 1]
            frequency = self._frequency[start:end]
            gain = frequency * (SATURATION + 1) / (SATURATION + frequency)
            scores[self._files.items[start:end]] += self.weight(number) * gain
        return scores

    def score_names(self, terms: Iterable[str]) -> Float32:
        """Score every distinct name by the terms that are in it."""
        scores = np.zeros(self._name_count, np.float32)
        for number in self._known(terms):
            scores[np.unique(self._names[number])] += self.weight(number)
        return scores

    def _known(self, terms: Iterable[str]) -> list[int]:
        return sorted({number for number in map(self.number, terms) if number >= 0})
