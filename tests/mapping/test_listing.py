"""A listing goes to another process as bytes and comes back the same."""

from services.mapping.artifact import ListedFile
from services.mapping.listing import pack, unpack
from services.mapping.records import FileSkipped, SkipReason, SourceEntry


def test_a_packed_listing_is_the_same_when_unpacked_whatever_the_paths() -> None:
    paths = ["a.py", "naïve/日本.go", "not-utf8-\udcff\udc80.c", "new\nline", 'quo"te']
    files = [ListedFile(SourceEntry(path, "a" * 40, 7, 0o100644), at) for at, path in enumerate(paths)]
    files.append(
        ListedFile(SourceEntry("b.bin", "b" * 40, 1, 0o120000), -1, FileSkipped(SkipReason.NOT_A_FILE, "link"))
    )
    assert unpack(*pack(files)) == files


def test_an_empty_listing_stays_empty() -> None:
    assert unpack(*pack([])) == []
