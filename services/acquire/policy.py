"""What the operator allows a URL to reach: protocols, hosts, ports and networks.

By default https to public addresses only. Each opening is a setting of its own, so that a test or
a private forge can be let in without letting in everything else.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, Self

from services.errors import InvalidArgumentError
from services.settings import Settings, items

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

DEFAULT_PORTS: Final = {"https": 443, "http": 80, "ssh": 22, "git": 9418}
"""The protocols that reach a host, and the port each has when none is given."""

SCHEMES: Final = frozenset({*DEFAULT_PORTS, "file"})

WEB_SCHEMES: Final = frozenset({"https", "http"})
"""Those that credentials are sent over, and redirects lead through."""

_HOST_PATTERN: Final = re.compile(r"(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*|\[?[0-9a-f:.]+\]?")

# https://www.iana.org/assignments/iana-ipv6-special-registry: only 2000::/3 is unicast that is
# routed, and these parts of it are special, carry an IPv4 address, or are documentation.
_ROUTED_V6: Final = IPv6Network("2000::/3")
_NOT_PUBLIC: Final = tuple(
    ip_network(network)
    for network in ("192.88.99.0/24", "192.0.0.0/24", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)


def is_public(address: Address) -> bool:
    """Whether a stranger may let us connect there.

    `ipaddress.is_global` alone says yes to 224.0.0.1, 64:ff9b::7f00:1 (NAT64) and 2002:7f00:1:: (6to4).
    """
    if isinstance(address, IPv6Address) and address not in _ROUTED_V6:
        return False
    special = any(address.version == network.version and address in network for network in _NOT_PUBLIC)
    return address.is_global and not address.is_multicast and not special


@dataclass(frozen=True, slots=True)
class RemotePolicy:
    """The openings, parsed. Hosts are lower case; `*.example.com` stands for every subdomain."""

    allow_protocols: frozenset[str] = frozenset({"https"})
    allow_hosts: frozenset[str] = frozenset()
    deny_hosts: frozenset[str] = frozenset()
    allow_networks: tuple[Network, ...] = ()
    allow_ports: frozenset[int] = frozenset()
    any_port: bool = False

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Read the comma-separated settings; `allow_ports="*"` opens every port.

        Raises InvalidArgumentError that names the setting when one cannot be read.
        """
        ports = set(items(settings.allow_ports))
        return cls(
            allow_protocols=_protocols(settings.allow_protocols),
            allow_hosts=_hosts("ALLOW_HOSTS", settings.allow_hosts),
            deny_hosts=_hosts("DENY_HOSTS", settings.deny_hosts),
            allow_networks=tuple(_network(item) for item in items(settings.allow_networks)),
            allow_ports=frozenset(_port(item) for item in ports - {"*"}),
            any_port="*" in ports,
        )

    def names_host(self, host: str) -> bool:
        """Whether the operator listed this host, which opens what the grammar refuses by default."""
        return any(_matches(host, entry) for entry in self.allow_hosts)

    def allows_host(self, host: str) -> bool:
        """Whether the host is on the list, if there is one, and neither it nor a parent is denied."""
        parents = {host.split(".", cut)[-1] for cut in range(host.count(".") + 1)}
        denied = bool(parents & self.deny_hosts) or any(_matches(host, entry) for entry in self.deny_hosts)
        return not denied and (not self.allow_hosts or self.names_host(host))

    def allows_port(self, port: int | None) -> bool:
        """Whether the port is the protocol's own (None) or opened."""
        return port is None or self.any_port or port in self.allow_ports

    def opens_address(self, address: Address) -> bool:
        """Whether `allow_networks` holds the address; an IPv4-mapped one counts as what it maps."""
        mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        wanted = mapped or address
        return any(wanted.version == network.version and wanted in network for network in self.allow_networks)

    def allows_address(self, address: Address) -> bool:
        """Whether we may connect there: public, or opened."""
        return is_public(address) or self.opens_address(address)


def literal_address(host: str) -> Address | None:
    """Give the address that a host is written as, or None for a name; an IPv4-mapped one is what it maps."""
    try:
        address = ip_address(host)
    except ValueError:
        return None
    return (address.ipv4_mapped if isinstance(address, IPv6Address) else None) or address


def canonical_host(host: str) -> str:
    """Give the one spelling of a host: an address has many, and each of them must meet the lists."""
    address = literal_address(host)
    return host if address is None else str(address)


def _matches(host: str, entry: str) -> bool:
    return host == entry or (entry.startswith("*.") and host.endswith(entry[1:]))


def _protocols(text: str) -> frozenset[str]:
    protocols = frozenset(item.lower() for item in items(text))
    if unknown := protocols - SCHEMES:
        raise _bad_setting("ALLOW_PROTOCOLS", ", ".join(sorted(unknown)))
    return protocols


def _hosts(setting: str, text: str) -> frozenset[str]:
    hosts = frozenset(item.lower() for item in items(text))
    for host in hosts:
        if not _HOST_PATTERN.fullmatch(host):
            raise _bad_setting(setting, host)
    return frozenset(canonical_host(host.strip("[]")) for host in hosts)


def _network(item: str) -> Network:
    try:
        return ip_network(item)
    except ValueError:
        raise _bad_setting("ALLOW_NETWORKS", item) from None


def _port(item: str) -> int:
    if not item.isascii() or not item.isdecimal() or not 0 < int(item) < 2**16:
        raise _bad_setting("ALLOW_PORTS", item)
    return int(item)


def _bad_setting(setting: str, value: str) -> InvalidArgumentError:
    return InvalidArgumentError(
        f"GRATICULE_{setting} has a value that cannot be read: {value!r}.",
        hint="Correct the setting and start again.",
    )
