"""Every source over the live wire against real servers on loopback, then again from what was kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from phishlab.evidence.archive import Archive
from phishlab.records import Level, Link, Lookup, Outcome
from phishlab.sources import dns as names
from phishlab.sources import mailauth, network, registration, reputation
from phishlab.sources.reputation import spamhaus
from phishlab.wire import Wire
from phishlab.wire.replay import ReplayWire
from tests.servers import web
from tests.servers.world import ARTICLE, world

pytestmark = pytest.mark.loopback

IP, FROM, HOST = "74.226.196.215", "aica-interior.co.jp", "sgogoj.com"
ZONES = {
    **ARTICLE,
    "dbl.spamhaus.org": "dbltest.com IN A 127.0.1.2\nsgogoj.com IN A 127.0.1.4\n",
}
JPRS = (
    "a. [ドメイン名]                 AICA-INTERIOR.CO.JP\r\n"
    "f. [組織名]                     アイカインテリア工業株式会社\r\n"
    "[状態]                          Connected (2027/03/31)\r\n"
).encode()
NETWORK = {
    "handle": "N",
    "ipVersion": "v4",
    "startAddress": "74.224.0.0",
    "endAddress": "74.227.255.255",
    "name": "MSFT",
    "entities": [
        {
            "handle": "E",
            "roles": ["registrant"],
            "vcardArray": ["vcard", [["fn", {}, "text", "Microsoft Corporation"]]],
        }
    ],
}
REGISTRY = {
    "ldhName": "SGOGOJ.COM",
    "links": [
        {
            "rel": "related",
            "type": "application/rdap+json",
            "href": "https://rdap.registrar.example/domain/sgogoj.com",
        }
    ],
}
REGISTRAR = {
    "ldhName": "sgogoj.com",
    "entities": [
        {"roles": ["registrant"], "vcardArray": ["vcard", [["org", {}, "text", "Domains By Proxy, LLC"]]]}
    ],
}
LINK = Link(url="http://sgogoj.com/kagoya/", host=HOST, registrable=HOST)

ASKS: dict[str, Callable[[Wire], Any]] = {
    "A": lambda wire: names.addresses(wire, FROM),
    "PTR": lambda wire: names.confirmed(wire, IP, names.pointer(wire, IP)),
    "network": lambda wire: network.registration(wire, IP),
    "jprs": lambda wire: registration.domain(wire, FROM),
    "rdap": lambda wire: registration.domain(wire, HOST),
    "spf": lambda wire: mailauth.spf(wire, IP, f"postmaster@{FROM}", "Praisemmm"),
    "dkim": lambda wire: mailauth.dkim(wire, b"From: postmaster@aica-interior.co.jp\r\n\r\nx\r\n")[0],
    "dmarc": lambda wire: mailauth.dmarc(wire, FROM, [ASKS["spf"](wire), ASKS["dkim"](wire)]),
    "spamhaus": lambda wire: spamhaus.domain(wire, HOST),
    "zen": lambda wire: spamhaus.address(wire, IP),
    "all": lambda wire: list(reputation.of_link(wire, LINK)),
}


@pytest.fixture(scope="module")
def sitting(tmp_path_factory: pytest.TempPathFactory) -> tuple[Archive, dict[str, Any]]:
    """One sitting over all sources, and the archive that it left."""
    folder = tmp_path_factory.mktemp("world")
    pages = {
        f"rdap.arin.net/registry/ip/{IP}": web.redirect("https://rdap.moved.example/ip/1"),
        "rdap.moved.example/ip/1": web.rdap(NETWORK),
        f"rdap.verisign.com/com/v1/domain/{HOST}": web.rdap(REGISTRY),
        f"rdap.registrar.example/domain/{HOST}": web.rdap(REGISTRAR),
    }
    archive = Archive(folder / "answers.warc.gz")
    with world(folder, zones=ZONES, whois_answers={"whois.jprs.jp": {FROM: JPRS}}, pages=pages) as here:
        wire = here.wire(archive)
        return archive, {name: ask(wire) for name, ask in ASKS.items()}


def test_what_the_servers_said_is_what_the_records_say(sitting: tuple[Archive, dict[str, Any]]) -> None:
    _, found = sitting
    assert found["A"].record.values == ("153.123.7.53",)
    assert found["PTR"].record.values == ("ioooo.japaneast.cloudapp.azure.com",)
    assert (found["network"].record.holder, found["network"].record.asn) == ("Microsoft Corporation", 8075)
    assert found["jprs"].record.registrant == "アイカインテリア工業株式会社"
    assert found["rdap"].record.privacy == "Domains By Proxy"
    assert (found["spf"].record.result, found["dmarc"].record.result) == ("fail", "fail")
    assert (found["spamhaus"].record.category, found["zen"].record.category) == (
        "phishing",
        "XBL (exploited host)",
    )
    assert all(lookup.evidence for name, lookup in found.items() if name not in {"all", "dkim"})


def test_a_replay_says_the_same_without_a_network(sitting: tuple[Archive, dict[str, Any]]) -> None:
    archive, found = sitting
    wire = ReplayWire(Archive(archive.path), Level.ACTIVE)
    again = {name: ask(wire) for name, ask in ASKS.items()}
    assert json.dumps(again, default=repr) == json.dumps(found, default=repr)


@pytest.mark.parametrize("level", [Level.OFFLINE, Level.PASSIVE, Level.THIRD_PARTY])
def test_a_lower_level_asks_nothing_above_it(tmp_path: Path, level: Level) -> None:
    with world(tmp_path, zones=ZONES) as here:
        wire = here.wire(Archive(tmp_path / "a.warc.gz"), level)
        found: dict[str, Lookup[Any]] = {name: ask(wire) for name, ask in ASKS.items() if name != "all"}
    assert found["A"].outcome is Outcome.NOT_ASKED
    assert found["spf"].outcome is Outcome.NOT_ASKED
    assert (found["zen"].outcome is Outcome.NOT_ASKED) == (level < Level.THIRD_PARTY)
    assert (found["jprs"].outcome is Outcome.NOT_ASKED) == (level < Level.PASSIVE)
