"""What a name that is defined once may mean: only what the file can know."""

import random

import numpy as np
import pytest

from services.mapping.records import DefinitionKind, ReferenceKind
from services.mapping.visibility import Roads
from tests.support.records import SourceText, callers, snapshot

GUESSED, SAME = ("UNIQUE_NAME", 0.5), ("SAME_FILE", 0.95)


def script(path: str) -> SourceText:
    return SourceText(path, "typescript")


def rust(path: str) -> SourceText:
    return SourceText(path, "rust")


def method(file: SourceText, name: str, signature: str, kind: DefinitionKind = DefinitionKind.METHOD) -> None:
    row = file.define("Owner", DefinitionKind.STRUCT, signature="pub struct Owner")
    file.define(name, kind, parent=row, signature=signature)


def calling(path: str, name: str, *, language: str = "typescript", module: str | None = None) -> SourceText:
    file = SourceText(path, language)
    if module is not None:
        file.bring(module, "Owner")
    file.use(name, on="thing.inner")
    return file


def test_a_method_that_no_import_leads_to_belongs_to_a_library() -> None:
    example = script("src/kit-examples/focus.ts")
    method(example, "markForCheck", "markForCheck()")
    map_ = snapshot(example, calling("src/table.ts", "markForCheck"))
    assert callers(map_, "Owner.markForCheck") == set()


def test_a_method_behind_two_imports_is_believed() -> None:
    owner, between, user = script("a.ts"), script("b.ts"), calling("c.ts", "dispatchAll")
    method(owner, "dispatchAll", "dispatchAll()")
    between.bring("./a", "Owner")
    between.klass("Between")
    user.bring("./b", "Between")
    assert callers(snapshot(owner, between, user), "Owner.dispatchAll") == {("c.ts", *GUESSED)}


def test_a_name_called_mostly_from_where_nobody_knows_its_definer_is_only_believed_beside_it() -> None:
    owner, between, far = script("a.ts"), script("b.ts"), calling("c.ts", "listen")
    method(owner, "listen", "listen()")
    between.bring("./a", "Owner")
    between.klass("Between")
    far.bring("./b", "Between")
    strangers = [calling(f"other{at}.ts", "listen") for at in range(3)]
    near = calling("near.ts", "listen", module="./a")
    map_ = snapshot(owner, between, far, near, *strangers)
    assert callers(map_, "Owner.listen") == {("near.ts", *GUESSED)}


@pytest.mark.parametrize(
    ("language", "signature", "path", "seen"),
    [
        ("rust", "fn refill(&mut self)", "kit/src/other.rs", False),
        ("rust", "fn refill(&mut self)", "kit/src/owner/inner.rs", True),
        ("rust", "pub fn refill(&mut self)", "kit/src/other.rs", True),
        ("rust", "pub(crate) fn refill(&mut self)", "kit/src/other.rs", True),
        ("rust", "pub(crate) fn refill(&mut self)", "tool/src/main.rs", False),
        ("typescript", "private async refill()", "kit/src/other.ts", False),
        ("typescript", "protected refill()", "kit/src/other.ts", True),
    ],
)
def test_what_is_private_is_not_called_from_elsewhere(language: str, signature: str, path: str, *, seen: bool) -> None:
    suffix = "rs" if language == "rust" else "ts"
    owner = SourceText(f"kit/src/owner.{suffix}", language)
    method(owner, "refill", signature)
    roots = [rust("kit/src/lib.rs"), rust("tool/src/main.rs")] if language == "rust" else []
    user = calling(path, "refill", language=language, module="kit::owner" if language == "rust" else "./owner")
    files = [owner, user, *(root for root in roots if root.path != path)]
    assert callers(snapshot(*files), "Owner.refill") == ({(path, *GUESSED)} if seen else set())


def test_a_bare_name_in_rust_means_nothing_that_is_not_brought_in() -> None:
    owner, user, glob = rust("kit/src/task.rs"), rust("kit/src/user.rs"), rust("kit/src/glob.rs")
    owner.define("Outcome", DefinitionKind.TYPE, signature="pub(crate) type Outcome<T>")
    user.use("Outcome", kind=ReferenceKind.TYPE)
    glob.bring("crate::task", "*")
    glob.use("Outcome", kind=ReferenceKind.TYPE)
    map_ = snapshot(rust("kit/src/lib.rs"), owner, user, glob)
    assert callers(map_, "Outcome") == {("kit/src/glob.rs", "IMPORTED", 0.85)}


def test_a_macro_of_rust_is_seen_all_over_its_crate_and_not_beyond() -> None:
    macros, inside, outside = rust("kit/src/macros.rs"), rust("kit/src/a/b.rs"), rust("tool/src/main.rs")
    macros.define("cfg_rt", DefinitionKind.MACRO, signature="macro_rules! cfg_rt")
    for file in (inside, outside):
        file.use("cfg_rt")
    map_ = snapshot(rust("kit/src/lib.rs"), macros, inside, outside)
    assert callers(map_, "cfg_rt") == {("kit/src/a/b.rs", *GUESSED)}


@pytest.mark.parametrize("inline", [False, True], ids=["of the file", "of an inline module"])
def test_super_in_rust_is_the_module_around(inline: bool) -> None:  # noqa: FBT001 - parametrised
    parent, child = rust("kit/src/task/mod.rs"), rust("kit/src/task/core.rs")
    owner = child if inline else parent
    owner.define("Outcome", DefinitionKind.TYPE, signature="pub type Outcome")
    scope = child.define("tests", DefinitionKind.MODULE) if inline else -1
    child.use("Outcome", on="super", kind=ReferenceKind.TYPE, scope=scope)
    map_ = snapshot(rust("kit/src/lib.rs"), parent, child)
    assert {strategy for _, strategy, _ in callers(map_, "Outcome")} == {"IMPORTED"}


def test_a_path_of_rust_that_leads_out_is_not_a_method_of_ours() -> None:
    owner, user = rust("kit/src/owner.rs"), rust("kit/src/user.rs")
    method(owner, "elapsed_since", "pub fn elapsed_since()")
    user.bring("crate::owner", "Owner")
    user.use("elapsed_since", on="Clock")
    user.use("elapsed_since", on="std::time")
    map_ = snapshot(rust("kit/src/lib.rs"), owner, user)
    assert callers(map_, "Owner.elapsed_since") == set()


@pytest.mark.parametrize(
    ("name", "kind", "signature", "found"),
    [
        ("Refill", DefinitionKind.METHOD, "func (o *Owner) Refill()", True),
        ("refill", DefinitionKind.METHOD, "func (o *Owner) refill()", False),
        ("Refill", DefinitionKind.FIELD, "Refill cty.Value", False),
        ("Refill", DefinitionKind.FIELD, "Refill func() error", True),
    ],
)
def test_go_lets_out_what_is_capitalised_and_calls_fields_that_hold_functions(
    name: str, kind: DefinitionKind, signature: str, *, found: bool
) -> None:
    owner, user = SourceText("kit/owner.go", "go"), SourceText("cmd/main.go", "go")
    method(owner, name, signature, kind)
    user.bring("example.com/tool/kit", None, "kit")
    user.use(name, on="thing.inner")
    map_ = snapshot(owner, user, manifests={"go.mod": b"module example.com/tool\n"})
    assert bool(callers(map_, f"Owner.{name}")) is found


def test_a_function_of_the_c_library_is_not_a_macro_that_stands_in_for_it_elsewhere() -> None:
    shim, user = SourceText("deps/shim/win32.h", "c"), SourceText("src/main.c", "c")
    shim.define("snprintf", DefinitionKind.MACRO, signature="#define snprintf c99_snprintf")
    shim.define("ring_size", DefinitionKind.MACRO, signature="#define ring_size 4")
    for name in ("snprintf", "ring_size"):
        user.use(name)
    map_ = snapshot(shim, user)
    assert (callers(map_, "snprintf"), callers(map_, "ring_size")) == (set(), {("src/main.c", *GUESSED)})


@pytest.mark.parametrize("seed", range(5))
def test_ways_lead_where_a_search_finds(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same graphs every time
    nodes = 40
    ways = {(chance.randrange(nodes), chance.randrange(nodes)) for _ in range(50)}
    roads = Roads(nodes, *(np.asarray([way[side] for way in sorted(ways)], np.int64) for side in (0, 1)))
    pairs = [(one, other) for one in range(nodes) for other in range(nodes)]
    files, targets = (np.asarray([pair[side] for pair in pairs], np.int32) for side in (0, 1))
    assert roads.lead(files, targets).tolist() == [other in reached(one, ways) for one, other in pairs]


def reached(start: int, ways: set[tuple[int, int]]) -> set[int]:
    found, open_ = {start}, [start]
    while open_:
        at = open_.pop()
        new = {target for source, target in ways if source == at} - found
        found |= new
        open_ += new
    return found


def test_a_long_chain_of_imports_costs_little() -> None:
    size = 20_000
    chain = np.arange(size - 1, dtype=np.int64)
    roads = Roads(size, chain, chain + 1)
    files, targets = np.asarray([0, size - 1], np.int32), np.asarray([size - 1, 0], np.int32)
    assert roads.lead(files, targets).tolist() == [True, False]
