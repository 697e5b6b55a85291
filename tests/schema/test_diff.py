"""`Snapshot.diff`: two maps of real jobs compared, what a base may be called, and who is told of what."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from schema.types.node import snapshot_id
from services.models import SnapshotKey
from tests.support.asker import NUMBERS, Asker
from tests.support.gitserver import GitServer, commit_files, make_repository

USE = "from shapes.numbers import square\n\n\ndef area(side):\n    return square(side)\n"
BEFORE: Mapping[str, bytes | str] = {"shapes/numbers.py": NUMBERS, "shapes/use.py": USE}
AFTER = NUMBERS.replace("def square(number)", "def square(number, unit=1)").replace("def cube", "def power")
DIFF = """query Diff($id: ID!, $base: String!, $tokens: Int = 2000) { repository(id: $id) { snapshot { id diff(
    base: $base, tokens: $tokens
) {
  base { id commit } head { id commit } sameEngine text tokens budget etag
  totals { added removed moved signatureChanged rankMoved filesAdded filesRemoved filesChanged filesRenamed
    filesNotCompared }
  omitted { changes callers renames tokensForNext }
  changes { kind members rankBefore rankAfter placeBefore placeAfter callersTotal callersUntouched
    before { qualifiedName signature } after { qualifiedName signature }
    callers { untouched reference { path line confidence strategy from { qualifiedName } to { signature } } } }
  renames { before after similarity exact }
} } } }"""
REFRESH = """mutation R($id: ID!) { refreshRepository(input: {repositoryId: $id}) { job { id } } }"""


@dataclass(frozen=True, slots=True)
class History:
    """A repository with maps of two commits of its main branch and one of a side branch."""

    id: str
    first: str
    second: str
    side: str


@pytest.fixture(scope="module")
def history(ask: Asker, forge: GitServer) -> History:
    path = forge.root / "ada/history.git"
    first = make_repository(path, BEFORE)
    side = commit_files(path, {"shapes/use.py": USE.replace("area", "surface")}, branch="side")
    repository = ask.map(forge.url("ada/history.git"))
    second = commit_files(path, {"shapes/numbers.py": AFTER})
    ask.ended(ask(REFRESH, id=repository)["refreshRepository"]["job"]["id"])
    ask.map(forge.url("ada/history.git"), "side")
    return History(repository, first, second, side)


def compared(ask: Asker, history: History, base: str, **variables: object) -> dict[str, Any]:
    found: dict[str, Any] = ask(DIFF, id=history.id, base=base, **variables)["repository"]["snapshot"]["diff"]
    return found


def refusal(ask: Asker, history: History, base: str, **variables: object) -> dict[str, Any]:
    (error,) = ask.post(DIFF, id=history.id, base=base, **variables)["errors"]
    found: dict[str, Any] = error
    return found


def test_two_commits_are_compared_each_as_it_was(ask: Asker, history: History) -> None:
    found = compared(ask, history, history.first)
    assert (found["base"]["commit"], found["head"]["commit"]) == (history.first, history.second)
    changes = {(one["after"] or one["before"])["qualifiedName"]: one for one in found["changes"]}
    assert {name: one["kind"] for name, one in changes.items()} == {
        "square": "SIGNATURE_CHANGED",
        "cube": "REMOVED",
        "power": "ADDED",
    }
    assert (changes["cube"]["rankAfter"], changes["power"]["rankBefore"]) == (None, None)
    assert found["totals"]["filesChanged"] == 1
    assert found["sameEngine"] is True


def test_each_side_is_read_at_its_own_commit(ask: Asker, history: History) -> None:
    document = """query D($id: ID!, $base: String!) { repository(id: $id) { snapshot { diff(base: $base, tokens: 200) {
      changes { before { source } after { source } } } } } }"""
    changes = ask(document, id=history.id, base=history.first)["repository"]["snapshot"]["diff"]["changes"]
    (square,) = [one for one in changes if one["before"] and one["after"]]
    assert square["before"]["source"].startswith("def square(number):\n")
    assert square["after"]["source"].startswith("def square(number, unit=1):\n")


def test_callers_of_a_changed_signature_are_references_with_their_line_and_confidence(
    ask: Asker, history: History
) -> None:
    (square,) = [one for one in compared(ask, history, history.first)["changes"] if one["callersTotal"]]
    used = [one for one in square["callers"] if one["untouched"] and one["reference"]["from"]]
    reference = used[0]["reference"]
    assert (reference["path"], reference["line"], reference["from"]["qualifiedName"]) == ("shapes/use.py", 5, "area")
    assert reference["to"]["signature"] == "def square(number, unit=1)"
    assert reference["confidence"] >= 0.8
    assert {one["reference"]["path"] for one in square["callers"] if not one["untouched"]} == {"shapes/numbers.py"}
    assert square["callersUntouched"] == sum(one["untouched"] for one in square["callers"])


def test_a_base_has_many_names(ask: Asker, history: History) -> None:
    by_commit = compared(ask, history, history.first)
    assert compared(ask, history, history.first[:7]) == by_commit
    assert compared(ask, history, history.first.upper()) == by_commit
    assert compared(ask, history, by_commit["base"]["id"]) == by_commit
    for name in ("side", "refs/heads/side", history.side):
        assert compared(ask, history, name)["base"]["commit"] == history.side
    for name in ("main", "HEAD", history.second):
        same = compared(ask, history, name)
        assert (same["base"]["commit"], same["changes"]) == (history.second, [])


def test_a_budget_is_kept_and_says_what_did_not_fit(ask: Asker, history: History) -> None:
    found = compared(ask, history, history.first, tokens=60)
    assert found["tokens"] <= found["budget"] == 60
    assert found["omitted"]["changes"] == 3 - len(found["changes"])
    assert found["omitted"]["tokensForNext"] > 60


@pytest.mark.parametrize(
    ("base", "code", "hint"),
    [
        ("nowhere", "NOT_FOUND", 'buildRepoMap with ref "nowhere"'),
        ("f" * 40, "NOT_FOUND", f'buildRepoMap with ref "{"f" * 40}"'),
        ("abcdef0", "NOT_FOUND", "the whole commit id"),
        ("abc", "NOT_FOUND", "at least 7 digits"),
        ("", "INVALID_ARGUMENT", "a branch, a tag"),
        ("main..side", "INVALID_REF", "full commit id"),
        ("--upload-pack=x", "INVALID_REF", "full commit id"),
        ("a\n\u202eb", "INVALID_REF", "full commit id"),
        ("%", "NOT_FOUND", "buildRepoMap"),
        ("_______", "NOT_FOUND", "buildRepoMap"),
        ("x" * 5000, "INVALID_REF", "full commit id"),
    ],
)
def test_a_base_that_is_not_here_says_what_to_do(ask: Asker, history: History, base: str, code: str, hint: str) -> None:
    error = refusal(ask, history, base)["extensions"]
    assert error["code"] == code
    assert hint in error["hint"]


@pytest.mark.parametrize("tokens", [0, -1, 200_001])
def test_a_budget_out_of_range_is_refused(ask: Asker, history: History, tokens: int) -> None:
    document = """query D($id: ID!, $base: String!, $tokens: Int) { repository(id: $id) { snapshot {
      diff(base: $base, tokens: $tokens) { text } } } }"""
    (error,) = ask.post(document, id=history.id, base=history.first, tokens=tokens)["errors"]
    assert error["extensions"]["code"] == "INVALID_ARGUMENT"


def test_another_repositorys_snapshot_is_as_unknown_as_none(ask: Asker, history: History, shapes: str) -> None:
    other = ask("query S($id: ID!) { repository(id: $id) { snapshot { id commit } } }", id=shapes)["repository"]
    nobodys = snapshot_id(SnapshotKey("nobody", "a" * 40, "1"))
    known, unknown = refusal(ask, history, other["snapshot"]["id"]), refusal(ask, history, nobodys)
    assert known == unknown
    assert known["extensions"]["code"] == "NOT_FOUND"
    assert refusal(ask, history, other["snapshot"]["commit"])["extensions"]["code"] == "NOT_FOUND"
