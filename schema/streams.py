"""The one place where an operation becomes a stream of results, each encoded once.

A transport frames the bytes as its protocol wants them and knows nothing of execution. What can be
shared is served by a group (`schema.groups`); everything else is executed for its asker alone.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Final

from graphql import GraphQLFormattedError
from strawberry.types.execution import ExecutionResult, PreExecutionError

from schema.asked import Asked
from schema.context import Context
from schema.contract import Contract
from schema.encoding import body_of, encode
from schema.groups import Channel, Groups, Member
from schema.plans import Planner
from services.errors import GraticuleError
from services.viewers import Viewer

EMPTY: Final = "`query` is empty."


class Refused(Exception):  # noqa: N818  # not the server's failure, but its answer
    """The document never ran, or was ended; `errors` say why, as they go to the client."""

    def __init__(self, errors: Sequence[GraphQLFormattedError]) -> None:
        super().__init__(errors)
        self.errors = list(errors)


class Streams:
    """Runs operations of the contract, of every kind."""

    def __init__(self, contract: Contract, planner: Planner, groups: Groups) -> None:
        self._contract = contract
        self._planner = planner
        self._groups = groups

    async def share(self, asked: Asked, viewer: Viewer, channel: Channel) -> Member | None:
        """Let a group serve a channel; None when none can, and then `alone` has the words for what is wrong."""
        plan = self._planner.plan(asked)
        if plan is None:
            return None
        try:
            return await self._groups.join(plan, viewer, channel)
        except GraticuleError:
            return None

    async def alone(self, asked: Asked, context: Context) -> AsyncGenerator[bytes, None]:
        """Yield each result as JSON; raises Refused before the first one. Closing it closes the source at once."""
        if not asked.query:  # the library takes that for a mistake of ours
            raise Refused([{"message": EMPTY}])
        results = await self._contract.stream(
            asked.query,
            variable_values=asked.variables,
            context_value=context,
            operation_name=asked.operationName,
            operation_extensions=asked.extensions,
        )
        async with aclosing(results):
            async for result in results:
                if isinstance(result, PreExecutionError):
                    raise Refused([error.formatted for error in result.errors or ()])
                if isinstance(result, ExecutionResult):
                    yield encode(body_of(result))

    async def open(self, asked: Asked, context: Context) -> AsyncGenerator[bytes, None]:
        """Yield each result as JSON, shared or not; raises Refused when it never ran or was ended for a reason."""
        letters = Letters()
        member = await self.share(asked, context.viewer, letters)
        if member is None:
            async with aclosing(self.alone(asked, context)) as results:
                async for result in results:
                    yield result
            return
        letters.on_taken = member.group.wake
        try:
            async for result in letters:
                yield result
        finally:
            member.group.leave(member)


class Letters:
    """A channel for one reader that takes results one by one; while it has some, it gets no more."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []
        self._errors: Sequence[GraphQLFormattedError] = ()
        self._ended = False
        self._news = asyncio.Event()
        self.on_taken = self._news.clear

    @property
    def writable(self) -> bool:
        """Whether everything was taken."""
        return not self._waiting

    def send(self, payloads: Sequence[bytes]) -> None:
        """Keep answers until they are taken."""
        self._waiting += payloads
        self._news.set()

    def end(self, errors: Sequence[GraphQLFormattedError]) -> None:
        """End after what was kept."""
        self._errors = errors
        self._ended = True
        self._news.set()

    async def __aiter__(self) -> AsyncGenerator[bytes, None]:
        """Yield what comes; raises Refused at its end if something went wrong."""
        while self._waiting or not self._ended:
            await self._news.wait()
            self._news.clear()
            while self._waiting:
                yield self._waiting[0]
                del self._waiting[0]
            self.on_taken()
        if self._errors:
            raise Refused(self._errors)
