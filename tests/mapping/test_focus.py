"""What an asker works on comes first, and every symbol says why it is there."""

import pytest

from services.mapping.outline import outline
from services.mapping.snapshot import Snapshot
from services.mapping.spoken import spoken as words_of
from services.mapping.views import Focus, OutlineRequest
from services.mapping.words import parts, terms
from tests.support.records import SourceText, mapped, snapshot


@pytest.fixture(scope="module")
def opened() -> Snapshot:
    """Make a popular core, and a cloner that few use."""
    core = SourceText("core/model.py")
    core.klass("Model", "save_row")
    cloner = SourceText("git/cloner.py")
    row = cloner.klass("Cloner", "clone_repository")
    cloner.bring("git.transport", "Transport")
    cloner.use("Transport", scope=row)
    transport = SourceText("git/transport.py")
    transport.define("Transport")
    sources = [core, cloner, transport]
    for at in range(12):
        user = SourceText(f"app/view_{at}.py")
        user.bring("core.model", "Model")
        user.use("Model", scope=user.define(f"view_{at}"), count=3)
        sources.append(user)
    return snapshot(*sources)


def first(opened: Snapshot, focus: Focus) -> list[str]:
    shown = outline(opened, OutlineRequest(200, focus=focus))
    ranked = sorted((one for file in shown.files for one in file.symbols), key=lambda one: -one.rank)
    return [one.symbol.qualified_name for one in ranked]


def why(opened: Snapshot, focus: Focus, name: str) -> tuple[str, ...]:
    shown = outline(opened, OutlineRequest(1000, focus=focus))
    return next(one.why for file in shown.files for one in file.symbols if one.symbol.qualified_name == name)


def test_without_a_focus_the_most_used_comes_first(opened: Snapshot) -> None:
    assert first(opened, Focus())[0] == "Model"
    assert why(opened, Focus(), "Model")[0] == "referred to by 12 files"


@pytest.mark.parametrize("text", ["how are repositories cloned?", "cloning fails", "clone"])
def test_the_words_of_a_question_lead(opened: Snapshot, text: str) -> None:
    assert first(opened, Focus(text))[0] in {"Cloner", "Cloner.clone_repository"}
    assert any("matches" in reason for reason in why(opened, Focus(text), "Cloner.clone_repository"))


def test_the_graph_brings_in_what_the_seeds_use(opened: Snapshot) -> None:
    names = first(opened, Focus(symbols=("Cloner",)))
    assert names.index("Transport") < names.index("Model")
    assert why(opened, Focus(symbols=("Cloner",)), "Transport")[0] == "used by Cloner"
    assert why(opened, Focus(symbols=("Cloner",)), "Cloner")[0] == "named in the focus"


def test_a_focused_file_or_folder_comes_first(opened: Snapshot) -> None:
    for files in (("git/transport.py",), ("git",)):
        assert "Transport" in first(opened, Focus(files=files))[:3]
        assert why(opened, Focus(files=files), "Transport")[0] == "in a focused file"


def test_an_identifier_in_the_text_counts_as_named(opened: Snapshot) -> None:
    focus = Focus("why does clone_repository hang")
    assert first(opened, focus)[0] == "Cloner.clone_repository"
    assert why(opened, focus, "Cloner.clone_repository")[0] == "named in the focus"


def test_a_focus_that_matches_nothing_gives_the_plain_rank(opened: Snapshot) -> None:
    assert first(opened, Focus("zebra", ("nowhere.py",), ("Unicorn",))) == first(opened, Focus())


def test_a_name_falls_into_its_parts_at_humps_underscores_and_digits() -> None:
    assert parts("HTTPServer_v2") == ["http", "server", "v", "2"]
    assert parts("getHTTPResponseCode") == ["get", "http", "response", "code"]
    assert parts("__init__") == ["init"]


def test_forms_of_a_word_meet_and_stop_words_go() -> None:
    assert len({term for word in ("clone", "cloned", "cloning", "clones") for term in terms(word)}) == 1
    assert terms("where is the map of this") == ["map"]


@pytest.fixture(scope="module")
def spoken() -> Snapshot:
    """Map files whose comments say what their names do not."""
    files = {
        "app/pool.py": "def take():\n    # waits until a lease expires, then retries\n    return renew()\n",
        "app/wide.py": "".join(f"def lease_{at}():\n    return {at}\n\n\n" for at in range(40)),
        "app/other.py": "def renew():\n    return 1\n",
        **{f"app/part_{at}.py": f"def part_{at}():\n    return {at}\n" for at in range(20)},
    }
    return mapped(files)


def test_the_words_of_a_comment_bring_its_file(spoken: Snapshot) -> None:
    assert first(spoken, Focus("expiry: it retries too often"))[0] == "take"
    assert why(spoken, Focus("expiry: it retries too often"), "take")[0] == "its file mentions 'retries'"


def test_a_name_that_is_used_brings_the_user_after_its_definition(spoken: Snapshot) -> None:
    assert first(spoken, Focus("renewing"))[:2] == ["renew", "take"]


@pytest.fixture(scope="module")
def tested() -> Snapshot:
    """Map a test that says a little more than what it is about."""
    said = '"""Sends a parcel by courier."""\n'
    return mapped(
        {
            "send.py": f"{said}def send():\n    return 1\n",
            "send_test.py": f"{said}def check():\n    # a parcel\n    return 1\n",
            **{f"part_{at}.py": f"def part_{at}():\n    return {at}\n" for at in range(9)},
        }
    )


def best_file(opened: Snapshot, focus: Focus) -> str:
    shown = outline(opened, OutlineRequest(1000, focus=focus))
    return max(shown.files, key=lambda file: file.rank).path


def test_a_test_comes_after_what_it_is_about(tested: Snapshot) -> None:
    assert best_file(tested, Focus("a parcel by courier")) == "send.py"


def test_a_test_is_not_held_back_where_tests_or_it_itself_are_asked_for(tested: Snapshot) -> None:
    assert best_file(tested, Focus("specs of a parcel by courier")) == "send_test.py"
    assert best_file(tested, Focus("a parcel by courier", files=("send_test.py",))) == "send_test.py"


def test_a_path_or_a_file_name_in_the_text_is_a_focused_file(spoken: Snapshot) -> None:
    for text in ("crash in app/part_7.py", "see part_7.py: it fails"):
        assert first(spoken, Focus(text))[0] == "part_7"
        assert "in a focused file" in why(spoken, Focus(text), "part_7")


@pytest.mark.timeout(5)  # 7 s and more where each letter is tried as a beginning, 10 ms where each word is
@pytest.mark.parametrize("text", ["x" * 10_000, "x-" * 5000, "x." * 5000, "x.y/" * 2500, "x::" * 3333])
def test_a_long_word_in_the_text_costs_no_more_than_short_ones(opened: Snapshot, text: str) -> None:
    assert first(opened, Focus(f"{text} core/model.py"))[0] == "Model"


def test_the_first_line_of_a_text_says_more_than_those_below(spoken: Snapshot) -> None:
    assert first(spoken, Focus("part_3\n\npart_5 was changed before"))[0] == "part_3"
    assert first(spoken, Focus("part_5\n\npart_3 was changed before"))[0] == "part_5"


def test_a_small_map_shows_several_files_rather_than_much_of_one(spoken: Snapshot) -> None:
    shown = outline(spoken, OutlineRequest(120, focus=Focus("lease")))
    assert {"app/wide.py", "app/pool.py"} <= {file.path for file in shown.files}


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("c", "/* Alpha * beta */ int x; // gamma\nchar *u = delta;", {"alpha", "beta", "gamma"}),
        ("python", 'x = 1  # alpha\ndef f():\n    """Beta "gamma" rays."""\n', {"alpha", "beta", "gamma", "rays"}),
        ("lua", "-- alphaBeta\nlocal x = 1", {"alpha", "beta"}),
        ("sql", "select 1 -- alpha\n/* beta", {"alpha", "beta"}),
        ("ruby", "#!/usr/bin/ruby\nputs 1 # alpha", {"alpha"}),
        ("markdown", "alpha <!-- beta -->", set()),
        ("c", 'if (c == \'"\') fail("alpha // \\"beta\\"");', {"alpha", "beta"}),
        ("rust", "fn f<'a>(x: &'a str) { g(\"alpha\") }", {"alpha"}),
        ("go", 'x := `alpha\nbeta` + "gamma"', {"alpha", "beta", "gamma"}),
        ("ruby", "it 'alpha # beta' do", {"alpha", "beta"}),
        ("typescript", "it('alpha', () => `beta ${x}`)", {"alpha", "beta"}),
        ("python", 'x = "alpha\ny = 1  # beta', {"alpha", "beta"}),
    ],
)
def test_comments_and_literals_are_found_by_the_marks_of_their_language(
    language: str, text: str, said: set[str]
) -> None:
    assert set(words_of(text.encode(), language, ()).words.split()) == said


def test_words_are_counted_and_a_used_name_counts_once() -> None:
    found = words_of(b"# lease lease lease_time\n" * 100, "python", ["lease_time", "renew"])
    assert dict(zip(found.words.split(), found.counts, strict=True)) == {"lease": 255, "renew": 1, "time": 101}
