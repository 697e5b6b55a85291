"""A request of 10 kB costs a server less than 100 ms of processor time, whatever it says."""

import asyncio
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from schema.app import create_app
from tests.schema.attacks import ANSWERED, COSTLY, LARGEST_BYTES, NO_REQUEST, Attack, attacks
from tests.support.running import local_settings

CPU_SECONDS = 0.1
TRIES = 3
ANSWER_BYTES = 64 * 1024
ATTACKS = {attack.name: attack for attack in attacks()}


@dataclass(frozen=True, slots=True)
class Ending:
    """What came of an attack, and the least processor time of this process that it took."""

    outcome: str
    cpu_seconds: float
    answer_bytes: int
    errors: list[dict[str, Any]]


@pytest.fixture(scope="module")
def endings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ending]:
    """Run them all, one after the other, against one application in this process."""
    return asyncio.run(run_all(tmp_path_factory.mktemp("attacked")))


async def run_all(data_dir: Path) -> dict[str, Ending]:
    app = create_app(local_settings(data_dir))
    transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 1))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8765") as web,
    ):
        return {attack.name: await run(web, attack) for attack in ATTACKS.values()}


async def run(web: httpx.AsyncClient, attack: Attack) -> Ending:
    taken = []
    for _ in range(TRIES):
        began = time.process_time()
        answer = await web.post("/graphql", content=attack.body, headers={"content-type": "application/json"})
        taken.append(time.process_time() - began)
        if taken[-1] < CPU_SECONDS:
            break
    outcome, errors = read(answer)
    return Ending(outcome, min(taken), len(answer.content), errors)


def read(answer: httpx.Response) -> tuple[str, list[dict[str, Any]]]:
    try:
        body = answer.json()
    except json.JSONDecodeError:
        return NO_REQUEST, []
    errors = body.get("errors") or []
    if not errors:
        return ANSWERED, []
    code: str | None = (errors[0].get("extensions") or {}).get("code")
    return code or NO_REQUEST, errors


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_answered_or_refused_as_it_deserves(name: str, endings: dict[str, Ending]) -> None:
    assert endings[name].outcome in ATTACKS[name].outcomes, endings[name].errors


def test_no_attack_takes_100_ms_of_processor_time(endings: dict[str, Ending]) -> None:
    slow = {name: ending.cpu_seconds for name, ending in endings.items() if ending.cpu_seconds >= CPU_SECONDS}
    assert slow == {}


def test_no_answer_to_an_attack_is_large(endings: dict[str, Ending]) -> None:
    assert {name: ending.answer_bytes for name, ending in endings.items() if ending.answer_bytes > ANSWER_BYTES} == {}


def test_what_is_too_costly_says_its_cost_and_the_limit(endings: dict[str, Ending]) -> None:
    refused = [ending.errors[0]["extensions"] for ending in endings.values() if ending.outcome == COSTLY]
    assert len(refused) > len(ATTACKS) // 5
    assert {extensions["limit"] for extensions in refused} == {10_000}
    assert all("cost" in extensions for extensions in refused)


def test_the_attacks_are_small_enough_to_be_cheap_for_who_sends_them() -> None:
    assert {name: len(attack.body) for name, attack in ATTACKS.items() if len(attack.body) > LARGEST_BYTES} == {}
