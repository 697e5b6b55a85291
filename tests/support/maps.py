"""A real map of one file with one function, for whoever needs a map and not what is in it."""

from functools import cache

from services.mapping.artifact import ListedFile
from services.mapping.encoding import encode_record
from services.mapping.records import SourceEntry
from services.mapping.snapshot import Snapshot
from services.mapping.tags import read
from tests.support.records import artifact_of


@cache
def small_map(name: str) -> Snapshot:
    """Map `def name(): ...`, as of a commit of the same name."""
    content = f"def {name}():\n    return 1\n".encode()
    entry = SourceEntry("code.py", "0" * 40, len(content), 0o100644)
    record = encode_record(read(content, language="python"))
    return Snapshot.load(artifact_of([ListedFile(entry, 0)], [record], commit=name))
