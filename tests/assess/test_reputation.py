from __future__ import annotations

from phishlab.assess import reputation
from phishlab.records import Direction, Listing, ListingState, Lookup, Outcome


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
    assert found["reputation-silent"]["services"] == "D, E, F"


def test_silence_and_absence_speak_neither_for_nor_against() -> None:
    found = reputation.findings([_lookup("A", ListingState.NOT_LISTED), _lookup("B", ListingState.ERROR)])
    assert {finding.direction for finding in found} == {Direction.NEUTRAL}
    assert [finding.caveat for finding in found] == ["not-listed", "not-asked"]
