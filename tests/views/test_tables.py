from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from phishlab import wording
from phishlab.records import (
    Exhibit,
    Fact,
    Holder,
    Holders,
    Limit,
    Listing,
    ListingState,
    Lookup,
    Outcome,
    Step,
)
from phishlab.views import cells, tables
from phishlab.views.columns import COLUMNS
from phishlab.views.safe import Lens
from tests import casefiles

EN = Lens(lang="en", recipients=(casefiles.RECIPIENT,))
JA = Lens(lang="ja", recipients=(casefiles.RECIPIENT,))


def exhibit(kind: str, step: str | None = None) -> Exhibit:
    steps: tuple[Step, ...] = casefiles.STEPS
    found = (one for each in steps if step in (None, each.id) for one in each.exhibits)
    return next(one for one in found if one.kind == kind)


def record(table: tables.Table, row: int = 0) -> dict[str, str]:
    return dict(zip(table.columns, table.rows[row], strict=True))


def test_hops_stand_newest_first_with_the_boundary_marked() -> None:
    table = tables.rows(exhibit("hops"), EN)
    assert table.marks == ("receiver", "boundary", "unverified")
    assert record(table, 1) == {
        "index": "#1",
        "helo": "Praisemmm",
        "rdns": "ioooo[.]japaneast[.]cloudapp[.]azure[.]com",
        "ip": "74[.]226[.]196[.]215",
        "by": "mx1[.]receiver[.]example",
        "with": "ESMTP",
        "date_utc": "2024-01-15T23:10:04Z",
        "delay_s": "1 min 4 s",
        "trust": "receiver’s edge: the trust boundary",
        "flags": "helo-not-fqdn",
    }


@pytest.mark.parametrize("kind", sorted(COLUMNS))
def test_an_empty_exhibit_has_the_same_columns_as_a_full_one(kind: str) -> None:
    table = tables.rows(Exhibit(kind=kind, items=()), EN)
    assert table.columns == tuple(column.id for column in COLUMNS[kind])
    assert table.rows == ()
    assert len(table.headings) == len(table.alignment) == len(table.columns)


@pytest.mark.parametrize("lang", wording.LANGUAGES)
@pytest.mark.parametrize("kind", sorted(COLUMNS))
def test_every_heading_and_caption_is_worded(kind: str, lang: str) -> None:
    assert wording.known(lang, f"table.{kind}")
    assert [c.id for c in COLUMNS[kind] if not wording.known(lang, f"column.{c.id}")] == []


@pytest.mark.parametrize("lang", wording.LANGUAGES)
@pytest.mark.parametrize(
    ("group", "words"),
    [
        ("outcome", [one.value for one in Outcome]),
        ("state", [one.value for one in ListingState]),
        ("trust", ["receiver", "boundary", "unverified"]),
        ("provenance", ["recorded", "reconstructed", "imported"]),
        ("level", ["offline", "passive", "third-party", "active"]),
        ("confidence", ["none", "low", "moderate", "high"]),
        ("direction", ["for", "against", "neutral"]),
        ("weight", ["weak", "moderate", "strong"]),
        ("comparison", ["match", "mismatch", "not-evaluable"]),
        ("point", ["country-default", "region-default", "shared-city", "other"]),
    ],
)
def test_every_word_of_a_fixed_set_is_worded(group: str, words: list[str], lang: str) -> None:
    assert [word for word in words if not wording.known(lang, f"{group}.{word}")] == []


@pytest.mark.parametrize(
    "outcome", [Outcome.NO_SUCH_NAME, Outcome.NO_DATA, Outcome.REFUSED, Outcome.FAILED, Outcome.NOT_ASKED]
)
@pytest.mark.parametrize(
    "kind", ["addresses", "networks", "domains", "places", "listings", "visit", "authentication-now"]
)
def test_a_look_up_without_an_answer_is_a_row_that_says_so(kind: str, outcome: Outcome) -> None:
    failed: Lookup[Any] = Lookup(
        source="dns", subject="sgogoj.com", outcome=outcome, note="timed out after 5 s"
    )
    table = tables.rows(Exhibit(kind=kind, items=(failed,)), EN)
    row = record(table)
    assert row["subject"] == "sgogoj[.]com"
    assert row["outcome"] == wording.say("en", f"outcome.{outcome}")
    assert row["note"] == "timed out after 5 s"
    assert table.marks == (outcome.value,)


@pytest.mark.parametrize("outcome", [one for one in Outcome if one is not Outcome.ANSWERED])
def test_could_not_ask_never_reads_as_not_listed(outcome: Outcome) -> None:
    failed: Lookup[Listing] = Lookup(source="spamhaus-dbl", subject="sgogoj.com", outcome=outcome)
    state = record(tables.rows(Exhibit(kind="listings", items=(failed,)), EN))["state"]
    assert state in {"—", "not asked", "no verdict: the question failed"}


def test_the_five_states_of_a_listing_have_five_words() -> None:
    made = [
        Lookup(
            source="s",
            subject="x.example",
            outcome=Outcome.ANSWERED,
            record=Listing(service="s", subject="x.example", state=state),
        )
        for state in ListingState
    ]
    for lens in (EN, JA):
        table = tables.rows(Exhibit(kind="listings", items=tuple(made)), lens)
        assert len({record(table, at)["state"] for at in range(5)}) == 5


def test_networks_of_three_kinds_share_one_table() -> None:
    table = tables.rows(exhibit("networks"), EN)
    assert [record(table, at)["holder"] for at in range(3)] == [
        "Microsoft Corporation",
        "Microsoft Corporation",
        "Microsoft Azure",
    ]
    assert record(table, 1)["according_to"] == "DB-IP ASN Lite, built 2026-06-05"
    assert record(table, 2)["name"] == "japaneast"


def test_a_place_says_what_its_point_stands_for_and_when_no_radius_is_given() -> None:
    shared = record(tables.rows(exhibit("places", "sender-place"), EN))
    assert "8,291,635 addresses (4.1% of the country’s)" in shared["point"]
    assert shared["radius"] == "20 km"
    assert record(tables.rows(exhibit("places", "link-place"), EN))["radius"] == "not given by the database"


@pytest.mark.parametrize(
    ("lens", "name", "shown"),
    [
        (
            EN,
            "example.com\u202e",
            "Announced by AS64500 example[.]com⟨U+202E⟩ (50.0 %); others 40.0 %, unknown",
        ),
        (JA, casefiles.RECIPIENT, "経路広告元：AS64500 [redacted:recipient] (50.0 %)、その他 40.0 %、不明"),
    ],
)
def test_a_shared_point_says_whose_addresses_share_it_and_trusts_no_name(
    lens: Lens, name: str, shown: str
) -> None:
    lookup: Any = exhibit("places", "sender-place").items[0]
    holders = Holders(
        largest=(Holder(asn=64500, name=name, share=0.5),),
        unknown=0.1,
        database="ASN",
        built=datetime(2026, 6, 17, tzinfo=UTC),
    )
    held = replace(lookup, record=replace(lookup.record, holders=holders))
    cell = cells.point(held.record, lens)
    before, told = cell.splitlines()
    assert before == cells.point(lookup.record, lens)
    assert told.startswith(f"{shown} 10.0 %")
    nobody = replace(held.record, holders=replace(holders, largest=(), unknown=1.0))
    assert cells.point(nobody, lens).endswith(
        lens.say("place.announced-unknown", database="ASN", built="2026-06-17")
    )
    assert cell in tables.rows(Exhibit(kind="places", items=(held,)), lens).rows[0]


def test_a_place_has_japanese_names_for_a_japanese_reader_where_there_are_any() -> None:
    (lookup, *_) = exhibit("places", "sender-place").items
    assert isinstance(lookup, Lookup)
    assert lookup.record is not None
    named = replace(lookup, record=replace(lookup.record, names_ja=(("city", "東京"),)))
    shown = record(tables.rows(Exhibit(kind="places", items=(named,)), JA))
    assert (shown["country"], shown["city"]) == ("日本", "東京")
    plain = record(tables.rows(Exhibit(kind="places", items=(named,)), EN))
    assert (plain["country"], plain["city"]) == ("Japan", lookup.record.city)


def test_a_claim_is_marked_and_says_that_it_is_one() -> None:
    facts = (Fact(label="to", value="x", claimed=True), Fact(label="sha256", value="ab"))
    table = tables.rows(Exhibit(kind="facts", items=facts), EN)
    assert table.marks == ("claimed", "")
    assert [record(table, at)["standing"] for at in (0, 1)] == ["the sender’s own claim", ""]


def test_a_reason_is_an_id_and_its_value() -> None:
    fact = Fact(label="reason", value="route.reason.by|mx1.receiver.example")
    value = record(tables.rows(Exhibit(kind="origin", items=(fact,)), EN))["value"]
    assert value == "mx1[.]receiver[.]example wrote the line: one of the receiver's own servers."


def test_a_limit_is_a_sentence_with_its_detail() -> None:
    known, unknown = Limit(what="hops", detail="20000"), Limit(what="odd", detail="thing")
    table = tables.rows(Exhibit(kind="limits", items=(known, unknown)), EN)
    assert "20000" in table.rows[0][0]
    assert table.rows[1] == ("odd: thing",)


def test_the_recipient_is_hidden_unless_the_lens_shows_it() -> None:
    shown = str(tables.rows(exhibit("links"), EN).rows)
    assert casefiles.RECIPIENT not in shown
    assert "taro" not in shown
    open_ = Lens(recipients=(casefiles.RECIPIENT,), redacted=False)
    assert "taro[@]recipient[.]example" in str(tables.rows(exhibit("links"), open_).rows)


def test_an_exhibit_of_an_unknown_kind_is_shown_all_the_same() -> None:
    table = tables.rows(Exhibit(kind="novelty", items=("one", "two")), EN)
    assert table.rows == (("one",), ("two",))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "—"),
        (0, "0 s"),
        (59.6, "1 min 0 s"),
        (-4.2, "−4 s"),
        (3725, "1 h 2 min"),
        (-7200, "−2 h 0 min"),
    ],
)
def test_a_delay_in_words(seconds: float | None, text: str) -> None:
    from phishlab.views.cells import seconds as words

    assert words(seconds, EN) == text


def test_a_frame_has_the_table_s_rows_and_never_runs_what_is_in_them() -> None:
    hostile = casefiles.hostile(exhibit("hops"), "<img src=x onerror=alert(1)> $x^2$")
    frame = tables.frame(hostile, EN)
    assert list(frame.columns) == list(tables.rows(hostile, EN).headings)
    assert frame.attrs["columns"][0] == "index"
    html = frame._repr_html_()  # type: ignore[operator] # pandas-stubs do not know it
    assert "<img" not in html
    assert "tex2jax_ignore" in html


def test_a_frame_shows_a_digest_whole_unless_the_user_chose_a_width() -> None:
    import pandas as pd

    with pd.option_context("display.max_colwidth", 50):
        shown = tables.frame(exhibit("attachments"), EN)
        assert "cd" * 32 in shown._repr_html_()  # type: ignore[operator] # pandas-stubs do not know it
    with pd.option_context("display.max_colwidth", 40):
        assert "cd" * 32 not in tables.frame(exhibit("attachments"), EN)._repr_html_()  # type: ignore[operator] # the same


def test_a_frame_of_nothing_keeps_its_columns() -> None:
    frame = tables.frame(Exhibit(kind="hops", items=()), JA)
    assert len(frame) == 0
    assert next(iter(frame.columns)) == "行"


def test_a_table_for_the_terminal() -> None:
    plain = tables.plain(tables.rows(exhibit("authentication"), EN))
    assert "SPF" in plain
    assert "aica-interior[.]co[.]jp" in plain
