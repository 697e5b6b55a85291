"""What a refusal advises: which setting to make, or which entry to look at."""

import pytest

from services.acquire.advice import advised
from services.acquire.credentials import Credential
from services.acquire.remotes import Remote, RemotePolicy
from services.errors import HINTS, AcquireError, ErrorCode

POLICY = RemotePolicy(allow_protocols=frozenset({"https", "ssh"}))
SENT = Credential("github.com/acme", "Authorization: Bearer hush", ("hush",))


def remote(url: str) -> Remote:
    return Remote.parse(url, policy=POLICY)


def advice(code: ErrorCode, url: str, *, asked: str = "", sent: Credential | None = None) -> AcquireError:
    error = AcquireError(code, "It failed.")
    return advised(error, remote=remote(url), asked=remote(asked or url), sent=sent)


@pytest.mark.parametrize("host", ["github.com", "gitlab.com", "bitbucket.org", "codeberg.org"])
def test_where_missing_and_private_look_the_same_both_are_told(host: str) -> None:
    error = advice(ErrorCode.AUTH_REQUIRED, f"https://{host}/acme/x")
    assert error.code is ErrorCode.NOT_FOUND_OR_PRIVATE
    assert error.hint == (
        f"Check the spelling; a private repository looks the same as none. "
        f"For a private repository set GRATICULE_CREDENTIALS_FILE with an entry for {host}/acme."
    )


def test_elsewhere_a_missing_repository_has_the_plain_hint() -> None:
    error = advice(ErrorCode.NOT_FOUND_OR_PRIVATE, "https://git.example.com/acme/x")
    assert error.hint == HINTS[ErrorCode.NOT_FOUND_OR_PRIVATE]


def test_credentials_that_a_discreet_forge_refuses_are_refused_credentials() -> None:
    error = advice(ErrorCode.AUTH_REQUIRED, "https://github.com/acme/x", sent=SENT)
    assert (error.code, error.message) == (
        ErrorCode.AUTH_REQUIRED,
        "The configured credentials for github.com/acme were refused.",
    )


def test_credentials_that_find_nothing_may_not_be_meant_for_it() -> None:
    error = advice(ErrorCode.NOT_FOUND_OR_PRIVATE, "https://github.com/acme/x", sent=SENT)
    assert "credentials for github.com/acme may read" in (error.hint or "")


def test_a_redirect_that_credentials_did_not_follow_is_named() -> None:
    error = advice(ErrorCode.AUTH_REQUIRED, "https://git.example.com/a/b", asked="https://old.example.com/a/b")
    assert "redirected to git.example.com/a/b" in (error.hint or "")


def test_over_ssh_the_https_url_is_advised() -> None:
    assert "https" in (advice(ErrorCode.AUTH_REQUIRED, "ssh://git@git.example.com/a/b").hint or "")


def test_what_credentials_cannot_change_stays_as_it_is() -> None:
    error = AcquireError(ErrorCode.NETWORK, "It failed.")
    here = remote("https://github.com/a/b")
    assert advised(error, remote=here, asked=here, sent=SENT) is error
