"""What a remote lists; which refs may be asked for is in `tests/security`."""

from services.acquire.refs import Listing
from services.models import RemoteRefs

ONE, TWO, THREE = "1" * 40, "2" * 40, "3" * 40


def listed(text: str) -> RemoteRefs:
    listing = Listing(most=1000)
    for at in range(0, len(text), 7):
        listing.feed(text[at : at + 7].encode())
    return listing.refs()


def test_a_listing_gives_head_branches_and_peeled_tags_by_name() -> None:
    listing = listed(
        f"ref: refs/heads/main\tHEAD\n{ONE}\tHEAD\n{ONE}\trefs/heads/main\n{TWO}\trefs/heads/dev\n"
        f"{THREE}\trefs/tags/v1\n{ONE}\trefs/tags/v1^{{}}\n{TWO}\trefs/pull/1/head\n"
    )
    assert (listing.head, listing.default_branch) == (ONE, "main")
    assert [(branch.name, branch.commit) for branch in listing.branches] == [("dev", TWO), ("main", ONE)]
    assert [(tag.name, tag.commit) for tag in listing.tags] == [("v1", ONE)]


def test_names_that_nobody_may_ask_for_are_not_listed() -> None:
    listing = listed(f"{ONE}\trefs/heads/-x\n{ONE}\trefs/heads/a\x1b[31m\nnonsense\trefs/heads/y\nref: -x\tHEAD\n")
    assert listing.branches == ()
    assert listing.default_branch is None
