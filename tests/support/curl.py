"""What curl would send, for machines that have none: commands of the documents are run by their words."""

import shlex
from typing import Final

import httpx

SERVER: Final = "http://127.0.0.1:8765"
"""Where the documents say that the server is."""


def curl(command: str, server_url: str) -> httpx.Response:
    """Send one command of a document to this server; AssertionError when it goes elsewhere."""
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
        elif not word.startswith("-"):
            url = word
    assert url.startswith(SERVER)
    method = "GET" if body is None else "POST"
    return httpx.request(
        method, url.replace(SERVER, server_url), headers=headers, params=params, content=body, timeout=30
    )
