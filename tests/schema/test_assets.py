"""The built files: compressed for who takes that, revalidated by the form that a client has."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from schema.pages import routes

SCRIPT = "export const words = 'the same again and again';\n" * 200


@pytest.fixture
def site(tmp_path: Path) -> Iterator[TestClient]:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html>" + "<p>page</p>" * 200)
    (tmp_path / "assets" / "a-123.js").write_text(SCRIPT)
    (tmp_path / "assets" / "small-123.js").write_text("1")
    with TestClient(Starlette(routes=routes(tmp_path))) as client:
        client.headers.pop("accept-encoding")
        yield client


def raw(site: TestClient, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Ask, and give the status, the headers and the bytes as they came."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with site.stream("GET", path, headers={"accept-encoding": "", **named}) as answer:
        return answer.status_code, dict(answer.headers), b"".join(answer.iter_raw())


@pytest.mark.parametrize("path", ["/assets/a-123.js", "/", "/r/some/file/a.py"])
def test_who_takes_gzip_gets_it(site: TestClient, path: str) -> None:
    _, plain_headers, plain = raw(site, path)
    status, headers, body = raw(site, path, accept_encoding="br, gzip")
    assert (status, headers["content-encoding"]) == (200, "gzip")
    assert gzip.decompress(body) == plain
    assert int(headers["content-length"]) == len(body) < len(plain) / 4
    assert headers["content-type"] == plain_headers["content-type"]
    assert headers["cache-control"] == plain_headers["cache-control"]


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0", "gzip;q=0.0, *", "*;q=0"])
def test_who_does_not_gets_the_file_as_it_is(site: TestClient, accepted: str) -> None:
    status, headers, body = raw(site, "/assets/a-123.js", accept_encoding=accepted)
    assert (status, body) == (200, SCRIPT.encode())
    assert "content-encoding" not in headers
    assert headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("accepted", ["gzip", "GZIP;q=0.5", "deflate, gzip;q=1.0, *;q=0.5", "*"])
def test_gzip_is_taken_however_it_is_named(site: TestClient, accepted: str) -> None:
    _, headers, _ = raw(site, "/assets/a-123.js", accept_encoding=accepted)
    assert headers["content-encoding"] == "gzip"
    assert headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("accepted", ["", "gzip"])
def test_what_a_client_has_is_not_sent_again(site: TestClient, accepted: str) -> None:
    _, headers, _ = raw(site, "/", accept_encoding=accepted)
    status, again, body = raw(site, "/", accept_encoding=accepted, if_none_match=headers["etag"])
    assert (status, body) == (304, b"")
    assert again["etag"] == headers["etag"]
    assert again["vary"] == "Accept-Encoding"


def test_the_two_forms_are_not_taken_for_each_other(site: TestClient) -> None:
    _, plain, _ = raw(site, "/assets/a-123.js")
    _, packed, _ = raw(site, "/assets/a-123.js", accept_encoding="gzip")
    assert plain["etag"] != packed["etag"]


def test_a_part_is_one_of_the_file_as_it_is(site: TestClient) -> None:
    status, headers, body = raw(site, "/assets/a-123.js", accept_encoding="gzip", range="bytes=7-11")
    assert (status, body) == (206, SCRIPT.encode()[7:12])
    assert "content-encoding" not in headers


def test_a_changed_file_is_compressed_anew(site: TestClient, tmp_path: Path) -> None:
    raw(site, "/", accept_encoding="gzip")
    (tmp_path / "index.html").write_text("<!doctype html>" + "<p>another</p>" * 200)
    _, _, body = raw(site, "/", accept_encoding="gzip")
    assert b"another" in gzip.decompress(body)


def test_a_small_file_is_not_worth_it(site: TestClient) -> None:
    _, headers, _ = raw(site, "/assets/small-123.js", accept_encoding="gzip")
    assert "content-encoding" not in headers


def test_only_names_with_a_hash_are_kept_for_ever(site: TestClient) -> None:
    _, script, _ = raw(site, "/assets/a-123.js")
    _, page, _ = raw(site, "/")
    assert "immutable" in script["cache-control"]
    assert page["cache-control"] == "no-cache"
