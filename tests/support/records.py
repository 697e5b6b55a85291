"""Records made by hand, in a few words: what a parser would have said of a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from services.mapping.artifact import ListedFile, describe, finish, link
from services.mapping.encoding import encode_record
from services.mapping.languages import language_of
from services.mapping.manifests import manifest_kind
from services.mapping.records import DefinitionKind, FileRecord, FileSkipped, ReferenceKind, SkipReason, SourceEntry
from services.mapping.snapshot import Snapshot
from services.mapping.tags import read

COMMIT = "c" * 40
REGULAR = 0o100644


@dataclass
class SourceText:
    """One file under construction; lines count up by themselves."""

    path: str
    language: str = "python"
    strings: dict[str, int] = field(default_factory=dict)
    definitions: list[tuple[int, ...]] = field(default_factory=list)
    references: list[tuple[int, ...]] = field(default_factory=list)
    imports: list[tuple[int, ...]] = field(default_factory=list)
    branches: dict[int, int] = field(default_factory=dict)
    line: int = 0
    generated: bool = False

    def _text(self, text: str | None) -> int:
        return -1 if text is None else self.strings.setdefault(text, len(self.strings))

    def define(
        self,
        name: str,
        kind: DefinitionKind = DefinitionKind.FUNCTION,
        *,
        parent: int = -1,
        signature: str | None = None,
    ) -> int:
        """Add a definition; give its row."""
        self.line += 3
        written = signature if signature is not None else f"{kind.name.lower()} {name}"
        row = (self._text(name), kind, parent, self.line, self.line + 2, self.line, self._text(written))
        self.definitions.append(row)
        return len(self.definitions) - 1

    def branch(self, row: int, count: int) -> None:
        """Give a definition branches of its own."""
        self.branches |= {row: count} if count else {}

    def klass(self, name: str, *members: str, parent: int = -1) -> int:
        """Add a class with methods; give its row."""
        row = self.define(name, DefinitionKind.CLASS, parent=parent)
        for member in members:
            self.define(member, DefinitionKind.METHOD, parent=row)
        return row

    def use(
        self,
        name: str,
        *,
        on: str | None = None,
        scope: int = -1,
        kind: ReferenceKind = ReferenceKind.CALL,
        count: int = 1,
    ) -> None:
        """Refer to a name, perhaps on a receiver, perhaps inside a definition."""
        self.line += 1
        self.references.append((self._text(name), kind, scope, self.line, self._text(on), count, -1))

    def bring(
        self, module: str, name: str | None = None, alias: str | None = "", *, level: int = 0, passed_on: bool = False
    ) -> None:
        """Import a module or a name from it; the alias is what a parser would say by default."""
        bound = (name or module.split(".", maxsplit=1)[0]) if alias == "" else alias
        row = (
            self._text(module),
            self._text(name),
            self._text(None if name == "*" else bound),
            level,
            1,
            int(passed_on),
        )
        self.imports.append(row)

    def record(self) -> FileRecord:
        """Give what the parser would have given."""
        return FileRecord(
            self.language,
            max(self.line, 1),
            tuple(self.strings),
            np.asarray(self.definitions, np.int32).tobytes(),
            np.asarray(self.references, np.int32).tobytes(),
            np.asarray(self.imports, np.int32).tobytes(),
            generated=self.generated,
            branches=np.asarray(sorted(self.branches.items()), np.int32).tobytes(),
        )


def entry(path: str, *, size_bytes: int = 100) -> SourceEntry:
    """List a file whose blob is made of its path."""
    return SourceEntry(path, path.encode("utf-8", "surrogateescape").hex().ljust(40, "0")[:40], size_bytes, REGULAR)


def artifact_of(files: Sequence[ListedFile], records: Sequence[bytes], *, commit: str = COMMIT) -> bytes:
    """Make an artifact of records, as a build would."""
    return finish(describe(files, list(records)), link(commit, "test", files, list(records)))


def artifact(
    files: Sequence[SourceText],
    *,
    others: Sequence[str] = (),
    manifests: Mapping[str, bytes] | None = None,
    commit: str = COMMIT,
) -> bytes:
    """Link and rank; `others` are listed, not parsed; `manifests` are contents by path."""
    listed = [ListedFile(entry(file.path), at) for at, file in enumerate(files)]
    listed += [ListedFile(entry(path), -1, FileSkipped(SkipReason.NO_LANGUAGE)) for path in others]
    records = [encode_record(file.record()) for file in files]
    for path, content in (manifests or {}).items():
        listed.append(ListedFile(entry(path), len(records)))
        records.append(encode_record(read(content, language=manifest_kind(path) or "")))
    return artifact_of(listed, records, commit=commit)


def snapshot(*files: SourceText, others: Sequence[str] = (), manifests: Mapping[str, bytes] | None = None) -> Snapshot:
    """Make a snapshot of files."""
    return Snapshot.load(artifact(files, others=others, manifests=manifests))


def mapped(files: Mapping[str, str], *, mask_secrets: bool = True) -> Snapshot:
    """Make a snapshot of the text of files, manifests among them, as a build would."""
    listed: list[ListedFile] = []
    records: list[bytes] = []
    for path in sorted(files):
        kind = manifest_kind(path) or language_of(path)
        if kind is None:
            listed.append(ListedFile(entry(path), -1, FileSkipped(SkipReason.NO_LANGUAGE)))
            continue
        listed.append(ListedFile(entry(path), len(records)))
        records.append(encode_record(read(files[path].encode(), language=kind)))
    return Snapshot.load(artifact_of(listed, records), mask_secrets=mask_secrets)


def callers(of: Snapshot, name: str) -> set[tuple[str, str, float]]:
    """List (caller or path, strategy, confidence) of the definition with this qualified name."""
    symbol = next(one for one in of.symbols(limit=10_000).items if one.qualified_name == name)
    return {
        (one.source.qualified_name if one.source else one.path, one.strategy.value, one.confidence)
        for one in of.callers(symbol.index, limit=1000, min_confidence=0).items
    }
