"""What a format writes around paths, definitions and notes.

Plain text sets a file's block apart with an empty line. Markdown has a heading for the file and a
fence around its lines, and lists what has no lines; what a stranger wrote stands in code spans and
fences alone, each with more backticks than there are side by side in it, so that none can close it.
"""

import re
from dataclasses import dataclass
from typing import Final

from services.mapping.escaping import MOST_BACKTICKS, TOO_MANY_BACKTICKS, escaped
from services.mapping.views import OutlineFormat

BACKTICKS: Final = re.compile("`+")
SHORTEST_FENCE: Final = 3


@dataclass(frozen=True, slots=True)
class Markup:
    """How one format is written; `fence` stands around the lines of a block, none in plain text."""

    heading: str
    item: str
    fence: str

    def path(self, path: str) -> str:
        """Write a path, of which all but the invisible characters are kept."""
        path = TOO_MANY_BACKTICKS.sub(lambda run: "\\u{60}" * len(run[0]), escaped(path))
        return self.quoted(path if path.strip(" ") else "\\u{20}" * len(path) or "?")

    def quoted(self, text: str) -> str:
        """Write a stranger's words within a sentence."""
        if not self.fence:
            return text
        ticks = "`" * (1 + max((len(run) for run in BACKTICKS.findall(text)), default=0))
        space = " " if text.startswith("`") or text.endswith("`") else ""
        return f"{ticks}{space}{text}{space}{ticks}"

    def note(self, text: str) -> str:
        """Write a line of our own."""
        return f"{self.item}{text}"


def markup_of(format_: OutlineFormat, texts: list[bytes]) -> Markup:
    """Give the markup of a format; the fence is longer than every run of backticks in the texts."""
    if format_ is OutlineFormat.TEXT:
        return Markup("", "", "")
    longest = max((run for run in range(MOST_BACKTICKS, 0, -1) if any(b"`" * run in text for text in texts)), default=0)
    return Markup("## ", "- ", "`" * max(SHORTEST_FENCE, longest + 1))
