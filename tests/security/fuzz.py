"""Search for hours for what breaks the rules of `test_fuzz.py` and `test_properties.py`.

    python -m tests.security.fuzz remote|progress|graphql [MINUTES] [SEED]

Ends with the first input that breaks one, made as small as it can be, or says how many were tried.
"""

import collections
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import hypothesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.security.test_fuzz import chunks, hold_for_an_answer, hold_for_progress, request_of
from tests.security.test_properties import POLICIES, hold_for_a_remote, texts
from tests.support.running import local_settings
from tests.support.server import running_server

ROUND = 2000
PATIENT_SECONDS = 2.0
"""Of processor time, of the server and its client together, which run in this process: no answer takes so long."""
SEARCH = settings(max_examples=ROUND, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def search(hold: Callable[..., None], *strategies: st.SearchStrategy[object], until: float, seed: int) -> int:
    """Try rounds of examples until the time is over; gives how many."""
    tried = 0

    def attempt(drawn: tuple[object, ...]) -> None:
        nonlocal tried
        tried += 1
        hold(*drawn)

    while time.monotonic() < until:
        hypothesis.seed(seed)(SEARCH(hypothesis.given(st.tuples(*strategies))(attempt)))()
        seed += 1
    return tried


def search_graphql(until: float, seed: int) -> int:
    """Ask a server of its own until the time is over; prints what it answered."""
    told: collections.Counter[str] = collections.Counter()
    first, slowest = seed, (0.0, seed)
    with tempfile.TemporaryDirectory() as folder:
        closed = local_settings(Path(folder), allow_hosts="nowhere.invalid", submission_rate="1000000/second")
        with running_server(closed) as url, httpx.Client(base_url=url, timeout=60) as web:
            while time.monotonic() < until:
                began = time.process_time()
                try:
                    told[hold_for_an_answer(web, request_of(seed))] += 1
                except Exception as error:
                    error.add_note(f"seed {seed}: {request_of(seed)}")
                    raise
                slowest = max(slowest, (time.process_time() - began, seed))
                assert slowest[0] < PATIENT_SECONDS, slowest
                seed += 1
            assert web.get("/healthz").status_code == httpx.codes.OK
    print(f"slowest {slowest[0] * 1000:.0f} ms (seed {slowest[1]}); {dict(told.most_common())}")  # noqa: T201
    return seed - first


def main() -> None:
    """Run one search."""
    target, minutes, seed = [*sys.argv[1:], "60", "1"][:3] if len(sys.argv) == 2 else [*sys.argv[1:], "1"][:3]
    until = time.monotonic() + 60 * float(minutes)
    if target == "graphql":
        tried = search_graphql(until, int(seed))
    elif target == "remote":
        tried = search(hold_for_a_remote, texts, st.sampled_from(POLICIES), until=until, seed=int(seed))
    else:
        tried = search(hold_for_progress, chunks, until=until, seed=int(seed))
    print(f"{target}: {tried} inputs in {minutes} minutes from seed {seed}: no rule was broken")  # noqa: T201


if __name__ == "__main__":
    main()
