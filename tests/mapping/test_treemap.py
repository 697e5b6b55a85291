"""The columns of a treemap: every file once, small ones summed up, ranks as places among all."""

import pytest

from services.errors import NotFoundError
from services.mapping.snapshot import Snapshot
from services.mapping.treemap import Treemap
from tests.support.records import SourceText, snapshot


def used(path: str, *names: str) -> SourceText:
    text = SourceText(path)
    text.klass("Engine", *names)
    return text


@pytest.fixture(scope="module")
def opened() -> Snapshot:
    core = used("src/core/engine.py", *(f"step_{number}" for number in range(20)))
    users = []
    for name in ("app", "cli", "web"):
        user = SourceText(f"src/users/{name}.py")
        user.bring("core.engine", "Engine")
        user.use("Engine", scope=user.define(f"main_{name}"))
        users.append(user)
    return snapshot(core, *users, others=["README.md", "docs/logo.png"])


def lines_of(opened: Snapshot) -> dict[str, int]:
    return {file.path: file.lines for file in opened.files(limit=100).items}


def test_every_file_has_a_row_with_its_own_numbers(opened: Snapshot) -> None:
    found = opened.treemap(most=100)
    assert dict(zip(found.paths, found.lines, strict=True)) == lines_of(opened)
    assert set(found.files) == {1}
    files = {file.path: file for file in opened.files(limit=100).items}
    assert list(found.symbols) == [files[path].symbols for path in found.paths]
    assert found.ranks == pytest.approx([files[path].rank for path in found.paths], abs=1e-8)
    named = [found.names[number] if number >= 0 else None for number in found.languages]
    assert named == [files[path].language for path in found.paths]


def test_a_place_is_the_share_of_the_parsed_files_that_rank_lower(opened: Snapshot) -> None:
    found = opened.treemap(most=100)
    places = dict(zip(found.paths, found.places, strict=True))
    assert places["src/core/engine.py"] == 3 / 4
    assert places["README.md"] == 0
    assert {places[f"src/users/{name}.py"] for name in ("app", "cli", "web")} == {0}, "none of three equals is higher"


def test_short_files_are_summed_up_in_their_folder(opened: Snapshot) -> None:
    found = opened.treemap(most=1)
    rows = dict(zip(found.paths, zip(found.files, found.lines, strict=True), strict=True))
    every = lines_of(opened)
    users = sum(lines for path, lines in every.items() if path.startswith("src/users/"))
    assert rows["src/core/engine.py"] == (1, every["src/core/engine.py"])
    assert rows["src/users"] == (3, users)
    assert rows["README.md"][0] == rows["docs/logo.png"][0] == 1


def test_a_sum_of_files_keeps_their_rank_and_has_the_place_of_their_mean(opened: Snapshot) -> None:
    whole, short = opened.treemap(most=100), opened.treemap(most=1)
    assert sum(short.ranks) == pytest.approx(sum(whole.ranks), abs=1e-6)
    users = short.paths.index("src/users")
    assert short.places[users] == whole.places[whole.paths.index("src/users/app.py")]
    assert short.languages[users] == -1


def test_a_folder_has_its_files_and_the_places_of_the_whole(opened: Snapshot) -> None:
    found = opened.treemap("src/users/", most=100)
    assert list(found.paths) == ["src/users/app.py", "src/users/cli.py", "src/users/web.py"]
    assert found.places == opened.treemap(most=100).places[-3:]


def test_what_is_no_folder_has_no_treemap(opened: Snapshot) -> None:
    with pytest.raises(NotFoundError):
        opened.treemap("src/user", most=100)


def test_columns_have_one_length(opened: Snapshot) -> None:
    def lengths(found: Treemap) -> set[int]:
        columns = (found.paths, found.files, found.lines, found.symbols, found.ranks, found.places, found.languages)
        return set(map(len, columns))

    assert lengths(opened.treemap(most=2)) == {len(opened.treemap(most=2).paths)}
