"""Which refs reach git, and that git takes those for what they are."""

import os
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.acquire.refs import MAX_REF_CHARACTERS, UNSEEN, Listing, is_commit, parse_ref
from services.errors import InvalidRefError
from services.models import RemoteRefs
from tests.security.refs import ACCEPTED, COMMIT, REFUSED

PIECES = (
    "a",
    "main",
    "x",
    ".",
    "..",
    "/",
    "-",
    "@",
    "{",
    "}",
    "~",
    "^",
    ":",
    "*",
    "\\",
    ".lock",
    "HEAD",
    "refs/heads/",
)
texts = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from((*PIECES, "refs/tags/", "refs/", COMMIT, COMMIT.upper(), "\xe9", "\u202e", " ", "\n"))
    ).map("".join),
)


def listed(text: str) -> RemoteRefs:
    listing = Listing(most=1000)
    for at in range(0, len(text), 7):
        listing.feed(text[at : at + 7].encode())
    return listing.refs()


def accepted(text: str) -> str | None:
    try:
        return parse_ref(text)
    except InvalidRefError:
        return None


@pytest.mark.parametrize("ref", ACCEPTED, ids=ascii)
def test_an_accepted_ref_has_a_short_name(ref: str) -> None:
    assert parse_ref(ref) == ACCEPTED[ref]


@pytest.mark.parametrize("ref", REFUSED, ids=lambda ref: ascii(ref)[:60])
def test_a_refused_ref_says_why(ref: str) -> None:
    with pytest.raises(InvalidRefError) as refusal:
        parse_ref(ref)
    assert refusal.value.hint


@settings(derandomize=True, deadline=None, max_examples=250)
@given(texts)
def test_any_text_is_a_name_that_is_read_again_as_itself_or_a_typed_refusal(text: str) -> None:
    name = accepted(text)
    if name is not None:
        assert parse_ref(name) == name
        assert 0 < len(name) <= MAX_REF_CHARACTERS
        assert not name.startswith(("-", "refs/"))
        assert text in {name, f"refs/heads/{name}", f"refs/tags/{name}"} or (is_commit(name) and text.lower() == name)


@settings(derandomize=True, deadline=None, max_examples=8)
@given(st.lists(texts, min_size=40, max_size=60))
def test_git_itself_takes_every_accepted_ref_for_a_branch(batch: list[str]) -> None:
    refuse_what_git_refuses([name for text in batch if (name := accepted(text))])


def test_git_itself_takes_every_accepted_ref_of_the_table_for_a_branch() -> None:
    refuse_what_git_refuses([*ACCEPTED.values()])


def refuse_what_git_refuses(names: list[str]) -> None:
    """Ask git about each name, all from one shell."""
    script = 'for name; do git check-ref-format "refs/heads/$name" || printf "%s\\n" "$name"; done'
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
    asked = subprocess.run(["sh", "-c", script, "sh", *names], env=environment, check=True, capture_output=True)
    assert asked.stdout.decode() == ""


def test_nothing_unseen_is_in_a_ref() -> None:
    """Every control, space, separator and format character; of the last, some are signs of a script that show."""
    shown = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, *range(0x13430, 0x13440)}
    unseen = {"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"}
    characters = (chr(code) for code in range(sys.maxunicode + 1) if code not in shown)
    passed = [c for c in characters if unicodedata.category(c) in unseen and not UNSEEN.fullmatch(c)]
    assert passed == []


def test_a_server_lists_no_ref_that_would_be_taken_for_another() -> None:
    listing = listed(
        f"ref: refs/tags/v1\tHEAD\n{COMMIT}\tHEAD\n{COMMIT}\trefs/heads/{'a' * 40}\n{COMMIT}\trefs/heads/HEAD\n"
        f"{COMMIT}\trefs/heads/refs/tags/v1\n{COMMIT}\trefs/tags/refs/heads/main\n{COMMIT}\trefs/heads/main\n"
    )
    assert [branch.name for branch in listing.branches] == ["main"]
    assert listing.tags == ()
    assert (listing.head, listing.default_branch) == (COMMIT, None)
