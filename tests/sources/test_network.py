"""ipwhois on our wire: what it asks, what it makes of good answers, and what becomes of bad ones."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from phishlab.errors import NotRecordedError
from phishlab.records import Answer, Level, Outcome
from phishlab.sources import network

IP = "74.226.196.215"
ORIGIN = "dns:215.196.226.74.origin.asn.cymru.com?type=TXT"
AS = "dns:as8075.asn.cymru.com?type=TXT"
ARIN = f"https://rdap.arin.net/registry/ip/{IP}"
BOOTSTRAP = f"https://rdap-bootstrap.arin.net/bootstrap/ip/{IP}"


def _person(role: str, *properties: tuple[str, str], handle: str = "X", **more: Any) -> dict[str, Any]:
    card = [[name, {}, "text", value] for name, value in properties]
    return {"handle": handle, "roles": [role], "vcardArray": ["vcard", card], **more}


MICROSOFT: dict[str, Any] = {
    "handle": "NET-74-224-0-0-1",
    "ipVersion": "v4",
    "startAddress": "74.224.0.0",
    "endAddress": "74.227.255.255",
    "name": "MSFT",
    "country": "US",
    "entities": [
        _person(
            "registrant",
            ("fn", "Microsoft Corporation"),
            ("kind", "org"),
            entities=[_person("abuse", ("fn", "Abuse"), ("email", "abuse@microsoft.example"), handle="A")],
        )
    ],
}


@pytest.fixture
def cymru(dns_says: Any) -> dict[str, Any]:
    origin = "215.196.226.74.origin.asn.cymru.com"
    return {
        ORIGIN: dns_says(
            origin, "TXT", f'{origin}. 60 IN TXT "8075 | 74.224.0.0/14 | US | arin | 2011-06-06"'
        ),
        AS: dns_says(
            "as8075.asn.cymru.com",
            "TXT",
            'as8075.asn.cymru.com. 60 IN TXT "8075 | US | arin | 1997 | MICROSOFT-CORP - Microsoft, US"',
        ),
    }


def test_the_walkthroughs_sender(scripted: Any, cymru: Any) -> None:
    wire = scripted({**cymru, ARIN: json.dumps(MICROSOFT).encode()})
    found = network.registration(wire, IP)
    record = found.record
    assert (found.outcome, found.note, len(found.evidence)) == (Outcome.ANSWERED, "", 3)
    assert record is not None
    assert (record.cidr, record.name, record.holder, record.country) == (
        "74.224.0.0/14",
        "MSFT",
        "Microsoft Corporation",
        "US",
    )
    assert (record.registry, record.asn, record.as_name) == ("arin", 8075, "MICROSOFT-CORP - Microsoft")
    assert record.abuse == ("abuse@microsoft.example",)
    assert [question.uri for question in wire.asked] == [ORIGIN, AS, ARIN]
    assert {question.level for question in wire.asked} == {Level.PASSIVE}


@pytest.mark.parametrize(
    ("answer", "outcome", "note"),
    [
        (Answer(outcome=Outcome.ANSWERED, status=429), Outcome.REFUSED, "asked too often"),
        (Answer(outcome=Outcome.ANSWERED, status=404), Outcome.NO_SUCH_NAME, "knows no such registration"),
        (Answer(outcome=Outcome.ANSWERED, status=404, media_type="text/html"), Outcome.FAILED, "HTTP 404"),
        (
            Answer(outcome=Outcome.ANSWERED, status=200, data=b"<html>Error</html>"),
            Outcome.FAILED,
            "not JSON",
        ),
        (Answer(outcome=Outcome.ANSWERED, status=302), Outcome.FAILED, "HTTP 302"),
        (Answer(outcome=Outcome.ANSWERED, status=503), Outcome.FAILED, "HTTP 503"),
        (b'{"notices": [{"title": "Rate Limit Notice"}]}', Outcome.REFUSED, "asked too often"),
        (b"{}", Outcome.FAILED, "cannot be read"),
        (b'{"handle": 5}', Outcome.FAILED, "cannot be read"),
        (
            b'{"handle": "x", "ipVersion": "v4", "startAddress": "?", "endAddress": "?"}',
            Outcome.FAILED,
            "cannot be read",
        ),
        (Answer(outcome=Outcome.FAILED, note="timed out after 5 s"), Outcome.FAILED, "timed out after 5 s"),
        (
            Answer(outcome=Outcome.REFUSED, note="not a public address"),
            Outcome.REFUSED,
            "not a public address",
        ),
    ],
)
def test_trouble_at_the_registry_keeps_its_own_name_and_what_is_known_of_the_as(
    scripted: Any, cymru: Any, answer: Any, outcome: Outcome, note: str
) -> None:
    wire = scripted({**cymru, ARIN: answer})
    found = network.registration(wire, IP)
    assert (found.outcome, found.record) == (outcome, None)
    assert note in found.note
    assert "announced by AS8075 MICROSOFT-CORP" in found.note
    assert [question.uri for question in wire.asked] == [ORIGIN, AS, ARIN]


def test_an_answer_about_all_addresses_is_no_answer(scripted: Any, cymru: Any) -> None:
    for start, end in (("0.0.0.0", "255.255.255.255"), ("192.0.2.0", "192.0.2.255")):
        body = {**MICROSOFT, "startAddress": start, "endAddress": end}
        found = network.registration(scripted({**cymru, ARIN: json.dumps(body).encode()}), IP)
        assert (found.outcome, found.record) == (Outcome.NO_DATA, None)


def test_without_the_as_the_registry_is_found_through_the_bootstrap(scripted: Any, dns_says: Any) -> None:
    nothing = dns_says("215.196.226.74.origin.asn.cymru.com", "TXT", rcode="NXDOMAIN")
    for origin, note in ((nothing, "no AS announces it"), (b"", "its AS is not known")):
        wire = scripted({ORIGIN: origin, BOOTSTRAP: json.dumps(MICROSOFT).encode()})
        found = network.registration(wire, IP)
        assert found.outcome is Outcome.ANSWERED
        assert found.record is not None
        assert (found.record.asn, found.record.holder) == (None, "Microsoft Corporation")
        assert note in found.note


@pytest.mark.parametrize("text", ["8075", "NA | NA", "x | y | z | nowhere | q", "|||arin|", ""])
def test_a_malformed_as_answer_is_not_known_instead_of_an_exception(
    scripted: Any, dns_says: Any, text: str
) -> None:
    origin = "215.196.226.74.origin.asn.cymru.com"
    wire = scripted(
        {
            ORIGIN: dns_says(origin, "TXT", f'{origin}. 60 IN TXT "{text}"'),
            BOOTSTRAP: json.dumps(MICROSOFT).encode(),
            ARIN: json.dumps(MICROSOFT).encode(),
        }
    )
    found = network.registration(wire, IP)
    assert found.outcome is Outcome.ANSWERED
    assert found.record is not None
    assert found.record.asn is None


def test_an_address_announced_by_two_says_so(scripted: Any, dns_says: Any) -> None:
    origin = "41.61.217.8.origin.asn.cymru.com"
    wire = scripted(
        {
            f"dns:{origin}?type=TXT": dns_says(
                origin, "TXT", f'{origin}. 60 IN TXT "45102 134963 | 8.217.0.0/16 | CN | apnic | 2020-01-01"'
            ),
            "https://rdap.apnic.net/ip/8.217.61.41": json.dumps(
                {
                    "handle": "8.208.0.0 - 8.223.255.255",
                    "ipVersion": "v4",
                    "startAddress": "8.208.0.0",
                    "endAddress": "8.223.255.255",
                    "remarks": [
                        {"title": "description", "description": ["Alibaba (US) Technology Co., Ltd."]}
                    ],
                }
            ).encode(),
        }
    )
    found = network.registration(wire, "8.217.61.41")
    assert found.record is not None
    assert (found.record.asn, found.record.holder) == (45102, "Alibaba (US) Technology Co., Ltd.")
    assert "AS45102, AS134963" in found.note
    assert [asked.uri for asked in wire.asked if "//" not in asked.uri] == [
        f"dns:{origin}?type=TXT",
        "dns:as45102.asn.cymru.com?type=TXT",
        "dns:as134963.asn.cymru.com?type=TXT",
    ]


def test_each_of_several_origins_has_its_name(scripted: Any, dns_says: Any) -> None:
    origin = "41.61.217.8.origin.asn.cymru.com"
    script = {
        f"dns:{name}?type=TXT": dns_says(name, "TXT", f'{name}. 60 IN TXT "{text}"')
        for name, text in (
            (origin, "45102 134963 | 8.217.0.0/16 | CN | apnic | 2020-01-01"),
            ("as45102.asn.cymru.com", "45102 | CN | apnic | 2009 | ALIBABA-CN-NET Alibaba US Technology, CN"),
            ("as134963.asn.cymru.com", "134963 | SG | apnic | 2016 | ASEPL-AS-AP Alibaba.com Singapore, SG"),
        )
    }
    body = {**MICROSOFT, "startAddress": "8.208.0.0", "endAddress": "8.223.255.255"}
    wire = scripted({**script, "https://rdap.apnic.net/ip/8.217.61.41": json.dumps(body).encode()})
    record = network.registration(wire, "8.217.61.41").record
    assert record is not None
    assert record.origins == (
        (45102, "ALIBABA-CN-NET Alibaba US Technology"),
        (134963, "ASEPL-AS-AP Alibaba.com Singapore"),
    )


def test_the_country_of_an_as_is_never_shown_as_a_place(scripted: Any, cymru: Any) -> None:
    """It is where the number was allocated: AS45102 said CN or US while its machines stood in Hong Kong."""
    script = dict(cymru)
    without = {key: value for key, value in MICROSOFT.items() if key != "country"}
    found = network.registration(scripted({**script, ARIN: json.dumps(without).encode()}), IP)
    assert found.record is not None
    shown = (found.record.country, found.record.as_name, found.record.origins, found.note)
    assert not re.search(r"\bUS\b", str(shown))


def test_a_japanese_network_of_apnic_is_asked_about_at_jpnic_too(scripted: Any, dns_says: Any) -> None:
    ip = "153.123.7.53"
    origin = "53.7.123.153.origin.asn.cymru.com"
    body = {
        **MICROSOFT,
        "name": "KAGOYA",
        "startAddress": "153.122.0.0",
        "endAddress": "153.127.255.255",
        "country": "JP",
    }
    japanese = "Network Information:\n[IPネットワークアドレス]  153.123.0.0/16\n[組織名]  例題株式会社\n"
    wire = scripted(
        {
            f"dns:{origin}?type=TXT": dns_says(
                origin, "TXT", f'{origin}. 60 IN TXT "4713 | 153.122.0.0/15 | JP | apnic | 2011-01-01"'
            ),
            f"https://rdap.apnic.net/ip/{ip}": json.dumps(body).encode(),
            f"whois://whois.nic.ad.jp/{ip}": japanese.encode("iso2022_jp"),
        }
    )
    found = network.registrations(wire, ip)
    silent = scripted({key: kept for key, kept in wire._script.__self__.items() if "rdap" not in key})
    assert [lookup.outcome for lookup in network.registrations(silent, ip)] == [
        Outcome.FAILED,
        Outcome.ANSWERED,
    ]
    assert [(lookup.source, lookup.outcome) for lookup in found] == [
        ("network", Outcome.ANSWERED),
        ("whois.nic.ad.jp", Outcome.ANSWERED),
    ]
    assert found[1].record is not None
    assert found[1].record.holder_ja == "例題株式会社"


def test_an_organisation_goes_before_the_maintainer_that_registered_it(scripted: Any, cymru: Any) -> None:
    body = {
        **MICROSOFT,
        "entities": [
            _person("registrant", ("fn", "SOME-MNT"), ("kind", "individual")),
            _person("registrant", ("fn", "Some Company"), ("kind", "org")),
        ],
    }
    found = network.registration(scripted({**cymru, ARIN: json.dumps(body).encode()}), IP)
    assert found.record is not None
    assert found.record.holder == "Some Company"


@pytest.mark.parametrize(
    "ip",
    [
        "192.0.2.1",
        "198.51.100.7",
        "203.0.113.9",
        "2001:db8::1",
        "10.1.2.3",
        "127.0.0.1",
        "100.64.0.1",
        "nonsense",
        "",
    ],
)
def test_documentation_and_private_addresses_are_not_asked_about(scripted: Any, ip: str) -> None:
    wire = scripted({})
    found = network.registration(wire, ip)
    assert (found.outcome, found.record, wire.asked) == (Outcome.NOT_ASKED, None, [])
    assert found.note


def test_offline_nothing_is_known_and_nothing_is_claimed(scripted: Any) -> None:
    found = network.registration(scripted({}, Level.OFFLINE), IP)
    assert (found.outcome, found.record, found.evidence) == (Outcome.NOT_ASKED, None, ())
    assert "needs level passive" in found.note


def test_an_ipv6_address_asks_for_its_64_only(scripted: Any) -> None:
    wire = scripted({})
    network.registration(wire, "2603:1046:1403:1::5")
    assert wire.asked[0].uri == "dns:1.0.0.0.3.0.4.1.6.4.0.1.3.0.6.2.origin6.asn.cymru.com?type=TXT"


def test_phishlabs_own_trouble_is_not_swallowed_into_a_finding(scripted: Any) -> None:
    def broken(uri: str) -> None:
        raise NotRecordedError(uri)

    with pytest.raises(NotRecordedError):
        network.registration(scripted(broken), IP)
