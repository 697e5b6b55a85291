"""What docs/protocols.md says to type and to expect."""

import re
import shlex
from pathlib import Path

import httpx

PAGE = (Path(__file__).parents[2] / "docs" / "protocols.md").read_text()
SUITE = [path.read_text() for path in Path(__file__).parent.glob("test_graphql_transport_ws*.py")]
SERVER = "http://127.0.0.1:8765"


def run(command: str, server_url: str) -> httpx.Response:
    """Send what curl would, which not every machine has."""
    headers: dict[str, str] = {}
    params: dict[str, str] = {}
    body: str | None = None
    url = ""
    words = iter(shlex.split(command.replace("\\\n", " "))[1:])
    for word in words:
        if word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "--data-urlencode":
            name, _, value = next(words).partition("=")
            params[name] = value
        elif word == "-d":
            body = next(words)
        elif word not in {"-N", "-G"}:
            url = word
    assert url.startswith(SERVER)
    method = "GET" if body is None else "POST"
    return httpx.request(method, url.replace(SERVER, server_url), headers=headers, params=params, content=body)


def test_the_commands_on_the_page_are_answered_as_it_shows(server_url: str) -> None:
    by_get, streamed = re.findall(r"```sh\n(curl .*?)```", PAGE, re.DOTALL)
    (shown,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    assert run(by_get, server_url).json()["data"]["server"]["version"]
    assert run(streamed, server_url).text == f"{shown}\n"


def test_the_page_lists_the_close_codes_that_the_tests_see() -> None:
    listed = re.findall(r"^\| (\d{4}) \|", PAGE, re.MULTILINE)
    assert set(listed) == set(re.findall(r"\b(?:44\d\d|100[79])\b", "".join(SUITE)))
