"""One request is followed through logs and traces, from the mutation to the event of its job's end."""

import asyncio
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.otel import open_traces
from tests.support.asker import CLONE, FILES
from tests.support.collector import Collector, collecting
from tests.support.documents import FOLLOW_JOB
from tests.support.gitserver import GitServer, make_repository
from tests.support.ports import kept_port, number_of
from tests.support.serve_command import ServeCommand
from tests.support.wireclient import greeted

REQUEST = "walk-7.a"
TRACE, CALLER = secrets.token_hex(16), secrets.token_hex(8)


@dataclass(frozen=True, slots=True)
class Told:
    """What a server said of one clone that was asked for."""

    log: list[dict[str, Any]]
    collector: Collector
    job: str
    answer: httpx.Response


async def clone_over_a_socket(server: str, url: str) -> None:
    """Ask for a clone that fails, and wait for its end."""
    async with greeted(server) as opened:
        (asked,) = [event async for event in opened.events(CLONE, url=url)]
        events = [event async for event in opened.events(FOLLOW_JOB, id=asked["job"]["id"])]
        assert events[-1]["job"]["state"] == "FAILED"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """Ask for a clone as a client with a trace of its own does, and stop the server when it has ended."""
    folder = tmp_path_factory.mktemp("told")
    make_repository(folder / "forge/ada/shapes.git", FILES)
    headers = {"X-Request-Id": REQUEST, "traceparent": f"00-{TRACE}-{CALLER}-01"}
    with collecting() as collector, GitServer.start(folder / "forge") as forge:
        environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}
        with ServeCommand(folder / "data", environment=environment) as server:
            asked = {"query": CLONE, "variables": {"url": forge.url("ada/shapes.git")}}
            answer = httpx.post(f"{server.url}/graphql", json=asked, headers=headers, timeout=30)
            job = answer.json()["data"]["cloneRepository"]["job"]["id"]
            assert server.ask().ended(job)["state"] == "SUCCEEDED"
            asyncio.run(clone_over_a_socket(server.url, forge.url("ada/none.git")))
        lines = [json.loads(line) for line in server.log if line.startswith("{")]
        yield Told(lines, collector, job, answer)


def test_every_line_of_a_job_names_it_and_the_request_that_asked_for_it(told: Told) -> None:
    assert told.answer.headers["x-request-id"] == REQUEST
    of_the_request = [line for line in told.log if line.get("request") == REQUEST]
    assert [line["event"] for line in of_the_request] == ["a job was asked for", "attempt begins", "attempt ended"]
    assert len({line["job"] for line in of_the_request}) == 1
    assert {line["attempt"] for line in of_the_request[1:]} == {1}
    assert of_the_request[-1]["state"] == "SUCCEEDED"


def test_a_trace_leads_from_the_callers_own_to_the_event_of_the_end(told: Told) -> None:
    spans = told.collector
    assert {span.trace for span in spans.spans if span.name != "POST /graphql"} >= {TRACE}
    (request,) = [span for span in spans.named("POST /graphql") if span.trace == TRACE]
    (mutation,) = [span for span in spans.named("mutation") if span.trace == TRACE]
    (attempt,) = [span for span in spans.named("attempt CLONE") if span.trace == TRACE]
    assert request.parent == CALLER
    assert (request.attributes["request"], request.attributes["status"]) == (REQUEST, 200)
    assert mutation.parent == request.id
    assert {"row", "event published", "queue"} <= set(spans.below(mutation))
    assert attempt.parent == mutation.id
    assert attempt.attributes["outcome"] == "succeeded"
    steps = spans.below(attempt)
    assert {"QUEUED", "RECEIVING", "LISTING", "PARSING", "RANKING", "SAVING", "event published"} <= set(steps)
    assert [name for name in steps if name.startswith("git ")] != []
    assert {span.trace for span in spans.spans if span.parent == attempt.id} == {TRACE}


def test_what_is_asked_over_a_websocket_begins_a_trace_of_its_own(told: Told) -> None:
    spans = told.collector
    (mutation,) = [span for span in spans.named("mutation") if span.trace != TRACE]
    (attempt,) = [span for span in spans.named("attempt CLONE") if span.trace == mutation.trace]
    assert (mutation.parent, attempt.parent) == ("", mutation.id)
    assert attempt.attributes["code"] == "NOT_FOUND_OR_PRIVATE"


def test_nothing_in_a_trace_or_in_the_log_is_a_url_of_a_remote(told: Told) -> None:
    attributes = [value for span in told.collector.spans for value in span.attributes.values()]
    assert [value for value in attributes if "://" in str(value)] == []


AWAY = """
import time
from services import tracing
from services.otel import open_traces
traces = open_traces()
with tracing.begun(traces, "a step", parent=None):
    pass
began = time.monotonic()
traces.close()
print(time.monotonic() - began)
"""


def test_a_collector_that_is_away_holds_up_no_end() -> None:
    with kept_port() as nobody:
        endpoint = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{number_of(nobody)}"}
        done = subprocess.run(
            [sys.executable, "-c", AWAY],
            cwd=Path(__file__).parents[2],
            env={**os.environ, **endpoint},
            capture_output=True,
            text=True,
            check=True,
        )
    assert float(done.stdout) < 8  # it would try for 10 s


@pytest.mark.parametrize(("name", "value"), [("OTEL_SDK_DISABLED", "true"), ("OTEL_TRACES_EXPORTER", "none")])
def test_the_standard_switches_turn_it_off(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv(name, value)
    assert open_traces() is None


PROGRAM = """
import sys
{before}
from services.logs import configure_logging
from services.otel import open_traces
configure_logging("INFO")
assert open_traces() is None
assert not [name for name in sys.modules if name.startswith("opentelemetry.exporter") and sys.modules[name]]
"""


@pytest.mark.parametrize(
    ("before", "environment", "says"),
    [
        ("", {}, ""),
        (
            "sys.modules['opentelemetry.exporter'] = None",
            {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"},
            "install graticule[otel]",
        ),
    ],
    ids=["not asked for", "not installed"],
)
def test_without_a_collector_or_the_extra_nothing_of_it_is_loaded(
    before: str, environment: dict[str, str], says: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(before=before)],
        cwd=Path(__file__).parents[2],
        env={name: value for name, value in os.environ.items() if not name.startswith("OTEL_")} | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (says in done.stderr) == bool(says or not done.stderr)
