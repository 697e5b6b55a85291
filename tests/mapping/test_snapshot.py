"""What a snapshot shows, and that the same commit is the same bytes."""

from pathlib import Path

import pytest

from services.errors import NotFoundError
from services.mapping.artifact import ListedFile
from services.mapping.columns import CorruptSnapshotError, require_whole
from services.mapping.records import DefinitionKind, FileSkipped, SkipReason
from services.mapping.snapshot import Snapshot
from tests.support.records import SourceText, artifact, artifact_of, entry, snapshot


def project() -> list[SourceText]:
    """Make a core that three files use, one of them a test."""
    core = SourceText("src/core/engine.py")
    core.klass("Engine", "start_motor", "stop_motor", "_oil")
    core.define("build_repo_map")
    core.define("MapStatus", DefinitionKind.ENUM)
    users = []
    for path in ("src/app.py", "src/cli.py", "tests/probe.py"):
        user = SourceText(path)
        user.bring("core.engine", "Engine")
        main = user.define(f"main_{Path(path).stem}")
        user.use("Engine", scope=main, count=2)
        users.append(user)
    return [core, *users]


OTHERS = ["README.md", "docs/guide.rst", "docs/img/logo.png", "LICENSE", "vendor/x/README.md"]


@pytest.fixture(scope="module")
def opened() -> Snapshot:
    return snapshot(*project(), others=OTHERS)


def test_the_order_of_the_files_changes_no_byte() -> None:
    expected = artifact(project(), others=OTHERS)
    for turn in range(4):
        files = project()
        assert artifact(files[turn:] + files[:turn][::-1], others=OTHERS[::-1]) == expected


def test_bytes_of_something_else_are_refused() -> None:
    whole = artifact(project())
    for broken in (b"", b"GRATMAP", b"x" * 500, whole[:300], whole[:-4000]):
        with pytest.raises(CorruptSnapshotError):
            Snapshot.load(broken)


def test_one_other_byte_anywhere_behind_the_header_is_found() -> None:
    whole = artifact(project())
    require_whole(whole)
    for at in (len(whole) // 2, len(whole) - 1):
        with pytest.raises(CorruptSnapshotError, match="damaged"):
            require_whole(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    for broken in (whole + b"x", whole[:-1]):
        with pytest.raises(CorruptSnapshotError, match="damaged"):
            require_whole(broken)


def test_listed_is_parsed_plus_skipped_and_shares_sum_to_one(opened: Snapshot) -> None:
    coverage = opened.coverage
    assert (coverage.files_listed, coverage.files_parsed, coverage.files_skipped) == (9, 4, 5)
    assert coverage.references == coverage.resolved + coverage.ambiguous + coverage.unresolved == 6
    assert sum(share.share for share in opened.languages) == pytest.approx(1, abs=1e-4)
    assert sum(file.rank for file in opened.files(limit=1000).items) == pytest.approx(1, abs=1e-4)
    assert sum(one.rank for one in opened.symbols(limit=1000).items) == pytest.approx(1, abs=1e-4)


def test_what_others_use_ranks_first_and_tests_last(opened: Snapshot) -> None:
    files = [file.path for file in opened.files(order="RANK").items if file.rank]
    assert (files[0], files[-1]) == ("src/core/engine.py", "tests/probe.py")
    assert opened.symbols().items[0].qualified_name == "Engine"
    critical = opened.critical_files()[0]
    assert (critical.path, critical.referring_files) == ("src/core/engine.py", 3)


def test_a_skipped_file_is_listed_with_its_reason() -> None:
    files = [ListedFile(entry("a.bin"), -1, FileSkipped(SkipReason.BINARY, "byte 12 is NUL"))]
    opened = Snapshot.load(artifact_of(files, []))
    (skipped,) = opened.skipped().items
    assert (skipped.path, skipped.reason, skipped.detail) == ("a.bin", SkipReason.BINARY, "byte 12 is NUL")
    file = opened.file("a.bin")
    assert file is not None
    assert (file.skipped, file.language, file.symbols, file.blob) == (SkipReason.BINARY, None, 0, entry("a.bin").blob)


def test_files_are_found_by_folder_language_and_page(opened: Snapshot) -> None:
    assert [file.path for file in opened.files(paths=["src", "LICENSE"]).items] == [
        "LICENSE",
        "src/app.py",
        "src/cli.py",
        "src/core/engine.py",
    ]
    assert opened.files(language="python").total == 4
    assert opened.files(language="cobol").total == 0
    page = opened.files(offset=2, limit=3)
    assert (len(page.items), page.total, page.has_next) == (3, 9, True)
    assert opened.file("src") is None


def test_a_tree_sums_over_its_folders(opened: Snapshot) -> None:
    top = {one.path: one for one in opened.tree()}
    assert list(top) == ["LICENSE", "README.md", "docs", "src", "tests", "vendor"]
    assert (top["docs"].is_directory, top["docs"].files, top["docs"].size_bytes) == (True, 2, 200)
    assert top["src"].lines == sum(file.lines for file in opened.files(paths=["src"]).items)
    assert [one.path for one in opened.tree("docs", depth=2)] == ["docs/guide.rst", "docs/img", "docs/img/logo.png"]


@pytest.mark.parametrize("written", ["docs/img/", "./docs/img", "/docs//img", "docs/./img/."])
def test_a_folder_may_be_written_as_a_shell_would(opened: Snapshot, written: str) -> None:
    assert [one.path for one in opened.tree(written)] == ["docs/img/logo.png"]
    assert [file.path for file in opened.files(paths=[written]).items] == ["docs/img/logo.png"]
    assert opened.file(f"{written}/logo.png") == opened.file("docs/img/logo.png") is not None
    assert opened.tree(".") == opened.tree()


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("nowhere", "root"),
        ("doc", "root"),
        ("docs/../docs", "root"),
        ("README.md", "file"),
        ("docs/img/logo.png", "file"),
    ],
)
def test_what_is_no_folder_has_no_tree(opened: Snapshot, path: str, hint: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        opened.tree(path)
    assert hint in str(caught.value.hint)


def test_a_folder_counts_its_files_by_extension_and_language(opened: Snapshot) -> None:
    docs, src = (next(one for one in opened.tree() if one.path == path) for path in ("docs", "src"))
    assert [(one.name, one.files, one.size_bytes) for one in docs.extensions] == [("png", 1, 100), ("rst", 1, 100)]
    assert docs.languages == ()
    assert [(one.name, one.files, one.lines) for one in src.languages] == [("python", 3, src.lines)]
    assert [(one.name, one.lines) for one in src.extensions] == [("py", src.lines)]


def test_a_folder_of_many_kinds_tells_the_most_frequent() -> None:
    files = [f"a/{name}.{'x' * kind}" for kind in range(1, 20) for name in range(kind)]
    (folder,) = snapshot(others=[*files, "a/.hidden", "a/Makefile"]).tree()
    assert [len(one.name) for one in folder.extensions] == [0, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6]
    assert [one.files for one in folder.extensions][:3] == [17 + 18 + 19 + 2, 16, 15]


def test_a_tree_ends_where_it_is_told_to() -> None:
    deep = snapshot(others=[f"{'d/' * depth}f{depth}" for depth in range(40)])
    assert len(deep.tree(depth=32, most=7)) == 7
    assert len(deep.tree(depth=3)) == 6


def test_documentation_begins_with_the_readme_and_ends_with_other_peoples(opened: Snapshot) -> None:
    assert [file.path for file in opened.documentation().items] == [
        "README.md",
        "LICENSE",
        "docs/guide.rst",
        "vendor/x/README.md",
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Engine", ["Engine"]),
        ("engine", ["Engine"]),
        ("repoMap", ["build_repo_map"]),
        ("map", ["MapStatus", "build_repo_map"]),
        ("motor st", ["start_motor", "stop_motor"]),
        ("Engine.stop", ["stop_motor"]),
        ("Engine::start_motor", ["start_motor"]),
        ("ild_re", ["build_repo_map"]),
        ("nothing here", []),
        ("m", ["MapStatus", "main_app", "main_cli", "main_probe"]),
    ],
)
def test_symbols_are_found_by_prefix_part_and_substring(opened: Snapshot, query: str, expected: list[str]) -> None:
    found = [one.name for one in opened.symbols(query=query).items]
    assert sorted(found) == sorted(expected)


def test_an_exact_name_comes_before_a_prefix_and_a_prefix_before_a_part() -> None:
    file = SourceText("a.py")
    for name in ("remap", "big_map", "map_all", "map", "Map"):
        file.define(name)
    assert [one.name for one in snapshot(file).symbols(query="map").items] == [
        "map",
        "Map",
        "map_all",
        "big_map",
        "remap",
    ]


def test_symbols_are_filtered_by_kind_and_path(opened: Snapshot) -> None:
    methods = opened.symbols(kinds=[DefinitionKind.METHOD])
    assert {one.name for one in methods.items} == {"start_motor", "stop_motor", "_oil"}
    assert opened.symbols(query="main", paths=["tests"]).total == 1
    assert [one.name for one in opened.symbols_of("src/core/engine.py")][:2] == ["Engine", "start_motor"]
    assert opened.symbols_of("nowhere.py") == ()


@pytest.mark.parametrize("index", [-1, 10_000])
def test_a_symbol_that_is_not_there_is_a_typed_error(opened: Snapshot, index: int) -> None:
    with pytest.raises(NotFoundError):
        opened.symbol(index)


def test_callees_are_the_other_side_of_callers(opened: Snapshot) -> None:
    main = opened.symbols(query="main_app").items[0]
    (edge,) = opened.callees(main.index).items
    assert (edge.target.name, edge.path, edge.strategy.value) == ("Engine", "src/app.py", "IMPORTED")
    assert edge in opened.callers(edge.target.index).items
    assert opened.callers(edge.target.index, min_confidence=0.99).total == 0


def test_a_path_that_is_no_utf_8_is_shown_and_found_by_what_is_shown() -> None:
    file = SourceText("caf\udce9/\udcff.py")
    file.define("brew")
    opened = snapshot(file)
    assert opened.paths == ("caf\\xe9/\\xff.py",)
    assert opened.symbols_of("caf\\xe9/\\xff.py")[0].name == "brew"
    assert opened.tree()[0].path == "caf\\xe9"


def test_a_map_without_files_can_be_asked_everything() -> None:
    empty = snapshot()
    assert empty.files().total == empty.symbols().total == empty.symbols(query="x").total == empty.skipped().total == 0
    assert [*empty.tree(), *empty.documentation().items, *empty.critical_files(), *empty.languages] == []
