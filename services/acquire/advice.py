"""What to do when a remote refuses us: which setting to make, or which entry of it to look at.

A remote says the same for "missing", "private" and "not with these credentials"; what was sent, and
whether a redirect was followed, tells more than its answer does.
"""

from typing import Final

from services.acquire.credentials import FILE_VARIABLE, VARIABLE, Credential
from services.acquire.policy import WEB_SCHEMES
from services.acquire.remotes import Remote
from services.errors import HINTS, AcquireError, ErrorCode

# Forges that answer 401 for what does not exist: "private" and "missing" cannot be told apart.
_DISCREET_HOSTS: Final = frozenset({"github.com", "gitlab.com", "bitbucket.org", "codeberg.org"})


def advised(error: AcquireError, *, remote: Remote, asked: Remote, sent: Credential | None) -> AcquireError:
    """Give the error with the advice for it. `remote` is who refused, `asked` whom the client named.

    `sent` are the credentials that the remote got. Errors that credentials cannot change stay as they are.
    """
    if error.code not in {ErrorCode.AUTH_REQUIRED, ErrorCode.NOT_FOUND_OR_PRIVATE}:
        return error
    if sent is not None:
        return _of_sent(error, sent.entry)
    discreet = remote.host in _DISCREET_HOSTS
    if discreet and error.code is ErrorCode.AUTH_REQUIRED:
        error = AcquireError(ErrorCode.NOT_FOUND_OR_PRIVATE, "The repository does not exist, or it is private.")
    if error.code is ErrorCode.AUTH_REQUIRED or (discreet and remote.scheme in WEB_SCHEMES):
        return _with_hint(error, _hint_without(error, remote, asked))
    return error


def _of_sent(error: AcquireError, entry: str) -> AcquireError:
    if error.code is ErrorCode.AUTH_REQUIRED:
        hint = f"Check the entry {entry} of {FILE_VARIABLE} or {VARIABLE}."
        return AcquireError(error.code, f"The configured credentials for {entry} were refused.", hint=hint)
    return _with_hint(error, f"Check the spelling, and that the credentials for {entry} may read this repository.")


def _hint_without(error: AcquireError, remote: Remote, asked: Remote) -> str:
    if remote.scheme not in WEB_SCHEMES:
        return "Credentials are sent over https only: give the https URL."
    if remote.name.lower() != asked.name.lower():
        return f"It was redirected to {remote.name}, and credentials do not go along: ask for that URL itself."
    advice = f"For a private repository set {FILE_VARIABLE} with an entry for {_entry_for(remote)}."
    return advice if error.code is ErrorCode.AUTH_REQUIRED else f"{HINTS[error.code]} {advice}"


def _entry_for(remote: Remote) -> str:
    host, *path = remote.name.split("/")
    owner = f"{host}/{path[0]}" if len(path) > 1 else host
    return f"http://{owner}" if remote.scheme == "http" else owner


def _with_hint(error: AcquireError, hint: str) -> AcquireError:
    return AcquireError(error.code, error.message, hint=hint, lines=error.lines)
