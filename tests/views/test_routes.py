"""The way a mail came: which lines are drawn, and which of them the sender could have made up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from phishlab import case as cases
from phishlab import walkthrough
from phishlab.records import Hop, Level, Lookup, Outcome, Place, Step, Trust, Waypoint
from phishlab.sources import geoip
from phishlab.views import maps, pins, routes
from phishlab.views.pins import Leg
from phishlab.views.safe import Lens
from phishlab.wire.local import LocalWire
from tests.views.conftest import KOWLOON, TOKYO, Look

EN, JA = Lens(lang="en"), Lens(lang="ja")
STOCKHOLM = replace(TOKYO, ip="80.91.229.13", lat=59.33, lon=18.07)
T, K, S = ((place.lat, place.lon) for place in (TOKYO, KOWLOON, STOCKHOLM))


def way(*hops: tuple[Trust, Place | None]) -> list[Waypoint]:
    """Hops, newest first."""
    return [
        Waypoint(
            hop=Hop(
                index=index,
                raw="",
                ip=place.ip if place else "10.0.0.1",
                by=f"mx{index}.example",
                trust=trust,
            ),
            place=Lookup(
                source="geoip",
                subject="",
                outcome=Outcome.ANSWERED if place else Outcome.NOT_ASKED,
                record=place,
                note="" if place else "not a public address: no database knows where it is",
            ),
        )
        for index, (trust, place) in enumerate(hops)
    ]


R, B, U = Trust.RECEIVER, Trust.BOUNDARY, Trust.UNVERIFIED


@pytest.mark.parametrize(
    ("hops", "legs"),
    [
        # oldest first: what the sender's line says is dashed, what the edge server noted is whole
        ([(R, TOKYO), (B, KOWLOON), (U, STOCKHOLM)],
         [Leg(start=S, end=K, sure=False), Leg(start=K, end=T, sure=True)]),
        # over a hop without a point the line is no better than that hop
        ([(R, TOKYO), (U, None), (B, KOWLOON)], [Leg(start=K, end=T, sure=False)]),
        ([(R, TOKYO), (R, None), (B, KOWLOON)], [Leg(start=K, end=T, sure=True)]),
        # two hops at one point have no line between them
        ([(R, TOKYO), (B, TOKYO), (U, KOWLOON)], [Leg(start=K, end=T, sure=False)]),
        ([(R, None), (B, KOWLOON)], []),
        ([], []),
    ],
)  # fmt: skip
def test_a_line_is_as_good_as_the_hop_that_says_where_it_begins(
    hops: Sequence[tuple[Trust, Place | None]], legs: list[Leg]
) -> None:
    assert list(routes.legs(way(*hops))) == legs


def test_a_line_over_the_date_line_goes_the_short_way() -> None:
    leg = Leg(start=(35.0, 140.0), end=(37.0, -122.0), sure=True)
    assert leg.path == ((35.0, 140.0), (36.0, 189.0), (37.0, 238.0))


def test_hops_keep_the_numbers_of_their_table_and_those_without_a_place_are_named() -> None:
    stops = routes.stops(way((R, TOKYO), (B, None), (U, KOWLOON)), EN)
    entries = pins.entries(stops, EN)
    assert [entry.number for entry in entries] == [0, 1, 2]
    assert entries[1].name == "not on the map"
    assert entries[1].lines == (
        "Noted by the receiver's edge server (mx1[.]example)",
        "not a public address: no database knows where it is",
    )
    assert entries[2].lines[0] == "The sender could have written this line (it says: by mx2[.]example)"
    assert pins.marks(stops) == {0: "area", 1: "absent", 2: "area"}


@pytest.mark.browser
@pytest.mark.parametrize("lens", [EN, JA], ids=["en", "ja"])
@pytest.mark.parametrize("size", [(375, 740), (1200, 700)], ids=["phone", "desk"])
def test_the_route_is_drawn_with_its_doubtful_part_dashed(
    lens: Lens, size: tuple[int, int], look: Look
) -> None:
    drawn = maps.route(way((R, TOKYO), (B, KOWLOON), (U, STOCKHOLM), (U, None)), lens)
    assert len(drawn.html.encode()) < 850_000  # three countries with their regions
    with look(drawn.html, size=size) as seen:
        assert (seen.asked, seen.errors) == ([], [])
        sure, claimed = seen.page.locator("path.leg-sure"), seen.page.locator("path.leg-claimed")
        assert (sure.count(), claimed.count()) == (1, 1)
        assert sure.get_attribute("stroke-dasharray") is None
        assert claimed.get_attribute("stroke-dasharray") == "7 5"
        for line in (sure, claimed):
            assert (
                len((line.get_attribute("d") or "").split("L")) == 3
            )  # with its middle, where the arrow stands
        assert seen.page.locator(".leaflet-marker-icon").count() == 3
        assert seen.page.locator(".panel li").count() == 4
        assert seen.page.locator(".panel .leg").count() == 2
        assert seen.script("document.documentElement.scrollWidth <= innerWidth")


def test_a_map_without_lines_does_not_explain_any(two: Sequence[Place]) -> None:
    assert 'class="leg' not in maps.world(two, EN).html


# --- in the step ----------------------------------------------------------------------------------------


def mail(*received: str) -> bytes:
    lines = [*received, "From: a@sender.example", "Subject: x", "", "x"]
    return "\r\n".join(lines).encode()


FAR = "Received: from a.example (a.example [8.217.61.41]) by b.example with ESMTP; Tue, 16 Jan 2024 00:41:00 +0000"
EDGE = (
    "Received: from b.example (b.example [74.226.196.215]) by mx1.studio.example with ESMTP;"
    " Tue, 16 Jan 2024 00:41:07 +0000"
)


TOP = (
    "Received: from mx1.studio.example (mx1.studio.example [133.11.0.1]) by mail.studio.example with ESMTP;"
    " Tue, 16 Jan 2024 00:41:09 +0000"
)


def _step(tmp_path: Path, *received: str) -> tuple[Step, list[str]]:
    made = cases.create(mail(*received), tmp_path / "case", level=Level.OFFLINE, receiver=None)
    step = walkthrough.step(made, "route")
    return step, [
        exchange.question for exchange in made.exchanges if exchange.question.startswith("geoip:city/")
    ]


def test_the_route_step_draws_what_the_sender_claims_dashed(tmp_path: Path) -> None:
    step, kept = _step(tmp_path, TOP, EDGE, FAR)
    (drawn,) = [exhibit.items for exhibit in step.exhibits if exhibit.kind == "route-map"]
    assert kept == ["geoip:city/133.11.0.1", "geoip:city/74.226.196.215", "geoip:city/8.217.61.41"]
    assert [exchange.question for exchange in step.evidence] == kept
    waypoints = [one for one in drawn if isinstance(one, Waypoint)]
    assert [leg.sure for leg in routes.legs(waypoints)] == [False, True]


def test_two_places_are_enough_also_where_one_is_only_claimed(tmp_path: Path) -> None:
    step, _ = _step(tmp_path, EDGE, FAR)
    (drawn,) = [exhibit.items for exhibit in step.exhibits if exhibit.kind == "route-map"]
    assert [leg.sure for leg in routes.legs([one for one in drawn if isinstance(one, Waypoint)])] == [False]


@pytest.mark.parametrize("received", [(EDGE,), (TOP.replace("133.11.0.1", "10.1.1.1"), EDGE), ()])
def test_without_two_public_addresses_nothing_is_looked_up_for_a_map(
    tmp_path: Path, received: tuple[str, ...]
) -> None:
    step, kept = _step(tmp_path, *received)
    assert "route-map" not in [exhibit.kind for exhibit in step.exhibits]
    assert kept == []


def test_hops_that_are_not_placed_are_named_with_the_reason() -> None:
    hops = [one.hop for one in way((R, TOKYO), (B, KOWLOON), (U, KOWLOON))]
    far = geoip.waypoints(LocalWire(), hops)[2:]
    assert far[0].place.note == "below the trust boundary: not looked up"
    assert pins.entries(routes.stops(far, JA), JA)[0].lines[1] == "信頼境界より下のため調べていません"


def test_an_analyst_can_ask_for_the_way_that_a_mail_claims() -> None:
    hops = [one.hop for one in way((B, TOKYO), (U, KOWLOON))]
    assert geoip.waypoints(LocalWire(), hops) == ()
    claimed = geoip.waypoints(LocalWire(), hops, claimed=True)
    assert [one.place.record and one.place.record.city for one in claimed] == ["Shibuya City", "Hong Kong"]
    assert [leg.sure for leg in routes.legs(claimed)] == [False]
