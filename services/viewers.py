"""Who asks, and what they may: the one value that every verb of the façade is asked with.

A scope says what somebody may do, grants say which private repositories they may see. A private
repository is one whose clone needs credentials of this server: it is invisible, not forbidden, to
whoever was not given it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv6Address, ip_address
from typing import Final, Self

from services.errors import ErrorCode, InvalidArgumentError, NotAllowedError, UnauthenticatedError
from services.models import Repository
from services.prefixes import canonical_prefix, covers

EVERYTHING: Final = "*"


class Scope(StrEnum):
    """What somebody may do; each one holds those before it."""

    READ = "read"
    CLONE = "clone"
    ADMIN = "admin"

    @property
    def holds(self) -> frozenset["Scope"]:
        """Give this scope and those that it brings with it."""
        return _HELD[self]


_HELD: Final = {scope: frozenset(list(Scope)[: number + 1]) for number, scope in enumerate(Scope)}


@dataclass(frozen=True, slots=True)
class Grants:
    """Which private repositories somebody may see: prefixes of `host/owner/name`, in lower case; `*` for all."""

    prefixes: frozenset[str] = frozenset()

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        """Read what an operator wrote; InvalidArgumentError that shows what cannot be read."""
        return cls(frozenset(_prefix(text) for text in texts))

    @property
    def everything(self) -> bool:
        """Whether nothing is hidden."""
        return EVERYTHING in self.prefixes

    def cover(self, name: str) -> bool:
        """Whether a repository of this name is among them."""
        return self.everything or any(covers(prefix, name) for prefix in self.prefixes)

    def show(self, repository: Repository) -> bool:
        """Whether whoever has them may know of this repository."""
        return not repository.private or self.cover(repository.name)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who asks. `scope` is None for whoever has not said who they are."""

    name: str
    scope: Scope | None
    grants: Grants = Grants()
    address: str = ""
    """Where they ask from; empty for a caller within the process."""
    token_id: str | None = None

    def may(self, scope: Scope) -> bool:
        """Whether they may do what this scope is for."""
        return self.scope is not None and scope in self.scope.holds

    def require(self, scope: Scope) -> None:
        """Refuse what they may not do. UnauthenticatedError, NotAllowedError (FORBIDDEN)."""
        if self.scope is None:
            raise UnauthenticatedError
        if not self.may(scope):
            hint = f"Ask the operator for a token with the scope {scope.value!r}."
            raise NotAllowedError(ErrorCode.FORBIDDEN, f"This needs the scope {scope.value!r}.", hint=hint)

    def sees(self, repository: Repository) -> bool:
        """Whether they may know of this repository."""
        return self.grants.show(repository)

    @property
    def client(self) -> str:
        """Give who is counted when work is counted: the token, else the address."""
        return f"token:{self.token_id}" if self.token_id else self.origin

    @property
    def origin(self) -> str:
        """Give where they come from; all addresses of one IPv6 network (/64) belong to one customer."""
        return f"address:{network_of(self.address)}"


LOCAL: Final = Viewer("local", Scope.ADMIN, Grants(frozenset({EVERYTHING})))
"""Whoever can reach a server on loopback that has no tokens: the person whose machine it is."""

NOBODY: Final = Viewer("nobody", None)
"""Whoever has not shown a token where one is needed."""


def network_of(address: str) -> str:
    """Give the address, or the /64 network of an IPv6 address; what is no address is given as it is."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else f"{IPv6Address(int(parsed) >> 64 << 64)}/64"
    return str(parsed)


def _prefix(text: str) -> str:
    if text.strip() == EVERYTHING:
        return EVERYTHING
    try:
        return canonical_prefix(text.strip())
    except ValueError:
        hint = "Give host, host/owner or host/owner/name, as in a repository's name, or * for all."
        raise InvalidArgumentError(f"{text!r} names no repositories.", hint=hint) from None
