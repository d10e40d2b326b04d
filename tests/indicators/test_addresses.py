"""Which addresses are of the public internet, whatever this version of Python thinks."""

from __future__ import annotations

import random
from ipaddress import IPv6Address, ip_address, ip_network

import pytest

from phishlab import indicators
from phishlab.indicators import addresses


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("74.226.196.215", True),
        ("8.217.61.41", True),
        ("2606:4700::1111", True),
        ("10.1.2.3", False),
        ("100.72.102.28", False),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("192.0.2.15", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("0.0.0.0", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("2001:db8::1", False),
        ("ff02::1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("2001:0:53aa::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:8.8.8.8", True),  # read as the IPv4 address that it stands for
    ],
)
def test_only_addresses_of_the_public_internet_are_public(text: str, public: bool) -> None:
    found = indicators.address(text)
    assert found is not None
    assert indicators.is_public(found) is public


@pytest.mark.parametrize("text", ["", "1.2.3", "1.2.3.400", "example.jp", "2001:::1", "1.2.3.4/24"])
def test_what_is_no_address_is_none(text: str) -> None:
    assert indicators.address(text) is None


def test_brackets_a_tag_and_a_zone_are_dropped() -> None:
    assert str(indicators.address("[IPv6:fe80::1%6]")) == "fe80::1"
    assert str(indicators.address("::ffff:192.0.2.1")) == "192.0.2.1"


def _shaped(chance: random.Random) -> str:
    """Something like an IPv6 address, right or nearly."""
    groups = [f"{chance.choice((0, 0, 1, 0x10, 0xFFFF)):x}" for _ in range(chance.choice((1, 6, 7, 8, 8, 9)))]
    groups[chance.randrange(len(groups))] = chance.choice(
        ("", "", ":", "0db8", "12345", "G", "1.2.3.4", "_1", " 1")
    )
    return ":".join(groups).upper() if chance.randrange(4) == 0 else ":".join(groups)


def test_the_short_way_to_read_an_address_says_what_the_standard_library_says() -> None:
    chance = random.Random(6)
    read = 0
    for text in [
        *(_shaped(chance) for _ in range(20_000)),
        "::",
        "::1",
        "1::",
        ":::",
        ":",
        "",
        "1:2:3:4:5:6:7::",
    ]:
        number = addresses._eight_groups(text)
        if number is not None:
            read += 1
            assert IPv6Address(number) == ip_address(text), text
    assert read > 2_000


def test_an_address_lies_in_networks_as_the_standard_library_says() -> None:
    chance = random.Random(7)
    texts = [*addresses._INSIDE, *addresses._SPECIAL, "10.1.0.0/16", "2001:db8:1::/48", "192.0.2.128/25"]
    for _ in range(300):
        networks = tuple(chance.sample(texts, chance.randrange(1, 9)))
        whole = [ip_network(text) for text in networks]
        edges = [each[at] + step for each in whole for at in (0, -1) for step in (-1, 0, 1)
                 if 0 <= int(each[at]) + step < 2 ** each.max_prefixlen]  # fmt: skip
        for found in edges:
            assert indicators.in_networks(found, networks) is any(
                found in each for each in whole if each.version == found.version
            )
    assert not indicators.in_networks(IPv6Address(1), ())


def test_a_block_says_of_its_addresses_what_each_would_say_of_itself() -> None:
    chance = random.Random(9)
    texts = [
        "2603:1000::/20",
        "2a01:110::/31",
        "2002:a00::/24",
        "2001:db8:1::/48",
        "192.0.2.0/24",
        "2001:db8::/33",
    ]
    for _ in range(200):
        networks = tuple(chance.sample(texts, chance.randrange(5)))
        for each in map(ip_network, (*networks, *addresses._INSIDE, "2606:4700::/32", "::ffff:0:0/96")):
            numbers = [int(each[at]) + step for at in (0, -1) for step in (-1, 0, 1, 2**16, 2**80, 2**95)]
            kind = type(each[0])
            for found in [kind(number) for number in numbers if 0 <= number < 2**each.max_prefixlen]:
                slow = indicators.is_inside(found) or indicators.in_networks(found, networks)
                if getattr(found, "ipv4_mapped", None) is None:
                    assert indicators.lies_inside(str(found), networks) is slow, (found, networks)
