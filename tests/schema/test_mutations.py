"""Asking for work over GraphQL: accepted at once, told apart when it repeats, refused with a type."""

from collections.abc import Iterator

import pytest

from tests.support.asker import ATTEMPTS, Asker
from tests.support.gitserver import GitServer, make_repository

PAYLOAD = """{ repository { id } job { id state kind ref } alreadyRunning
  errors { __typename ... on Error { code message hint } } }"""
REFRESH = f"mutation M($id: ID!) {{ refreshRepository(input: {{repositoryId: $id}}) {PAYLOAD} }}"
BUILD = f"mutation M($id: ID!, $ref: String) {{ buildRepoMap(input: {{repositoryId: $id, ref: $ref}}) {PAYLOAD} }}"
REMOVE = f"mutation M($id: ID!) {{ removeRepository(input: {{repositoryId: $id}}) {PAYLOAD} }}"
CANCEL = """mutation M($id: ID!) { cancelJob(input: {jobId: $id}) { job { id state }
  errors { __typename ... on Error { code } } } }"""
RETRY = f"mutation M($id: ID!) {{ retryJob(input: {{jobId: $id}}) {PAYLOAD} }}"

UPDATE = """mutation M($id: ID!, $minutes: Int, $pinned: Boolean) {
  updateRepository(input: {repositoryId: $id, refreshMinutes: $minutes, pinned: $pinned, clientMutationId: "mine"}) {
    repository { id pinned refreshMinutes nextRefreshAt revision } clientMutationId
    errors { __typename ... on Error { code } }
  }
}"""


@pytest.fixture
def slow(forge: GitServer) -> Iterator[GitServer]:
    """Make the forge so slow that a clone lives until it is cancelled."""
    forge.knobs.delay_seconds = 30
    yield forge
    forge.knobs.delay_seconds = 0


def test_a_clone_is_accepted_and_ends_in_a_map(ask: Asker, forge: GitServer) -> None:
    make_repository(forge.root / "ada/fresh.git", {"a.py": "def fresh():\n    return 1\n"})
    payload = ask.clone(forge.url("ada/fresh.git"))
    assert payload["errors"] == []
    assert payload["clientMutationId"] == "mine"
    assert payload["alreadyRunning"] is False
    assert ask.ended(payload["job"]["id"])["state"] == "SUCCEEDED"


def test_cloning_what_is_ready_starts_nothing(ask: Asker, shapes: str, forge: GitServer) -> None:
    payload = ask.clone(forge.url("ada/shapes.git"))
    assert payload["repository"]["id"] == shapes
    assert payload["alreadyRunning"] is False
    assert payload["job"]["state"] == "SUCCEEDED"


def test_repeating_a_clone_while_its_job_lives_gives_that_job(ask: Asker, slow: GitServer) -> None:
    make_repository(slow.root / "ada/twice.git", {"a.py": "x = 1\n"})
    first = ask.clone(slow.url("ada/twice.git"))
    second = ask.clone(slow.url("ada/twice"))
    assert second["alreadyRunning"] is True
    assert second["job"]["id"] == first["job"]["id"]
    ask(CANCEL, id=first["job"]["id"])
    assert ask.ended(first["job"]["id"])["state"] == "CANCELLED"


@pytest.mark.parametrize(
    ("url", "ref", "kind", "code"),
    [
        ("not a url", None, "InvalidUrlError", "INVALID_URL"),
        ("https://me:pw@github.com/a/b", None, "InvalidUrlError", "CREDENTIALS_IN_URL"),
        ("file:///etc", None, "NotAllowedError", "PROTOCOL_NOT_ALLOWED"),
        ("https://example.org/a/b", None, "NotAllowedError", "HOST_NOT_ALLOWED"),
        ("http://127.0.0.1/a/b", "--upload-pack=x", "InvalidRefError", "INVALID_REF"),
    ],
)
def test_a_refused_clone_says_why_with_its_own_type(
    ask: Asker, url: str, ref: str | None, kind: str, code: str
) -> None:
    payload = ask.clone(url, ref)
    assert payload["repository"] is None
    assert payload["job"] is None
    assert [(error["__typename"], error["code"]) for error in payload["errors"]] == [(kind, code)]
    assert payload["errors"][0]["hint"]


def test_a_failed_clone_is_state_of_its_job(ask: Asker, forge: GitServer) -> None:
    job = ask.ended(ask.clone(forge.url("ada/nobody.git"))["job"]["id"])
    assert job["state"] == "FAILED"
    assert job["error"]["code"] == "NOT_FOUND_OR_PRIVATE"


def test_a_map_of_another_branch_is_built_beside_the_first(ask: Asker, shapes: str) -> None:
    job = ask(BUILD, id=shapes, ref="dev")["buildRepoMap"]["job"]
    assert ask.ended(job["id"])["state"] == "SUCCEEDED"
    document = """query S($id: ID!, $ref: String) { repository(id: $id) { snapshot(ref: $ref) {
      ref symbols(query: "only_on_dev") { totalCount } } snapshots { totalCount } } }"""
    dev = ask(document, id=shapes, ref="dev")["repository"]
    assert dev["snapshot"]["symbols"]["totalCount"] == 1
    assert dev["snapshots"]["totalCount"] == 2
    assert ask(document, id=shapes)["repository"]["snapshot"]["symbols"]["totalCount"] == 0


def test_a_refresh_asks_the_remote(ask: Asker, shapes: str) -> None:
    job = ask(REFRESH, id=shapes)["refreshRepository"]["job"]
    assert job["kind"] == "REFRESH"
    assert ask.ended(job["id"])["state"] == "SUCCEEDED"


@pytest.mark.parametrize("document", [REFRESH, BUILD, REMOVE])
def test_work_on_an_unknown_repository_is_a_typed_error(ask: Asker, document: str) -> None:
    (payload,) = ask(document, id="UmVwb3NpdG9yeTpub3Bl").values()
    assert [(error["__typename"], error["code"]) for error in payload["errors"]] == [("NotFoundError", "NOT_FOUND")]


def test_cancelling_an_unknown_job_is_a_typed_error(ask: Asker) -> None:
    payload = ask(CANCEL, id="Sm9iOm5vcGU")["cancelJob"]
    assert payload == {"job": None, "errors": [{"__typename": "NotFoundError", "code": "NOT_FOUND"}]}


def test_cancelling_an_ended_job_leaves_it_as_it_is(ask: Asker, shapes: str) -> None:
    jobs = ask("query R($id: ID!) { repository(id: $id) { jobs { nodes { id state } } } }", id=shapes)
    ended = next(job for job in jobs["repository"]["jobs"]["nodes"] if job["state"] == "SUCCEEDED")
    assert ask(CANCEL, id=ended["id"])["cancelJob"]["job"] == ended


def test_a_removed_repository_is_gone(ask: Asker, forge: GitServer) -> None:
    make_repository(forge.root / "ada/doomed.git", {"a.py": "x = 1\n"})
    repository_id = ask.map(forge.url("ada/doomed.git"))
    payload = ask(REMOVE, id=repository_id)["removeRepository"]
    assert payload["errors"] == []
    assert ask.ended(payload["job"]["id"])["state"] == "SUCCEEDED"
    assert ask("query R($id: ID!) { repository(id: $id) { id } }", id=repository_id)["repository"] is None


def test_the_jobs_of_a_removed_repository_stay_without_it(ask: Asker, forge: GitServer) -> None:
    make_repository(forge.root / "ada/outlived.git", {"a.py": "x = 1\n"})
    repository_id = ask.map(forge.url("ada/outlived.git"))
    removal = ask(REMOVE, id=repository_id)["removeRepository"]["job"]["id"]
    ask.ended(removal)
    found = ask("query J($id: ID!) { job(id: $id) { kind repository { id } } }", id=removal)["job"]
    assert found == {"kind": "REMOVE", "repository": None}


def test_a_failed_job_tells_its_attempts_with_gits_last_lines(ask: Asker, forge: GitServer) -> None:
    job = ask.ended(ask.clone(forge.url("ada/nowhere.git"))["job"]["id"])
    attempts = ask(ATTEMPTS, id=job["id"])["job"]["attempts"]
    assert [(one["number"], one["error"]["code"]) for one in attempts] == [(1, "NOT_FOUND_OR_PRIVATE")]
    assert any("not found" in line for line in attempts[0]["lastLines"])


def test_retrying_a_failed_job_does_it_again(ask: Asker, forge: GitServer) -> None:
    failed = ask.ended(ask.clone(forge.url("ada/later.git"))["job"]["id"])
    make_repository(forge.root / "ada/later.git", {"a.py": "def later():\n    return 1\n"})
    payload = ask(RETRY, id=failed["id"])["retryJob"]
    assert payload["errors"] == []
    assert payload["job"]["id"] != failed["id"]
    assert ask.ended(payload["job"]["id"])["state"] == "SUCCEEDED"
    assert ask(ATTEMPTS, id=failed["id"])["job"]["state"] == "FAILED"


def test_retrying_what_waits_for_its_next_try_begins_it_at_once(ask: Asker, forge: GitServer) -> None:
    make_repository(forge.root / "ada/shaky.git", {"a.py": "def shaky():\n    return 1\n"})
    forge.answer("ada/shaky.git", 503)
    job = ask.clone(forge.url("ada/shaky.git"))["job"]
    assert [one["error"]["code"] for one in ask.attempted(job["id"], times=2)] == ["NETWORK", "NETWORK"]
    forge.knobs.answers.clear()
    payload = ask(RETRY, id=job["id"])["retryJob"]
    assert (payload["job"]["id"], payload["alreadyRunning"]) == (job["id"], True)
    assert ask.ended(job["id"])["state"] == "SUCCEEDED"


def test_retrying_what_has_succeeded_starts_nothing(ask: Asker, shapes: str) -> None:
    last = ask("query Q($id: ID!) { repository(id: $id) { jobs(first: 1) { nodes { id state } } } }", id=shapes)
    job = last["repository"]["jobs"]["nodes"][0]
    payload = ask(RETRY, id=job["id"])["retryJob"]
    assert (payload["job"]["id"], payload["alreadyRunning"]) == (job["id"], False)


def test_retrying_an_unknown_job_is_a_typed_error(ask: Asker) -> None:
    payload = ask(RETRY, id="Sm9iOm5vcGU")["retryJob"]
    assert [error["code"] for error in payload["errors"]] == ["NOT_FOUND"]


def test_a_repository_is_followed_until_that_is_ended(ask: Asker, shapes: str) -> None:
    payload = ask(UPDATE, id=shapes, minutes=60)["updateRepository"]
    assert (payload["errors"], payload["clientMutationId"]) == ([], "mine")
    assert payload["repository"]["refreshMinutes"] == 60
    assert payload["repository"]["nextRefreshAt"] is not None
    assert ask(UPDATE, id=shapes)["updateRepository"]["repository"] == payload["repository"]
    after = ask(UPDATE, id=shapes, minutes=0)["updateRepository"]["repository"]
    assert (after["refreshMinutes"], after["nextRefreshAt"]) == (None, None)


@pytest.mark.parametrize("minutes", [-1, 4, 43_201])
def test_a_time_that_is_too_short_or_too_long_is_refused(ask: Asker, shapes: str, minutes: int) -> None:
    answer = ask.post(UPDATE, id=shapes, minutes=minutes)
    assert answer["errors"][0]["extensions"]["code"] == "INVALID_ARGUMENT"


def test_changing_an_unknown_repository_is_a_typed_error(ask: Asker) -> None:
    payload = ask(UPDATE, id="UmVwb3NpdG9yeTpub3Bl", minutes=60)["updateRepository"]
    assert [error["code"] for error in payload["errors"]] == ["NOT_FOUND"]


def test_a_repository_is_pinned_and_let_go_again(ask: Asker, shapes: str) -> None:
    pinned = ask(UPDATE, id=shapes, pinned=True)["updateRepository"]
    assert (pinned["repository"]["pinned"], pinned["errors"], pinned["clientMutationId"]) == (True, [], "mine")
    preview = '{ evictionPreview(bytes: "1000000000000") { id } }'
    assert {"id": shapes} not in ask(preview)["evictionPreview"]
    same = ask(UPDATE, id=shapes)["updateRepository"]["repository"]
    assert same == pinned["repository"]
    after = ask(UPDATE, id=shapes, pinned=False)["updateRepository"]["repository"]
    assert (after["pinned"], after["revision"]) == (False, same["revision"] + 1)
    assert {"id": shapes} in ask(preview)["evictionPreview"]


def test_an_unknown_repository_cannot_be_changed(ask: Asker, shapes: str) -> None:
    job = ask("query R($id: ID!) { repository(id: $id) { newestJob { id } } }", id=shapes)["repository"]["newestJob"]
    payload = ask(UPDATE, id=job["id"], pinned=True)["updateRepository"]
    assert (payload["repository"], payload["errors"]) == (None, [{"__typename": "NotFoundError", "code": "NOT_FOUND"}])
