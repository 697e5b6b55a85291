"""What `fanout.py` measures, a case a function; each starts a server, loads it and gives figures.

Processor time is that of the server's process alone. A latency is from the server's stamp to the
socket of the client, which runs on another core and says how busy it was itself.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import httpx
import psutil

from tests.benchmarks.live_load import FLEET, Load, Subscriber
from tests.benchmarks.live_servers import OURS, Server, started
from tests.support.asker import CLONE

HZ: Final = 10.0
WARM_SECONDS: Final = 2.0
BURST_SUBSCRIBERS: Final = 1000
BURST_EVENTS: Final = 100
BURST_SECONDS: Final = 30.0
CROWD: Final = 1000
ROUNDS: Final = 3
QUIET_SECONDS: Final = 30.0
STILL_SECONDS: Final = 3.0
HEALTHY: Final = 200
STALLED_OPERATIONS: Final = 50
STALLED_BYTES: Final = 4096
FIRST_EVENTS: Final = 100
MUTATIONS: Final = 200
PAUSE_SECONDS: Final = 0.05
SAMPLE_SECONDS: Final = 30.0
PATIENCE_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds."""

    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, taken: Iterable[float]) -> "Spread":
        """Order them."""
        ordered = sorted(taken) or [float("nan")]
        return cls(*(ordered[min(len(ordered) - 1, int(len(ordered) * part))] for part in (0.5, 0.95, 0.99)))


@dataclass(frozen=True, slots=True)
class Window:
    """What one server did in a stretch of time, and what it cost."""

    server: str
    subscribers: int
    seconds: float
    deliveries: int
    expected: int | None
    cpu_us_per_delivery: float
    server_cpu: float
    server_waited: float
    client_cpu: float
    bytes_per_delivery: float
    delivery: Spread
    change: Spread
    load_average: float
    surprises: int

    @property
    def deliveries_per_second(self) -> float:
        """Give the rate over the whole stretch."""
        return self.deliveries / self.seconds


@dataclass(frozen=True, slots=True)
class Residue:
    """What a server holds after a crowd has vanished."""

    round: int
    seconds: float
    open_files: int
    threads: int
    kilobytes: float


@dataclass(frozen=True, slots=True)
class Stalled:
    """What one socket that reads nothing costs, and what the others notice."""

    before: Spread
    during: Spread
    kilobytes: float


@dataclass(frozen=True, slots=True)
class Answers:
    """How soon a server answers others while a crowd is served."""

    first_event: Spread
    mutation: Spread
    counts: tuple[int, int]
    """How many of each were taken."""


class Meter:
    """Takes a window: begin, let time pass, end."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._own = psutil.Process()
        self._cpu = server.cpu_seconds()
        self._own_cpu = _cpu(self._own)
        self._waited = server.waited_seconds()
        self.began = time.time()
        server.load.reset()

    def window(self, subscribers: int, *, until: float | None = None, expected: int | None = None) -> Window:
        """End it, now or at an earlier arrival."""
        load = self._server.load
        seconds = (until or time.time()) - self.began
        cpu = self._server.cpu_seconds() - self._cpu
        own = _cpu(self._own) - self._own_cpu
        arrivals, size = load.arrivals, load.received_bytes
        count = max(len(arrivals), 1)
        return Window(
            server=self._server.name,
            subscribers=subscribers,
            seconds=seconds,
            deliveries=len(arrivals),
            expected=expected,
            cpu_us_per_delivery=cpu / count * 1e6,
            server_cpu=cpu / seconds,
            server_waited=(self._server.waited_seconds() - self._waited) / seconds,
            client_cpu=own / seconds,
            bytes_per_delivery=size / count,
            delivery=Spread.of(arrival.delivery_ms for arrival in arrivals),
            change=Spread.of(arrival.change_ms for arrival in arrivals),
            load_average=os.getloadavg()[0],
            surprises=len(load.surprises),
        )


async def steady(name: str, subscribers: int, seconds: float) -> tuple[Window, float]:
    """Serve so many at 10 Hz; gives the window and the kilobytes that each subscriber holds at its end."""
    with started(name) as server:
        empty = await _warmed(server)
        crowd = await server.load.connect(subscribers, server.ids)
        server.order("tick", HZ)
        await asyncio.sleep(WARM_SECONDS)
        meter = Meter(server)
        await asyncio.sleep(seconds)
        window = meter.window(subscribers, expected=int(subscribers * HZ * seconds))
        held = (server.kilobytes() - empty) / subscribers
        _vanish(crowd)
    return window, held


async def burst(name: str) -> Window:
    """Let a hundred events happen at once; ours has a hundred repositories that each follower of the fleet sees."""
    ours = name == OURS
    with started(name, jobs=BURST_EVENTS if ours else 1) as server:
        if ours:
            server.load.document = FLEET
        await _warmed(server)
        crowd = await server.load.connect(BURST_SUBSCRIBERS, server.ids)
        await _all_here(server)
        window = await _at_once(server, orders=1 if ours else BURST_EVENTS)
        _vanish(crowd)
    return window


async def soak() -> list[Residue]:
    """Let a crowd vanish without a word, three times; the first figures are from before."""
    with started(OURS) as server:
        await _warmed(server)
        found = [_residue(server, 0, 0.0)]
        server.order("tick", HZ)
        for number in range(1, ROUNDS + 1):
            crowd = await server.load.connect(CROWD, server.ids)
            await asyncio.sleep(WARM_SECONDS)
            _vanish(crowd)
            found.append(_residue(server, number, await _quiet(server)))
    return found


async def stalled(seconds: float) -> Stalled:
    """Let one socket with fifty operations read nothing, beside 200 that do."""
    with started(OURS) as server:
        await _warmed(server)
        crowd = await server.load.connect(HEALTHY, server.ids)
        server.order("tick", HZ)
        await asyncio.sleep(WARM_SECONDS)
        before = await _change_latency(server.load, seconds)
        held = server.kilobytes()
        one = await server.load.open(receive_buffer=STALLED_BYTES)
        await one.follow(list(server.ids) * STALLED_OPERATIONS)
        one.stall()
        during = await _change_latency(server.load, seconds)
        result = Stalled(before, during, server.kilobytes() - held)
        _vanish([*crowd, one])
    return result


async def answers() -> Answers:
    """Subscribe anew, and ask for clones, while a crowd is served at 10 Hz."""
    with started(OURS) as server:
        await _warmed(server)
        crowd = await server.load.connect(CROWD, server.ids)
        server.order("tick", HZ)
        await asyncio.sleep(WARM_SECONDS)
        firsts = await _sampled(lambda _: _first_event(server), FIRST_EVENTS)
        async with httpx.AsyncClient(base_url=server.url, timeout=PATIENCE_SECONDS) as web:
            mutations = await _sampled(lambda number: _mutation(web, number), MUTATIONS)
        _vanish(crowd)
    return Answers(Spread.of(firsts), Spread.of(mutations), (len(firsts), len(mutations)))


async def _warmed(server: Server) -> float:
    """Have one subscriber come and go; gives the kilobytes that the server holds then."""
    crowd = await server.load.connect(1, server.ids)
    server.order("tick", HZ)
    await asyncio.sleep(WARM_SECONDS)
    server.order("tick", 0)
    _vanish(crowd)
    await asyncio.sleep(WARM_SECONDS / 2)
    if not server.load.arrivals:
        raise RuntimeError(f"{server.name} told nothing: {server.load.surprises[:1]}")
    return server.kilobytes()


async def _all_here(server: Server) -> None:
    """Wait until the snapshots with which followers of a fleet begin have all arrived."""
    seen = -1
    while seen < len(server.load.arrivals):
        seen = len(server.load.arrivals)
        await asyncio.sleep(WARM_SECONDS)


async def _at_once(server: Server, *, orders: int) -> Window:
    expected = BURST_SUBSCRIBERS * BURST_EVENTS
    meter = Meter(server)
    server.order("burst", orders)
    while len(server.load.arrivals) < expected and time.time() - meter.began < BURST_SECONDS:  # noqa: ASYNC110
        await asyncio.sleep(PAUSE_SECONDS)
    last = server.load.arrivals[-1].at if server.load.arrivals else None
    return meter.window(BURST_SUBSCRIBERS, until=last, expected=expected)


async def _change_latency(load: Load, seconds: float) -> Spread:
    load.reset()
    await asyncio.sleep(seconds)
    return Spread.of(arrival.change_ms for arrival in load.arrivals)


async def _quiet(server: Server) -> float:
    """Wait until the server closes nothing more; gives the seconds that its last file took to go."""
    began = last = time.monotonic()
    held = server.open_files()
    while time.monotonic() - last < STILL_SECONDS and time.monotonic() - began < QUIET_SECONDS:
        await asyncio.sleep(PAUSE_SECONDS)
        now = server.open_files()
        if now < held:
            last = time.monotonic()
        held = now
    return last - began


async def _first_event(server: Server) -> float:
    """Subscribe on a socket that is open, and give the milliseconds to the first event."""
    subscriber = await server.load.open()
    asked = time.time()
    await subscriber.follow(server.ids)
    taken = (await subscriber.first_at - asked) * 1000
    subscriber.vanish()
    return taken


async def _mutation(web: httpx.AsyncClient, number: int) -> float:
    """Ask for a repository on a port where nobody listens: a row, a hint and a job that soon fails."""
    body = {"query": CLONE, "variables": {"url": f"http://127.0.0.1:9/ada/unknown-{number}.git"}}
    asked = time.perf_counter()
    answer = await web.post("/graphql", json=body)
    taken = (time.perf_counter() - asked) * 1000
    if answer.json()["data"]["cloneRepository"]["errors"]:
        raise RuntimeError(answer.text)
    return taken


async def _sampled(ask: Callable[[int], Awaitable[float]], most: int) -> list[float]:
    """Ask one after the other with a pause between, until there are enough or the time is over."""
    taken: list[float] = []
    began = time.monotonic()
    while len(taken) < most and time.monotonic() - began < SAMPLE_SECONDS:
        taken.append(await ask(len(taken)))
        await asyncio.sleep(PAUSE_SECONDS)
    return taken


def _residue(server: Server, number: int, seconds: float) -> Residue:
    return Residue(number, seconds, server.open_files(), server.threads(), server.kilobytes())


def _vanish(crowd: Sequence[Subscriber]) -> None:
    for subscriber in crowd:
        subscriber.vanish()


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system
