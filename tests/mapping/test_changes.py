"""What differs between two commits, by real builds of real repositories: all of it, and nothing that is not so."""

from collections import Counter
from collections.abc import Iterable, Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from services.mapping.change_views import ChangeKind, DiffRequest, MapDiff, SymbolChange
from services.mapping.diff import diff
from services.mapping.snapshot import Snapshot
from services.mapping.views import Symbol
from tests.support.changes import name_of, told
from tests.support.histories import Bench, Files
from tests.support.records import SourceText, snapshot

ALL = DiffRequest(tokens=200_000)

SHOP = """\
class Shop:
    def open(self, hour):
        return hour

    def sell(self, goods):
        total = 0
        for one in goods:
            total += one.price
        return total


def stock(goods):
    return Shop().sell(goods)
"""
STREET = "from town.shop import Shop, stock\n\n\ndef walk():\n    Shop().open(9)\n    return stock([])\n"
TOWN: Files = {"town/shop.py": SHOP, "town/street.py": STREET, "README.md": "# Town\n"}


def compared(bench: Bench, before: Files, after: Files) -> MapDiff:
    return diff(*bench.maps(before, after), ALL)


def edited(path: str, old: str, new: str, files: Files = TOWN) -> Files:
    content = files[path]
    assert isinstance(content, str)
    assert old in content
    return {**files, path: content.replace(old, new)}


def edited_calls() -> Files:
    return edited("town/shop.py", "return Shop().sell", "return Market().sell")


def only(found: MapDiff) -> SymbolChange:
    (change,) = found.changes
    return change


def test_one_map_does_not_differ_from_itself(bench: Bench) -> None:
    base, _ = bench.maps(TOWN, TOWN)
    found = diff(base, base, ALL)
    assert (found.changes, found.renames) == ((), ())
    assert "no symbol changed; files: none changed" in found.text


def test_another_body_and_other_lines_change_no_symbol(bench: Bench) -> None:
    longer = edited(
        "town/shop.py", "        return hour\n", "        hour += 1\n        print(hour)\n        return hour\n"
    )
    found = compared(bench, TOWN, {**longer, "town/street.py": f"# A comment\n\n{STREET}"})
    assert found.changes == ()
    assert found.totals.files_changed == 2


def test_what_one_side_alone_has_was_added_or_removed(bench: Bench) -> None:
    found = compared(bench, TOWN, edited("town/shop.py", "def stock(goods):", "def prices(market, *, day=1):"))
    assert told(found) == {("REMOVED", "stock"), ("ADDED", "prices")}
    assert (found.totals.added, found.totals.removed) == (1, 1)


def test_callers_of_a_changed_signature_are_shown_and_those_nobody_looked_at_first(bench: Bench) -> None:
    before = {**TOWN, "town/lane.py": STREET.replace("walk", "run")}
    after = edited("town/shop.py", "def stock(goods):", "def stock(goods, day):", before)
    found = compared(bench, before, edited("town/lane.py", "stock([])", "stock([], 1)", after))
    change = only(found)
    assert change.kind is ChangeKind.SIGNATURE_CHANGED
    assert (change.before and change.before.signature, change.after and change.after.signature) == (
        "def stock(goods)",
        "def stock(goods, day)",
    )
    uses = [(caller.reference.path, caller.reference.line, caller.untouched) for caller in change.callers]
    assert [untouched for _, _, untouched in uses] == sorted((row[2] for row in uses), reverse=True)
    assert {path for path, _, untouched in uses if untouched} == {"town/street.py"}
    assert {path for path, _, untouched in uses if not untouched} == {"town/lane.py"}
    assert (change.callers_total, change.callers_untouched) == (len(uses), sum(row[2] for row in uses))
    assert "used at town/street.py:6 by walk\n" in found.text
    assert "used at town/lane.py:6 by run (file changed)\n" in found.text


def test_uses_that_a_removal_leaves_behind_are_shown_where_they_stand(bench: Bench) -> None:
    found = compared(bench, TOWN, edited("town/shop.py", "def stock(goods):", "def prices(goods):"))
    removed = next(change for change in found.changes if change.kind is ChangeKind.REMOVED)
    assert {(one.reference.path, one.reference.line) for one in removed.callers} >= {("town/street.py", 6)}
    assert all(one.untouched and one.reference.confidence >= 0.8 for one in removed.callers)
    assert "still used at town/street.py:6 by walk\n" in found.text


def test_a_use_whose_file_changed_as_well_is_not_said_to_be_left_behind(bench: Bench) -> None:
    gone = edited("town/shop.py", "def stock(goods):", "def prices(goods):")
    found = compared(bench, TOWN, edited("town/street.py", "return stock([])", "return 0", gone))
    removed = next(change for change in found.changes if change.kind is ChangeKind.REMOVED)
    assert removed.callers_total == 0


def test_a_use_of_what_is_now_another_names_alias_is_not_left_behind(bench: Bench) -> None:
    before: Files = {
        "a.py": "def alpha(a, b):\n    return a\n",
        "b.py": "def beta(a, b):\n    return b\n",
        "u.py": "from a import alpha\n\n\ndef go():\n    return alpha(1, 2)\n",
    }
    found = compared(bench, before, {**before, "a.py": "from b import beta as alpha\n"})
    assert [change.callers_total for change in found.changes if change.kind is ChangeKind.REMOVED] == [0]


def test_a_use_that_finds_another_definition_of_the_name_is_not_left_behind(bench: Bench) -> None:
    other = edited(
        "town/shop.py", "def stock(goods):\n    return Shop().sell(goods)\n", "from town.store import stock\n"
    )
    found = compared(bench, TOWN, {**other, "town/store.py": "def stock(goods, day, hour, *, why):\n    return {}\n"})
    assert all(change.callers_total == 0 for change in found.changes if change.kind is ChangeKind.REMOVED)


def test_a_class_that_moves_takes_its_members_along(bench: Bench) -> None:
    head, _, rest = SHOP.partition("\n\ndef stock")
    after = {**TOWN, "town/shop.py": f"from town.owner import Shop\n\n\ndef stock{rest}", "town/owner.py": head}
    change = only(compared(bench, TOWN, after))
    assert (change.kind, name_of(change), change.members) == (ChangeKind.MOVED, "Shop", 2)
    assert (change.before and change.before.path, change.after and change.after.path) == (
        "town/shop.py",
        "town/owner.py",
    )


def test_a_member_that_is_declared_otherwise_in_a_class_that_moved_is_a_change_of_its_own(bench: Bench) -> None:
    head, _, rest = SHOP.partition("\n\ndef stock")
    moved = head.replace("def open(self, hour)", "def open(self, hour, minute)")
    found = compared(bench, TOWN, {**TOWN, "town/shop.py": f"def stock{rest}", "town/owner.py": moved})
    assert told(found) == {("MOVED", "Shop"), ("SIGNATURE_CHANGED", "Shop.open")}
    assert "from town/shop.py, was def open(self, hour)" in found.text


def test_a_class_under_another_name_is_known_by_its_rare_members(bench: Bench) -> None:
    change = only(compared(bench, TOWN, edited("town/shop.py", "class Shop", "class Market", edited_calls())))
    assert (change.kind, name_of(change), change.members) == (ChangeKind.MOVED, "Market", 2)
    assert change.before is not None
    assert change.before.name == "Shop"


def test_a_class_of_another_name_whose_members_everybody_has_is_another_class(bench: Bench) -> None:
    many = {
        f"things/thing_{at}.py": f"class Thing{at}:\n    def new(self): ...\n    def run(self): ...\n"
        for at in range(5)
    }
    after = {**many, "things/thing_4.py": many["things/thing_4.py"].replace("Thing4", "Wheel")}
    assert {kind for kind, _ in told(compared(bench, many, after))} == {"ADDED", "REMOVED"}


def test_a_function_with_a_rare_name_has_moved_and_one_with_a_frequent_name_and_another_length_has_not(
    bench: Bench,
) -> None:
    many = {f"jobs/job_{at}.py": "def run():\n    return 1\n" for at in range(6)}
    kept, anchor = "def keep():\n    return 0\n", "def weigh_anchor(ship):\n    return ship\n"
    before = {**many, "jobs/first.py": f"{kept}\n\ndef run():\n    return 2\n\n\n{anchor}"}
    after = {**many, "jobs/first.py": kept, "jobs/other.py": "def run():\n    a = 1\n    return a\n"}
    found = compared(bench, before, {**after, "jobs/sea.py": anchor.replace("return ship", "pass")})
    assert told(found) == {("MOVED", "weigh_anchor"), ("REMOVED", "run"), ("ADDED", "run")}


def test_an_overload_that_was_added_changes_no_other(bench: Bench) -> None:
    java = "class Pot {\n  int cook(int salt) { return salt; }\n  int cook(String name, int salt) { return salt; }\n}\n"
    more = java.replace(
        "  int cook(String", "  int cook(boolean hot, boolean big, int salt) { return 1; }\n  int cook(String"
    )
    change = only(compared(bench, {"Pot.java": java}, {"Pot.java": more}))
    assert (change.kind, change.after and change.after.signature) == (
        ChangeKind.ADDED,
        "int cook(boolean hot, boolean big, int salt)",
    )


def test_of_several_overloads_the_most_alike_are_one(bench: Bench) -> None:
    java = "class Pot {\n  int cook(int salt) { return 1; }\n  int cook(String name, int salt) { return 2; }\n}\n"
    other = java.replace("int cook(int salt)", "int cook(long salt)").replace(
        "int salt) { return 2", "int salt, int oil) { return 2"
    )
    found = compared(bench, {"Pot.java": java}, {"Pot.java": other})
    pairs = {(one.before.signature, one.after.signature) for one in found.changes if one.before and one.after}
    assert pairs == {
        ("int cook(int salt)", "int cook(long salt)"),
        ("int cook(String name, int salt)", "int cook(String name, int salt, int oil)"),
    }


def test_methods_of_two_types_in_one_file_are_not_mistaken_for_each_other(bench: Bench) -> None:
    go = 'package town\n\ntype A struct{}\ntype B struct{}\n\nfunc (a A) Name() string { return "" }\n'
    found = compared(bench, {"town.go": go}, {"town.go": go.replace("(a A)", "(b B)")})
    assert {change.kind for change in found.changes} == {ChangeKind.REMOVED, ChangeKind.ADDED}


def test_what_became_another_kind_of_thing_is_declared_otherwise(bench: Bench) -> None:
    before, after = "export interface Plan { rooms: number }\n", "export type Plan = { rooms: number }\n"
    found = compared(bench, {"plan.ts": before}, {"plan.ts": after})
    assert ("SIGNATURE_CHANGED", "Plan") in told(found)
    assert not {("ADDED", "Plan"), ("REMOVED", "Plan")} & told(found)


def test_a_renamed_file_is_followed_and_its_symbols_are_no_changes(bench: Bench) -> None:
    after = {("village/store.py" if path == "town/shop.py" else path): content for path, content in TOWN.items()}
    found = compared(bench, TOWN, after)
    assert [(one.before, one.after, one.exact) for one in found.renames] == [("town/shop.py", "village/store.py", True)]
    assert (found.changes, found.totals.files_added, found.totals.files_removed) == ((), 0, 0)
    assert "@ village/store.py (was town/shop.py)\n" in found.text


def test_a_renamed_file_that_was_edited_is_followed(bench: Bench) -> None:
    after = edited("town/shop.py", "def open(self, hour)", "def open(self, hour, minute)")
    after = {("town/store.py" if path == "town/shop.py" else path): content for path, content in after.items()}
    found = compared(bench, TOWN, after)
    (rename,) = found.renames
    assert (rename.before, rename.after, rename.exact) == ("town/shop.py", "town/store.py", False)
    assert 0.5 <= rename.similarity < 1
    assert told(found) == {("SIGNATURE_CHANGED", "Shop.open")}


def test_a_file_that_shares_nothing_with_one_that_is_gone_is_no_rename(bench: Bench) -> None:
    after = {"town/street.py": STREET, "README.md": "# Town\n", "town/mill.py": "def grind(corn):\n    return corn\n"}
    found = compared(bench, TOWN, after)
    assert found.renames == ()
    assert (found.totals.files_added, found.totals.files_removed) == (1, 1)


def test_nothing_is_said_of_the_symbols_of_a_file_that_was_read_on_one_side_only(bench: Bench) -> None:
    found = compared(bench, TOWN, {**TOWN, "town/shop.py": b"\0\0\0"})
    assert (found.changes, found.totals.files_not_compared) == ((), 1)
    assert "not read on one side" in found.text


def test_a_symbol_that_becomes_central_has_moved_by_rank() -> None:
    def town(uses: int) -> Snapshot:
        files = [SourceText(f"house_{at}.py") for at in range(60)]
        for file in files:
            file.define(f"build_{file.path.removesuffix('.py')}")
        for at, file in enumerate(files[1:], 1):
            target = 59 if at < uses else at - 1
            file.bring(f"house_{target}", f"build_house_{target}")
            file.use(f"build_house_{target}", scope=0)
        return snapshot(*files)

    found = diff(town(0), town(40), ALL)
    moves = {name_of(change): change for change in found.changes if change.kind is ChangeKind.RANK_MOVED}
    change = moves["build_house_59"]
    assert change.place_before
    assert change.place_after == 1
    assert change.place_before - change.place_after >= 10
    assert f"place by rank: 1, was {change.place_before}" in found.text


def test_ranks_of_maps_by_two_versions_are_not_compared_and_the_text_says_so(bench: Bench) -> None:
    other = SourceText("town/shop.py")
    other.klass("Shop", "open", "sell")
    found = diff(snapshot(other), bench.maps(TOWN, TOWN)[0], ALL)
    assert found.same_engine is False
    assert found.totals.rank_moved == 0
    assert "Two versions made these maps" in found.text


def test_thousands_of_definitions_of_one_name_are_compared_in_time(bench: Bench) -> None:
    before = "".join(f"def same(a{at}):\n    pass\n" for at in range(3_000))
    found = compared(bench, {"a.py": before}, {"a.py": before.replace("(a", "(b")})
    assert found.totals.signature_changed == 3_000


def written(rows: list[tuple[str, int, bool]]) -> str:
    """Write functions, some of them in a class, with 0 to 2 parameters."""
    text = ""
    for name, count, nested in rows:
        indent = "    " if nested else ""
        head = "class Inner:\n" if nested else ""
        text += f"{head}{indent}def {name}({', '.join('ab'[:count])}):\n{indent}    return {count}\n"
    return text


def names_of(symbols: Iterable[Symbol], renamed: Mapping[str, str]) -> Counter[tuple[str, str]]:
    return Counter((renamed.get(one.path, one.path), one.qualified_name) for one in symbols)


ROWS = st.lists(st.tuples(st.sampled_from(["open", "sell", "paint"]), st.integers(0, 2), st.booleans()), max_size=6)
STATES = st.dictionaries(st.sampled_from(["a.py", "b.py", "c/d.py"]), ROWS.map(written), min_size=1)


@settings(max_examples=8, deadline=None)
@given(before=STATES, after=STATES)
def test_every_name_that_is_said_to_be_added_or_removed_is(
    bench: Bench, before: dict[str, str], after: dict[str, str]
) -> None:
    base, head = bench.maps(before, after)
    found = diff(base, head, ALL)
    renamed = {one.before: one.after for one in found.renames}
    here, there = (names_of(side.symbols(limit=1000).items, renamed if side is base else {}) for side in (base, head))
    gone = names_of((one.before for one in found.changes if one.before and not one.after), renamed)
    new = names_of((one.after for one in found.changes if one.after and not one.before), {})
    assert gone <= here - there
    assert new <= there - here
    pairs = [(one, one.before, one.after) for one in found.changes if one.before and one.after]
    elsewhere = sum(1 + one.members for one, was, now in pairs if was.path != now.path or one.kind is ChangeKind.MOVED)
    assert (there - here).total() <= new.total() + elsewhere
    assert (here - there).total() <= gone.total() + elsewhere
