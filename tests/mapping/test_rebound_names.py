"""Names that a function binds twice: what one binding says of a value says nothing of the other's."""

from collections.abc import Mapping

import pytest

from tests.support.records import mapped

STORES = {
    "python": ("s.py", "class Store:\n    def rows(self): ...\n    def append(self): ...\n"),
    "javascript": ("s.js", "export class Store { rows() {} append() {} }\n"),
    "typescript": ("s.ts", "export class Store { rows() {} append() {} }\n"),
    "go": ("s.go", "package a\ntype Store struct{}\nfunc (s *Store) Rows() {}\nfunc Make() *Store { return nil }\n"),
    "rust": ("s.rs", "pub struct Store;\nimpl Store { pub fn rows(&self) {} }\n"),
    "java": ("Store.java", "class Store { void rows() {} }\n"),
    "ruby": ("s.rb", "class Store\n  def rows; end\nend\n"),
    "php": ("s.php", "<?php\nclass Store { public function rows() {} }\n"),
    "kotlin": ("s.kt", "class Store { fun rows() {} }\n"),
    "swift": ("s.swift", "class Store { func rows() {} }\n"),
}
REBOUND = [
    ("python", "m.py", "from s import Store\ndef f(xs):\n    s = Store()\n    {}\n", [
        "return [s.rows() for s in xs]",
        "for s in xs: s.rows()",
        "return lambda s: s.rows()",
        "s = []; s.append(1)",
        "try: pass\n    except OSError as s: s.rows()",
        "match xs:\n        case s: s.rows()",
    ]),
    ("javascript", "m.js", "import {{ Store }} from './s'\nfunction f(xs) {{ let s = new Store(); {} }}\n", [
        "xs.map(s => s.rows())",
        "xs.map((s, t) => s.rows())",
        "xs.map(function (s) { s.rows() })",
        "for (const s of xs) s.rows()",
        "try {} catch (s) { s.rows() }",
        "s = []; s.append(1)",
    ]),
    ("typescript", "m.ts", "import {{ Store }} from './s'\nfunction f(xs: any) {{ let s = new Store(); {} }}\n", [
        "xs.map((s) => s.rows())",
        "for (const s of xs) s.rows()",
    ]),
    ("go", "m.go", "package a\nfunc F(xs []X) {{ s := Make(); {} }}\n", ["for _, s := range xs { s.Rows() }"]),
    ("rust", "m.rs", "use crate::s::Store;\nfn f(s: Store) {{ {} }}\n", [
        "xs.map(|s| s.rows());",
        "for s in xs { s.rows() }",
        "match x { Some(s) => s.rows(), }",
        "let (s, t) = q(); s.rows();",
    ]),
    ("java", "M.java", "class M {{ void f() {{ Store s = new Store(); {} }} }}\n", [
        "xs.forEach(s -> s.rows());",
        "xs.forEach((s, t) -> s.rows());",
    ]),
    ("ruby", "m.rb", "require_relative 's'\nclass M\n  def f\n    s = Store.new\n    {}\n  end\nend\n", [
        "xs.each {{ |s| s.rows }}".replace("{{", "{").replace("}}", "}"),
        "xs.each { |(s, t)| s.rows }",
        "begin\n    rescue E => s\n      s.rows\n    end",
    ]),
    ("php", "m.php", "<?php\nfunction f($xs) {{ $s = new Store(); {} }}\n", [
        "foreach ($xs as $s) { $s->rows(); }",
        "foreach ($xs as $k => $s) { $s->rows(); }",
        "[$s, $t] = x(); $s->rows();",
        "$g = function ($s) { $s->rows(); };",
        "$g = fn($s) => $s->rows();",
    ]),
    ("kotlin", "m.kt", "fun f() {{\n  val s = Store()\n  {}\n}}\n", [
        "xs.map { s -> s.rows() }",
        "for (s in xs) { s.rows() }",
    ]),
    ("swift", "m.swift", "func f() {{\n  let s = Store()\n  {}\n}}\n", [
        "xs.map { s in s.rows() }",
        "for s in xs { s.rows() }",
    ]),
]  # fmt: skip
CASES = [(language, path, code.format(body)) for language, path, code, bodies in REBOUND for body in bodies]


def methods(files: Mapping[str, str]) -> set[str]:
    map_ = mapped(files)
    found = (one for at in range(map_.coverage.symbols) for one in map_.callees(at, min_confidence=0.8).items)
    names = {one.target.qualified_name.rpartition(".")[2].lower() for one in found if one.target}
    return names & {"rows", "append"}


@pytest.mark.parametrize(("language", "path", "code"), CASES)
def test_a_name_that_is_bound_again_is_known_to_hold_nothing(language: str, path: str, code: str) -> None:
    store, text = STORES[language]

    assert methods({store: text, path: code}) == set()


def test_a_name_that_another_function_binds_again_stays_known() -> None:
    code = "from s import Store\ndef f(xs):\n    s = Store()\n    s.rows()\ndef g(xs):\n    for s in xs: s.go()\n"

    assert methods({"s.py": STORES["python"][1], "m.py": code}) == {"rows"}


def test_a_name_that_holds_nothing_before_is_known_by_what_it_holds_then() -> None:
    code = "from s import Store\ndef f(xs):\n    s = None\n    if xs:\n        s = Store()\n    s.rows()\n"

    assert methods({"s.py": STORES["python"][1], "m.py": code}) == {"rows"}


@pytest.mark.parametrize("body", ["go(function () { this.rows() })", "function q() { this.rows() }"])
def test_javascripts_this_is_unknown_in_a_function_within_a_method(body: str) -> None:
    assert methods({"m.js": f"class A {{ f() {{ {body} }} rows() {{}} }}\n"}) == set()


@pytest.mark.parametrize("body", ["go(() => { this.rows() })", "go(function () { this.rows() }, this)"])
def test_javascripts_this_is_known_in_an_arrow_function_and_where_it_is_passed_on(body: str) -> None:
    assert methods({"m.js": f"class A {{ f() {{ {body} }} rows() {{}} }}\n"}) == {"rows"}


def test_a_pointer_to_a_function_hides_the_function_of_its_name_in_c() -> None:
    code = '#include "a.h"\nvoid b(void (*rows)(void)) { rows(); }\nvoid c(void) { int (*rows)(void) = 0; rows(); }\n'

    assert methods({"a.h": "void rows(void);\n", "a.c": '#include "a.h"\nvoid rows(void) {}\n', "b.c": code}) == set()
