"""What `#include` makes visible: every name of every header on the way, and what such a header announces.

A function is defined in one file and announced by a prototype in a header: who includes the header means
the one definition that has the name and may be meant from outside its file.
"""

import posixpath
from typing import Final

import numpy as np

from services.mapping.columns import Bool, Int32, Int64
from services.mapping.corpus import MEMBERS, Corpus
from services.mapping.imports import Bindings
from services.mapping.lookup import MultiTable, first_of_each
from services.mapping.records import DECLARES, DefinitionKind
from services.mapping.visibility import Roads

C_LIKE: Final = frozenset({"c", "cpp"})
MOST_CANDIDATES: Final = 64


class Includes:
    """Finds the definitions that C's files see through what they include."""

    def __init__(self, corpus: Corpus, bindings: Bindings, hidden: Bool) -> None:
        """Index the definitions of C and C++ that stand free; `hidden` says which their file keeps to itself."""
        self._corpus = corpus
        self.hidden = hidden
        speaks = np.asarray([language in C_LIKE for language in corpus.languages], np.bool_)
        whole = bindings.wildcards
        including = np.repeat(np.arange(len(corpus.paths)), np.diff(whole.offsets))
        kept = speaks[including] & speaks[np.minimum(whole.items, len(speaks) - 1)] & (whole.items < len(speaks))
        self._roads = Roads(len(corpus.paths), including[kept].astype(np.int64), whole.items[kept].astype(np.int64))
        definitions = corpus.definitions
        macro = definitions.kind == DefinitionKind.MACRO  # the preprocessor knows no namespaces
        free = (macro | (definitions.parent < 0)) & ~np.isin(definitions.kind, MEMBERS) & ~hidden
        rows = np.flatnonzero(free & speaks[definitions.file]).astype(np.int32) if len(free) else np.empty(0, np.int32)
        self._defined = MultiTable.of(definitions.name[rows].astype(np.int64), rows)
        imports = corpus.imports
        declared = np.flatnonzero(imports.flags == DECLARES).astype(np.int32)
        self._declared = MultiTable.of(imports.name[declared].astype(np.int64), imports.file[declared])
        self._stems = [posixpath.basename(path).split(".", 1)[0] for path in corpus.paths]
        self.speaks = speaks

    def find(self, files: Int32, names: Int32) -> Int32:
        """Give the definition that each (file, name) means through an include, or -1: about 1 µs each."""
        found = np.full(len(files), -1, np.int32)
        if not len(self._defined.keys):
            return found
        pairs, back = np.unique(files.astype(np.int64) * len(self._corpus.strings) + names, return_inverse=True)
        file = (pairs // len(self._corpus.strings)).astype(np.int32)
        name = pairs % len(self._corpus.strings)
        answer = self._in_headers(file, name)
        rest = np.flatnonzero(answer < 0)
        answer[rest] = self._announced(file[rest], name[rest])
        found[:] = answer[back]
        return found

    def _in_headers(self, file: Int32, name: Int64) -> Int32:
        """Take what stands in an included file itself; where several do, in that which is included directly."""
        answer = np.full(len(file), -1, np.int32)
        at, candidate = self._defined.every(name, most=MOST_CANDIDATES)
        of = self._corpus.definitions.file[candidate]
        seen = self.leads(file[at], of)
        at, candidate, of = at[seen], candidate[seen], of[seen]
        near = self._roads.direct(file[at], of)
        order = np.lexsort((candidate, ~near, at))
        chosen = order[first_of_each(at[order])]
        answer[at[chosen]] = candidate[chosen]
        return answer

    def _announced(self, file: Int32, name: Int64) -> Int32:
        """Take the only definition of what an included header announces; of several, that of its own source."""
        answer = np.full(len(file), -1, np.int32)
        at, header = self._declared.every(name, most=MOST_CANDIDATES)
        seen = (file[at] == header) | self.leads(file[at], header)
        at, header = at[seen], header[seen]
        pair, candidate = self._defined.every(name[at], most=MOST_CANDIDATES)
        of = self._corpus.definitions.file[candidate]
        stems = self._stems
        named = [stems[one] == stems[other] for one, other in zip(header[pair].tolist(), of.tolist(), strict=True)]
        site = at[pair]
        order = np.lexsort((candidate, site))
        site, candidate, named_alike = site[order], candidate[order], np.asarray(named, np.bool_)[order]
        distinct = np.ones(len(site), np.bool_)
        distinct[1:] = (site[1:] != site[:-1]) | (candidate[1:] != candidate[:-1])
        for kept in (distinct, named_alike):
            rows = np.flatnonzero(kept)
            _, first, count = np.unique(site[rows], return_index=True, return_counts=True)
            alone = rows[first[count == 1]]
            open_ = answer[site[alone]] < 0
            answer[site[alone[open_]]] = candidate[alone[open_]]
        return answer

    def announces(self, files: Int32, names: Int32) -> Bool:
        """Say whether each file includes a header, or is one, that announces a function of this name."""
        at, header = self._declared.every(names.astype(np.int64), most=MOST_CANDIDATES)
        seen = (files[at] == header) | self.leads(files[at], header)
        found = np.zeros(len(files), np.bool_)
        found[at[seen]] = True
        return found

    def leads(self, files: Int32, targets: Int32) -> Bool:
        """Say of pairs of files whether the one includes the other on any way; each distinct pair is asked once."""
        count = max(len(self._corpus.paths), 1)
        pairs, back = np.unique(files.astype(np.int64) * count + targets, return_inverse=True)
        found = self._roads.lead((pairs // count).astype(np.int32), (pairs % count).astype(np.int32))
        seen: Bool = found[back]
        return seen
