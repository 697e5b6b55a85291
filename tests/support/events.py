"""Read an event stream as its specification says, with no library in between."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True, slots=True)
class Event:
    """One event; a comment has no name and no data."""

    name: str
    data: Any


class EventReader:
    """The events of one answer, in their order. Ends with the answer."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self.comments = 0

    def __iter__(self) -> Iterator[Event]:
        fields: dict[str, str] = {}
        for line in self.answer.iter_lines():
            if line.startswith(":"):
                self.comments += 1
            elif line:
                name, _, value = line.partition(": ")
                fields[name] = value
            elif fields:
                yield Event(fields["event"], json.loads(fields["data"] or "null"))
                fields = {}


@contextmanager
def events(web: httpx.Client, query: str, *, token: str | None = None, **variables: object) -> Iterator[EventReader]:
    """Ask for an operation as an event stream, by POST."""
    headers = {"Accept": "text/event-stream"} | ({"Authorization": f"Bearer {token}"} if token else {})
    body = {"query": query, "variables": variables}
    with web.stream("POST", "/graphql", json=body, headers=headers) as answer:
        yield EventReader(answer)
