"""Who refers to whom, from the text of files to the edges of a map, where imports are packages or paths."""

from collections.abc import Mapping

import pytest

from services.mapping.snapshot import Snapshot
from tests.support.records import callers, mapped


def who(files: Mapping[str, str], name: str) -> set[tuple[str, float]]:
    return {(caller, confidence) for caller, _, confidence in callers(mapped(files), name)}


KOTLIN = {
    "src/main/kotlin/org/example/rows/Row.kt": (
        "package org.example.rows\n\nclass Row(val key: String) {\n    fun touch() {}\n}\n\n"
        "fun parse(text: String) = Row(text)\n"
    ),
    "src/main/kotlin/org/example/rows/Text.kt": "package org.example.rows\n\nfun fold(row: Row) = parse(row.key)\n",
    "src/main/kotlin/org/example/Main.kt": (
        "package org.example\n\nimport org.example.rows.Row\nimport org.example.rows.parse as read\n\n"
        'fun main() {\n    read("a")\n    Row("b").touch()\n    use(Row("c"))\n}\n'
    ),
    "src/main/kotlin/org/other/Other.kt": (
        "package org.other\n\nimport java.util.Row\n\nfun other() = Row()\n\nfun unknown(x: Any) = x.touch()\n"
    ),
}


def test_kotlin_follows_imports_of_functions_and_classes_and_sees_its_package() -> None:
    assert who(KOTLIN, "parse") == {("main", 0.95), ("fold", 0.9)}
    assert who(KOTLIN, "Row") == {("main", 0.95), ("fold", 0.9), ("parse", 0.95)}


def test_kotlin_calls_java_and_java_calls_kotlin() -> None:
    files = {
        "src/org/example/Store.java": "package org.example;\npublic class Store { Disk disk = new Disk(); }\n",
        "src/org/example/Disk.kt": "package org.example\n\nclass Disk {\n    fun store() = Store()\n}\n",
    }
    assert who(files, "Store") == {("Disk.store", 0.9)}
    assert who(files, "Disk") == {("Store", 0.9)}


def test_scala_follows_selectors_renames_and_wildcards() -> None:
    files = {
        "src/org/example/rows/Row.scala": "package org.example.rows\n\nclass Row(key: String)\nclass Line\n",
        "src/org/example/limits/Limit.scala": "package org.example.limits\n\nclass Limit\n",
        "app/Main.scala": (
            "package app\n\nimport org.example.rows.{Row => Record, Line}\nimport org.example.limits._\n\n"
            'object Main {\n  def run() = new Record("a")\n  def line() = new Line\n  def limit() = new Limit\n}\n'
        ),
    }
    assert {caller for caller, _ in who(files, "Row")} == {"Main.run"}
    assert {caller for caller, _ in who(files, "Line")} == {"Main.line"}
    assert {caller for caller, _ in who(files, "Limit")} == {"Main.limit"}


LUA = {
    "store/rows.lua": "local M = {}\n\nfunction M.load(url)\n  return url\nend\n\nreturn M\n",
    "store/init.lua": (
        'local rows = require("store.rows")\nlocal M = {}\n\nlocal function helper(x)\n  return x\nend\n\n'
        "function M.open(url)\n  return helper(rows.load(url))\nend\n\nreturn M\n"
    ),
    "main.lua": (
        'local store = require "store"\nlocal json = require("cjson")\n\n'
        'local function main()\n  json.load(store.open("x"))\nend\n'
    ),
    "other.lua": "local function other(x)\n  helper(x)\n  x.open()\nend\n",
}


def test_lua_follows_require_to_files_and_folders_and_guesses_nothing() -> None:
    assert who(LUA, "load") == {("open", 0.95)}
    assert who(LUA, "open") == {("main", 0.95)}
    assert who(LUA, "helper") == {("open", 0.95)}


SWIFT = {
    "Sources/App/Store.swift": (
        "public class Store {\n    func open() { warm() }\n    private func warm() {}\n}\n\nfunc helper() {}\n"
    ),
    "Sources/App/main.swift": (
        "import Foundation\n\nfunc main() {\n    let store = Store()\n    helper()\n    warm()\n}\n"
    ),
    "Sources/Other/Use.swift": "import App\n\nfunc use(store: Store) { print(store) }\n",
}


def test_swift_sees_its_own_module_and_its_own_class() -> None:
    assert who(SWIFT, "helper") == {("main", 0.6)}
    assert who(SWIFT, "Store.warm") == {("Store.open", 0.95)}
    assert {caller for caller, _ in who(SWIFT, "Store")} >= {"main"}


PYTHON = {
    "app/testing.py": (
        "try:\n    import pytest\n    raises = pytest.raises\nexcept ImportError:\n    def raises(error): ...\n"
    ),
    "app/slow.py": "def typed(x): ...\n",
    "app/default.py": "class Dialect: ...\n",
    "app/use.py": (
        "try:\n    import fast\nexcept ImportError:\n    from app import slow as fast\n"
        "from app import default\nfrom app.testing import raises\n\n\n"
        "def use():\n    raises(OSError)\n    default.Dialect(fast.typed(1))\n"
    ),
}


def test_python_takes_the_function_where_another_branch_gives_its_name_a_value() -> None:
    of = mapped(PYTHON)
    (function,) = (one for one in of.symbols(limit=100).items if one.signature.startswith("def raises"))
    assert [one.source.name for one in of.callers(function.index).items if one.source] == ["use"]


def test_python_takes_the_import_that_leads_into_the_project_where_a_package_is_tried_first() -> None:
    assert who(PYTHON, "typed") == {("use", 0.95)}


def test_a_module_named_default_is_no_default_export_in_python() -> None:
    assert who(PYTHON, "Dialect") == {("use", 0.95)}


def test_words_that_mean_the_class_around_in_other_languages_are_names_in_python() -> None:
    files = {
        "app/base.py": "def build(): ...\n",
        "app/use.py": (
            "from app import base\n\n\nclass Node:\n    def show(self): ...\n\n\n"
            "class Leaf(Node):\n    def build(self):\n        base.build()\n\n"
            "    def link(self, parent):\n        parent.show()\n"
        ),
    }
    assert who(files, "build") == {("Leaf.build", 0.95)}
    assert not any(confidence >= 0.8 for _, confidence in who(files, "Node.show"))


@pytest.mark.parametrize("builtin", [object, dict, list, set, str, bytes, tuple, int, float])
def test_a_method_that_builtins_have_is_never_guessed(builtin: type) -> None:
    names = dir(builtin)
    own = "\n\n".join(f"    def {name}(self): ..." for name in names)
    calls = "\n".join(f"    unknown.{name}()" for name in names)
    text = f"class Own:\n{own}\n    def rare(self): ...\n\n\ndef use(unknown):\n{calls}\n    unknown.rare()\n"
    snapshot = mapped({"app.py": text})
    guessed = [one.name for one in snapshot.symbols(limit=1000).items if _guesses(snapshot, one.index)]
    assert guessed == ["rare"]


def _guesses(snapshot: Snapshot, index: int) -> int:
    return snapshot.callers(index, min_confidence=0).total


@pytest.mark.parametrize("name", ["Row", "parse"])
def test_a_class_of_the_same_name_elsewhere_is_not_meant(name: str) -> None:
    assert not any("other" in caller for caller, _ in who(KOTLIN, name))


def test_what_only_lists_definitions_has_no_edges() -> None:
    files = {
        "a.ex": "defmodule A do\n  def open(x), do: x\nend\n",
        "b.ex": "defmodule B do\n  def go, do: A.open(1)\nend\n",
    }
    assert mapped(files).coverage.references == 0


def test_kotlin_knows_what_parameters_properties_and_results_are() -> None:
    used = (
        "class Page(private val store: Store, spare: Store?) {\n    val first = spare!!\n"
        "    val lazily by lazy { Store() }\n"
        "    fun constructed() = store.rows()\n    fun given() = first.rows()\n    fun kept() = lazily.rows()\n"
        "    fun made() = open().rows()\n    fun open() = Store()\n    fun sure(one: Store?) = one!!.rows()\n"
        "    fun not(one: Store) = !one.rows()\n    fun <T : Store> bounded(one: T) = one.rows()\n}\n"
    )
    files = {
        "a/Page.kt": f"package a\n\n{used}",
        "a/Store.kt": "package a\n\nclass Store {\n    fun rows() = true\n}\n",
        "a/Shelf.kt": "package a\n\nclass Shelf {\n    fun rows() = true\n}\n",
    }
    callers_of = {caller for caller, confidence in who(files, "Store.rows") if confidence == 0.8}
    assert callers_of == {f"Page.{one}" for one in ("constructed", "given", "kept", "made", "sure", "not", "bounded")}


def test_a_field_is_what_the_parameter_is_that_it_is_set_to() -> None:
    files = {
        "store.py": "class Store:\n    def rows(self): ...\n\nclass Shelf:\n    def rows(self): ...\n",
        "page.py": (
            "from store import Store\n\nclass Page:\n"
            "    def __init__(self, store: Store):\n        self.store = store\n\n"
            "    def text(self):\n        self.store.rows()\n"
        ),
    }
    assert who(files, "Store.rows") == {("Page.text", 0.8)}
