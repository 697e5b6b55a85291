"""An answer's own fields as text that a model reads with few tokens, and as much of them as may be sent.

Rows are a table whose names stand once, a third of the same as JSON. What does not fit is cut from the longest
part, by whole lines or rows, and said: an agent that does not know takes a part for the whole.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import orjson

from schema.agent_text import clean

Values: TypeAlias = Mapping[str, object]

SEPARATOR: Final = "\t"
"""Of columns: no cell has one, and a signature may well have any other mark."""

FEW: Final = 3
"""Fields of an object whose numbers are said in a sentence."""

ROUNDS: Final = 12
"""In which a payload is cut; each takes at least what is too much from its longest part, or half of that."""


def cleaned(value: object) -> object:
    """Give a value without hidden characters, in names of fields as well: they are the document's own."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {key: cleaned(one) for key, one in value.items()}
    if isinstance(value, list):
        return [cleaned(one) for one in value]
    return value


def numbers(values: Values) -> str:
    """Give the numbers among the fields in a line, without those of an object of many: these are for programs."""
    flat = _flat({name: one for name, one in values.items() if not isinstance(one, Mapping) or len(one) <= FEW})
    words = [
        f"{name.replace('_', ' ').replace('.', ' ')} {value}"
        for name, value in flat.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    ]
    return ", ".join(words)


def rendered(values: Values) -> str:
    """Give everything else as text: words, then tables, then what has lines of its own."""
    said = {name: one for name, one in _flat(values).items() if isinstance(one, str | bool)}
    lines = [f"{name}: {_cell(one)}" for name, one in said.items() if not _has_lines(one)]
    tables = [text for name, one in _lists(values) for text in _listed(name, one)]
    texts = {name: one for name, one in said.items() if isinstance(one, str) and _has_lines(one)}
    if not lines and not tables and len(texts) == 1:
        return next(iter(texts.values())).rstrip("\n")
    return "\n".join([*lines, *tables, *(f"{name}:\n{one.rstrip()}" for name, one in texts.items())])


def fitted(values: dict[str, object], *, most: int) -> tuple[dict[str, object], list[str]]:
    """Give as much as fits into so many characters, and what was cut."""
    cut: dict[str, str] = {}
    for _ in range(ROUNDS):
        excess = _size(values) - most
        if excess <= 0:
            break
        name = max(values, key=lambda key: _size(values[key]))
        values, words = _shortened(values, name, excess)
        cut.setdefault(name, words)
        cut[name] = words if " of " not in cut[name] else _of_the_whole(words, cut[name])
    return values, [f"{name}: {words}" for name, words in cut.items()]


def _shortened(values: dict[str, object], name: str, excess: int) -> tuple[dict[str, object], str]:
    value = values[name]
    if isinstance(value, str):
        kept = value[: max(0, len(value) - excess - len(value) // 100)]
        kept = kept[: kept.rfind("\n") + 1] or kept
        words = f"the first {kept.count(chr(10))} of {value.count(chr(10))} lines are here"
        return {**values, name: kept}, words
    if isinstance(value, list):
        share = 1 - excess / max(1, _size(value))
        rows = value[: min(len(value) - 1, int(len(value) * share))]
        return {**values, name: rows}, f"the first {len(rows)} of {len(value)} are here"
    if isinstance(value, dict):
        inner = max(value, key=lambda key: _size(value[key]))
        shorter, words = _shortened(value, inner, excess)
        return {**values, name: shorter}, f"{inner}: {words}"
    return {**values, name: None}, "it is not here"


def _of_the_whole(new: str, old: str) -> str:
    """Say how much of the first size is left after one more cut."""
    before, _, _ = new.rpartition(" of ")
    return f"{before} of {old.rpartition(' of ')[2]}"


def _size(value: object) -> int:
    return len(value) if isinstance(value, str) else len(orjson.dumps(value))


def _flat(values: Values, prefix: str = "") -> dict[str, object]:
    """Give fields and those of objects below them, by dotted names; without lists, cursors and what is null.

    An object of one field has no dot: `from` says as much as `from.qualified_name`.
    """
    flat: dict[str, object] = {}
    for name, value in values.items():
        if name.endswith("_next"):  # said beside the text
            continue
        if isinstance(value, Mapping) and len(value) == 1:
            flat |= _flat({name: next(iter(value.values()))}, prefix)
        elif isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{name}.")
        elif value is not None and not isinstance(value, list):
            flat[f"{prefix}{name}"] = value
    return flat


def _lists(values: Values, prefix: str = "") -> Iterator[tuple[str, Sequence[object]]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _lists(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            yield f"{prefix}{name}", value


def _listed(name: str, rows: Sequence[object]) -> Iterator[str]:
    """Give rows as a table, whose columns are those that any of them fills."""
    if not rows:
        return
    flats = [_flat(row) if isinstance(row, Mapping) else {"": row} for row in rows]
    columns = [*dict.fromkeys(column for flat in flats for column in flat)]
    yield f"{name}: {SEPARATOR.join(columns)}"
    for flat in flats:
        yield SEPARATOR.join(_cell(flat.get(column)) for column in columns)


def _has_lines(value: object) -> bool:
    return isinstance(value, str) and "\n" in value


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else " ".join(str(value).split())
