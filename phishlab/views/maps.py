"""Maps of where databases put addresses: a live page that asks nothing of any network, and its still twin.

folium draws the page. It compiles strings as Jinja templates, which is Python in this process, and puts them
into scripts: so this module is the only one that makes folium objects, and every string that it hands over
has been through ``safe``. What is phishlab's own (Leaflet, the style sheet, the script) goes in as it is.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from phishlab.records import Waypoint
from phishlab.views import basemap, frames, pins, routes, sealed, stillmap
from phishlab.views.pins import Entry, Leg, Listed, Pin
from phishlab.views.safe import Lens, safe

if TYPE_CHECKING:
    import pandas as pd

    from phishlab.case import Case

still = stillmap.draw

CLOSEST = 9
"""Zoom level: about 300 m for a pixel. Nearer would claim what no such database knows."""
_FIRST_LOOK = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineMap:
    """A map that needs no network. *html* is a whole page, *png* the same as a still picture."""

    html: str
    png: bytes
    alt: str

    def _repr_html_(self) -> str:
        """The live map over its still: a notebook that is not trusted drops the frame and shows the picture.

        The frame is sandboxed: its scripts cannot reach the notebook, open windows or send forms.
        """
        picture = base64.b64encode(self.png).decode("ascii")
        page = self.html.replace("&", "&amp;").replace('"', "&quot;")
        return (
            '<div style="position:relative;max-width:1100px;height:560px;overflow:hidden">'
            f'<img alt="{safe(self.alt)}" style="display:block;max-width:100%;max-height:560px;height:auto" '
            f'src="data:image/png;base64,{picture}">'
            f'<iframe title="{safe(self.alt)}" sandbox="allow-scripts" referrerpolicy="no-referrer" '
            f'style="position:absolute;left:0;top:0;width:100%;height:100%;border:0" srcdoc="{page}"></iframe>'
            "</div>"
        )

    def save(self, path: str | Path) -> Path:
        """Writes the picture where *path* ends in ``.png``, else the page; OSError where it cannot."""
        target = Path(path)
        if target.suffix.lower() == ".png":
            target.write_bytes(self.png)
        else:
            target.write_text(self.html, encoding="utf-8")
        return target


def world(places: Listed, lens: Lens, *, title: str = "") -> OfflineMap:
    """The places on a map of the world, numbered, with a table that says what each point is worth."""
    return _drawn(places, lens, title or lens.say("pictures.map.title"), ())


def route(waypoints: Sequence[Waypoint], lens: Lens, *, title: str = "") -> OfflineMap:
    """The way a mail came: its hops by their numbers, joined oldest first; see routes.legs for what is dashed."""
    stops = routes.stops(waypoints, lens)
    return _drawn(stops, lens, title or lens.say("pictures.map.route.title"), routes.legs(waypoints))


def of(
    frame: pd.DataFrame,
    column: str | None = None,
    case: Case | None = None,
    *,
    lens: Lens | None = None,
    title: str = "",
) -> OfflineMap:
    """Any table with a column of addresses, drawn: *column*, or the one that holds most addresses.

    Places come from the databases on this machine; for a *case* they are its evidence, and a replayed one
    gives only what was kept. Raises InputError where there is no such column, or none with addresses.
    """
    lens = lens or (Lens.of(case) if case else Lens())
    places = frames.stops(frame, column, case.wire if case else None, lens)
    return _drawn(places, lens, title or lens.say("pictures.map.title"), ())


def _drawn(places: Listed, lens: Lens, title: str, legs: Sequence[Leg]) -> OfflineMap:
    return OfflineMap(
        html=_page(places, lens, lens.text(title[: pins.LONGEST]), legs),
        png=stillmap.draw(places, lens, title=title, legs=legs),
        alt=pins.alt(places, lens),
    )


def _page(places: Listed, lens: Lens, heading: str, legs: Sequence[Leg]) -> str:
    """The page: folium's, with Leaflet and the style inside, and a policy that lets nothing else run or load."""
    points = pins.pins(places)
    drawn = _map(points, places, lens, legs)
    figure = drawn.get_root()
    sealed.name_in_order(figure)
    script, style = basemap.leaflet()
    sealed.put(figure.header, f"<title>{safe(heading)}</title>")
    sealed.put(figure.header, f"<style>{style}</style><style>{_own('page.css')}</style>")
    sealed.put(figure.header, f"<script>{sealed.closed(script)}</script><script>{_MENDED}</script>")
    told = json.dumps(_told(points, lens)).replace("<", "\\u003c")
    html: str = figure.render().replace(", maximum-scale=1.0, user-scalable=no", "")
    html = f"{_ARROW}{_panel(places, lens, heading, legs=bool(legs))}</body>".join(html.rsplit("</body>", 1))
    ours = f"<script>{_own('page.js')}({drawn.get_name()}, {told});</script>\n</html>"
    return sealed.policed(ours.join(html.rsplit("</html>", 1)))


# folium makes popups with jQuery: this is the part of it that is used. And it makes each marker with Leaflet's
# own icon first, which would be fetched, and puts ours in its place afterwards.
_MENDED = (
    "window.$=function(html){var t=document.createElement('template');t.innerHTML=html.trim();"
    "return [t.content.firstChild]};L.Marker.prototype.options.icon=L.divIcon();"
)


# Paths take it by page.css, at their middle.
_ARROW = (
    '<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs><marker id="arrow" orient="auto" '
    'viewBox="0 0 10 10" refX="5" refY="5" markerWidth="13" markerHeight="13" markerUnits="userSpaceOnUse">'
    '<path d="M0 0L10 5L0 10z"></path></marker></defs></svg>'
)


def _map(points: tuple[Pin, ...], places: Listed, lens: Lens, legs: Sequence[Leg]) -> Any:  # noqa: ANN401 - folium has no types
    import folium

    drawn = folium.Map((25, 10), zoom_start=2, tiles=None, attribution_control=False, world_copy_jump=True)
    drawn.options |= {"minZoom": 1, "maxZoom": CLOSEST}  # folium gives its own arguments to the tiles alone
    land = basemap.around([(pin.lat, pin.lon) for pin in points])
    for shapes, kind in ((land.countries, "land"), (land.regions, "region")):
        shown = [{"type": "Feature", "properties": {}, "geometry": shape["geometry"]} for shape in shapes]
        folium.GeoJson(
            {"type": "FeatureCollection", "features": shown},
            control=False, interactive=False, class_name=kind, smooth_factor=0.5,
        ).add_to(drawn)  # fmt: skip
    for leg in legs:
        # Leaflet would take the middle point for needless: a smooth factor of 0 keeps it.
        folium.PolyLine(  # type: ignore[no-untyped-call] # folium has no types
            leg.path, class_name="leg-sure" if leg.sure else "leg-claimed", interactive=False, smooth_factor=0,
            weight=2.5, dash_array=None if leg.sure else "7 5", no_clip=True,
        ).add_to(drawn)  # fmt: skip
    rows = {entry.number: entry for entry in pins.entries(places, lens)}
    for pin in points:
        for element in _pin(pin, rows):
            element.add_to(drawn)
    sealed.nothing_from_outside(drawn)
    return drawn


def _pin(pin: Pin, rows: dict[int, Entry]) -> Iterator[Any]:
    """A pin's radius, where one is given, and its numbered mark."""
    import folium

    kind = "area" if pin.stands_for_area else "point"
    if pin.radius_km is not None:
        yield folium.Circle(
            (pin.lat, pin.lon), radius=pin.radius_km * 1000, class_name=f"circle-{kind}", interactive=False,
            dash_array="6 5" if pin.stands_for_area else None, weight=2, fill=True, fill_opacity=0.12,
        )  # fmt: skip
    told = "".join(_row(rows[number]) for number, _ in pin.places)
    names = "; ".join(f"{rows[number].address}, {rows[number].name}" for number, _ in pin.places)
    yield folium.Marker(
        (pin.lat, pin.lon),
        icon=folium.DivIcon(
            html=_mark(safe(pin.label), kind, safe(names)), icon_size=(0, 0), class_name="mark"
        ),
        popup=folium.Popup(f"<div>{told}</div>", max_width=280),
    )


def _mark(label: str, kind: str, names: str = "") -> str:
    """The mark of a pin: a dot at the point, and a label that may stand aside. Its texts are safe already."""
    unseen = f'<span class="unseen">: {names}</span>' if names else ""
    return (
        f'<div class="pin {kind}"><svg width="1" height="1" aria-hidden="true"><line></line></svg>'
        f"<i></i><b>{label}{unseen}</b></div>"
    )


def _row(entry: Entry) -> str:
    lines = "".join(f"<small>{safe(line)}</small>" for line in entry.lines)
    return (
        f'<div><code>{entry.number}: {safe(entry.address)}</code><br><span class="name">'
        f"{safe(entry.name)}</span>{lines}</div>"
    )


def _panel(places: Listed, lens: Lens, heading: str, *, legs: bool) -> str:
    """The table beside the map, the legend and the credits."""
    marks = pins.marks(places)
    items = "".join(
        f'<li><span class="key">{_mark(str(entry.number), marks[entry.number])}</span>'
        f"<code>{safe(entry.address)}</code><br>"
        f'<span class="name">{safe(entry.name)}</span>'
        f"{''.join(f'<small>{safe(line)}</small>' for line in entry.lines)}</li>"
        for entry in pins.entries(places, lens)
    )
    say = _sayer(lens)
    empty = "" if places else f"<p>{say('none')}</p>"
    return (
        f'<section class="panel" role="region" tabindex="0" aria-label="{say("reach.panel")}">'
        f"<h1>{safe(heading)}</h1><p>{say('caveat')}</p>{empty}<ol>{items}</ol>"
        f"<p>{safe(pins.left_out(places, lens))}</p>{_legend(lens, legs=legs)}{_credits(places, lens)}</section>"
    )


def _legend(lens: Lens, *, legs: bool) -> str:
    say = _sayer(lens)
    lines = "".join(
        f'<dt><span class="leg {kind}"></span></dt><dd>{say(f"legend.{kind}")}</dd>'
        for kind in ("leg-sure", "leg-claimed")
    )
    return (
        f'<dl><dt><span class="key">{_mark("1", "area")}</span></dt><dd>{say("legend.area")}</dd>'
        f'<dt><span class="key">{_mark("1", "point")}</span></dt><dd>{say("legend.point")}</dd>'
        f'<dt><span class="ring"></span></dt><dd>{say("legend.radius")}</dd>{lines if legs else ""}</dl>'
    )


def _credits(places: Listed, lens: Lens) -> str:
    """Whose data it is. Only the publishers known here become links, and their addresses are ours."""
    data = "".join(
        f'<p class="credit">{safe(credit.text)}{"".join(map(_link, credit.homes))}</p>'
        for credit in pins.credits(places, lens)
    )
    return f'{data}<p class="credit">{_sayer(lens)("credit.land")}</p>'


def _link(home: str) -> str:
    return f' <a href="https://{home}/" target="_blank" rel="noopener noreferrer">{home}</a>'


class _sayer:  # noqa: N801 - it is used as a function
    """Says a sentence of this room, safe to stand in a page."""

    def __init__(self, lens: Lens) -> None:
        self._lens = lens

    def __call__(self, sentence: str) -> str:
        return safe(self._lens.say(f"pictures.map.{sentence}"))


def _told(points: tuple[Pin, ...], lens: Lens) -> dict[str, object]:
    """What the page's script is told: numbers and phishlab's own sentences, nothing from a mail or database."""
    return {
        "lang": lens.lang,
        "map": lens.say("pictures.map.reach.map"),
        "in": lens.say("pictures.map.reach.zoom-in"),
        "out": lens.say("pictures.map.reach.zoom-out"),
        "bounds": _bounds(points),
        "zoom": _FIRST_LOOK,
    }


def _bounds(points: tuple[Pin, ...]) -> list[list[float]]:
    """South-west and north-east of all pins and their radii, in degrees."""
    if not points:
        return [[-50.0, -150.0], [70.0, 170.0]]
    reaches = [(pin, min((pin.radius_km or 0.0) / 111.0, 20.0)) for pin in points]
    south = max(min(pin.lat - reach for pin, reach in reaches), -80.0)
    north = min(max(pin.lat + reach for pin, reach in reaches), 80.0)
    west = min(pin.lon - reach for pin, reach in reaches)
    east = max(pin.lon + reach for pin, reach in reaches)
    return [[south, west], [north, east]]


@cache
def _own(name: str) -> str:
    return (files("phishlab.views") / name).read_text(encoding="utf-8").strip()
