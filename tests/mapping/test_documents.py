"""Which files are documents, of what sort, and what they are called."""

import pytest

from services.mapping.documents import DocumentFormat, document_of, usefulness
from services.mapping.titles import HEAD_BYTES, KIND, MOST_CHARACTERS, read_title


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("README.md", "README MARKDOWN"),
        ("README", "README TEXT"),
        ("readme.zh-CN.rst", "README RST"),
        ("sub/README.txt", "README TEXT"),
        ("CHANGELOG.md", "CHANGELOG MARKDOWN"),
        ("CHANGES.txt", "CHANGELOG TEXT"),
        ("NEWS", "CHANGELOG TEXT"),
        ("docs/release-notes/1.2.md", "GUIDE MARKDOWN"),
        ("CONTRIBUTING.rst", "CONTRIBUTING RST"),
        ("CODE_OF_CONDUCT.md", "CONTRIBUTING MARKDOWN"),
        (".github/ISSUE_TEMPLATE/bug.md", "CONTRIBUTING MARKDOWN"),
        ("LICENSE", "LICENSE TEXT"),
        ("LICENSE-MIT", "LICENSE TEXT"),
        ("COPYING", "LICENSE TEXT"),
        ("LICENSES/Apache-2.0.txt", "LICENSE TEXT"),
        ("SECURITY.md", "SECURITY MARKDOWN"),
        ("docs/adr/0001-use-git.md", "DECISION MARKDOWN"),
        ("rfcs/text.md", "DECISION MARKDOWN"),
        ("docs/decisions.md", "DECISION MARKDOWN"),
        ("docs/api/client.md", "REFERENCE MARKDOWN"),
        ("docs/reference.adoc", "REFERENCE ASCIIDOC"),
        ("man/man1/tool.1", "REFERENCE MAN"),
        ("doc/tool.8", "REFERENCE MAN"),
        ("docs/getting-started.md", "GUIDE MARKDOWN"),
        ("INSTALL.md", "GUIDE MARKDOWN"),
        ("website/index.html", "GUIDE HTML"),
        ("doc/notes.txt", "GUIDE TEXT"),
        ("notebooks/explore.ipynb", "GUIDE NOTEBOOK"),
        ("ROADMAP.org", "OTHER ORG"),
        ("vendor/lib/README.md", "README MARKDOWN vendored"),
        ("dist/docs/a.md", "GUIDE MARKDOWN vendored"),
        ("docs/requirements.txt", None),
        ("requirements.txt", None),
        ("CMakeLists.txt", None),
        ("data/words.txt", None),
        ("templates/page.html", None),
        ("lib/libz.so.1", None),
        ("INSTALL", None),
        ("src/news.py", None),
        ("licenses.json", None),
        ("newsletter", None),
        ("docs/logo.png", None),
        (".md", None),
    ],
)
def test_a_path_says_what_a_document_is_for(path: str, expected: str | None) -> None:
    found = document_of(path)
    said = f"{found.category} {found.format}{' vendored' if found.vendored else ''}" if found else None
    assert said == expected


def test_the_projects_own_and_nearest_documents_come_first() -> None:
    order = [
        "README.md",
        "GUIDE.md",
        "LICENSE",
        "docs/README.md",
        "docs/z.md",
        "tests/data/README.md",
        "vendor/a/README.md",
    ]
    keys = [usefulness(path, found) for path in order if (found := document_of(path))]
    assert keys == sorted(keys)
    assert len(keys) == len(order)


@pytest.mark.parametrize(
    ("written", "content", "title"),
    [
        ("MARKDOWN", "# Hello *world* #\n", "Hello *world"),
        ("MARKDOWN", "Hello\n=====\n", "Hello"),
        ("MARKDOWN", "```sh\n# no title\n```\n\n## A title\n", "A title"),
        ("MARKDOWN", "---\nlayout: x\ntitle: 'Front'\n---\n# Body\n", "Front"),
        ("MARKDOWN", "---\nlayout: x\n---\n# Body\n", "Body"),
        ("MARKDOWN", "[![Build](x)](y) ![logo](z)\n# [Tool](https://example.org) `v2`\n", "Tool v2"),
        ("MARKDOWN", '<p align="center">\n<h1 align="center">Tool &amp; more</h1>\n', "Tool & more"),
        ("MARKDOWN", "#hashtag\n    # code\n- a\n- b\n---\n", ""),
        ("MARKDOWN", "\ufeff# With a mark\n", "With a mark"),
        ("RST", ".. note::\n\n=====\nTitle\n=====\n", "Title"),
        ("RST", "A ``Tool``\n----------\n", "A Tool"),
        ("RST", "No title\n--\n", ""),
        ("ASCIIDOC", ":toc:\n= The book\n", "The book"),
        ("ORG", "#+AUTHOR: me\n#+TITLE: Notes\n* First\n", "Notes"),
        ("ORG", "* First\n", "First"),
        ("TEXT", "\n-----\n  MIT License  \n", "MIT License"),
        ("MAN", '.TH GIT 1 "2026"\n.SH NAME\ngit \\- the \\fIcontent\\fR tracker\n', "git - the content tracker"),
        ("MAN", '.TH "TOOL" "8"\n.SH SYNOPSIS\n', "TOOL 8"),
        ("MAN", ".Dd x\n.Dt LS 1\n.Sh NAME\n.Nm ls\n.Nd list files\n", "list files"),
        ("NOTEBOOK", '{"cells": [{"cell_type": "markdown", "source": ["# Explore \\"it\\"\\n"', 'Explore "it"'),
        ("HTML", "<html><head><title>The\n page</title>", "The page"),
        ("HTML", "<p>none</p>", ""),
    ],
)  # fmt: skip
def test_a_title_is_the_first_heading(written: str, content: str, title: str) -> None:
    assert read_title(content.encode(), kind=KIND + written).text == title


def test_a_title_is_one_short_line_that_can_be_printed() -> None:
    found = read_title(b"# A\x1b[31m \xe2\x80\xae" + b"long " * 1000 + b"\n", kind=f"{KIND}MARKDOWN").text
    assert found.isprintable()
    assert len(found) == MOST_CHARACTERS


HOSTILE = [
    piece * (HEAD_BYTES // len(piece))
    for piece in ("# ", "[", "![", "<h1", "<h1>", '"# ', '"# \\\\', "`", "=", "\n", "a\n=", "[a](", "- \n--\n")
]


@pytest.mark.parametrize("written", sorted(DocumentFormat))
@pytest.mark.parametrize("content", HOSTILE, ids=range(len(HOSTILE)))
def test_no_beginning_takes_long(written: str, content: str) -> None:
    assert len(read_title(content.encode(), kind=KIND + written).text) <= MOST_CHARACTERS


def test_only_the_beginning_is_looked_at() -> None:
    assert read_title(b"x\n" * HEAD_BYTES + b"# Late\n", kind=f"{KIND}MARKDOWN").text == ""
