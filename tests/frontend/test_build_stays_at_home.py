"""No page asks another host for anything: what is built carries all that it needs.

A URL in a script is no request, so scripts are held by a list: each host that occurs, and why.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

NAMESPACE = "the name of a namespace or a schema, compared and never opened"
MESSAGE = "a page named in a message or behind a link, for people"
NOTICE = "a licence notice or a comment"
EXAMPLE = "an example in a field or a tab: it is sent to our own server as text"

HOSTS = {
    "www.w3.org": NAMESPACE,
    "json-schema.org": NAMESPACE,
    "svelte.dev": MESSAGE,
    "react.dev": MESSAGE,
    "prettier.io": MESSAGE,
    "yarnpkg.com": MESSAGE,
    "code.visualstudio.com": MESSAGE,
    "en.wikipedia.org": MESSAGE,
    "commonmark.org": MESSAGE,
    "microsoft.com": MESSAGE,
    "www.onegraph.com": MESSAGE,
    "github.com": f"{MESSAGE}; {NOTICE}; {EXAMPLE}",
}
REMOTE = re.compile(r"(?:https?|wss?):(?:\\?/){2}([\w.-]*\w)")


class Page(HTMLParser):
    """The tags of a page, each with what it would load."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.inline: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.loads += [value for name in ("src", "href") if (value := given.get(name)) is not None]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)
        self.inline += [name for name in given if name == "style" or name.startswith("on")]


def pages(built: Path) -> Iterator[Page]:
    for path in sorted(built.rglob("*.html")):
        yield Page(path.read_text())


def test_pages_load_only_files_that_were_built(built: Path) -> None:
    loads = [load for page in pages(built) for load in page.loads]
    assert len(loads) >= 6
    assert [load for load in loads if not (load.startswith("/") and (built / load[1:]).is_file())] == []


def test_pages_have_no_inline_script_or_style(built: Path) -> None:
    assert [page.inline for page in pages(built)] == [[], []]


def test_styles_load_only_files_that_were_built(built: Path) -> None:
    targets = []
    for path in built.rglob("*.css"):
        css = path.read_text()
        assert "@import" not in css
        targets += re.findall(r"url\(\s*[\"']?([^\"')]+)", css)
    remote = [target[:80] for target in targets if not target.startswith("data:")]
    assert [target for target in remote if not (built / target.lstrip("/")).is_file()] == []


def test_scripts_name_no_host_without_a_reason(built: Path) -> None:
    named = {host for path in built.rglob("*.js") for host in REMOTE.findall(path.read_text())}
    assert named - HOSTS.keys() == set()


def test_no_reason_outlives_its_host(built: Path) -> None:
    named = {host for path in built.rglob("*.js") for host in REMOTE.findall(path.read_text())}
    assert HOSTS.keys() - named == set()
