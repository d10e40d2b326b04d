"""The reverse name today: four states that never fold into one another."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from phishlab import wording
from phishlab.assess import noted
from phishlab.records import Addresses, Exchange, Level, Lookup, Outcome, Provenance

ASKED = Exchange(
    id="urn:1", run="1", question="dns:x?type=PTR", level=Level.ACTIVE, peer="x", sha256="", size=1,
    asked_at=datetime(2026, 11, 24, 9, 0, tzinfo=UTC), origin=Provenance.RECORDED, outcome=Outcome.ANSWERED,
)  # fmt: skip


def _names(*values: str, outcome: Outcome = Outcome.ANSWERED, source: str = "dns") -> Lookup[Addresses]:
    record = Addresses(name="x", rdtype="PTR", values=values, canonical="x") if values else None
    evidence = () if outcome in {Outcome.NOT_ASKED, Outcome.REFUSED} else (ASKED,)
    return Lookup(source=source, subject="198.51.100.7", outcome=outcome, record=record, evidence=evidence)


WHEN = "2026-11-24T09:00:00Z"


@pytest.mark.parametrize(
    ("pointer", "confirmed", "state", "value"),
    [
        (_names("a.example"), _names("a.example"), "pass", f"a.example · {WHEN}"),
        (_names("a.example"), _names(outcome=Outcome.NO_DATA), "fail", f"a.example · {WHEN}"),
        (_names("a.example"), _names(outcome=Outcome.FAILED), "not-asked", f"a.example · {WHEN}"),
        (_names("a.example"), _names(outcome=Outcome.REFUSED), "not-asked", "a.example · —"),
        (_names(outcome=Outcome.NO_SUCH_NAME), _names(outcome=Outcome.NO_SUCH_NAME), "none", f"— · {WHEN}"),
        (_names(outcome=Outcome.NO_DATA), _names(outcome=Outcome.NO_DATA), "none", f"— · {WHEN}"),
        (_names(outcome=Outcome.NOT_ASKED), _names(outcome=Outcome.NOT_ASKED), "not-asked", "— · —"),
        (_names(outcome=Outcome.FAILED), _names(outcome=Outcome.FAILED), "not-asked", f"— · {WHEN}"),
    ],
)
def test_the_reverse_name_today_has_its_state_and_its_time(
    pointer: Lookup[Addresses], confirmed: Lookup[Addresses], state: str, value: str
) -> None:
    fact = noted.reverse_now(pointer, confirmed)
    assert (fact.remark, fact.value) == (f"reverse-now-{state}", value)
    for lang in wording.LANGUAGES:
        assert wording.known(lang, f"remark.{fact.remark}")
        assert wording.known(lang, f"label.{fact.label}")
