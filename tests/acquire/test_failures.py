"""git's messages as typed errors."""

from collections.abc import Sequence

import pytest

from services.acquire.failures import failure
from services.acquire.git import Finished, GitLimits
from services.errors import AcquireError, ErrorCode


def failed(exit_code: int, lines: Sequence[str], *, hide: str = "") -> AcquireError:
    return failure(Finished(exit_code, b"", tuple(lines)), limits=GitLimits(), hide=hide)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["fatal: write error: No space left on device", "fatal: index-pack failed"], ErrorCode.DISK_FULL),
        (["error: failed to write new configuration file /srv/x/config.lock"], ErrorCode.DISK_FULL),
        (["fatal: unable to write file /srv/x/objects/pack/pack-1.keep"], ErrorCode.DISK_FULL),
        (["fatal: Unable to create '/srv/x/shallow.lock': File exists."], ErrorCode.INTERNAL),
        (["error: index-pack died of signal 25", "fatal: fetch-pack: invalid index-pack output"], ErrorCode.TOO_LARGE),
        (["error: index-pack died of signal 24"], ErrorCode.TIMEOUT),
        (["fatal: Out of memory, malloc failed (tried to allocate 9 bytes)"], ErrorCode.MEMORY_LIMIT),
        (
            ["error: object 1: hasDotgit: contains '.git'", "fatal: fsck error in packed object"],
            ErrorCode.CORRUPT_OBJECTS,
        ),
        (["fatal: remote error: upload-pack: not our ref 1234"], ErrorCode.REF_NOT_FOUND),
        (["fatal: Remote branch x not found in upstream origin"], ErrorCode.REF_NOT_FOUND),
        (["fatal: couldn't find remote ref refs/heads/x"], ErrorCode.REF_NOT_FOUND),
        (["error: RPC failed; curl 28 Operation too slow. Less than 1 bytes/sec"], ErrorCode.STALLED),
        (["fatal: could not read Username for 'https://x': terminal prompts disabled"], ErrorCode.AUTH_REQUIRED),
        (["fatal: repository 'https://x.com/o/n/' not found"], ErrorCode.NOT_FOUND_OR_PRIVATE),
        (["fatal: remote error: access denied or repository not exported: /x"], ErrorCode.NOT_FOUND_OR_PRIVATE),
        (["fatal: dumb http transport does not support shallow capabilities"], ErrorCode.NOT_FOUND_OR_PRIVATE),
        (["fatal: https://x/info/refs not valid: is this a git repository?"], ErrorCode.NOT_FOUND_OR_PRIVATE),
        (["fatal: unable to access 'https://x/': The requested URL returned error: 301"], ErrorCode.REDIRECT_REFUSED),
        (["fatal: unable to access 'https://x/': The requested URL returned error: 403"], ErrorCode.AUTH_REQUIRED),
        (["fatal: unable to access 'https://x/': The requested URL returned error: 429"], ErrorCode.RATE_LIMITED),
        (["fatal: unable to access 'https://x/': The requested URL returned error: 503"], ErrorCode.NETWORK),
        (["fatal: unable to access 'https://x/': Could not resolve host: x"], ErrorCode.NETWORK),
        (
            ["error: RPC failed; curl 18 transfer closed", "fatal: early EOF", "fatal: index-pack failed"],
            ErrorCode.NETWORK,
        ),
        (
            ["fatal: pack has bad object at offset 12: inflate returned -3", "fatal: index-pack failed"],
            ErrorCode.CORRUPT_OBJECTS,
        ),
        (["fatal: unable to access 'https://x/': Received HTTP/0.9 when not allowed"], ErrorCode.NETWORK),
        (["fatal: protocol error: bad line length character: zzzz"], ErrorCode.NETWORK),
        (["fatal: invalid gitfile format: /srv/x"], ErrorCode.NOT_FOUND_OR_PRIVATE),
        (["fatal: fetch-pack: invalid index-pack output"], ErrorCode.WORKER_LOST),
        (["error: index-pack died of signal 9"], ErrorCode.WORKER_LOST),
        (["fatal: something new"], ErrorCode.INTERNAL),
        ([], ErrorCode.INTERNAL),
    ],
)
def test_a_message_of_git_has_its_code(lines: list[str], code: ErrorCode) -> None:
    assert failed(128, lines).code is code


GAVE_UP = "remote: aborting due to possible repository corruption on the remote side."


@pytest.mark.parametrize(
    ("remote", "code"),
    [
        (["remote: fatal: unable to read 1234", GAVE_UP], ErrorCode.CORRUPT_OBJECTS),
        (["remote: fatal: bad tree object 1234", GAVE_UP], ErrorCode.CORRUPT_OBJECTS),
        (["remote: fatal: Out of memory, malloc failed (tried to allocate 9 bytes)", GAVE_UP], ErrorCode.NETWORK),
        ([GAVE_UP], ErrorCode.NETWORK),  # what was to read the objects was ended
        (["remote: fatal: unable to read 1234"], ErrorCode.NETWORK),
    ],
)
def test_a_server_is_believed_that_its_own_repository_is_damaged(remote: list[str], code: ErrorCode) -> None:
    finished = Finished(128, b"", ("fatal: early EOF", "fatal: fetch-pack: invalid index-pack output"), tuple(remote))
    error = failure(finished, limits=GitLimits())
    assert (error.code, error.retryable) == (code, code is ErrorCode.NETWORK)
    assert (remote[0] in error.message) == (code is ErrorCode.CORRUPT_OBJECTS)


def test_what_a_server_names_and_does_not_know_is_damaged_there() -> None:
    refused = Finished(128, b"", ("fatal: remote error: upload-pack: not our ref 1234",))
    assert failure(refused, limits=GitLimits(), advertised=True).code is ErrorCode.CORRUPT_OBJECTS


@pytest.mark.parametrize(("exit_code", "code"), [(-9, ErrorCode.WORKER_LOST), (-25, ErrorCode.TOO_LARGE)])
def test_a_signal_has_its_code(exit_code: int, code: ErrorCode) -> None:
    assert failed(exit_code, []).code is code


def test_a_server_cannot_claim_that_our_disk_is_full() -> None:
    assert failed(128, ["fatal: remote error: No space left on device"]).code is ErrorCode.NOT_FOUND_OR_PRIVATE


def test_no_message_shows_a_folder_of_the_server() -> None:
    error = failed(128, ["fatal: could not open '/srv/data/staging/x'"], hide="/srv/data")
    assert "/srv/data" not in error.message
    assert error.hint is not None
