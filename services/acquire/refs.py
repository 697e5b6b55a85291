"""Names of branches, tags and commits: the grammar of what we ask for, and what a remote answers.

A ref becomes an argument of git and a part of a refspec, so it is checked against a strict grammar
first: no option, no second line, no revision syntax ever reaches git.
"""

import re
from typing import Final

from services.errors import AcquireError, ErrorCode, InvalidRefError
from services.models import RemoteRef, RemoteRefs

MAX_REF_CHARACTERS: Final = 255

UNSEEN: Final = re.compile(
    "[\x00-\x20\x7f-\xa0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f"
    "\u2800\u3000\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
"""Control, space, bidirectional, zero-width, filler and tag characters, and halves of surrogate pairs."""

# git's own rules (git-check-ref-format). Not refused: letters of any script.
_FORBIDDEN: Final = re.compile(r"[~^:?*\[\\]")
_PREFIX: Final = re.compile(r"\Arefs/(heads|tags)/")
_COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_PEELED: Final = "^{}"


def parse_ref(ref: str) -> str:
    """Check a branch, a tag or a full commit id, and give its short name.

    `refs/heads/x` and `refs/tags/x` become `x`; a commit id is given in lower case. Raises
    InvalidRefError.
    """
    if _COMMIT.fullmatch(ref.lower()):
        return ref.lower()
    name = _PREFIX.sub("", ref)
    parts = name.split("/")
    if not 0 < len(name) <= MAX_REF_CHARACTERS or UNSEEN.search(name) or _FORBIDDEN.search(name):
        raise InvalidRefError("The ref is empty, too long, or has a character that no ref has.")
    if name[0] == "-" or name == "@" or ".." in name or "@{" in name:
        raise InvalidRefError("The ref has a meaning to git beyond a name.")
    if name.startswith("refs/") or _COMMIT.fullmatch(name.lower()) or (name == "HEAD" and name != ref):
        raise InvalidRefError("The ref's short name would mean another ref, or a commit.")
    if any(not part or part[0] == "." or part.endswith((".lock", ".")) for part in parts):
        raise InvalidRefError("The ref has an empty part, or one that begins or ends as no ref does.")
    return name


def is_commit(ref: str) -> bool:
    """Whether a checked ref is a full commit id (SHA-1 or SHA-256)."""
    return _COMMIT.fullmatch(ref) is not None


class Listing:
    """Reads what `git ls-remote --symref` prints, as it comes: a remote may list millions, and the loop must not wait.

    Only what may be asked for is kept, at most `most` of it; about 2 µs for each line.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._rest = b""
        self._branches: dict[str, str] = {}
        self._tags: dict[str, str] = {}
        self._head: str | None = None
        self._default_branch: str | None = None

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes. Raises AcquireError (TOO_LARGE)."""
        *rows, self._rest = (self._rest + chunk).split(b"\n")
        for row in rows:
            value, tab, name = row.decode(errors="replace").partition("\t")
            if tab and (value.startswith("ref: ") or _COMMIT.fullmatch(value)):
                self._take(value, name)
        found = len(self._branches) + len(self._tags)
        if found > self._most:
            message = f"The remote has at least {found} branches and tags; at most {self._most} are read."
            raise AcquireError(ErrorCode.TOO_LARGE, message, hint="The operator can raise GRATICULE_REMOTE_REFS.")

    def refs(self) -> RemoteRefs:
        """Give what there was; tags are peeled to what they point at."""
        return RemoteRefs(self._head, self._default_branch, _sorted(self._branches), _sorted(self._tags))

    def _take(self, value: str, name: str) -> None:
        if name == "HEAD" and value.startswith("ref: "):
            target = value.removeprefix("ref: ")
            is_branch = target.startswith("refs/heads/") and _can_be_asked(target)
            self._default_branch = target.removeprefix("refs/heads/") if is_branch else None
        elif name == "HEAD":
            self._head = value
        elif name.startswith("refs/heads/") and _can_be_asked(name):
            self._branches[name.removeprefix("refs/heads/")] = value
        elif name.startswith("refs/tags/") and _can_be_asked(name.removesuffix(_PEELED)):
            self._tags[name.removeprefix("refs/tags/").removesuffix(_PEELED)] = value  # the peeled line comes second


def _can_be_asked(name: str) -> bool:
    """Whether the name passes our own grammar: a hostile server can list anything."""
    try:
        parse_ref(name)
    except InvalidRefError:
        return False
    return True


def _sorted(commits: dict[str, str]) -> tuple[RemoteRef, ...]:
    return tuple(RemoteRef(name, commit) for name, commit in sorted(commits.items()))
