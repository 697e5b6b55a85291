"""An outline never exceeds its budget, fills it, and says truly what is missing."""

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.mapping.outline import etag_of, outline
from services.mapping.records import DefinitionKind
from services.mapping.snapshot import Snapshot
from services.mapping.tokens import count, encoding
from services.mapping.views import Detail, Focus, OutlineFormat, OutlineOrder, OutlineRequest, Tokenizer
from tests.benchmarks.outline_trials import KINDS, edged, trials
from tests.support.records import SourceText, snapshot


def village(files: int = 60) -> Snapshot:
    """Make a project in which later files use earlier ones."""
    sources: list[SourceText] = []
    for at in range(files):
        source = SourceText(f"town/street_{at % 7}/house_{at}.py")
        row = source.klass(f"House{at}", "open_door", f"paint_{at}", "__len__")
        source.define(
            f"build_house_{at}", signature=f"def build_house_{at}(plan: Plan, *, rooms: int = {at}) -> House{at}:"
        )
        for other in range(0, at, 1 + at % 5):
            target = sources[other]
            source.bring(target.path.removesuffix(".py").replace("/", "."), f"House{other}")
            source.use(f"House{other}", scope=row, count=1 + at % 3)
        sources.append(source)
    return snapshot(*sources, others=["README.md"])


@pytest.fixture(scope="module")
def project() -> Snapshot:
    return village()


@settings(max_examples=40, deadline=None)
@given(
    tokens=st.integers(64, 20_000),
    tokenizer=st.sampled_from(Tokenizer),
    text=st.sampled_from(["", "paint the house", "door"]),
)
def test_the_budget_is_never_exceeded_and_is_used(
    project: Snapshot, tokens: int, tokenizer: Tokenizer, text: str
) -> None:
    shown = outline(project, OutlineRequest(tokens, tokenizer, Focus(text)))
    assert shown.tokens == len(encoding(tokenizer).encode_ordinary(shown.text)) <= tokens
    if shown.omitted.symbols:
        assert shown.tokens >= 0.95 * tokens


@settings(max_examples=25, deadline=None)
@given(tokens=st.integers(0, 3_000))
def test_the_budget_said_to_show_the_next_symbol_does_and_one_less_does_not(project: Snapshot, tokens: int) -> None:
    shown = outline(project, OutlineRequest(tokens)).omitted
    assert shown.tokens_for_next is not None
    assert outline(project, OutlineRequest(shown.tokens_for_next)).omitted.symbols < shown.symbols
    assert outline(project, OutlineRequest(shown.tokens_for_next - 1)).omitted.symbols == shown.symbols


def test_a_larger_budget_shows_every_symbol_of_a_smaller_one(project: Snapshot) -> None:
    earlier: set[int] = set()
    for tokens in range(50, 2500, 125):
        shown = outline(project, OutlineRequest(tokens))
        now = {one.symbol.index for file in shown.files for one in file.symbols}
        assert earlier <= now
        earlier = now


def test_a_budget_for_everything_omits_nothing(project: Snapshot) -> None:
    shown = outline(project, OutlineRequest(100_000))
    assert (shown.omitted.symbols, shown.omitted.files, shown.omitted.tokens_for_next) == (0, 0, None)
    assert sum(len(file.symbols) for file in shown.files) == project.coverage.symbols


@pytest.mark.parametrize("tokens", [-5, 0, 1, 2, 3, 8])
def test_a_budget_too_small_for_a_line_gives_what_fits(project: Snapshot, tokens: int) -> None:
    assert outline(project, OutlineRequest(tokens)).tokens <= max(tokens, 0)


def test_a_method_is_shown_below_the_class_around_it(project: Snapshot) -> None:
    shown = outline(project, OutlineRequest(2000))
    for file in shown.files:
        rows = {one.symbol.index for one in file.symbols}
        for one in file.symbols:
            if one.symbol.kind is DefinitionKind.METHOD:
                outer = one.symbol.qualified_name.split(".")[0]
                assert any(other.symbol.name == outer for other in file.symbols if other.symbol.index in rows)


def test_lines_stand_in_the_order_of_the_source_with_their_numbers(project: Snapshot) -> None:
    shown = outline(project, OutlineRequest(1500))
    for block in shown.text.split("\n\n")[:-1]:
        numbers = [int(line.split()[0]) for line in block.splitlines()[1:]]
        assert numbers == sorted(numbers)
        assert numbers


def test_only_the_asked_paths_are_shown(project: Snapshot) -> None:
    shown = outline(project, OutlineRequest(4000, paths=("town/street_1", "town/street_2/house_2.py")))
    assert {file.path.rsplit("/", 1)[0] for file in shown.files} == {"town/street_1", "town/street_2"}
    assert shown.omitted.symbols == 0


def test_only_the_asked_languages_are_shown_below_the_asked_paths() -> None:
    sources = [SourceText("web/draw.js", "javascript"), SourceText("web/serve.py"), SourceText("town.py")]
    for source in sources:
        source.define("build")
    mixed = snapshot(*sources, others=["web/logo.png"])

    def shown(paths: tuple[str, ...], *languages: str) -> list[str]:
        found = outline(mixed, OutlineRequest(500, paths=paths, languages=languages))
        assert found.omitted.symbols == 0
        return sorted(file.path for file in found.files)

    assert shown((), "python") == ["town.py", "web/serve.py"]
    assert shown((), "python", "javascript") == ["town.py", "web/draw.js", "web/serve.py"]
    assert shown(("web",), "python") == ["web/serve.py"]
    assert shown(("web",), "cobol") == []


def test_the_etag_changes_with_the_request_and_with_the_map(project: Snapshot) -> None:
    request = OutlineRequest(500)
    assert outline(project, request).etag == etag_of(project, request)
    others = {etag_of(project, OutlineRequest(501)), etag_of(village(8), request)}
    assert etag_of(project, request) not in others
    assert len(others) == 2


def test_control_and_bidirectional_characters_of_names_are_escaped() -> None:
    file = SourceText("a\u202eyp.py")
    file.define("evil\x1b[31m\u2066name")
    text = outline(snapshot(file), OutlineRequest(500)).text
    assert "\\u{202e}" in text
    assert all(letter.isprintable() or letter == "\n" for letter in text)


def test_names_of_special_tokens_are_ordinary_text() -> None:
    file = SourceText("a.py")
    file.define("<|endoftext|>")
    shown = outline(snapshot(file), OutlineRequest(500))
    assert shown.tokens == count(shown.text, Tokenizer.O200K_BASE)
    assert "<|endoftext|>" in shown.text


def test_a_project_without_source_files_says_so_and_lists_its_files() -> None:
    shown = outline(snapshot(others=["README.md", "docs/guide.md", "logo.png"]), OutlineRequest(500))
    assert "No definitions were found" in shown.text
    assert {file.path for file in shown.files} == {"README.md", "docs/guide.md", "logo.png"}
    assert shown.omitted.tokens_for_next is None


def test_an_empty_map_has_an_outline() -> None:
    assert not outline(snapshot(), OutlineRequest(500)).files


@pytest.mark.parametrize(("kind", "seed"), [*((kind, 11) for kind in KINDS), (edged, 0), (edged, 2)])
def test_what_is_promised_holds_of_random_repositories_and_requests(
    kind: Callable[[Random], Snapshot], seed: int
) -> None:
    for trial in trials(kind, Random(seed)):  # noqa: S311  # to be repeated, not to be secret
        trial.check()


def test_markdown_has_a_heading_and_a_fence_for_each_file(project: Snapshot) -> None:
    text = outline(project, OutlineRequest(300, format=OutlineFormat.MARKDOWN)).text
    heading, fence, first, *_ = text.splitlines()
    assert (heading[:6], fence, first.split()[0].isdecimal()) == ("## `to", "```", True)
    assert text.count("```\n") == 2 * text.count("## `")


def test_no_name_closes_the_fence_of_its_file_nor_the_heading() -> None:
    file = SourceText("a`b``c.py")
    file.define("````", signature="````")
    file.define("`" * 100, signature="`" * 100)
    heading, fence, *lines = outline(
        snapshot(file), OutlineRequest(500, format=OutlineFormat.MARKDOWN, line_numbers=False)
    ).text.splitlines()
    assert (heading, fence) == ("## ```a`b``c.py```", "`" * 6)
    assert [line for line in lines if line.startswith(fence)] == [fence]


def test_by_path_the_same_is_shown_in_another_order(project: Snapshot) -> None:
    by_rank, by_path = (outline(project, OutlineRequest(700, order=order)) for order in OutlineOrder)
    paths = [file.path for file in by_path.files]
    assert paths == sorted(paths) != [file.path for file in by_rank.files]
    assert sorted(by_rank.files, key=lambda file: file.path) == list(by_path.files)


def test_without_line_numbers_more_fits(project: Snapshot) -> None:
    numbered, plain = (outline(project, OutlineRequest(700, line_numbers=one)) for one in (True, False))
    assert plain.omitted.symbols < numbered.omitted.symbols
    assert not any(character.isdigit() for line in plain.text.splitlines() for character in line[:2])


def test_the_rows_say_how_much_of_each_symbol_is_shown(project: Snapshot) -> None:
    shown = [one for file in outline(project, OutlineRequest(2000)).files for one in file.symbols]
    assert {one.detail for one in shown} == set(Detail)
    assert all(one.text == one.symbol.name for one in shown if one.detail is Detail.NAME)


def test_a_name_of_ten_thousand_characters_is_cut() -> None:
    file = SourceText("a.py")
    file.define("x" * 10_000, signature="def " + "x" * 10_000)
    shown = outline(snapshot(file), OutlineRequest(200))
    assert shown.omitted.symbols == 0
    assert "xxx…" in shown.text


def test_a_next_symbol_with_a_very_long_path_leaves_nothing_unused() -> None:
    first, other = SourceText("a.py"), SourceText(f"{'folder_of_many_words/' * 100}b.py")
    first.define("start")
    other.define("go")
    shown = outline(snapshot(first, other), OutlineRequest(300))
    assert shown.tokens >= 0.95 * 300
    assert f"next at {shown.omitted.tokens_for_next} tokens: folder_of_many_words/" in shown.text.splitlines()[-1]
