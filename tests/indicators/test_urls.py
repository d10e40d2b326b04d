"""Hosts as browsers see them; ada-url is the only judge."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from phishlab import indicators

HOSTILE = json.loads(
    (Path(__file__).parents[1] / "mail" / "data" / "hostile.json").read_text(encoding="utf-8")
)
HOSTS = {
    "userinfo trick": "evil.example",
    "userinfo 2 @": "evil.example",
    "backslash host": "evil.example",
    "backslash slashes": "evil.example",
    "one slash": "evil.example",
    "no slash": "evil.example",
    "many slashes": "evil.example",
    "tab in host": "evil.example",
    "newline in scheme": "evil.example",
    "leading ctrl/space": "evil.example",
    "fullwidth dots": "evil.example",
    "fullwidth letters": "evil.example",
    "soft hyphen": "evil.example",
    "zero width joiner": "evil.example",
    "pct host": "evil.example",
    "pct dot": "evil.example",
    "double enc path": "evil.example",
    "dot segs": "evil.example",
    "upper scheme": "evil.example",
    "default port": "evil.example",
    "fragment @": "evil.example",
    "question @": "evil.example",
    "RTL override": "evil.example",
    "cyrillic homograph": "xn--l-7sba6dbr.com",
    "punycode": "xn--l-7sba6dbr.com",
    "bad punycode": "xn--a",
    "eszett": "xn--fa-hia.de",
    "decimal IP": "192.0.2.1",
    "hex IP": "192.0.2.1",
    "octal IP": None,
    "octal IP 4": "192.0.2.1",
    "short IP": "192.0.2.1",
    "ip overflow": None,
    "ipv6": "2001:db8::1",
    "ipv6 zone": None,
    "ipv4-mapped": "::ffff:c000:201",
    "trailing dot": "evil.example.",
    "bad port": None,
    "port junk": None,
    "data": "",
    "javascript": "",
    "blob": "",
    "seed URL": "sgogoj.com",
    "semicolon host": "evil.example;www.kagoya.jp",
    "space host": None,
    "vertical slash look": "www.kagoya.xn--jplogin-2d7c.evil.example",
    "underscore host": "a_b.evil.example",
}


def test_each_hostile_url_has_its_host_written_down() -> None:
    assert sorted(HOSTS) == sorted(name for name, _ in HOSTILE["urls"])
    assert len(HOSTS) == 47


@pytest.mark.parametrize(("name", "text"), HOSTILE["urls"])
def test_a_hostile_url_leads_where_a_browser_would_go(name: str, text: str) -> None:
    found = indicators.url(text)
    assert (found.host if found else None) == HOSTS[name]


def test_the_suite_of_the_standard_finds_no_wrong_host(shared_data: Path) -> None:
    cases = json.loads((shared_data / "urls" / "urltestdata.json").read_text(encoding="utf-8"))
    absolute = [case for case in cases if isinstance(case, dict) and case["base"] in {None, "about:blank"}]
    wrong = []
    for case in absolute:
        found = indicators.url(case["input"])
        expected = None if case.get("failure") else case["hostname"].strip("[]")
        if (found.host if found else None) != expected:
            wrong.append(case["input"])
    assert len(absolute) == 557
    assert wrong == ["#x", "#x:y"]  # fragments of about:blank: no URL by themselves


def test_the_suite_of_the_standard_for_names_outside_ascii(shared_data: Path) -> None:
    cases = json.loads((shared_data / "urls" / "toascii.json").read_text(encoding="utf-8"))
    named = [case for case in cases if isinstance(case, dict)]
    assert len(named) == 87
    for case in named:
        found = indicators.url(f"https://{case['input']}/x")
        assert (found.host if found else None) == case["output"], case


@pytest.mark.parametrize(
    ("host", "registered"),
    [
        ("www.kagoya.co.jp", "kagoya.co.jp"),
        ("sgogoj.com", "sgogoj.com"),
        ("Evil.Example.", "evil.example"),
        ("a.b.github.io", "b.github.io"),
        ("www.city.kawasaki.jp", "city.kawasaki.jp"),
        ("例え.jp", "xn--r8jz45g.jp"),
        ("co.jp", None),
        ("localhost", None),
        ("192.0.2.1", None),
        ("2001:db8::1", None),
        ("", None),
    ],
)
def test_the_registrable_domain_by_the_public_suffix_list(host: str, registered: str | None) -> None:
    assert indicators.registrable(host) == registered
