"""What a comparison costs in a large repository that is made up: so many symbols, so many files changed.

    python -m tests.benchmarks.diff_times [--files 5000] [--changed 100] [--rounds 5]

Each file defines 20 functions and uses those of others. In a changed one a function goes, one comes and one gets
another signature. Prints the processor time of each round, which what else the machine does adds little to.
"""

import argparse
import time
from hashlib import sha1

from services.mapping.artifact import ListedFile
from services.mapping.change_views import DiffRequest
from services.mapping.changes import Comparison
from services.mapping.diff import diff
from services.mapping.encoding import encode_record
from services.mapping.records import SourceEntry
from services.mapping.snapshot import Snapshot
from tests.support.records import REGULAR, SourceText, artifact_of

FUNCTIONS = 20


def made(files: int, changed: int) -> Snapshot:
    """Map a repository in which the first files are changed."""
    listed, records = [], []
    for at in range(files):
        source = SourceText(f"town/street_{at % 97}/house_{at}.py")
        new = at < changed
        for row in range(FUNCTIONS):
            name = f"fresh_{at}" if new and row == 0 else f"room_{at}_{row}"
            source.define(name, signature=f"def {name}(door{', window' * (new and row == 1)})")
        for other in range(max(0, at - 5), at):
            source.bring(f"town.street_{other % 97}.house_{other}", f"room_{other}_1")
            source.use(f"room_{other}_1", scope=2)
        blob = sha1(f"{source.path}{new}".encode(), usedforsecurity=False).hexdigest()
        listed.append(ListedFile(SourceEntry(source.path, blob, 100, REGULAR), at))
        records.append(encode_record(source.record()))
    return Snapshot.load(artifact_of(listed, records, commit=("a" if changed else "b") * 40))


def main() -> None:
    """Read the arguments, make both sides and compare them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--changed", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    base, head = made(arguments.files, 0), made(arguments.files, arguments.changed)
    for tokens in [2000] * arguments.rounds + [200_000]:
        started = time.process_time()
        comparison = Comparison(base, head)
        compared = time.process_time()
        found = diff(base, head, DiffRequest(tokens))
        ended = time.process_time()
        print(
            f"{head.coverage.symbols} symbols, {len(comparison.changes)} changes: compared in "
            f"{(compared - started) * 1000:.0f} ms; with {found.tokens} tokens {(ended - compared) * 1000:.0f} ms"
        )


if __name__ == "__main__":
    main()
