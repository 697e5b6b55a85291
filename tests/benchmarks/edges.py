"""Edges against readers: precision and recall of what the engine shows as facts, by language.

    python -m tests.benchmarks.edges [SET…] [--repositories FOLDER] [--show]

Sets are those of `tests/mapping/annotated/`; the source of most comes in an npm package, that of the others is
looked for below FOLDER, checked out at the commit that the set names. `--show` prints every call on which the
engine and the reader differ.
"""

import argparse
from pathlib import Path

from tests.support.annotated import Judged, judge, score, sets, source_of


def line_of(name: str, judged: list[Judged]) -> str:
    """Give one row of the table."""
    found = score(judged)
    source = source_of(name)
    of = f"{source.package} {source.version}" if source.package else source.wheel.replace("==", " ")
    of = of or f"{source.repository} at {source.commit[:8]}"
    across = sum(one.claimed and one.right and one.call.path not in one.found for one in judged)
    shares = f"{found.precision:.3f} | {found.recall:.3f}"
    return f"| {name} | {of} | {len(judged)} | {found.real} | {found.claimed} | {shares} | {across} |"


def main() -> None:
    """Print a table, and what was asked for with it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", metavar="SET", help="all that can be had, unless named")
    parser.add_argument("--repositories", type=Path, help="where repositories are checked out, by their names")
    parser.add_argument("--show", action="store_true", help="print the calls on which engine and reader differ")
    asked = parser.parse_args()
    names = asked.sets or [name for name in sets() if asked.repositories or not source_of(name).repository]
    print("| set | source | calls | of these files | claimed | precision | recall | right, other file |")
    print("|---|---|---|---|---|---|---|---|")
    for name in names:
        judged = judge(name, asked.repositories)
        print(line_of(name, judged), flush=True)
        for one in judged if asked.show else ():
            if one.claimed != one.right or (one.call.means and not one.claimed):
                call = one.call
                print(
                    f"  {'WRONG' if one.claimed else 'missed'} {call.path}:{call.line} {call.name} "
                    f"means {call.written}, found {one.found or 'nothing'} ({one.rung.name})"
                )


if __name__ == "__main__":
    main()
