"""HTTP for clients that keep no rules, and the doors before it."""

import httpx
import pytest

QUERY = {"query": "{ server { version } }"}


def post(web: httpx.Client, body: object = None, **headers: str) -> httpx.Response:
    return web.post("/graphql", json=QUERY if body is None else body, headers=headers)


def test_a_page_of_another_origin_is_refused(web: httpx.Client) -> None:
    assert post(web, Origin="https://evil.example").status_code == 403
    assert post(web, Origin="null").status_code == 403
    assert post(web, Origin=str(web.base_url)).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example:80", "10.0.0.1"])
def test_a_name_that_was_pointed_here_is_refused(web: httpx.Client, host: str) -> None:
    assert post(web, Host=host).status_code == 400


def test_health_is_answered(web: httpx.Client) -> None:
    assert web.get("/healthz").text == "ok\n"
