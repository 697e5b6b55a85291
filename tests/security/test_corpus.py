"""The corpus as a whole: how much of what it has, and that no row is there twice."""

from collections import Counter
from collections.abc import Callable

from tests.mapping.bombs import BOMBS, NAMES
from tests.security import refs, urls
from tests.security.addresses import CLOSED, SPECIAL
from tests.security.contents import CONTENTS
from tests.security.repositories import REPOSITORIES
from tests.security.servers import SERVERS

CORPUS = {
    "URLs": [str(row) for row in urls.REFUSED],
    "addresses": [*SPECIAL, *CLOSED],
    "refs": list(refs.REFUSED),
    "servers": [row.name for row in SERVERS],
    "repositories": [row.name for row in REPOSITORIES],
    "contents": [*CONTENTS],
    "contents aimed at parsers": [*BOMBS],
    "names of files": [*NAMES],
}
"""Every hostile input, by kind; the expected code or listing stands in its own table."""


def test_the_corpus_is_large_enough_in_every_kind(record_property: Callable[[str, object], None]) -> None:
    counts = {kind: len(rows) for kind, rows in CORPUS.items()}
    told = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    record_property("measured", f"hostile inputs: {sum(counts.values())} ({told})")
    assert sum(counts.values()) >= 150
    assert counts["servers"] >= 25
    assert counts["repositories"] + counts["contents"] >= 40


def test_no_server_repository_or_content_is_there_twice() -> None:
    for kind in ("servers", "repositories", "contents"):
        assert [name for name, count in Counter(CORPUS[kind]).items() if count > 1] == []
