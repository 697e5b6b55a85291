"""Who is meant by a name: the ladder, rung by rung, in hand-made files."""

import pytest

from services.mapping.records import DefinitionKind, ReferenceKind
from tests.support.records import SourceText, callers, snapshot

SAME, IMPORTED, REEXPORTED = ("SAME_FILE", 0.95), ("IMPORTED", 0.95), ("IMPORTED", 0.85)


def python(path: str) -> SourceText:
    return SourceText(path)


def test_a_call_of_a_function_in_the_same_file_is_sure() -> None:
    file = python("a.py")
    file.define("helper")
    main = file.define("main")
    file.use("helper", scope=main)
    assert callers(snapshot(file), "helper") == {("main", *SAME)}


def test_a_call_on_self_means_the_method_of_the_own_class_and_not_its_namesake() -> None:
    file = python("a.py")
    own = file.klass("Own", "run", "save_all")
    other = file.klass("Other", "save_all")
    file.use("save_all", on="self", scope=own + 1)
    map_ = snapshot(file)
    assert callers(map_, "Own.save_all") == {("Own.run", *SAME)}
    assert callers(map_, "Other.save_all") == set()
    assert other == 3


def test_a_call_on_self_finds_the_method_of_a_base_class_in_another_file() -> None:
    base = python("pkg/base.py")
    base.klass("Base", "prepare_it")
    derived = python("pkg/derived.py")
    derived.bring("base", "Base", level=1)
    row = derived.klass("Derived", "run")
    derived.use("Base", scope=row, kind=ReferenceKind.BASE)
    derived.use("prepare_it", on="self", scope=row + 1)
    map_ = snapshot(base, derived)
    assert callers(map_, "Base.prepare_it") == {("Derived.run", "IMPORTED", 0.8)}


def test_super_means_the_inherited_method_and_not_the_own_one() -> None:
    file = python("a.py")
    file.klass("Base", "save_it")
    row = file.klass("Derived", "save_it")
    file.use("Base", scope=row, kind=ReferenceKind.BASE)
    file.use("save_it", on="super()", scope=row + 1)
    assert callers(snapshot(file), "Base.save_it") == {("Derived.save_it", "IMPORTED", 0.8)}


def test_a_key_of_a_go_literal_is_not_the_function_of_that_name() -> None:
    file = SourceText("a.go", "go")
    row = file.define("Option", DefinitionKind.STRUCT)
    file.define("Name", DefinitionKind.FIELD, parent=row)
    function = file.define("Name")
    file.use("Name", kind=ReferenceKind.NAME)
    file.use("Option", kind=ReferenceKind.NAME)
    map_ = snapshot(file)
    assert map_.callers(function).total == 0
    assert map_.callers(row).total == 1


def test_a_bare_name_in_a_method_is_not_the_method_of_that_name() -> None:
    file = python("a.py")
    row = file.klass("Store", "load", "open_it")
    file.use("load", scope=row + 2)
    assert callers(snapshot(file), "Store.load") == set()


def test_a_name_imported_from_a_module_is_that_modules_definition() -> None:
    target, other = python("pkg/one.py"), python("pkg/two.py")
    target.define("work")
    other.define("work")
    user = python("app/main.py")
    user.bring("pkg.one", "work", "do_it")
    main = user.define("main")
    user.use("do_it", scope=main)
    map_ = snapshot(target, other, user)
    found = map_.symbols(query="work").items
    assert [(one.path, map_.callers(one.index).total) for one in found] == [("pkg/one.py", 1), ("pkg/two.py", 0)]


def test_a_module_imported_under_another_name_gives_its_functions() -> None:
    target = python("pkg/deep/one.py")
    target.define("work")
    user = python("main.py")
    user.bring("pkg.deep.one", None, "short")
    user.use("work", on="short")
    assert callers(snapshot(target, user), "work") == {("main.py", *IMPORTED)}


def test_a_dotted_module_is_followed_segment_by_segment() -> None:
    target, package = python("pkg/deep/one.py"), python("pkg/__init__.py")
    target.define("work")
    user = python("main.py")
    user.bring("pkg.deep.one", None, "pkg")
    user.use("work", on="pkg.deep.one")
    assert callers(snapshot(target, package, user), "work") == {("main.py", *IMPORTED)}


def test_a_relative_import_counts_its_dots_from_the_own_package() -> None:
    target = python("pkg/core/one.py")
    target.define("work")
    user = python("pkg/api/views.py")
    user.bring("core.one", "work", level=2)
    user.use("work")
    assert callers(snapshot(target, user), "work") == {("pkg/api/views.py", *IMPORTED)}


@pytest.mark.parametrize("wildcard", [False, True], ids=["by name", "by star"])
def test_a_re_export_through_two_packages_leads_to_the_definition(wildcard: bool) -> None:  # noqa: FBT001 - parametrised
    target = python("lib/inner/impl.py")
    target.klass("Engine")
    inner, outer = python("lib/inner/__init__.py"), python("lib/__init__.py")
    inner.bring("impl", "Engine", level=1)
    outer.bring("inner", "*" if wildcard else "Engine", level=1)
    user = python("main.py")
    user.bring("lib", "Engine")
    user.use("Engine")
    assert callers(snapshot(target, inner, outer, user), "Engine") == {("main.py", *REEXPORTED)}


def test_imports_in_a_circle_come_to_an_end() -> None:
    first, second = python("p/a.py"), python("p/b.py")
    first.bring("b", "ghost", level=1)
    second.bring("a", "ghost", level=1)
    first.use("ghost")
    assert snapshot(first, second).coverage.unresolved == 1


def test_what_an_external_module_gives_is_never_a_namesake_of_ours() -> None:
    ours = python("util/paths.py")
    ours.define("join")
    ours.klass("Path", "joinpath")
    user = python("main.py")
    user.bring("os", None)
    user.bring("pathlib", "Path")
    user.use("join", on="os.path")
    user.use("Path")
    user.use("joinpath", on="Path")
    coverage = snapshot(ours, user).coverage
    assert (coverage.resolved, coverage.ambiguous, coverage.unresolved) == (0, 0, 3)


def test_a_standard_library_module_is_not_a_file_of_that_name_inside_a_package() -> None:
    inner, package = python("pkg/serializers/json.py"), python("pkg/serializers/__init__.py")
    inner.define("dumps")
    user = python("pkg/main.py")
    user.bring("json", None)
    user.use("dumps", on="json")
    assert callers(snapshot(inner, package, user), "dumps") == set()


def test_a_common_method_on_an_unknown_receiver_is_not_guessed() -> None:
    ours = python("query.py")
    ours.klass("QuerySet", "get", "prefetch_related")
    user = python("main.py")
    user.bring("query", "QuerySet")
    user.use("get", on="options")
    user.use("prefetch_related", on="?")
    map_ = snapshot(ours, user)
    assert callers(map_, "QuerySet.get") == set()
    assert callers(map_, "QuerySet.prefetch_related") == {("main.py", "UNIQUE_NAME", 0.5)}


def test_a_method_with_several_definers_counts_as_ambiguous_and_is_shown_to_nobody() -> None:
    ours = python("query.py")
    ours.klass("First", "evaluate")
    ours.klass("Second", "evaluate")
    user = python("main.py")
    user.use("evaluate", on="thing", count=3)
    map_ = snapshot(ours, user)
    assert map_.coverage.ambiguous == 3
    assert callers(map_, "First.evaluate") | callers(map_, "Second.evaluate") == set()


def test_a_definition_in_a_test_is_not_what_production_code_means() -> None:
    test = python("tests/test_it.py")
    test.klass("Case", "frobnicate")
    user = python("main.py")
    user.use("frobnicate", on="thing")
    assert callers(snapshot(test, user), "Case.frobnicate") == set()


def test_a_class_used_as_a_receiver_gives_its_member() -> None:
    ours = python("models.py")
    ours.klass("Model", "from_db")
    user = python("main.py")
    user.bring("models", "Model")
    user.use("from_db", on="Model")
    assert callers(snapshot(ours, user), "Model.from_db") == {("main.py", *IMPORTED)}


def test_languages_that_cannot_call_each_other_never_meet() -> None:
    go = SourceText("a/x.go", "go")
    go.define("Compute")
    ruby = SourceText("a/x.rb", "ruby")
    ruby.use("Compute")
    assert callers(snapshot(go, ruby), "Compute") == set()


@pytest.mark.parametrize(
    ("path", "module"),
    [
        ("src/lib/tool.ts", "../lib/tool"),
        ("src/lib/tool.ts", "../lib/tool.js"),
        ("src/lib/index.tsx", "../lib"),
        ("src/lib/tool.js", "@/lib/tool"),
    ],
)
def test_a_script_import_finds_its_file_by_extension_and_index(path: str, module: str) -> None:
    target = SourceText(path, "typescript")
    target.define("tool")
    user = SourceText("src/app/main.ts", "typescript")
    user.bring(module, "tool")
    user.use("tool")
    assert callers(snapshot(target, user), "tool") == {("src/app/main.ts", *IMPORTED)}


def test_default_and_namespace_imports_and_barrels_of_scripts_are_followed() -> None:
    target = SourceText("lib/Button.tsx", "tsx")
    target.define("Button")
    target.define("variants")
    barrel = SourceText("lib/index.ts", "typescript")
    barrel.bring("./Button", "*", None)
    user = SourceText("app.tsx", "tsx")
    user.bring("./lib/Button", "default", "Knob")
    user.bring("./lib", "*", "ui")
    user.imports[-1] = (*user.imports[-1][:2], user.strings.setdefault("ui", len(user.strings)), 0, 1, 0)
    user.use("Knob")
    user.use("variants", on="ui")
    map_ = snapshot(target, barrel, user)
    assert callers(map_, "Button") == {("app.tsx", *IMPORTED)}
    assert callers(map_, "variants") == {("app.tsx", *REEXPORTED)}


def test_a_go_package_is_its_folder_and_is_found_by_the_modules_path() -> None:
    target, neighbour = SourceText("pkg/api/server.go", "go"), SourceText("pkg/api/start.go", "go")
    row = target.define("Server", DefinitionKind.STRUCT)
    target.define("NewServer")
    neighbour.define("start", DefinitionKind.METHOD, signature="func (s *Server) start() error")
    neighbour.use("NewServer")
    neighbour.use("shut", on="s", scope=0)
    target.define("shut", DefinitionKind.METHOD, signature="func (s *Server) shut()")
    user = SourceText("cmd/main.go", "go")
    user.bring("example.com/tool/pkg/api", None, "api")
    user.use("NewServer", on="api")
    map_ = snapshot(target, neighbour, user)
    assert row == 0
    assert callers(map_, "NewServer") == {("pkg/api/start.go", "SAME_PACKAGE", 0.9), ("cmd/main.go", *IMPORTED)}
    assert callers(map_, "shut") == {("start", "SAME_PACKAGE", 0.9)}


def test_every_site_is_resolved_ambiguous_or_unresolved() -> None:
    file = python("a.py")
    file.klass("One", "evaluate")
    file.klass("Two", "evaluate")
    file.use("One", count=4)
    file.use("evaluate", on="x", count=2)
    file.use("print", count=5)
    coverage = snapshot(file).coverage
    assert (coverage.references, coverage.resolved, coverage.ambiguous, coverage.unresolved) == (11, 4, 2, 5)


def test_a_tangle_of_classes_that_inherit_each_other_costs_little() -> None:
    file = python("tangle.py")
    rows = [file.klass(f"Class{at}", f"method_{at}") for at in range(60)]
    for row in rows:
        for at in range(60):
            file.use(f"Class{at}", scope=row, kind=ReferenceKind.BASE)
    file.use("method_59", on="self", scope=rows[0] + 1)
    assert callers(snapshot(file), "Class59.method_59") == {("Class0.method_0", "IMPORTED", 0.8)}


def test_paths_of_hundreds_of_folders_cost_little() -> None:
    deep = "/".join("a" * 500)
    sources = [SourceText(f"{deep}/m{at}.py") for at in range(20)]
    sources += [SourceText(f"{deep}/M{at}.java", "java") for at in range(20)]
    for source in sources[:20]:
        source.bring("nowhere.at.all", "Thing")
        source.use("Thing")
    assert snapshot(*sources).coverage.unresolved == 20


def test_a_static_function_of_another_c_file_is_nobodys_to_call() -> None:
    server, benchmark, user = (SourceText(f"src/{name}.c", "c") for name in ("server", "benchmark", "user"))
    server.define("free_client", signature="void free_client(client *c)")
    benchmark.define("free_client", signature="static void free_client(client c)")
    user.use("free_client", scope=user.define("main"))
    map_ = snapshot(server, benchmark, user)
    assert [map_.callers(row, min_confidence=0).total for row in (0, 1)] == [0, 1]


def test_a_static_function_of_a_header_is_for_all_who_include_it() -> None:
    header, user = SourceText("src/list.h", "c"), SourceText("src/user.c", "c")
    header.define("list_length", signature="static inline int list_length(list *l)")
    user.use("list_length", scope=user.define("main"))
    assert callers(snapshot(header, user), "list_length") == {("main", "SAME_PACKAGE", 0.6)}
