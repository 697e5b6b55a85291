"""Which files are read, in which language, and which are skipped with what reason.

The decision is made as early as it can be: most files of a tree are refused by name, mode or size
before anybody reads them.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from identify import identify

from services.mapping.grammars import PACKAGES, grammar_version
from services.mapping.records import FileSkipped, SkipReason, SourceEntry

EXTENSIONS: Final = {
    "py": "python", "pyi": "python", "pyw": "python",
    "js": "javascript", "jsx": "javascript", "mjs": "javascript", "cjs": "javascript",
    "ts": "typescript", "mts": "typescript", "cts": "typescript", "tsx": "tsx",
    "go": "go", "rs": "rust",
    "c": "c", "h": "c",
    "cc": "cpp", "cpp": "cpp", "cxx": "cpp", "c++": "cpp", "hh": "cpp", "hpp": "cpp", "hxx": "cpp", "h++": "cpp",
    "ipp": "cpp", "inl": "cpp", "tpp": "cpp", "cu": "cpp", "cuh": "cpp",
    "java": "java",
    "rb": "ruby", "rake": "ruby", "gemspec": "ruby", "ru": "ruby",
    "php": "php", "phtml": "php", "php5": "php", "php7": "php", "inc": "php",
    "cs": "csharp",
    "sh": "bash", "bash": "bash", "bats": "bash", "ksh": "bash",
    "kt": "kotlin", "kts": "kotlin",
    "swift": "swift",
    "scala": "scala", "sc": "scala", "sbt": "scala",
    "lua": "lua", "rockspec": "lua",
    "ex": "elixir", "exs": "elixir",
    "ml": "ocaml", "mli": "ocaml_interface",
    "dart": "dart",
    "hs": "haskell",
    "zig": "zig", "zon": "zig",
    "jl": "julia",
    "sql": "sql",
    "tf": "hcl", "tfvars": "hcl", "hcl": "hcl",
    "sol": "solidity",
    "pl": "perl", "pm": "perl", "t": "perl",
    "md": "markdown", "markdown": "markdown",
    "css": "css",
    "html": "html", "htm": "html",
}  # fmt: skip
NAMES: Final = {
    "Rakefile": "ruby", "Gemfile": "ruby", "Vagrantfile": "ruby", "Podfile": "ruby", "Guardfile": "ruby",
    "SConstruct": "python", "SConscript": "python", "wscript": "python",
    ".bashrc": "bash", ".bash_profile": "bash", ".profile": "bash", "PKGBUILD": "bash",
}  # fmt: skip
INTERPRETERS: Final = {
    "python": "python", "python2": "python", "python3": "python", "pypy": "python", "pypy3": "python",
    "node": "javascript", "nodejs": "javascript", "deno": "typescript", "bun": "typescript", "ts-node": "typescript",
    "sh": "bash", "bash": "bash", "dash": "bash", "ksh": "bash", "zsh": "bash", "bats": "bash",
    "ruby": "ruby", "php": "php", "perl": "perl", "lua": "lua", "luajit": "lua", "elixir": "elixir",
    "julia": "julia", "runghc": "haskell", "runhaskell": "haskell", "swift": "swift", "scala": "scala",
}  # fmt: skip
FAMILIES: Final = (
    frozenset({"javascript", "typescript", "tsx"}),
    frozenset({"c", "cpp"}),
    frozenset({"java", "kotlin", "scala"}),
)
"""Languages that can call each other by name."""

EXECUTABLE: Final = 0o100755
SYMLINK: Final = 0o120000
SUBMODULE: Final = 0o160000
LONGEST_PATH_BYTES: Final = 1024
SNIFFED_BYTES: Final = 8000
"""What git itself looks at for a NUL byte when it decides whether a file is binary."""
CPP_IN_HEADER: Final = re.compile(
    rb"^[ \t]*+(?:class\s++\w++[^;{:]{0,256}+[{:]|namespace\b|template\s*+<|using\s++\w"
    rb"|(?:public|private|protected)\s*+:)",
    re.MULTILINE,
)
"""Asked in the server's own process: nothing is tried twice, or 16 kB of empty lines hold everybody up for 2 s."""

MINIFIED_LEAST_BYTES: Final = 4096
MINIFIED_LINE_BYTES: Final = 2000
"""Mean length of a line; no person writes so."""
MINIFIED_SHARE: Final = 0.9
"""Share of a file that one line may hold before the file counts as minified."""
LONGEST_LINE_BYTES: Final = 65536

TEST_PATH: Final = re.compile(
    r"(?:^|/)(?:[Tt]ests?|testing|__tests__|spec|specs|testdata|test_data|fixtures|e2e|__mocks__|mocks"
    r"|[^/]+\.Tests?|(?:android|unit|common|jvm|ios|native)Test)/"
    r"|(?:^|/)(?:test_[^/]*\.(?:py|ml|lua|jl|c|cc|cpp|sh)|conftest\.py|runtests\.jl|tests?\.(?:py|rs|c))$"
    r"|(?:^|/)[^/]*_tests?\.(?:py|go|rb|c|cc|cpp|rs|php|js|ts|exs|dart|lua|ml|jl|zig|sh)$"
    r"|(?:\.|_|-)(?:test|tests|spec)\.(?:[cm]?[jt]sx?|rb|py|php|lua)$"
    r"|(?:^|/)[^/]*(?:Test|Tests|TestCase|IT|Spec|Suite)\.(?:java|cs|php|kt|scala|swift|hs)$"
    r"|_spec\.rb$|\.bats$|\.t\.sol$|\.tftest\.hcl$|\.t$"
)
VENDORED_PATH: Final = re.compile(
    r"(?:^|/)(?:vendor|vendors|vendored|_vendor|third[_-]?party|3rdparty|node_modules|bower_components|deps|external"
    r"|externals|Godeps|Pods|Carthage|site-packages|extern|jspm_packages)/|(?:^|/)jquery[^/]*\.js$"
)
GENERATED_PATH: Final = re.compile(
    r"(?:^|/)(?:generated|__generated__|dist|\.next|autogen|gen)/"
    r"|(?:_pb2(?:_grpc)?\.pyi?|\.pb\.(?:go|cc|h)|_grpc\.pb\.go|zz_generated[^/]*\.go|_generated\.\w+|\.g\.cs"
    r"|\.designer\.cs|\.generated\.\w+|\.min\.(?:js|css)|\.pb\.(?:swift|dart)|_pb\.rb|\.(?:g|freezed|mocks)\.dart|_gen\.go|bindata\.go|\.gen\.(?:go|ts|tsx))$",
    re.IGNORECASE,
)


HEADER: Final = "header"
"""Stands for the language of a file that `is_header`: the same bytes may lie in a `.c` file, and are C there."""
SAID_BYTES: Final = 2048
"""How far into a file a person reads to see whether somebody wrote it."""
SAYS_GENERATED: Final = re.compile(
    rb"^.{0,8}\bcode generated .{0,200} do not edit\b|@generated\b|<auto-generated"
    rb"|\b(?:auto-?generated|generated (?:by|from)\b.{0,200})\W{0,8}\bdo not (?:edit|modify)\b",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class PathTraits:
    """What a path alone says of a file; each damps its rank."""

    test: bool
    vendored: bool
    generated: bool


def language_of(path: str, *, mode: int = 0o100644, head: bytes = b"") -> str | None:
    """Find the language by file name, then extension, then the first line; None for a language nobody reads here.

    `head` is the beginning of the content, where it is known: it decides on scripts without an
    extension, and whether a `.h` file is C++.
    """
    name = path.rpartition("/")[2]
    found = NAMES.get(name)
    if found is None:
        stem, dot, extension = name.rpartition(".")
        found = EXTENSIONS.get(extension.lower()) if dot and stem else None
        if found is None and (not dot or mode == EXECUTABLE):
            return _by_first_line(head)
    if found == "c" and is_header(path) and CPP_IN_HEADER.search(head):
        return "cpp"
    return found


def is_header(path: str) -> bool:
    """Say whether a file is in C or in C++, and only its content tells in which."""
    return path.endswith((".h", ".H"))


def _by_first_line(head: bytes) -> str | None:
    if not head.startswith(b"#!"):
        return None
    line = head[2:].split(b"\n", 1)[0].decode("utf-8", "replace").replace(",", " ").split()
    words = [word.rpartition("/")[2] for word in line if not word.startswith("-")]
    words = words[1:] if words[:1] == ["env"] else words
    command = next((word for word in words if "=" not in word), "")
    return INTERPRETERS.get(command) or INTERPRETERS.get(re.sub(r"[\d.]+$", "", command))


def may_be_script(path: str) -> bool:
    """Say whether only the first line can tell a file's language: it has no extension, and no known text name."""
    name = path.rpartition("/")[2]
    return "." not in name and name not in NAMES and not identify.tags_from_filename(name)


def skip_before_reading(entry: SourceEntry, *, max_bytes: int) -> FileSkipped | None:
    """Give the reason for which a listed file is not even read, or None."""
    if entry.mode in {SYMLINK, SUBMODULE}:
        return FileSkipped(SkipReason.NOT_A_FILE, "a symbolic link" if entry.mode == SYMLINK else "a submodule")
    if len(entry.path.encode("utf-8", "surrogateescape")) > LONGEST_PATH_BYTES:
        return FileSkipped(SkipReason.PATH_TOO_LONG, f"longer than {LONGEST_PATH_BYTES} bytes")
    if language_of(entry.path, mode=entry.mode) is None and not (
        entry.mode == EXECUTABLE and may_be_script(entry.path)
    ):
        return FileSkipped(SkipReason.NO_LANGUAGE)
    if entry.size_bytes > max_bytes:
        return FileSkipped(
            SkipReason.TOO_LARGE, f"{entry.size_bytes} bytes; at most {max_bytes} are parsed (GRATICULE_FILE_BYTES)"
        )
    return None


def skip_content(content: bytes, language: str) -> FileSkipped | None:
    """Give the reason for which content is not parsed, or None. Some microseconds."""
    if b"\0" in content[:SNIFFED_BYTES]:
        return FileSkipped(SkipReason.BINARY, "a NUL byte near the beginning")
    size = len(content)
    if (language in FAMILIES[0] or language == "css") and size > MINIFIED_LEAST_BYTES:
        lines = content.count(b"\n") + 1
        if size / lines > MINIFIED_LINE_BYTES or _middle_line(content) > max(MINIFIED_SHARE * size, 4096):
            return FileSkipped(SkipReason.MINIFIED, f"{size} bytes in {lines} lines")
    return None


def says_generated(content: bytes) -> bool:
    """Say whether the first lines of a file tell that a program wrote it, as Go, protobuf and others have it."""
    head = content[:SAID_BYTES].lower()
    return (b"generated" in head) and SAYS_GENERATED.search(head) is not None


def _middle_line(content: bytes) -> int:
    """Measure the line in the middle of a file: no other can hold most of it."""
    middle = len(content) // 2
    end = content.find(b"\n", middle)
    return (len(content) if end < 0 else end) - content.rfind(b"\n", 0, middle) - 1


def traits_of(path: str) -> PathTraits:
    """Judge a path by the customs of many projects: its folder, about which many ask, and its name tell apart."""
    folder, slash, name = path.rpartition("/")
    around, own = _folder_traits(folder + slash), _traits(name)
    return PathTraits(around.test or own.test, around.vendored or own.vendored, around.generated or own.generated)


@lru_cache(maxsize=1 << 12)
def _folder_traits(folder: str) -> PathTraits:
    return _traits(folder)


def _traits(path: str) -> PathTraits:
    return PathTraits(
        test=TEST_PATH.search(path) is not None,
        vendored=VENDORED_PATH.search(path) is not None,
        generated=GENERATED_PATH.search(path) is not None,
    )


def can_call(language_a: str, language_b: str) -> bool:
    """Say whether a name of one language can mean a definition of the other."""
    return language_a == language_b or any(language_a in family and language_b in family for family in FAMILIES)


@cache
def engine_version() -> str:
    """Give a short digest of all that decides what a map says: this package's code and queries, the grammars.

    Costs some 10 ms, once. A change of a comment makes maps anew as well; a forgotten number would keep wrong ones.
    """
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.rglob("*")):
        if source.suffix in {".py", ".scm"}:
            digest.update(f"{source.name}\n".encode() + source.read_bytes())
    for language in sorted(PACKAGES):
        digest.update(f"\n{language} {grammar_version(language)}".encode())
    return digest.hexdigest()[:12]
