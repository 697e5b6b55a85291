r"""The only door for a URL: text of a stranger becomes a `Remote`, or a typed refusal.

The grammar is strict and the URL that git gets is rebuilt from the checked parts, so that git and
we can never read one URL in two ways (`http://127.0.0.1\@github.com/…`). Pure: no DNS, no disk.
"""

import hashlib
import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv6Address
from typing import Final, Self
from urllib.parse import quote, unquote

from services.acquire.policy import DEFAULT_PORTS, SCHEMES, RemotePolicy, canonical_host, literal_address
from services.acquire.refs import UNSEEN, parse_ref
from services.errors import ErrorCode, InvalidRefError, InvalidUrlError, NotAllowedError

__all__ = ["Remote", "RemotePolicy", "parse_ref"]

MAX_URL_CHARACTERS: Final = 2048
_MAX_SEGMENTS: Final = 24
_MAX_HOST_CHARACTERS: Final = 253

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_SHORTHAND: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+/?")
_SCP: Final = re.compile(r"git@([^:/@]+):([^:].*)")
_AUTHORITY: Final = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^:\[\]]*)(?::([1-9][0-9]{0,4}))?")
_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_NUMERIC_LABEL: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
# Escapes are kept only for spaces and for UTF-8: a repository's name may have them, a trick has others.
_SEGMENT: Final = re.compile(r"([A-Za-z0-9._~+@!$',()=-]|%20|%[89A-Fa-f][0-9A-Fa-f])+")
_ESCAPE: Final = re.compile(r"%[0-9A-Fa-f]{2}")
_TRICK_ESCAPE: Final = re.compile(r"%([01][0-9a-f]|2[ef]|5c|7f)", re.IGNORECASE)
# What is left of these without `.git` leads to another folder: `/o/...git` would be asked for as `/o/..`.
_NOWHERE: Final = re.compile(r"\.{0,2}(\.git)*")
_COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_PAGE_KINDS: Final = frozenset({"tree", "blob", "commit"})


@dataclass(frozen=True, slots=True)
class Remote:
    """A checked URL, in parts. Equal repositories have equal names, whatever their spelling.

    `path` begins with a slash, as git gets it; `host` is empty for a local folder; `port` is None
    when it is the protocol's own. `ref` comes from a pasted tree, blob or commit page.
    """

    scheme: str
    host: str
    port: int | None
    path: str
    name: str
    ref: str | None = None

    @classmethod
    def parse(cls, url: str, *, policy: RemotePolicy) -> Self:
        """Read `owner/name`, `host/owner/name`, `git@host:owner/name`, a URL or a forge's page.

        Raises InvalidUrlError (INVALID_URL, CREDENTIALS_IN_URL) and NotAllowedError
        (PROTOCOL_NOT_ALLOWED, HOST_NOT_ALLOWED, ADDRESS_NOT_ALLOWED).
        """
        text = url.strip(" \t\r\n")
        _refuse_tricks(text)
        scheme, rest = _split_scheme(text, policy)
        if scheme not in SCHEMES or scheme not in policy.allow_protocols:
            raise NotAllowedError(ErrorCode.PROTOCOL_NOT_ALLOWED, f"The protocol {scheme!r} is not allowed here.")
        remote = cls._local(rest) if scheme == "file" else cls._forge(scheme, rest, policy)
        _refuse_length(remote.url)  # it is what is stored and read again
        return remote

    @property
    def url(self) -> str:
        """Give the URL that git gets, rebuilt from the parts."""
        if self.scheme == "file":
            return f"file://{quote(self.path)}"
        user = "git@" if self.scheme == "ssh" else ""
        return f"{self.scheme}://{user}{self.authority}{self.path}"

    @property
    def authority(self) -> str:
        """Give `host` or `host:port`, with brackets around an IPv6 address."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"

    @property
    def effective_port(self) -> int:
        """Give the port that is connected to; 0 for a local folder."""
        return self.port or DEFAULT_PORTS.get(self.scheme, 0)

    def respelled(self) -> Self:
        """Give the same repository with `.git` added to the path, or taken away.

        GitLab redirects the short spelling and git.kernel.org knows only the long one.
        """
        path = self.path[:-4] if self.path.endswith(".git") else f"{self.path}.git"
        return replace(self, path=path)

    @classmethod
    def _local(cls, rest: str) -> Self:
        if _TRICK_ESCAPE.search(rest):
            raise InvalidUrlError(ErrorCode.INVALID_URL, "The URL's path has an escape that no folder needs.")
        path = _unquoted(rest)
        if not path.startswith("/") or ".." in path.split("/"):
            raise InvalidUrlError(ErrorCode.INVALID_URL, "A local folder is given by its absolute path.")
        path = posixpath.normpath(f"/{path.strip('/')}")
        folder = posixpath.basename(path).removesuffix(".git") or "root"
        digest = hashlib.sha256(path.encode(errors="surrogateescape")).hexdigest()[:12]
        return cls("file", "", None, path, f"local/{digest}/{folder}")

    @classmethod
    def _forge(cls, scheme: str, rest: str, policy: RemotePolicy) -> Self:
        authority, _, tail = rest.partition("/")
        host, port = _read_authority(authority, scheme, policy)
        tail = _ESCAPE.sub(lambda escape: escape[0].upper(), tail)
        segments = [segment for segment in tail.split("/") if segment]
        for segment in segments:
            _check_segment(segment)
        segments, ref = _split_page(segments, host)
        _check_depth(segments, host, policy)
        path = "/" + "/".join(segments)
        remote = cls(scheme, host, port, path, "", ref)
        return replace(remote, name=remote.canonical_name())

    def canonical_name(self) -> str:
        """Give `host/owner/name`; the port is part of it where it says who answers."""
        port = self.port
        if port is None and self.scheme in {"http", "git"}:
            port = DEFAULT_PORTS[self.scheme]  # unauthenticated: never the same as what https answers
        host = replace(self, port=port).authority
        return f"{host}{self.path.removesuffix('.git')}"


def _refuse_tricks(text: str) -> None:
    """Refuse what no honest URL has, before anything is taken apart."""
    _refuse_length(text)
    _refuse_control(text, space_allowed=text.startswith(("/", "file:")))
    for character, what in (("\\", "a backslash"), ("?", "a query"), ("#", "a fragment")):
        if character in text:
            raise InvalidUrlError(ErrorCode.INVALID_URL, f"The URL has {what}.")


def _refuse_length(text: str) -> None:
    if not 0 < len(text) <= MAX_URL_CHARACTERS:
        raise InvalidUrlError(ErrorCode.INVALID_URL, f"A URL has 1 to {MAX_URL_CHARACTERS} characters.")


def _refuse_control(text: str, *, space_allowed: bool = True) -> None:
    wanted = text.replace(" ", "") if space_allowed else text
    if UNSEEN.search(wanted):
        raise InvalidUrlError(ErrorCode.INVALID_URL, "The URL has a space, a control character or an invisible one.")


def _split_scheme(text: str, policy: RemotePolicy) -> tuple[str, str]:
    """Give the scheme and what follows `scheme://`, for every accepted spelling."""
    if found := _SCHEME.match(text):
        scheme, rest = found[1].lower(), text[found.end() :]
        return scheme, rest.removeprefix("localhost") if scheme == "file" else rest
    if text.startswith("/"):
        return "file", quote(text)
    if found := _SCP.fullmatch(text):
        fallback = "ssh" if "ssh" in policy.allow_protocols else "https"
        scheme = "https" if "https" in policy.allow_protocols else fallback
        return scheme, f"{'git@' if scheme == 'ssh' else ''}{found[1]}/{found[2]}"
    if "@" in text.split("/", 1)[0]:
        raise InvalidUrlError(ErrorCode.CREDENTIALS_IN_URL, "The URL has a user name or a password.")
    if "::" in text.split("/", 1)[0] and not text.startswith("["):
        raise NotAllowedError(ErrorCode.PROTOCOL_NOT_ALLOWED, "Remote helpers are not allowed here.")
    if "/" not in text:
        raise InvalidUrlError(ErrorCode.INVALID_URL, "One word names no repository.")
    if _SHORTHAND.fullmatch(text) and not policy.names_host(text.split("/", 1)[0].lower()):
        return "https", f"github.com/{text}"
    return "https", text


def _read_authority(authority: str, scheme: str, policy: RemotePolicy) -> tuple[str, int | None]:
    """Check host and port; the port is None when it is the protocol's own."""
    user, at, rest = authority.rpartition("@")
    if at and not (scheme == "ssh" and user == "git"):
        raise InvalidUrlError(ErrorCode.CREDENTIALS_IN_URL, "The URL has a user name or a password.")
    found = _AUTHORITY.fullmatch(rest)
    if not found:
        raise InvalidUrlError(ErrorCode.INVALID_URL, "The URL has no host, or no port, that can be read.")
    host = found[1].strip("[]")
    host = host.lower() if host.isascii() else host  # the Kelvin sign would become a k
    port = int(found[2]) if found[2] else None
    if port is not None and port >= 2**16:
        raise InvalidUrlError(ErrorCode.INVALID_URL, "The URL's port is not between 1 and 65535.")
    port = None if port == DEFAULT_PORTS[scheme] else port
    _check_host(host, policy)
    if not policy.allows_port(port):
        hint = "The operator can open it with GRATICULE_ALLOW_PORTS."
        raise NotAllowedError(ErrorCode.HOST_NOT_ALLOWED, f"Port {port} is not allowed here.", hint=hint)
    return canonical_host(host), port


def _check_host(host: str, policy: RemotePolicy) -> None:
    address = literal_address(host)
    if address is None:
        _check_host_name(host, policy)
    elif not policy.opens_address(address) and not policy.names_host(canonical_host(host)):
        raise NotAllowedError(ErrorCode.ADDRESS_NOT_ALLOWED, "A host is given by its name, not by its address.")
    elif isinstance(address, IPv6Address) and address.scope_id:
        raise InvalidUrlError(ErrorCode.INVALID_URL, "An address with a zone is not a host.")
    if not policy.allows_host(canonical_host(host)):
        raise NotAllowedError(ErrorCode.HOST_NOT_ALLOWED, f"The host {host} is not allowed here.")


def _check_host_name(host: str, policy: RemotePolicy) -> None:
    labels = host.split(".")
    if len(host) > _MAX_HOST_CHARACTERS or not all(_LABEL.fullmatch(label) for label in labels):
        hint = None if host.isascii() else "Give an international name in its xn-- form."
        raise InvalidUrlError(ErrorCode.INVALID_URL, "The URL has no host that can be read.", hint=hint)
    if _NUMERIC_LABEL.fullmatch(labels[-1]):
        raise NotAllowedError(ErrorCode.HOST_NOT_ALLOWED, "A host is given by its name, not by a number.")
    if len(labels) == 1 and not policy.names_host(host):
        raise NotAllowedError(ErrorCode.HOST_NOT_ALLOWED, f"The host {host!r} has no dot in its name.")


def _check_segment(segment: str) -> None:
    if _NOWHERE.fullmatch(segment) or not _SEGMENT.fullmatch(segment):
        raise InvalidUrlError(ErrorCode.INVALID_URL, "The URL's path has a part that names no repository.")
    _unquoted(segment)


def _unquoted(text: str) -> str:
    try:
        decoded = unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise InvalidUrlError(ErrorCode.INVALID_URL, "The URL's path has an escape that is no text.") from None
    _refuse_control(decoded)
    return decoded


def _split_page(segments: Sequence[str], host: str) -> tuple[list[str], str | None]:
    """Take the repository and the ref out of the address of a tree, blob or commit page.

    Which part of `tree/a/b` is the ref cannot be told without asking: it is taken to be `a`.
    """
    marks = [at for at, part in enumerate(segments) if part == "-" and at >= 2]  # noqa: PLR2004  owner/name come first
    if marks:
        repository, page = segments[: marks[0]], segments[marks[0] + 1 :]
    elif len(segments) > 2 and segments[2] in _PAGE_KINDS:  # noqa: PLR2004  owner/name come first
        repository, page = segments[:2], segments[2:]
    else:
        if host == "github.com" and len(segments) > 2:  # noqa: PLR2004  owner/name, nothing below
            raise InvalidUrlError(ErrorCode.INVALID_URL, "The URL is a page of a repository, not a repository.")
        return list(segments), None
    if not page or page[0] not in _PAGE_KINDS or len(page) == 1:
        raise InvalidUrlError(ErrorCode.INVALID_URL, "The URL is a page of a repository, not a repository.")
    return list(repository), _page_ref(page)


def _page_ref(page: Sequence[str]) -> str:
    try:
        ref = parse_ref(unquote(page[1]))
    except InvalidRefError:
        raise InvalidUrlError(ErrorCode.INVALID_URL, "The URL's page has no ref that can be read.") from None
    if page[0] == "commit" and not _COMMIT.fullmatch(ref):
        raise InvalidUrlError(ErrorCode.INVALID_URL, "The URL's page has no full commit id.")
    return ref


def _check_depth(segments: Sequence[str], host: str, policy: RemotePolicy) -> None:
    least = 1 if policy.names_host(host) else 2
    if not least <= len(segments) <= _MAX_SEGMENTS or segments[0].startswith("-"):
        raise InvalidUrlError(ErrorCode.INVALID_URL, "The URL has no owner and name of a repository.")
    if segments[-1].endswith(".git.git"):  # its name would be read as another repository's URL
        raise InvalidUrlError(ErrorCode.INVALID_URL, "The URL ends in .git twice.")
