"""The grammar of refs, and what a remote lists."""

import pytest

from services.acquire.refs import parse_listing, parse_ref
from services.errors import InvalidRefError

ONE, TWO, THREE = "1" * 40, "2" * 40, "3" * 40


@pytest.mark.parametrize("ref", ["main", "feature/x-1", "v1.0", "release_2", "ünïcode", ONE, "a" * 64, "x@y", "main.x"])
def test_names_of_branches_tags_and_commits_pass(ref: str) -> None:
    assert parse_ref(ref) == ref


def test_full_names_become_short_and_commits_lower_case() -> None:
    assert parse_ref("refs/heads/main") == "main"
    assert parse_ref("refs/tags/v1") == "v1"
    assert parse_ref("A" * 40) == "a" * 40


@pytest.mark.parametrize(
    "ref",
    [
        *(
            "",
            "-x",
            "--upload-pack=touch",
            "a..b",
            "a@{1}",
            "@",
            "a b",
            "a\nb",
            "a\x00b",
            "a~1",
            "a^",
            "a:b",
            "a?",
            "a*",
        ),
        *("a[b", "a\\b", "/a", "a/", "a//b", ".a", "a/.b", "a.lock", "a.lock/b", "a.", "refs/heads/", "refs/heads/-x"),
        *("a\u202eb", "x" * 256, "\udcff", "a\x7f"),
    ],
)
def test_what_git_would_read_as_more_than_a_name_is_refused(ref: str) -> None:
    with pytest.raises(InvalidRefError):
        parse_ref(ref)


def test_a_listing_gives_head_branches_and_peeled_tags_by_name() -> None:
    listing = parse_listing(
        f"ref: refs/heads/main\tHEAD\n{ONE}\tHEAD\n{ONE}\trefs/heads/main\n{TWO}\trefs/heads/dev\n"
        f"{THREE}\trefs/tags/v1\n{ONE}\trefs/tags/v1^{{}}\n{TWO}\trefs/pull/1/head\n"
    )
    assert (listing.head, listing.default_branch) == (ONE, "main")
    assert [(branch.name, branch.commit) for branch in listing.branches] == [("dev", TWO), ("main", ONE)]
    assert [(tag.name, tag.commit) for tag in listing.tags] == [("v1", ONE)]


def test_names_that_nobody_may_ask_for_are_not_listed() -> None:
    listing = parse_listing(
        f"{ONE}\trefs/heads/-x\n{ONE}\trefs/heads/a\x1b[31m\nnonsense\trefs/heads/y\nref: -x\tHEAD\n"
    )
    assert listing.branches == ()
    assert listing.default_branch is None
