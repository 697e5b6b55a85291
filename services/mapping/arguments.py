"""How many arguments a call is written with, and how many a definition takes.

Of several overloads this tells the one a call means. Both are read from text alone: a call's from behind its
name, bounded, and a definition's from its signature. What cannot be read to its end is unknown, never guessed.
"""

import re
from typing import Final

UNKNOWN_COUNT: Final = -1
OVERLOADED: Final = frozenset({"java", "csharp", "cpp", "kotlin", "scala", "swift"})
"""Languages where definitions of one name are told apart by what they take."""
TRAILING: Final = frozenset({"kotlin", "swift"})
"""Languages where a block behind the parentheses is the last argument."""
BLOCKS: Final = TRAILING | {"scala"}
"""Languages where a block alone is an argument."""
MOST_BYTES: Final = 4000
"""Of a call's arguments; longer ones are not counted."""
MOST_TIMES: Final = 4
"""How often a file is read through at most: a call in a call in a call is read three times."""
MOST_PARAMETERS: Final = 1000
"""What a definition takes that takes any number."""
DELEGATIONS: Final = frozenset({b"this", b"super"})
"""Kotlin's `: this(x) { … }`: the block is the constructor's."""
PLAIN: Final = re.compile(rb"\(([\w\s.,$]*+)\)(?!\s*+\{)")
OPENED: Final = re.compile(rb"[ \t?!]*+(?:(?:::)?<[\w\s,.?\[\]<>:*&]{0,80}>)?\s*+([({])")
BLOCK: Final = re.compile(rb"[ \t]*+\{")
LITERAL: Final = (
    r'"""(?s:.*?)(?:"""|\Z)|@"(?:[^"]|"")*+"?|"(?:[^"\\\n]|\\.)*+"?'
    r"|'(?:[^'\\\n]|\\[^\n][^'\n]{0,8})'|//[^\n]*+|/\*(?s:.*?)(?:\*/|\Z)"
)
"""Strings and comments; one without an end takes the rest, so that nothing is read twice."""
TOKEN: Final = re.compile(
    (
        LITERAL + r"|<[\w\s,.?\[\]<>:*&]{0,80}>(?=\s*+[({\[:.,)])"
        r"|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<comma>,)"
    ).encode()
)
"""What is passed over, opens, closes or separates; `<…>` is passed over where C# takes it for types."""
PARAMETER_TOKEN: Final = re.compile(
    LITERAL + r"|(?P<open>[(\[{<])|(?P<arrow>[-=]>)|(?P<close>[)\]}>])|(?P<comma>,)|(?P<given>=)"
)
CONDITION: Final = re.compile(rb"\s*+(?:\}\s*+)?(?:else\s++)?(?:if|guard|while|for|switch)\b")
"""Begins a line of Swift whose block is no argument."""
VARIADIC: Final = re.compile(r"\.\.\.|(?:^|\s)(?:vararg|params)\s|\w\*$")
"""Takes any number; Scala's `xs: Int*` has the star at its end."""
BEHIND_NAME: Final = re.compile(r"[?!]?\s?(?:<[^()]*>|\[[^()]*\])?[?!]?\s?\(")
SPECIAL: Final = re.compile(r"[(<\[{=\"'/]|\.\.|\*(?=,|$)|\b(?:this|params|vararg|void)\b")
"""What makes a list of parameters more than names and commas."""
EXTENSION: Final = "this "
"""Begins what an extension of C# is called on: no argument where it is called as a method."""
GIVEN: Final = "\0"
"""Marks a parameter that has a value."""


class Arguments:
    """Counts the arguments of the calls of one file."""

    def __init__(self, content: bytes, language: str) -> None:
        self._content = content
        self._language = language
        self._left = MOST_TIMES * len(content)

    def behind(self, start: int, end: int) -> int:
        """Count those of the call whose name is `content[start:end]`, -1 where none can be read: some 0.5 µs."""
        content, language = self._content, self._language
        plain = PLAIN.match(content, end)
        if plain is not None:
            inside = plain[1].strip()
            return inside.count(b",") + (not inside.endswith(b",")) if inside else 0
        opened = OPENED.match(content, end)
        if opened is None or self._left < 0:
            return UNKNOWN_COUNT
        if opened[1] == b"{":
            return 1 if language in BLOCKS else UNKNOWN_COUNT
        count, close = self._inside(opened.end())
        if count < 0 or language not in TRAILING or not BLOCK.match(content, close):
            return count
        if language == "kotlin":
            return count + (content[start:end] not in DELEGATIONS)
        line = content.rfind(b"\n", max(0, start - MOST_BYTES), start) + 1
        return count + (CONDITION.match(content, line, start) is None)

    def _inside(self, begin: int) -> tuple[int, int]:
        """Count what commas separate from behind a parenthesis to the one that closes it, and say where it ends."""
        depth, commas, last = 1, 0, begin
        for token in TOKEN.finditer(self._content, begin, begin + MOST_BYTES):
            kind = token.lastgroup
            if kind == "open":
                depth += 1
            elif kind == "close":
                depth -= 1
                if not depth:
                    self._left -= token.end() - begin
                    return commas + bool(self._content[last : token.start()].strip()), token.end()
            elif kind == "comma" and depth == 1:
                commas, last = commas + 1, token.end()
        self._left -= MOST_BYTES
        return UNKNOWN_COUNT, begin


def taken(signature: str, name: str) -> tuple[int, int]:
    """Give the least and the most arguments that a definition takes, as its signature says; what is cut off may be any.

    Of several lists of parameters (Scala) only the first counts.
    """
    begin = _opening(signature, name)
    if begin < 0:
        return 0, MOST_PARAMETERS
    end = signature.find(")", begin)
    if end >= 0 and not SPECIAL.search(signature, begin, end):
        count = signature.count(",", begin, end) + (not signature[begin:end].isspace() and end > begin)
        return count, count
    parameters, whole = _parameters(signature, begin)
    if parameters == ["void"]:
        return 0, 0
    variadic = [VARIADIC.search(one) is not None for one in parameters]
    needed = sum(GIVEN not in one and not many for one, many in zip(parameters, variadic, strict=True))
    needed -= bool(parameters) and parameters[0].startswith(EXTENSION)
    return max(needed, 0), len(parameters) if whole and not any(variadic) else MOST_PARAMETERS


def _opening(signature: str, name: str) -> int:
    """Give where the parameters begin: behind the name, what it is generic in, and a parenthesis; or -1."""
    at = signature.find(name)
    while at >= 0:
        opened = BEHIND_NAME.match(signature, at + len(name))
        if opened is not None and not signature[at - 1 : at].isalnum():
            return opened.end()
        at = signature.find(name, at + 1)
    return -1


def _parameters(signature: str, begin: int) -> tuple[list[str], bool]:
    """Split a list of parameters, each with GIVEN behind it if it has a value, and say whether the list is whole."""
    depth, last, given = 0, begin, ""
    found: list[str] = []
    for token in PARAMETER_TOKEN.finditer(signature, begin):
        kind = token.lastgroup
        if kind == "open":
            depth += 1
        elif kind == "close" and depth:
            depth -= 1
        elif kind in {"comma", "close"} and not depth:
            text = signature[last : token.start()].strip()
            found += [text + given] if text else []
            last, given = token.end(), ""
            if kind == "close":
                return found, True
        elif kind == "given" and not depth:
            given = GIVEN
    return found, False
