"""The one way by which text of git or of a server becomes part of an error, of progress or of a log.

Both are data of strangers: a server may send terminal codes, text that reads backwards, or the very
credentials it was sent. What leaves here is one printable line without any of that.
"""

import base64
import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Final

MAX_CHARACTERS: Final = 500
HIDDEN: Final = "…"
_MAX_READ_CHARACTERS: Final = 8192
_LEAST_BASE64_CHARACTERS: Final = 8

_USERINFO: Final = re.compile(r"(://)[^\s/?#]*@")
_AUTHORIZATION: Final = re.compile(r"(authorization[\"']?\s*(?:[:=]|%3a)\s*)\S.*", re.IGNORECASE)
# RFC 4648: the alphabet for URLs has others in these two places.
_OTHER_ALPHABET: Final = {"+": "-", "/": "_"}


def clean(text: str, secrets: Collection[str] = ()) -> str:
    """Give the text as one line of at most 500 printable characters, without anything secret.

    Out go control, bidi and invisible characters, the user's part of a URL, whatever follows
    `Authorization:`, and every secret: plain, percent-encoded, or anywhere inside base64.
    """
    line = text[:_MAX_READ_CHARACTERS]
    if not line.isprintable():
        line = "".join(filter(str.isprintable, line))
    known = _forms(tuple(sorted(secrets))) if secrets else None
    while (hidden := _hide(line, known)) != line:  # what is taken out may bring together what it kept apart
        line = hidden
    return line[:MAX_CHARACTERS].rstrip()


def shows_secret(text: str, secrets: Collection[str]) -> bool:
    """Whether one of the secrets is in the text, in any of the forms that `clean` hides."""
    known = _forms(tuple(sorted(secrets)))
    return known is not None and known.search(text) is not None


def _hide(line: str, known: re.Pattern[str] | None) -> str:
    if known is not None:
        line = known.sub(HIDDEN, line)
    line = _USERINFO.sub(r"\1", line)
    return _AUTHORIZATION.sub(rf"\g<1>{HIDDEN}", line)


@lru_cache(maxsize=32)
def _forms(secrets: tuple[str, ...]) -> re.Pattern[str] | None:
    """Give a pattern for every form of every secret, longer ones first; None when there is none."""
    forms = {form for secret in secrets for form in (_spelled(secret), *_inside_base64(secret)) if form}
    ordered = sorted(forms, key=lambda form: (-len(form), form))
    return re.compile("|".join(ordered), re.IGNORECASE) if ordered else None


def _spelled(text: str, alternatives: dict[str, str] | None = None) -> str:
    """Give a pattern for a text of which any character may be percent-encoded, also more than once."""
    return "".join(
        f"(?:{re.escape(character)}|{_percent(character)}{_alternative(character, alternatives)})" for character in text
    )


def _percent(character: str) -> str:
    return "".join(f"%(?:25)*{byte:02x}" for byte in character.encode(errors="surrogatepass"))


def _alternative(character: str, alternatives: dict[str, str] | None) -> str:
    other = (alternatives or {}).get(character)
    return f"|{other}" if other else ""


def _inside_base64(secret: str) -> Iterator[str]:
    """Give patterns for what the secret is in base64, at each of the three places it can begin at.

    Only the characters that the secret decides alone, and only when they are enough to be told.
    """
    content = secret.encode(errors="surrogatepass")
    for before in range(3):
        written = base64.b64encode(bytes(before) + content).decode()
        decided = written[(before * 8 + 5) // 6 : (before + len(content)) * 8 // 6]
        if len(decided) >= _LEAST_BASE64_CHARACTERS:
            yield _spelled(decided, _OTHER_ALPHABET)
