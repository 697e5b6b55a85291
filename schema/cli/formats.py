"""How the command line writes and sorts a map; apart, so that naming a format loads no engine."""

from enum import StrEnum


class MapFormat(StrEnum):
    """How `graticule map` writes a map."""

    TEXT = "text"
    MARKDOWN = "md"
    JSON = "json"


class MapOrder(StrEnum):
    """How `graticule map` sorts the files of a map."""

    RANK = "rank"
    PATH = "path"
