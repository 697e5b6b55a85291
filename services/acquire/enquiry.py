"""One question over HTTP: whether a remote leads elsewhere, and where to, and whether it is a git at all.

git does not say where a redirect goes, and it may not follow one itself: what it would connect to was never checked.
And it takes a page without any line of refs for an empty repository. The connection goes to the addresses that were
checked, and nowhere else: no look-up, no proxy, nothing followed, nothing read but the head of the answer.
"""

import asyncio
import ssl
from collections.abc import Iterable
from http import HTTPStatus
from pathlib import Path
from typing import Final

import httpcore2

from services.acquire.addresses import PinnedRemote
from services.acquire.policy import Address
from services.acquire.redirects import QUESTION
from services.errors import AcquireError, ErrorCode

_WAIT_SECONDS: Final = 15.0
_WALL_SECONDS: Final = 30.0
_REDIRECTS: Final = frozenset(
    {
        HTTPStatus.MOVED_PERMANENTLY,
        HTTPStatus.FOUND,
        HTTPStatus.SEE_OTHER,
        HTTPStatus.TEMPORARY_REDIRECT,
        HTTPStatus.PERMANENT_REDIRECT,
    }
)
_KIND: Final = "application/x-git-upload-pack-advertisement"
_TIMEOUTS: Final = dict.fromkeys(("connect", "read", "write", "pool"), _WAIT_SECONDS)
_BROKEN: Final = (httpcore2.NetworkError, httpcore2.TimeoutException, httpcore2.ProtocolError, OSError, TimeoutError)


class _Pinned(httpcore2.AsyncNetworkBackend):
    """Connects to the checked addresses, whatever the host's name would lead to by now."""

    def __init__(self, addresses: tuple[Address, ...]) -> None:
        self._addresses = addresses
        self._network = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,  # noqa: ARG002  the point: the name is for the certificate alone
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  the library's own signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        *others, last = self._addresses
        for address in others:
            try:
                return await self._network.connect_tcp(str(address), port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return await self._network.connect_tcp(str(last), port, timeout, local_address, socket_options)


async def ask_location(pinned: PinnedRemote, *, header: str | None, ca_file: Path | None) -> str | None:
    """Ask as git does, and give the `Location` of a redirect; None when there is no redirect.

    `header` is the one to send for credentials. At most 30 s. Raises AcquireError (NETWORK).
    """
    answer = await _ask(pinned, header, ca_file)
    return _header(answer, b"location") if answer.status in _REDIRECTS else None


async def speaks_git(pinned: PinnedRemote, *, header: str | None, ca_file: Path | None) -> bool:
    """Whether it answers as a git server does, and not with a page or with nothing. As `ask_location`."""
    answer = await _ask(pinned, header, ca_file)
    return answer.status == HTTPStatus.OK and _header(answer, b"content-type") == _KIND


async def _ask(pinned: PinnedRemote, header: str | None, ca_file: Path | None) -> httpcore2.Response:
    """Give the head of the answer to git's first question."""
    remote = pinned.remote
    url = httpcore2.URL(
        scheme=remote.scheme.encode(),
        host=remote.host.encode(),
        port=remote.effective_port,
        target=f"{remote.path}{QUESTION}".encode(),
    )
    headers = [("Host", remote.authority), ("User-Agent", "git/2 (graticule)"), ("Accept", "*/*")]
    if header is not None:
        name, _, value = header.partition(": ")
        headers.append((name, value))
    trust = await _trust(ca_file) if remote.scheme == "https" else None
    try:
        async with (
            asyncio.timeout(_WALL_SECONDS),
            httpcore2.AsyncConnectionPool(trust, network_backend=_Pinned(pinned.addresses)) as pool,
            pool.stream("GET", url, headers=headers, extensions={"timeout": _TIMEOUTS}) as answer,
        ):
            return answer
    except _BROKEN:
        raise AcquireError(ErrorCode.NETWORK, f"The host {remote.host} gives no answer that can be read.") from None


async def _trust(ca_file: Path | None) -> ssl.SSLContext:
    """Give a context that verifies; reading the system's authorities takes 60 ms."""
    if ca_file is None:
        return await asyncio.to_thread(httpcore2.default_ssl_context)
    return await asyncio.to_thread(lambda: ssl.create_default_context(cafile=str(ca_file)))


def _header(answer: httpcore2.Response, wanted: bytes) -> str | None:
    for name, value in answer.headers:
        if name.lower() == wanted:
            return value.decode("ascii", errors="backslashreplace")
    return None
