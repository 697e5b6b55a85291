"""What a repository consists of: its folders, its documents, and the files in which a mistake would cost most."""

from typing import TYPE_CHECKING, Self

import strawberry

from schema.enums import enum
from schema.scalars import BigInt
from schema.types.symbol import Symbol
from services.mapping import views
from services.mapping.documents import DocumentCategory, DocumentFormat

if TYPE_CHECKING:
    from services.snapshots import OpenSnapshot

enum(
    DocumentCategory,
    "What a document is for.",
    name="DocumentationCategory",
    values={
        DocumentCategory.README: "What a folder says of itself.",
        DocumentCategory.GUIDE: "How something is done or understood: guides, tutorials, notebooks, installation.",
        DocumentCategory.REFERENCE: "To look things up: APIs, commands, settings, manual pages.",
        DocumentCategory.DECISION: "What was decided and why: ADRs, RFCs, proposals.",
        DocumentCategory.CONTRIBUTING: "For who takes part: contributing, conduct, maintainers, authors.",
        DocumentCategory.CHANGELOG: "What changed with which version.",
        DocumentCategory.SECURITY: "How weaknesses are reported and handled.",
        DocumentCategory.LICENSE: "What may be done with it: licences, notices.",
        DocumentCategory.OTHER: "Written for people, and none of the others by name or folder.",
    },
)
enum(
    DocumentFormat,
    "What a document is written in.",
    name="DocumentationFormat",
    values={
        DocumentFormat.MARKDOWN: "Markdown, MDX.",
        DocumentFormat.RST: "reStructuredText.",
        DocumentFormat.ASCIIDOC: "AsciiDoc.",
        DocumentFormat.ORG: "Org mode.",
        DocumentFormat.TEXT: "Plain text.",
        DocumentFormat.MAN: "A manual page, in man or mdoc macros.",
        DocumentFormat.NOTEBOOK: "A Jupyter notebook.",
        DocumentFormat.HTML: "HTML.",
    },
)


@strawberry.type(description="How many of a folder's files have one extension.")
class ExtensionCount:
    """How many files have one extension."""

    extension: str = strawberry.field(description="In lower case, without its dot; empty for files that have none.")
    files: int = strawberry.field(description="Files with it.")
    lines: int = strawberry.field(description="Their parsed lines.")
    size_bytes: BigInt = strawberry.field(description="Their bytes.")


@strawberry.type(description="How many of a folder's files are written in one language.")
class LanguageCount:
    """How many files are written in one language."""

    language: str = strawberry.field(description="The language.")
    files: int = strawberry.field(description="Parsed files.")
    lines: int = strawberry.field(description="Their lines.")
    size_bytes: BigInt = strawberry.field(description="Their bytes.")


@strawberry.type(description="A folder or a file; the numbers of a folder sum over everything in it.")
class TreeEntry:
    """A folder or a file."""

    path: str = strawberry.field(description="From the root of the repository.")
    name: str = strawberry.field(description="The last part of the path.")
    is_directory: bool = strawberry.field(description="Whether it is a folder.")
    files: int = strawberry.field(description="Files in it; 1 for a file.")
    lines: int = strawberry.field(description="Parsed lines.")
    size_bytes: BigInt = strawberry.field(description="Bytes.")
    rank: float = strawberry.field(description="Its share of the rank.")
    extensions: list[ExtensionCount] = strawberry.field(
        description="Its files by extension, the most frequent first, 12 at most."
    )
    languages: list[LanguageCount] = strawberry.field(
        description="Its parsed files by language, the most frequent first, 12 at most."
    )

    @classmethod
    def of(cls, entry: views.TreeEntry) -> Self:
        """Make it from a row of the snapshot."""
        return cls(
            path=entry.path,
            name=entry.name,
            is_directory=entry.is_directory,
            files=entry.files,
            lines=entry.lines,
            size_bytes=BigInt(entry.size_bytes),
            rank=entry.rank,
            extensions=[
                ExtensionCount(extension=one.name, files=one.files, lines=one.lines, size_bytes=BigInt(one.size_bytes))
                for one in entry.extensions
            ],
            languages=[
                LanguageCount(language=one.name, files=one.files, lines=one.lines, size_bytes=BigInt(one.size_bytes))
                for one in entry.languages
            ],
        )


@strawberry.type(description="A file that much depends on and that is hard to get right.")
class CriticalFile:
    """A file that much depends on and that is hard to get right."""

    path: str = strawberry.field(description="From the root of the repository.")
    score: float = strawberry.field(
        description="rank * log2(2 + complexity), over the highest of the snapshot: 1 is the first file."
    )
    rank: float = strawberry.field(description="Its share of the rank.")
    complexity: int | None = strawberry.field(
        description="Cyclomatic: the sum over its functions, and the branches outside of any; null when not counted."
    )
    functions: int = strawberry.field(description="Functions and methods in it.")
    worst_function: Symbol | None = strawberry.field(
        description="The one of the highest complexity, with its line; null in a file without functions."
    )
    lines: int = strawberry.field(description="Lines.")
    callers: int = strawberry.field(description="Definitions of other files, and other files' top levels, that use it.")
    referring_files: int = strawberry.field(description="How many other files refer to it.")

    @classmethod
    def of(cls, file: views.CriticalFile, *, opened: "OpenSnapshot") -> Self:
        """Make it from a row of the snapshot."""
        return cls(
            path=file.path,
            score=round(file.score, 6),
            rank=file.rank,
            complexity=file.complexity,
            functions=file.functions,
            worst_function=Symbol.of(file.worst_function, opened=opened) if file.worst_function else None,
            lines=file.lines,
            callers=file.callers,
            referring_files=file.referring_files,
        )


@strawberry.type(description="A file written for people: a README, a guide, a reference.")
class DocumentationFile:
    """A file written for people."""

    path: str = strawberry.field(description="From the root of the repository.")
    title: str | None = strawberry.field(description="Its first heading; null when it has none.")
    category: DocumentCategory = strawberry.field(description="What it is for.")
    format: DocumentFormat = strawberry.field(description="What it is written in.")
    size_bytes: BigInt = strawberry.field(description="The size of its content.")
    vendored: bool = strawberry.field(description="Whether it came with a dependency, or a program wrote it.")

    @classmethod
    def of(cls, file: views.DocumentFile) -> Self:
        """Make it from a row of the snapshot."""
        return cls(
            path=file.path,
            title=file.title,
            category=file.category,
            format=file.format,
            size_bytes=BigInt(file.size_bytes),
            vendored=file.vendored,
        )
