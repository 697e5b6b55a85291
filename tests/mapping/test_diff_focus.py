"""A diff as focus: what it changes comes first, then who uses that; and no diff is too strange to be read."""

import time

import pytest

from services.errors import InvalidArgumentError
from services.mapping.outline import etag_of, outline
from services.mapping.patches import LONGEST, check, read
from services.mapping.snapshot import Snapshot
from services.mapping.views import Focus, OutlineRequest, RankedSymbol
from tests.support.records import mapped

STORE = """\
class Store:
    def save(self, row):
        self.rows.append(row)

    def load(self, key):
        return self.rows[key]


def open_store(path):
    return Store()
"""
SERVICE = """\
from app.store import Store, open_store


def submit(order):
    store = open_store("orders")
    Store.save(store, order)


def report(order):
    return len(order)
"""
OTHERS = {f"lib/part_{at}.py": f"def part_{at}():\n    return {at}\n" for at in range(30)}
DIFF = """\
diff --git a/app/store.py b/app/store.py
index 1111111..2222222 100644
--- a/app/store.py
+++ b/app/store.py
@@ -1,5 +1,6 @@
 class Store:
     def save(self, row):
+        validate(row)
         self.rows.append(row)

     def load(self, key):
"""


def tree(store: str) -> dict[str, str]:
    rules = "def validate(row):\n    assert row\n"
    return {"app/store.py": store, "app/service.py": SERVICE, "app/rules.py": rules, **OTHERS}


@pytest.fixture(scope="module")
def before() -> Snapshot:
    """Map the tree that the diff leads away from."""
    return mapped(tree(STORE))


def shown(of: Snapshot, focus: Focus, tokens: int = 2000) -> dict[str, RankedSymbol]:
    drawn = outline(of, OutlineRequest(tokens, focus=focus))
    ranked = sorted((one for file in drawn.files for one in file.symbols), key=lambda one: -one.rank)
    return {one.symbol.qualified_name: one for one in ranked}


def test_the_definition_whose_lines_are_touched_comes_first_and_its_callers_next(before: Snapshot) -> None:
    found = shown(before, Focus(diff=DIFF))
    assert next(iter(found)) == "Store.save"
    assert found["Store.save"].why[0] == "changed by the diff"
    assert found["submit"].why[0] == "uses changed Store.save"
    assert list(found).index("submit") < list(found).index("open_store")


def test_what_stands_beside_a_touched_line_is_not_changed(before: Snapshot) -> None:
    found = shown(before, Focus(diff=DIFF))
    assert found["Store"].why[0] == found["Store.load"].why[0] == "in a file that the diff changes"


def test_a_diff_that_leads_to_the_mapped_commit_is_read_by_its_new_lines() -> None:
    head = "# " + "-" * 20 + "\n"
    text = STORE.replace("def open_store", f"{head * 5}def open_store")
    diff = "".join(
        [
            "--- a/app/store.py\n+++ b/app/store.py\n@@ -8,3 +8,8 @@\n \n",
            "".join(f"+{head}" for _ in range(5)),
            " def open_store(path):\n-    return None\n+    return Store()\n",
        ]
    )
    found = shown(mapped(tree(text)), Focus(diff=diff))
    assert [name for name, one in found.items() if one.why[0] == "changed by the diff"] == ["open_store"]


def test_a_diff_of_other_lines_is_read_by_the_names_it_shows(before: Snapshot) -> None:
    moved = DIFF.replace("@@ -1,5 +1,6 @@", "@@ -8,5 +8,6 @@ class Store:")
    found = shown(before, Focus(diff=moved))
    assert found["Store"].why[0] == "changed by the diff"
    assert found["open_store"].why[0] != "changed by the diff"


def test_a_new_file_a_renamed_file_and_a_quoted_name_are_found() -> None:
    of = mapped({"old/näme.py": "def work():\n    return 1\n", **OTHERS})
    renamed = (
        'diff --git "a/old/n\\303\\244me.py" "b/new/n\\303\\244me.py"\nsimilarity index 100%\n'
        'rename from "old/n\\303\\244me.py"\nrename to "new/n\\303\\244me.py"\n'
    )
    assert shown(of, Focus(diff=renamed))["work"].why[0] == "in a file that the diff changes"
    added = "--- /dev/null\n+++ b/lib/part_3.py\n@@ -0,0 +1,2 @@\n+def part_3():\n+    return 3\n"
    assert shown(of, Focus(diff=added))["part_3"].why[0] == "changed by the diff"


def test_the_etag_depends_on_the_diff(before: Snapshot) -> None:
    with_diff, without = (etag_of(before, OutlineRequest(focus=Focus(diff=diff))) for diff in (DIFF, ""))
    assert with_diff != without


def test_a_diff_of_files_that_are_not_here_leaves_the_plain_rank(before: Snapshot) -> None:
    foreign = "diff --git a/x.zig b/x.zig\n--- a/x.zig\n+++ b/x.zig\n@@ -1 +1 @@\n-qqq\n+zzz\n"
    plain = outline(before, OutlineRequest(500)).text
    assert outline(before, OutlineRequest(500, focus=Focus(diff=foreign))).text == plain


@pytest.mark.parametrize("text", ["hello", "+ one\n- two\n", "@@ nothing @@", "x" * (LONGEST + 1)])
def test_what_is_no_diff_or_too_long_is_refused(text: str) -> None:
    with pytest.raises(InvalidArgumentError):
        check(text)


@pytest.mark.parametrize(
    "unit",
    [
        "@@ -1 +1 @@\n",
        "@@ -999999999,999999999 +999999999,999999999 @@ f\n-a\n",
        "diff --git a/app/store.py b/app/store.py\n--- a/app/store.py\n+++ b/app/store.py\n@@ -1 +1 @@\n-a\n+b\n",
        "--- \n+++ \n",
        '--- "a\\9\\\n',
        "@@ -1,9 +1,9 @@\n\\ No newline\n\r\n é\x00\n",
        "diff --cc app/store.py\n@@@ -1,2 -1,2 +1,3 @@@\n++x\n",
        "\n",
        "-",
        "rename from \nrename to a/b\nindex 0000000..0000000\n",
    ],
)
def test_hostile_diffs_are_read_in_linear_time(before: Snapshot, unit: str) -> None:
    text = "--- a/app/store.py\n" + unit * (LONGEST // len(unit))
    started = time.process_time()
    outline(before, OutlineRequest(500, focus=Focus(diff=text)))
    assert time.process_time() - started < 5


def test_a_line_inside_of_a_hunk_is_never_read_as_a_header() -> None:
    (file,) = read("--- a/q.sql\n+++ b/q.sql\n@@ -1,2 +1,2 @@\n--- a comment\n+++ another\n context\n")
    assert (file.old.path, file.new.path) == ("a/q.sql", "b/q.sql")
    assert file.changed == ["-- a comment", "++ another"]
