"""How the command line writes a map; apart, so that naming a format loads no engine."""

from enum import StrEnum


class MapFormat(StrEnum):
    """How `graticule map` writes a map."""

    TEXT = "text"
    MARKDOWN = "md"
    JSON = "json"
