"""Only public addresses are dialled, and only the one that was checked."""

from __future__ import annotations

import pytest

from phishlab.records import Outcome
from phishlab.wire import guard

INSIDE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.5", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254",
    "192.0.0.192", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b::808:808", "2002:7f00:1::", "2001::1",
]  # fmt: skip


def locate(host: str, *addresses: str) -> guard.Target:
    return guard.locate(host, 80, lambda _name: addresses, {("8.217.61.41", 80): ("127.0.0.1", 8080)})


@pytest.mark.parametrize("address", INSIDE)
def test_no_inside_address_is_dialled_by_number_or_by_name(address: str) -> None:
    assert not guard.is_public(address)
    for host in (address, "evil.example"):
        with pytest.raises(guard.NotDialledError, match="no public address") as caught:
            locate(host, address)
        assert caught.value.outcome is Outcome.REFUSED


def test_one_inside_address_among_public_ones_is_enough() -> None:
    with pytest.raises(guard.NotDialledError, match=r"10\.0\.0\.5"):
        locate("evil.example", "8.217.61.41", "10.0.0.5")


@pytest.mark.parametrize("text", ["", "sgogoj.com", "0x7f.1", "2130706433", "8.8.8", "8.8.8.8%eth0"])
def test_what_is_no_address_is_not_public(text: str) -> None:
    assert not guard.is_public(text)


def test_the_checked_address_is_the_one_that_is_dialled() -> None:
    target = locate("sgogoj.com", "8.217.61.41", "8.217.61.42")
    assert (target.address, target.dialled, target.peer) == (
        "8.217.61.41",
        ("127.0.0.1", 8080),
        "8.217.61.41:80",
    )
    target = locate("sgogoj.com", "2606:4700::1111")
    assert (target.dialled, target.peer) == (("2606:4700::1111", 80), "[2606:4700::1111]:80")


def test_a_name_without_an_address_is_a_failure() -> None:
    with pytest.raises(guard.NotDialledError) as caught:
        locate("gone.example")
    assert (caught.value.outcome, caught.value.note) == (Outcome.FAILED, "gone.example has no address")
