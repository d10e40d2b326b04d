"""What reputation services say, as it is read: not asked never drowns what was said, and is never clean."""

from __future__ import annotations

import pytest

from phishlab import wording
from phishlab.records import (
    Exhibit,
    Finding,
    Listing,
    ListingState,
    Lookup,
    Outcome,
    Step,
)
from phishlab.records.levels import Direction, Weight
from phishlab.sources.reputation import observed, spamhaus, surbl
from phishlab.views import blocks, sentences, tables
from phishlab.views.charts import grid
from phishlab.views.citations import Citations
from phishlab.views.safe import Lens
from phishlab.views.sheets import Sheet

EN, JA = Lens(lang="en"), Lens(lang="ja")


def said(service: str, state: ListingState, note: str = "", category: str = "") -> Lookup[Listing]:
    record = Listing(service=service, subject="sgogoj.com", state=state, category=category, detail=note)
    outcome = {ListingState.NOT_ASKED: Outcome.NOT_ASKED, ListingState.ERROR: Outcome.FAILED}
    return Lookup(
        source=service,
        subject="sgogoj.com",
        outcome=outcome.get(state, Outcome.ANSWERED),
        record=record,
        note=note,
    )


ITEMS = (
    said("Norton Safe Web", ListingState.NOT_ASKED, observed.LOOK),
    said("VirusTotal", ListingState.NOT_ASKED, "asked with a key only: PHISHLAB_VIRUSTOTAL_KEY"),
    said("SURBL", ListingState.NOT_ASKED, "needs level third-party"),
    said("PhishTank", ListingState.ERROR, "asked too often: HTTP 509"),
    said("OpenPhish", ListingState.LISTED, category="phishing"),
    said("OTX", ListingState.UNKNOWN_TO_SERVICE),
)


def _sources(items: tuple[Lookup[Listing], ...], step: str = "link-reputation") -> list[str]:
    made = blocks._blocks(
        Exhibit(kind="listings", items=items), Step(id=step, exhibits=()), EN, Citations(), None
    )
    return [row[1].text for one in made if isinstance(one, Sheet) for row in one.rows]


def test_the_write_up_leaves_out_whom_nobody_asked_but_for_a_page_to_look_at() -> None:
    assert _sources(ITEMS) == ["Norton Safe Web", "PhishTank", "OpenPhish", "OTX"]
    assert _sources(ITEMS[1:3]) == []


def test_a_look_up_shows_a_row_for_each_and_so_does_the_data() -> None:
    assert len(_sources(ITEMS, "subject-reputation")) == 6
    assert len(tables.rows(Exhibit(kind="listings", items=ITEMS), EN).rows) == 6


def test_a_listing_is_never_cut_from_the_chart() -> None:
    unasked = [said(f"Service {number}", ListingState.NOT_ASKED) for number in range(9)]
    clear = [said(f"Clear {number}", ListingState.NOT_LISTED) for number in range(9)]
    named = grid._services([*unasked, *clear, ITEMS[4]])
    assert named[0] == "OpenPhish"
    assert named[1:10] == [f"Clear {number}" for number in range(9)]
    few = grid._services(ITEMS)
    assert few == [one.source for one in ITEMS], "where all are drawn, the order stays"


CATEGORIES = [
    *(spamhaus._ZEN_CODES.values()), *(spamhaus._DBL_CODES.values()), *(surbl._BITS.values()),
    "phishing", "malicious", "reported for abuse", "URLs that spread malware: 2",
    "suspected phishing (social engineering), suspected malware",
]  # fmt: skip


@pytest.mark.parametrize("category", CATEGORIES)
def test_the_categories_are_put_into_japanese_whole(category: str) -> None:
    shown = said("x", ListingState.LISTED, category=category)
    cell = tables.rows(Exhibit(kind="listings", items=(shown,)), JA).rows[0]
    at = tables.rows(Exhibit(kind="listings", items=(shown,)), JA).columns.index("category")
    assert cell[at] != category
    assert not any(part in cell[at] for part in category.split(", "))
    found = Finding(
        id="listed",
        direction=Direction.FOR,
        weight=Weight.STRONG,
        values=(("service", "x"), ("subject", "y"), ("category", category)),
    )
    assert category not in sentences.finding(found, JA)
    assert category in sentences.finding(found, EN)


def test_what_somebody_else_wrote_stays_as_it_is() -> None:
    hostile = "phish, <b>x</b>; {gap} 危険"
    shown = tables.rows(
        Exhibit(kind="listings", items=(said("x", ListingState.LISTED, category=hostile),)), EN
    )
    assert hostile in shown.rows[0]
    assert wording.note("ja", "危険なサイト (dangerous site)") == "危険なサイト (dangerous site)"
