"""How much one caller may ask for, and what they are told when it was too much."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs
from websockets.exceptions import InvalidStatus

from services.access.rates import Rates
from services.errors import InvalidArgumentError, RateLimitedError
from services.store.requests import LiveLimits
from services.viewers import LOCAL, Grants, Scope, Viewer
from tests.support.doors import data, make_token
from tests.support.gitserver import GitServer
from tests.support.running import local_settings
from tests.support.server import running_server
from tests.support.stores import FakeClock, open_store
from tests.support.valkey import Valkey
from tests.support.wireclient import TRANSPORT, greeted, placed, wire

pytestmark = pytest.mark.anyio

ADA = Viewer("ada", Scope.CLONE, Grants(), "203.0.113.1", "a")
BEN = replace(ADA, name="ben", token_id="b")
CLONE = """mutation Clone($url: String!) { cloneRepository(input: {url: $url}) {
  job { id }
  errors { __typename ... on Error { code message hint retryable } ... on RateLimitedError { retryAfterSeconds } }
} }"""
REFS = """query Refs($url: String!) { remoteRefs(url: $url) {
  __typename ... on Error { code } ... on RateLimitedError { retryAfterSeconds }
} }"""


async def test_submissions_are_counted_per_token_and_per_address() -> None:
    rates = Rates("3/minute")
    for viewer in (ADA, ADA, BEN):
        await rates.submit(viewer)
    for viewer in (ADA, BEN, replace(ADA, token_id="c")):
        with pytest.raises(RateLimitedError, match="address") as caught:
            await rates.submit(viewer)
        assert 1 <= caught.value.retry_after_seconds <= 60
    await rates.submit(replace(ADA, address="203.0.113.2"))
    with pytest.raises(RateLimitedError, match="token"):
        await rates.submit(replace(ADA, address="203.0.113.3"))


async def test_addresses_of_one_ipv6_network_are_one_customer() -> None:
    rates = Rates("2/minute")
    for address in ("2001:db8::1", "2001:db8::ffff"):
        await rates.submit(Viewer("x", Scope.CLONE, Grants(), address))
    with pytest.raises(RateLimitedError):
        await rates.submit(Viewer("x", Scope.CLONE, Grants(), "2001:db8:0:0:1::1"))
    await rates.submit(Viewer("x", Scope.CLONE, Grants(), "2001:db8:0:1::1"))


async def test_who_waits_as_long_as_told_may_ask_again() -> None:
    rates = Rates("1/second")
    await rates.submit(ADA)
    with pytest.raises(RateLimitedError) as caught:
        await rates.submit(ADA)
    await asyncio.sleep(caught.value.retry_after_seconds)
    await rates.submit(ADA)


@pytest.mark.parametrize("setting", ["", "often", "0/minute", "-1/minute", "3", "3/fortnight"])
def test_a_rate_that_cannot_be_read_is_refused(setting: str) -> None:
    with pytest.raises(InvalidArgumentError, match="SUBMISSION_RATE"):
        Rates(setting)


@pytest.fixture(scope="module")
def valkey() -> Iterator[str]:
    with Valkey() as server:
        yield server.url


async def test_servers_that_share_a_valkey_count_together(valkey: str) -> None:
    one, two = Rates("4/minute", redis_url=valkey), Rates("4/minute", redis_url=valkey)
    for rates in (one, two, one, two):
        await rates.submit(ADA)
    for rates in (one, two):
        with pytest.raises(RateLimitedError):
            await rates.submit(ADA)
        await rates.close()


async def test_a_valkey_that_is_away_costs_nobody_their_work_and_lifts_no_limit() -> None:
    rates = Rates("2/minute", redis_url="redis://127.0.0.1:1/0")
    with capture_logs() as log:
        await rates.submit(ADA)
        await rates.submit(ADA)
        with pytest.raises(RateLimitedError):
            await rates.submit(ADA)
    assert len(log) == 1, "an outage is said once, not with every submission"
    await rates.close()


def test_a_client_is_told_when_to_come_back(tmp_path: Path, stocked_forge: GitServer) -> None:
    settings = local_settings(tmp_path, submission_rate="2/minute")
    token = make_token(settings, scope=Scope.CLONE)
    with running_server(settings) as url:
        answers = [
            data(url, CLONE, token=token, url=stocked_forge.url(name))["cloneRepository"]
            for name in ("open/shapes", "open/shapes", "acme/other")
        ]
        asked = data(url, REFS, token=token, url=stocked_forge.url("open/shapes"))["remoteRefs"]
    assert [bool(answer["job"]) for answer in answers] == [True, True, False]
    (error,) = answers[2]["errors"]
    assert (error["__typename"], error["code"], error["retryable"]) == ("RateLimitedError", "RATE_LIMITED", True)
    assert 1 <= error["retryAfterSeconds"] <= 60
    assert str(error["retryAfterSeconds"]) in error["hint"]
    assert (asked["__typename"], asked["code"]) == ("RateLimitedError", "RATE_LIMITED")


def test_each_clone_of_one_document_is_counted(tmp_path: Path) -> None:
    fields = " ".join(
        f'a{n}: cloneRepository(input: {{url: "h.invalid/o/{n}"}}) {{ errors {{ __typename }} }}' for n in range(20)
    )
    settings = local_settings(tmp_path, submission_rate="5/minute", allow_hosts="", allow_protocols="https")
    with running_server(settings) as url, httpx.Client(base_url=url, timeout=30) as web:
        told = web.post("/graphql", json={"query": f"mutation {{ {fields} }}"}).json()["data"]
    limited = [payload for payload in told.values() if payload["errors"] == [{"__typename": "RateLimitedError"}]]
    assert (len(told), len(limited)) == (20, 15)


def test_names_cannot_be_tried_faster_than_work_is_asked_for(tmp_path: Path, stocked_forge: GitServer) -> None:
    credentials = json.dumps({stocked_forge.url("acme"): {"bearer": "hush"}})
    settings = local_settings(tmp_path, submission_rate="2/minute", credentials=credentials)
    token = make_token(settings, scope=Scope.CLONE)
    with running_server(settings) as url:
        guesses = [
            data(url, CLONE, token=token, url=stocked_forge.url(f"acme/guess{number}"))["cloneRepository"]["errors"]
            for number in range(3)
        ]
    assert [error["code"] for (error,) in guesses] == ["FORBIDDEN", "FORBIDDEN", "RATE_LIMITED"]


async def test_live_jobs_are_bounded_per_client_and_per_host(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'rows.sqlite3'}"
    async with open_store(url, FakeClock(), LiveLimits(per_client=2, per_host=3)) as store:
        first = await store.ask("h/o/1", client="a")
        await store.ask("h/o/2", client="a")
        with pytest.raises(RateLimitedError, match="You have 2 jobs"):
            await store.ask("i/o/3", client="a")
        assert (await store.ask("h/o/1", client="a")).already_running
        await store.ask("h/o/3", client="b")
        with pytest.raises(RateLimitedError, match="jobs for this host"):
            await store.ask("h/o/4", client="c")
        assert (await store.repositories.page()).total == 3
        await store.jobs.cancel(first.job.id)
        await store.ask("h/o/4", client="a")


@pytest.fixture
async def narrow(tmp_path: Path) -> AsyncIterator[tuple[str, str, str]]:
    settings = local_settings(tmp_path, sockets_per_client=3, sockets=4, socket_operations=2)
    ada = await asyncio.to_thread(make_token, settings, "ada")
    ben = await asyncio.to_thread(make_token, settings, "ben")
    server = running_server(settings)
    url = await asyncio.to_thread(server.__enter__)
    yield url, ada, ben
    await asyncio.to_thread(server.__exit__, None, None, None)


async def test_sockets_are_bounded_and_a_place_that_becomes_free_is_given_again(
    narrow: tuple[str, str, str],
) -> None:
    url, ada, _ = narrow
    async with AsyncExitStack() as stack:
        for _ in range(3):
            await stack.enter_async_context(wire(url, TRANSPORT))
        with pytest.raises(InvalidStatus) as refused:
            await stack.enter_async_context(wire(url, TRANSPORT))
        assert (refused.value.response.status_code, refused.value.response.headers["Retry-After"]) == (429, "5")
    async with AsyncExitStack() as stack:
        for _ in range(3):
            await stack.enter_async_context(placed(url, token=ada))


async def test_operations_on_one_socket_are_bounded(narrow: tuple[str, str, str]) -> None:
    url, ada, _ = narrow
    async with greeted(url, token=ada) as opened:
        for number in range(3):
            await opened.subscribe(str(number), "subscription { repositoriesChanged { kind } }")
        refused = await opened.hear()
    assert (refused["type"], refused["id"]) == ("error", "2")
    assert refused["payload"][0]["extensions"]["code"] == "RATE_LIMITED"


async def test_a_forwarded_address_counts_only_behind_a_proxy_that_the_operator_named(tmp_path: Path) -> None:
    for trusted, refused in (("", True), ("127.0.0.1", False)):
        settings = local_settings(tmp_path / f"data{refused}", submission_rate="1/minute", trusted_proxies=trusted)
        tokens = [await asyncio.to_thread(make_token, settings, name, scope=Scope.CLONE) for name in "ab"]
        with running_server(settings) as url:
            codes = []
            for number, token in enumerate(tokens):
                headers = {"Authorization": f"Bearer {token}", "X-Forwarded-For": f"203.0.113.{number}"}
                body = {"query": CLONE, "variables": {"url": "https://127.0.0.1:1/a/b"}}
                answer = await asyncio.to_thread(httpx.post, f"{url}/graphql", json=body, headers=headers)
                codes += [error["code"] for error in answer.json()["data"]["cloneRepository"]["errors"]]
        assert ("RATE_LIMITED" in codes) is refused


def test_a_caller_within_the_process_is_counted_as_one() -> None:
    assert LOCAL.client == LOCAL.origin == "address:"
    assert (ADA.client, ADA.origin) == ("token:a", "address:203.0.113.1")
