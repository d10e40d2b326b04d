from __future__ import annotations

from dataclasses import replace

from phishlab import wording
from phishlab.assess import reputation
from phishlab.records import Direction, Listing, ListingState, Lookup, Outcome, Weight


def _lookup(service: str, state: ListingState | None) -> Lookup[Listing]:
    record = Listing(service=service, subject="x.example", state=state) if state else None
    return Lookup(source=service, subject="x.example", outcome=Outcome.ANSWERED, record=record)


def test_the_five_states_never_fold_into_one_another() -> None:
    found = {
        finding.id: dict(finding.values)
        for finding in reputation.findings(
            [
                _lookup("A", ListingState.LISTED),
                _lookup("B", ListingState.NOT_LISTED),
                _lookup("C", ListingState.UNKNOWN_TO_SERVICE),
                _lookup("D", ListingState.ERROR),
                _lookup("E", ListingState.NOT_ASKED),
                _lookup("F", None),
            ]
        )
    }
    assert found["listed"]["service"] == "A"
    assert found["not-listed"]["services"] == "B, C"
    assert found["reputation-failed"]["services"] == "D, F"
    assert found["reputation-not-asked"]["services"] == "E"


def test_silence_and_absence_speak_neither_for_nor_against() -> None:
    found = reputation.findings([_lookup("A", ListingState.NOT_LISTED), _lookup("B", ListingState.ERROR)])
    assert {finding.direction for finding in found} == {Direction.NEUTRAL}
    assert [finding.caveat for finding in found] == ["not-listed", "not-asked"]


def test_a_listing_weighs_what_its_service_says_it_is() -> None:
    listing = Listing(service="Spamhaus ZEN", subject="x", state=ListingState.LISTED, weight=Weight.WEAK)
    found = reputation.findings([Lookup(source="x", subject="x", outcome=Outcome.ANSWERED, record=listing)])
    assert [(finding.id, finding.weight) for finding in found] == [("listed", Weight.WEAK)]


def test_a_mention_is_told_apart_from_a_listing_and_from_silence() -> None:
    for state in (ListingState.NOT_LISTED, ListingState.UNKNOWN_TO_SERVICE):
        listing = Listing(service="OTX", subject="x", state=state, mentions=3)
        found = reputation.findings(
            [Lookup(source="x", subject="x", outcome=Outcome.ANSWERED, record=listing)]
        )
        assert [(finding.id, finding.direction) for finding in found] == [
            ("reputation-mentioned", Direction.NEUTRAL)
        ]


def test_services_without_their_key_are_named_in_one_sentence() -> None:
    listings = [_lookup("A", ListingState.NOT_ASKED), _lookup("B", ListingState.NOT_ASKED)]
    listings.append(replace(_lookup("C", ListingState.NOT_ASKED), note="needs level third-party"))
    keyless = [replace(one, note="asked with a key only: PHISHLAB_X_KEY") for one in listings[:2]]
    found = {finding.id: dict(finding.values) for finding in reputation.findings([*keyless, listings[2]])}
    assert found == {
        "reputation-no-key": {"services": "A, B"},
        "reputation-not-asked": {"services": "C"},
    }


def test_google_s_listings_carry_its_attribution() -> None:
    listing = Listing(
        service="Google Safe Browsing", subject="x", state=ListingState.LISTED,
        attribution="Advisory provided by Google",
    )  # fmt: skip
    found = reputation.findings([Lookup(source="x", subject="x", outcome=Outcome.ANSWERED, record=listing)])
    assert found[0].caveat == "listed-google"
    for lang in wording.LANGUAGES:
        assert "Advisory provided by Google" in wording.say(lang, "caveat.listed-google")
