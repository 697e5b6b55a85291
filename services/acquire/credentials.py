"""Which credentials the operator configured for which hosts, owners or repositories.

They stand in a TOML file that only its owner can read, or in the environment as JSON of the same
shape; a stranger's URL never carries any. No error here repeats a value, and no `repr` shows one.
"""

import base64
import json
import os
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, NoReturn, Self

from services.acquire.wording import clean
from services.errors import InvalidArgumentError
from services.prefixes import canonical_prefix, covers
from services.settings import Settings

VARIABLE: Final = "GRATICULE_CREDENTIALS"
FILE_VARIABLE: Final = "GRATICULE_CREDENTIALS_FILE"

_TOKEN_USERS: Final = {"github": "x-access-token", "gitlab": "oauth2", "bitbucket": "x-token-auth"}
"""The user name that each kind of forge wants beside a token."""
_KNOWN_KINDS: Final = {"github.com": "github", "gitlab.com": "gitlab", "bitbucket.org": "bitbucket"}

_SHAPES: Final = (
    frozenset({"token"}),
    frozenset({"token", "kind"}),
    frozenset({"username", "password"}),
    frozenset({"bearer"}),
)
_SHAPES_HINT: Final = "An entry has token (and kind: github, gitlab or bitbucket), or username and password, or bearer."
_VISIBLE_ASCII: Final = re.compile(r"[\x21-\x7e]+")
_CLEARTEXT: Final = "http://"
_PORT: Final = re.compile(r":[0-9]+(/|$)")
_MAX_FILE_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Credential:
    """What is sent to the remotes below one prefix: a header of HTTP. Its `repr` shows the prefix alone.

    `secrets` are the strings that nobody may ever see: the secret itself, and what the header has.
    It goes over https alone, unless the operator wrote `http://` before the prefix: then over http alone.
    """

    prefix: str
    header: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    scheme: str = "https"

    @property
    def entry(self) -> str:
        """Give the prefix as it is to be written in the setting."""
        return self.prefix if self.scheme == "https" else f"{self.scheme}://{self.prefix}"


@dataclass(frozen=True, slots=True)
class Credentials:
    """Every configured credential, by its prefix in lower case; `Credentials()` has none."""

    by_prefix: Mapping[str, Credential] = field(default_factory=dict)

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Read the file, then the variable, which wins where both name a prefix.

        Raises InvalidArgumentError that names the setting, and the prefix when one is wrong.
        """
        found: dict[str, Credential] = {}
        if settings.credentials_file is not None:
            found |= _read(FILE_VARIABLE, _parse_toml(_read_private(settings.credentials_file)))
        if settings.credentials is not None:
            found |= _read(VARIABLE, _parse_json(settings.credentials.get_secret_value()))
        return cls(found)

    def covering(self, name: str) -> Credential | None:
        """Give the credential with the longest prefix of a canonical name, by whole segments.

        Letter case does not count. `github.com/acme` covers `github.com/Acme/x`, never
        `github.com/acme-evil/x`. A name with a port is covered by a prefix with that port only.
        """
        prefixes = (prefix for prefix in self.by_prefix if covers(prefix, name))
        longest = max(prefixes, key=len, default=None)
        return None if longest is None else self.by_prefix[longest]

    def covers(self, name: str) -> bool:
        """Whether there is a credential for this canonical name."""
        return self.covering(name) is not None

    @property
    def secrets(self) -> tuple[str, ...]:
        """Give every string of every credential that nobody may ever see."""
        return tuple(secret for credential in self.by_prefix.values() for secret in credential.secrets)


def _read_private(path: Path) -> bytes:
    """Read the file, unless somebody else could as well."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)  # a pipe must not hold up the start
    except OSError as error:
        raise InvalidArgumentError(f"{FILE_VARIABLE} names {path}, which cannot be read: {error.strerror}.") from None
    try:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            raise InvalidArgumentError(f"{FILE_VARIABLE} names {path}, which is no regular file.")
        if about.st_mode & 0o077:
            message = f"{FILE_VARIABLE} names {path}, which others than its owner can read: run chmod 600 {path}."
            raise InvalidArgumentError(message)
        if about.st_size > _MAX_FILE_BYTES:
            raise InvalidArgumentError(f"{FILE_VARIABLE} names {path}, which has more than {_MAX_FILE_BYTES} bytes.")
        return os.read(descriptor, _MAX_FILE_BYTES)
    finally:
        os.close(descriptor)


def _parse_toml(content: bytes) -> Mapping[str, object]:
    try:
        return tomllib.loads(content.decode())
    except (ValueError, RecursionError):  # its text may repeat what stands there
        raise InvalidArgumentError(f"{FILE_VARIABLE} names a file that is not TOML.") from None


def _parse_json(text: str) -> Mapping[str, object]:
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        raise InvalidArgumentError(f"{VARIABLE} is not a JSON object.")
    return parsed


def _read(setting: str, tables: Mapping[str, object]) -> dict[str, Credential]:
    found: dict[str, Credential] = {}
    for key, table in tables.items():
        credential = _credential(setting, _canonical(setting, key.removeprefix(_CLEARTEXT)), table)
        if key.startswith(_CLEARTEXT):
            if not _PORT.search(credential.prefix):
                _refuse(setting, key, "has no port", "Over http the port is part of a name: http://git.lan:80/team.")
            credential = replace(credential, scheme="http")
        if credential.prefix in found:
            _refuse(setting, key, "is there twice")
        found[credential.prefix] = credential
    return found


def _canonical(setting: str, prefix: str) -> str:
    try:
        return canonical_prefix(prefix)
    except ValueError:
        hint = 'Give host, host/owner or host/owner/name, in quotation marks: ["github.com/acme"].'
        _refuse(setting, prefix, "is not the beginning of a repository's name", hint)


def _credential(setting: str, prefix: str, table: object) -> Credential:
    if not isinstance(table, dict) or frozenset(table) not in _SHAPES:
        _refuse(setting, prefix, "has not the keys of an entry", _SHAPES_HINT)
    for key, value in table.items():
        if not isinstance(value, str) or not value or not value.isprintable():
            _refuse(setting, prefix, f"has no usable value for {key}", "Give it as text, without control characters.")
    if "bearer" in table:
        return _bearer(setting, prefix, table["bearer"])
    if "token" in table:
        return _basic(setting, prefix, _token_user(setting, prefix, table.get("kind")), table["token"])
    return _basic(setting, prefix, table["username"], table["password"])


def _token_user(setting: str, prefix: str, kind: str | None) -> str:
    kind = kind or _KNOWN_KINDS.get(prefix.split("/", 1)[0], "")
    if kind not in _TOKEN_USERS:
        _refuse(setting, prefix, "has a token whose kind is not known", 'Add kind = "github", "gitlab" or "bitbucket".')
    return _TOKEN_USERS[kind]


def _basic(setting: str, prefix: str, username: str, password: str) -> Credential:
    if ":" in username:
        _refuse(setting, prefix, "has a user name with a colon", "HTTP's basic authentication cannot carry one.")
    written = base64.b64encode(f"{username}:{password}".encode()).decode()
    return Credential(prefix, f"Authorization: Basic {written}", (password, written))


def _bearer(setting: str, prefix: str, bearer: str) -> Credential:
    if not _VISIBLE_ASCII.fullmatch(bearer):
        _refuse(setting, prefix, "has a bearer token with a space or a letter beyond ASCII", _SHAPES_HINT)
    written = base64.b64encode(bearer.encode()).decode()
    return Credential(prefix, f"Authorization: Bearer {bearer}", (bearer, written))


def _refuse(setting: str, prefix: str, why: str, hint: str | None = None) -> NoReturn:
    raise InvalidArgumentError(f"{setting}: the entry {clean(prefix)!r} {why}.", hint=hint)
