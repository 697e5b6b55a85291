"""Answers below a snapshot: a client that has one is told so before it is computed, and only while it may see it.

With the clone taken away, reading a file fails: whoever still hears that nothing changed was answered
without the document being run.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from schema.contract import contract
from schema.immutable import Immutable
from schema.negotiation import JSON, RESPONSE
from tests.support.asker import FILES, Asker
from tests.support.gitserver import GitServer, make_repository
from tests.support.running import local_settings
from tests.support.server import running_server

PROGRAM = {"Content-Type": JSON}
FILE = 'file(path: "shapes/numbers.py") { content }'
TEXT = f"query Text($id: ID!) {{ node(id: $id) {{ ... on Snapshot {{ {FILE} }} }} }}"
IMMUTABLE_TYPES = {
    "AffectedCaller", "Coverage", "CriticalFile", "DiffOmitted", "DiffTotals",
    "DocumentationFile", "DocumentationFileConnection", "DocumentationFileEdge",
    "ExtensionCount", "FileRename", "LanguageCount", "LanguageShare", "MapDiff", "Omitted", "PageInfo", "Reference",
    "ReferenceConnection", "ReferenceEdge", "RepoMap", "RepoMapFile", "RepoMapSymbol", "SkippedFile",
    "SkippedFileConnection", "SkippedFileEdge", "Snapshot", "SourceFile", "SourceFileConnection", "SourceFileEdge",
    "Symbol", "SymbolChange", "SymbolConnection", "SymbolEdge", "TreeEntry", "Treemap",
}  # fmt: skip


class Reader:
    """A client of a server that has one snapshot, and can take its clones away."""

    def __init__(self, web: httpx.Client, data_dir: Path, url: str) -> None:
        self.web = web
        self.clones = data_dir / "repos"
        self.ask = Asker(web)
        self.repository = self.ask.map(url)
        found = self.ask("query S($id: ID!) { repository(id: $id) { snapshot { id } } }", id=self.repository)
        self.snapshot: str = found["repository"]["snapshot"]["id"]

    def get(self, query: str, tag: str | None = None, *, accept: str = JSON, snapshot: str = "") -> httpx.Response:
        params = {"query": query, "variables": json.dumps({"id": snapshot or self.snapshot})}
        headers = PROGRAM | {"Accept": accept} | ({"If-None-Match": tag} if tag else {})
        return self.web.get("/graphql", params=params, headers=headers)

    @contextmanager
    def without_clones(self) -> Iterator[None]:
        away = self.clones.with_name("away")
        self.clones.rename(away)
        yield
        away.rename(self.clones)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    path = tmp_path_factory.mktemp("immutable")
    make_repository(path / "forge/shapes.git", FILES)
    with (
        GitServer.start(path / "forge") as forge,
        running_server(local_settings(path / "data", answer_cache_bytes=0)) as url,
        httpx.Client(base_url=url, timeout=20) as web,
    ):
        yield Reader(web, path / "data", forge.url("shapes.git"))


def test_what_lies_below_a_snapshot_is_known_type_by_type() -> None:
    assert Immutable(contract().types).types == IMMUTABLE_TYPES


def test_an_answer_that_cannot_change_is_not_computed_again(reader: Reader) -> None:
    first = reader.get(TEXT)
    assert "def square" in first.text
    with reader.without_clones():
        again = reader.get(TEXT, first.headers["etag"])
        computed = reader.get(TEXT)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert computed.json()["errors"][0]["extensions"]["code"] == "NOT_FOUND"


def test_an_answer_that_cannot_change_is_given_again_from_memory(tmp_path: Path) -> None:
    make_repository(tmp_path / "forge/shapes.git", FILES)
    with (
        GitServer.start(tmp_path / "forge") as forge,
        running_server(local_settings(tmp_path / "data")) as url,
        httpx.Client(base_url=url, timeout=20) as web,
    ):
        reader = Reader(web, tmp_path / "data", forge.url("shapes.git"))
        asked = {"query": TEXT, "variables": {"id": reader.snapshot}}
        first = web.post("/graphql", json=asked)
        with reader.without_clones():
            again = web.post("/graphql", json=asked)
            by_get = reader.get(TEXT)
            other = reader.get(TEXT + " ")
    assert again.content == first.content == by_get.content
    assert other.json()["errors"]


@pytest.mark.parametrize(
    "query",
    [
        f"query Q($id: ID!) {{ node(id: $id) {{ ... on Snapshot {{ repository {{ name }} {FILE} }} }} }}",
        f"query Q($id: ID!) {{ node(id: $id) {{ ... on Snapshot {{ ref {FILE} }} }} }}",
        f"query Q($id: ID!) {{ node(id: $id) {{ ... on Snapshot {{ a: builtAt {FILE} }} }} }}",
        f"query Q($id: ID!) {{ node(id: $id) {{ ... on Snapshot {{ {FILE} }} ... on Repository {{ name }} }} }}",
        f"query Q($id: ID!) {{ node(id: $id) {{ ... on Snapshot {{ {FILE} }} }} server {{ version }} }}",
        f"query Q($id: ID!) {{ node(id: $id) {{ ...F }} }} fragment F on Snapshot {{ ref {FILE} }}",
        f"query Q($id: ID!) {{ nodes(ids: [$id]) {{ ... on Snapshot {{ {FILE} }} }} }}",
    ],
    ids=["repository", "ref", "built at", "other type", "other root", "in a fragment", "several nodes"],
)
def test_a_document_about_more_is_run_each_time(reader: Reader, query: str) -> None:
    first = reader.get(query)
    assert reader.get(query, first.headers["etag"]).status_code == 304
    with reader.without_clones():
        again = reader.get(query, first.headers["etag"])
    assert again.status_code == 200
    assert again.json()["errors"]


def test_a_comparison_is_kept_only_with_what_is_named_for_ever(reader: Reader) -> None:
    base = reader.ask("query C($id: ID!) { node(id: $id) { ... on Snapshot { id commit } } }", id=reader.snapshot)[
        "node"
    ]
    compare = "query D($id: ID!) { node(id: $id) { ... on Snapshot { %s diff(base: %s) { text } } } }"
    for name, kept in ((base["id"], True), (base["commit"], True), (base["commit"][:12], False), ("main", False)):
        asked = compare % (FILE, json.dumps(name))
        first = reader.get(asked)
        assert first.json()["data"]["node"]["diff"]["text"]
        with reader.without_clones():
            assert (reader.get(asked, first.headers["etag"]).status_code == 304) is kept
    variable = "query D($id: ID!, $base: String!) { node(id: $id) { ... on Snapshot { diff(base: $base) { text } } } }"
    assert reader.ask(variable, id=reader.snapshot, base=base["id"])["node"]["diff"]["text"]


def test_each_question_has_its_own_tag(reader: Reader) -> None:
    symbols = "query S($id: ID!) { node(id: $id) { ... on Snapshot { symbols(first: 1) { nodes { id } } } } }"
    symbol = reader.get(symbols).json()["data"]["node"]["symbols"]["nodes"][0]["id"]
    answers = [
        reader.get(TEXT),
        reader.get(TEXT, accept=RESPONSE),
        reader.get(TEXT, snapshot=symbol),
        reader.get(TEXT + " "),
        reader.get(symbols),
    ]
    assert len({answer.headers["etag"] for answer in answers}) == len(answers)


def test_an_answer_with_errors_never_gets_the_tag_of_the_whole_one(reader: Reader) -> None:
    with reader.without_clones():
        broken = reader.get(TEXT)
    whole = reader.get(TEXT, broken.headers["etag"])
    assert broken.json()["errors"]
    assert (whole.status_code, list(whole.json())) == (200, ["data", "extensions"])


@pytest.mark.parametrize("snapshot", ["x", "U25hcHNob3Q", "U25hcHNob3Q6YTpiOmM", "U3ltYm9sOmE6Yg"])
def test_an_id_that_leads_into_no_snapshot_is_answered_as_ever(reader: Reader, snapshot: str) -> None:
    answer = reader.get(TEXT, '"x"', snapshot=snapshot)
    assert answer.json()["data"] == {"node": None}


def test_variables_of_any_depth_are_answered(reader: Reader) -> None:
    deep = "[" * 300 + "]" * 300
    variables = f'{{"id": {json.dumps(reader.snapshot)}, "deep": {deep}}}'
    body = f'{{"query": {json.dumps(TEXT)}, "variables": {variables}}}'
    answer = reader.web.post("/graphql", content=body, headers=PROGRAM)
    assert "def square" in answer.text


def test_what_was_removed_is_not_said_to_be_unchanged(reader: Reader) -> None:
    first = reader.get(TEXT)
    remove = "mutation R($id: ID!) { removeRepository(input: {repositoryId: $id}) { job { id } } }"
    reader.ask.ended(reader.ask(remove, id=reader.repository)["removeRepository"]["job"]["id"])
    again = reader.get(TEXT, first.headers["etag"])
    assert (again.status_code, again.json()["data"]) == (200, {"node": None})
