"""Reading over GraphQL: repositories, jobs and everything below a snapshot."""

from typing import Any

import pytest

from tests.support.asker import FILES, Asker
from tests.support.gitrepo import run_git
from tests.support.gitserver import GitServer, commit_files, make_repository

SNAPSHOT = "query S($id: ID!, $ref: String) {{ repository(id: $id) {{ snapshot(ref: $ref) {{ {} }} }} }}"


def snapshot(ask: Asker, repository_id: str, fields: str) -> dict[str, Any]:
    found: dict[str, Any] = ask(SNAPSHOT.format(fields), id=repository_id)["repository"]["snapshot"]
    return found


def code(answer: dict[str, Any]) -> str:
    found: str = answer["errors"][0]["extensions"]["code"]
    return found


def test_a_repository_is_found_by_its_id_and_by_every_spelling_of_its_url(
    ask: Asker, shapes: str, forge: GitServer
) -> None:
    by_url = "query R($url: String!) { repository(url: $url) { id name } }"
    for url in (forge.url("ada/shapes.git"), forge.url("ada/shapes"), forge.url("ada/shapes/")):
        assert ask(by_url, url=url)["repository"]["id"] == shapes
    assert ask("query R($id: ID!) { repository(id: $id) { name } }", id=shapes)["repository"]["name"].endswith(
        "/ada/shapes"
    )


def test_an_unknown_repository_is_null(ask: Asker, forge: GitServer) -> None:
    found = ask("query R($url: String!) { repository(url: $url) { id } }", url=forge.url("ada/unheard-of.git"))
    assert found["repository"] is None


def test_a_repository_is_asked_for_by_exactly_one_of_id_and_url(ask: Asker, shapes: str) -> None:
    both = 'query R($id: ID!) { repository(id: $id, url: "a/b") { id } }'
    assert code(ask.post(both, id=shapes)) == "INVALID_ARGUMENT"
    assert code(ask.post("{ repository { id } }")) == "INVALID_ARGUMENT"


def test_an_error_says_what_to_do_and_whether_to_retry(ask: Asker) -> None:
    error = ask.post('{ repository(url: "https://user:secret@github.com/a/b") { id } }')["errors"][0]
    assert error["extensions"]["code"] == "CREDENTIALS_IN_URL"
    assert error["extensions"]["retryable"] is False
    assert error["extensions"]["hint"]
    assert "secret" not in str(error)


def test_every_node_is_found_again_by_its_id(ask: Asker, shapes: str) -> None:
    fields = "id symbols(first: 1) { nodes { id } } repository { id jobs { nodes { id } } }"
    found = snapshot(ask, shapes, fields)
    ids = [shapes, found["id"], found["symbols"]["nodes"][0]["id"], found["repository"]["jobs"]["nodes"][0]["id"]]
    again = ask("query N($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", ids=ids)["nodes"]
    assert [node["id"] for node in again] == ids
    assert [node["__typename"] for node in again] == ["Repository", "Snapshot", "Symbol", "Job"]


@pytest.mark.parametrize("stranger", ["", "x", "!!", "UmVwb3NpdG9yeQ", "UmVwb3NpdG9yeTpub3BlOm1vcmU", "a" * 5000])
def test_a_strange_id_is_null_and_no_failure(ask: Asker, stranger: str) -> None:
    assert ask("query N($id: ID!) { node(id: $id) { id } }", id=stranger)["node"] is None


def test_an_id_that_is_no_jobs_or_no_repositorys_is_null_as_well(ask: Asker, shapes: str) -> None:
    document = "query N($id: ID!) { job(id: $id) { id } repository(id: $id) { id } node(id: $id) { id } }"
    for stranger in ("", "x", "UmVwb3NpdG9yeTpub3Bl", "Sm9iOm5vcGU", "Sm9iOm5vcGU6bW9yZQ"):
        assert ask(document, id=stranger) == {"job": None, "repository": None, "node": None}
    assert ask("query J($id: ID!) { job(id: $id) { id } }", id=shapes)["job"] is None


def test_pages_join_to_the_whole_list(ask: Asker, shapes: str) -> None:
    paths: list[str] = []
    after = None
    document = """query F($id: ID!, $after: String) { repository(id: $id) { snapshot {
      files(first: 2, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node { path } } }
    } } }"""
    while True:
        page = ask(document, id=shapes, after=after)["repository"]["snapshot"]["files"]
        paths += [edge["node"]["path"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert len(paths) == len(set(paths)) == page["totalCount"] == len(FILES)


def test_pages_of_jobs_join_to_the_whole_list_of_all_and_of_one_repository(ask: Asker, shapes: str) -> None:
    part = "totalCount pageInfo { hasNextPage hasPreviousPage endCursor } nodes { id }"
    document = f"""query J($id: ID!, $after: String) {{ jobs(first: 1, after: $after) {{ {part} }}
      repository(id: $id) {{ jobs(first: 1, after: $after) {{ {part} }} }} }}"""
    ids: list[str] = []
    after, more = None, True
    while more:
        found = ask(document, id=shapes, after=after)
        page = found["jobs"]
        assert page["pageInfo"]["hasPreviousPage"] == (after is not None)
        ids += [node["id"] for node in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert len(set(ids)) == len(ids) == page["totalCount"]
    end = ask(document, id=shapes, after=after)["repository"]["jobs"]
    assert (end["nodes"], end["pageInfo"]["hasNextPage"], end["totalCount"] > 0) == ([], False, True)


@pytest.mark.parametrize("arguments", ["first: 501", "first: -1", 'after: "nonsense"', 'after: "YXQ6LTU"'])
def test_a_page_out_of_range_is_refused(ask: Asker, arguments: str) -> None:
    assert code(ask.post(f"{{ jobs({arguments}) {{ totalCount }} }}")) == "INVALID_ARGUMENT"


def test_a_snapshot_says_what_it_covers_and_what_it_left_out(ask: Asker, shapes: str) -> None:
    fields = "coverage { filesListed filesParsed filesSkipped symbols } skipped { nodes { path reason } }"
    found = snapshot(ask, shapes, fields + " languages { language files share }")
    coverage = found["coverage"]
    assert coverage["filesListed"] == len(FILES) == coverage["filesParsed"] + coverage["filesSkipped"]
    assert {"path": "logo.png", "reason": "NO_LANGUAGE"} in found["skipped"]["nodes"]
    assert found["languages"][0]["language"] == "python"
    assert coverage["symbols"] > 5


def test_a_map_keeps_its_budget_and_names_what_matters(ask: Asker, shapes: str) -> None:
    fields = "repoMap(tokens: 200) { text tokens budget etag omitted { symbols } files { path symbols { why } } }"
    found = snapshot(ask, shapes, fields)["repoMap"]
    assert 0 < found["tokens"] <= found["budget"] == 200
    assert "square" in found["text"]
    assert found["files"][0]["path"]


def test_a_map_shows_the_languages_that_it_is_asked_for(ask: Asker, shapes: str) -> None:
    fields = 'repoMap(languages: ["javascript"]) { text files { path } } languages { language }'
    found = snapshot(ask, shapes, fields)
    assert {"language": "javascript"} in found["languages"]
    assert [file["path"] for file in found["repoMap"]["files"]] == ["web/app.js"]


def test_a_map_is_written_as_it_is_asked_for(ask: Asker, shapes: str) -> None:
    fields = """repoMap(tokens: 200, format: MARKDOWN, orderBy: PATH, lineNumbers: false) { text tokens
      files { path symbols { detail line text symbol { name } } } }"""
    found = snapshot(ask, shapes, fields)["repoMap"]
    paths = [file["path"] for file in found["files"]]
    shown = [one for file in found["files"] for one in file["symbols"]]
    assert paths == sorted(paths)
    assert found["text"].startswith(f"## `{paths[0]}`\n```\n")
    assert all(f"{one['text']}\n" in found["text"] for one in shown)
    assert {one["detail"] for one in shown} <= {"NAME", "SIGNATURE"}
    assert all(one["line"] > 0 for one in shown)


def test_a_focus_moves_the_map(ask: Asker, shapes: str) -> None:
    focused = snapshot(ask, shapes, 'repoMap(tokens: 40, focus: { text: "draw" }) { text }')["repoMap"]["text"]
    assert "draw" in focused


def test_a_diff_as_focus_says_what_it_changes(ask: Asker, shapes: str) -> None:
    hunk = ["@@ -1,2 +1,2 @@", " def square(number):", "-    return number * number", "+    return number**2", ""]
    diff = "\\n".join(["--- a/shapes/numbers.py", "+++ b/shapes/numbers.py", *hunk])
    fields = f'repoMap(focus: {{ diff: "{diff}" }}) {{ files {{ symbols {{ symbol {{ name }} why }} }} }}'
    files = snapshot(ask, shapes, fields)["repoMap"]["files"]
    why = {one["symbol"]["name"]: one["why"][0] for file in files for one in file["symbols"]}
    assert why["square"] == "changed by the diff"
    assert why["cube"] == "uses changed square"


@pytest.mark.parametrize(
    "argument", ["tokens: 0", "tokens: 200001", f'focus: {{ text: "{"x" * 10001}" }}', 'focus: { diff: "hello" }']
)
def test_a_map_out_of_range_is_refused(ask: Asker, shapes: str, argument: str) -> None:
    document = SNAPSHOT.format(f"repoMap({argument}) {{ tokens }}")
    assert code(ask.post(document, id=shapes)) == "INVALID_ARGUMENT"


def test_a_symbol_shows_its_source_and_who_calls_it(ask: Asker, shapes: str) -> None:
    fields = """symbols(query: "square", first: 5) { nodes { name kind path startLine source
      callers { nodes { from { qualifiedName } path line strategy confidence } } } }"""
    square = snapshot(ask, shapes, fields)["symbols"]["nodes"][0]
    assert square["source"] == "def square(number):\n    return number * number\n"
    assert square["kind"] == "FUNCTION"
    callers = {edge["from"]["qualifiedName"] for edge in square["callers"]["nodes"]}
    assert callers == {"Circle.area", "cube"}


def test_nobody_calls_it_and_nobody_can_say_differ(ask: Asker, shapes: str) -> None:
    fields = """symbols(first: 20) { nodes { qualifiedName unresolvedCallers unresolvedCallees
      callers { totalCount } guesses: callers(minConfidence: 0) { totalCount } } }"""
    shown = {one["qualifiedName"]: one for one in snapshot(ask, shapes, fields)["symbols"]["nodes"]}

    assert shown["Circle.area"]["callers"]["totalCount"] == 0
    assert shown["Circle.area"]["unresolvedCallers"] == 1
    assert shown["total_area"]["unresolvedCallees"] == 1
    assert (shown["cube"]["callers"]["totalCount"], shown["cube"]["unresolvedCallers"]) == (0, 0)
    assert all(one["callers"]["totalCount"] <= one["guesses"]["totalCount"] for one in shown.values())


@pytest.mark.parametrize("least", ["-0.1", "1.01", "1e300"])
def test_a_confidence_out_of_range_is_refused(ask: Asker, shapes: str, least: str) -> None:
    for edges in ("callers", "callees"):
        fields = f"symbols(first: 1) {{ nodes {{ {edges}(minConfidence: {least}) {{ totalCount }} }} }}"
        assert code(ask.post(SNAPSHOT.format(fields), id=shapes)) == "INVALID_ARGUMENT"


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        ("firstLine: 2", slice(1, None)),
        ("firstLine: 2, lastLine: 3", slice(1, 3)),
        ("lastLine: 1", slice(0, 1)),
        ("firstLine: 900", slice(900, None)),
        ("firstLine: null, lastLine: null", slice(None)),
    ],
)
def test_a_file_gives_some_of_its_lines(ask: Asker, shapes: str, arguments: str, lines: slice) -> None:
    file = snapshot(ask, shapes, f'file(path: "shapes/numbers.py") {{ content({arguments}) }}')["file"]
    whole = FILES["shapes/numbers.py"]
    assert isinstance(whole, str)
    assert file["content"] == "".join(whole.splitlines(keepends=True)[lines])


@pytest.mark.parametrize("arguments", ["firstLine: 0", "firstLine: 3, lastLine: 2", "lastLine: 0"])
def test_lines_that_cannot_be_are_refused(ask: Asker, shapes: str, arguments: str) -> None:
    fields = f'snapshot {{ file(path: "shapes/numbers.py") {{ content({arguments}) }} }}'
    (error,) = ask.post(f"query Q($id: ID!) {{ repository(id: $id) {{ {fields} }} }}", id=shapes)["errors"]
    assert error["extensions"]["code"] == "INVALID_ARGUMENT"


def test_a_file_gives_its_content_and_its_symbols(ask: Asker, shapes: str) -> None:
    fields = 'file(path: "shapes/numbers.py") { content language sizeBytes symbols { nodes { name } } }'
    file = snapshot(ask, shapes, fields)["file"]
    assert file["content"] == FILES["shapes/numbers.py"]
    assert file["sizeBytes"] == str(len(FILES["shapes/numbers.py"]))
    assert [symbol["name"] for symbol in file["symbols"]["nodes"]] == ["square", "cube"]


def test_a_path_outside_the_commit_is_null(ask: Asker, shapes: str) -> None:
    assert snapshot(ask, shapes, 'file(path: "../../etc/passwd") { content }')["file"] is None


def test_a_file_name_that_is_no_text_does_not_break_the_answer(ask: Asker, shapes: str) -> None:
    nodes = snapshot(ask, shapes, 'files(paths: ["shapes"]) { nodes { path } }')["files"]["nodes"]
    assert any(node["path"].startswith("shapes/caf") for node in nodes)


def test_a_tree_lists_folders_and_sums_them(ask: Asker, shapes: str) -> None:
    fields = "tree { path isDirectory files extensions { extension files } languages { language lines } }"
    entries = {entry["path"]: entry for entry in snapshot(ask, shapes, fields)["tree"]}
    assert entries["shapes"] == {
        "path": "shapes",
        "isDirectory": True,
        "files": 4,
        "extensions": [{"extension": "py", "files": 4}],
        "languages": [{"language": "python", "lines": 30}],
    }
    assert entries["README.md"]["isDirectory"] is False


WHOLE_TREE = """tree(path: %s, depth: 3) { path name isDirectory files lines sizeBytes rank
  extensions { extension files lines sizeBytes } languages { language files lines sizeBytes } }"""


def test_a_whole_tree_is_answered_with_all_of_its_fields(ask: Asker, shapes: str) -> None:
    entries = snapshot(ask, shapes, WHOLE_TREE % '"./shapes/"')["tree"]
    assert [entry["path"] for entry in entries][:2] == ["shapes/__init__.py", "shapes/caf\\xe9.py"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ('path: "shape"', "NOT_FOUND"),
        ('path: "README.md"', "NOT_FOUND"),
        ("depth: 2, most: 3", "QUERY_TOO_COSTLY"),
        ("most: 2001", "INVALID_ARGUMENT"),
        ("most: 0", "INVALID_ARGUMENT"),
    ],
)
def test_a_tree_that_cannot_be_shown_whole_says_why(ask: Asker, shapes: str, arguments: str, told: str) -> None:
    answer = ask.post(SNAPSHOT.format(f"tree({arguments}) {{ path }}"), id=shapes)
    assert code(answer) == told


def test_a_treemap_has_the_files_as_columns(ask: Asker, shapes: str) -> None:
    fields = 'treemap(path: "shapes") { paths files lines places languages languageNames }'
    found = snapshot(ask, shapes, fields)["treemap"]
    assert found["paths"][:2] == ["shapes/__init__.py", "shapes/caf\\xe9.py"]
    assert (set(found["files"]), sum(found["lines"])) == ({1}, 30)
    assert {found["languageNames"][number] for number in found["languages"] if number >= 0} == {"python"}
    assert 0.5 < max(found["places"]) < 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [('path: "shape"', "NOT_FOUND"), ("most: 0", "INVALID_ARGUMENT"), ("most: 20001", "INVALID_ARGUMENT")],
)
def test_a_treemap_of_what_is_none_says_why(ask: Asker, shapes: str, arguments: str, told: str) -> None:
    assert code(ask.post(SNAPSHOT.format(f"treemap({arguments}) {{ paths }}"), id=shapes)) == told


def test_the_readme_is_documentation_and_used_files_are_critical(ask: Asker, shapes: str) -> None:
    fields = "documentation { nodes { path title category format vendored } } criticalFiles { path score callers }"
    found = snapshot(ask, shapes, fields)
    readme = {"path": "README.md", "title": "Shapes", "category": "README", "format": "MARKDOWN", "vendored": False}
    assert found["documentation"]["nodes"] == [readme]
    assert found["criticalFiles"][0] == {"path": "shapes/geometry.py", "score": 1, "callers": 0}
    assert found["criticalFiles"][1]["path"] == "shapes/numbers.py"
    assert found["criticalFiles"][1]["callers"] == 1


def test_a_critical_file_names_its_worst_function_and_its_line(ask: Asker, shapes: str) -> None:
    fields = "criticalFiles { path complexity functions lines worstFunction { name startLine complexity } }"
    files = {file.pop("path"): file for file in snapshot(ask, shapes, fields)["criticalFiles"]}
    worst = {"name": "total_area", "startLine": 21, "complexity": 2}
    assert files["shapes/geometry.py"] == {"complexity": 5, "functions": 4, "lines": 22, "worstFunction": worst}


def test_a_page_of_documentation_can_be_of_some_categories(ask: Asker, shapes: str) -> None:
    found = snapshot(ask, shapes, "documentation(first: 1, categories: [GUIDE, LICENSE]) { totalCount }")
    assert found["documentation"]["totalCount"] == 0


def test_a_fresh_repository_is_not_stale(ask: Asker, shapes: str) -> None:
    fields = (
        "freshness { servedCommit remoteHead stale checkedAt } sizeBytes defaultBranch map { state progress { phase } }"
    )
    found = ask(f"query R($id: ID!) {{ repository(id: $id) {{ {fields} }} }}", id=shapes)["repository"]
    assert found["freshness"]["servedCommit"] == found["freshness"]["remoteHead"]
    assert found["freshness"]["stale"] is False
    assert found["defaultBranch"] == "main"
    assert int(found["sizeBytes"]) > 0
    assert found["map"] == {"state": "READY", "progress": None}


def test_remote_refs_are_read_without_a_clone(ask: Asker, forge: GitServer) -> None:
    document = """query R($url: String!) { remoteRefs(url: $url) { __typename
      ... on RemoteRefs { defaultBranch branches(nameContains: "De") { nodes { name commit } } }
      ... on Error { code retryable } } }"""
    refs = ask(document, url=forge.url("ada/shapes.git"))["remoteRefs"]
    assert refs["defaultBranch"] == "main"
    assert [branch["name"] for branch in refs["branches"]["nodes"]] == ["dev"]
    missing = ask(document, url=forge.url("ada/none.git"))["remoteRefs"]
    assert missing == {"__typename": "RemoteError", "code": "NOT_FOUND_OR_PRIVATE", "retryable": False}
    assert ask(document, url="file:///etc")["remoteRefs"]["code"] == "PROTOCOL_NOT_ALLOWED"


def test_an_empty_remote_is_an_error_and_one_whose_head_leads_nowhere_has_none(ask: Asker, forge: GitServer) -> None:
    document = """query R($url: String!) { remoteRefs(url: $url) {
      ... on RemoteRefs { head defaultBranch branches { nodes { name } } } ... on Error { code } } }"""
    headless = forge.root / "ada/headless.git"
    make_repository(headless, {"a.py": "a = 1\n"}, branch="dev")
    run_git("-C", str(headless), "symbolic-ref", "HEAD", "refs/heads/gone")
    found = ask(document, url=forge.url("ada/headless.git"))["remoteRefs"]
    assert (found["head"], found["defaultBranch"]) == (None, None)
    assert found["branches"]["nodes"] == [{"name": "dev"}]
    assert ask(document, url=forge.url("ada/empty.git"))["remoteRefs"] == {"code": "EMPTY_REPOSITORY"}


def test_the_snapshot_of_no_ref_says_what_it_is_of(ask: Asker, forge: GitServer) -> None:
    url = forge.url("ada/side-first.git")
    make_repository(forge.root / "ada/side-first.git", {"a.py": "a = 1\n"})
    commit_files(forge.root / "ada/side-first.git", {"b.py": "b = 1\n"}, branch="side")
    repository_id = ask.map(url, "side")
    assert snapshot(ask, repository_id, "ref")["ref"] == "side"
    ask.map(url)
    assert snapshot(ask, repository_id, "ref")["ref"] is None


def test_repositories_are_filtered_and_counted(ask: Asker, shapes: str) -> None:
    document = """query R($filter: RepositoryFilter) { repositories(filter: $filter, orderBy: NAME) {
      totalCount nodes { id } } }"""
    named = ask(document, filter={"nameContains": "SHAPES", "states": ["READY"]})["repositories"]
    assert shapes in [node["id"] for node in named["nodes"]]
    assert ask(document, filter={"states": ["EVICTED"]})["repositories"]["totalCount"] == 0


def test_a_filter_that_is_too_long_is_refused(ask: Asker) -> None:
    document = "query R($filter: RepositoryFilter) { repositories(filter: $filter) { totalCount } }"
    assert code(ask.post(document, filter={"nameContains": "x" * 60_000})) == "INVALID_ARGUMENT"
    assert "errors" not in ask.post(document, filter={"nameContains": "%_*[", "states": ["READY"] * 10_000})
