"""A file's tags as text that a person can check: one line a definition, use and import."""

import numpy as np

from services.mapping.records import DefinitionKind, FileRecord, ReferenceKind


def render(record: FileRecord) -> str:
    """Write a record down; `expected.txt` of each language holds this."""
    lines = [f"{record.language}: {record.lines} lines, {record.parse_errors} errors", ""]
    lines += [*_definitions(record), "", *_references(record), "", *_imports(record)]
    return "\n".join(lines) + "\n"


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
        again = " exported" if flags else ""
        result.append(f"import {'.' * level}{text[module]!r}{taken}{bound}{again} @{line}")
    return result
