"""What another page in the same browser may do: nothing, on any transport, under any name.

A page can point its own name at our address (then Host is its name, and there may be no Origin) or
send from its own origin (then Origin is its own). Each transport is asked by a raw socket, since no
client library sends what an attack does.
"""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from services.errors import InvalidArgumentError
from tests.support.doors import bearer, make_token
from tests.support.running import local_settings
from tests.support.server import running_server

OWN_NAME = "maps.example.com"
FRIEND = "https://friend.example.org"
BODY = json.dumps({"query": "{ server { version } }"})
CALL = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}})

HOSTS = {
    "127.0.0.1:{port}": True,
    "127.0.0.1": True,
    "localhost:{port}": True,
    "LOCALHOST:{port}": True,
    "[::1]:{port}": True,
    OWN_NAME: True,
    "Maps.Example.Com:443": True,
    "evil.example": False,
    "evil.example:{port}": False,
    "127.0.0.1.evil.example": False,
    "localhost.evil.example:{port}": False,
    "evil-localhost": False,
    f"{OWN_NAME}.evil.example": False,
    "localhost.": False,
    "127.1": False,
    "2130706433": False,
    "[::ffff:127.0.0.1]:{port}": False,
    "0.0.0.0:{port}": False,
    "user@localhost": False,
    "localhost:{port}:1": False,
    "localhost/": False,
    "": False,
    "lo\u212aalhost".encode().decode("latin-1"): False,
}
ORIGINS = {
    None: True,
    "same": True,
    FRIEND: True,
    "https://evil.example": False,
    "http://127.0.0.1:1": False,
    "http://friend.example.org": False,
    "https://friend.example.org:444": False,
    "https://friend.example.org.evil.example": False,
    "null": False,
    "file://": False,
    "": False,
}
TRANSPORTS = ("http", "mcp", "websocket")


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    settings = local_settings(
        tmp_path_factory.mktemp("data"), public_hosts=f"{OWN_NAME}, other.example.com", cors_origins=FRIEND
    )
    made = make_token(settings)
    with running_server(settings) as url:
        yield url, made


def status(url: str, transport: str, token: str, *headers: tuple[str, str]) -> int:
    """Send one request with exactly these headers beside what the transport needs, and give the status."""
    needed = {
        "http": ("POST /graphql", [("Content-Type", "application/json")], BODY),
        "mcp": (
            "POST /mcp",
            [("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream")],
            CALL,
        ),
        "websocket": (
            "GET /graphql",
            [
                ("Connection", "Upgrade"),
                ("Upgrade", "websocket"),
                ("Sec-WebSocket-Version", "13"),
                ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
                ("Sec-WebSocket-Protocol", "graphql-transport-ws"),
            ],
            "",
        ),
    }
    line, own, body = needed[transport]
    sent = [*headers, *own, *bearer(token).items()]
    if body:
        sent.append(("Content-Length", str(len(body))))
    text = f"{line} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in sent) + "\r\n" + body
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10) as opened:
        opened.sendall(text.encode("latin-1"))
        answer = opened.recv(64)
    return int(answer.split(b" ")[1])


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize(("host", "known"), HOSTS.items())
def test_only_the_servers_own_names_are_answered_with_and_without_an_origin(
    token: tuple[str, str], transport: str, host: str, *, known: bool
) -> None:
    url, secret = token
    name = host.format(port=urlsplit(url).port)
    for origin in ([], [("Origin", f"http://{name}")], [("Origin", FRIEND)]):
        found = status(url, transport, secret, ("Host", name), *origin)
        assert (found in {200, 101}) is known, (name, origin, found)
        assert found in {200, 101, 400}


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize(("origin", "welcome"), ORIGINS.items())
@pytest.mark.parametrize("host", ["127.0.0.1:{port}", OWN_NAME])
def test_a_page_of_another_origin_is_refused(
    token: tuple[str, str], transport: str, host: str, origin: str | None, *, welcome: bool
) -> None:
    url, secret = token
    name = host.format(port=urlsplit(url).port)
    given = f"https://{name}" if origin == "same" else origin
    found = status(url, transport, secret, ("Host", name), *([] if given is None else [("Origin", given)]))
    assert (found in {200, 101}) is welcome, found
    assert found in {200, 101, 403}


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_doubled_headers_are_refused(token: tuple[str, str], transport: str) -> None:
    url, secret = token
    own = ("Host", f"127.0.0.1:{urlsplit(url).port}")
    assert status(url, transport, secret, own, ("Host", "evil.example")) == 400
    assert status(url, transport, secret, ("Host", "evil.example"), own) == 400
    assert status(url, transport, secret, own, ("Origin", FRIEND), ("Origin", "https://evil.example")) in {400, 403}


def preflight(url: str, origin: str) -> httpx.Response:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    return httpx.options(f"{url}/graphql", headers=headers)


def test_a_named_origin_may_read_answers_and_no_other(token: tuple[str, str]) -> None:
    url, secret = token
    welcome = preflight(url, FRIEND)
    assert (welcome.status_code, welcome.headers["access-control-allow-origin"]) == (200, FRIEND)
    assert "access-control-allow-credentials" not in welcome.headers
    answer = httpx.post(
        f"{url}/graphql",
        content=BODY,
        headers={"Origin": FRIEND, "Content-Type": "application/json", **bearer(secret)},
        timeout=30,
    )
    assert answer.headers["access-control-allow-origin"] == FRIEND
    stranger = preflight(url, "https://evil.example")
    assert stranger.status_code == 403
    assert "access-control-allow-origin" not in stranger.headers


def test_a_named_origin_may_get_and_no_other(token: tuple[str, str]) -> None:
    url, secret = token
    params = {"query": "{ server { version } }"}
    cross = {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "cross-site", **bearer(secret)}
    welcome = httpx.get(f"{url}/graphql", params=params, headers=cross | {"Origin": FRIEND}, timeout=30)
    assert (welcome.status_code, welcome.headers["access-control-allow-origin"]) == (200, FRIEND)
    assert "Origin" in welcome.headers["vary"]
    for origin, status in (("https://evil.example", 403), ("null", 403), (None, 405)):
        headers = cross | ({"Origin": origin} if origin else {})
        assert httpx.get(f"{url}/graphql", params=params, headers=headers, timeout=30).status_code == status


def test_cross_origin_reading_is_closed_by_default(tmp_path: Path) -> None:
    with running_server(local_settings(tmp_path)) as url:
        assert preflight(url, FRIEND).status_code == 403
        answer = httpx.post(f"{url}/graphql", content=BODY, headers={"Content-Type": "application/json"}, timeout=30)
    assert [name for name in answer.headers if name.startswith("access-control")] == []


@pytest.mark.parametrize("setting", ["*", "friend.example.org", "https://friend.example.org/path", "https://a b"])
def test_a_list_of_origins_that_cannot_be_meant_is_refused_at_the_start(tmp_path: Path, setting: str) -> None:
    with (
        pytest.raises(InvalidArgumentError, match="CORS_ORIGINS"),
        running_server(local_settings(tmp_path, cors_origins=setting)),
    ):
        pass


@pytest.mark.parametrize("path", ["/", "/r/x", "/graphiql", "/graphql", "/mcp", "/healthz", "/nothing", "/assets/x"])
def test_every_answer_carries_the_strict_headers(token: tuple[str, str], path: str) -> None:
    url, secret = token
    answer = httpx.get(f"{url}{path}", headers=bearer(secret), timeout=30)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self'" in policy
    assert ("unsafe-inline" in policy) == path.startswith("/graphiql")
    assert "unsafe-eval" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"


def test_refusals_carry_them_too(token: tuple[str, str]) -> None:
    url, _ = token
    for headers in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}, {}):
        answer = httpx.post(f"{url}/graphql", headers=headers, timeout=30)
        assert answer.status_code in {400, 401, 403}
        assert "content-security-policy" in answer.headers


def test_a_refusal_says_which_setting_opens_it(token: tuple[str, str]) -> None:
    url, _ = token
    assert "GRATICULE_PUBLIC_HOSTS" in httpx.get(url, headers={"Host": "maps.acme.test"}, timeout=30).text
    assert "GRATICULE_CORS_ORIGINS" in httpx.get(url, headers={"Origin": "https://maps.acme.test"}, timeout=30).text


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH"])
def test_no_mutation_runs_but_by_post(token: tuple[str, str], method: str) -> None:
    url, secret = token
    query = {"query": 'mutation { cancelJob(input: {jobId: "x"}) { errors { __typename } } }'}
    answer = httpx.request(method, f"{url}/graphql", params=query, headers=bearer(secret))
    assert answer.status_code == 405


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/graphql"],
)
def test_no_form_is_a_document(token: tuple[str, str], kind: str) -> None:
    url, secret = token
    answer = httpx.post(f"{url}/graphql", content=BODY, headers={"Content-Type": kind, **bearer(secret)}, timeout=30)
    assert answer.status_code == 415


def test_nothing_is_kept_in_cookies(token: tuple[str, str]) -> None:
    url, secret = token
    for path in ("/", "/graphiql", "/healthz"):
        assert "set-cookie" not in httpx.get(f"{url}{path}", headers=bearer(secret), timeout=30).headers
