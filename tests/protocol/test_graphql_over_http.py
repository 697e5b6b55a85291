"""GraphQL over HTTP: media types, status codes, what a GET may do, and clients that keep no rules."""

import json
from socket import create_connection

import httpx
import pytest

from schema.negotiation import EVENT_STREAM, JSON, RESPONSE, acceptable
from tests.support.asker import CLONE, Asker

QUERY = {"query": "{ server { version } }"}
NEGOTIATED = {"Accept": RESPONSE}
BY_CODE = {"Content-Type": JSON}
"""What no page sends to another origin without asking first."""

WRONG = [
    "{",
    "{ nothing }",
    "query A { __typename } query B { __typename }",
    "query Q($id: ID!) { job(id: $id) { id } }",
]


def post(web: httpx.Client, body: object = None, **headers: str) -> httpx.Response:
    return web.post("/graphql", json=QUERY if body is None else body, headers=headers)


def get(web: httpx.Client, headers: dict[str, str] | None = None, **params: str) -> httpx.Response:
    return web.get("/graphql", params=QUERY | params, headers=BY_CODE if headers is None else headers)


# Media types


@pytest.mark.parametrize(
    ("accept", "best"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("text/*", EVENT_STREAM),
        (RESPONSE, RESPONSE),
        ("APPLICATION/JSON", JSON),
        (f"{JSON}; charset=utf-8", JSON),
        (f"{JSON}, {RESPONSE}", RESPONSE),
        (f"{RESPONSE}, {JSON};q=0.9", RESPONSE),
        (f"{RESPONSE};q=0.8, {JSON};q=0.9", JSON),
        (f"{RESPONSE};q=0.5, */*", JSON),
        (f"{RESPONSE}, */*", RESPONSE),
        (f"*/*;q=0.1, {EVENT_STREAM}", EVENT_STREAM),
        (f"{EVENT_STREAM}, {JSON}, {RESPONSE}", RESPONSE),
        (f"{EVENT_STREAM}, {JSON};q=0.9", EVENT_STREAM),
        (f"{JSON};q=0, */*", RESPONSE),
        (f"{JSON};q=0.000, {RESPONSE};Q=0.001", RESPONSE),
        ("application/*;q=0.2, application/json;q=0.1", RESPONSE),
        ("text/html, application/xhtml+xml, */*;q=0.8", JSON),
        (f'text/html;a="x, {RESPONSE}", {JSON}', JSON),
        (f"{RESPONSE};q=2, {JSON};q=0.1", JSON),
        (f"nonsense, /, a/b/c, {JSON}", JSON),
        ("text/html", None),
        ("image/avif,image/webp,image/*", None),
        ("*/*;q=0", None),
        (f"{JSON};q=0", None),
        ("nonsense", None),
        ("*/json", None),
        (f"{RESPONSE}x", None),
    ],
)
def test_the_best_media_type_is_that_of_the_highest_quality(accept: str | None, best: str | None) -> None:
    assert next(iter(acceptable(accept)), None) == best


def test_a_long_accept_header_is_read_in_linear_time() -> None:
    assert acceptable('"' * 30_000 + ";q=" * 10_000 + "," * 10_000 + "a/b;" * 5_000) == ()


@pytest.mark.parametrize("media_type", [JSON, RESPONSE])
def test_an_answer_names_its_media_type_and_encoding(web: httpx.Client, media_type: str) -> None:
    answer = post(web, Accept=media_type)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == f"{media_type}; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_several_accept_headers_are_one(web: httpx.Client) -> None:
    answer = web.post("/graphql", json=QUERY, headers=[("Accept", f"{JSON};q=0.5"), ("Accept", RESPONSE)])
    assert answer.headers["content-type"].startswith(RESPONSE)


def test_what_cannot_be_answered_in_a_media_type_is_not_acceptable(web: httpx.Client) -> None:
    answer = post(web, Accept="text/html, image/png")
    assert answer.status_code == 406
    assert answer.headers["content-type"] == JSON
    assert RESPONSE in answer.json()["errors"][0]["message"]


# Status codes


@pytest.mark.parametrize("query", WRONG)
def test_a_document_that_never_ran_is_a_bad_request_in_the_newer_media_type(web: httpx.Client, query: str) -> None:
    answer = post(web, {"query": query}, **NEGOTIATED)
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith(RESPONSE)
    assert set(answer.json()) - {"extensions"} == {"errors"}
    assert post(web, {"query": query}).status_code == 200


def test_an_error_of_a_field_is_part_of_an_answer(web: httpx.Client) -> None:
    for query in ("{ repository { id } }", '{ nodes(ids: ["' + '","'.join("x" * 101) + '"]) { id } }'):
        answer = post(web, {"query": query}, **NEGOTIATED)
        assert answer.status_code == 200
        assert set(answer.json()) == {"data", "errors", "extensions"}


def test_a_subscription_that_cannot_be_a_stream_is_told_so(web: httpx.Client) -> None:
    answer = post(web, {"query": "subscription { repositoriesChanged { kind } }"})
    assert answer.status_code == 400
    assert "text/event-stream" in answer.json()["errors"][0]["message"]


def test_one_of_several_operations_runs_only_by_its_name(web: httpx.Client) -> None:
    two = {"query": "query A { server { version } } query B { __typename }"}
    assert "operationName" in post(web, two).json()["errors"][0]["message"]
    assert post(web, {**two, "operationName": "B"}).json()["data"] == {"__typename": "Query"}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "HEAD"])
def test_other_methods_are_not_allowed(web: httpx.Client, method: str) -> None:
    answer = web.request(method, "/graphql", headers=BY_CODE)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


# POST


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "multipart/form-data",
        "application/x-www-form-urlencoded",
        "application/graphql",
        "application/json; charset=latin-1",
        "application/jsonx",
        "",
    ],
)
def test_a_form_of_another_page_is_refused(web: httpx.Client, kind: str) -> None:
    answer = web.post("/graphql", content=json.dumps(QUERY), headers={"Content-Type": kind})
    assert answer.status_code == 415


@pytest.mark.parametrize(
    "kind", ["application/json", "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"; x=1']
)
def test_json_is_taken_in_any_spelling(web: httpx.Client, kind: str) -> None:
    answer = web.post("/graphql", content=json.dumps(QUERY), headers={"Content-Type": kind})
    assert answer.json()["data"]["server"]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "1",
        '"x"',
        '[{"query":"{server{version}}"}]',
        '{"query":1}',
        "{}",
        '{"query":"{a}","variables":[]}',
        '{"query":"{a}","operationName":1}',
        '{"query":"{a}","extensions":"x"}',
        '{"query":"\xff"}',
    ],
)
@pytest.mark.parametrize("accept", [JSON, RESPONSE, EVENT_STREAM])
def test_a_body_that_is_no_request_is_told_so(web: httpx.Client, body: str, accept: str) -> None:
    headers = {"Content-Type": JSON, "Accept": accept}
    answer = web.post("/graphql", content=body.encode("latin-1"), headers=headers)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == JSON
    assert answer.json()["errors"][0]["message"]


def test_a_body_beyond_the_limit_is_not_read(web: httpx.Client) -> None:
    assert post(web, {"query": "#" * 300_000}).status_code == 413


def test_keys_that_are_not_known_are_passed_over(web: httpx.Client) -> None:
    assert post(web, QUERY | {"id": 7, "doc_id": None}).json()["data"]["server"]


def test_the_answer_of_a_post_is_kept_by_nobody(web: httpx.Client) -> None:
    answers = [post(web), post(web, {"query": "{"}), post(web, {}), post(web, Accept="text/html"), web.put("/graphql")]
    assert [answer.headers["cache-control"] for answer in answers] == ["no-store"] * 5
    assert "etag" not in answers[0].headers


def test_a_client_that_goes_in_the_middle_of_its_body_is_no_defect(
    server_url: str, web: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    host, port = server_url.removeprefix("http://").split(":")
    with create_connection((host, int(port))) as opened:
        opened.sendall(b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n")
        opened.sendall(b"Content-Length: 100\r\n\r\n{")
        web.get("/healthz")
    for _ in range(3):
        web.get("/healthz")
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


# GET


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": JSON},
        {"Content-Type": "application/json; charset=utf-8", "Accept": RESPONSE},
        {"Sec-Fetch-Mode": "cors"},
        {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-origin", "Accept": "*/*"},
        {"Sec-Fetch-Mode": "same-origin", "Sec-Fetch-Site": "same-origin", "Accept": RESPONSE},
    ],
    ids=["a program", "a program that negotiates", "fetch of Node", "fetch of our page", "strict fetch of our page"],
)
def test_a_query_of_a_program_or_of_our_page_is_answered(web: httpx.Client, headers: dict[str, str]) -> None:
    answer = get(web, headers)
    assert (answer.status_code, list(answer.json())) == (200, ["data", "extensions"])


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "text/html"},
        {"Accept": "*/*"},
        {"Accept": JSON},
        {"Accept": EVENT_STREAM},
        {"Accept": "image/avif,image/webp,*/*;q=0.8", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Site": "cross-site"},
        {"Accept": RESPONSE, "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Site": "same-site"},
        {"Accept": RESPONSE, "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Site": "same-origin"},
        {"Accept": "text/html", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "none"},
        {"Accept": JSON, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "cross-site", **BY_CODE},
        {"Accept": JSON, "Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "cross-site"},
        {"Accept": JSON, "Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-site", **BY_CODE},
        {"Accept": JSON, "Content-Type": "text/plain"},
        {"Accept": JSON, "Content-Type": "application/x-www-form-urlencoded"},
    ],
    ids=[
        "an old browser's link",
        "an old browser's script",
        "an old browser's no-cors fetch",
        "an old browser's no-cors fetch of a stream",
        "an image",
        "no-cors of a sibling",
        "no-cors of our own page",
        "a link in a mail",
        "a link with impossible headers",
        "cors without an origin",
        "cors of a sibling without an origin",
        "a simple media type",
        "a form",
    ],
)
def test_nothing_runs_by_a_get_that_another_page_can_cause(web: httpx.Client, headers: dict[str, str]) -> None:
    answer = get(web, headers)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert answer.headers["cache-control"] == "no-store"


def test_a_get_of_another_origin_is_refused(web: httpx.Client) -> None:
    assert get(web, {**BY_CODE, "Origin": "https://evil.example"}).status_code == 403


@pytest.mark.parametrize("accept", [JSON, RESPONSE, EVENT_STREAM])
@pytest.mark.parametrize("name", [{}, {"operationName": "Clone"}])
def test_a_mutation_never_runs_by_get(web: httpx.Client, ask: Asker, accept: str, name: dict[str, str]) -> None:
    variables = json.dumps({"url": "http://127.0.0.1:1/never/cloned"})
    answer = get(web, BY_CODE | {"Accept": accept}, query=CLONE, variables=variables, **name)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert ask('{ repository(url: "http://127.0.0.1:1/never/cloned") { id } }')["repository"] is None


def test_the_named_operation_says_what_a_get_does(web: httpx.Client) -> None:
    two = f"query Q {{ __typename }} {CLONE}"
    assert get(web, query=two, operationName="Q").json()["data"] == {"__typename": "Query"}
    assert get(web, query=two, operationName="Clone").status_code == 405
    assert "data" not in get(web, BY_CODE | NEGOTIATED, query=two).json()


def test_a_get_takes_everything_from_its_url(web: httpx.Client) -> None:
    query = "query A { __typename } query B($name: String!) { __type(name: $name) { name } }"
    answer = get(web, query=query, operationName="B", variables='{"name":"Job"}', extensions='{"a":1}')
    assert answer.json()["data"] == {"__type": {"name": "Job"}}


def test_an_empty_parameter_is_none(web: httpx.Client) -> None:
    assert get(web, operationName="", variables="", extensions="").json()["data"]["server"]


@pytest.mark.parametrize(
    "params",
    [
        {"query": ""},
        {"variables": "{"},
        {"variables": "[]"},
        {"variables": '"x"'},
        {"extensions": "1"},
        {"operationName": "null"},
    ],
)
def test_a_url_that_is_no_request_is_told_so(web: httpx.Client, params: dict[str, str]) -> None:
    answer = get(web, BY_CODE | NEGOTIATED, **params)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"]


def test_a_parameter_that_is_given_twice_is_refused(web: httpx.Client) -> None:
    answer = web.get("/graphql", params=[("query", "{ __typename }"), ("query", "{ server { id } }")], headers=BY_CODE)
    assert answer.status_code == 400


# What was read before


def test_an_answer_that_was_read_before_is_not_sent_again(web: httpx.Client) -> None:
    first = get(web)
    assert first.headers["cache-control"] == "private, no-cache"
    assert first.headers["vary"] == "Accept, Authorization, Accept-Encoding"
    again = get(web, BY_CODE | {"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert {name: again.headers[name] for name in ("etag", "vary", "cache-control")} == {
        name: first.headers[name] for name in ("etag", "vary", "cache-control")
    }


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', '"a,b",W/{} , "c"', "*"])
def test_a_tag_is_compared_weakly_and_in_lists(web: httpx.Client, form: str) -> None:
    tag = get(web).headers["etag"]
    assert get(web, BY_CODE | {"If-None-Match": form.format(tag)}).status_code == 304


@pytest.mark.parametrize("form", ['"other"', "", "x{}", "nonsense", '"{}"'])
def test_another_tag_is_another_answer(web: httpx.Client, form: str) -> None:
    tag = get(web).headers["etag"].strip('"')
    given = form.replace("{}", "" if form == '"{}"' else tag)
    assert get(web, BY_CODE | {"If-None-Match": given}).status_code == 200


def test_each_answer_and_each_media_type_has_its_own_tag(web: httpx.Client) -> None:
    tags = [
        get(web, BY_CODE | {"Accept": accept}, query=query).headers["etag"]
        for accept in (JSON, RESPONSE)
        for query in ("{ __typename }", "{ a: __typename }")
    ]
    assert len(set(tags)) == 4


@pytest.mark.parametrize("query", WRONG)
def test_a_document_that_never_ran_has_no_tag(web: httpx.Client, query: str) -> None:
    answer = get(web, BY_CODE | {"If-None-Match": "*"}, query=query)
    assert (answer.status_code, "etag" in answer.headers) == (200, False)
    assert answer.headers["cache-control"] == "no-store"
