"""What the ranking prefers, of two definitions that are used alike."""

import pytest

from services.mapping.records import DefinitionKind as Kind
from services.mapping.records import ReferenceKind
from tests.support.records import SourceText, snapshot


def ranks(*files: SourceText) -> dict[str, float]:
    return {one.qualified_name: one.rank for one in snapshot(*files).symbols(limit=1000).items}


@pytest.mark.parametrize(
    ("path", "language", "shown", "hidden"),
    [
        ("a.rs", "rust", "pub fn shown()", "fn hidden()"),
        ("a.rs", "rust", "pub fn shown()", "pub(crate) fn hidden()"),
        ("a.ts", "typescript", "export function shown()", "function hidden()"),
        ("a.c", "c", "int shown(void)", "static int hidden(void)"),
    ],
)
def test_what_a_language_lets_out_counts_more(path: str, language: str, shown: str, hidden: str) -> None:
    file = SourceText(path, language)
    file.define("hidden", signature=hidden)
    file.define("shown", signature=shown)
    found = ranks(file)
    assert found["shown"] > found["hidden"]


def test_in_go_a_capital_lets_out() -> None:
    file = SourceText("a.go", "go")
    file.define("serve")
    file.define("Serve")
    found = ranks(file)
    assert found["Serve"] > found["serve"]


def test_what_a_package_passes_on_counts_more() -> None:
    package, one, user = SourceText("pkg/__init__.py"), SourceText("pkg/one.py"), SourceText("user.py")
    for name in ("inner", "outer"):
        one.define(name)
        user.bring("pkg.one", name)
        user.use(name)
    package.bring("one", "outer", level=1)
    found = ranks(package, one, user)
    assert found["outer"] > found["inner"]


def test_what_a_barrel_passes_on_whole_counts_more() -> None:
    barrel, inner, outer = (SourceText(f"src/{name}.ts", "typescript") for name in ("index", "inner", "outer"))
    inner.define("inner", signature="export function inner()")
    outer.define("outer", signature="export function outer()")
    barrel.bring("./outer", "*", None, passed_on=True)
    user = SourceText("app/user.ts", "typescript")
    for name in ("inner", "outer"):
        user.bring(f"../src/{name}", name)
        user.use(name)
    found = ranks(barrel, inner, outer, user)
    assert found["outer"] > found["inner"]


def test_a_use_from_another_folder_counts_more_than_one_from_the_own() -> None:
    target = SourceText("core/target.py")
    near, far = SourceText("core/near.py"), SourceText("app/far.py")
    for name, user in (("by_far", far), ("by_near", near)):
        target.define(name)
        user.bring("core.target", name)
        user.use(name)
    found = ranks(target, near, far)
    assert found["by_far"] > found["by_near"]


def test_an_example_shows_what_is_used_and_defines_nothing_of_worth() -> None:
    target, example = SourceText("lib/target.py"), SourceText("examples/show.py")
    target.define("unused")
    target.define("used")
    example.define("show")
    example.bring("lib.target", "used")
    example.use("used")
    found = ranks(target, example)
    assert found["used"] > found["unused"] > found["show"]


def test_who_brings_many_parts_together_counts_more_than_who_uses_none() -> None:
    parts, loop = SourceText("parts.py"), SourceText("loop.py")
    idle, busy = loop.define("idle"), loop.define("busy")
    for name in ("read", "write", "accept"):
        parts.define(f"{name}_it")
        loop.bring("parts", f"{name}_it")
        loop.use(f"{name}_it", scope=busy)
    map_ = snapshot(parts, loop)
    start = map_.columns["file.definition_start"][map_.file_number("loop.py")]
    rank = map_.columns["definition.rank"]
    assert rank[start + busy] > rank[start + idle]


def test_a_constant_that_everybody_mentions_counts_less_than_a_class_that_everybody_uses() -> None:
    target = SourceText("target.py")
    target.define("OK", Kind.CONSTANT)
    target.define("Client", Kind.CLASS)
    users = [SourceText(f"u{number}/user.py") for number in range(5)]
    for user in users:
        for name, count in (("OK", 9), ("Client", 1)):
            user.bring("target", name)
            user.use(name, count=count)
    found = ranks(target, *users)
    assert found["Client"] > found["OK"]


def test_the_best_member_of_a_class_stands_far_above_the_others() -> None:
    file, user = SourceText("lib/a.py"), SourceText("app/user.py")
    row = file.klass("Client", "first", "second", "third", "fetch")
    user.bring("lib.a", "Client")
    user.use("Client")
    file.use("fetch", on="self", scope=row + 1, count=9)
    found = ranks(file, user)
    assert found["Client.fetch"] > 1.5 * found["Client.second"] > 0


def test_what_stands_beside_many_used_records_counts_less_than_its_like_alone() -> None:
    crowd, alone, user = SourceText("lib/crowd.py"), SourceText("lib/alone.py"), SourceText("app/user.py")
    for number in range(20):
        crowd.define(f"Record{number}", Kind.CLASS)
        user.bring("lib.crowd", f"Record{number}")
        user.use(f"Record{number}")
    alone.define("Alone", Kind.CLASS)
    user.bring("lib.alone", "Alone")
    user.use("Alone")
    found = ranks(crowd, alone, user)
    assert found["Alone"] > found["Record19"]


def test_a_go_type_is_as_large_as_its_methods_wherever_they_stand() -> None:
    types, methods, user = (SourceText(f"db/{name}.go", "go") for name in ("types", "methods", "user"))
    for name in ("Small", "Large"):
        types.define(name, Kind.STRUCT)
        user.use(name, kind=ReferenceKind.TYPE)
    for name in ("Open", "Close", "Commit"):
        methods.define(name, Kind.METHOD, signature=f"func (l *Large) {name}()")
    found = ranks(types, methods, user)
    assert found["Large"] > 1.2 * found["Small"]
