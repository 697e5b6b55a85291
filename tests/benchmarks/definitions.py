"""How far our definitions agree with Python's `ast`, and with universal-ctags.

    python -m tests.benchmarks.definitions ast|LANGUAGE PATH... [--show 20]

PATH is a folder of sources; it is read by a build of ours, and the files that the build read in the language are
given to the reference. A definition is the same when file, line of the name and name are equal. Both ways are
told: what share of theirs we have, by their kinds, and what share of ours they have, by ours. Of those that both
have, how often the kind is one that theirs means, and how often both name the same owner. `--show` lists the first
differences of each kind. ctags (Debian's `universal-ctags`) must be on the PATH.
"""

import argparse
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.benchmarks.definition_sources import (
    MEMBERS,
    VALUES,
    Definition,
    built,
    by_ast,
    by_ctags,
)

CALLED: Final = MEMBERS | {"function"}
MEANT: Final[Mapping[str, frozenset[str]]] = {
    "module variable": frozenset({"constant", "variable"}),
    "class variable": frozenset({"constant", "field"}),
    "method": MEMBERS,
    "member": VALUES,
    "field": VALUES,
    "property": VALUES | {"property"},
    "var": VALUES,
    "variable": VALUES,
    "const": frozenset({"constant"}),
    "enumerator": frozenset({"constant"}),
    "enumConstant": frozenset({"constant"}),
    "func": CALLED,
    "function": CALLED,
    "generator": CALLED,
    "prototype": MEMBERS,
    "methodSpec": frozenset({"method"}),
    "union": frozenset({"struct"}),
    "annotation": frozenset({"interface"}),
    "namespace": frozenset({"module"}),
    "alias": frozenset({"type"}),
    "talias": frozenset({"type"}),
    "typedef": frozenset({"type", "struct", "enum"}),
}
"""Which of our kinds a kind of the reference may be; the others are called alike."""
OTHER: Final = {"rust": {"interface": frozenset({"trait"})}}
NO_DEFINITIONS: Final = frozenset({"package", "packageName", "implementation", "header", "anonMember"})
"""Kinds of ctags that define nothing: Go's embedded fields and imports, Rust's `impl` blocks, `#include`."""


@dataclass(slots=True)
class Row:
    """Of one kind: how many there are, how many the other has, and what the other says of those."""

    all: int = 0
    found: int = 0
    kinds: int = 0
    owners: int = 0
    owned: int = 0
    missing: list[Definition] = field(default_factory=list)
    unlike: list[tuple[Definition, Definition]] = field(default_factory=list)


Rows = defaultdict[str, Row]


def pairs(theirs: Sequence[Definition], ours: Sequence[Definition]) -> dict[int, int]:
    """Match by file, line and name, each once; of several the one with the same owner first.

    C's `typedef struct job {…} job` is one definition here and two there, so ours counts for both.
    """
    where: defaultdict[tuple[str, str, int], list[int]] = defaultdict(list)
    ends: dict[tuple[str, str, int], int] = {}
    for at, one in enumerate(ours):
        where[one.path, one.name, one.line].append(at)
        ends[one.path, one.name, one.last_line] = at
    found: dict[int, int] = {}
    for at, one in enumerate(theirs):
        key = one.path, one.name, one.line
        free = where[key]
        if free:
            best = next((other for other in free if ours[other].owner == one.owner), free[0])
            free.remove(best)
            found[at] = best
        elif one.kind == "typedef" and key in ends:
            found[at] = ends[key]
    return found


def compare(theirs: Sequence[Definition], ours: Sequence[Definition], language: str) -> tuple[Rows, Rows]:
    """Count both ways, by the kinds of each side."""
    matched = pairs(theirs, ours)
    recall: Rows = defaultdict(Row)
    precision: Rows = defaultdict(Row)
    for at, one in enumerate(theirs):
        row = recall[one.kind]
        row.all += 1
        if at in matched:
            _agree(row, one, ours[matched[at]], language)
        else:
            row.missing.append(one)
    known = set(matched.values())
    for at, one in enumerate(ours):
        row = precision[one.kind]
        row.all += 1
        row.found += at in known
        if at not in known:
            row.missing.append(one)
    return recall, precision


def _agree(row: Row, theirs: Definition, ours: Definition, language: str) -> None:
    row.found += 1
    meant = OTHER.get(language, {}).get(theirs.kind) or MEANT.get(theirs.kind, frozenset({theirs.kind}))
    same_kind, same_owner = ours.kind in meant, theirs.owner in {None, ours.owner}
    row.kinds += same_kind
    row.owned += theirs.owner is not None
    row.owners += same_owner and theirs.owner is not None
    if not (same_kind and same_owner):
        row.unlike.append((theirs, ours))


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f}" if whole else "none"


def show(recall: Rows, precision: Rows, most: int) -> None:
    """Print the tables, and the first differences of each kind."""
    print("\n| theirs | count | ours have | % | same kind % | same owner % |\n|---|---|---|---|---|---|")
    for kind, row in sorted(recall.items()):
        shares = _share(row.found, row.all), _share(row.kinds, row.found), _share(row.owners, row.owned)
        print(f"| {kind} | {row.all:,} | {row.found:,} | {' | '.join(shares)} |")
    print("\n| ours | count | theirs have | % |\n|---|---|---|---|")
    for kind, row in sorted(precision.items()):
        print(f"| {kind} | {row.all:,} | {row.found:,} | {_share(row.found, row.all)} |")
    for title, rows in (("they have, we have not", recall), ("we have, they have not", precision)):
        for kind, row in sorted(rows.items()):
            for one in row.missing[:most]:
                print(f"{title}: {kind} {one.owner or ''}::{one.name} {one.path}:{one.line}")
    for kind, row in sorted(recall.items()):
        for theirs, ours in row.unlike[:most]:
            print(f"unlike: {kind} {theirs.owner}::{theirs.name}, {ours.kind} {ours.owner} {ours.path}:{ours.line}")


def with_ast(root: Path) -> tuple[list[Definition], list[Definition]]:
    """Give Python's definitions and ours; the kinds of ours are told in Python's terms."""
    ours = built(root, frozenset({"python"}))
    theirs, refused = by_ast(root, ours.paths)
    print(f"{len(ours.paths)} files; ast accepts all but {len(refused)}: {', '.join(refused[:5])}")
    unread = set(refused)
    return theirs, [one for one in ours.definitions if one.path not in unread]


def with_ctags(root: Path, language: str) -> tuple[list[Definition], list[Definition]]:
    """Give ctags' definitions and ours."""
    ours = built(root, frozenset({language}))
    print(f"{len(ours.paths)} files")
    theirs = by_ctags(root, ours.paths, language)
    return [one for one in theirs if one.kind not in NO_DEFINITIONS], ours.definitions


def main() -> None:
    """Compare each folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language", metavar="ast|LANGUAGE")
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("--show", type=int, default=0, metavar="N")
    asked = parser.parse_args()
    for path in asked.paths:
        print(f"\n### {path.name} ({asked.language})\n")
        theirs, ours = with_ast(path) if asked.language == "ast" else with_ctags(path, asked.language)
        show(*compare(theirs, ours, asked.language), asked.show)


if __name__ == "__main__":
    main()
