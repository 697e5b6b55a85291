"""How the command line writes numbers and maps, and sorts these; apart, so that naming a format loads no engine."""

import json
from enum import StrEnum

import msgspec

from schema.agent_text import HIDDEN


def counted(number: int, noun: str) -> str:
    """Give a number with its noun: `1 map`, `1,204 maps`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


class MapFormat(StrEnum):
    """How `graticule map` writes a map."""

    TEXT = "text"
    MARKDOWN = "md"
    JSON = "json"


class MapOrder(StrEnum):
    """How `graticule map` sorts the files of a map."""

    RANK = "rank"
    PATH = "path"


def as_json(value: object, *, indent: int = -1) -> str:
    r"""Write what a terminal may show: the same JSON, with everything that is not seen as `\u202e`; one line for -1."""
    text = msgspec.json.format(msgspec.json.encode(value), indent=indent).decode()
    return HIDDEN.sub(lambda found: found[0] if found[0] == "\n" else json.dumps(found[0])[1:-1], text)
