"""What Prometheus scrapes is Prometheus' text, says what happened, and is what the dashboard and the alerts ask for."""

import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families as parse
from ruamel.yaml import YAML

from services.metrics import Metrics
from tests.support.asker import FILES, Asker
from tests.support.gitserver import GitServer, make_repository
from tests.support.running import local_settings
from tests.support.server import running_server

DEPLOY: Final = Path(__file__).parents[2] / "deploy"
NAME: Final = re.compile(r"\bgraticule_\w+")
GROUPED: Final = re.compile(r"\bby \(([^)]*)\)")
MATCHED: Final = re.compile(r"[{,] ?(\w+)(?:=~|!=|=)")
OF_PROMETHEUS: Final = {"instance", "le"}


@pytest.fixture(scope="module")
def scraped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Metric]]:
    """Give what a server says after a clone that succeeded, one that failed and one that was refused."""
    folder = tmp_path_factory.mktemp("figures")
    make_repository(folder / "forge/ada/shapes.git", FILES)
    with (
        GitServer.start(folder / "forge") as forge,
        running_server(local_settings(folder / "data", allow_protocols="https,http")) as url,
        httpx.Client(base_url=url, timeout=30) as web,
    ):
        ask = Asker(web)
        ask.map(forge.url("ada/shapes.git"))
        assert ask.ended(ask.clone(forge.url("ada/none.git"))["job"]["id"])["state"] == "FAILED"
        assert ask.clone("https://evil.example/a/b")["errors"][0]["code"] == "HOST_NOT_ALLOWED"
        assert "errors" in ask.post("{ no such field")
        forge.knobs.bytes_per_second = 40_000  # it is under way for 50 s
        make_repository(forge.root / "ada/slow.git", FILES | {"blob.bin": os.urandom(2_000_000)})
        ask.clone(forge.url("ada/slow.git"))
        deadline = time.monotonic() + 20
        while not value(found := list(parse(web.get("/metrics").text)), "git_received_bytes_total"):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield found


def value(scraped: list[Metric], name: str, **labels: str) -> float:
    """Sum the samples of a name that have these labels."""
    samples = [sample for family in scraped for sample in family.samples if sample.name == f"graticule_{name}"]
    return sum(sample.value for sample in samples if labels.items() <= sample.labels.items())


def test_a_job_is_counted_from_its_request_to_its_end(scraped: list[Metric]) -> None:
    assert value(scraped, "attempts_total", kind="CLONE", outcome="succeeded", code="") == 1
    assert value(scraped, "attempts_total", kind="CLONE", outcome="failed", code="NOT_FOUND_OR_PRIVATE") == 1
    assert value(scraped, "jobs", state="RUNNING", kind="CLONE", lane="INTERACTIVE") == 1
    assert value(scraped, "jobs") == 1
    assert value(scraped, "queue_wait_seconds_count", kind="CLONE") == 3
    assert value(scraped, "attempt_duration_seconds_count", kind="CLONE") == 2
    assert value(scraped, "phase_duration_seconds_count", phase="RANKING") == 1
    assert 0 < value(scraped, "git_received_bytes_total") < 2_000_000
    assert value(scraped, "build_files_total") == len(FILES) - 1  # the picture is listed, not read
    assert value(scraped, "clones_bytes") > 0
    assert value(scraped, "clones_bytes") < value(scraped, "clones_quota_bytes")


def test_operations_and_refusals_are_counted_by_what_they_are(scraped: list[Metric]) -> None:
    assert value(scraped, "operation_duration_seconds_count", kind="mutation") == 4
    assert value(scraped, "operation_duration_seconds_count", kind="query") >= 2
    assert value(scraped, "operation_duration_seconds_count", kind="unread") == 1
    assert value(scraped, "refusals_total", code="HOST_NOT_ALLOWED") == 1
    assert value(scraped, "refusals_total", code="INVALID_DOCUMENT") == 1
    assert value(scraped, "http_responses_total", face="graphql", status="200") >= 7
    assert value(scraped, "build_info") == 1
    assert value(scraped, "process_resident_memory_bytes") > 10_000_000


def test_names_and_units_are_those_of_prometheus(scraped: list[Metric]) -> None:
    names = [family.name for family in scraped]
    assert len(names) == len(set(names))
    for family in scraped:
        assert family.documentation
        assert family.type in {"counter", "gauge", "histogram"}
        assert family.name.endswith(("_seconds", "_bytes")) or family.type != "histogram"
        assert not re.search(r"(milli|micro|_ms\b|_kb\b|count$)", family.name)


def known() -> dict[str, set[str]]:
    """Give every sample's name that there is, with the labels that it has."""
    suffixes = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}
    metrics = Metrics()
    labelled = {name: set(getattr(metric, "_labelnames", ())) for metric in vars(metrics).values()
                for name in [getattr(metric, "_name", "")]}  # fmt: skip
    return {
        f"{family.name}{suffix}": labelled.get(family.name, set())
        for family in metrics.registry.collect()
        for suffix in suffixes[family.type]
    }


def queries() -> list[str]:
    """Give every query of the dashboard and of the alerts."""
    board: dict[str, Any] = json.loads((DEPLOY / "grafana.json").read_text())
    variables = [one["query"]["query"] for one in board["templating"]["list"] if one["type"] == "query"]
    drawn = [target["expr"] for panel in board["panels"] for target in panel.get("targets", ())]
    rules = YAML(typ="safe").load(DEPLOY / "alerts.yaml")["groups"][0]["rules"]
    return [*variables, *drawn, *(rule["expr"] for rule in rules)]


def test_every_query_of_the_dashboard_and_the_alerts_names_a_figure_and_labels_that_there_are() -> None:
    there = known()
    for query in queries():
        names = NAME.findall(query)
        assert names, query
        assert set(names) <= set(there), query
        labels = {label.strip() for group in GROUPED.findall(query) for label in group.split(",")}
        labels |= set(MATCHED.findall(query))
        assert labels <= OF_PROMETHEUS.union(*(there[name] for name in names)), query


def test_the_dashboard_shows_every_figure_that_there_is() -> None:
    shown = {name for query in queries() for name in NAME.findall(query)}
    left_out = {
        "graticule_build_info",
        "graticule_process_start_time_seconds",
        "graticule_process_virtual_memory_bytes",
    }
    families = {family.name for family in Metrics().registry.collect()} - left_out
    assert {name for name in families if not any(one.startswith(name) for one in shown)} == set()


def test_the_panels_of_the_dashboard_do_not_overlap() -> None:
    panels = json.loads((DEPLOY / "grafana.json").read_text())["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    cells = [
        (x, y)
        for panel in panels
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24
