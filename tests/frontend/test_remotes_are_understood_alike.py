"""What the page says of a text before it is sent is what the server makes of it.

The page's own tests read the same cases.
"""

import json
from pathlib import Path

import pytest

from services.acquire.remotes import Remote, RemotePolicy
from services.errors import InvalidUrlError, NotAllowedError

CASES = Path(__file__).parents[2] / "frontend" / "src" / "lib" / "remote.cases.json"


def cases(kind: str) -> list[dict[str, str]]:
    found = [case for case in json.loads(CASES.read_text()) if kind in case]
    assert len(found) >= 5
    return found


@pytest.mark.parametrize("case", cases("url"), ids=lambda case: str(case["text"]))
def test_what_the_page_understands_the_server_does(case: dict[str, str]) -> None:
    remote = Remote.parse(case["text"], policy=RemotePolicy())
    assert (remote.url, remote.name, remote.ref) == (case["url"], case["name"], case["ref"])


@pytest.mark.parametrize("case", cases("wrong"), ids=lambda case: str(case["text"]))
def test_what_the_page_refuses_the_server_does(case: dict[str, str]) -> None:
    with pytest.raises((InvalidUrlError, NotAllowedError)):
        Remote.parse(case["text"], policy=RemotePolicy())
