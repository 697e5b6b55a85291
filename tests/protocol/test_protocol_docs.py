"""What docs/protocols.md says to type and to expect."""

import re
from pathlib import Path

from tests.support.curl import curl

PAGE = (Path(__file__).parents[2] / "docs" / "protocols.md").read_text()
SUITE = [path.read_text() for path in Path(__file__).parent.glob("test_graphql_transport_ws*.py")]


def test_the_commands_on_the_page_are_answered_as_it_shows(server_url: str) -> None:
    by_get, streamed = re.findall(r"```sh\n(curl .*?)```", PAGE, re.DOTALL)
    (shown,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    assert curl(by_get, server_url).json()["data"]["server"]["version"]
    assert curl(streamed, server_url).text == f"{shown}\n"


def test_the_page_lists_the_close_codes_that_the_tests_see() -> None:
    listed = re.findall(r"^\| (\d{4}) \|", PAGE, re.MULTILINE)
    assert set(listed) == set(re.findall(r"\b(?:44\d\d|100[79])\b", "".join(SUITE)))
