"""The tokens' rows: who may come in. Written by the command line, read by every server."""

from datetime import datetime

import msgspec
from sqlalchemy import RowMapping, insert, select, update

from services.access.tokens import Token
from services.store.database import Database
from services.store.tables import tokens
from services.viewers import Grants, Scope


class TokenStore:
    """Add, list and revoke tokens. A revoked one stays as history."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, token: Token) -> None:
        """Remember a token; durable when it returns."""
        async with self._database.begin(durable=True) as connection:
            await connection.execute(insert(tokens).values(**_values(token)))

    async def all(self) -> tuple[Token, ...]:
        """Give every token that was ever made, oldest first."""
        query = select(tokens).order_by(tokens.c.created_at.asc(), tokens.c.id.asc())
        async with self._database.read() as connection:
            return tuple(_token_of(row) for row in (await connection.execute(query)).mappings())

    async def revoke(self, token_id: str, *, now: datetime) -> Token | None:
        """Let a token open nothing any more; one that was revoked stays as it was. None: there is no such token."""
        mine = tokens.c.id == token_id
        async with self._database.begin(durable=True) as connection:
            await connection.execute(update(tokens).where(mine, tokens.c.revoked_at.is_(None)).values(revoked_at=now))
            row = (await connection.execute(select(tokens).where(mine))).mappings().first()
        return _token_of(row) if row else None


def _token_of(row: RowMapping) -> Token:
    return Token(
        id=row["id"],
        name=row["name"],
        scope=Scope(row["scope"]),
        grants=Grants(frozenset(msgspec.json.decode(row["grants"], type=list[str]))),
        digest=row["digest"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
    )


def _values(token: Token) -> dict[str, object]:
    return {
        "id": token.id,
        "name": token.name,
        "scope": token.scope.value,
        "grants": msgspec.json.encode(sorted(token.grants.prefixes)).decode(),
        "digest": token.digest,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "revoked_at": token.revoked_at,
    }
