"""Execute once, send to all: subscribers with equal plans and equal rights share each execution.

A group executes its document once for each event, writes the answer once, and hands the same bytes to
every member that is due. Members differ only in their pace, and in the `kind` and `gap` of an event, of
which each combination is executed once more. Nothing is shared between tokens or between grants.
"""

import asyncio
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

from graphql import GraphQLError, GraphQLFormattedError

from schema.context import Context
from schema.contract import Contract
from schema.encoding import encode
from schema.errors import present
from schema.plans import Plan
from services.errors import GraticuleError, UnauthenticatedError
from services.feed import Feed
from services.metrics import Metrics
from services.reads import look_at
from services.subscriber import Delivery, Pending, Subscriber
from services.topics import Topic
from services.viewers import Viewer

TICK_SECONDS: Final = 1 / 60
"""Members are served together: one that is due within this time is due now."""

AT_ONCE: Final = 16
"""Events that one member gets before it is looked whether it takes them: a fleet begins with 500."""

FRESH_SECONDS: Final = 0.1
"""How long an answer may serve members of another pace: what it says of other things may have moved on."""

SENDS_A_TURN: Final = 128
"""Sends before the loop may turn to something else; each takes about 10 µs."""


class Channel(Protocol):
    """One subscriber's way out, over any transport."""

    @property
    def writable(self) -> bool:
        """Whether the client takes what is sent; if not, it gets the newest once it does."""

    def send(self, payloads: Sequence[bytes]) -> None:
        """Send encoded answers, in this order."""

    def end(self, errors: Sequence[GraphQLFormattedError]) -> None:
        """Say that nothing follows, with why if something went wrong."""


class Member(Subscriber[Any]):
    """One subscriber of a group."""

    def __init__(self, group: "Group", delivery: Delivery, channel: Channel) -> None:
        super().__init__(delivery, group.wake)
        self.group = group
        self.channel = channel
        self.feed: Feed[Any] | None = None


AnswerKey: TypeAlias = tuple[int, Any, bool]


class Answer(NamedTuple):
    """An encoded answer, and the event, which has to live for its id to mean it."""

    event: object
    text: bytes
    executed_at: float


@dataclass(frozen=True, slots=True)
class Key:
    """What has to be equal for an execution to be shared: the plan, and who may see its answer."""

    plan: tuple[str, bytes]
    viewer: Viewer


class Group:
    """Subscribers with equal plans and rights. Lives from its first member to its last."""

    def __init__(
        self,
        plan: Plan,
        contract: Contract,
        context: Context,
        metrics: Metrics,
        on_end: Callable[[], None],
    ) -> None:
        self._metrics = metrics
        self._plan = plan
        self._contract = contract
        self._context = context
        self._on_end = on_end
        self._members: set[Member] = set()
        self._news = asyncio.Event()
        self._delivered_at = -math.inf
        self._answers: dict[AnswerKey, Answer] = {}
        self._topic: asyncio.Task[Topic[Any]] = asyncio.ensure_future(
            plan.shared.topic(context.service, plan.arguments)
        )
        self._topic.add_done_callback(look_at)
        self._task = asyncio.create_task(self._run(), name="group")
        self._task.add_done_callback(self._settle)

    @property
    def wake(self) -> Callable[[], None]:
        """Give what says that a member has news."""
        return self._news.set

    async def join(self, delivery: Delivery, channel: Channel) -> Member:
        """Begin to serve a channel. NotFoundError."""
        member = Member(self, delivery, channel)
        self._members.add(member)
        self._metrics.subscribers.labels(self._plan.field).inc()
        try:
            topic = await asyncio.shield(self._topic)  # looked up once, however many come at the same time
            member.feed = await self._context.service.join(topic, member)
        except BaseException:
            self.leave(member)
            raise
        if member not in self._members:  # it was let go while it joined: its token has expired
            member.feed.leave(member)
        self._answers.clear()  # the state now, in all its parts, is what a member begins with
        return member

    def leave(self, member: Member) -> None:
        """Stop to serve a channel; the last one to leave ends the group."""
        if member not in self._members:
            return
        if member.feed is not None:
            member.feed.leave(member)
        self._members.discard(member)
        self._metrics.subscribers.labels(self._plan.field).dec()
        self._metrics.coalesced_events.inc(member.coalesced)
        if not self._members:
            self._on_end()
            self._task.cancel()

    async def _run(self) -> None:
        due_at = math.inf
        while True:
            await self._wait(due_at)
            self._check()
            due_at = await self._deliver()
            self._let_go()

    async def _wait(self, due_at: float) -> None:
        """Wait for news or until a member is due, but to the next tick at least.

        Ticks are the same for all groups, so that what many of them have for one socket leaves together.
        """
        loop = asyncio.get_running_loop()
        if loop.time() < self._delivered_at + TICK_SECONDS:
            await asyncio.sleep((self._delivered_at // TICK_SECONDS + 1) * TICK_SECONDS - loop.time())
        try:
            async with asyncio.timeout_at(None if due_at == math.inf else max(due_at, 0.0)):
                await self._news.wait()
        except TimeoutError:
            return
        self._news.clear()

    def _check(self) -> None:
        """Let everybody go whose token was revoked or has expired since."""
        try:
            self._context.service.check()
        except UnauthenticatedError as error:
            for member in self._members:
                member.cut(error)

    async def _deliver(self) -> float:
        """Serve every member that is due and takes it; give when the next one will be."""
        now = self._delivered_at = asyncio.get_running_loop().time()
        due_at, batches = self._batches(now)
        texts = await self._texts({_key(pending): pending for _, batch in batches for pending in batch})
        sent = 0
        for channel, batch in batches:
            channel.send([texts[_key(pending)] for pending in batch])
            sent += len(batch)
            if sent >= SENDS_A_TURN:
                self._metrics.deliveries.inc(sent)
                sent = 0
                await asyncio.sleep(0)
        self._metrics.deliveries.inc(sent)
        return due_at

    def _batches(self, now: float) -> tuple[float, list[tuple[Channel, list[Pending[Any]]]]]:
        """Take what is due; who does not take it is left alone, and says itself when they do again."""
        next_at, until = math.inf, now + TICK_SECONDS / 2
        batches = []
        for member in self._members:
            due_at = member.due_at
            if due_at > until:
                next_at = min(next_at, due_at)
            elif member.channel.writable:
                batches.append((member.channel, member.take(now, most=AT_ONCE)))
                next_at = min(next_at, member.due_at)
        return next_at, batches

    async def _texts(self, wanted: Mapping[AnswerKey, Pending[Any]]) -> dict[AnswerKey, bytes]:
        """Execute for each way in which an event is to be seen, side by side, so that their look-ups join."""
        now = asyncio.get_running_loop().time()
        self._answers = {key: kept for key, kept in self._answers.items() if kept.executed_at + FRESH_SECONDS > now}
        kept = {key: self._answers[key] for key in wanted if key in self._answers}
        missing = {key: pending for key, pending in wanted.items() if key not in kept}
        texts = await asyncio.gather(*map(self._execute, missing.values()))
        self._metrics.executions.inc(len(missing))
        made = {key: Answer(wanted[key].event, text, now) for key, text in zip(missing, texts, strict=True)}
        self._answers |= made
        return {key: answer.text for key, answer in (kept | made).items()}

    async def _execute(self, pending: Pending[Any]) -> bytes:
        event = self._plan.shared.show(pending.as_event())
        return encode(await self._contract.show(self._plan.document, event, self._context, self._plan.variables))

    def _let_go(self) -> None:
        """Let those go who were told everything."""
        for member in [member for member in self._members if member.done]:
            member.channel.end([presented(member.error)] if member.error else [])
            self.leave(member)

    def _settle(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is None:
            return
        for member in tuple(self._members):
            member.channel.end([presented(error)])
            self.leave(member)


def _key(pending: Pending[Any]) -> AnswerKey:
    return id(pending.event), pending.kind, pending.gap


class Groups:
    """All groups of a process."""

    def __init__(self, contract: Contract, make_context: Callable[[Viewer], Context], metrics: Metrics) -> None:
        self._contract = contract
        self._metrics = metrics
        self._make_context = make_context
        self._groups: dict[Key, Group] = {}

    def __len__(self) -> int:
        return len(self._groups)

    async def join(self, plan: Plan, viewer: Viewer, channel: Channel) -> Member:
        """Serve a channel with the events of a plan, as this viewer may see them. NotFoundError and others."""
        key = Key(plan.key, replace(viewer, address=""))
        group = self._groups.get(key) or self._open(key, plan)
        return await group.join(plan.delivery, channel)

    def _open(self, key: Key, plan: Plan) -> Group:
        def forget() -> None:
            if self._groups.get(key) is group:
                del self._groups[key]

        group = Group(plan, self._contract, self._make_context(key.viewer), self._metrics, forget)
        self._groups[key] = group
        return group


def presented(error: BaseException) -> GraphQLFormattedError:
    """Give an error as a client may see it."""
    cause = error if isinstance(error, Exception) else None
    shown = GraphQLError(error.message if isinstance(error, GraticuleError) else str(error), original_error=cause)
    present(shown)
    return shown.formatted
