"""Maps for `curl`: the same text as the contract's, by a plain GET that starts nothing."""

import base64
from pathlib import Path

import httpx
import pytest

from services.viewers import Scope
from tests.support.asker import FILES, Asker
from tests.support.doors import bearer, make_token
from tests.support.gitserver import GitServer, make_repository
from tests.support.running import local_settings
from tests.support.server import running_server

MAP = """query Map($id: ID!, $tokens: Int, $focus: String, $paths: [String!]) { repository(id: $id) { snapshot { commit
  repoMap(tokens: $tokens, focus: {text: $focus}, paths: $paths, format: MARKDOWN) { text tokens } } } }"""


def prefixed(forge: GitServer, path: str) -> str:
    """Give the path below this server's address that a repository's own URL makes."""
    return "/" + forge.url(path).partition("://")[2].removesuffix(".git")


def test_the_text_is_the_contracts_own(web: httpx.Client, ask: Asker, shapes: str) -> None:
    snapshot = ask(MAP, id=shapes, tokens=300, focus="square of a number", paths=["shapes"])["repository"]["snapshot"]
    answer = web.get(f"/r/{shapes}.md", params={"tokens": "300", "focus": "square of a number", "paths": "shapes"})
    assert answer.status_code == 200
    assert answer.text == snapshot["repoMap"]["text"]
    assert "square" in answer.text
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert answer.headers["x-graticule-commit"] == snapshot["commit"]
    assert answer.headers["x-graticule-tokens"] == str(snapshot["repoMap"]["tokens"])


def test_a_repositorys_own_url_behind_this_servers_gives_it_too(
    web: httpx.Client, shapes: str, forge: GitServer
) -> None:
    path = prefixed(forge, "ada/shapes.git")
    plain = web.get(f"{path}.md")
    assert plain.status_code == 200
    assert plain.text == web.get(f"/r/{shapes}.md").text
    main = web.get(f"{path}.md@main")
    assert (main.status_code, main.text) == (200, plain.text)
    assert web.get(f"{path}.md", params={"ref": "main"}).text == plain.text
    assert "<!doctype html>" in web.get(path).text.lower()


def test_what_a_client_has_it_is_not_sent_again(web: httpx.Client, shapes: str) -> None:
    first = web.get(f"/r/{shapes}.md")
    tag = first.headers["etag"]
    again = web.get(f"/r/{shapes}.md", headers={"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert first.headers["cache-control"] == again.headers["cache-control"] == "private, no-cache"
    other = web.get(f"/r/{shapes}.md?tokens=50", headers={"If-None-Match": tag})
    assert other.status_code == 200
    assert other.headers["etag"] != tag


def test_head_says_the_same_without_the_text(web: httpx.Client, shapes: str) -> None:
    asked, told = web.get(f"/r/{shapes}.md"), web.head(f"/r/{shapes}.md")
    assert (told.status_code, told.content) == (200, b"")
    assert told.headers["etag"] == asked.headers["etag"]
    assert web.post(f"/r/{shapes}.md").status_code == 405


@pytest.mark.parametrize(
    "query",
    [
        "tokens=", "tokens=0", "tokens=-1", "tokens=1e9", "tokens=200001", "tokens=٣", "tokens=10&tokens=20",
        "token=10", "ref=../../etc", "ref=-x", "ref=a%00b", "focus=%FF", "focus=" + "x" * 10_001, "%00=1",
        "&".join("paths=a" for _ in range(501)),
    ],
    ids=lambda query: query[:20],
)  # fmt: skip
def test_a_strange_query_string_is_refused_in_a_line(web: httpx.Client, shapes: str, query: str) -> None:
    answer = web.get(f"/r/{shapes}.md?{query}")
    if query == "tokens=":
        assert answer.status_code == 200
        return
    assert answer.status_code == 400
    assert answer.text.split(":")[0] in {"INVALID_ARGUMENT", "INVALID_REF"}
    assert answer.text.count("\n") == 1
    assert len(answer.text) < 400


def test_what_is_not_here_is_a_line_and_begins_nothing(web: httpx.Client, ask: Asker, shapes: str) -> None:
    before = ask("{ jobs { totalCount } repositories { totalCount } }")
    unknown = base64.urlsafe_b64encode(b"Repository:" + b"0" * 32).decode().rstrip("=")
    for path in (f"/r/{unknown}.md", "/r/x.md", "/127.0.0.1:1/no/body.md", f"/r/{shapes}.md?ref=never-asked-for"):
        answer = web.get(path)
        assert (answer.status_code, answer.text.split(":")[0]) == (404, "NOT_FOUND")
        assert answer.text.count("\n") == 1
    assert web.get("/evil.example/a/b.md").status_code == 403
    assert ask("{ jobs { totalCount } repositories { totalCount } }") == before


def test_a_map_that_is_being_made_says_how_far_and_when_to_come_back(
    web: httpx.Client, ask: Asker, forge: GitServer
) -> None:
    make_repository(forge.root / "ada/stalled.git", FILES)
    forge.knobs.silent_after_bytes = 0
    try:
        payload = ask.clone(forge.url("ada/stalled.git"))
        waiting = web.get(f"/r/{payload['repository']['id']}.md")
        ask("mutation C($id: ID!) { cancelJob(input: {jobId: $id}) { job { state } } }", id=payload["job"]["id"])
    finally:
        forge.knobs.silent_after_bytes = None
    assert waiting.status_code == 202
    assert waiting.headers["retry-after"] == "2"
    assert payload["repository"]["name"] in waiting.text
    assert ask.ended(payload["job"]["id"])["state"] == "CANCELLED"
    after = web.get(f"/r/{payload['repository']['id']}.md")
    assert (after.status_code, "CANCELLED" in after.text) == (404, True)


def test_a_clone_that_failed_says_why_and_what_to_do(web: httpx.Client, ask: Asker, forge: GitServer) -> None:
    payload = ask.clone(forge.url("ada/never-made.git"))
    error = ask.ended(payload["job"]["id"])["error"]
    answer = web.get(f"/r/{payload['repository']['id']}.md")
    told = f"NOT_FOUND: There is no map of {payload['repository']['name']} at this ref: {error['message']} Check the"
    assert (answer.status_code, answer.text[: len(told)]) == (404, told)


def test_rights_are_those_of_the_contract(tmp_path: Path) -> None:
    settings = local_settings(tmp_path)
    reader = make_token(settings, scope=Scope.READ)
    with running_server(settings) as url:
        asked = {token: httpx.get(f"{url}/r/x.md", headers=bearer(token), timeout=30) for token in (None, "x", reader)}
        assert [answer.status_code for answer in asked.values()] == [401, 401, 404]
        assert asked[None].headers["www-authenticate"] == "Bearer"
        assert asked[None].text.startswith("UNAUTHENTICATED: ")
        assert httpx.get(f"{url}/r/x.md", headers={"Host": "evil.example"}, timeout=30).status_code == 400
        assert httpx.get(f"{url}/llms.txt", timeout=30).status_code == 200


def test_llms_txt_leads_to_ways_in_that_there_are(web: httpx.Client, shapes: str) -> None:
    answer = web.get("/llms.txt")
    assert answer.text.startswith("# Graticule\n\n> ")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    for path, status in (("/", 200), ("/graphiql", 200), ("/mcp", 405), ("/graphql", 405), (f"/r/{shapes}.md", 200)):
        assert f"]({path})" in answer.text or path.startswith("/r/")
        assert web.get(path).status_code == status
