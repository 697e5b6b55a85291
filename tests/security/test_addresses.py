"""Which addresses are connected to, and that lists and answers open nothing by accident."""

import socket
from collections.abc import Callable
from ipaddress import ip_address, ip_network

import pytest

from services.acquire.addresses import pin
from services.acquire.policy import Network, RemotePolicy, is_public
from services.acquire.remotes import Remote
from services.errors import ErrorCode, NotAllowedError
from services.settings import Settings
from tests.security.addresses import CLOSED, PUBLIC, SPECIAL

pytestmark = pytest.mark.anyio

Answer = Callable[..., None]
REMOTE = Remote.parse("https://forge.example.com/o/n", policy=RemotePolicy())


def opened(**settings: str) -> RemotePolicy:
    return RemotePolicy.from_settings(Settings.model_validate(settings))


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Answer:
    """Let the name server answer what a test says."""

    def say(*addresses: str) -> None:
        def look_up(_host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
            families = (socket.AF_INET6 if ":" in address else socket.AF_INET for address in addresses)
            pairs = zip(families, addresses, strict=True)
            return [(family, socket.SOCK_STREAM, 6, "", (address, port)) for family, address in pairs]

        monkeypatch.setattr(socket, "getaddrinfo", look_up)

    return say


@pytest.mark.parametrize("written", SPECIAL)
def test_a_special_network_is_closed_from_end_to_end(written: str) -> None:
    network: Network = ip_network(written)
    middle = network[network.num_addresses // 2]
    assert [address for address in (network[0], middle, network[-1]) if is_public(address)] == []


@pytest.mark.parametrize("address", CLOSED)
def test_a_special_address_is_closed(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_open(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("bad", ["127.0.0.1", "10.0.0.1", "::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "fe80::1%2"])
@pytest.mark.parametrize("place", [0, 1, 11])
async def test_one_bad_answer_among_several_refuses_them_all(bad: str, place: int, answer: Answer) -> None:
    good = ["140.82.112.3", "2606:50c0:8000::153", *(f"140.82.112.{last}" for last in range(4, 14))]
    answer(*good[:place], bad, *good[place:])
    with pytest.raises(NotAllowedError) as refused:
        await pin(REMOTE, policy=RemotePolicy())
    assert refused.value.code is ErrorCode.ADDRESS_NOT_ALLOWED


async def test_good_answers_alone_are_what_git_is_bound_to(answer: Answer) -> None:
    answer("140.82.112.3", "2606:50c0:8000::153", "140.82.112.3")
    pinned = await pin(REMOTE, policy=RemotePolicy())
    assert pinned.config == {"http.curloptResolve": "forge.example.com:443:140.82.112.3,[2606:50c0:8000::153]"}


@pytest.mark.parametrize(
    ("networks", "inside", "outside"),
    [
        ("10.0.0.0/8", ["10.0.0.0", "10.255.255.255", "::ffff:10.0.0.1"], ["127.0.0.1", "172.16.0.1", "::a00:1"]),
        ("10.1.2.3", ["10.1.2.3", "::ffff:a01:203"], ["10.1.2.2", "10.1.2.4", "64:ff9b::a01:203", "2002:a01:203::"]),
        ("127.0.0.0/8, ::1/128", ["127.0.0.1", "::1"], ["::", "::2", "0.0.0.0", "10.0.0.1"]),  # noqa: S104  an answer
        ("fd00::/8", ["fd00::1", "fdff::1"], ["fc00::1", "fe80::1", "::ffff:10.0.0.1", "10.0.0.1"]),
        ("::/0", ["::1", "fe80::1", "64:ff9b::a00:1"], ["10.0.0.1", "::ffff:10.0.0.1", "::ffff:127.0.0.1"]),
        ("0.0.0.0/0", ["10.0.0.1", "127.0.0.1", "::ffff:127.0.0.1"], ["::1", "fd00::1"]),
    ],
)
async def test_opened_networks_open_exactly_what_they_say(
    networks: str, inside: list[str], outside: list[str], answer: Answer
) -> None:
    policy = opened(allow_networks=networks)
    answer(*inside, "140.82.112.3")
    assert len((await pin(REMOTE, policy=policy)).addresses) == len(inside) + 1
    for address in outside:
        answer(*inside, address)
        with pytest.raises(NotAllowedError):
            await pin(REMOTE, policy=policy)


async def test_a_listed_host_opens_no_address(answer: Answer) -> None:
    policy = opened(allow_hosts="forge.example.com,127.0.0.1,::1")
    answer("10.0.0.1")
    for url in ("https://forge.example.com/o/n", "https://127.0.0.1/o/n", "https://[::1]/o/n"):
        with pytest.raises(NotAllowedError) as refused:
            await pin(Remote.parse(url, policy=policy), policy=policy)
        assert refused.value.code is ErrorCode.ADDRESS_NOT_ALLOWED


@pytest.mark.parametrize("host", ["forge.example.com", "a.forge.example.com", "10.0.0.1", "[::ffff:10.0.0.1]"])
def test_a_denied_host_loses_although_list_and_network_open_it(host: str) -> None:
    lists = {"allow_hosts": "forge.example.com,*.example.com,10.0.0.1", "deny_hosts": "forge.example.com,10.0.0.1"}
    with pytest.raises(NotAllowedError) as refused:
        Remote.parse(f"https://{host}/o/n", policy=opened(**lists, allow_networks="10.0.0.0/8"))
    assert refused.value.code is ErrorCode.HOST_NOT_ALLOWED
