"""Prefixes of repositories' names: how an operator says "this host", "this owner" or "this repository".

Grants and credentials mean the same by them: `host[:port][/owner[/name]]`, by whole parts and in any
letter case, since forges take owners in any case.
"""

import re
from ipaddress import IPv6Address
from typing import Final

_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_PREFIX: Final = re.compile(
    rf"(?P<host>\[[0-9a-f:.]+\]|{_LABEL}(?:\.{_LABEL})*)(?::(?P<port>[1-9][0-9]{{0,4}}))?"
    r"(?P<path>(?:/(?!\.\.?(?:/|$))(?:[a-z0-9._~+@!$',()=-]|%20|%[89a-f][0-9a-f])+)*)"
)
_TLS_PORT: Final = "443"


def canonical_prefix(text: str) -> str:
    """Write a prefix as names begin: lower case, without the port of https. ValueError when it begins none."""
    found = _PREFIX.fullmatch(text.lower().removesuffix("/").removesuffix(".git"))
    if found is None:
        raise ValueError(text)
    if int(found["port"] or 0) >= 2**16:
        raise ValueError(text)
    port = f":{found['port']}" if found["port"] not in {None, _TLS_PORT} else ""
    return f"{_canonical_host(found['host'])}{port}{found['path']}"


def covers(prefix: str, name: str) -> bool:
    """Whether a canonical prefix holds a name, by whole parts."""
    lower = name.lower()
    return lower == prefix or lower.startswith(f"{prefix}/")


def _canonical_host(host: str) -> str:
    if not host.startswith("["):
        return host
    address = IPv6Address(host[1:-1])
    return str(address.ipv4_mapped) if address.ipv4_mapped else f"[{address}]"  # as names have it
