"""What load balancers and Prometheus ask, as they ask it."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families as parse

from schema.app import create_app
from services.viewers import Scope
from tests.support.doors import bearer, make_token
from tests.support.running import local_settings
from tests.support.server import running_server
from tests.support.valkey import Valkey
from tests.support.wireclient import greeted

pytestmark = pytest.mark.anyio


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    with Valkey() as server:
        yield server


def wait_for(url: str, status: int) -> httpx.Response:
    """Ask whether a server is ready until it answers so, for at most 20 s."""
    deadline = time.monotonic() + 20
    while (answer := httpx.get(f"{url}/readyz", timeout=30)).status_code != status and time.monotonic() < deadline:
        time.sleep(0.05)
    return answer


def figures(text: str) -> dict[str, float]:
    """Give every sample by its name, those with labels with them."""
    return {
        sample.name + "".join(f",{name}={value}" for name, value in sorted(sample.labels.items())): sample.value
        for family in parse(text)
        for sample in family.samples
    }


def test_a_server_alone_is_ready_and_says_so_to_whoever_asks(tmp_path: Path) -> None:
    settings = local_settings(tmp_path)
    make_token(settings)
    with running_server(settings) as url:
        answer = wait_for(url, 200)
        assert (answer.text, answer.headers["cache-control"]) == ("ready\n", "no-store")
        asked = httpx.head(f"{url}/readyz", timeout=30)
        assert (asked.status_code, asked.content) == (200, b"")
        assert httpx.get(f"{url}/healthz", timeout=30).text == "ok\n"


def test_a_server_is_ready_while_its_bus_is_and_works_all_the_same_without(tmp_path: Path, valkey: Valkey) -> None:
    valkey.require("hush")
    valkey.stop()
    settings = local_settings(tmp_path, bus_url=valkey.url, bus_heartbeat_seconds=1)
    with running_server(settings) as url:
        away = wait_for(url, 503)
        assert away.status_code == httpx.head(f"{url}/readyz", timeout=30).status_code == 503
        assert away.text.startswith("The bus is lost: ")
        assert away.text.count("\n") == 1
        assert "hush" not in away.text
        assert httpx.post(f"{url}/graphql", json={"query": "{ server { version } }"}, timeout=30).status_code == 200
        valkey.start()
        valkey.require("hush")
        assert wait_for(url, 200).text == "ready\n"
        assert figures(httpx.get(f"{url}/metrics", timeout=30).text)["graticule_hub_ready"] == 1
        valkey.stop()
        assert wait_for(url, 503).status_code == 503
        lost = figures(httpx.get(f"{url}/metrics", timeout=30).text)
    assert lost["graticule_hub_ready"] == 0
    assert lost["graticule_resyncs_total,reason=outage"] >= 1


async def test_a_server_is_not_ready_before_its_start_and_after_its_end(tmp_path: Path) -> None:
    app = create_app(local_settings(tmp_path))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as web:
        before = await web.get("/readyz")
        async with app.router.lifespan_context(app):
            during = await web.get("/readyz")
        after = await web.get("/readyz")
    assert [answer.status_code for answer in (before, during, after)] == [503, 200, 503]
    assert after.text == "The server is stopping, or has not started.\n"


async def test_the_figures_are_prometheus_text_and_count_what_is_there(tmp_path: Path) -> None:
    with running_server(local_settings(tmp_path, bus_heartbeat_seconds=0.1)) as url:
        async with greeted(url) as opened, httpx.AsyncClient(base_url=url) as web:
            await opened.follow("subscription { repositoriesChanged { kind } }")
            await web.post("/graphql", json={"query": "{ server { version } }"})
            found: dict[str, float] = {}
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline and not (
                found.get("graticule_mailboxes_attached") and found.get("graticule_event_loop_lag_seconds_count")
            ):
                answer = await web.get("/metrics")
                found = figures(answer.text)
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert found["graticule_sockets_open"] == found["graticule_mailboxes_attached"] == 1
    assert found["graticule_hub_ready"] == 1
    assert found["graticule_hub_lag_seconds_count"] >= 1
    assert found["graticule_bus_messages_published_total"] >= 1
    assert found["graticule_bus_messages_received_total"] >= 1
    assert found["graticule_bus_messages_failed_total"] == 0
    assert {name.split(",", maxsplit=1)[0].partition("_")[0] for name in found} == {"graticule"}


def test_two_servers_in_one_process_count_apart(tmp_path: Path) -> None:
    with running_server(local_settings(tmp_path / "one")), running_server(local_settings(tmp_path / "two")) as two:
        names = [family.name for family in parse(httpx.get(f"{two}/metrics", timeout=30).text)]
    assert len(names) == len(set(names))


def test_the_figures_are_for_administrators_once_there_are_tokens(tmp_path: Path) -> None:
    settings = local_settings(tmp_path, anonymous_scope="clone")
    admin, reader = make_token(settings, scope=Scope.ADMIN), make_token(settings, scope=Scope.READ)
    with running_server(settings) as url:
        codes = [
            httpx.get(f"{url}/metrics", headers=bearer(token), timeout=30).status_code
            for token in (admin, reader, None, "x")
        ]
        assert codes == [200, 403, 403, 401]
        assert httpx.post(f"{url}/metrics", headers=bearer(admin), timeout=30).status_code == 405
        assert httpx.get(f"{url}/metrics", headers={"Host": "evil.example"}, timeout=30).status_code == 400
