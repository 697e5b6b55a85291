"""The definitions of a folder's files: as a build of ours finds them, as Python's own parser does, and as ctags does.

All three are asked about the same files, those that a build reads in a language, so that a file which is skipped
(minified, too large) or read as another language is nobody's mistake here.
"""

import ast
import json
import os
import re
import stat
import subprocess
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha1
from pathlib import Path
from typing import Final

import numpy as np

from services.mapping.build import build
from services.mapping.encoding import decode_record
from services.mapping.pool import ParserPool
from services.mapping.records import DEFINITION_COLUMNS, DefinitionKind, FileRecord, SourceEntry
from services.mapping.snapshot import Snapshot
from services.settings import Settings

MEMBERS: Final = frozenset({"method", "constructor", "property"})
VALUES: Final = frozenset({"field", "constant", "variable"})


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition as somebody sees it; `owner` is the name of what it stands in, "" for nothing, None for unknown.

    `last_line` is another line by which a C typedef may be known: its name comes last, and we lead to its beginning.
    """

    path: str
    line: int
    name: str
    kind: str
    owner: str | None
    last_line: int = 0


@dataclass(frozen=True, slots=True)
class Built:
    """What a build makes of a folder: the definitions of each file in the languages asked for."""

    definitions: list[Definition]
    paths: list[str]


@dataclass(slots=True)
class Records:
    """A tag cache that forgets nothing and lives in memory."""

    kept: dict[str, bytes] = field(default_factory=dict)

    def get_many(self, blobs: Sequence[str], *, engine_version: str) -> dict[str, bytes]:
        """Give those that are known."""
        del engine_version
        return {blob: self.kept[blob] for blob in blobs if blob in self.kept}

    def put_many(self, records: Sequence[tuple[str, bytes]], *, engine_version: str) -> None:
        """Keep records."""
        del engine_version
        self.kept.update(records)


def entries_below(root: Path) -> dict[str, SourceEntry]:
    """List the files of a folder as git would, by path."""
    found = {}
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(set(folders) - {".git"})
        for name in names:
            path = Path(folder, name)
            told = path.lstat()
            link = stat.S_ISLNK(told.st_mode)
            mode = 0o120000 if link else 0o100755 if told.st_mode & stat.S_IXUSR else 0o100644
            content = str(path.readlink()).encode() if link else path.read_bytes()
            blob = sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
            relative = path.relative_to(root).as_posix()
            found[relative] = SourceEntry(relative, blob, len(content), mode)
    return found


def built(root: Path, languages: frozenset[str]) -> Built:
    """Build a map of a folder, and give what it says of the files in some languages."""
    entries = entries_below(root)
    paths = {entry.blob: root / path for path, entry in entries.items()}
    records, settings = Records(), Settings()
    pool = ParserPool(
        processes=2,
        file_deadline_seconds=settings.file_deadline_seconds,
        memory_bytes=settings.parser_memory_bytes,
    )
    with closing(pool):
        pool.start()
        artifact = build(
            list(entries.values()),
            commit="0" * 40,
            read_blobs=lambda blobs: (paths[blob].read_bytes() for blob in blobs),
            pool=pool,
            tags=records,
            report=lambda _progress: None,
            cancelled=threading.Event(),
            max_file_bytes=settings.file_bytes,
        )
    return _told(Snapshot.load(artifact), entries, records, languages)


def _told(snapshot: Snapshot, entries: Mapping[str, SourceEntry], records: Records, languages: frozenset[str]) -> Built:
    """Join a map, which knows the owners in other files, with its records, which know the lines of names."""
    of_blob = {}
    for key, data in records.kept.items():
        record = decode_record(data)
        if isinstance(record, FileRecord):
            of_blob[key.partition(":")[0], record.language] = record
    told = Built([], [])
    owners = snapshot.columns["definition.owner"]
    starts = snapshot.columns["file.definition_start"].tolist()
    for number, path in enumerate(snapshot.paths):
        language = snapshot.file_at(number).language
        if language in languages and path in entries:
            told.paths.append(path)
            owned = [snapshot.name_of(row) if row >= 0 else "" for row in owners[starts[number] : starts[number + 1]]]
            told.definitions.extend(_rows(path, of_blob[entries[path].blob, language], owned))
    return told


def _rows(path: str, record: FileRecord, owners: list[str]) -> Iterator[Definition]:
    rows = np.frombuffer(record.definitions, np.int32).reshape(-1, len(DEFINITION_COLUMNS)).tolist()
    for (name, kind, _, _, end, line, _), owner in zip(rows, owners, strict=True):
        text = "".join(record.strings[name].split())
        yield Definition(path, line, text, DefinitionKind(kind).name.lower(), owner, end)


# Python's own parser


def by_ast(root: Path, paths: Iterable[str]) -> tuple[list[Definition], list[str]]:
    """Read Python files by `ast`; also give those that it does not accept."""
    found: list[Definition] = []
    refused = []
    for path in paths:
        try:
            tree = ast.parse((root / path).read_bytes())
        except (SyntaxError, ValueError):
            refused.append(path)
        else:
            found += _of_body(path, tree.body, "", inside="module")
    return found, refused


def _of_body(path: str, body: Iterable[ast.AST], owner: str, *, inside: str) -> Iterator[Definition]:
    """Walk statements; names that a function assigns are its own, and no definitions."""
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield Definition(path, node.lineno, node.name, "class", owner)
            yield from _of_body(path, node.body, node.name, inside="class")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            kind = "method" if inside == "class" else "function"
            yield Definition(path, node.lineno, node.name, kind, owner)
            yield from _of_body(path, node.body, node.name, inside="function")
        elif isinstance(node, ast.stmt | ast.ExceptHandler | ast.match_case):
            if inside != "function":
                yield from _assigned(path, node, owner, f"{inside} variable")
            yield from _of_body(path, ast.iter_child_nodes(node), owner, inside=inside)


def _assigned(path: str, node: ast.AST, owner: str, kind: str) -> Iterator[Definition]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    while targets:
        target = targets.pop()
        if isinstance(target, ast.Name):
            if target.id != "_":
                yield Definition(path, target.lineno, target.id, kind, owner)
        elif isinstance(target, ast.Tuple | ast.List):
            targets = targets + target.elts
        elif isinstance(target, ast.Starred):
            targets = [*targets, target.value]


# ctags

FORCED: Final = {
    "go": "Go", "rust": "Rust", "typescript": "TypeScript", "tsx": "TypeScript", "java": "Java", "c": "C", "cpp": "C++",
}  # fmt: skip
"""What ctags calls our languages."""
SCRIPTS: Final = frozenset({"typescript", "tsx"})
INDENTED: Final = re.compile(r"/\^\s")


def by_ctags(root: Path, paths: Sequence[str], language: str) -> list[Definition]:
    """Read files by universal-ctags; what it made up a name for has none."""
    command = ["ctags", "--output-format=json", "--fields=+neKsZ", "--sort=no", "-L", "-", "-f", "-"]
    ran = subprocess.run(
        [*command, "--kinds-C++=+p", f"--language-force={FORCED[language]}"],
        cwd=root,
        input="\n".join(paths),
        capture_output=True,
        text=True,
        check=True,
    )
    tags = [json.loads(line) for line in ran.stdout.splitlines()]
    return [_tag(tag) for tag in tags if tag["_type"] == "tag" and _counts(tag, language)]


def _counts(tag: Mapping[str, str | int], language: str) -> bool:
    """Leave out names that ctags made up, prototypes outside of classes, and what is local to a function of scripts."""
    in_class = language == "cpp" and tag.get("scopeKind") in {"class", "struct", "union"}
    if tag["kind"] == "prototype" and not in_class:
        return False
    if (
        language in SCRIPTS
        and tag["kind"] in {"constant", "variable"}
        and str(tag["pattern"]).startswith(("/^ ", "/^\t"))
    ):
        return False
    return not str(tag["name"]).startswith("__anon")


def _tag(tag: Mapping[str, str | int]) -> Definition:
    scope = str(tag.get("scope", "")) if tag.get("scopeKind") != "package" else ""
    owner = scope.replace("::", ".").rpartition(".")[2]
    name = "".join(str(tag["name"]).split())
    kind = str(tag["kind"])
    return Definition(str(tag["path"]), int(tag["line"]), name, kind, None if owner.startswith("__anon") else owner)
