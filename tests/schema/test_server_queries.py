"""What a server says of itself: what it is, what it keeps, and what it keeps its children from."""

from services import landlock
from tests.support.asker import Asker


def test_the_server_says_what_it_is(ask: Asker) -> None:
    server = ask("{ server { version engineVersion startedAt allowedProtocols limits { cost } } }")["server"]
    assert server["allowedProtocols"] == ["https", "http"]
    assert server["engineVersion"]
    assert server["startedAt"].endswith("Z")


def test_the_server_says_what_it_keeps_and_may(ask: Asker, shapes: str) -> None:
    fields = "clonesBytes clonesQuotaBytes artifactsBytes artifactsQuotaBytes places"
    storage = ask(f"{{ server {{ storage {{ {fields} }} }} }}")["server"]["storage"]
    size = ask("query R($id: ID!) { repository(id: $id) { sizeBytes } }", id=shapes)["repository"]["sizeBytes"]
    assert int(storage["clonesBytes"]) >= int(size)
    assert int(storage["artifactsBytes"]) > 0
    assert (int(storage["artifactsQuotaBytes"]), storage["places"]) == (50 * 1024**3, 1)


def test_a_preview_of_no_bytes_is_empty(ask: Asker, shapes: str) -> None:
    assert shapes
    assert ask('{ evictionPreview(bytes: "0") { id } }')["evictionPreview"] == []


def test_the_server_says_what_keeps_git_and_the_parsers_in_bounds(ask: Asker) -> None:
    found = ask("{ server { sandbox { setting landlockAbi limits denied } } }")["server"]["sandbox"]
    assert found["setting"] == "auto"
    assert found["landlockAbi"] == (landlock.abi() or None)
    assert found["limits"] == ["address space", "file size", "processor time", "open files", "core dumps"]
    assert bool(found["denied"]) is (landlock.abi() > 0)
