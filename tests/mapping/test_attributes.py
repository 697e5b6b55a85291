"""What a project says of its own files in `.gitattributes`."""

import pytest

from services.mapping.attributes import Attributes
from services.mapping.manifests import manifest_kind, read_manifest
from tests.support.records import SourceText, snapshot

ROOT = ".gitattributes"


def traits(path: str, **written: str) -> list[str]:
    files = {(f"{folder}/{ROOT}" if folder != "root" else ROOT): text for folder, text in written.items()}
    manifests = {name: read_manifest(text.encode(), kind=ROOT) for name, text in files.items()}
    found = Attributes(manifests).traits(path)
    return [name for name in ("test", "vendored", "generated") if getattr(found, name)]


def test_the_file_is_known_by_its_name() -> None:
    assert manifest_kind("a/.gitattributes") == ROOT


@pytest.mark.parametrize(
    ("line", "path", "meant"),
    [
        ("*.x.go linguist-generated", "a/b.x.go", True),
        ("*.x.go linguist-generated=true", "b.x.go", True),
        ("*.x.go linguist-generated", "b.go", False),
        ("api/** linguist-generated", "api/v1/b.go", True),
        ("/api/** linguist-generated", "api/b.go", True),
        ("api/** linguist-generated", "other/api/b.go", False),
        ("**/stubs/*.go linguist-generated", "a/stubs/b.go", True),
        ("stubs/*.go linguist-generated", "stubs/deep/b.go", False),
        ("schema.? linguist-generated", "a/schema.c", True),
        ("lib/[ab].c linguist-generated", "lib/b.c", True),
        ("lib/[!ab].c linguist-generated", "lib/b.c", False),
        ("*.go text eol=lf linguist-generated -diff", "b.go", True),
        ("# *.go linguist-generated", "b.go", False),
        ("*.go text", "b.go", False),
        ("*******************a linguist-generated", "b" * 1000, False),
        ("*a*a*a*a*a*a*a*a*a linguist-generated", "a" * 1000, False),
    ],
)
def test_a_pattern_means_what_it_means_to_git(line: str, path: str, *, meant: bool) -> None:
    assert traits(path, root=line) == (["generated"] if meant else [])


def test_the_later_line_and_the_deeper_file_win() -> None:
    root = "*.go linguist-generated\nb.go linguist-generated=false\n"
    assert traits("a.go", root=root) == ["generated"]
    assert traits("b.go", root=root) == []
    assert traits("lib/a.go", root=root, lib="*.go -linguist-generated") == []


def test_what_the_project_says_stands_above_what_a_path_looks_like() -> None:
    assert traits("vendor/own.go") == ["vendored"]
    assert traits("vendor/own.go", root="vendor/** linguist-vendored=false") == []
    assert traits("libs/theirs.go", root="libs/* linguist-vendored") == ["vendored"]


@pytest.mark.parametrize("word", ["linguist-generated", "linguist-vendored"])
def test_what_nobody_here_wrote_counts_less_and_is_still_there(word: str) -> None:
    own, other = SourceText("src/own.go", "go"), SourceText("src/other.go", "go")
    own.define("Own")
    other.define("Other")
    found = snapshot(own, other, manifests={ROOT: f"src/other.go {word}\n".encode()}).symbols().items
    ranks = {one.qualified_name: one.rank for one in found}
    assert ranks["Own"] > ranks["Other"] > 0


def test_a_file_that_says_itself_that_it_is_generated_counts_less_and_is_still_there() -> None:
    own, other = SourceText("src/own.go", "go"), SourceText("src/other.go", "go", generated=True)
    own.define("Own")
    other.define("Other")
    ranks = {one.qualified_name: one.rank for one in snapshot(own, other).symbols().items}
    assert ranks["Own"] > ranks["Other"] > 0
