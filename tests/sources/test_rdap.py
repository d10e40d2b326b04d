"""RDAP answers of a thin registry and its registrar, and everything that is not one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from phishlab.records import Answer, Level, Outcome
from phishlab.sources import privacy, rdap, rdap_servers, registration

REGISTRY_URL = "https://rdap.verisign.com/com/v1/domain/sgogoj.com"
REGISTRAR_URL = "https://rdap.registrar.example/v1/domain/SGOGOJ.COM"
REGISTRY = {
    "objectClassName": "domain",
    "ldhName": "SGOGOJ.COM",
    "links": [
        {"rel": "self", "href": REGISTRY_URL, "type": "application/rdap+json"},
        {"rel": "related", "href": REGISTRAR_URL, "type": "application/rdap+json"},
    ],
    "status": ["client transfer prohibited"],
    "entities": [
        {
            "roles": ["registrar"],
            "publicIds": [{"type": "IANA Registrar ID", "identifier": "146"}],
            "vcardArray": ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", "GoDaddy.com, LLC"]]],
            "entities": [
                {
                    "roles": ["abuse"],
                    "vcardArray": [
                        "vcard",
                        [["fn", {}, "text", ""], ["email", {}, "text", "abuse@registrar.example"]],
                    ],
                }
            ],
        }
    ],
    "events": [
        {"eventAction": "registration", "eventDate": "2023-11-04T08:15:21Z"},
        {"eventAction": "expiration", "eventDate": "2024-11-04T17:15:21+09:00"},
        {"eventAction": "last update of RDAP database", "eventDate": "2024-01-17T00:00:00Z"},
    ],
    "nameservers": [{"ldhName": "NS1.EXAMPLE.NET"}, {"objectClassName": "nameserver"}],
}
REGISTRAR = {
    "ldhName": "sgogoj.com",
    "entities": [
        {
            "roles": ["registrant"],
            "vcardArray": [
                "vcard",
                [
                    ["fn", {}, "text", "Registration Private"],
                    ["org", {"type": "work"}, "text", "Domains By Proxy, LLC"],
                ],
            ],
        }
    ],
}


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


def test_the_registrant_comes_from_the_registrar_and_the_rest_from_the_registry(scripted: Any) -> None:
    wire = scripted({REGISTRY_URL: _json(REGISTRY), REGISTRAR_URL: _json(REGISTRAR)})
    found = rdap.domain(wire, "sgogoj.com")
    record = found.record
    assert (found.outcome, found.note, len(found.evidence)) == (Outcome.ANSWERED, "", 3)
    assert record is not None
    assert (record.domain, record.registrar) == ("sgogoj.com", "GoDaddy.com, LLC")
    assert (record.registrant, record.privacy) == ("Domains By Proxy, LLC", "Domains By Proxy")
    assert record.created == datetime(2023, 11, 4, 8, 15, 21, tzinfo=UTC)
    assert record.expires == datetime(2024, 11, 4, 8, 15, 21, tzinfo=UTC)
    assert record.updated is None
    assert record.abuse == ("abuse@registrar.example",)
    assert record.name_servers == ("ns1.example.net",)
    assert ("registry.entities.0.publicIds.0.identifier", "146") in record.fields
    assert ("registrar.entities.0.roles.0", "registrant") in record.fields
    assert [(question.uri, question.level) for question in wire.asked] == [
        ("rdap-server:com", Level.OFFLINE),
        (REGISTRY_URL, Level.PASSIVE),
        (REGISTRAR_URL, Level.PASSIVE),
    ]


def test_both_answers_are_kept_apart(scripted: Any) -> None:
    other = REGISTRAR | {"events": [{"eventAction": "expiration", "eventDate": "2025-01-01T00:00:00Z"}]}
    record = rdap.domain(
        scripted({REGISTRY_URL: _json(REGISTRY), REGISTRAR_URL: _json(other)}), "sgogoj.com"
    ).record
    assert record is not None
    assert record.registrar_answer is not None
    assert str(record.expires) == "2024-11-04 08:15:21+00:00"
    assert str(record.registrar_answer.expires) == "2025-01-01 00:00:00+00:00"
    assert record.registrar_answer.registrar is None


def test_what_is_left_out_is_named_with_its_method(scripted: Any) -> None:
    """The shape of RFC 9537, section 4.2."""
    left_out = [
        {
            "name": {"type": "Registrant Email"},
            "prePath": "$.entities[0].vcardArray[1][?(@[0]=='email')]",
            "method": "emptyValue",
            "reason": {"description": "Server policy"},
        },
        {"name": {"description": "Tech Contact"}, "method": 7},
        {"name": {"type": "Registrant Email"}, "method": "emptyValue"},
        {"reason": "no name"},
        "nonsense",
    ]
    body = REGISTRAR | {"redacted": left_out}
    record = rdap.domain(
        scripted({REGISTRY_URL: _json(REGISTRY), REGISTRAR_URL: _json(body)}), "sgogoj.com"
    ).record
    assert record is not None
    assert record.redacted == ("Registrant Email (emptyValue)", "Tech Contact (removal)")


def test_a_silent_registrar_leaves_the_registrys_facts_standing(scripted: Any) -> None:
    found = rdap.domain(scripted({REGISTRY_URL: _json(REGISTRY)}), "sgogoj.com")
    assert found.outcome is Outcome.ANSWERED
    assert found.record is not None
    assert found.record.registrant is None
    assert found.note == "the registrar's answer is missing: not in the script"


def test_a_redacted_registrant_is_no_registrant(scripted: Any) -> None:
    redacted = {
        "ldhName": "sgogoj.com",
        "entities": [
            {"roles": ["registrant"], "vcardArray": ["vcard", [["fn", {}, "text", "REDACTED FOR PRIVACY"]]]}
        ],
    }
    wire = scripted({REGISTRY_URL: _json(REGISTRY), REGISTRAR_URL: _json(redacted)})
    record = rdap.domain(wire, "sgogoj.com").record
    assert record is not None
    assert (record.registrant, record.privacy) == (None, "REDACTED FOR PRIVACY")


def test_a_redaction_that_is_only_declared_is_told(scripted: Any) -> None:
    body = rdap.parse({"ldhName": "a.com", "redacted": [{"name": {"description": "Registrant Name"}}]})
    assert (body.registrant, body.privacy) == (None, "redacted (RFC 9537)")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (
            Answer(outcome=Outcome.ANSWERED, status=404, media_type="application/rdap+json"),
            Outcome.NO_SUCH_NAME,
        ),
        (Answer(outcome=Outcome.ANSWERED, status=404, media_type="text/html", data=b"<h1>"), Outcome.FAILED),
        (Answer(outcome=Outcome.ANSWERED, status=429), Outcome.REFUSED),
        (Answer(outcome=Outcome.ANSWERED, status=403), Outcome.REFUSED),
        (Answer(outcome=Outcome.ANSWERED, status=503), Outcome.FAILED),
        (Answer(outcome=Outcome.ANSWERED, status=302), Outcome.FAILED),
        (Answer(outcome=Outcome.ANSWERED, status=200, data=b"<html>"), Outcome.FAILED),
        (Answer(outcome=Outcome.ANSWERED, status=200, data=b"[]"), Outcome.FAILED),
        (Answer(outcome=Outcome.ANSWERED, status=200, data=b'{"ldhName": "other.com"}'), Outcome.FAILED),
        (Answer(outcome=Outcome.ANSWERED, status=200, data=b"{}"), Outcome.FAILED),
        (Answer(outcome=Outcome.ANSWERED, status=200, data=b"[" * 100_000), Outcome.FAILED),
        (Answer(outcome=Outcome.ANSWERED, status=200), Outcome.FAILED),
        (Answer(outcome=Outcome.FAILED, note="timed out after 5 s"), Outcome.FAILED),
        (Answer(outcome=Outcome.NOT_ASKED, note="needs level passive"), Outcome.NOT_ASKED),
    ],
)
def test_only_a_404_of_the_registry_means_not_registered(
    scripted: Any, answer: Answer, outcome: Outcome
) -> None:
    found = rdap.domain(scripted({REGISTRY_URL: answer}), "sgogoj.com")
    assert (found.outcome, found.record) == (outcome, None)
    assert found.note


@pytest.mark.parametrize(
    "body",
    [
        {"ldhName": "sgogoj.com", "entities": {"roles": 3}, "events": [None, 7, {"eventAction": []}]},
        {"ldhName": "sgogoj.com", "entities": [{"roles": "registrant", "vcardArray": [[]]}], "status": "ok"},
        {
            "ldhName": "sgogoj.com",
            "entities": [{"roles": ["registrant"], "vcardArray": ["vcard", [["fn"], 3, None]]}],
        },
        {"ldhName": "sgogoj.com", "events": [{"eventAction": "registration", "eventDate": "yesterday"}]},
        {"ldhName": "sgogoj.com", "links": [{"rel": "related", "href": 5}], "nameservers": [[]]},
    ],
)
def test_malformed_parts_stay_empty_instead_of_raising(scripted: Any, body: Any) -> None:
    found = rdap.domain(scripted({REGISTRY_URL: _json(body)}), "sgogoj.com")
    assert found.record is not None
    assert (found.record.registrant, found.record.created, found.record.name_servers) == (None, None, ())


def test_entities_inside_entities_end_at_a_depth(scripted: Any) -> None:
    entity: dict[str, Any] = {"roles": ["registrant"]}
    for _ in range(200):
        entity = {"roles": ["x"], "entities": [entity]}
    found = rdap.domain(
        scripted({REGISTRY_URL: _json({"ldhName": "sgogoj.com", "entities": [entity]})}), "sgogoj.com"
    )
    assert found.outcome is Outcome.ANSWERED


LIST = _json(
    {
        "services": [
            [["example"], ["http://clear.example/", "https://rdap.example/v1"]],
            [["kg"], ["http://rdap.kg/"]],
        ]
    }
)


def test_a_domain_outside_the_shipped_excerpt_is_looked_up_in_ianas_list_first(scripted: Any) -> None:
    wire = scripted(
        {
            rdap_servers.BOOTSTRAP: LIST,
            "https://rdap.example/v1/domain/a.example": b'{"ldhName": "a.example"}',
        }
    )
    found = rdap.domain(wire, "a.example")
    assert (found.outcome, len(found.evidence)) == (Outcome.ANSWERED, 2)


@pytest.mark.parametrize(
    ("script", "outcome", "note"),
    [
        ({rdap_servers.BOOTSTRAP: LIST}, Outcome.NOT_ASKED, ".kg"),
        ({rdap_servers.BOOTSTRAP: b"<html>"}, Outcome.FAILED, "could not be read"),
        ({}, Outcome.FAILED, "not in the script"),
    ],
)
def test_an_unknown_registry_is_named(scripted: Any, script: Any, outcome: Outcome, note: str) -> None:
    found = rdap.domain(scripted(script), "a.kg")
    assert (found.outcome, found.record) == (outcome, None)
    assert note in found.note


def test_the_shipped_list_is_dated_has_the_common_domains_and_no_jp() -> None:
    shipped = rdap_servers._shipped()
    assert rdap.when(shipped.publication) == datetime(2026, 2, 13, 23, 0, 1, tzinfo=UTC)
    assert len(shipped.bases) == 1169
    assert "jp" not in shipped.bases
    assert (
        shipped.bases["app"] == "https://pubapi.registry.google/rdap/"
    )  # checked: goes before the older copy
    assert all(base.startswith("https://") and base.endswith("/") for base in shipped.bases.values())


def test_a_replay_goes_to_the_server_that_was_asked_then_whatever_the_list_says_now(scripted: Any) -> None:
    kept = _json(
        {"base": "https://rdap.then.example/", "publication": "2025-01-01T00:00:00Z", "suffix": "com"}
    )

    class Replay(scripted):  # type: ignore[misc] # a fixture has no static type
        def consult(self, question: Any, read: Any) -> Any:
            return super().consult(question, lambda: kept)

    wire = Replay({"https://rdap.then.example/domain/sgogoj.com": _json(REGISTRY)})
    assert rdap.domain(wire, "sgogoj.com").outcome is Outcome.ANSWERED


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("aica-interior.co.jp", "whois://whois.jprs.jp/aica-interior.co.jp"),
        ("mail.aica-interior.co.jp", "whois://whois.jprs.jp/aica-interior.co.jp"),
        ("sgogoj.com.", REGISTRY_URL),
        ("www.sgogoj.com", REGISTRY_URL),
        ("a.github.io", "whois://whois.nic.io/github.io"),
        ("www.x.uk.com", "whois://whois.centralnic.com/x.uk.com"),
        ("x.de", "whois://whois.denic.de/-T%20dn,ace%20x.de"),
        ("日本語.jp", "whois://whois.jprs.jp/xn--wgv71a119e.jp"),
    ],
)
def test_the_registered_name_is_asked_for_at_the_registry_that_has_it(
    scripted: Any, name: str, question: str
) -> None:
    wire = scripted({})
    registration.domain(wire, name)
    assert [asked.uri for asked in wire.asked if asked.level is Level.PASSIVE] == [question]


def test_a_name_that_a_holder_hands_out_says_so(scripted: Any) -> None:
    """The age of github.io says nothing of who was handed a name below it."""
    found = registration.domain(scripted({}), "a.github.io")
    assert found.subject == "github.io"
    assert "names below it are handed out by its holder" in found.note


def test_where_no_registry_is_known_iana_is_asked_for_rdap_and_then_for_whois(scripted: Any) -> None:
    wire = scripted(
        {rdap_servers.BOOTSTRAP: LIST, "whois://whois.iana.org/zz": b"whois:        whois.nic.zz\n"}
    )
    found = registration.domain(wire, "a.zz")
    assert [asked.uri for asked in wire.asked] == [
        rdap_servers.BOOTSTRAP,
        "whois://whois.iana.org/zz",
        "whois://whois.nic.zz/a.zz",
    ]
    assert (found.outcome, len(found.evidence)) == (Outcome.FAILED, 2)


def test_bad_names_are_failed_without_a_question(scripted: Any) -> None:
    wire = scripted({})
    for bad in ("", "a..com", "192.0.2.1", "x" * 70 + ".com"):
        assert registration.domain(wire, bad).outcome is Outcome.FAILED
    assert wire.asked == []


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("Domains By Proxy, LLC", "Domains By Proxy"),
        (
            "Privacy service provided by Withheld for Privacy ehf",
            "Withheld for Privacy (formerly WhoisGuard)",
        ),
        ("See PrivacyGuardian.org", "PrivacyGuardian"),
        ("Whois Privacy Protection Service by onamae.com", "Whois Privacy Protection Service by onamae.com"),
        ("Identity Protect Limited", "Identity Protection Service"),
        ("Private by Design, LLC", "Private by Design (Porkbun)"),
        (
            "Whois Privacy Protection Service by VALUE-DOMAIN",
            "Whois Privacy Protection Service by VALUE-DOMAIN",
        ),
        ("アイカインテリア工業株式会社", None),
    ],
)
def test_privacy_services_by_their_names(text: str, service: str | None) -> None:
    assert privacy.service(text) == service


@pytest.mark.parametrize(
    "text",
    [
        "REDACTED FOR PRIVACY",
        "Redacted | EU Data Subject",
        "NOT DISCLOSED!",
        "Not shown, please visit www.dns.be for webbased whois.",
        "Statutory Masking Enabled",
        "Private person",
    ],
)
def test_words_that_stand_where_a_registrant_is_withheld(text: str) -> None:
    assert privacy.redacted(text)
    assert privacy.service(text) is None


def test_a_company_called_private_is_one() -> None:
    for text in ("Private Bank Ltd.", "The Privacy Lawyers LLP", "株式会社プライバシー", "Visit Japan Co."):
        assert not privacy.redacted(text)
        assert privacy.service(text) is None


@pytest.mark.parametrize(
    ("body", "domain"),
    [
        ({"ldhName": "XN--WGV71A119E.COM."}, "xn--wgv71a119e.com"),
        ({"unicodeName": "日本語.com"}, "xn--wgv71a119e.com"),
        ({"ldhName": "a..b"}, "a..b"),
        ({"ldhName": 5}, ""),
    ],
)
def test_the_name_of_a_domain_object(body: Any, domain: str) -> None:
    assert rdap.parse(body).domain == domain
