"""The prompts of the MCP server: one text each, with its words at its head as in `schema.documents`.

A new prompt is a new file here. Its arguments are the lines of its head after `description`; a `?` before the
words of one says that it may be left out. `{name}` in the text stands for an argument.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from schema.documents import LONGEST_VALUE, head
from services.errors import InvalidArgumentError

FOLDER: Final = Path(__file__).parent
OPTIONAL: Final = "? "
OWN: Final = frozenset({"prompt", "title", "description"})


@dataclass(frozen=True, slots=True)
class PromptText:
    """One prompt: its words, the words of its arguments, and the text with their places."""

    name: str
    title: str
    description: str
    arguments: Mapping[str, str]
    text: str

    def required(self, argument: str) -> bool:
        """Whether an argument must be given."""
        return not self.arguments[argument].startswith(OPTIONAL)

    def filled(self, given: Mapping[str, str]) -> str:
        """Give the text for some arguments. InvalidArgumentError for missing and unknown ones."""
        missing = [name for name in self.arguments if self.required(name) and not given.get(name)]
        unknown = sorted(set(given) - set(self.arguments))
        if missing or unknown:
            raise InvalidArgumentError(f"{self.name}: unknown arguments {unknown}, missing arguments {missing}.")
        values = {name: given.get(name, "")[:LONGEST_VALUE] or "(not given)" for name in self.arguments}
        return self.text.format_map(values)


def load(*, folder: Path = FOLDER) -> tuple[PromptText, ...]:
    """Read every prompt, by name."""
    return tuple(_read(path.read_text()) for path in sorted(folder.glob("*.md")))


def _read(text: str) -> PromptText:
    words = head(text)
    body = "\n".join(line for line in text.splitlines() if not line.startswith("#")).strip()
    arguments = {name: said for name, said in words.items() if name not in OWN}
    return PromptText(words["prompt"], words["title"], words["description"], arguments, body)
