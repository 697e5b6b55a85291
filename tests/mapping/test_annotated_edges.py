"""Edges that are shown as facts, against what readers of real files wrote down before they saw the engine's."""

import pytest

from tests.support.annotated import judge, score, sets, source_of

PRECISION = 0.95
RECALL = {  # what was reached when it was last measured, rounded down
    "c": 1.0,
    "cpp": 0.87,
    "csharp": 0.68,
    "java": 0.91,
    "javascript": 0.79,
    "kotlin": 0.84,
    "php": 0.97,
    "python-httpx": 0.96,
    "ruby": 0.80,
    "rust": 0.74,
    "typescript": 0.83,
    "typescript-zod": 0.73,
}
LEAST_EDGES = 100


@pytest.mark.parametrize("name", RECALL)
def test_what_is_shown_as_a_fact_is_what_readers_say(name: str) -> None:
    judged = judge(name)
    found = score(judged)
    wrong = [f"{one.call} is not {one.found}" for one in judged if one.claimed and not one.right]

    assert found.real >= LEAST_EDGES
    assert found.precision >= PRECISION, "\n".join(wrong)
    assert found.recall >= RECALL[name]


def test_every_set_that_a_package_carries_is_measured() -> None:
    assert {name for name in sets() if not source_of(name).repository} == set(RECALL)
