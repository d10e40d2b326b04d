"""Which addresses are of the public internet, whatever this version of Python thinks."""

from __future__ import annotations

import pytest

from phishlab import indicators


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
