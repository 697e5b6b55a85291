"""Ruby: calls without parentheses and receivers, objects of classes, and what readers read."""

from collections.abc import Mapping

from services.mapping.artifact import ListedFile
from services.mapping.encoding import encode_record
from services.mapping.snapshot import Snapshot
from services.mapping.tags import extract
from tests.support.records import artifact_of, callers, entry

STORE = "class Store\n  def rows\n  end\nend\n"
SHELF = "class Shelf\n  def rows\n  end\nend\n"


def who(files: Mapping[str, str], name: str) -> set[tuple[str, float]]:
    records = [encode_record(extract(text.encode(), language="ruby")) for text in files.values()]
    listed = [ListedFile(entry(path), at) for at, path in enumerate(files)]
    snapshot = Snapshot.load(artifact_of(listed, records))
    return {(caller, confidence) for caller, _, confidence in callers(snapshot, name)}


def test_a_name_that_stands_alone_is_a_call_where_no_variable_has_it() -> None:
    source = "class Page\n  def url\n  end\n  def path\n    url\n  end\n  def text(url)\n    url\n  end\nend\n"
    assert who({"page.rb": source}, "Page.url") == {("Page.path", 0.95)}


def test_a_name_is_a_variable_after_assignment_in_a_block_and_in_a_rescue() -> None:
    names = ("url = 1", "all.each { |url| url }", "for url in all do; end", "begin; rescue => url; end")
    for declared in names:
        source = f"class Page\n  def url\n  end\n  def path\n    {declared}\n    url\n  end\nend\n"
        assert who({"page.rb": source}, "Page.url") == set()


def test_new_gives_an_object_of_its_class_with_and_without_arguments() -> None:
    for made in ("Store.new.rows", "Store.new(1).rows", "store = Store.new\n    store.rows"):
        files = {"a.rb": f"class Page\n  def text\n    {made}\n  end\nend\n", "b.rb": STORE, "c.rb": SHELF}
        assert who(files, "Store.rows") == {("Page.text", 0.8)}


def test_a_reader_gives_what_its_variable_holds() -> None:
    page = (
        "class Page\n  attr_reader :store\n  def initialize\n    @store = Store.new\n  end\n"
        "  def text\n    store.rows\n  end\nend\n"
    )
    assert who({"a.rb": page, "b.rb": STORE, "c.rb": SHELF}, "Store.rows") == {("Page.text", 0.8)}


def test_a_method_gives_its_last_expression_and_what_it_keeps() -> None:
    page = "class Page\n  def store\n    @store ||= Store.new(1)\n  end\n  def text\n    store.rows\n  end\nend\n"
    assert who({"a.rb": page, "b.rb": STORE, "c.rb": SHELF}, "Store.rows") == {("Page.text", 0.8)}


def test_the_class_of_an_object_has_its_methods() -> None:
    page = "class Page\n  def self.kinds\n  end\n  def text\n    self.class.kinds\n  end\nend\n"
    other = "class Other\n  def kinds\n  end\nend\n"
    assert who({"a.rb": page, "b.rb": other}, "Page.kinds") == {("Page.text", 0.8)}
