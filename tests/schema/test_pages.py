"""The built pages: served from their own origin alone, each with its policy."""

import httpx
import pytest

from schema.assets import LEAST_BYTES
from schema.pages import STATIC


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/r/UmVwb3NpdG9yeTox",
        "/r/UmVwb3NpdG9yeTox/file/src/a%20b.py",
        "/r/UmVwb3NpdG9yeTox/file/src/new%0Aline.py",
        "/graphiql",
        "/github.com/acme/tool",
        "/127.0.0.1:9418/acme/deep/tool@v1.0",
    ],
)
def test_a_page_is_served_or_says_in_one_line_that_it_was_not_built(web: httpx.Client, path: str) -> None:
    answer = web.get(path)
    built = (STATIC / ("graphiql/index.html" if path == "/graphiql" else "index.html")).is_file()
    assert answer.status_code == (200 if built else 404)
    assert ("<!doctype html>" in answer.text.lower()) == built
    assert built or "npm run build" in answer.text


@pytest.mark.parametrize("path", ["/", "/graphiql", "/healthz", "/none"])
def test_no_page_may_load_anything_from_elsewhere(web: httpx.Client, path: str) -> None:
    headers = web.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert ("'unsafe-inline'" in policy) == (path == "/graphiql")
    assert headers["referrer-policy"] == "no-referrer"


LARGE = [path for path in sorted((STATIC / "assets").iterdir()) if path.stat().st_size >= LEAST_BYTES]
FILES = ["/", *(f"/assets/{path.name}" for path in LARGE)]


@pytest.mark.parametrize("path", FILES)
def test_whoever_takes_gzip_gets_the_same_text_in_fewer_bytes(web: httpx.Client, path: str) -> None:
    plain = web.get(path, headers={"Accept-Encoding": "gzip;q=0, identity"})
    packed = web.get(path, headers={"Accept-Encoding": "br, gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == plain.text
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"])
    assert [answer.headers["vary"] for answer in (plain, packed)] == ["Accept-Encoding"] * 2
    assert packed.headers["content-type"] == plain.headers["content-type"]
    assert packed.headers["cache-control"] == plain.headers["cache-control"]


@pytest.mark.parametrize("path", ["/../pages.py", "/%2e%2e/pages.py", "/..%2fapp.py", "/graphiql/../../app.py"])
def test_no_path_leads_out_of_the_folder(web: httpx.Client, path: str) -> None:
    assert web.get(path).status_code in {400, 404}
