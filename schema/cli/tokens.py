"""`graticule token`: who may use a server that others can reach.

It writes to the database of the data folder, also while a server runs there: that server knows a new
token at once and shuts a revoked one out within a second.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

from schema.cli.terminal import err, out, print_json, print_rows
from services.access.tokens import Token, mint
from services.errors import InvalidArgumentError, NotFoundError
from services.settings import Settings
from services.store.database import Database
from services.store.tokens import TokenStore
from services.viewers import Grants, Scope

LONGEST_NAME: Final = 100
_DURATION: Final = re.compile(r"(\d{1,5})([hdw])")
_UNITS: Final = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def create(name: str, *, scope: Scope, grants: list[str], expires: str | None, settings: Settings) -> str:
    """Make a token, remember it, and give the text that is shown this once. InvalidArgumentError."""
    now = datetime.now(UTC)
    wanted = name.strip()
    if not 0 < len(wanted) <= LONGEST_NAME or not wanted.isprintable():
        raise InvalidArgumentError(f"A token's name has 1 to {LONGEST_NAME} printable characters.")
    text, token = mint(
        wanted, scope=scope, grants=Grants.of(grants), now=now, expires_at=now + _duration(expires) if expires else None
    )
    asyncio.run(_add(token, settings))
    return text


def tokens(settings: Settings) -> tuple[Token, ...]:
    """Give every token that was ever made, oldest first."""
    return asyncio.run(_all(settings))


def revoke(token_id: str, *, settings: Settings) -> Token:
    """Let a token open nothing any more; takes its id, or the token itself. NotFoundError."""
    revoked = asyncio.run(_revoke(_id_of(token_id), settings))
    if revoked is None:
        raise NotFoundError("There is no such token.", hint="`graticule token list` shows their ids.")
    return revoked


def print_tokens(found: tuple[Token, ...], *, as_json: bool) -> None:
    """Show tokens as a table, or as JSON, one object a line. No secret is there to be shown."""
    now = datetime.now(UTC)
    if as_json:
        for token in found:
            print_json(_plain(token, now))
        return
    if not found and out.is_terminal:
        err.print("No token yet. Make one: graticule token create NAME")
        return
    print_rows(
        ("id", "name", "scope", "grants", "made", "state"),
        [
            (
                token.id,
                token.name,
                token.scope.value,
                " ".join(sorted(token.grants.prefixes)) or "-",
                f"{token.created_at:%Y-%m-%d}",
                _state(token, now),
            )
            for token in found
        ],
        folded=("name", "grants"),
    )


def _plain(token: Token, now: datetime) -> dict[str, object]:
    return {
        "id": token.id,
        "name": token.name,
        "scope": token.scope.value,
        "grants": sorted(token.grants.prefixes),
        "createdAt": token.created_at.isoformat(),
        "expiresAt": token.expires_at.isoformat() if token.expires_at else None,
        "revokedAt": token.revoked_at.isoformat() if token.revoked_at else None,
        "live": token.is_live(now),
    }


def _state(token: Token, now: datetime) -> str:
    if token.revoked_at is not None:
        return f"revoked {token.revoked_at:%Y-%m-%d}"
    if token.expires_at is None:
        return "live"
    return f"{'live until' if token.is_live(now) else 'expired'} {token.expires_at:%Y-%m-%d}"


def _duration(text: str) -> timedelta:
    found = _DURATION.fullmatch(text.strip())
    if found is None or not int(found[1]):
        raise InvalidArgumentError(f"{text!r} is no duration.", hint="Give hours, days or weeks: 12h, 30d, 8w.")
    return int(found[1]) * _UNITS[found[2]]


async def _add(token: Token, settings: Settings) -> None:
    async with _store(settings) as store:
        await store.add(token)


async def _all(settings: Settings) -> tuple[Token, ...]:
    async with _store(settings) as store:
        return await store.all()


async def _revoke(token_id: str, settings: Settings) -> Token | None:
    async with _store(settings) as store:
        return await store.revoke(token_id, now=datetime.now(UTC))


@asynccontextmanager
async def _store(settings: Settings) -> AsyncIterator[TokenStore]:
    database = await Database.open(settings.effective_database_url)
    try:
        yield TokenStore(database)
    finally:
        await database.close()


def _id_of(text: str) -> str:
    """Give the id in what somebody has of a token: the token itself, or the id alone."""
    parts = text.strip().split("_")
    return parts[1] if len(parts) > 1 else text.strip()
