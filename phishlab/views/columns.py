"""The columns of each kind of exhibit: which fields of a record are shown, in which order, and how."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from phishlab.classes import dataclass, replace
from phishlab.records import Place
from phishlab.views import because, cells
from phishlab.views.safe import Lens

Read = Callable[[Any, Lens], str]
"""What fills a cell: the record (of the kind that its columns are for) as text fit to be printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its id is also that of its heading (``column.<id>``)."""

    id: str
    read: Read
    align: str = "left"


def _plain(id_: str, field: str | None = None, align: str = "left") -> Column:
    name = field or id_
    return Column(id=id_, read=lambda item, lens: cells.text(getattr(item, name), lens), align=align)


def _note(id_: str) -> Column:
    return Column(id=id_, read=lambda item, lens: cells.note(getattr(item, id_), lens))


def _many(id_: str, field: str | None = None) -> Column:
    name = field or id_
    return Column(id=id_, read=lambda item, lens: cells.lines(getattr(item, name), lens))


def _time(id_: str) -> Column:
    return Column(id=id_, read=lambda item, lens: lens.when(getattr(item, id_)))


def _day(id_: str) -> Column:
    return Column(id=id_, read=lambda item, lens: cells.day(getattr(item, id_), lens))


def _word(id_: str, group: str, field: str | None = None) -> Column:
    name = field or id_
    return Column(id=id_, read=lambda item, lens: cells.worded(lens, group, getattr(item, name)))


def _country(place: Place, lens: Lens) -> str:
    from phishlab.views import pins  # of the maps, which no other table needs

    return cells.text(pins.country(place, lens), lens)


def _named(id_: str) -> Column:
    def read(place: Place, lens: Lens) -> str:
        from phishlab.views import pins

        return cells.text(pins.own_name(place, id_, lens), lens)

    return Column(id=id_, read=read)


def _looked_up(*inner: Column, before: tuple[Column, ...] = ()) -> tuple[Column, ...]:
    """Columns of a look-up: whose answer, what became of it, the record's own, and the note.

    *before* are read from the look-up itself, *inner* from its record.
    """
    return (
        _plain("subject"),
        _word("source", "source"),
        _word("outcome", "outcome"),
        *before,
        *(replace(column, read=_of_record(column.read)) for column in inner),
        _note("note"),
    )


def _of_record(read: Read) -> Read:
    return lambda lookup, lens: cells.NOTHING if lookup.record is None else read(lookup.record, lens)


ANYTHING = (Column(id="value", read=cells.text),)
"""The columns of a kind that is not known here: it is shown all the same."""

_FACTS = (
    Column(id="label", read=lambda fact, lens: cells.worded(lens, "label", fact.label)),
    Column(id="value", read=cells.fact),
    Column(id="standing", read=cells.standing),
)

_PLAN = (
    Column(id="question", read=cells.planned),
    Column(id="whom", read=cells.whom),
    Column(id="level", read=lambda one, lens: lens.say(f"level.{one.level.word}")),
    Column(id="learns", read=cells.learns),
)

COLUMNS: dict[str, tuple[Column, ...]] = {
    "facts": _FACTS,
    "origin": _FACTS,
    "hops": (
        Column(id="index", read=lambda hop, _: f"#{hop.index}", align="right"),
        _plain("helo"),
        _plain("rdns"),
        _plain("ip"),
        _plain("by"),
        _plain("with", "with_"),
        _time("date_utc"),
        Column(id="delay_s", read=lambda hop, lens: cells.seconds(hop.delay_s, lens), align="right"),
        _word("trust", "trust"),
        Column(id="flags", read=cells.flags),
    ),
    "comparison": (
        _plain("domain"),
        _many("addresses"),
        _plain("origin_ip"),
        _word("result", "comparison"),
        _time("asked_at"),
        _note("note"),
    ),
    "authentication": (
        Column(id="method", read=lambda one, lens: lens.text(one.method.upper())),
        _plain("result"),
        _plain("domain"),
        _plain("authserv_id"),
        _plain("field"),
        Column(id="trusted", read=lambda one, lens: cells.yes_no(one.trusted, lens)),
    ),
    "authentication-now": _looked_up(
        Column(id="method", read=lambda one, lens: lens.text(one.method.upper())),
        _plain("result"),
        _plain("domain"),
        Column(id="because", read=because.now),
    ),
    "networks": _looked_up(
        Column(id="network", read=cells.network),
        Column(id="name", read=cells.network_name),
        Column(id="holder", read=cells.network_holder),
        Column(id="asn", read=cells.asn),
        Column(id="allocation", read=lambda one, lens: cells.text(getattr(one, "country", None), lens)),
        Column(id="according_to", read=cells.according_to),
        Column(id="abuse", read=lambda one, lens: cells.lines(getattr(one, "abuse", ()), lens)),
    ),
    "domains": _looked_up(
        _plain("registrant"),
        _plain("privacy"),
        _plain("registrar"),
        _day("created"),
        _day("updated"),
        _day("expires"),
        _many("status"),
        _many("name_servers"),
        _many("abuse"),
        Column(id="registrar_says", read=cells.registrar_says),
        _many("redacted"),
    ),
    "addresses": _looked_up(
        _many("values"),
        Column(id="canonical", read=cells.aliases),
        Column(
            id="ttl", read=lambda one, _: cells.NOTHING if one.ttl is None else f"{one.ttl} s", align="right"
        ),
        before=(Column(id="rdtype", read=cells.record_type),),
    ),
    "clouds": _looked_up(
        _plain("service"),
        _plain("region"),
        _plain("region_place"),
        _plain("network"),
        Column(id="according_to", read=cells.according_to),
    ),
    "sightings": _looked_up(_plain("origin"), Column(id="seen", read=cells.sightings)),
    "places": _looked_up(
        Column(id="country", read=_country),
        _named("region"),
        _named("city"),
        Column(id="coordinates", read=lambda place, _: f"{place.lat:.4f}, {place.lon:.4f}"),
        Column(id="radius", read=cells.radius),
        Column(id="point", read=cells.point),
        _plain("network"),
        _plain("database"),
        Column(id="built", read=lambda place, lens: lens.when(place.built)[:10]),
    ),
    "links": (
        _plain("shown"),
        _plain("url"),
        _plain("host"),
        _plain("registrable"),
        _plain("path"),
        _word("where", "where"),
        _plain("inside"),
        _many("unwrapped_from"),
    ),
    "attachments": (
        _plain("name"),
        _plain("inside"),
        _plain("media_type"),
        _plain("sniffed_type"),
        Column(
            id="size", read=lambda one, lens: lens.say("size.bytes", count=f"{one.size:,}"), align="right"
        ),
        Column(id="marks", read=cells.marks),
        _many("codes"),
        _plain("sha256"),
    ),
    "limits": (Column(id="what", read=cells.limit),),
    "listings": _looked_up(
        Column(id="category", read=lambda one, lens: cells.text(cells.category(one.category, lens), lens)),
        _note("detail"),
        _time("as_of"),
        _plain("link"),
        before=(Column(id="state", read=cells.listing_state),),
    ),
    "visit": _looked_up(
        _plain("final_url"),
        Column(id="chain", read=cells.chain),
        _plain("title"),
        Column(
            id="password",
            read=lambda visit, lens: cells.yes_no(any(form.asks_password for form in visit.forms), lens),
        ),
        Column(id="forms", read=cells.forms),
        _plain("peer"),
        Column(id="requests", read=lambda visit, _: str(visit.requests), align="right"),
        _many("blocked"),
        _plain("browser"),
    ),
    "plan": _PLAN,
    "plan-then": _PLAN,
    "plan-not": (*_PLAN[:-1], _note("note")),
    "indicators": (_word("kind", "kind"), _plain("value"), _word("role", "role")),
}
"""What each kind of exhibit that is a table shows."""
