"""Where Rust's paths lead: crates, modules, re-exports and macros."""

from services.mapping.records import DefinitionKind
from tests.support.records import SourceText, callers, snapshot


def rust(path: str) -> SourceText:
    return SourceText(path, "rust")


def crate() -> tuple[SourceText, SourceText, SourceText]:
    """Make `tick`: its root, `mod time` that passes on `sleep` of its module `sleep`, and that module."""
    root, time, sleep = rust("tick/src/lib.rs"), rust("tick/src/time/mod.rs"), rust("tick/src/time/sleep.rs")
    root.bring("self::time", None, "time")
    time.bring("self::sleep", None, "sleep")
    time.bring("sleep", "sleep", passed_on=True)
    sleep.define("sleep")
    return root, time, sleep


def test_a_function_that_its_module_passes_on_is_found_though_they_share_a_name() -> None:
    user = rust("tick/tests/use_it.rs")
    user.bring("tick::time", "sleep")
    user.use("sleep", scope=user.define("main"))
    assert callers(snapshot(*crate(), user), "sleep") == {("main", "IMPORTED", 0.85)}


def test_a_path_may_begin_with_the_name_of_a_crate_that_nobody_imported() -> None:
    user = rust("tick/examples/use_it.rs")
    user.use("sleep", on="tick::time", scope=user.define("main"))
    assert {name for name, _, _ in callers(snapshot(*crate(), user), "sleep")} == {"main"}


def test_a_path_may_begin_with_a_module_below_the_file() -> None:
    root, time, sleep = crate()
    time.use("sleep", on="sleep", scope=time.define("nap"))
    assert callers(snapshot(root, time, sleep), "sleep") == {("nap", "IMPORTED", 0.95)}


def test_a_module_taken_from_its_crate_is_that_file() -> None:
    user = rust("tick/src/user.rs")
    user.bring("crate", "time")
    user.use("sleep", on="time", scope=user.define("main"))
    assert {name for name, _, _ in callers(snapshot(*crate(), user), "sleep")} == {"main"}


def test_a_macro_is_found_at_the_root_of_its_crate() -> None:
    macros, user = rust("tick/src/macros/select.rs"), rust("tick/tests/use_it.rs")
    macros.define("select", DefinitionKind.MACRO)
    user.use("select", on="tick", scope=user.define("main"))
    assert callers(snapshot(*crate(), macros, user), "select") == {("main", "IMPORTED", 0.95)}
