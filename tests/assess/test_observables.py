from __future__ import annotations

from phishlab.assess import observables
from phishlab.records import (
    Addresses,
    Confidence,
    Form,
    Lookup,
    Origin,
    Outcome,
    PageVisit,
    Route,
)
from tests.mails import parsed

ROUTE = Route(
    hops=(),
    origin=Origin(ip="192.0.2.1", hop=None, helo=None, rdns=None, profile="x", confidence=Confidence.LOW),
)


def test_each_indicator_stands_once_with_its_first_role_and_without_the_recipient() -> None:
    mail = parsed("http://login.evil-host.com/a?login=me@mine.example http://login.evil-host.com/b")
    rows = observables.table(mail, ROUTE, [], [])
    assert [(row.kind, row.role) for row in rows] == [
        ("url", "link"),
        ("domain", "link-host"),
        ("domain", "link-domain"),
        ("ipv4", "origin"),
        ("email", "from-address"),
        ("sha256", "mail"),
    ]
    assert "me@mine.example" not in rows[0].value
    assert rows[0].value.startswith("http://login.evil-host.com/a?login=")


def test_hosting_addresses_and_form_targets_are_indicators() -> None:
    hosting = Lookup(
        source="dns",
        subject="evil-host.com",
        outcome=Outcome.ANSWERED,
        record=Addresses(name="evil-host.com", rdtype="A", values=("8.8.8.8",), canonical="evil-host.com"),
    )
    form = Form(action="https://drop.example/x", method="post", fields=(("password", "p"),))
    page = PageVisit(url="u", final_url="u", chain=(), title="", forms=(form,), peer=None)
    visit = Lookup(source="page", subject="u", outcome=Outcome.ANSWERED, record=page)
    rows = {(row.kind, row.role): row.value for row in observables.table(parsed(), ROUTE, [hosting], [visit])}
    assert rows["ipv4", "hosting"] == "8.8.8.8"
    assert rows["url", "form-target"] == "https://drop.example/x"


def test_a_link_to_a_bare_address_is_an_address_and_no_domain() -> None:
    rows = observables.table(parsed("https://198.51.100.7/x"), ROUTE, [], [])
    assert ("ipv4", "link-host") in {(row.kind, row.role) for row in rows}
    assert "domain" not in {row.kind for row in rows}
