"""GraphQL over server-sent events, in distinct connections: graphql-sse's PROTOCOL.md, from the outside."""

import asyncio
import json
import threading
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from schema.negotiation import EVENT_STREAM, JSON, RESPONSE
from schema.sse import EventStream
from services.viewers import Scope as Right
from tests.support.asker import CLONE, Asker
from tests.support.documents import COSTLY, FOLLOW_JOB, MAP, SILENT
from tests.support.doors import make_token, revoke_token
from tests.support.events import Event, events
from tests.support.gitserver import GitServer, make_repository
from tests.support.running import local_settings
from tests.support.server import running_server, serving

COMPLETE = Event("complete", None)


# What is streamed


def test_a_subscription_has_results_and_is_complete_at_its_end(web: httpx.Client, ask: Asker, forge: GitServer) -> None:
    make_repository(forge.root / "sse/finite.git", {"a.py": "def a(): ...\n"})
    job = ask.clone(forge.url("sse/finite.git"))["job"]
    with events(web, FOLLOW_JOB, id=job["id"]) as stream:
        *results, end = stream
    assert {event.name for event in results} == {"next"}
    assert results[-1].data["data"]["jobProgress"]["job"]["state"] == "SUCCEEDED"
    assert end == COMPLETE


def test_a_query_and_a_mutation_have_one_result(web: httpx.Client) -> None:
    with events(web, "{ __typename }") as stream:
        assert list(stream) == [
            Event("next", {"data": {"__typename": "Query"}, "extensions": {"cost": {"requested": 1, "limit": 10000}}}),
            COMPLETE,
        ]
    with events(web, CLONE, url="no URL at all") as stream:
        result, end = stream
    assert result.data["data"]["cloneRepository"]["errors"]
    assert end == COMPLETE


def test_the_answer_is_an_event_stream_that_no_proxy_keeps_or_buffers(web: httpx.Client) -> None:
    with events(web, "{ __typename }") as stream:
        headers = stream.answer.headers
    assert headers["content-type"] == "text/event-stream; charset=utf-8"
    assert (headers["cache-control"], headers["x-accel-buffering"]) == ("no-store", "no")
    assert "content-length" not in headers


def test_complete_has_an_empty_data_field_for_browsers(web: httpx.Client) -> None:
    answer = web.post("/graphql", json={"query": "{ __typename }"}, headers={"Accept": EVENT_STREAM})
    assert answer.text.startswith(":\n\n")
    assert answer.text.endswith("event: complete\ndata: \n\n")


def test_text_with_line_ends_stays_one_line_of_data(web: httpx.Client, shapes: str) -> None:
    with events(web, MAP, id=shapes) as stream:
        result, _ = stream
    assert "\n" in result.data["data"]["repository"]["snapshot"]["repoMap"]["text"]


@pytest.mark.parametrize(
    "query",
    ["", "{", "{ nothing }", "subscription { nothing }", "query A { a } query B { b }", COSTLY],
    ids=["empty", "syntax", "query", "subscription", "several", "too costly"],
)
def test_what_is_wrong_with_a_document_is_said_in_the_stream(web: httpx.Client, query: str) -> None:
    with events(web, query) as stream:
        assert stream.answer.status_code == 200
        result, end = stream
    assert set(result.data) - {"extensions"} == {"errors"}
    assert result.data["errors"][0]["message"]
    assert end == COMPLETE


@pytest.mark.parametrize(
    "query",
    ['subscription { jobProgress(id: "nonsense") { revision } }', "{ repository { id } }"],
    ids=["nothing to follow", "a field"],
)
def test_an_error_while_it_runs_is_a_result(web: httpx.Client, query: str) -> None:
    with events(web, query) as stream:
        result, end = stream
    assert result.data["errors"][0]["message"]
    assert end == COMPLETE


# When there is a stream


@pytest.mark.parametrize(
    ("accept", "query", "streamed"),
    [
        (EVENT_STREAM, "{ __typename }", True),
        (f"{EVENT_STREAM}, {JSON};q=0.9", "{ __typename }", True),
        (f"{EVENT_STREAM};q=0.1, {JSON}", "{ __typename }", False),
        (f"{RESPONSE}, {JSON}, {EVENT_STREAM}", "{ __typename }", False),
        (f"{RESPONSE}, {JSON}, {EVENT_STREAM}", SILENT, True),
        (f"{EVENT_STREAM};q=0, {JSON}", SILENT, False),
        ("*/*", SILENT, False),
    ],
)
def test_what_a_client_accepts_and_asks_for_decides(
    web: httpx.Client, accept: str, query: str, *, streamed: bool
) -> None:
    with web.stream("POST", "/graphql", json={"query": query}, headers={"Accept": accept}) as answer:
        assert answer.headers["content-type"].startswith(EVENT_STREAM) is streamed


def test_a_browsers_event_source_may_follow_by_get(web: httpx.Client, ask: Asker, shapes: str) -> None:
    job = ask("query J($id: ID!) { repository(id: $id) { newestJob { id } } }", id=shapes)["repository"]["newestJob"]
    headers = {"Accept": EVENT_STREAM, "Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-origin"}
    params = {"query": FOLLOW_JOB, "variables": json.dumps({"id": job["id"]})}
    answer = web.get("/graphql", params=params, headers=headers)
    assert answer.headers["content-type"].startswith(EVENT_STREAM)
    assert '"SUCCEEDED"' in answer.text
    refused = web.get("/graphql", params=params, headers=headers | {"Sec-Fetch-Mode": "no-cors"})
    assert refused.status_code == 405


def test_what_is_no_request_is_told_so_before_a_stream_begins(web: httpx.Client) -> None:
    for status, answer in (
        (400, web.post("/graphql", json={}, headers={"Accept": EVENT_STREAM})),
        (415, web.post("/graphql", content="{}", headers={"Accept": EVENT_STREAM})),
        (405, web.put("/graphql", json={}, headers={"Accept": EVENT_STREAM})),
        (413, web.post("/graphql", json={"query": "#" * 300_000}, headers={"Accept": EVENT_STREAM})),
    ):
        assert answer.status_code == status
        assert not answer.headers["content-type"].startswith(EVENT_STREAM)


# Who may, and how many


def test_nobody_follows_without_a_token(tmp_path: Path) -> None:
    settings = local_settings(tmp_path)
    make_token(settings)
    with running_server(settings) as url, httpx.Client(base_url=url) as web, events(web, SILENT) as stream:
        assert stream.answer.status_code == 401
        assert stream.answer.headers["content-type"] == JSON


@contextmanager
def placed(web: httpx.Client) -> Iterator[None]:
    """Follow as soon as there is a place: what went a moment ago may still have it."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with events(web, SILENT) as stream:
            if stream.answer.status_code == 200:
                yield
                return
        time.sleep(0.02)
    raise AssertionError("the place was not given back")


def test_a_stream_takes_the_place_of_a_socket_and_gives_it_back(tmp_path: Path) -> None:
    settings = local_settings(tmp_path, sockets_per_client=1)
    with running_server(settings) as url, httpx.Client(base_url=url, timeout=20) as web:
        for _ in range(3):
            with placed(web):
                refused = web.post("/graphql", json={"query": SILENT}, headers={"Accept": EVENT_STREAM})
                assert refused.status_code == 429
                assert int(refused.headers["retry-after"]) > 0
                assert refused.json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
                assert web.post("/graphql", json={"query": "{ __typename }"}).status_code == 200


def test_a_revoked_token_ends_its_streams_and_no_other(tmp_path: Path) -> None:
    settings = local_settings(tmp_path)
    token, other = make_token(settings, "a"), make_token(settings, "b", scope=Right.CLONE)
    with running_server(settings) as url, httpx.Client(base_url=url, timeout=20) as web:
        with events(web, SILENT, token=other) as still, events(web, SILENT, token=token) as stream:
            asyncio.run(revoke_token(settings, token))
            assert list(stream) == []
            assert still.answer.is_closed is False
        with events(web, SILENT, token=token) as stream:
            assert stream.answer.status_code == 401


# How a stream ends


def test_a_server_that_stops_ends_its_streams_without_complete(tmp_path: Path) -> None:
    seen: list[Event] = []
    begun = threading.Event()

    def read(url: str) -> None:
        with httpx.Client(base_url=url, timeout=20) as web, events(web, SILENT) as stream:
            begun.set()
            seen.extend(stream)

    with running_server(local_settings(tmp_path)) as url:
        reader = threading.Thread(target=read, args=(url,))
        reader.start()
        assert begun.wait(20)
    reader.join(20)
    assert not reader.is_alive()
    assert seen == []


class Endless:
    """A source without an end, which counts what was taken from it and says when it was closed."""

    def __init__(self, *, seconds: float, size: int) -> None:
        self.taken = 0
        self.closed = threading.Event()
        self._seconds = seconds
        self._result = json.dumps({"data": "x" * size}).encode()

    async def results(self) -> AsyncGenerator[bytes, None]:
        try:
            while True:
                await asyncio.sleep(self._seconds)
                self.taken += 1
                yield self._result
        finally:
            self.closed.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await EventStream(self.results())(scope, receive, send)


def streaming(source: Endless) -> Starlette:
    return Starlette(routes=[Route("/graphql", source)])


def test_the_source_is_closed_as_soon_as_the_client_goes() -> None:
    source = Endless(seconds=0.01, size=10)
    with serving(streaming(source)) as url, httpx.Client(base_url=url, timeout=20) as web:
        with events(web, "") as stream:
            next(iter(stream))
        assert source.closed.wait(20)


def test_the_source_of_a_silent_stream_is_closed_as_well() -> None:
    source = Endless(seconds=3600, size=10)
    with serving(streaming(source)) as url, httpx.Client(base_url=url, timeout=20) as web:
        with events(web, ""):
            pass
        assert source.closed.wait(20)


def test_a_silent_stream_is_kept_open_by_comments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EventStream, "ping_seconds", 0.02)
    source = Endless(seconds=0.5, size=10)
    with serving(streaming(source)) as url, httpx.Client(base_url=url, timeout=20) as web:
        with events(web, "") as stream:
            next(iter(stream))
        assert stream.comments > 3


def test_a_client_that_does_not_read_is_waited_for_and_then_cut() -> None:
    source = Endless(seconds=0, size=100_000)
    with (
        serving(streaming(source), stall_seconds=1.0) as url,
        httpx.Client(base_url=url, timeout=20) as web,
        events(web, "") as stream,
    ):
        assert source.closed.wait(20)
        with pytest.raises(httpx.RemoteProtocolError):
            list(stream)
    assert source.taken < 200  # 20 MB; what the kernel and both ends buffer
