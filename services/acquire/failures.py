"""What went wrong, read from git's exit code and its messages (LC_ALL=C), as a typed error.

Order matters: a broken connection also ends in "index-pack failed", and a full disk also looks like
a broken connection. The lines of the server (`remote: …`) are kept apart, so that a server cannot
choose its error: it is believed when it says that its own repository is damaged, and nothing else.
"""

import itertools
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from services.acquire.git import Finished, GitLimits
from services.acquire.wording import HIDDEN, clean
from services.errors import AcquireError, ErrorCode

_HTTP_STATUS: Final = re.compile(r"returned error: (\d{3})|HTTP (\d{3}) curl")

_CLAIMS: Final = {
    r"No space left on device|Disk quota exceeded|Read-only file system": ErrorCode.DISK_FULL,
    r"died of signal 25|File too large": ErrorCode.TOO_LARGE,
    r"died of signal 24": ErrorCode.TIMEOUT,
    r"[Oo]ut of memory|[Cc]annot allocate memory|mmap failed|over limit": ErrorCode.MEMORY_LIMIT,
    r"unable to create thread|malloc failed|loading shared libraries": ErrorCode.MEMORY_LIMIT,
    r"died of signal 9": ErrorCode.WORKER_LOST,
}
"""What this machine's limits say: looked for first, where the server has not ended the transfer itself."""

_CHECKS: Final = {
    r"fsck error|error in (packed )?object|in packed object|SHA1 COLLISION": ErrorCode.CORRUPT_OBJECTS,
}
"""What git's own checks say."""

# The text that a server ends a transfer with (sideband 3) has as many lines as it likes, and all but its first look
# like git's own. What git itself says of such an end it cannot prevent.
_ENDED_BY_SERVER: Final = re.compile(
    r"early EOF|sideband demultiplexer|pack (signature|version|has bad|is corrupted)|inflate returned|final sha1"
)
_WORDS_OF_SERVER: Final = "fatal: remote error:"
"""git ends with it: whatever stands behind it is the server's too."""

_DAMAGED: Final = "remote: aborting due to possible repository corruption"
"""What a server ends with that could not read the objects that it was to send; or had no room to."""

_NOT_THERE: Final = r"not our ref|unadvertised object"

_THEIRS: Final = {
    _NOT_THERE: ErrorCode.REF_NOT_FOUND,
    r"is a (blob|tree), not a commit": ErrorCode.REF_NOT_FOUND,
    r"Remote branch .* not found|couldn't find remote ref|nonexistent ref": ErrorCode.REF_NOT_FOUND,
    r"Operation too slow": ErrorCode.STALLED,
    r"could not read (Username|Password)|Authentication failed": ErrorCode.AUTH_REQUIRED,
    r"Permission denied \(|Host key verification failed": ErrorCode.AUTH_REQUIRED,
    r"^fatal: repository '.*' not found|repository '.*' does not exist": ErrorCode.NOT_FOUND_OR_PRIVATE,
    r"is this a git repository|does not appear to be a git repository": ErrorCode.NOT_FOUND_OR_PRIVATE,
    r"dumb http transport does not support": ErrorCode.NOT_FOUND_OR_PRIVATE,  # files, but no git that answers
    r"invalid gitfile format|not a git repository": ErrorCode.NOT_FOUND_OR_PRIVATE,
    r"^fatal: remote error: |detected dubious ownership": ErrorCode.NOT_FOUND_OR_PRIVATE,
    r"unable to update url base from redirection": ErrorCode.REDIRECT_REFUSED,
    r"Could not resolve|Failed to connect|Couldn't connect|unable to connect": ErrorCode.NETWORK,
    r"Connection (refused|reset|timed out)|timed out|unreachable|No route to host": ErrorCode.NETWORK,
    r"SSL|TLS|certificate|[Ee]mpty reply|early EOF|RPC failed|transfer closed": ErrorCode.NETWORK,
    r"unexpected disconnect|hung up unexpectedly": ErrorCode.NETWORK,
    r"index-pack failed|unresolved deltas|inflate|bad pack|bad object|corrupt": ErrorCode.CORRUPT_OBJECTS,
    r"protocol error|invalid .* packet|bad line length|unable to access": ErrorCode.NETWORK,  # no git answered
    r"invalid (server|ls-refs) response|unknown (protocol|object format)|server doesn't support": ErrorCode.NETWORK,
    r"expected (flush|'|no other|shallow|response)|still expected|invalid hash|sideband": ErrorCode.NETWORK,
    r"pack (has|signature|version)|size_t overflow|not receive expected object": ErrorCode.CORRUPT_OBJECTS,
    r"is a \w+, not a \w+|did not send all necessary objects|missing (blob|tree|commit)": ErrorCode.CORRUPT_OBJECTS,
    r"invalid index-pack output": ErrorCode.WORKER_LOST,  # and nothing else: somebody ended index-pack
}
"""What the server or the way to it did, in this order."""

_UNEXPLAINED: Final = {
    r"(failed|unable|could not|cannot) (to )?(write|create|mkdir)": ErrorCode.DISK_FULL,
}
"""Where git says what it could not do, and not why: looked for last."""

_SENTENCES: Final = {
    ErrorCode.DISK_FULL: "The disk of this server is full.",
    ErrorCode.WORKER_LOST: "git was ended from outside, perhaps since this machine has too little memory.",
    ErrorCode.CORRUPT_OBJECTS: "The repository lacks objects, or has some that fail git's checks.",
    ErrorCode.REF_NOT_FOUND: "The repository has no such branch, tag or commit.",
    ErrorCode.AUTH_REQUIRED: "The server asks for credentials.",
    ErrorCode.NOT_FOUND_OR_PRIVATE: "The repository does not exist, or it is private.",
    ErrorCode.REDIRECT_REFUSED: "The server redirects to another address.",
    ErrorCode.RATE_LIMITED: "The server takes no more requests from here for now.",
    ErrorCode.NETWORK: "The connection to the server failed.",
    ErrorCode.INTERNAL: "git failed for a reason that is not known here.",
}

_STATUS_CODES: Final = {
    401: ErrorCode.AUTH_REQUIRED,
    403: ErrorCode.AUTH_REQUIRED,
    404: ErrorCode.NOT_FOUND_OR_PRIVATE,
    410: ErrorCode.NOT_FOUND_OR_PRIVATE,
    429: ErrorCode.RATE_LIMITED,
    451: ErrorCode.NOT_FOUND_OR_PRIVATE,
}
_SIGNAL_CODES: Final = {
    -9: ErrorCode.WORKER_LOST,  # by the system's memory killer, perhaps for what another process takes, or by a hand
    -13: ErrorCode.NETWORK,  # it wrote to who had hung up
    -15: ErrorCode.WORKER_LOST,
    -24: ErrorCode.TIMEOUT,
    -25: ErrorCode.TOO_LARGE,
}
_WITH_DETAIL: Final = frozenset(
    {ErrorCode.NETWORK, ErrorCode.CORRUPT_OBJECTS, ErrorCode.INTERNAL, ErrorCode.MEMORY_LIMIT, ErrorCode.TOO_LARGE}
)
_MAX_DETAIL_CHARACTERS: Final = 300
_MOST_LINES: Final = 10


def failure(
    finished: Finished,
    *,
    limits: GitLimits,
    hide: str = "",
    secrets: Collection[str] = (),
    advertised: bool = False,
) -> AcquireError:
    """Give the error for a git that failed under these limits.

    No message shows `hide`, a folder of this server, or one of the `secrets`. An `advertised` object that the server
    does not know any more is damaged there.
    """
    damage = _damage(finished.remote)
    lines = (*damage, *finished.lines)
    code = _code(finished.exit_code, finished.lines, damaged=bool(damage))
    if advertised and code is ErrorCode.REF_NOT_FOUND and re.search(_NOT_THERE, "\n".join(lines)):
        code = ErrorCode.CORRUPT_OBJECTS
    detail = _detail(lines, hide, secrets) if code in _WITH_DETAIL else ""
    return AcquireError(code, f"{_sentence(code, limits)}{detail}", lines=_last(lines, hide, secrets))


def _sentence(code: ErrorCode, limits: GitLimits) -> str:
    """Say what happened; of a limit, how much it gives: what was seen is in git's own words behind it."""
    if code is ErrorCode.TOO_LARGE:
        return f"The repository needs more than the {limits.size_bytes} bytes that it may have on the disk."
    if code is ErrorCode.MEMORY_LIMIT:
        return f"git needs more memory for this repository than the {limits.memory_bytes} bytes that it may have."
    if code is ErrorCode.TIMEOUT:
        return f"git used up {limits.wall_seconds:g} s of processor time, and is not done."
    if code is ErrorCode.STALLED:
        return f"The server sent less than a byte a second for {limits.stall_seconds:g} s."
    return _SENTENCES[code]


def _damage(remote: Sequence[str]) -> tuple[str, ...]:
    """Give what a server says of its own repository, if it gave up over that: not for want of memory or room."""
    why = [line for line in remote if line.startswith("remote: fatal: ")]
    gave_up = any(line.startswith(_DAMAGED) for line in remote)
    return tuple(why) if gave_up and _look_up(_CLAIMS, why) is None else ()


def _code(exit_code: int, lines: Sequence[str], *, damaged: bool) -> ErrorCode:
    own = list(itertools.takewhile(lambda line: not line.startswith(_WORDS_OF_SERVER), lines))
    claimed = None if any(map(_ENDED_BY_SERVER.search, own)) else _look_up(_CLAIMS, own)
    if code := claimed or _look_up(_CHECKS, own):
        return code
    if found := _HTTP_STATUS.search("\n".join(own)):
        return _code_of_status(int(found[1] or found[2]))
    if damaged:
        return ErrorCode.CORRUPT_OBJECTS
    known = _look_up(_THEIRS, lines) or _SIGNAL_CODES.get(exit_code)
    return known or _look_up(_UNEXPLAINED, own) or _look_up(_CLAIMS, own) or ErrorCode.INTERNAL


def _look_up(patterns: Mapping[str, ErrorCode], lines: Sequence[str]) -> ErrorCode | None:
    text = "\n".join(lines)
    return next((code for pattern, code in patterns.items() if re.search(pattern, text, re.MULTILINE)), None)


def _code_of_status(status: int) -> ErrorCode:
    if 300 <= status < 400:  # noqa: PLR2004  redirects
        return ErrorCode.REDIRECT_REFUSED
    return _STATUS_CODES.get(status, ErrorCode.NETWORK)


def _last(lines: Sequence[str], hide: str, secrets: Collection[str]) -> tuple[str, ...]:
    """Give the last lines as they may be stored and shown to everybody who sees the job."""
    return tuple(_shown(line, hide, secrets) for line in lines[-_MOST_LINES:])


def _shown(line: str, hide: str, secrets: Collection[str]) -> str:
    text = clean(line, secrets)
    return (text.replace(hide, HIDDEN) if hide else text)[:_MAX_DETAIL_CHARACTERS]


def _detail(lines: Sequence[str], hide: str, secrets: Collection[str]) -> str:
    told = [line for line in lines if line.startswith(("remote: fatal:", "fatal:", "error:"))] or list(lines[-1:])
    text = _shown(told[0], hide, secrets) if told else ""
    return f" ({text})" if text else ""
