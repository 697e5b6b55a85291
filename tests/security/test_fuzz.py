"""What holds whatever a server writes or a client sends: a few hundred tries of each here, an hour in `fuzz.py`."""

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schema.contract import contract
from services.acquire.progress import LineSplitter, Meter
from services.acquire.wording import MAX_CHARACTERS, shows_secret
from services.models import Progress
from tests.benchmarks.query_fuzz import Writer
from tests.support.running import local_settings
from tests.support.server import running_server

SECRET = "hush-4711"
MOST = 2**31 - 1
WORDS = (
    *(b"remote: ", b"Receiving objects: ", b"Resolving deltas: ", b"Counting objects: ", b"Compressing objects: "),
    *(b"remote: Enumerating objects: ", b"fatal: ", b"error: ", b" 50% (1/2)", b"100% (9/9), done.", b", 1.20 MiB"),
    *(b" | 3.40 MiB/s", b" | inf GiB/s", b"(", b"/", b")", b"%", b"1.2.3 KiB", b"9" * 12, b"9" * 400, b"-1", b"NaN"),
    *(b"\r", b"\n", b"\r\n", b"\x1b[31m", b"\xc2\x9b", b"\xff\xfe", b"\x00", "\u202e".encode(), "\u0661".encode()),
    *(b"hush-", b"4711", b"hush-4711", b"h%75sh-4711", b"HUSH-4711", b"aHVzaC00NzEx", b"authorization: ", b"://a:b@c/"),
)
chunks = st.lists(
    st.lists(st.one_of(st.sampled_from(WORDS), st.binary(max_size=6)), max_size=12).map(b"".join), max_size=12
)


def hold_for_progress(parts: list[bytes]) -> None:
    """Assert what is true of whatever comes on git's stderr, however it is cut."""
    seen: list[Progress] = []
    meter, splitter = Meter(seen.append), LineSplitter([SECRET])
    lines = [line for part in parts for line in splitter.feed(part)] + splitter.finish()
    for line in lines:
        meter.line(line)
        assert len(line) <= MAX_CHARACTERS
        assert line.isprintable()
        assert not shows_secret(line, [SECRET])
    again = LineSplitter([SECRET])
    if sum(map(len, parts)) < 8192:
        assert lines == again.feed(b"".join(parts)) + again.finish()
    orders = [progress.phase.order for progress in seen]
    assert orders == sorted(orders)
    for progress in seen:
        assert all(number is None or 0 <= number <= MOST for number in (progress.current, progress.total))
        assert progress.received_bytes is None or progress.received_bytes >= 0
    assert len(meter.kept) <= 30
    assert not any(line.startswith("remote:") for line in meter.kept)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(chunks)
def test_whatever_a_server_writes_is_progress_or_a_clean_line(parts: list[bytes]) -> None:
    hold_for_progress(parts)


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sends to the endpoint."""

    method: str
    content: bytes
    headers: Mapping[str, str]
    parameters: Mapping[str, str]


TYPES = ("application/json", "application/json; charset=utf-8", "text/plain", "application/graphql", "", "\u00e9")
ACCEPTS = ("*/*", "application/json", "application/graphql-response+json", "text/event-stream", "text/html", "x")
ODD: tuple[Any, ...] = (
    None,
    0,
    -1,
    1e308,
    "",
    "\x00",
    "\ud800",
    "\u202e",
    [],
    {},
    [[]],
    True,
    "9" * 40,
    {"a": {"b": []}},
)


def request_of(seed: int) -> Request:
    """Make a request: a document over the contract, most often, in a body that is whole or damaged."""
    chance = random.Random(seed)  # noqa: S311  # to be repeated, not to be secret
    body: dict[str, Any] = {"query": Writer(contract().types, seed).document(), "variables": {"v": 3}}
    for key in chance.sample(["query", "variables", "operationName", "extensions", "id"], chance.choice((0, 0, 1, 2))):
        body[key] = chance.choice(ODD)
    content = json.dumps([body] if chance.random() < 0.05 else body).encode()
    for _ in range(chance.choice((0, 0, 0, 1, 5))):
        at = chance.randrange(len(content))
        content = content[:at] + chance.randbytes(chance.randrange(3)) + content[at + chance.randrange(4) :]
    headers = {"Content-Type": TYPES[0] if chance.random() < 0.8 else chance.choice(TYPES)}
    headers["Accept"] = chance.choice(ACCEPTS)
    method = chance.choice(("POST",) * 12 + ("GET", "GET", "PUT", "HEAD", "OPTIONS"))
    if method == "POST":
        return Request(method, content, headers, {})
    parts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in body.items()}
    return Request(
        method, b"", headers, {key: value.encode(errors="replace").decode()[:4000] for key, value in parts.items()}
    )


def hold_for_an_answer(web: httpx.Client, request: Request) -> str:
    """Assert what is true of every answer of the endpoint; gives its status, and the code of its first error."""
    headers = {key.encode(): value.encode() for key, value in request.headers.items()}
    with web.stream(
        request.method, "/graphql", content=request.content, headers=headers, params=request.parameters
    ) as answer:
        assert answer.status_code < 500
        assert answer.headers["x-content-type-options"] == "nosniff"
        kind = answer.headers.get("content-type", "")
        content = answer.read()
    assert b'"INTERNAL"' not in content
    if kind.startswith("text/event-stream"):
        return f"{answer.status_code} stream"
    if request.method == "HEAD" or not content:
        return f"{answer.status_code} empty"
    if "json" not in kind:
        assert answer.status_code != 200 or "html" in kind
        return f"{answer.status_code} {kind}"
    told = json.loads(content)
    first = (told.get("errors") or [{}])[0]
    code = first.get("extensions", {}).get("code", "")
    assert "Traceback" not in str(first)
    return f"{answer.status_code} {code}"


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    closed = local_settings(tmp_path_factory.mktemp("data"), allow_hosts="nowhere.invalid")
    with running_server(closed) as url, httpx.Client(base_url=url, timeout=20) as client:
        yield client


def test_whatever_a_client_sends_has_a_typed_answer(web: httpx.Client) -> None:
    told = {hold_for_an_answer(web, request_of(seed)) for seed in range(150)}
    assert told >= {"200 INVALID_DOCUMENT", "200 QUERY_TOO_COSTLY", "200 stream", "400 ", "405 ", "415 "}
    assert web.get("/healthz").status_code == 200


@pytest.mark.parametrize("accepted", ["application/json", "text/event-stream"])
def test_an_empty_query_is_the_clients_mistake(web: httpx.Client, accepted: str) -> None:
    told = web.post("/graphql", json={"query": ""}, headers={"Accept": accepted}).text
    assert "`query` is empty." in told
    assert "INTERNAL" not in told
