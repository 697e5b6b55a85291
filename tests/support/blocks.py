"""The fenced blocks of a page, as a reader would copy them."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FENCE: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """One block: where it stands, what its fence says it is, and its text."""

    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks(page: Path) -> list[Block]:
    """Give the blocks of a page, in order."""
    text = page.read_text()
    return [
        Block(page.name, text.count("\n", 0, match.start()) + 1, match[1], match[2]) for match in FENCE.finditer(text)
    ]
