"""Maps: what a reader sees, and what a hostile text in a map must never do."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import folium
import matplotlib as mpl
import pandas as pd
import pytest

from phishlab.assess import holders
from phishlab.records import Holder, Hop, Lookup, Outcome, Place, PointClass, Trust, Waypoint
from phishlab.views import basemap, maps, pins, stillmap, stilltable
from phishlab.views.safe import Lens, safe
from tests.views.conftest import HOLDERS, TOKYO, Look

EN, JA = Lens(lang="en"), Lens(lang="ja")

PYTHON_PAYLOADS = [
    "{{ cycler.__init__.__globals__.os.environ.update(PHISHLAB_CANARY=cycler.__init__.__name__) }}",
    "{% set x = cycler.__init__.__globals__.os.environ.update(PHISHLAB_CANARY=cycler.__init__.__name__) %}",
    "{{ 1234567 * 7654321 }}",
]
SCRIPT_PAYLOADS = [
    "${window.__canary=1}",
    "`+(window.__canary=1)+`",
    "\\${window.__canary=1}\\",
    "<img src=x onerror=\"window.__canary=1;document.title='PWNED';alert(1)\">",
    "</script><script>window.__canary=1</script>",
    "</style></title><script>window.__canary=1</script>",
    '\'"><svg onload="window.__canary=1">',
    '"};window.__canary=1;var x={"a":"',
    "';window.__canary=1;//",
    "--><img src=http://beacon.test/x onerror=window.__canary=1><!--",
    "line separator\u2028window.__canary=1\r\nand breaks",
    "$x \\foo$ mathtext",
    "&lt;img src=x onerror=window.__canary=1&gt;",
    '<a href="javascript:window.__canary=1">db-ip https://db-ip.com</a>',
    '<iframe srcdoc="<script>parent.__canary=1</script>"></iframe>',
]
TEXT_FIELDS = (
    "ip", "country_code", "country", "region", "city", "database", "attribution", "network", "registered_country",
    "holders",
)  # fmt: skip


def hostile(place: Place, text: str, *fields: str) -> Place:
    """The place with *text* in the named fields, all text fields where none is named."""
    texts: dict[str, Any] = dict.fromkeys(fields or TEXT_FIELDS, text)
    if "holders" in texts:
        texts["holders"] = replace(HOLDERS, largest=(Holder(asn=64500, name=text, share=0.5),), database=text)
        texts["shared_by"] = place.shared_by or 3
    return replace(place, **texts)


def unguarded(html: str) -> str:
    """The page without its policy, so that escaping alone has to hold."""
    bare = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)
    assert bare != html
    return bare


class Tags(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


@pytest.fixture
def page_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The live page without its still twin, which runs no text and takes longer to draw."""
    monkeypatch.setattr(stillmap, "draw", lambda *_, **__: b"")


# --- text that is code to folium, Jinja or the browser ------------------------------------------------------


@pytest.fixture
def canary(monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """Says whether a text has run as Python in this process."""
    monkeypatch.delenv("PHISHLAB_CANARY", raising=False)
    return lambda: "PHISHLAB_CANARY" in os.environ


@pytest.mark.parametrize("payload", PYTHON_PAYLOADS)
@pytest.mark.parametrize("field", [*TEXT_FIELDS, "title"])
def test_no_text_runs_as_python(
    payload: str, field: str, two: Sequence[Place], canary: Callable[[], bool], page_alone: None
) -> None:
    bad = [hostile(one, payload, field) if field != "title" else one for one in two]
    drawn = maps.world(bad, EN, title=payload if field == "title" else "")
    shown = drawn.html + drawn._repr_html_()
    assert not canary()
    assert str(1234567 * 7654321) not in shown


@pytest.mark.parametrize("payload", PYTHON_PAYLOADS[:2])
@pytest.mark.parametrize("element", ["popup", "tooltip", "icon"])
def test_the_same_text_does_run_in_bare_folium(
    payload: str, element: str, canary: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHISHLAB_CANARY", "")
    monkeypatch.delenv("PHISHLAB_CANARY")
    bare = folium.Map(tiles=None)
    given: dict[str, Any] = {element: folium.DivIcon(html=payload) if element == "icon" else payload}
    folium.Marker((0, 0), **given).add_to(bare)
    bare.get_root().render()
    assert canary()


def test_the_same_text_does_run_in_our_page_without_safe(
    two: Sequence[Place], canary: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maps, "safe", str)
    maps.world([hostile(one, PYTHON_PAYLOADS[0], "city") for one in two], EN)
    assert canary()


def _bad_route(texts: Sequence[str]) -> list[Waypoint]:
    """A hop for each text, which stands in all that a hop and its place say."""
    return [
        Waypoint(
            hop=Hop(index=number, raw=text, ip=text, by=text, helo=text, trust=Trust.UNVERIFIED),
            place=Lookup(
                source="geoip",
                subject=text,
                outcome=Outcome.ANSWERED,
                note=text,
                record=hostile(replace(TOKYO, lat=float(number)), text) if number % 3 else None,
            ),
        )
        for number, text in enumerate(texts)
    ]


def _bad_frame(texts: Sequence[str]) -> pd.DataFrame:
    """A table whose column names and values are the texts, but for one column of addresses."""
    rows = {text: [text] * len(texts) for text in texts}
    return pd.DataFrame({**rows, "{{ 7*7 }}": [f"8.8.{number}.8" for number in range(len(texts))]})


def _in_every_answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """The database says *text* in every field."""

    def place(_wire: object, ip: str) -> Lookup[Place]:
        record = hostile(replace(TOKYO, lat=float(ip.split(".")[2])), text, *(set(TEXT_FIELDS) - {"ip"}))
        return Lookup(source="geoip", subject=ip, outcome=Outcome.ANSWERED, record=record)

    monkeypatch.setattr("phishlab.sources.geoip.place", place)


@pytest.mark.parametrize("payload", PYTHON_PAYLOADS)
def test_no_text_of_a_route_or_a_table_runs_as_python(
    payload: str, canary: Callable[[], bool], page_alone: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    _in_every_answer(monkeypatch, payload)
    for drawn in (
        maps.route(_bad_route([payload] * 4), EN, title=payload),
        maps.of(_bad_frame([payload]), lens=EN, title=payload),
    ):
        assert not canary()
        assert str(1234567 * 7654321) not in drawn.html + drawn._repr_html_()


@pytest.mark.parametrize("draw", ["route", "of"])
def test_the_same_text_of_a_route_or_a_table_does_run_without_safe(
    draw: str, canary: Callable[[], bool], page_alone: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maps, "safe", str)
    monkeypatch.setattr(holders, "LONGEST", 100_000)  # a cut template is no template
    _in_every_answer(monkeypatch, PYTHON_PAYLOADS[0])
    if draw == "route":
        maps.route(_bad_route([PYTHON_PAYLOADS[0]] * 4), EN)
    else:
        maps.of(_bad_frame([PYTHON_PAYLOADS[0]]), lens=EN)
    assert canary()


@pytest.mark.browser
@pytest.mark.parametrize("draw", ["route", "of"])
def test_no_text_of_a_route_or_a_table_runs_in_the_browser(
    draw: str, look: Look, monkeypatch: pytest.MonkeyPatch, page_alone: None
) -> None:
    payloads = [*PYTHON_PAYLOADS, *SCRIPT_PAYLOADS]
    monkeypatch.setattr(pins, "LONGEST", 100_000)  # whole, not cut before they could harm
    monkeypatch.setattr(holders, "LONGEST", 100_000)
    _in_every_answer(monkeypatch, " ".join(payloads))
    drawn = (
        maps.route(_bad_route(payloads), EN, title=" ".join(payloads))
        if draw == "route"
        else maps.of(_bad_frame(payloads), lens=EN, title=" ".join(payloads))
    )
    with look(unguarded(drawn.html)) as seen:
        _everything_opened(seen)
        assert not _fired(seen)
        assert seen.asked == []
        assert seen.errors == []
        assert seen.page.locator(".panel li").count() == len(payloads)


@pytest.mark.browser
@pytest.mark.parametrize("draw", ["route", "of"])
def test_the_same_text_does_run_in_the_browser_where_a_route_or_a_table_lacks_safe(
    draw: str, look: Look, monkeypatch: pytest.MonkeyPatch, page_alone: None
) -> None:
    monkeypatch.setattr(maps, "safe", str)
    payload = SCRIPT_PAYLOADS[3]
    _in_every_answer(monkeypatch, payload)
    drawn = (
        maps.route(_bad_route([payload] * 4), EN)
        if draw == "route"
        else maps.of(_bad_frame([payload]), lens=EN)
    )
    with look(unguarded(drawn.html)) as seen:
        _everything_opened(seen)
        assert _fired(seen)


def _everything_opened(seen: Any) -> None:
    """Every pin is passed over and opened, one after the other."""
    seen.script(
        "document.querySelectorAll('.leaflet-marker-icon').forEach(pin => "
        "['mouseover', 'click'].forEach(kind => pin.dispatchEvent(new MouseEvent(kind, {bubbles: true}))))"
    )
    seen.page.wait_for_timeout(300)


def _fired(seen: Any) -> bool:
    return bool(seen.script("window.__canary !== undefined || document.title === 'PWNED'") or seen.dialogs)


@pytest.mark.browser
@pytest.mark.parametrize("policy", [True, False], ids=["policy", "escaping alone"])
def test_no_text_runs_in_the_browser(
    policy: bool, place: Callable[..., Place], look: Look, monkeypatch: pytest.MonkeyPatch, page_alone: None
) -> None:
    payloads = [*PYTHON_PAYLOADS, *SCRIPT_PAYLOADS]
    monkeypatch.setattr(pins, "LONGEST", 100_000)  # whole, not cut before they could harm
    monkeypatch.setattr(holders, "LONGEST", 100_000)
    bad = [hostile(place(lat=float(number)), payload) for number, payload in enumerate(payloads)]
    drawn = maps.world(bad, EN, title=" ".join(payloads))
    with look(drawn.html if policy else unguarded(drawn.html)) as seen:
        _everything_opened(seen)
        assert not _fired(seen)
        assert seen.asked == []
        assert seen.errors == []
        assert seen.page.locator(".panel li").count() == len(payloads)
        assert seen.page.locator(".leaflet-marker-icon").count() == len(payloads)


@pytest.mark.browser
@pytest.mark.parametrize(
    "payload", [SCRIPT_PAYLOADS[0], SCRIPT_PAYLOADS[3], SCRIPT_PAYLOADS[4], SCRIPT_PAYLOADS[6]]
)
def test_the_same_text_does_run_in_the_browser_without_safe(
    payload: str, two: Sequence[Place], look: Look, monkeypatch: pytest.MonkeyPatch, page_alone: None
) -> None:
    monkeypatch.setattr(maps, "safe", str)
    drawn = maps.world([hostile(one, payload, "city", "region") for one in two], EN)
    with look(unguarded(drawn.html)) as seen:
        _everything_opened(seen)
        assert _fired(seen)


@pytest.mark.browser
def test_the_policy_alone_stops_event_handlers_and_beacons(
    two: Sequence[Place], look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maps, "safe", str)
    text = "<img src=http://beacon.test/x onerror=window.__canary=1><svg onload=window.__canary=1>"
    drawn = maps.world([hostile(one, text, "city") for one in two], EN)
    with look(drawn.html) as seen:
        _everything_opened(seen)
        assert not _fired(seen)
        assert seen.asked == []


@pytest.mark.browser
def test_none_of_the_known_hostile_strings_fires(
    shared_data: Path, two: Sequence[Place], look: Look, monkeypatch: pytest.MonkeyPatch, page_alone: None
) -> None:
    strings = json.loads((shared_data / "html" / "xss.json").read_text(encoding="utf-8"))
    strings += json.loads((shared_data / "hostile" / "hostile.json").read_text(encoding="utf-8"))[
        "map_payloads"
    ]
    monkeypatch.setattr(pins, "LONGEST", 100_000)  # whole, not cut before they could harm
    monkeypatch.setattr(holders, "LONGEST", 100_000)
    for start in range(0, len(strings), pins.MOST):
        batch = strings[start : start + pins.MOST]
        drawn = maps.world(
            [
                hostile(replace(two[0], lat=number / 2), text, "city", "ip")
                for number, text in enumerate(batch)
            ],
            EN,
        )
        with look(unguarded(drawn.html)) as seen:
            _everything_opened(seen)
            assert not _fired(seen)
            assert seen.asked == []
            assert seen.errors == []
            assert seen.page.locator(".panel li").count() == len(batch)
            assert seen.page.locator(".panel img, .panel script, .leaflet-popup img").count() == 0


@pytest.mark.parametrize("payload", SCRIPT_PAYLOADS[3:7])
def test_hostile_text_is_shown_as_it_was_typed(payload: str, two: Sequence[Place]) -> None:
    html = maps.world([hostile(two[0], payload, "city")], EN).html
    assert " ".join(EN.text(payload).split()) in Tags(html).text


# --- the page -----------------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("lens", [EN, JA], ids=["en", "ja"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(375, 740), (1200, 700)], ids=["phone", "desk"])
def test_the_page_draws_without_any_network(
    lens: Lens, scheme: str, size: tuple[int, int], two: Sequence[Place], look: Look
) -> None:
    with look(maps.world(two, lens).html, size=size, scheme=scheme) as seen:
        assert seen.asked == []
        assert seen.errors == []
        assert seen.page.locator("path.land").count() > 100
        assert seen.page.locator("path.region").count() > 47 + 18
        drawn = seen.script(
            "[...document.querySelectorAll('path')].filter(p => p.getAttribute('d').length > 9).length"
        )
        assert drawn > 100
        for pin in seen.page.locator(".leaflet-marker-icon b").all():
            box = pin.bounding_box()
            assert box
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= size[0]
            assert pin.is_visible()
        assert seen.script("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.browser
def test_the_table_hides_no_pin(two: Sequence[Place], look: Look) -> None:
    with look(maps.world(two, EN).html, size=(900, 560)) as seen:
        panel = seen.page.locator(".panel").bounding_box()
        assert panel
        for pin in seen.page.locator(".leaflet-marker-icon b").all():
            box = pin.bounding_box()
            assert box
            assert box["x"] + box["width"] < panel["x"]


@pytest.mark.browser
def test_labels_of_near_pins_stand_apart(place: Callable[..., Place], look: Look) -> None:
    near = [
        place(),
        place(lat=35.6916, lon=139.768),
        place(lat=35.7, lon=139.7),
        place(lat=22.3193, lon=114.169),
    ]
    with look(maps.world(near, EN).html) as seen:
        boxes = [pin.bounding_box() for pin in seen.page.locator(".leaflet-marker-icon b").all()]
        assert len(boxes) == 4
        for i, a in enumerate(boxes):
            for b in boxes[:i]:
                assert a
                assert b
                assert math.hypot(a["x"] - b["x"], a["y"] - b["y"]) > 25


@pytest.mark.browser
def test_the_keyboard_reaches_every_pin_and_opens_it(two: Sequence[Place], look: Look) -> None:
    with look(maps.world(two, EN).html) as seen:
        reached = []
        for _ in range(12):
            seen.page.keyboard.press("Tab")
            reached.append(seen.script("document.activeElement.className + document.activeElement.innerText"))
            if "leaflet-marker-icon" in reached[-1] and "74[.]226[.]196[.]215" in reached[-1]:
                seen.page.keyboard.press("Enter")
                break
        assert seen.page.locator(".leaflet-popup").count() == 1
        assert "Shibuya City" in seen.page.locator(".leaflet-popup").inner_text()


@pytest.mark.browser
def test_a_pins_window_stands_clear_of_the_table_and_breaks_its_lines(
    two: Sequence[Place], look: Look
) -> None:
    held = [replace(one, holders=HOLDERS) for one in two]
    with look(maps.world(held, EN).html) as seen:
        for pin in seen.page.locator(".leaflet-marker-icon").all():
            pin.focus()
            seen.page.keyboard.press("Enter")
            seen.page.wait_for_timeout(700)
            window = seen.page.locator(".leaflet-popup").last.bounding_box()
            table = seen.page.locator(".panel").bounding_box()
            assert window
            assert table
            assert window["x"] >= 0
            assert window["x"] + window["width"] <= table["x"]
            told = seen.page.locator(".leaflet-popup").last.inner_text().splitlines()
            assert sum(line.startswith("These addresses are announced by AS4713") for line in told) == 1


@pytest.mark.browser
def test_the_map_does_not_zoom_to_streets(two: Sequence[Place], look: Look) -> None:
    with look(maps.world(two[:1], EN).html) as seen:
        for _ in range(maps.CLOSEST):
            seen.page.locator(".leaflet-control-zoom-in").click(force=True)
            seen.page.wait_for_timeout(350)
        assert seen.page.locator(".leaflet-control-zoom-in.leaflet-disabled").count() == 1
        assert re.fullmatch(r"[1-9]0* km", seen.page.locator(".leaflet-control-scale-line").inner_text())


@pytest.mark.browser
def test_the_frame_draws_and_cannot_reach_its_page(two: Sequence[Place], look: Look) -> None:
    drawn = maps.world(two, EN)
    with look(f"<!doctype html><body>{drawn._repr_html_()}</body>") as seen:
        frame = seen.page.frame_locator("iframe")
        frame.locator("path.land").first.wait_for(state="attached", timeout=5000)
        assert frame.locator(".leaflet-marker-icon").count() == 2
        assert seen.asked == []
        assert seen.errors == []
        inner = seen.page.frames[1]
        assert inner.evaluate("self.origin") == "null"


def test_a_page_with_two_places_is_light(
    two: Sequence[Place], place: Callable[..., Place], page_alone: None
) -> None:
    moscow, ottawa = place(lat=55.75, lon=37.61), place(lat=45.42, lon=-75.69)
    jakarta, geneva = place(lat=-6.2, lon=106.8), place(lat=46.2, lon=6.15)
    for pair in (two, (moscow, ottawa), (jakarta, geneva), (ottawa, jakarta)):
        assert len(maps.world(pair, JA).html.encode()) <= 700_000


def test_the_page_names_no_host_but_the_publishers_home(two: Sequence[Place]) -> None:
    tags = Tags(maps.world(two, EN).html)
    assert not tags.named("link")
    assert all("src" not in attributes for _, attributes in tags.found)
    assert [a["href"] for a in tags.named("a")] == ["https://db-ip.com/"]


def test_a_hostile_attribution_does_not_choose_where_its_link_goes(two: Sequence[Place]) -> None:
    text = "DB-IP https://db-ip.com.evil.example https://db-ip.com@evil.example"
    tags = Tags(maps.world([replace(two[0], attribution=text)], EN).html)
    assert [a["href"] for a in tags.named("a")] == ["https://db-ip.com/"]
    assert "https://db-ip.com.evil" not in tags.text


def test_folium_itself_is_left_as_it_was(two: Sequence[Place]) -> None:
    before = (list(folium.Map.default_js), list(folium.Map.default_css))
    maps.world(two, EN)
    assert (folium.Map.default_js, folium.Map.default_css) == before
    assert before[0]


def test_the_same_places_make_the_same_bytes(two: Sequence[Place]) -> None:
    first, again = maps.world(two, JA), maps.world(two, JA)
    assert (first.html, first.png) == (again.html, again.png)
    for kind in ("svg", "pdf"):
        assert maps.still(two, EN, format=kind) == maps.still(two, EN, format=kind)


def test_an_untrusted_notebook_shows_the_still_and_a_trusted_one_the_map(two: Sequence[Place]) -> None:
    drawn = maps.world([hostile(two[0], '"><script>alert(1)</script>', "city")], EN)
    tags = Tags(drawn._repr_html_())
    assert [tag for tag, _ in tags.found] == ["div", "img", "iframe"]
    (picture,), (frame,) = tags.named("img"), tags.named("iframe")
    assert (picture["src"] or "").startswith("data:image/png;base64,iVBOR")
    assert "74[.]226[.]196[.]215" in Tags(f"<p>{picture['alt']}").text
    assert frame["srcdoc"] == drawn.html
    assert frame["sandbox"] == "allow-scripts"


def test_a_map_is_saved_as_what_its_name_says(tmp_path: Path, two: Sequence[Place]) -> None:
    drawn = maps.world(two, EN)
    assert drawn.save(tmp_path / "map.png").read_bytes() == drawn.png
    assert drawn.save(str(tmp_path / "map.html")).read_text(encoding="utf-8") == drawn.html


# --- what is said of each point -----------------------------------------------------------------------------


def test_the_table_says_what_each_point_is_worth(two: Sequence[Place]) -> None:
    (tokyo, _), text = pins.entries(two, EN), Tags(maps.world(two, EN).html).text
    assert tokyo.address == "74[.]226[.]196[.]215"
    assert tokyo.name == "Shibuya City, Tokyo, Japan (JP)"
    assert tokyo.lines == (
        "35.6764, 139.65 · no radius given",
        "DB-IP City Lite, built 2026-06-05",
        "Shared point of a city: it stands for an area, not for a spot.",
        "8,291,635 IPv4 addresses get this very point: 4.1 % of the country's.",
        "On the base map the point lies in: Tokyo",
        "Located in: Japan (JP). Address block registered in: United States (US).",
    )
    assert all(line in text for line in tokyo.lines)


@pytest.mark.parametrize(
    ("lens", "known", "unknown"),
    [
        (EN,
         ("These addresses are announced by AS4713 NTT DOCOMO BUSINESS,Inc. (41.2 %), AS64500 (<0.1 %); "
         "others 55.8 %, unknown 3.0 % (ASN (RouteViews, NRO, DB-IP), 2026-06-17)."),
         "Who announces these addresses is unknown to ASN (RouteViews, NRO, DB-IP) (2026-06-17)."),
        (JA,
         ("これらのアドレスの経路広告元：AS4713 NTT DOCOMO BUSINESS,Inc. (41.2 %), AS64500 (<0.1 %)、その他 55.8 %、"
         "不明 3.0 %（ASN (RouteViews, NRO, DB-IP)、2026-06-17）"),
         "これらのアドレスの経路広告元は ASN (RouteViews, NRO, DB-IP)（2026-06-17）では不明です。"),
    ],
)  # fmt: skip
def test_whose_addresses_share_the_point_is_said_on_the_page_and_in_its_still(
    lens: Lens, known: str, unknown: str, two: Sequence[Place]
) -> None:
    places = [
        replace(two[0], holders=HOLDERS),
        replace(two[1], holders=replace(HOLDERS, largest=(), unknown=1)),
    ]
    assert [entry.lines[4] for entry in pins.entries(places, lens)] == [known, unknown]
    page = maps.world(places, lens).html
    below = "".join(line for line, *_ in stilltable.lines(places, lens, legs=False)).replace(" ", "")
    for line in (known, unknown):
        assert page.count(safe(line)) == 2  # beside the map, and in the pin's own window
        assert line.replace(" ", "") in below


def test_a_holder_with_an_endless_name_does_not_drown_the_others(two: Sequence[Place]) -> None:
    long = replace(HOLDERS, largest=(Holder(asn=1, name="x" * 9999, share=0.5), *HOLDERS.largest[:1]))
    (entry,) = pins.entries([replace(two[0], holders=long)], EN)
    assert "x… (50.0 %), AS4713 NTT" in entry.lines[4]
    assert len(entry.lines[4]) < 300


def test_japanese_names_are_shown_to_a_japanese_reader_where_the_database_has_them(
    place: Callable[..., Place],
) -> None:
    tokyo = place(names_ja=(("country", "日本"), ("region", "東京都"), ("city", "東京")), city="Tokyo")
    assert pins.name(tokyo, JA) == "東京, 東京都, 日本 (JP)"
    assert pins.name(tokyo, EN) == "Tokyo, Japan (JP)"
    assert pins.name(place(country_code="HK", country="Hong Kong", city=None, region=None), JA) == "香港 (HK)"
    assert (
        pins.name(place(country_code="?", country="Elsewhere", city=None, region=None), JA) == "Elsewhere (?)"
    )


def test_japanese_names_come_from_the_table_where_the_database_has_none(two: Sequence[Place]) -> None:
    assert [pins.name(one, JA) for one in two] == ["渋谷区, 東京都, 日本 (JP)", "香港, 九龍 (HK)"]
    assert pins.entries(two, JA)[0].lines[4] == "下地の地図では、この点は次の地域にあります：東京都"
    assert pins.name(two[0], EN) == "Shibuya City, Tokyo, Japan (JP)"
    kita = replace(two[0], region="Osaka", city="Osaka (Kita Horie)")
    assert (
        pins.own_name(kita, "city", JA) == "大阪市（Osaka (Kita Horie)）"
    )  # the table does not know the quarter
    lost = replace(two[0], region="Nowhere", city="Nothing")
    assert pins.name(lost, JA) == "Nothing, Nowhere, 日本 (JP)"


def test_an_anycast_address_and_a_point_at_sea_say_so_or_nothing(place: Callable[..., Place]) -> None:
    (entry,) = pins.entries([place(anycast=True, lat=0.0, lon=-30.0)], EN)
    assert any(line.startswith("Anycast") for line in entry.lines)
    assert not any("base map" in line for line in entry.lines)


def test_the_japanese_table_is_japanese(two: Sequence[Place]) -> None:
    lines = pins.entries(two, JA)[1].lines
    assert lines[0] == "22.3193, 114.169 · 半径の記載なし"
    assert lines[3] == "まったく同じ点になる IPv4 アドレス：10,300,000 個（その国の 43.2 %）"


@pytest.mark.parametrize(
    ("lat", "lon", "shown"),
    [
        (35.6764, 139.65, "35.6764, 139.65"),
        (38.0, -97.0, "38, -97"),
        (35.676399230957, 139.649993896484, "35.6764, 139.65"),
        (-0.00001, 180.0, "0, 180"),
    ],
)
def test_no_digit_is_invented(lat: float, lon: float, shown: str, place: Callable[..., Place]) -> None:
    assert pins.coordinates(place(lat=lat, lon=lon)) == shown


def test_a_shared_or_default_point_is_hollow_and_only_another_is_solid(
    two: Sequence[Place], place: Callable[..., Place]
) -> None:
    kinds = {point: pins.pins([place(point=point)])[0].stands_for_area for point in PointClass}
    assert kinds == {point: point is not PointClass.OTHER for point in PointClass}
    html = maps.world([*two, place(lat=1.5)], EN).html
    classes = [a.get("class") for a in Tags(html).named("div")]
    assert classes.count("pin area") == 2 + 1  # two rows of the table, one of the legend
    assert classes.count("pin point") == 1 + 1


def test_two_addresses_at_one_point_share_a_pin(two: Sequence[Place]) -> None:
    places = (two[0], two[1], replace(two[0], ip="74.226.196.216"))
    assert [pin.label for pin in pins.pins(places)] == ["1, 3", "2"]


def test_the_radius_is_drawn_where_the_database_gives_one(place: Callable[..., Place]) -> None:
    assert "circle-point" in maps.world([place(radius_km=20.0)], EN).html.split("</style>")[-1]
    assert "circle-point" not in maps.world([place(radius_km=None)], EN).html.split("</style>")[-1]
    assert pins.entries([place(radius_km=20.0)], EN)[0].lines[0].endswith("radius given: 20 km")


@pytest.mark.parametrize("lat", [math.nan, math.inf, -91.0, 1e300])
def test_impossible_coordinates_are_listed_and_not_drawn(lat: float, place: Callable[..., Place]) -> None:
    drawn = maps.world([place(lat=lat), place()], EN)
    assert "no usable coordinates: not on the map" in drawn.html
    assert [pin.label for pin in pins.pins([place(lat=lat), place()])] == ["2"]


@pytest.mark.parametrize("radius", [math.nan, math.inf, -5.0, 0.0, 1e12])
def test_an_impossible_radius_breaks_nothing(radius: float, place: Callable[..., Place]) -> None:
    assert maps.world([place(radius_km=radius, shared_by=3, shared_share=math.nan)], EN).png


@pytest.mark.parametrize(
    ("lat", "lon"), [(90.0, 0.0), (-90.0, 180.0), (0.0, -180.0), (-16.5, 179.9), (-21.1, -175.2)]
)
def test_the_edges_of_the_world_are_drawn(lat: float, lon: float, place: Callable[..., Place]) -> None:
    assert maps.world([place(lat=lat, lon=lon)], EN).png.startswith(b"\x89PNG")


def test_no_place_is_said_to_be_none() -> None:
    drawn = maps.world([], EN)
    assert "No database on this machine gives a place" in drawn.html
    assert drawn.alt == "No database on this machine gives a place for these addresses."


def test_places_beyond_the_most_are_counted(place: Callable[..., Place], page_alone: None) -> None:
    many = [place(lat=n / 10, lon=n / 5) for n in range(300)]
    assert "240 more places are not shown here." in maps.world(many, EN).html


def test_an_endless_name_is_cut(place: Callable[..., Place]) -> None:
    entry = pins.entries([place(city="x" * 100_000)], EN)[0]
    assert len(entry.name) < 300
    assert "…" in entry.name


def test_the_recipient_is_redacted_on_the_map(place: Callable[..., Place]) -> None:
    lens = Lens(recipients=("hanako@example.jp",))
    drawn = maps.world([place(city="hanako@example.jp")], lens, title="to hanako@example.jp")
    assert "hanako" not in drawn.html + drawn.alt


# --- the still ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "begins"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_the_still_comes_in_three_formats(kind: str, begins: bytes, two: Sequence[Place]) -> None:
    assert maps.still(two, JA, format=kind).startswith(begins)


def test_another_format_is_refused_by_name(two: Sequence[Place]) -> None:
    with pytest.raises(ValueError, match="cannot be 'gif': choose png, svg, pdf"):
        maps.still(two, EN, format="gif")


@pytest.mark.parametrize("payload", [*PYTHON_PAYLOADS, *SCRIPT_PAYLOADS, "$", "$$", "한국어 😀 العربية"])
def test_any_text_can_be_drawn(payload: str, two: Sequence[Place]) -> None:
    assert maps.still([hostile(one, payload) for one in two], JA, title=payload).startswith(b"\x89PNG")


def test_drawing_changes_no_setting_and_opens_no_window() -> None:
    code = (
        "import sys, matplotlib as m; before = dict(m.rcParams)\n"
        "from phishlab.views import charts, maps; from phishlab.views.safe import Lens\n"
        "maps.world([], Lens(lang='ja')); charts.hop_timeline([], Lens())\n"
        "print(dict(m.rcParams) == before, 'matplotlib.pyplot' in sys.modules, "
        "'matplotlib_fontja' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["True", "False", "False"]
    assert ran.stderr == ""


def test_settings_of_the_notebook_do_not_reach_the_still(two: Sequence[Place]) -> None:
    usual = maps.still(two, EN)
    with mpl.rc_context(
        {"font.family": "serif", "font.size": 40, "savefig.dpi": 30, "savefig.bbox": "tight"}
    ):
        assert maps.still(two, EN) == usual


# --- the land -----------------------------------------------------------------------------------------------


def test_small_countries_are_on_the_world_and_antarctica_is_not() -> None:
    codes = {shape["properties"]["code"] for shape in basemap.around([]).countries}
    assert {"HKG", "MAC", "SGP", "MLT", "JPN", "USA"} <= codes
    assert "ATA" not in codes
    assert len(codes) > 230


def test_no_shape_jumps_across_the_date_line() -> None:
    for points in ((), ((-17.8, 178.0),), ((65.0, 178.0),)):
        for shape in basemap.around(points).features:
            for part in shape["geometry"]["coordinates"]:
                steps = [abs(a[0] - b[0]) for a, b in zip(part[0], part[0][1:], strict=False)]
                assert max(steps, default=0) < 90


def test_regions_stand_in_for_the_countries_of_the_pins(two: Sequence[Place]) -> None:
    land = basemap.around([(one.lat, one.lon) for one in two])
    codes = {shape["properties"]["code"] for shape in land.countries}
    assert not {"JPN", "HKG"} & codes
    names = [shape["properties"]["name"] for shape in land.regions]
    assert {"Tokyo", "Okinawa", "Yau Tsim Mong"} <= set(names)
    assert len(names) >= 47 + 18


def test_leaflet_asks_for_no_further_file() -> None:
    script, style = basemap.leaflet()
    assert "sourceMappingURL" not in script
    assert "Leaflet 1.9.4" in script
    assert "images/" not in style


def test_both_languages_word_the_same_with_the_same_gaps() -> None:
    from phishlab import wording

    en, ja = (
        {
            key: set(re.findall(r"{(\w+)}", text))
            for key, text in wording.sentences(lang).items()
            if key.startswith("pictures.")
        }
        for lang in ("en", "ja")
    )
    assert en == ja
    assert len(en) > 30
