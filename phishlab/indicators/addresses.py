"""IP addresses, and which of them may be asked about or dialled."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    collapse_addresses,
    ip_address,
    ip_network,
)
from typing import TypeAlias

from phishlab import patterns

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

_GROUPS = patterns.late(r"[0-9A-Fa-f:]*")
_LONGEST = len("0000:0000:0000:0000:0000:ffff:255.255.255.255")

# Kept here and not left to ipaddress.is_global, whose answer depends on the version of Python: 3.11 calls
# 224.0.0.1, 64:ff9b::7f00:1 and 2002:7f00:1:: global. From the IANA special-purpose address registries.
_INSIDE = (
    "10.0.0.0/8",  # RFC 1918
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",  # carrier NAT, RFC 6598
    "127.0.0.0/8",  # loopback
    "169.254.0.0/16",  # link-local
    "::1/128",
    "fe80::/10",
    "fc00::/7",  # unique local, RFC 4193
)
_SPECIAL = (
    "0.0.0.0/8",
    "192.0.0.0/24",
    "192.0.2.0/24",  # documentation, RFC 5737
    "192.88.99.0/24",  # 6to4 relay anycast, deprecated
    "198.18.0.0/15",  # benchmarking
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",  # multicast
    "240.0.0.0/4",  # reserved, broadcast included
    "::/128",
    "::ffff:0:0/96",  # mapped: it reaches whatever the IPv4 address inside reaches
    "64:ff9b::/96",  # NAT64: the same
    "64:ff9b:1::/48",
    "100::/64",  # discard only
    "2001::/23",  # protocol assignments, Teredo among them
    "2001:db8::/32",  # documentation, RFC 3849
    "2002::/16",  # 6to4: the same as mapped
    "3fff::/20",  # documentation, RFC 9637
    "5f00::/16",  # segment routing
    "fec0::/10",  # site-local, deprecated
    "ff00::/8",  # multicast
)
_GLOBAL_UNICAST = ("2000::/3",)


def address(text: str) -> Address | None:
    """The address that *text* writes (brackets, an ``IPv6:`` tag and a zone are dropped), or None.

    An IPv4 address mapped into IPv6 comes back as IPv4: ``::ffff:192.0.2.1`` is ``192.0.2.1``.
    """
    bare = text.strip().strip("[]")
    if bare[:5].lower() == "ipv6:":
        bare = bare[5:]
    bare = bare.partition("%")[0]
    if len(bare) > _LONGEST or not (":" in bare or bare[-1:].isdigit()):
        return None  # most names end here, before the standard library has looked at them twice
    return _read(bare)


@lru_cache(maxsize=1024)
def _read(bare: str) -> Address | None:
    """The lines of one mail, and the mails of one receiver, say the same addresses again and again."""
    number = _eight_groups(bare)
    try:
        found = ip_address(bare) if number is None else IPv6Address(number)
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped
    return found


def _eight_groups(bare: str) -> int | None:
    """``2001:db8::1`` as a number; None for what is left to the standard library, which takes twice as long."""
    if not _GROUPS.fullmatch(bare):
        return None
    left, gap, right = bare.partition("::")
    heads, tails = left.split(":") if left else [], right.split(":") if right else []
    missing = 8 - len(heads) - len(tails)
    if (missing < 1 if gap else missing != 0) or "" in heads or "" in tails:
        return None
    digits = "".join(
        [*[each.zfill(4) for each in heads], "0000" * missing, *[each.zfill(4) for each in tails]]
    )
    return int(digits, 16) if len(digits) == 32 else None  # longer where a group has five digits


def is_public(found: Address) -> bool:
    """Whether *found* belongs to the public internet, so that a registry may be asked and a host dialled."""
    if isinstance(found, IPv6Address) and not in_networks(found, _GLOBAL_UNICAST):
        return False
    return not is_inside(found) and not in_networks(found, _SPECIAL)


def is_inside(found: Address) -> bool:
    """Whether it is an address that networks use inside: private, carrier NAT, loopback, link-local."""
    return in_networks(found, _INSIDE)


def is_network(text: str) -> bool:
    """Whether *text* writes a network, for example ``192.0.2.0/24``."""
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


def in_networks(found: Address, networks: tuple[str, ...]) -> bool:
    """Whether *found* lies in one of *networks*, written as ``2603:1000::/20``."""
    firsts, lasts = _spans(networks)[type(found)]
    number = int(found)
    at = bisect_right(firsts, number) - 1
    return at >= 0 and number <= lasts[at]


@lru_cache(maxsize=64)
def _spans(networks: tuple[str, ...]) -> dict[type[Address], tuple[list[int], list[int]]]:
    """Where the networks of each kind begin and end, in order, none overlapping the next."""
    found = list(map(ip_network, networks))
    fours = collapse_addresses(each for each in found if isinstance(each, IPv4Network))
    sixes = collapse_addresses(each for each in found if isinstance(each, IPv6Network))
    return {IPv4Address: _ends(fours), IPv6Address: _ends(sixes)}


def lies_inside(written: str, networks: tuple[str, ...]) -> bool:
    """Whether an address, as ``str`` writes it, is one that networks use inside, or in one of *networks*.

    A receiver's servers have IPv6 addresses without number, in few blocks: mostly the block alone says it.
    """
    if ":" in written:
        block = written[: written.find(":", written.find(":") + 1)]
        if (known := _block_lies_inside(block, networks)) is not None:
            return known
    found = address(written)
    return found is not None and (is_inside(found) or in_networks(found, networks))


@lru_cache(maxsize=256)
def _block_lies_inside(block: str, networks: tuple[str, ...]) -> bool | None:
    """The same of every address that begins with *block*, ``2001:db8``; None where they differ or it is none."""
    try:
        whole = IPv6Network(f"{block}::/32")
    except ValueError:
        return None
    firsts, lasts = _spans((*_INSIDE, *networks))[IPv6Address]
    first, last = int(whole.network_address), int(whole.broadcast_address)
    at = bisect_right(firsts, last) - 1
    if at < 0 or lasts[at] < first:
        return False
    return True if firsts[at] <= first and last <= lasts[at] else None


def _ends(merged: Iterable[Network]) -> tuple[list[int], list[int]]:
    each = list(merged)
    return [int(one.network_address) for one in each], [int(one.broadcast_address) for one in each]
