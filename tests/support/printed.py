"""The programs that docs/clients.md prints: each fenced block names its file in its first line."""

import re
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).parents[2] / "docs" / "clients.md"
PROGRAM: Final = re.compile(r"^```\w+\n((?:#|//|<!--) (\S+)(?: -->)?\n.*?)^```", re.DOTALL | re.MULTILINE)


def programs() -> dict[str, str]:
    """Give each program's text by the name of its file."""
    return {name: text for text, name in PROGRAM.findall(PAGE.read_text())}
