"""Which addresses may be dialled: public ones, and the one that was checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from phishlab import indicators
from phishlab.records import Outcome

Dial = Mapping[tuple[str, int], tuple[str, int]]
"""Where a checked address and port really lead: how tests put real names on this machine's own servers."""


class NotDialledError(Exception):
    """Why a host is not dialled: the outcome and the note of the answer. It never leaves the wire."""

    def __init__(self, outcome: Outcome, note: str) -> None:
        super().__init__(note)
        self.outcome = outcome
        self.note = note


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A checked address of *host*, and what is dialled for it."""

    host: str
    address: str
    port: int
    dialled: tuple[str, int]

    @property
    def peer(self) -> str:
        """``8.217.61.41:80``, ``[2001:db8::1]:43``."""
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


def is_public(text: str) -> bool:
    """Whether *text* is an address of the public internet; False for what is no address.

    A mapped, NAT64 or 6to4 address is none: it reaches whatever the IPv4 address inside it reaches.
    """
    try:
        return indicators.is_public(ip_address(text))
    except ValueError:
        return False


def locate(host: str, port: int, resolve: Callable[[str], Sequence[str]], dial: Dial) -> Target:
    """The address of *host* to dial. The name is resolved once, here, and what was checked is dialled.

    Raises NotDialledError where it has no address, or any of its addresses is not public.
    """
    addresses = [host] if _is_address(host) else resolve(host)
    inside = [address for address in addresses if not is_public(address)]
    if inside:
        raise NotDialledError(Outcome.REFUSED, f"{host} is at {inside[0]}, which is no public address")
    if not addresses:
        raise NotDialledError(Outcome.FAILED, f"{host} has no address")
    address = addresses[0]
    return Target(host=host, address=address, port=port, dialled=dial.get((address, port), (address, port)))


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
