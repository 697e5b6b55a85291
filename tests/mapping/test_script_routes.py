"""Imports of scripts that are no paths: aliases of a project, packages of a workspace."""

import pytest

from services.mapping.manifests import manifest_kind, read_manifest
from tests.support.records import SourceText, callers, snapshot

PATHS = b"""{
  // what "//" in a string is not: a comment
  "compilerOptions": {
    "paths": {
      "@kit": ["./src/kit"],
      "@kit/*": ["./src/kit/*", "./dist/kit/*"], /* the first that is there */
    },
  },
}
"""
IMPORTED, REEXPORTED = ("IMPORTED", 0.95), ("IMPORTED", 0.85)


def script(path: str) -> SourceText:
    return SourceText(path, "typescript")


def using(module: str, path: str = "app/main.ts") -> SourceText:
    file = script(path)
    file.bring(module, "Tool")
    file.use("Tool")
    return file


def tool(path: str) -> SourceText:
    file = script(path)
    file.klass("Tool")
    return file


@pytest.mark.parametrize(
    ("path", "module", "manifests"),
    [
        ("src/kit/index.ts", "@kit", {"tsconfig.json": PATHS}),
        ("src/kit/deep/tool.ts", "@kit/deep/tool", {"tsconfig.json": PATHS}),
        ("src/kit/deep/index.ts", "@kit/deep", {"tsconfig.base.json": PATHS}),
        ("code/tool.ts", "tool", {"jsconfig.json": b'{"compilerOptions": {"baseUrl": "code"}}'}),
        ("packages/kit/src/index.ts", "@acme/kit", {"packages/kit/package.json": b'{"name": "@acme/kit"}'}),
        ("packages/kit/src/tool.ts", "@acme/kit/tool", {"packages/kit/package.json": b'{"name": "@acme/kit"}'}),
        ("kit/start.ts", "kit", {"kit/package.json": b'{"name": "kit", "main": "./start.js", "types": false}'}),
    ],
)
def test_a_manifest_says_where_a_module_lies(path: str, module: str, manifests: dict[str, bytes]) -> None:
    assert callers(snapshot(tool(path), using(module), manifests=manifests), "Tool") == {("app/main.ts", *IMPORTED)}


def test_an_alias_leads_through_the_barrel_of_its_folder() -> None:
    barrel = script("src/kit/index.ts")
    barrel.bring("./tool", "*", None)
    map_ = snapshot(tool("src/kit/tool.ts"), barrel, using("@kit"), manifests={"tsconfig.json": PATHS})
    assert callers(map_, "Tool") == {("app/main.ts", *REEXPORTED)}


def test_the_nearest_project_decides() -> None:
    near = b'{"compilerOptions": {"paths": {"@kit": ["./fake"]}}}'
    files = [tool("src/kit/index.ts"), script("app/fake.ts"), using("@kit")]
    files[1].define("Tool")
    map_ = snapshot(*files, manifests={"tsconfig.json": PATHS, "app/tsconfig.json": near})
    assert [map_.callers(row).total for row in (0, 1)] == [1, 0]
    assert map_.symbol(0).path == "app/fake.ts"


def test_projects_of_one_folder_that_disagree_say_nothing() -> None:
    manifests = {
        f"tsconfig.{name}.json": b'{"compilerOptions": {"paths": {"@kit": ["./%s"]}}}' % name.encode()
        for name in ("one", "two")
    }
    map_ = snapshot(tool("one.ts"), script("two.ts"), using("@kit"), manifests=manifests)
    assert callers(map_, "Tool") == set()


def test_a_package_name_that_two_folders_bear_leads_nowhere() -> None:
    manifests = {f"{place}/package.json": b'{"name": "kit"}' for place in ("a", "b")}
    assert callers(snapshot(tool("a/index.ts"), using("kit"), manifests=manifests), "Tool") == set()


def test_a_module_of_nobody_here_stays_external() -> None:
    map_ = snapshot(tool("src/kit/index.ts"), using("@angular/core"), manifests={"tsconfig.json": PATHS})
    assert callers(map_, "Tool") == set()


@pytest.mark.parametrize("content", [b"", b"{", b"[" * 100_000, b'{"compilerOptions": {"paths": 7}}', b"\xff\xfe"])
@pytest.mark.parametrize("kind", ["go.mod", "package.json", "tsconfig"])
def test_a_broken_manifest_says_nothing(content: bytes, kind: str) -> None:
    manifest = read_manifest(content, kind=kind)
    assert (manifest.module, manifest.aliases) == ("", ())


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("go.mod", "go.mod"),
        ("web/package.json", "package.json"),
        ("tsconfig.json", "tsconfig"),
        ("a/tsconfig.app.json", "tsconfig"),
        ("node_modules/left-pad/package.json", None),
        ("package-lock.json", None),
        ("tsconfig", None),
    ],
)
def test_a_manifest_is_known_by_its_name(path: str, kind: str | None) -> None:
    assert manifest_kind(path) == kind
