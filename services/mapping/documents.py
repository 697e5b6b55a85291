"""What people wrote to be read: which files are documents, of what sort, and which of them come first.

A path says all of it, as it does for a person who opens a repository for the first time; only the
title is in the content (`services.mapping.titles`).
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.mapping.languages import traits_of


class DocumentCategory(StrEnum):
    """What a document is for, in the order in which a newcomer reads."""

    README = "README"
    GUIDE = "GUIDE"
    REFERENCE = "REFERENCE"
    DECISION = "DECISION"
    CONTRIBUTING = "CONTRIBUTING"
    CHANGELOG = "CHANGELOG"
    SECURITY = "SECURITY"
    LICENSE = "LICENSE"
    OTHER = "OTHER"


class DocumentFormat(StrEnum):
    """What a document is written in."""

    MARKDOWN = "MARKDOWN"
    RST = "RST"
    ASCIIDOC = "ASCIIDOC"
    ORG = "ORG"
    TEXT = "TEXT"
    MAN = "MAN"
    NOTEBOOK = "NOTEBOOK"
    HTML = "HTML"


FORMATS: Final = {
    "md": DocumentFormat.MARKDOWN, "mdx": DocumentFormat.MARKDOWN, "markdown": DocumentFormat.MARKDOWN,
    "mkd": DocumentFormat.MARKDOWN, "mdown": DocumentFormat.MARKDOWN,
    "rst": DocumentFormat.RST,
    "adoc": DocumentFormat.ASCIIDOC, "asciidoc": DocumentFormat.ASCIIDOC, "asc": DocumentFormat.ASCIIDOC,
    "org": DocumentFormat.ORG,
    "ipynb": DocumentFormat.NOTEBOOK,
    "txt": DocumentFormat.TEXT, "text": DocumentFormat.TEXT,
    "html": DocumentFormat.HTML, "htm": DocumentFormat.HTML, "xhtml": DocumentFormat.HTML,
    **dict.fromkeys("12345678", DocumentFormat.MAN), "mdoc": DocumentFormat.MAN,
}  # fmt: skip
ANYWHERE: Final = frozenset(
    {
        DocumentFormat.MARKDOWN,
        DocumentFormat.RST,
        DocumentFormat.ASCIIDOC,
        DocumentFormat.ORG,
        DocumentFormat.NOTEBOOK,
    }
)
"""Formats that nobody uses for anything else; the others are documents below a folder for them, or by their name."""
FOLDERS: Final = frozenset(
    {
        "doc", "docs", "documentation", "guide", "guides", "manual", "manuals", "man", "book", "handbook", "wiki",
        "website", "site", "tutorial", "tutorials", "howto", "reference", "adr", "adrs", "rfcs", "licenses",
    }
)  # fmt: skip
MAN_FOLDER: Final = re.compile(r"man[1-8]?|mandoc")
NAMED: Final = (
    (re.compile(r"readme|leame|liesmich"), DocumentCategory.README),
    (re.compile(r"changes|change[-_]?logs?|history|news|whats?[-_]?new|(?:\d+-)?release[-_]?notes?|releases"),
     DocumentCategory.CHANGELOG),
    (re.compile(r"contributing|contributors?|code[-_]of[-_]conduct|maintainers|governance|hacking|development"
                r"|authors|credits|owners|pull_request_template|issue_template"), DocumentCategory.CONTRIBUTING),
    (re.compile(r"licen[cs]es?|copying|notice|copyright|unlicense|patents"), DocumentCategory.LICENSE),
    (re.compile(r"security"), DocumentCategory.SECURITY),
    (re.compile(r"decisions?|adr"), DocumentCategory.DECISION),
    (re.compile(r"install(?:ation|ing)?|usage|upgrad(?:e|ing)|faq|architecture|design|overview|intro(?:duction)?"
                r"|quick[-_]?start|getting[-_]?started|tutorial|guide"), DocumentCategory.GUIDE),
)  # fmt: skip
"""What the beginning of a name says, up to its end or the next `.`, `-` or `_`."""
DECISION_FOLDERS: Final = frozenset({"adr", "adrs", "decisions", "architecture-decisions", "rfc", "rfcs", "proposals"})
REFERENCE_FOLDERS: Final = frozenset({"api", "apidoc", "apidocs", "reference", "references", "ref"})
REFERENCE_NAME: Final = re.compile(r"(?:api|reference|commands?|config(?:uration)?|settings|options)(?![a-z])")
NO_DOCUMENT: Final = re.compile(r"(?:.*requirements.*|constraints.*|cmakelists|robots|humans|llms.*|package-lock)\.txt")
ASIDE: Final = frozenset({"testdata", "fixtures", "test", "tests", "__tests__", "examples", "example"})
GUIDES: Final = ("readme", "architecture", "design", "overview", "index", "intro", "getting", "usage")


@dataclass(frozen=True, slots=True)
class Document:
    """What a path says of a document."""

    category: DocumentCategory
    format: DocumentFormat
    vendored: bool
    """It came with a dependency, or a program wrote it."""


def document_of(path: str) -> Document | None:
    """Say what sort of document a path names, None for anything else: 1 to 5 µs."""
    *folders, name = path.lower().split("/")
    stem, dot, extension = name.rpartition(".")
    extended = bool(dot and stem)
    written = FORMATS.get(extension) if extended else DocumentFormat.TEXT
    if written is None:
        return None
    named = next((category for pattern, category in NAMED if _begins(pattern, name)), None)
    if not extended and named in {None, DocumentCategory.GUIDE}:
        return None
    if written not in ANYWHERE and not _is_at_home(folders, name, written, named):
        return None
    traits = traits_of(path)
    return Document(_category(folders, name, written, named), written, traits.vendored or traits.generated)


def usefulness(path: str, document: Document) -> tuple[bool, bool, int, int, int, str]:
    """Give what documents are sorted by: the project's own, near the root, README and guides first."""
    *folders, name = path.lower().split("/")
    guide = next((at for at, word in enumerate(GUIDES) if name.startswith(word)), len(GUIDES))
    order = list(DocumentCategory).index(document.category)
    return document.vendored, not ASIDE.isdisjoint(folders), len(folders), order, guide, path


def _begins(pattern: re.Pattern[str], name: str) -> bool:
    found = pattern.match(name)
    return found is not None and name[found.end() : found.end() + 1] in {"", ".", "-", "_"}


def _is_at_home(folders: list[str], name: str, written: DocumentFormat, named: DocumentCategory | None) -> bool:
    """Say whether a text, a page or a manual is one to be read: configuration and data look the same."""
    if written is DocumentFormat.MAN:
        return any(MAN_FOLDER.fullmatch(folder) or folder in FOLDERS for folder in folders)
    if written is DocumentFormat.TEXT and named is not None:
        return True
    return not FOLDERS.isdisjoint(folders) and not NO_DOCUMENT.fullmatch(name)


def _category(
    folders: list[str], name: str, written: DocumentFormat, named: DocumentCategory | None
) -> DocumentCategory:
    """Ask the name, then the folders from the outermost, then the format."""
    if named is not None and named is not DocumentCategory.GUIDE:
        return named
    if not DECISION_FOLDERS.isdisjoint(folders):
        return DocumentCategory.DECISION
    if ".github" in folders or ".gitlab" in folders:
        return DocumentCategory.CONTRIBUTING
    if "licenses" in folders:
        return DocumentCategory.LICENSE
    if written is DocumentFormat.MAN or not REFERENCE_FOLDERS.isdisjoint(folders) or REFERENCE_NAME.match(name):
        return DocumentCategory.REFERENCE
    at_home = named is DocumentCategory.GUIDE or not FOLDERS.isdisjoint(folders)
    return DocumentCategory.GUIDE if at_home or written is DocumentFormat.NOTEBOOK else DocumentCategory.OTHER
