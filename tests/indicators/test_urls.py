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


@pytest.mark.parametrize(("name", "text"), HOSTILE["urls"])
def test_a_hostile_url_leads_where_a_browser_would_go(name: str, text: str) -> None:
    found = indicators.url(text)
    assert (found.host if found else None) == HOSTS.get(name, "evil.example")


def test_the_suite_of_the_standard_finds_no_wrong_host(shared_data: Path) -> None:
    cases = json.loads((shared_data / "urls" / "urltestdata.json").read_text(encoding="utf-8"))
    wrong = []
    tried = 0
    for case in cases:
        if not isinstance(case, dict) or case.get("base") or not isinstance(case.get("input"), str):
            continue
        tried += 1
        found = indicators.url(case["input"])
        expected = None if case.get("failure") else case["hostname"].strip("[]")
        if (found.host if found else None) != expected:
            wrong.append(case["input"])
    assert tried > 400
    assert len(wrong) <= 2, wrong


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
