"""Each request has a name, which its sender may choose, and is counted."""

import httpx
import pytest

from tests.support.figures import figures


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("01JD-abc.def:7_x", True),
        ("a" * 64, True),
        ("a" * 65, False),
        ("", False),
        ("two words", False),
        ('"}{"event":"x', False),
        ("caf\xe9", False),
    ],
)
def test_a_sane_name_is_kept_and_any_other_replaced(web: httpx.Client, given: str, *, kept: bool) -> None:
    answered = web.get("/healthz", headers=[(b"X-Request-Id", given.encode("latin-1"))]).headers["x-request-id"]
    assert (answered == given) == kept
    assert kept or len(answered) == 16


def test_what_is_refused_has_a_name_as_well(web: httpx.Client) -> None:
    refused = web.get("/", headers={"Host": "evil.example", "X-Request-Id": "mine"})
    assert (refused.status_code, refused.headers["x-request-id"]) == (400, "mine")
    first, second = (web.get("/none").headers["x-request-id"] for _ in range(2))
    assert first != second


def test_no_client_can_make_a_series_of_its_own(web: httpx.Client, server_url: str) -> None:
    before = web.get("/metrics").text
    for path in ("/one", "/two/three", "/graphqlx", "/%F0%9F%98%80"):
        web.get(path)
    after = web.get("/metrics").text
    assert 'face="other"' in after
    assert len(after.splitlines()) - len(before.splitlines()) <= 6
    assert figures(server_url)["graticule_http_responses_total"] >= 4
