"""Read a file's content from whichever process holds the clone: here, or a worker that is asked over Redis.

Servers hold no clones. One asks all workers on a channel and waits for the first that has the blob; those that have
not say so too, so that nobody waits for nothing. The channel is open to whoever reaches that Redis: a worker takes
three values, checks each, and never answers with anything but a blob of one of its clones.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final, Protocol, cast
from uuid import uuid4

import msgspec
import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub

from services.acquire.objects import MORE_BYTES
from services.errors import AcquireError, ErrorCode, GraticuleError, NotFoundError
from services.redis_bus import FAILURES, HEALTH_SECONDS, channel_on, open_client

SOURCE_BYTES: Final = 1024 * 1024
CHANNEL: Final = "graticule:sources"
ANSWER_SECONDS: Final = 2.0
"""How long a reader waits for workers: a blob takes 13 ms where it is, and a worker may be busy."""

KEPT_SECONDS: Final = 10
"""How long an answer that nobody fetched stays in Redis."""

READERS: Final = 8
"""Questions that a process asks, or answers, at a time; each answer is a git process."""

WAITING: Final = 100
"""Questions that may wait for their turn; those beyond are not answered, and end as nobody's."""

RECONNECT_SECONDS: Final = 1.0
_ID: Final = re.compile(r"[0-9a-f]{32}")
_BLOB: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_NAME_LENGTH: Final = 4096
_CONTENT, _TOO_LARGE, _NOT_HERE = b"+", b">", b"-"

logger = structlog.stdlib.get_logger()


class Sources(Protocol):
    """Where contents of files are read."""

    async def read(self, name: str, blob: str, /, *, max_bytes: int = SOURCE_BYTES) -> bytes:
        """Give a blob of a repository's clone. NotFoundError; AcquireError (TOO_LARGE)."""


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a server asks all workers; `id` names the list that it waits at."""

    id: str
    name: str
    blob: str
    max_bytes: int

    @property
    def plausible(self) -> bool:
        """Whether it is one that a server asks; of a name any will do, since a clone's folder is named by a digest."""
        named = 0 < len(self.name) <= _NAME_LENGTH
        ids = bool(_ID.fullmatch(self.id)) and bool(_BLOB.fullmatch(self.blob))
        return named and ids and 0 <= self.max_bytes <= SOURCE_BYTES


class Elsewhere:
    """Asks the workers. Nothing is connected until somebody reads."""

    def __init__(self, url: str) -> None:
        self._client = open_client(url, answer_seconds=ANSWER_SECONDS + 1)
        self._channel = channel_on(self._client, CHANNEL)
        self._turns = asyncio.Semaphore(READERS)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    async def read(self, name: str, blob: str, /, *, max_bytes: int = SOURCE_BYTES) -> bytes:
        """Give a blob from the first worker that has it: some ms, at most 2 s. NotFoundError; AcquireError.

        GraticuleError (TIMEOUT) when Redis, or a worker that may have the clone, does not answer.
        """
        question = Question(uuid4().hex, name, blob, min(max_bytes, SOURCE_BYTES))
        try:
            async with self._turns, asyncio.timeout(ANSWER_SECONDS):
                return await self._ask(question)
        except FAILURES as error:
            logger.warning("no worker could be asked for a file", error=f"{type(error).__name__}: {error}")
            raise _unanswered() from None

    async def _ask(self, question: Question) -> bytes:
        key = f"{self._channel}:{question.id}"
        asked = await self._client.publish(self._channel, msgspec.json.encode(question))
        for _ in range(asked):
            answer = await self._client.blpop([key], timeout=ANSWER_SECONDS)
            if answer is None:
                raise _unanswered()
            said = cast("bytes", answer[1])
            kind, content = said[:1], said[1:]
            if kind == _CONTENT:
                return content
            if kind == _TOO_LARGE:
                raise AcquireError(ErrorCode.TOO_LARGE, content.decode(), hint=MORE_BYTES)
        raise no_clone()


class FirstOf:
    """Reads where there is a clone, the nearest place first."""

    def __init__(self, *places: Sources) -> None:
        self._places = places

    async def read(self, name: str, blob: str, /, *, max_bytes: int = SOURCE_BYTES) -> bytes:
        """Give a blob from the nearest clone. NotFoundError; AcquireError."""
        for place in self._places:
            with suppress(NotFoundError):
                return await place.read(name, blob, max_bytes=max_bytes)
        raise no_clone()


class Answers:
    """Answers questions about the clones that are here, for as long as `listening` lasts."""

    def __init__(self, url: str, sources: Sources) -> None:
        self._client = open_client(url)
        self._channel = channel_on(self._client, CHANNEL)
        self._sources = sources
        self._turns = asyncio.Semaphore(READERS)
        self._answering: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Listen until the block ends, over every loss of the connection."""
        listener = asyncio.create_task(self._listen_for_ever(), name="sources: listen")
        try:
            yield
        finally:
            tasks = {listener, *self._answering}
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            await self._client.aclose()

    async def _listen_for_ever(self) -> None:
        lost = False
        while True:
            try:
                async with self._client.pubsub() as pubsub:
                    await pubsub.subscribe(self._channel)
                    lost = False
                    await self._listen(pubsub)
            except FAILURES as error:
                if not lost:
                    logger.warning("servers cannot ask for files", error=f"{type(error).__name__}: {error}")
                lost = True
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen(self, pubsub: PubSub) -> None:
        while True:
            message = await pubsub.get_message(ignore_subscribe_messages=True, timeout=HEALTH_SECONDS)
            if message is not None and len(self._answering) < WAITING:
                self._take(message["data"])

    def _take(self, data: bytes) -> None:
        try:
            question = msgspec.json.decode(data, type=Question)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return
        if question.plausible:
            task = asyncio.create_task(self._answer(question), name="sources: answer")
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    async def _answer(self, question: Question) -> None:
        async with self._turns:
            with suppress(*FAILURES):  # a reader that gets no answer asks again
                await _put(self._client, f"{self._channel}:{question.id}", await self._content(question))

    async def _content(self, question: Question) -> bytes:
        try:
            content = await self._sources.read(question.name, question.blob, max_bytes=question.max_bytes)
        except AcquireError as error:
            return _TOO_LARGE + error.message.encode() if error.code is ErrorCode.TOO_LARGE else _NOT_HERE
        except GraticuleError:
            return _NOT_HERE
        return _CONTENT + content


async def _put(client: Redis, key: str, answer: bytes) -> None:
    """Leave an answer, and of several that have the content only the first one's."""
    async with client.pipeline() as pipeline:
        if answer[:1] == _CONTENT and not await client.set(f"{key}:taken", b"", nx=True, ex=KEPT_SECONDS):
            answer = _NOT_HERE
        pipeline.rpush(key, answer)
        pipeline.expire(key, KEPT_SECONDS)
        await pipeline.execute()


def _unanswered() -> GraticuleError:
    hint = "Try again in a moment; the operator can look whether the workers are ready."
    return GraticuleError(ErrorCode.TIMEOUT, "The workers did not answer for this file.", hint=hint)


def no_clone() -> NotFoundError:
    """Say that nobody has a clone to read from, and how to get one."""
    return NotFoundError("The clone of this repository is gone.", hint="Refresh the repository: it clones anew.")
