"""The edges that aider ranks by, as numbers of identifiers for each pair of files; what `edge_truth.py` judges.

Run with the interpreter of an environment that has `aider-chat`: `aider_edges.py ROOT NAME... < files`. As in
`RepoMap.get_ranked_tags`, a file that mentions an identifier has an edge to each file that defines it.
Prints JSON: {referencer: {definer: [identifiers, those of them that are named]}}; the names are
arguments behind ROOT.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path

from aider.io import InputOutput  # type: ignore[import-not-found]
from aider.repomap import RepoMap  # type: ignore[import-not-found]


class Model:
    """What aider asks of a model when it draws a map."""

    def token_count(self, text: str) -> int:
        return len(text) // 4


def main() -> None:
    """Read all tags, then join them by identifier."""
    root, named = Path(sys.argv[1]), set(sys.argv[2:])
    mapper = RepoMap(root=str(root), main_model=Model(), io=InputOutput(yes=True, pretty=False, fancy_input=False))
    defines: defaultdict[str, set[str]] = defaultdict(set)
    references: defaultdict[str, set[str]] = defaultdict(set)
    for line in sys.stdin.read().splitlines():
        for tag in mapper.get_tags(str(root / line), line):
            (defines if tag.kind == "def" else references)[tag.name].add(line)
    edges: dict[str, dict[str, list[int]]] = {}
    for identifier in defines.keys() & references.keys():
        for referencer in references[identifier]:
            row = edges.setdefault(referencer, {})
            for definer in defines[identifier]:
                counts = row.setdefault(definer, [0, 0])
                counts[0] += 1
                counts[1] += identifier in named
    print(json.dumps(edges))


if __name__ == "__main__":
    main()
