"""Tokens: what an operator hands to a person or a program, and what is remembered of it.

`gra_<id>_<secret>`: the id finds the row, the secret (256 random bits) is shown once and kept nowhere.
A fast hash is enough for it, since nobody can guess 256 bits, and slow ones are for passwords.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.viewers import Grants, Scope, Viewer

PREFIX: Final = "gra"
_ID_BYTES: Final = 8
_SECRET_BYTES: Final = 32
_SHAPE: Final = re.compile(rf"{PREFIX}_([0-9a-f]{{{2 * _ID_BYTES}}})_([A-Za-z0-9_-]{{43}})")


@dataclass(frozen=True, slots=True)
class Token:
    """What is remembered of a token: enough to recognise it, not to show it."""

    id: str
    name: str
    scope: Scope
    grants: Grants
    digest: str
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        """Whether it opens the door now."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def viewer(self, address: str) -> Viewer:
        """Give who shows it, from this address."""
        return Viewer(self.name, self.scope, self.grants, address, self.id)


@dataclass(frozen=True, slots=True)
class Shown:
    """A token as somebody shows it, taken apart. Its secret is in no representation."""

    id: str
    digest: str

    def is_of(self, token: Token) -> bool:
        """Whether it is this token; takes as long whatever is wrong with it."""
        return hmac.compare_digest(self.digest, token.digest)


def mint(
    name: str, *, scope: Scope, grants: Grants, now: datetime, expires_at: datetime | None = None
) -> tuple[str, Token]:
    """Make a token: the text to hand over, which nobody can make again, and what to remember."""
    token_id, secret = secrets.token_hex(_ID_BYTES), secrets.token_urlsafe(_SECRET_BYTES)
    return f"{PREFIX}_{token_id}_{secret}", Token(token_id, name, scope, grants, _digest(secret), now, expires_at)


def read(text: str) -> Shown | None:
    """Take a token apart; None when it has not the form of one."""
    found = _SHAPE.fullmatch(text)
    return Shown(found[1], _digest(found[2])) if found else None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
