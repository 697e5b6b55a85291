"""Names from a stranger's repository, made safe to print: no control, bidirectional or invisible characters."""

import re
from typing import Final

MOST_BACKTICKS: Final = 5
"""Side by side; a fence around a text is longer than any of them, and paid for with each file."""
TOO_MANY_BACKTICKS: Final = re.compile(f"`{{{MOST_BACKTICKS + 1},}}")


def escaped(text: str) -> str:
    r"""Write what cannot be seen as `\\u{202e}`; printable text is returned as it is."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else f"\\u{{{ord(letter):x}}}" for letter in text)


def printed(text: str, *, longest: int) -> str:
    """Escape a name or a signature, and cut it where it is longer than so many characters; "?" for nothing at all."""
    text = escaped(text[: longest + 1])
    if "``````" in text:
        text = TOO_MANY_BACKTICKS.sub(lambda run: "\\u{60}" * len(run[0]), text)
    if len(text) > longest:
        text = f"{text[:longest].rstrip()}…"
    return text.strip() or "?"
