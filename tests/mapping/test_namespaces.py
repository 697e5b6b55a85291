"""Names that files know because they open the same namespace, or name another one: text in, edges out."""

from collections.abc import Mapping

import pytest

from tests.support.records import callers, mapped

PACKAGE = ("SAME_PACKAGE", 0.9)
IMPORTED = ("IMPORTED", 0.95)
INHERITED = ("IMPORTED", 0.8)
TYPED = ("RECEIVER_TYPE", 0.8)


def who(files: Mapping[str, str], name: str) -> set[tuple[str, str, float]]:
    return {edge for edge in callers(mapped(files), name) if edge[2] >= 0.8}


RUBY = {
    "lib/shop.rb": (
        "module Shop\n  class << self\n    def ledger\n      @ledger ||= Ledger.new(1)\n    end\n  end\n"
        "  def self.open_all\n    ledger\n  end\nend\n"
    ),
    "lib/shop/ledger.rb": "module Shop\n  class Ledger\n    def enter(row)\n    end\n  end\nend\n",
    "lib/shop/entry.rb": (
        "module Shop\n  class Entry\n    include Printable\n    def self.read(text)\n    end\n"
        "    def sum\n    end\n  end\nend\n"
    ),
    "lib/shop/printable.rb": "module Shop\n  module Printable\n    def show(style)\n    end\n  end\nend\n",
    "lib/shop/receipt.rb": (
        "module Shop\n  class Receipt < Entry\n    def file\n      Shop.ledger.enter(self)\n      show(:plain)\n"
        '      Entry.read("a")\n    end\n  end\nend\n'
    ),
    "lib/other.rb": (
        "module Other\n  class Receipt\n    def file\n      Shop::Entry.read(1)\n      Entry.read(2)\n"
        "    end\n  end\nend\n"
    ),
    "lib/compact.rb": "module Shop::Print\n  def self.go\n    Entry.read(3)\n  end\nend\n",
}


def test_ruby_finds_constants_of_the_modules_around_the_code_in_other_files() -> None:
    assert who(RUBY, "Shop.Entry") >= {("Shop.Receipt", *PACKAGE)}
    assert who(RUBY, "Shop.Printable") == {("Shop.Entry", *PACKAGE)}


def test_ruby_calls_methods_of_a_module_that_many_files_open() -> None:
    assert ("Shop.Receipt.file", *PACKAGE) in who(RUBY, "Shop.ledger")
    assert who(RUBY, "Shop.Ledger.enter") == {("Shop.Receipt.file", *TYPED)}


def test_ruby_inherits_what_a_base_in_another_file_includes() -> None:
    assert who(RUBY, "Shop.Printable.show") == {("Shop.Receipt.file", *INHERITED)}


def test_ruby_leads_to_the_part_of_a_class_that_has_its_methods() -> None:
    files = {
        "a.rb": "module Shop\n  class Entry\n    class Cleaner\n    end\n  end\nend\n",
        "b.rb": RUBY["lib/shop/entry.rb"],
        "c.rb": "class Use < Shop::Entry\nend\n",
    }
    map_ = mapped(files)
    parts = {one.path: one.index for one in map_.symbols(limit=100).items if one.qualified_name == "Shop.Entry"}
    called = {path: len(map_.callers(index, limit=10, min_confidence=0).items) for path, index in parts.items()}
    assert called == {"a.rb": 0, "b.rb": 1}


def test_ruby_takes_a_name_for_that_of_a_module_only_inside_of_it_or_by_its_path() -> None:
    """Inside `module Shop::Print` the names of `Shop` are not seen, as Ruby has it."""
    assert who(RUBY, "Shop.Entry.read") == {("Shop.Receipt.file", *PACKAGE), ("Other.Receipt.file", *PACKAGE)}


CSHARP = {
    "Store/Rows.cs": (
        "namespace Shop.Store\n{\n    public class Rows\n    {\n        public void Touch() { }\n"
        "        public static Rows Make() { return null; }\n    }\n}\n"
    ),
    "Store/Disk.cs": "namespace Shop.Store;\n\npublic class Disk\n{\n    Rows rows = new Rows();\n}\n",
    "Store/Deep/Tape.cs": (
        "namespace Shop.Store.Deep;\n\npublic class Tape\n{\n    void Wind() { Rows.Make().Touch(); }\n}\n"
    ),
    "App/Main.cs": (
        "using Shop.Store;\nusing Other = Shop.Store.Disk;\nusing static Shop.App.Texts;\n\nnamespace Shop.App\n{\n"
        "    class Main\n    {\n        void Run(Rows rows) { rows.Touch(); Fold(1); new Other(); }\n    }\n}\n"
    ),
    "App/Texts.cs": (
        "namespace Shop.App\n{\n    static class Texts\n    {\n        public static void Fold(int x) { }\n    }\n}\n"
    ),
    "Far/Far.cs": (
        "namespace Far\n{\n    class Far\n    {\n        void Run() { new Disk(); Shop.Store.Rows.Make(); }\n    }\n}\n"
    ),
    "App/Part1.cs": (
        "namespace Shop.App\n{\n    partial class Parts\n    {\n        void First() { Second(); }\n    }\n}\n"
    ),
    "App/Part2.cs": "namespace Shop.App\n{\n    partial class Parts\n    {\n        void Second() { }\n    }\n}\n",
}


def test_csharp_sees_its_namespace_and_those_around_it_in_blocks_and_files() -> None:
    assert who(CSHARP, "Shop.Store.Rows.Make") == {("Tape.Wind", *PACKAGE), ("Far.Far.Run", *PACKAGE)}
    assert ("Disk", *PACKAGE) in who(CSHARP, "Shop.Store.Rows")


def test_csharp_follows_using_of_a_namespace_of_a_class_and_under_another_name() -> None:
    assert who(CSHARP, "Shop.Store.Rows.Touch") == {("Shop.App.Main.Run", *TYPED), ("Tape.Wind", *TYPED)}
    assert who(CSHARP, "Shop.App.Texts.Fold") == {("Shop.App.Main.Run", *IMPORTED)}
    assert who(CSHARP, "Disk") == {("Shop.App.Main.Run", *IMPORTED)}


def test_csharp_takes_the_parts_of_a_class_for_one() -> None:
    assert who(CSHARP, "Shop.App.Parts.Second") == {("Shop.App.Parts.First", *PACKAGE)}


def test_csharp_does_not_choose_between_a_type_and_its_generic_namesake() -> None:
    files = {
        "a.cs": "namespace A { class Box { } class Box<T> { } }",
        "b.cs": "namespace A { class Use { void Run() { new Box<int>(); } } }",
    }
    assert who(files, "A.Box") == set()


PHP = {
    "src/Rows/Row.php": (
        "<?php\nnamespace Shop\\Rows;\n\nclass Row { public static function make() {} }\nfunction fold() {}\n"
    ),
    "other/Line.php": (
        "<?php\nnamespace Shop\\Rows;\n\nclass Line extends Row { function go() { Row::make(); fold(); } }\n"
    ),
    "src/Rows/Far.php": "<?php\nnamespace Shop\\Far;\n\nfunction far() { new Row(); new \\Row(); }\n",
    "lib/Row.php": "<?php\nclass Row {}\nfunction plain() {}\n",
    "src/Use.php": (
        "<?php\nnamespace App;\n\nuse Shop\\Rows\\Row as Record;\nuse Shop\\Rows;\nuse function Shop\\Rows\\fold;\n\n"
        "function use_it() { new Record(); Rows\\Row::make(); fold(); plain(); }\n"
        "function whole() { \\Shop\\Rows\\Row::make(); }\n"
    ),
    "src/Rows/Wrong.php": "<?php\nnamespace App;\n\nuse Elsewhere\\Rows\\Row;\n\nfunction wrong() { new Row(); }\n",
}


def test_php_sees_classes_and_functions_of_its_namespace_in_any_folder() -> None:
    assert ("Line", *PACKAGE) in who(PHP, "Row")
    assert who(PHP, "fold") == {("Line.go", *PACKAGE), ("use_it", *IMPORTED)}


def test_php_follows_use_by_the_namespace_and_not_by_the_path() -> None:
    assert who(PHP, "Row.make") == {("Line.go", *PACKAGE), ("use_it", *IMPORTED), ("whole", *PACKAGE)}
    assert not any(caller == "wrong" for caller, _, _ in callers(mapped(PHP), "Row"))


def test_php_falls_back_to_global_functions_and_never_to_global_classes() -> None:
    assert who(PHP, "plain") == {("use_it", *PACKAGE)}
    files = {"row.php": PHP["lib/Row.php"], "far.php": PHP["src/Rows/Far.php"].replace("new \\Row();", "")}
    assert callers(mapped(files), "Row") == set()
    files["far.php"] = PHP["src/Rows/Far.php"]
    assert callers(mapped(files), "Row") == {("far", *PACKAGE)}


CPP = {
    "rows/row.hpp": (
        "namespace shop {\nclass Disk {\n public:\n  void spin();\n};\nclass Row {\n public:\n  void touch();\n"
        "  void fold();\n private:\n  Disk* disk_;\n};\nRow* make_row(int size);\ninline int width() { return 1; }\n}\n"
    ),
    "rows/row.cpp": (
        '#include "rows/row.hpp"\nnamespace shop {\nstatic int hidden() { return 2; }\n'
        "void Disk::spin() {}\nvoid Row::touch() { fold(); disk_->spin(); hidden(); }\nvoid Row::fold() {}\n"
        "Row* make_row(int size) { return nullptr; }\n}\n"
    ),
    "app/wide.hpp": '#include "rows/row.hpp"\n',
    "app/main.cpp": (
        '#include "app/wide.hpp"\nvoid run() { shop::make_row(1); }\n'
        "namespace shop {\nvoid inside() { Row* row = make_row(2); row->touch(); width(); hidden(); }\n}\n"
    ),
    "app/used.cpp": (
        '#include "app/wide.hpp"\nusing namespace shop;\nusing shop::width;\nvoid used() { make_row(3); width(); }\n'
    ),
    "app/blind.cpp": "namespace shop {\nvoid blind() { make_row(4); }\n}\n",
}


def test_cpp_finds_what_an_included_header_announces_in_the_namespace() -> None:
    edges = who(CPP, "shop.make_row")
    assert edges == {("run", *PACKAGE), ("shop.inside", *PACKAGE), ("used", *IMPORTED)}


def test_cpp_sees_nothing_of_a_namespace_without_an_include_and_nothing_static() -> None:
    assert not any(caller == "shop.blind" for caller, _, _ in who(CPP, "shop.make_row"))
    assert {caller for caller, _, _ in who(CPP, "shop.hidden")} == {"touch"}


def test_cpp_knows_the_class_of_a_method_that_is_defined_in_another_file() -> None:
    assert who(CPP, "fold") == {("touch", "SAME_FILE", 0.95)}
    assert who(CPP, "spin") == {("touch", *TYPED)}
    assert who(CPP, "touch") == {("shop.inside", *TYPED)}


def test_cpp_follows_using_of_one_name_and_of_a_namespace() -> None:
    assert who(CPP, "shop.width") == {
        ("shop.inside", *PACKAGE),
        ("used", *IMPORTED),
        ("app/used.cpp", *PACKAGE),
    }


@pytest.mark.parametrize(
    ("path", "one"),
    [
        ("{}.rb", "module M{0}\n  module Shared\n    class C{0}\n      X.y\n    end\n  end\nend\n"),
        ("{}.cs", "using N{1};\nnamespace N{0}.Shared {{ partial class C {{ void F() {{ N{1}.Shared.C.F(); }} }} }}\n"),
        (
            "{}.php",
            "<?php\nnamespace N{0}\\Shared;\nuse N{1}\\Shared\\C as D;\nclass C {{ function f() {{ D::f(); }} }}\n",
        ),
        ("{}.cpp", "namespace n{0} {{ namespace shared {{ using namespace n{1}; void f() {{ n{1}::g(); }} }} }}\n"),
    ],
)
def test_thousands_of_namespaces_cost_what_thousands_of_files_do(path: str, one: str) -> None:
    files = {path.format(number): one.format(number, (number + 1) % 3000) for number in range(3000)}

    assert mapped(files).coverage.references > 0
