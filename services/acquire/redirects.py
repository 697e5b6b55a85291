"""Where a redirect may lead: through the same door as every URL, and never down to plain http.

GitHub and GitLab redirect renamed projects, and a hostile server redirects to whatever it cannot
reach itself. So each hop is parsed under the whole policy, looked up and pinned like a first URL.
"""

from collections.abc import Collection
from typing import Final
from urllib.parse import urljoin, urlsplit

from services.acquire.policy import WEB_SCHEMES
from services.acquire.remotes import MAX_URL_CHARACTERS, Remote, RemotePolicy
from services.acquire.wording import clean, shows_secret
from services.errors import AcquireError, ErrorCode, InvalidUrlError, NotAllowedError

MAX_HOPS: Final = 3
QUESTION: Final = "/info/refs?service=git-upload-pack"
"""What git asks first of a repository's URL."""

_MAX_HOST_CHARACTERS: Final = 100


class RedirectNotAllowedError(NotAllowedError):
    """Policy refuses where a redirect leads, with the code it would refuse that URL with."""

    @classmethod
    def of(cls, error: NotAllowedError, *, host: str) -> "RedirectNotAllowedError":
        """Say of a refusal that it was a redirect that led there."""
        return cls(error.code, f"The server redirects to {host}: {error.message}", hint=error.hint)


def next_remote(location: str, *, of: Remote, policy: RemotePolicy, secrets: Collection[str]) -> Remote:
    """Read the `Location` that a remote answered with, absolute or relative, as a remote.

    It ends as git's own question does, or is a plain URL of a repository. Raises AcquireError
    (REDIRECT_REFUSED) and RedirectNotAllowedError; both name the host it leads to, unless it has a secret.
    """
    target, host = _resolve(location, of)
    host = clean(host, secrets)[:_MAX_HOST_CHARACTERS]
    if shows_secret(target, secrets):  # to follow it would tell them to the next host
        raise _refused(host, "with the credentials it was sent")
    try:
        remote = Remote.parse(target.removesuffix(QUESTION), policy=policy)
    except InvalidUrlError:
        raise _refused(host, "at an address that is no repository's") from None
    except NotAllowedError as error:
        raise RedirectNotAllowedError.of(error, host=host) from None
    if remote.scheme not in WEB_SCHEMES or remote.ref is not None:
        raise _refused(host, "at an address that is no repository's")
    if of.scheme == "https" and remote.scheme != "https":
        raise _refused(host, "over a connection without encryption")
    return remote


def check_hops(visited: Collection[str], remote: Remote) -> None:
    """Refuse a loop, and a hop too many after the URLs that were visited. AcquireError (REDIRECT_REFUSED)."""
    if remote.url in visited:
        raise _refused(remote.host, "where it came from")
    if len(visited) > MAX_HOPS:
        raise _refused(remote.host, f"after {MAX_HOPS} other redirects")


def _resolve(location: str, of: Remote) -> tuple[str, str]:
    """Give the absolute URL and the host in it; what cannot be told apart surely is refused."""
    usable = location.isascii() and location.isprintable() and " " not in location and "\\" not in location
    if usable and len(location) <= MAX_URL_CHARACTERS:
        try:
            target = urljoin(f"{of.url}{QUESTION}", location)
            return target, urlsplit(target).hostname or "no host"
        except ValueError:
            pass
    raise AcquireError(ErrorCode.REDIRECT_REFUSED, "The server redirects to an address that cannot be read.")


def _refused(host: str, how: str) -> AcquireError:
    return AcquireError(ErrorCode.REDIRECT_REFUSED, f"The server redirects to {host}, {how}.")
