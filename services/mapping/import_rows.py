"""What a file brings in from others, as rows of `IMPORT_COLUMNS` before text is interned.

An import is one short statement, so its text is read with regular expressions: less code and less
time than a walk over its nodes, and the same for every grammar version.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from services.mapping.records import OF_NAMESPACE, OPENS, REEXPORT

MOST_BYTES: Final = 1 << 13
"""A longer statement is cut: data, not an import that somebody wrote."""


class ImportRow(NamedTuple):
    """One imported name: see `IMPORT_COLUMNS`; None stands for -1."""

    module: str
    name: str | None
    alias: str | None
    level: int = 0
    flags: int = 0


HASH_COMMENT: Final = re.compile(r"#[^\n]*")
SLASH_COMMENT: Final = re.compile(r"(?<!:)//[^\n]*|/\*.*?\*/", re.DOTALL)
PYTHON_FROM: Final = re.compile(r"from\s*+([.\s]*+)([\w.]*)\s*+import\b(.*)", re.DOTALL)
"""White space is never given back (`*+`): three ways to share 8 kB of it took longer than any deadline."""
QUOTED: Final = re.compile(r"""["'`]([^"'`\n]*)["'`]""")
TYPE_ONLY: Final = re.compile(r"^(import|export)\s+type(?:of)?\s*(?=[{*]|(?!from\b)[\w$])")
SCRIPT_NAMED: Final = re.compile(r"\{([^}]*)\}")
SCRIPT_STAR: Final = re.compile(r"\*(?:\s*as\s+([\w$]+))?")
SCRIPT_GIVES: Final = re.compile(r"(?:module\s*\.\s*exports)\s*=\s*([\w$]+)\s*$")
SCRIPT_EXPORTS: Final = re.compile(
    r"export\s+default\s+(?:(?:abstract\s+)?class\s+|(?:async\s+)?function\b\s*\*?\s*)?(?!class\b|function\b|extends\b|async\b|new\b)"
    r"([A-Za-z_$][\w$]*)\s*(?:[;{(<]|extends\b|implements\b|$)"
)
SCRIPT_DEFAULT: Final = re.compile(r"^(?:import\s+)(?!from\b)([\w$]+)\s*(?:,|from\b|=|$)")
REQUIRE: Final = re.compile(r"""\brequire\s*\(\s*["'`]([^"'`\n]+)["'`]\s*\)\s*(?:\.\s*([\w$]+)\s*)?;?\s*$""")
LUA_REQUIRE: Final = re.compile(r"""\brequire\s*\(?\s*["']([^"'\n]+)["']\s*\)?(?:\.(\w+))?""")
LUA_ATTRIBUTE: Final = re.compile(r"<\w+>")
ZIG_IMPORT: Final = re.compile(r"""\b(\w+)\s*=\s*@import\(\s*"([^"\n]+)"\s*\)\s*;""")
CPP_ALIAS: Final = re.compile(r"(?:inline\s+)?namespace\s+(\w+)\s*=\s*([\w:\s]+);?$")
GO_VERSION: Final = re.compile(r"v\d+")


def python(text: str) -> Iterator[ImportRow]:
    """Read `import a.b as c` and `from ..m import x as y, *`."""
    if "#" in text or "\\" in text:
        text = HASH_COMMENT.sub("", text).replace("\\\n", " ")
    match = PYTHON_FROM.match(text)
    if match is None:
        for item in text.removeprefix("import").split(","):
            module, _, alias = _renamed(item, " as ")
            if module:
                yield ImportRow(module, None, alias or module.split(".", 1)[0])
        return
    level = match[1].count(".")
    for item in match[3].strip().strip("()").split(","):
        name, _, alias = _renamed(item, " as ")
        if name:
            yield ImportRow(match[2], name, None if name == "*" else alias or name, level)


def _renamed(item: str, word: str) -> tuple[str, str, str]:
    name, found, alias = " ".join(item.split()).partition(word)
    return name.strip(), found, alias.strip()


def script(text: str) -> Iterator[ImportRow]:
    """Read JavaScript's and TypeScript's `import`, `export … from`, `require`, and what a file gives as its default."""
    if not text.startswith(("import", "export")):
        required = REQUIRE.search(text)
        if required:
            yield from _required(text[: required.start()], required[1], required[2])
        elif given := SCRIPT_GIVES.match(text):
            yield ImportRow("", given[1], "default")
        return
    if given := SCRIPT_EXPORTS.match(text):
        yield ImportRow("", given[1], "default")
        return
    if "//" in text or "/*" in text:
        text = SLASH_COMMENT.sub("", text)
    if " type" in text:
        text = TYPE_ONLY.sub(r"\1 ", text)
    quoted = list(QUOTED.finditer(text))
    if not quoted:
        return
    module, clause = quoted[-1][1], text[: quoted[-1].start()]
    flags = REEXPORT if clause.startswith("export") else 0
    named = SCRIPT_NAMED.search(clause)
    for item in named[1].split(",") if named else ():
        name, _, alias = _renamed(item.strip().removeprefix("type "), " as ")
        if name:
            yield ImportRow(module, name, alias or name, 0, flags)
    yield from _script_rest(SCRIPT_NAMED.sub("", clause), module, flags, named=named is not None)


def _script_rest(clause: str, module: str, flags: int, *, named: bool) -> Iterator[ImportRow]:
    """Read what stands outside the braces: a default, a namespace, everything, or nothing at all."""
    star, default = SCRIPT_STAR.search(clause), SCRIPT_DEFAULT.match(clause)
    if default and not flags:
        whole = "require" in clause
        yield ImportRow(module, None if whole else "default", default[1])
    if star:
        yield ImportRow(module, "*", star[1], 0, flags)
    if not (named or star or default):
        yield ImportRow(module, None, None)


def _required(target: str, module: str, member: str | None) -> Iterator[ImportRow]:
    target = target.strip().rstrip("=").strip()
    if target.startswith("{"):
        for item in target.strip("{} ").split(","):
            name, _, alias = (part.strip() for part in item.partition(":"))
            if name.isidentifier():
                yield ImportRow(module, name, (alias or name).split("=")[0].strip())
    elif target in {"module.exports", "exports"}:
        yield ImportRow(module, "*", None, 0, REEXPORT)
    elif target.startswith(("exports.", "module.exports.")):
        yield ImportRow(module, member or "default", target.rpartition(".")[2], 0, REEXPORT)
    elif re.fullmatch(r"[\w$]+", target):
        yield ImportRow(module, member, target)


def go(text: str) -> Iterator[ImportRow]:
    """Read one import specification; the local name defaults to the package's last segment."""
    quoted = QUOTED.search(text)
    if quoted is None:
        return
    alias: str | None = text[: quoted.start()].strip() or go_package(quoted[1])
    yield ImportRow(quoted[1], None, None if alias == "_" else alias)


def go_package(module: str) -> str:
    """Guess the name of a package from its path: `…/yaml.v3` and `…/yaml/v3` are `yaml`."""
    parts = module.split("/")
    last = parts[-2] if len(parts) > 1 and GO_VERSION.fullmatch(parts[-1]) else parts[-1]
    return last.split(".v", 1)[0].removeprefix("go-").rpartition("-")[2]


def rust(text: str) -> Iterator[ImportRow]:
    """Read `use` trees and `mod name;`."""
    text = " ".join(SLASH_COMMENT.sub("", text).split()).rstrip(";")
    head, word, tree = re.sub(r"^(?:#\[[^\]]*\]\s*)+", "", text).partition("use ")
    flags = REEXPORT if head.split()[:1] == ["pub"] else 0
    if word:
        yield from _rust_tree("", tree, flags, depth=0)
        return
    match = re.search(r"\bmod (\w+)$", text)
    if match:
        yield ImportRow(f"self::{match[1]}", None, match[1], 0, flags)


def _rust_tree(prefix: str, tree: str, flags: int, *, depth: int) -> Iterator[ImportRow]:
    tree = tree.strip().removeprefix("::")
    before, brace, inner = tree.partition("{")
    if brace and depth < 8:  # noqa: PLR2004 - deeper use trees exist in attacks only
        for item in _braced_items(inner.removesuffix("}")):
            yield from _rust_tree(prefix + before.replace(" ", ""), item, flags, depth=depth + 1)
        return
    path, _, alias = tree.partition(" as ")
    module, _, name = (prefix + path.replace(" ", "")).rpartition("::")
    if name == "self":
        module, _, name = module.rpartition("::")
    if name and not brace:
        bound = None if name == "*" or alias == "_" else alias.strip() or name
        yield ImportRow(module, name, bound, 0, flags)


def _braced_items(text: str) -> Iterator[str]:
    depth = start = 0
    for at, character in enumerate(text):
        depth += (character == "{") - (character == "}")
        if character == "," and not depth:
            yield text[start:at]
            start = at + 1
    if text[start:].strip():
        yield text[start:]


def include(text: str) -> Iterator[ImportRow]:
    """Read `#include <path>` and `#include "path"`."""
    match = re.search(r"""[<"]([^>"\n]+)[>"]""", text)
    if match:
        yield ImportRow(match[1], None, None)


def cpp(text: str) -> Iterator[ImportRow]:
    """Read `#include`, `using namespace a::b`, `using a::C` and `namespace x = a::b`."""
    if text.startswith("#"):
        yield from include(text)
    elif alias := CPP_ALIAS.match(text):
        yield ImportRow("".join(alias[2].split()).lstrip(":"), None, alias[1], 0, OF_NAMESPACE)
    elif text.startswith("using"):
        words = text.removeprefix("using").strip().rstrip(";")
        everything = words.startswith("namespace ")
        path = "".join(words.removeprefix("namespace ").split()).lstrip(":")
        module, _, name = path.rpartition("::")
        if everything:
            yield ImportRow(path, "*", None, 0, OF_NAMESPACE)
        elif module:
            yield ImportRow(module, name, name, 0, OF_NAMESPACE)


def java(text: str) -> Iterator[ImportRow]:
    """Read `import a.b.C`, `import a.b.*` and `import static a.B.c`."""
    path = "".join(text.removeprefix("import").replace("static ", "", 1).split()).rstrip(";")
    module, _, name = path.rpartition(".")
    if name:
        yield ImportRow(module, name, None if name == "*" else name)


def csharp(text: str) -> Iterator[ImportRow]:
    """Read `using A.B`, `using static A.B`, `using X = A.B` and `namespace A.B;`."""
    if text.startswith("namespace"):
        yield ImportRow("".join(text.removeprefix("namespace").split()).rstrip(";"), None, None, 0, OPENS)
        return
    words = text.replace("global ", "", 1).strip().removeprefix("using").strip().rstrip(";")
    alias, equals, path = words.partition("=")
    if equals:
        path = "".join(path.split()).removeprefix("global::")
        yield ImportRow(path.partition("<")[0], None, alias.strip(), 0, OF_NAMESPACE)
    else:
        path = "".join(words.removeprefix("static ").split()).removeprefix("global::")
        yield ImportRow(path, "*", None, 0, OF_NAMESPACE)


def php(text: str) -> Iterator[ImportRow]:
    r"""Read `use A\\B as C`, `use A\\{B, C}`, `use function A\\b` and `namespace A\\B;`."""
    if text.startswith("namespace"):
        yield ImportRow("".join(text.removeprefix("namespace").split()).rstrip(";"), None, None, 0, OPENS)
        return
    text = re.sub(r"^use\s+(?:function\s+|const\s+)?", "", text.strip()).rstrip("; \n")
    prefix, brace, inner = text.partition("{")
    for item in (inner.rstrip("} \n") if brace else text).split(","):
        path, _, alias = _renamed(re.sub(r"^\s*(?:function|const)\s+", "", item), " as ")
        module, _, name = ((prefix.strip() if brace else "") + path).strip("\\").rpartition("\\")
        if name:
            yield ImportRow(module, name, alias or name, 0, OF_NAMESPACE)


def ruby(text: str) -> Iterator[ImportRow]:
    """Read `require "a"`, `require_relative "b"` (as `./b`) and `load`."""
    match = QUOTED.search(text)
    word = text.split("(", 1)[0].split(maxsplit=1)[0]
    if match and word in {"require", "require_relative", "load"} and "#{" not in match[1]:
        relative = word == "require_relative" and not match[1].startswith(".")
        yield ImportRow(f"./{match[1]}" if relative else match[1], None, None)


def bash(text: str) -> Iterator[ImportRow]:
    """Read `source path` and `. path`; a path that is computed is left out."""
    words = text.split()
    if len(words) > 1 and words[0] in {"source", "."}:
        path = words[1].strip("\"'")
        if path and "$" not in path and "`" not in path:
            yield ImportRow(path, None, None)


def kotlin(text: str) -> Iterator[ImportRow]:
    """Read `import a.b.C`, `import a.b.C as D` and `import a.b.*`."""
    path, _, alias = _renamed(text.removeprefix("import").rstrip(";"), " as ")
    module, _, name = path.replace("`", "").rpartition(".")
    if name:
        yield ImportRow(module, name, None if name == "*" else alias or name)


def scala(text: str) -> Iterator[ImportRow]:
    """Read `import a.b.C`, `import a.b.{C => D, E as F, _}`, several of them, and `export`."""
    word, _, rest = SLASH_COMMENT.sub("", text).partition(" ")
    flags = REEXPORT if word == "export" else 0
    for item in _braced_items(rest):
        path, brace, inner = item.partition("{")
        path = "".join(path.split())
        if not brace:
            path, _, alias = _renamed(item, " as ")
            module, _, name = path.replace(" ", "").rpartition(".")
            inner, path = f"{name} as {alias or name}", module
        for selector in inner.rstrip("} \n").split(","):
            name, _, alias = _renamed(selector.replace("=>", " as "), " as ")
            yield from _scala_selector(path.rstrip("."), name, alias or name, flags)


def _scala_selector(module: str, name: str, alias: str, flags: int) -> Iterator[ImportRow]:
    if not module or not name or name.startswith("given"):
        return
    everything = name in {"_", "*"}
    if everything or alias != "_":
        yield ImportRow(module, "*" if everything else name, None if everything else alias, 0, flags)


def swift(text: str) -> Iterator[ImportRow]:
    """Read `import Module` and `import struct Module.Name`: a whole module, whose names nobody writes down."""
    yield ImportRow(text.rsplit(maxsplit=1)[-1], None, None)


def lua(text: str) -> Iterator[ImportRow]:
    """Read `local a, b = require("x"), require "y".z` and a bare `require`."""
    required = list(LUA_REQUIRE.finditer(text))
    names = text[: required[0].start()].removeprefix("local").split("=")[0].split(",") if required else []
    for at, match in enumerate(required):
        alias = LUA_ATTRIBUTE.sub("", names[at]).strip() if at < len(names) else ""
        yield ImportRow(match[1], match[2], alias or None)


def zig(text: str) -> Iterator[ImportRow]:
    """Read `const name = @import("path");`."""
    match = ZIG_IMPORT.search(text)
    if match:
        yield ImportRow(match[2], None, match[1])


READERS: Final[dict[str, Callable[[str], Iterator[ImportRow]]]] = {
    "python": python,
    "javascript": script,
    "typescript": script,
    "tsx": script,
    "go": go,
    "rust": rust,
    "c": include,
    "cpp": cpp,
    "java": java,
    "csharp": csharp,
    "php": php,
    "ruby": ruby,
    "bash": bash,
    "kotlin": kotlin,
    "scala": scala,
    "swift": swift,
    "lua": lua,
    "zig": zig,
}


@lru_cache(maxsize=4096)
def import_rows(statement: bytes, language: str) -> tuple[ImportRow, ...]:
    """Read one import statement; the files of a project repeat the same ones."""
    return tuple(READERS[language](statement.decode("utf-8", "replace")))
