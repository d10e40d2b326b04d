"""Addresses that belong to nobody in particular: no registry, service or name server is asked about them."""

from __future__ import annotations

import ipaddress
from typing import TypeAlias

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

# is_global is True for these (Python 3.11), though no holder stands behind them.
_TRANSLATED = (
    ipaddress.ip_network("64:ff9b::/96"),  # NAT64, RFC 6052
    ipaddress.ip_network("2002::/16"),  # 6to4, RFC 3056
    ipaddress.ip_network("192.88.99.0/24"),  # 6to4 relays, RFC 7526
)
_DOCUMENTATION = tuple(
    ipaddress.ip_network(network)
    for network in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
)


def read(text: str) -> Address | None:
    """The address that *text* is, ``[…]`` around it or not; None where it is none."""
    try:
        return ipaddress.ip_address(text.strip().removeprefix("[").removesuffix("]"))
    except ValueError:
        return None


def special(address: Address) -> str | None:
    """What *address* is set aside for (IANA special-purpose registries); None where someone can hold it."""
    if any(address in network for network in _DOCUMENTATION if network.version == address.version):
        return "documentation"
    if address.is_multicast:
        return "multicast"
    if any(address in network for network in _TRANSLATED if network.version == address.version):
        return "address translation"
    return None if address.is_global else "private or reserved use"


def refusal(text: str) -> str | None:
    """Why nobody is asked about *text*; None where it is an address that someone can hold."""
    address = read(text)
    if address is None:
        return f"{text} is not an IP address"
    use = special(address)
    return f"{text} is set aside for {use}: nobody holds it" if use else None
