"""A file's tags as text that a person can check: one line a definition, use and import."""

from typing import Final

import numpy as np

from services.mapping.records import (
    DECLARES,
    OF_NAMESPACE,
    OPENS,
    REEXPORT,
    TYPING_COLUMNS,
    DefinitionKind,
    FileRecord,
    ReferenceKind,
)
from services.mapping.tags import extract
from services.mapping.type_texts import Says

SAID: Final = {
    Says.DECLARED: "is {}",
    Says.CALLED: "is {}()",
    Says.SAME: "like {}",
    Says.NOTHING: "unknown",
    Says.ELSE: "unknown",
    Says.PLAIN: "unknown",
}

FLAGS: Final = {REEXPORT: "exported", DECLARES: "announced", OF_NAMESPACE: "of a namespace", OPENS: "opened"}


def render(record: FileRecord) -> str:
    """Write a record down; `expected.txt` of each language holds this."""
    lines = [f"{record.language}: {record.lines} lines, {record.parse_errors} errors", ""]
    lines += [*_definitions(record), "", *_references(record), "", *_imports(record)]
    said = values(record)
    lines += ["", *said] if said else []
    return "\n".join(lines) + "\n"


def values(record: FileRecord) -> list[str]:
    """Write down what is said of values: `value x is Store in f`, `returns Store() in f`, `value y like x in f`."""
    definitions, text = _rows(record.definitions, 7), record.strings
    result = []
    for scope, _, name, says, of_type, qualifier in _rows(record.typings, len(TYPING_COLUMNS)):
        receiver = f"{text[qualifier]} . " if qualifier >= 0 else ""
        told = SAID[Says(says)].format(f"{receiver}{text[of_type]}" if of_type >= 0 else "")
        where = text[definitions[scope][0]] if scope >= 0 else "<file>"
        result.append(f"value {text[name]} {told} in {where}" if name >= 0 else f"returns {told} in {where}")
    return result


def told(language: str, source: str) -> dict[str, str]:
    """Say by function and class what is said of the values in it: `{"f": "x is Store, returns Row()"}`."""
    found: dict[str, list[str]] = {}
    for line in values(extract(source.encode(), language=language)):
        said, _, where = line.removeprefix("value ").rpartition(" in ")
        found.setdefault(where, []).append(said)
    return {where: ", ".join(said) for where, said in found.items()}


def _rows(data: bytes, width: int) -> list[list[int]]:
    rows: list[list[int]] = np.frombuffer(data, np.int32).reshape(-1, width).tolist()
    return rows


def _definitions(record: FileRecord) -> list[str]:
    rows, text = _rows(record.definitions, 7), record.strings
    result = []
    for name, kind, parent, start, end, name_line, signature in rows:
        owner = f"{text[rows[parent][0]]}::" if parent >= 0 else ""
        where = f"{start}-{end}" if name_line == start else f"{start}({name_line})-{end}"
        result.append(f"define {DefinitionKind(kind).name.lower()} {owner}{text[name]} @{where} | {text[signature]}")
    return result


def _references(record: FileRecord) -> list[str]:
    definitions, text = _rows(record.definitions, 7), record.strings
    result = []
    for name, kind, scope, line, qualifier, count, _ in _rows(record.references, 7):
        receiver = f"{text[qualifier]} . " if qualifier >= 0 else ""
        where = text[definitions[scope][0]] if scope >= 0 else "<file>"
        times = f" x{count}" if count > 1 else ""
        result.append(f"{ReferenceKind(kind).name.lower()} {receiver}{text[name]} in {where} @{line}{times}")
    return result


def _imports(record: FileRecord) -> list[str]:
    text = record.strings
    result = []
    for module, name, alias, level, line, flags in _rows(record.imports, 6):
        taken = f" take {text[name]}" if name >= 0 else ""
        bound = f" as {text[alias]}" if alias >= 0 else ""
        again = "".join(f" {word}" for flag, word in FLAGS.items() if flags & flag)
        result.append(f"import {'.' * level}{text[module]!r}{taken}{bound}{again} @{line}")
    return result
