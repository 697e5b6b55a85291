"""A client that asks a server in GraphQL over HTTP, and a small repository to ask about."""

import time
from dataclasses import dataclass
from typing import Any

import httpx

SHAPES = '''\
"""Shapes and their areas."""

from shapes.numbers import square


class Shape:
    """Anything with an area."""

    def area(self):
        raise NotImplementedError


class Circle(Shape):
    def __init__(self, radius):
        self.radius = radius

    def area(self):
        return 3 * square(self.radius)


def total_area(shapes):
    return sum(shape.area() for shape in shapes)
'''
NUMBERS = "def square(number):\n    return number * number\n\n\ndef cube(number):\n    return number * square(number)\n"
FILES: dict[str, bytes | str] = {
    "README.md": "# Shapes\n",
    "shapes/__init__.py": "",
    "shapes/geometry.py": SHAPES,
    "shapes/numbers.py": NUMBERS,
    "shapes/caf\udce9.py": "def odd_name():\n    return 1\n",
    "web/app.js": "export function draw(shape) {\n  return shape.area();\n}\n",
    "logo.png": b"\x89PNG\r\n\x00\x00binary",
}


ATTEMPTS = """query Q($id: ID!) { job(id: $id) { state
  attempts { number startedAt finishedAt error { code } lastLines } } }"""


@dataclass(frozen=True, slots=True)
class Asker:
    """Sends documents to a server as any HTTP client would."""

    web: httpx.Client

    def post(self, document: str, **variables: object) -> dict[str, Any]:
        """Give the whole answer."""
        body = {"query": document, "variables": variables}
        answer: dict[str, Any] = self.web.post("/graphql", json=body).json()
        return answer

    def __call__(self, document: str, **variables: object) -> dict[str, Any]:
        """Give the data of an answer that has no errors."""
        answer = self.post(document, **variables)
        assert "errors" not in answer, answer
        data: dict[str, Any] = answer["data"]
        return data

    def clone(self, url: str, ref: str | None = None) -> dict[str, Any]:
        """Ask for a clone and give the payload."""
        payload: dict[str, Any] = self(CLONE, url=url, ref=ref)["cloneRepository"]
        return payload

    def ended(self, job_id: str) -> dict[str, Any]:
        """Wait until a job has ended, and give it."""
        deadline = time.monotonic() + 50
        while time.monotonic() < deadline:
            job: dict[str, Any] = self(JOB, id=job_id)["job"]
            if job["state"] not in {"QUEUED", "RUNNING"}:
                return job
            time.sleep(0.1)
        raise AssertionError(f"the job did not end: {job}")

    def attempted(self, job_id: str, *, times: int) -> list[dict[str, Any]]:
        """Wait until so many attempts at a job have ended, and give them."""
        deadline = time.monotonic() + 50
        while time.monotonic() < deadline:
            attempts: list[dict[str, Any]] = self(ATTEMPTS, id=job_id)["job"]["attempts"]
            if len(attempts) >= times:
                return attempts
            time.sleep(0.1)
        raise AssertionError(f"the job was not tried so often: {attempts}")

    def map(self, url: str, ref: str | None = None) -> str:
        """Clone and map, wait for the end, and give the repository's id."""
        payload = self.clone(url, ref)
        job = self.ended(payload["job"]["id"])
        assert job["state"] == "SUCCEEDED", job
        repository_id: str = payload["repository"]["id"]
        return repository_id


CLONE = """mutation Clone($url: String!, $ref: String) {
  cloneRepository(input: {url: $url, ref: $ref, clientMutationId: "mine"}) {
    repository { id name clone { state } } job { id state } alreadyRunning clientMutationId
    errors { __typename ... on Error { code message retryable hint } }
  }
}"""
JOB = "query Job($id: ID!) { job(id: $id) { id state kind ref commit attempt error { code message } } }"
