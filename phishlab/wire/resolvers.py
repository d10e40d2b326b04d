"""Which name servers are asked: the system's, one of two public ones, or an address.

Both public ones answer for every name: a resolver that blocks malicious ones would call a phishing host absent.
Who is asked learns the names; it stands in the evidence as the peer of each answer. Spamhaus and SURBL refuse
public resolvers.
"""

from __future__ import annotations

from dataclasses import dataclass

from phishlab import indicators
from phishlab.errors import InputError
from phishlab.wire.dns import Server

SYSTEM = "system"
_PORT = 53


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolver:
    """A public resolver: its name here, who runs it, its servers, and where that is published."""

    name: str
    operator: str
    servers: tuple[Server, ...]
    source: str


PUBLIC = (
    Resolver(
        name="cloudflare",
        operator="Cloudflare, Inc. (US); 1.1.1.1, without filters",
        servers=(("1.1.1.1", _PORT), ("1.0.0.1", _PORT)),
        source="https://developers.cloudflare.com/1.1.1.1/ip-addresses/",
    ),
    Resolver(
        name="quad9",
        operator="Quad9 Foundation (CH); 9.9.9.10, the service without threat blocking",
        servers=(("9.9.9.10", _PORT), ("149.112.112.10", _PORT)),
        source="https://quad9.net/service/service-addresses-and-features/",
    ),
)


def resolvers(choice: str) -> tuple[Server, ...] | None:
    """The servers for *choice*; None stands for the system's own, which LiveWire then finds.

    ``system``, ``cloudflare``, ``quad9``, or an address of one's own: ``192.0.2.53``, ``192.0.2.53:5353``,
    ``[2001:db8::53]:5353``. Raises InputError for anything else.
    """
    if choice.lower() == SYSTEM:
        return None
    named = next((resolver for resolver in PUBLIC if resolver.name == choice.lower()), None)
    return named.servers if named else (_address(choice),)


def _address(choice: str) -> Server:
    host, port = choice, ""
    if choice.startswith("["):
        host, _, port = choice[1:].partition("]")
        port = port.removeprefix(":")
    elif choice.count(":") == 1:
        host, _, port = choice.partition(":")
    known = ", ".join([SYSTEM, *(resolver.name for resolver in PUBLIC)])
    number = int(port) if port.isascii() and port.isdigit() else 0 if port else _PORT
    if indicators.address(host) is None or not 0 < number < 65_536:
        raise InputError(f"not a resolver: {choice!r}; choose {known}, or an address like 192.0.2.53:53")
    return host, number
