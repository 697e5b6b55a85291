"""Calls whose receiver's class is known from what the code says of a name: declared, made, or returned."""

from collections.abc import Mapping

import pytest

from tests.support.records import mapped

Edge = tuple[str, str]


def edges(files: Mapping[str, str], *, least: float = 0.8) -> set[Edge]:
    map_ = mapped(files)
    found = (one for at in range(map_.coverage.symbols) for one in map_.callees(at, min_confidence=least).items)
    return {(one.source.qualified_name, one.target.qualified_name) for one in found if one.source and one.target}


STORE = """
class Row:
    def touch(self): ...

class Base:
    def close(self): ...

class Store(Base):
    def __init__(self, row: Row):
        self.row = row
    def first(self):
        return Row()
    def itself(self) -> "Store":
        return self
    @property
    def last(self) -> Row: ...

def make(url):
    store = Store(url)
    return store

async def fetch() -> Store: ...
"""

PYTHON = [
    ("store = Store(1)\n    store.first()", "Store.first"),
    ("store = Store(1)\n    store.close()", "Base.close"),
    ("store = Store(1)\n    store.row.touch()", "Row.touch"),
    ("store = Store(1)\n    store.last.touch()", "Row.touch"),
    ("make('x').first()", "Store.first"),
    ("make('x(').itself().first().touch()", "Row.touch"),
    ("row = make(1).first()\n    row.touch()", "Row.touch"),
    ("with Store(1) as store:\n        store.first()", "Store.first"),
    ("other = store = Store(1)\n    other.first()", "Store.first"),
    ("row, store = Row(), Store(1)\n    row.touch()", "Row.touch"),
    ("store = make(1)\n    again = store\n    again.first()", "Store.first"),
    ("def inner():\n        store.first()\n    store = Store(1)", None),
    ("if (store := Store(1)):\n        store.first()", "Store.first"),
    ("if x:\n        store = Store(1)\n    else:\n        store = Row()\n    store.first()", None),
    ("for store in x:\n        store.first()", None),
    ("store = Store(1)\n    store.unheard_of()", None),
]


@pytest.mark.parametrize(("body", "meant"), PYTHON)
def test_a_value_of_python_is_what_made_it(body: str, meant: str | None) -> None:
    files = {"store.py": STORE, "main.py": f"from store import Row, Store, make\n\ndef f(x):\n    {body}\n"}

    found = edges(files)

    methods = {target for source, target in found if source == "f" and "." in target}
    assert (meant in methods) if meant else not methods


@pytest.mark.parametrize(
    ("parameter", "known"),
    [
        ("x: Store", True),
        ("x: 'Store | None' = None", True),
        ("x: Optional[Store]", True),
        ("x: list[Store]", False),
        ("x: Store | Row", False),
        ("x", False),
    ],
)
def test_a_parameter_of_python_is_what_it_is_declared_to_be(parameter: str, *, known: bool) -> None:
    files = {"store.py": STORE, "main.py": f"from store import Row, Store\n\ndef f({parameter}):\n    x.first()\n"}

    assert (("f", "Store.first") in edges(files)) is known


def test_an_awaited_value_is_what_the_function_gives() -> None:
    main = "import store\n\nasync def f():\n    found = await store.fetch()\n    found.first()\n"

    assert ("f", "Store.first") in edges({"store.py": STORE, "main.py": main})


@pytest.mark.parametrize(
    "main",
    [
        "def f(make):\n    make()\n",
        "def f():\n    make = other()\n    make()\n",
        "def f():\n    for make in x:\n        make()\n",
        "def f(make):\n    def g():\n        make()\n",
    ],
)
def test_a_local_name_hides_the_function_that_is_imported(main: str) -> None:
    assert edges({"store.py": STORE, "main.py": f"from store import make\n\n{main}"}, least=0) == edges(
        {"store.py": STORE}, least=0
    )


@pytest.mark.parametrize(
    ("said", "called", "meant"),
    [
        ("again = make", "again()", True),
        ("first, again = Row, make", "again()", True),
        ("again = other = make", "again()", True),
        ("again = giver()", "again()", True),
        ("again = make\nif x:\n    again = x", "again()", False),
        ("", "giver()()", True),
    ],
)
def test_another_name_of_a_function_means_the_function(said: str, called: str, *, meant: bool) -> None:
    main = f"from store import make, Row\n\ndef giver():\n    return make\n\n{said}\n\ndef f(x):\n    {called}\n"

    assert (("f", "make") in edges({"store.py": STORE, "main.py": main})) is meant


IDIOMS: dict[str, tuple[dict[str, str], set[Edge]]] = {
    "typescript": (
        {
            "store.ts": "export class Row { touch(): void {} }\n"
            "export class Store {\n  row: Row;\n  constructor(private next: Row) {}\n"
            "  first(): Row { return this.next; }\n  async later(): Promise<Row> { return this.row; }\n}\n"
            "export const make = (): Store => new Store(new Row());\n",
            "main.ts": "import { Store, make } from './store';\n"
            "function f(store: Store, other?: Store) { store.row.touch(); other.first().touch(); }\n"
            "async function g() { const row = await make().later(); row.touch(); }\n"
            "function h(xs) { xs.map((x) => { return new Store(); }); }\n"
            "function i() { h().first(); }\n",
        },
        {("f", "Row.touch"), ("f", "Store.first"), ("g", "Row.touch"), ("g", "Store.later"), ("g", "make")},
    ),
    "javascript": (
        {
            "row.js": "class Row { touch() {} }\nmodule.exports = Row\n",
            "main.js": "const Line = require('./row')\nclass Store {\n  line = new Line()\n"
            "  constructor() { this.row = new Line(); }\n  run() { this.row.touch(); }\n"
            "  walk() { this.line.touch(); }\n}\n",
        },
        {("Store.run", "Row.touch"), ("Store.walk", "Row.touch")},
    ),
    "go": (
        {
            "store/store.go": "package store\n\ntype Row struct{}\n\nfunc (r *Row) Touch() {}\n\n"
            "type Store struct {\n\tFirst *Row\n}\n\nfunc New(url string) (*Store, error) { return nil, nil }\n",
            "main.go": 'package main\n\nimport "example.org/x/store"\n\nfunc f() {\n\ts, err := store.New("x")\n'
            "\ts.First.Touch()\n}\n\nfunc g(s store.Store) {\n\tr := s.First\n\tr.Touch()\n}\n\n"
            "func h() {\n\tr := &store.Row{}\n\tr.Touch()\n}\n",
            "go.mod": "module example.org/x\n",
        },
        {("f", "Touch"), ("g", "Touch"), ("h", "Touch"), ("f", "New")},
    ),
    "rust": (
        {
            "src/lib.rs": "mod store;\nuse store::{Row, Store};\n\n"
            "fn f() {\n    let s = Store::open(1).unwrap();\n    s.first().touch();\n}\n\n"
            "fn g(s: &Arc<Store>) {\n    s.row.touch();\n}\n",
            "src/store.rs": "pub struct Row;\nimpl Row {\n    pub fn touch(&self) {}\n}\n"
            "pub struct Store { pub row: Box<Row> }\nimpl Store {\n"
            "    pub fn open(n: u8) -> Result<Self, Error> { todo() }\n"
            "    pub fn first(&self) -> &Row { &self.row }\n}\n",
            "Cargo.toml": '[package]\nname = "x"\n',
        },
        {("f", "Store.open"), ("f", "Store.first"), ("f", "Row.touch"), ("g", "Row.touch")},
    ),
    "java": (
        {
            "a/Row.java": "package a;\npublic class Row { public void touch() {} }\n",
            "a/Store.java": "package a;\npublic class Store {\n  private final Row row = new Row();\n"
            "  public Row first() { return row; }\n  void run() { row.touch(); this.row.touch(); }\n}\n",
            "b/Main.java": "package b;\nimport a.Store;\nclass Main {\n  void f(Store s) { s.first().touch(); }\n"
            "  void g() { var s = new Store(); s.first(); }\n}\n",
        },
        {("Store.run", "Row.touch"), ("Main.f", "Row.touch"), ("Main.f", "Store.first"), ("Main.g", "Store.first")},
    ),
    "php": (
        {
            "src/Row.php": "<?php\nclass Row { public function touch() {} public static function one(): Row {} }\n",
            "src/Store.php": "<?php\nclass Store {\n  private ?Row $row;\n"
            "  public function __construct(private Row $next) {}\n"
            "  function run() { $this->row->touch(); }\n  function walk() { $this->next->touch(); }\n"
            "  function go() { $one = Row::one(); $one->touch(); }\n}\n",
        },
        {("Store.run", "Row.touch"), ("Store.walk", "Row.touch"), ("Store.go", "Row.touch"), ("Store.go", "Row.one")},
    ),
}


@pytest.mark.parametrize("language", IDIOMS)
def test_the_idioms_of_a_language_lead_to_the_method(language: str) -> None:
    files, expected = IDIOMS[language]

    assert expected <= edges(files)


def test_what_a_nameless_function_gives_is_not_what_the_function_around_it_gives() -> None:
    files, _ = IDIOMS["typescript"]

    assert ("i", "Store.first") not in edges(files)


C = {
    "src/store.h": '#include "row.h"\nint store_open(const char *url);\n'
    "static inline int store_size(void) { return 1; }\n",
    "src/row.h": "#define ROW 1\nvoid row_touch(void);\n",
    "src/store.c": '#include "store.h"\nint store_open(const char *url) { row_touch(); return ROW; }\n',
    "src/row.c": '#include "row.h"\nvoid row_touch(void) {}\n',
    "app/main.c": '#include "../src/store.h"\nint main(void) { row_touch(); return store_open("x") + store_size(); }\n',
    "app/other.c": "int other(void) { row_touch(); return store_open(1); }\n",
}


def test_c_follows_includes_to_the_end_and_prototypes_to_their_definitions() -> None:
    assert edges(C) == {
        ("store_open", "row_touch"),
        ("store_open", "ROW"),
        ("main", "row_touch"),
        ("main", "store_open"),
        ("main", "store_size"),
    }


def test_a_field_that_is_given_a_parameter_is_not_the_function_of_its_name() -> None:
    main = (
        "from store import make\n\nclass Maker:\n    def __init__(self, make=False):\n        self.make = make\n\n"
        "    def run(self):\n        if self.make():\n            make()\n\n    def other(self):\n        self.make()\n"
    )

    found = edges({"store.py": STORE, "main.py": main})

    assert ("Maker.run", "make") in found
    assert ("Maker.other", "make") not in found


def test_a_name_of_two_functions_in_one_is_of_neither_class() -> None:
    main = (
        'package main\n\nimport "example.org/x/store"\n\nfunc f() {\n\tr := &store.Row{}\n\tr.Touch()\n'
        "\twalk(func(r store.Other) { r.Touch() })\n}\n"
    )
    files, _ = IDIOMS["go"]
    other = files["store/store.go"] + "\ntype Other struct{}\n\nfunc (o Other) Touch() {}\n"

    assert ("f", "Touch") not in edges({**files, "main.go": main, "store/store.go": other})


def test_what_nothing_decides_is_counted_on_both_sides() -> None:
    main = "from store import Store\n\ndef f(x):\n    x.first()\n    x.touch()\n    Store(1).first()\n"
    map_ = mapped({"store.py": STORE, "main.py": main})
    by_name = {map_.symbol(at).qualified_name: map_.symbol(at) for at in range(map_.coverage.symbols)}

    assert by_name["Store.first"].unresolved_callers == 1
    assert by_name["f"].unresolved_callees == 2
    assert by_name["make"].unresolved_callers == 0
    assert by_name["make"].unresolved_callees == 0
