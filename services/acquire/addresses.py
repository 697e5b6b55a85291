"""Look a host up once, check every answer, and hand git the checked answers.

git would look the name up a second time, and a hostile DNS server would answer differently then
(DNS rebinding). `http.curloptResolve` pins the answer; git older than 2.37 ignores it silently.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Final

from services.acquire.policy import Address, RemotePolicy, literal_address
from services.acquire.remotes import Remote
from services.errors import AcquireError, ErrorCode, NotAllowedError

Resolve = Callable[[str, int], Awaitable[Sequence[Address]]]
"""Gives the addresses of a host that is reached at a port; OSError or UnicodeError when it has none."""

# ssh finds the keys and the agent of the user it runs as, whatever HOME says: a stranger would clone with them.
_NO_KEYS: Final = " ".join(
    f"-o {option}"
    for option in (
        "BatchMode=yes",
        "IdentitiesOnly=yes",
        "IdentityFile=none",
        "IdentityAgent=none",
        "PubkeyAuthentication=no",
        "HostbasedAuthentication=no",
        "GSSAPIAuthentication=no",
        "PasswordAuthentication=no",
        "KbdInteractiveAuthentication=no",
    )
)
LOOKUP_SECONDS: Final = 15.0
_MAX_ADDRESSES: Final = 8


@dataclass(frozen=True, slots=True)
class PinnedRemote:
    """A remote and the checked addresses that stand for its host; none for a local folder."""

    remote: Remote
    addresses: tuple[Address, ...]

    @property
    def url(self) -> str:
        """Give the URL for git; the `git` protocol has no pin, so there it names the address."""
        if self.remote.scheme != "git":
            return self.remote.url
        return replace(self.remote, host=str(self.addresses[0])).url

    @property
    def config(self) -> dict[str, str]:
        """Give the git configuration that pins an http(s) host to its addresses."""
        remote = self.remote
        if remote.scheme not in {"http", "https"} or literal_address(remote.host) is not None:
            return {}
        written = ",".join(f"[{found}]" if found.version == 6 else str(found) for found in self.addresses)  # noqa: PLR2004  IPv6
        return {"http.curloptResolve": f"{remote.host}:{remote.effective_port}:{written}"}

    @property
    def ssh_command(self) -> str | None:
        """Give the command for `ssh`, which asks nothing and connects to the first address."""
        if self.remote.scheme != "ssh":
            return None
        pinned = f"-o HostName={self.addresses[0]} -o HostKeyAlias={self.remote.host}"
        return f"ssh -F /dev/null -o ConnectTimeout=30 -o ProxyCommand=none {_NO_KEYS} {pinned}"


async def look_up(host: str, port: int) -> tuple[Address, ...]:
    """Ask this machine's own resolver, without holding up the loop."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(ip_address(answer[4][0]) for answer in found))


async def pin(remote: Remote, *, policy: RemotePolicy, resolve: Resolve = look_up) -> PinnedRemote:
    """Resolve the remote's host once; one address that is not allowed refuses them all.

    Costs one look-up. Raises NotAllowedError (ADDRESS_NOT_ALLOWED) and AcquireError (NETWORK).
    """
    if not remote.host:
        return PinnedRemote(remote, ())
    literal = literal_address(remote.host)
    addresses = (literal,) if literal is not None else await _answers(remote, resolve)
    for address in addresses:
        if not policy.allows_address(address):
            raise NotAllowedError(
                ErrorCode.ADDRESS_NOT_ALLOWED,
                f"The host {remote.host} has an address that is not public.",
            )
    return PinnedRemote(remote, addresses[:_MAX_ADDRESSES])


async def _answers(remote: Remote, resolve: Resolve) -> tuple[Address, ...]:
    try:
        async with asyncio.timeout(LOOKUP_SECONDS):
            found = tuple(await resolve(remote.host, remote.effective_port))
    except (OSError, UnicodeError, TimeoutError):
        found = ()
    if not found:
        raise AcquireError(ErrorCode.NETWORK, f"The host {remote.host} cannot be looked up.")
    return found
