"""Profiles: shipped, the analyst's own, guessed."""

from __future__ import annotations

import ipaddress
from pathlib import Path

import pytest

from phishlab.assess import receivers
from phishlab.errors import InputError
from tests.mails import parsed


def test_the_japanese_receivers_have_a_profile_each() -> None:
    wanted = {
        "generic",
        "exchange-online",
        "gmail",
        "proton",
        "yahoo-jp",
        "kagoya",
        "sakura",
        "xserver",
        "lolipop",
    }
    assert wanted | {"nifty", "biglobe", "ocn", "so-net", "docomo"} <= set(receivers.names())


@pytest.mark.parametrize("name", receivers.names())
def test_each_shipped_profile_says_where_its_facts_are_from(name: str) -> None:
    profile = receivers.load(name)
    assert profile.title
    assert profile.source
    assert all(ipaddress.ip_network(network) for network in profile.networks)
    if profile.source == "unverified":
        assert (profile.networks, profile.by_suffixes, profile.authserv_ids) == ((), (), ())


def test_a_profile_of_the_analyst_s_own_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(
        'title = "Ours"\nnetworks = ["192.0.2.0/24"]\nby_suffixes = [".Ours.Example"]\n', encoding="utf-8"
    )
    profile = receivers.load(str(path))
    assert (profile.name, profile.by_suffixes, profile.source) == ("ours", ("ours.example",), "unverified")


@pytest.mark.parametrize("text", ["networks = 3", 'networks = ["x"]', "colour = 'red'", "= broken"])
def test_a_broken_profile_is_refused_in_one_line(text: str, tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        receivers.load(str(path))


def test_an_unknown_name_lists_the_known() -> None:
    with pytest.raises(InputError, match="exchange-online"):
        receivers.load("no-such-receiver")


@pytest.mark.parametrize(
    ("by", "name"),
    [
        ("mss-g2-140.kagoya.net", "kagoya"),
        ("mx.google.com", "gmail"),
        ("evil-google.com", "evil-google.com"),
        ("mx1.example.jp", "example.jp"),
        ("localhost", None),
        ("10.0.0.1", None),
    ],
)
def test_a_receiver_is_guessed_from_the_topmost_line(by: str, name: str | None) -> None:
    mail = parsed(
        received=f"from a.example ([198.51.100.1]) by {by} with ESMTP; Tue, 16 Jan 2024 10:00:00 +0900"
    )
    guess = receivers.infer(mail)
    assert (guess.name if guess else None) == name
