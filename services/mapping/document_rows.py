"""The documents of a commit as columns, in the order in which they are shown."""

from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np

from services.mapping.columns import Array, Texts
from services.mapping.documents import DocumentCategory, DocumentFormat, document_of, usefulness
from services.mapping.encoding import decode_record
from services.mapping.languages import SUBMODULE, SYMLINK
from services.mapping.records import SourceEntry
from services.mapping.titles import Title

CATEGORIES: Final = tuple(DocumentCategory)
FORMATS: Final = tuple(DocumentFormat)


class Listed(Protocol):
    """A file of the commit; `title` is a row of the records, or -1."""

    @property
    def entry(self) -> SourceEntry:
        """What git lists."""
        ...

    @property
    def title(self) -> int:
        """The row."""
        ...


class Records(Protocol):
    """The encoded records by row."""

    def __getitem__(self, number: int, /) -> bytes:
        """Give one."""
        ...


def document_columns(files: Sequence[Listed], paths: Sequence[str], records: Records) -> dict[str, Array]:
    """Find the documents among all files, the most useful first; `paths` are the files' as they are shown."""
    found = [
        (usefulness(path, document), at, document)
        for at, (file, path) in enumerate(zip(files, paths, strict=True))
        if file.entry.mode not in {SYMLINK, SUBMODULE} and (document := document_of(path)) is not None
    ]
    found.sort(key=lambda one: one[0])
    return {
        "document.file": np.asarray([at for _, at, _ in found], np.int32),
        "document.category": np.asarray([CATEGORIES.index(one.category) for _, _, one in found], np.int8),
        "document.format": np.asarray([FORMATS.index(one.format) for _, _, one in found], np.int8),
        "document.vendored": np.asarray([one.vendored for _, _, one in found], np.bool_),
        **Texts.pack([_title(files[at], records) for _, at, _ in found]).columns("document.title"),
    }


def _title(file: Listed, records: Records) -> str:
    record = decode_record(records[file.title]) if file.title >= 0 else None
    return record.text if isinstance(record, Title) else ""
