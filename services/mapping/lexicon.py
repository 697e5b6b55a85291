"""Which files and names a text is about: BM25-F over sub-tokens of paths, names and signatures.

No file content is looked at: on commit message → changed files this beats BM25 over the whole
content, with an index of a hundredth of the size. The index is made once, with the snapshot.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count, pairwise
from typing import Final

import numpy as np

from services.mapping.columns import Array, Columns, Float32, Float64, Groups, Int32, Int64, Texts, spans, sums
from services.mapping.words import STOP_WORDS, WORD, parts, stem

PATH_WEIGHT: Final = 2.0
NAME_WEIGHT: Final = 2.0
SIGNATURE_WEIGHT: Final = 0.5
LENGTH_SHARE: Final = 0.6
"""BM25's b: how far a long field is held against a file."""
SATURATION: Final = 1.2
"""BM25's k1: how soon one more occurrence adds nothing."""


class _Vocabulary:
    """Numbers words as they come, and takes them apart once each."""

    def __init__(self) -> None:
        self._words: defaultdict[str, int] = defaultdict(count().__next__)
        self._number = self._words.__getitem__

    def numbers(self, words: Sequence[str]) -> Int64:
        return np.fromiter(map(self._number, words), np.int64, len(words))

    def terms(self) -> tuple[list[str], Groups]:
        """Give all terms in order, and those of each word."""
        taken_apart = [[stem(part) for part in parts(word) if part not in STOP_WORDS] for word in self._words]
        terms = sorted({term for word in taken_apart for term in word})
        number = {term: position for position, term in enumerate(terms)}
        offsets = np.zeros(len(taken_apart) + 1, np.int64)
        np.cumsum([len(word) for word in taken_apart], out=offsets[1:])
        items = [number[term] for word in taken_apart for term in word]
        return terms, Groups(offsets, np.asarray(items, np.int32))


@dataclass(frozen=True, slots=True)
class _Field:
    weight: float
    file: Int64
    word: Int64


def index(paths: Sequence[str], names: Sequence[str], name_of: Int32, file_of: Int32, signatures: Texts) -> Columns:
    """Make the columns of a lexicon for files, distinct names, and definitions (name and file of each)."""
    vocabulary = _Vocabulary()
    name_words = vocabulary.numbers(names)
    starts = np.searchsorted(file_of, np.arange(len(paths) + 1))
    whole, bounds = signatures.blob.tobytes(), signatures.offsets[starts].tolist()
    texts = [whole[start:end].decode() for start, end in pairwise(bounds)]
    fields = [
        _words_field(vocabulary, PATH_WEIGHT, paths),
        _Field(NAME_WEIGHT, file_of.astype(np.int64), name_words[name_of]),
        _words_field(vocabulary, SIGNATURE_WEIGHT, texts),
    ]
    terms, of_word = vocabulary.terms()
    scored = [_term_frequencies(field, of_word, len(paths), len(terms)) for field in fields]
    keys, back = np.unique(np.concatenate([key for key, _ in scored]), return_inverse=True)
    frequency = sums(back, np.concatenate([value for _, value in scored]), count=len(keys))
    files = max(len(paths), 1)
    offsets = np.zeros(len(terms) + 1, np.int64)
    np.cumsum(np.bincount(keys // files, minlength=len(terms)), out=offsets[1:])
    owner, term = _expand(name_words, of_word)
    order = np.lexsort((owner, term))
    name_offsets = np.zeros(len(terms) + 1, np.int64)
    np.cumsum(np.bincount(term, minlength=len(terms)), out=name_offsets[1:])
    columns: dict[str, Array] = {"lexicon.frequency": frequency.astype(np.float32)}
    columns |= Texts.pack(terms).columns("lexicon.terms")
    columns |= Groups(offsets, (keys % files).astype(np.int32)).columns("lexicon.files")
    columns |= Groups(name_offsets, owner[order].astype(np.int32)).columns("lexicon.names")
    return columns


def _words_field(vocabulary: _Vocabulary, weight: float, texts: Iterable[str]) -> _Field:
    words = [vocabulary.numbers(WORD.findall(text)) for text in texts]
    file = np.repeat(np.arange(len(words), dtype=np.int64), [len(one) for one in words])
    return _Field(weight, file, np.concatenate([*words, np.empty(0, np.int64)]))


def _expand(words: Int64, of_word: Groups) -> tuple[Int64, Int32]:
    """Replace words by their terms: (position of the word, term) pairs."""
    start, length = of_word.offsets[words], np.diff(of_word.offsets)[words]
    return np.repeat(np.arange(len(words), dtype=np.int64), length), of_word.items[spans(start, length)]


def _term_frequencies(field: _Field, of_word: Groups, files: int, terms: int) -> tuple[Int64, Float64]:
    """Give (term, file) keys with the weighted frequency, measured against the length of the field."""
    position, term = _expand(field.word, of_word)
    file = field.file[position]
    length = np.bincount(file, minlength=files)
    average = max(float(length.sum()) / max(int((length > 0).sum()), 1), 1.0)
    keys, times = np.unique(term.astype(np.int64) * max(files, 1) + file, return_counts=True)
    norm = 1 - LENGTH_SHARE + LENGTH_SHARE * length[keys % max(files, 1)] / average
    del terms
    return keys, field.weight * times / norm


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
