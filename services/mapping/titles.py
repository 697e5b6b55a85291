"""What a document calls itself: its first heading, read line by line from its beginning.

Every rule looks at one line, or at two that follow each other, and at no more than `HEAD_BYTES`: the
text is a stranger's.
"""

import html
import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

import msgspec

from services.mapping.documents import DocumentFormat
from services.mapping.escaping import escaped

HEAD_BYTES: Final = 16_384
MOST_CHARACTERS: Final = 200
KIND: Final = "document."
"""Before a format: under which `language` the title of a content is kept in the tag cache."""

FENCE: Final = re.compile(r" {0,3}(```|~~~)")
SETEXT: Final = re.compile(r" {0,3}(?:={2,}|-{2,})\s*")
NO_HEADING: Final = ("- ", "* ", "+ ", ">", "|")
"""What begins a list, a quotation or a table: a line of dashes below ends it."""
UNDERLINE: Final = re.compile(r"([=\-~^\"'`#*+.:_<>])\1{2,}\s*")
FRONT_TITLE: Final = re.compile(r"title\s*[:=]\s*(.*)", re.IGNORECASE)
HTML_HEADING: Final = re.compile(r"<(title|h1)\b[^<>]{0,1000}>([^<>]{1,1000})", re.IGNORECASE)
TAG: Final = re.compile(r"<[^<>]{0,1000}>")
IMAGE: Final = re.compile(r"!\[[^\[\]]{0,500}\](?:\([^()]{0,1000}\)|\[[^\[\]]{0,500}\])")
LINK: Final = re.compile(r"\[([^\[\]]{1,500})\](?:\([^()]{0,1000}\)|\[[^\[\]]{0,500}\])?")
NOTEBOOK_HEADING: Final = re.compile(r'"\s{0,8}#{1,6}\s+((?:[^"\\]|\\.){1,1000})"')
MAN_WORDS: Final = re.compile(r"\\f[A-Z]|\\f\([A-Z]{2}|\\&")


class Title(msgspec.Struct, frozen=True, array_like=True):
    """The first heading of a document; "" when it has none."""

    text: str = ""


def read_title(content: bytes, *, kind: str) -> Title:
    """Find the first heading of a document's beginning; `kind` is `KIND` and a format."""
    head = content[:HEAD_BYTES]
    text = head.decode("utf-16" if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig", "replace")
    found = READERS[DocumentFormat(kind.removeprefix(KIND))](text.splitlines())
    line = escaped(" ".join(found.split()))
    return Title(line if len(line) <= MOST_CHARACTERS else line[: MOST_CHARACTERS - 1] + "…")


def _markdown(lines: Sequence[str]) -> str:
    """Read front matter, then `# …`, a line that is underlined, or an `<h1>`; nothing within a fence."""
    lines, front = _without_front_matter(lines)
    if front:
        return front
    fence = ""
    for line, following in pairwise([*lines, ""]):
        opened = FENCE.match(line)
        if opened:
            fence = "" if fence == opened[1] else fence or opened[1]
        if opened or fence or not line.strip():
            continue
        found = _markdown_line(line, following)
        if found:
            return found
    return ""


def _markdown_line(line: str, following: str) -> str:
    bare = line.lstrip(" ")
    if bare.startswith("#") and len(line) - len(bare) <= 3:  # noqa: PLR2004  # four spaces begin a code block
        level = len(bare) - len(bare.lstrip("#"))
        return _plain(bare[level:].rstrip().rstrip("#")) if bare[level : level + 1] in {" ", "\t"} else ""
    heading = HTML_HEADING.search(line)
    if heading:
        return _plain(html.unescape(heading[2]))
    underlined = SETEXT.fullmatch(following) and not SETEXT.fullmatch(line) and not bare.startswith(NO_HEADING)
    return _plain(line) if underlined else ""


def _without_front_matter(lines: Sequence[str]) -> tuple[Sequence[str], str]:
    """Cut off the block that static site generators read, and give its title."""
    if not lines or lines[0].rstrip() not in {"---", "+++"}:
        return lines, ""
    end = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() == lines[0].rstrip()), 0)
    titles = (FRONT_TITLE.match(line) for line in lines[1:end])
    return lines[end + 1 if end else 0 :], next((found[1].strip().strip("\"'") for found in titles if found), "")


def _plain(text: str) -> str:
    """Take emphasis, links, images and tags away; a badge alone is no title."""
    text = TAG.sub("", LINK.sub(r"\1", IMAGE.sub("", text)))
    return text.replace("**", "").replace("__", "").replace("`", "").strip(" *")


def _rst(lines: Sequence[str]) -> str:
    """Find the first line that is underlined at its whole length."""
    for line, following in pairwise(lines):
        text = line.strip()
        underlined = UNDERLINE.fullmatch(following) and len(following.rstrip()) >= len(text)
        if text and underlined and not UNDERLINE.fullmatch(line):
            return text.replace("`", "")
    return ""


def _asciidoc(lines: Sequence[str]) -> str:
    found = (line.lstrip("=") for line in lines if re.match(r"={1,6} ", line))
    return next(found, "") or _markdown(lines)


def _org(lines: Sequence[str]) -> str:
    for line in lines:
        if line[:8].lower() == "#+title:":
            return line[8:]
        if re.match(r"\*{1,8} ", line):
            return line.lstrip("*")
    return ""


def _text(lines: Sequence[str]) -> str:
    return next((line for line in lines if sum(map(str.isalnum, line)) > 1), "")


def _man(lines: Sequence[str]) -> str:
    """Give the line below NAME, which says what the page is about in one line, else the page's own name."""
    page = ""
    for line, following in pairwise([*lines, ""]):
        macro, _, rest = line.partition(" ")
        if macro in {".TH", ".Dt"} and not page:
            page = " ".join(rest.replace('"', "").split()[:2])
        if macro == ".SH" and rest.strip(' "').upper() == "NAME" and following.strip():
            return MAN_WORDS.sub("", following.removeprefix(".B ")).replace("\\-", "-")
        if macro == ".Nd":
            return rest
    return page


def _notebook(lines: Sequence[str]) -> str:
    """Look for the first text in the JSON that is a heading: where the beginning ends, it is no JSON any more."""
    found = NOTEBOOK_HEADING.search("\n".join(lines))
    return _plain(found[1].removesuffix("\\n").replace('\\"', '"')) if found else ""


def _html(lines: Sequence[str]) -> str:
    found = HTML_HEADING.search("\n".join(lines))
    return html.unescape(found[2]) if found else ""


READERS: Final[dict[DocumentFormat, Callable[[Sequence[str]], str]]] = {
    DocumentFormat.MARKDOWN: _markdown,
    DocumentFormat.RST: _rst,
    DocumentFormat.ASCIIDOC: _asciidoc,
    DocumentFormat.ORG: _org,
    DocumentFormat.TEXT: _text,
    DocumentFormat.MAN: _man,
    DocumentFormat.NOTEBOOK: _notebook,
    DocumentFormat.HTML: _html,
}
