"""A server whose store or queue answers and takes nothing is not ready, and says why."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.postgres import Postgres
from tests.support.running import local_settings
from tests.support.server import running_server
from tests.support.valkey import Valkey


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    with Valkey() as server:
        yield server


def until(url: str, beginning: str) -> httpx.Response:
    """Ask until the answer begins so, for at most 30 s."""
    deadline = time.monotonic() + 30
    while True:
        answer = httpx.get(f"{url}/readyz", timeout=30)
        if answer.text.startswith(beginning):
            return answer
        assert time.monotonic() < deadline, answer.text
        time.sleep(0.1)


def test_a_postgres_that_is_read_only_is_not_ready(postgres: Postgres, tmp_path: Path) -> None:
    with postgres.database() as database, running_server(local_settings(tmp_path, database_url=database)) as url:
        until(url, "ready")
        postgres.sql("ALTER SYSTEM SET default_transaction_read_only = on")
        try:
            postgres.sql("SELECT pg_reload_conf()")
            refused = until(url, "The store takes no writes now.")
        finally:
            postgres.sql("ALTER SYSTEM RESET default_transaction_read_only")
            postgres.sql("SELECT pg_reload_conf()")
        assert refused.status_code == 503
        until(url, "ready")


def test_a_valkey_that_is_out_of_memory_is_not_ready(valkey: Valkey, tmp_path: Path) -> None:
    settings = local_settings(tmp_path, redis_url=valkey.url, job_lease_seconds=2)
    with running_server(settings) as url:
        until(url, "ready")
        valkey.ask("CONFIG", "SET", "maxmemory", "1")
        refused = until(url, "The queue does not answer, or takes nothing: ")
        assert refused.status_code == 503
        assert "OutOfMemoryError" in refused.text
        valkey.ask("CONFIG", "SET", "maxmemory", "0")
        until(url, "ready")
