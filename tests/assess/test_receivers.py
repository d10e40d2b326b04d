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
    wanted |= {"nifty", "biglobe", "ocn", "so-net", "docomo", "au", "softbank"}
    assert wanted | {"icloud", "fastmail", "zoho"} <= set(receivers.names())


@pytest.mark.parametrize("name", receivers.names())
def test_each_shipped_profile_says_where_its_facts_are_from(name: str) -> None:
    profile = receivers.load(name)
    assert profile.title
    assert profile.source
    assert all(ipaddress.ip_network(network) for network in profile.networks)
    if profile.source == "unverified":
        assert (profile.networks, profile.by_suffixes, profile.authserv_ids) == ((), (), ())


@pytest.mark.parametrize("name", receivers.names())
def test_each_shipped_fact_is_in_the_source_that_is_named_for_it(name: str) -> None:
    profile = receivers.load(name)
    facts = [*profile.networks, *profile.by_suffixes, *profile.customer_suffixes, *profile.authserv_ids]
    assert [fact for fact in facts if fact.strip(".") not in profile.source] == []
    assert (
        profile.networks
        or "networks unverified" in profile.source
        or "unverified" in profile.source
        or not facts
    )


def test_what_is_read_in_one_go_is_what_the_files_say() -> None:
    """Where it is not: ``python data/build/receivers.py``."""
    files = {path.stem: path for path in (Path(__file__).parents[2] / "data" / "receivers").glob("*.toml")}
    assert sorted(files) == list(receivers.names())
    assert all(receivers.load(name) == receivers.read(path) for name, path in files.items())


def test_a_customer_s_machine_is_not_the_hoster_s() -> None:
    kagoya = receivers.load("kagoya")
    assert receivers.names_own("mss-g2-140.kagoya.net", kagoya)
    assert not receivers.names_own("v133-18-108-210.vir.kagoya.net", kagoya)


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
        ("lsean.ezweb.ne.jp", "au"),
        ("ci74p00im-qukt09072702.me.com", "icloud"),
        ("v133-18-108-210.vir.kagoya.net", "v133-18-108-210.vir.kagoya.net"),
        ("store52m.internal", None),
        ("box.local", None),
        ("10.0.0.1", None),
    ],
)
def test_a_receiver_is_guessed_from_the_topmost_line(by: str, name: str | None) -> None:
    mail = parsed(
        received=f"from a.example ([198.51.100.1]) by {by} with ESMTP; Tue, 16 Jan 2024 10:00:00 +0900"
    )
    guess = receivers.infer(mail)
    assert (guess.name if guess else None) == name


def test_the_table_of_the_documentation_holds_what_the_profiles_know() -> None:
    text = (Path(__file__).parents[2] / "docs" / "receivers.md").read_text(encoding="utf-8")
    rows = {line.split("`")[1]: line for line in text.splitlines() if line.startswith("| `")}
    assert set(rows) == set(receivers.names())
    for name, row in rows.items():
        profile = receivers.load(name)
        facts = (*profile.by_suffixes, *profile.networks, *profile.authserv_ids, *profile.customer_suffixes)
        assert row.split("`")[3::2] == list(facts)


def test_the_profile_in_the_documentation_can_be_read(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "receivers.md").read_text(encoding="utf-8")
    path = tmp_path / "ours.toml"
    path.write_text(text.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    profile = receivers.load(str(path))
    assert profile.customer_suffixes == ("vps.example.jp",)
    assert receivers.names_own("a.mx.example.jp", profile)
