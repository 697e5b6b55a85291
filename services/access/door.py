"""The door: it turns a token, or the lack of one, into a viewer, and takes it back when it is revoked.

Tokens are few and asked for all the time, so they are kept in memory and read again every second:
what another process revokes is shut out within that time, on sockets that are open as well.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, Protocol

import structlog

from services.access.tokens import Token, read
from services.errors import InvalidArgumentError, UnauthenticatedError
from services.settings import Settings, is_loopback
from services.viewers import LOCAL, NOBODY, Scope, Viewer

REREAD_SECONDS: Final = 1.0
LEAST_SECONDS_BETWEEN_READS: Final = 0.1
"""Whoever shows tokens that do not exist makes us look for them in the store, but not more often than this."""

logger = structlog.stdlib.get_logger()


class TokenReads(Protocol):
    """What the door reads; `services.store.tokens.TokenStore` has it."""

    async def all(self) -> Sequence[Token]:
        """Give every token that was ever made."""


class Door:
    """Knows every token. `watch` has to run for it to learn of revocations."""

    def __init__(
        self, tokens: TokenReads, clock: Callable[[], datetime], *, open_to_others: bool, anonymous: Scope | None
    ) -> None:
        self._store = tokens
        self._clock = clock
        self._open_to_others = open_to_others
        self._anonymous = anonymous
        self._tokens: Mapping[str, Token] = {}
        self._read_at = float("-inf")
        self._reading = asyncio.Lock()

    @classmethod
    async def open(cls, tokens: TokenReads, clock: Callable[[], datetime], settings: Settings) -> "Door":
        """Read the tokens; InvalidArgumentError when the server is open to others and nobody has one."""
        door = cls(
            tokens, clock, open_to_others=opens_to_others(settings), anonymous=_anonymous(settings.anonymous_scope)
        )
        await door.reread()
        if door._open_to_others and not door._has_live_token:
            raise InvalidArgumentError(
                "The server is to be reached from elsewhere than this machine, and there is no token yet.",
                hint="Make one: graticule token create NAME --scope admin (with the same --data-dir).",
            )
        return door

    @property
    def needs_token(self) -> bool:
        """Whether nothing is answered without a token: from the first one that was ever made, on any address."""
        return self._open_to_others or bool(self._tokens)

    async def admit(self, text: str | None, *, address: str) -> Viewer:
        """Give who shows this token (None: nobody shows one), from this address.

        UnauthenticatedError when it is not known, was revoked or has expired.
        """
        if text is None:
            return replace(self._unknown(), address=address)
        shown = read(text)
        if shown is not None and shown.id not in self._tokens:
            await self._look_again()
        token = self._tokens.get(shown.id) if shown else None
        if shown is None or token is None or not shown.is_of(token):
            raise UnauthenticatedError("This token is not known here.")
        self._require_live(token)
        return token.viewer(address)

    def check(self, viewer: Viewer) -> None:
        """Refuse a viewer whose token was revoked or has expired since; costs no look-up. UnauthenticatedError."""
        if viewer.token_id is not None:
            token = self._tokens.get(viewer.token_id)
            if token is None:
                raise UnauthenticatedError("This token is not known here.")
            self._require_live(token)
        elif viewer.scope is not None and not self._unknown().may(viewer.scope):
            raise UnauthenticatedError

    async def reread(self, *, asked_at: float = float("inf")) -> None:
        """Read the tokens again, unless a reading has begun since `asked_at` (of the monotonic clock)."""
        async with self._reading:
            if self._read_at >= asked_at:
                return
            begun_at = time.monotonic()
            self._tokens = {token.id: token for token in await self._store.all()}
            self._read_at = begun_at

    async def watch(self, on_change: Callable[[], Awaitable[None]]) -> None:
        """Read again every second, for ever, and tell of it."""
        said: str | None = None
        while True:
            await asyncio.sleep(REREAD_SECONDS)
            # Gathered, so that a store that fails for a while costs one round and not the watch.
            for error in await asyncio.gather(self.reread(), return_exceptions=True):
                now = None if error is None else repr(error)
                if now is not None and now != said:
                    logger.warning("tokens could not be read", error=now)
                said = now
            await on_change()

    async def _look_again(self) -> None:
        """Look for a token that is not known: everybody who asks in the same moment shares one reading."""
        asked_at = time.monotonic()
        await asyncio.sleep(self._read_at + LEAST_SECONDS_BETWEEN_READS - asked_at)
        await self.reread(asked_at=asked_at)

    @property
    def _has_live_token(self) -> bool:
        now = self._clock()
        return any(token.is_live(now) for token in self._tokens.values())

    def _unknown(self) -> Viewer:
        """Give who comes without a token."""
        if not self.needs_token:
            return LOCAL
        return NOBODY if self._anonymous is None else Viewer("anonymous", self._anonymous)

    def _require_live(self, token: Token) -> None:
        if token.revoked_at is not None:
            raise UnauthenticatedError("This token was revoked.")
        if not token.is_live(self._clock()):
            raise UnauthenticatedError("This token has expired.")


def opens_to_others(settings: Settings) -> bool:
    """Whether others than this machine's own users may reach the server, by its address or through a proxy."""
    return not is_loopback(settings.host) or bool(settings.public_hosts)


def _anonymous(scope: str) -> Scope | None:
    return Scope(scope) if scope else None
