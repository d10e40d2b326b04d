"""What stands in a cell: the fields of a record as text fit to be printed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any, TypeAlias

from phishlab import wording
from phishlab.assess import holders
from phishlab.records import (
    Addresses,
    Attachment,
    AutonomousSystem,
    Cloud,
    CloudRange,
    DomainRegistration,
    Fact,
    Hop,
    Limit,
    ListingState,
    Lookup,
    NetworkRegistration,
    Outcome,
    PageVisit,
    PassiveDns,
    Place,
    Planned,
)
from phishlab.views.safe import Lens

NOTHING = "—"
"""Stands where there is no value."""
_SIGHTINGS = 20
"""So many of what passive DNS saw of a name are shown; the rest is counted."""


def worded(lens: Lens, group: str, word: str) -> str:
    """The word of a fixed set in the lens's language; what is not in the set as hostile text."""
    return lens.say(f"{group}.{word}") if wording.known(lens.lang, f"{group}.{word}") else lens.text(word)


def brief(text: str, limit: int) -> str:
    """*text* cut to *limit* characters, with what was cut counted: ``abc… (+997)``."""
    return text if len(text) <= limit else f"{text[:limit]}… (+{len(text) - limit:,})"


def text(value: object, lens: Lens) -> str:
    """*value* fit to be printed; ``—`` where there is none."""
    return NOTHING if value is None or value == "" else lens.text(value)


def note(value: str, lens: Lens) -> str:
    """A look-up's note in the reader's language, or a dash."""
    return lens.note(value) if value else NOTHING


def category(value: str, lens: Lens) -> str:
    """What a service calls it, in the reader's language as far as it is worded: ``phishing, malware``."""
    return ", ".join(wording.note(lens.lang, part) for part in value.split(", "))


def lines(values: tuple[str, ...], lens: Lens) -> str:
    """Values, one a line."""
    return "\n".join(lens.text(value) for value in values) or NOTHING


def yes_no(value: bool, lens: Lens) -> str:  # noqa: FBT001 - a cell's value, not a switch
    """Yes or no in the lens's language."""
    return lens.say("answer-word.yes" if value else "answer-word.no")


def day(value: datetime | None, lens: Lens) -> str:
    """A time; the day alone where a registry states no more (midnight sharp)."""
    shown = lens.when(value)
    return shown.removesuffix("T00:00:00Z")


def seconds(value: float | None, lens: Lens) -> str:
    """A delay in words: ``4 s``, ``2 min 5 s``, ``3 h 20 min``, ``−1 s``; ``—`` for None."""
    if value is None:
        return NOTHING
    sign, whole = ("−" if value < 0 else ""), round(abs(value))
    minutes, rest = divmod(whole, 60)
    hours, minutes_left = divmod(minutes, 60)
    if hours:
        return sign + lens.say("duration.hours", hours=hours, minutes=minutes_left)
    return sign + (lens.say("duration.minutes", minutes=minutes, seconds=rest) if minutes else f"{rest} s")


Network: TypeAlias = NetworkRegistration | AutonomousSystem | Cloud | CloudRange


def aliases(record: Addresses, lens: Lens) -> str:
    """The names that the aliases lead through, the last of them the canonical one; a dash where there are none."""
    led = record.chain[1:] or ((record.canonical,) if record.canonical != record.name else ())
    return " → ".join(lens.text(name) for name in led) or NOTHING


def registrar_says(record: DomainRegistration, lens: Lens) -> str:
    """Where the registrar's own answer has something else than the registry's: label and value, one a line."""
    theirs = record.registrar_answer
    if theirs is None:
        return NOTHING
    told: dict[str, tuple[Callable[[Any], str], Any, Any]] = {
        "created": (lens.when, record.created, theirs.created),
        "updated": (lens.when, record.updated, theirs.updated),
        "expires": (lens.when, record.expires, theirs.expires),
        "registrar": (lens.text, record.registrar, theirs.registrar),
        "registrant": (lens.text, record.registrant, theirs.registrant),
        "status": (_joined(lens), record.status, theirs.status),
        "name_servers": (_joined(lens), record.name_servers, theirs.name_servers),
    }
    differing = [
        f"{lens.say(f'column.{label}')}: {show(other)}"
        for label, (show, own, other) in told.items()
        if other and other != own
    ]
    return "\n".join(differing) or lens.say("registrar.agrees")


def sightings(record: PassiveDns, lens: Lens) -> str:
    """``A 8.217.61.41: 2024-01-13 – 2024-01-20 (7)``, one a line, the newest first."""
    shown = [
        f"{one.rdtype} {lens.text(one.value)}: {one.first:%Y-%m-%d} – {one.last:%Y-%m-%d}"
        + ("" if one.count is None else f" ({one.count:,})")
        for one in record.sightings[:_SIGHTINGS]
    ]
    more = len(record.sightings) - len(shown)
    return "\n".join([*shown, *([f"(+{more:,})"] if more > 0 else [])]) or NOTHING


def _joined(lens: Lens) -> Callable[[tuple[str, ...]], str]:
    return lambda values: ", ".join(lens.text(value) for value in values)


def network(record: Network, lens: Lens) -> str:
    """The network in CIDR notation."""
    return text(
        record.cidr if isinstance(record, NetworkRegistration) else getattr(record, "network", None), lens
    )


def network_name(record: Network, lens: Lens) -> str:
    """The registry's short name of the network; for a cloud its region."""
    match record:
        case Cloud() | CloudRange():
            return text(record.region, lens)
        case AutonomousSystem():
            return NOTHING
    return text(record.name, lens)


def network_holder(record: Network, lens: Lens) -> str:
    """Who holds the network, announces it, or runs the cloud."""
    match record:
        case Cloud() | CloudRange():
            return text(record.service, lens)
        case AutonomousSystem():
            return text(record.name, lens)
    both = dict.fromkeys(filter(None, (record.holder_ja, record.holder)))
    return lines(tuple(both), lens)


def asn(record: Network, lens: Lens) -> str:
    """The autonomous system, for example ``AS8075``."""
    if isinstance(record, Cloud | CloudRange) or record.asn is None:
        return NOTHING
    if isinstance(record, NetworkRegistration) and len(record.origins) > 1:
        return "\n".join(f"AS{number} {lens.text(name)}".strip() for number, name in record.origins)
    name = record.as_name if isinstance(record, NetworkRegistration) else None
    return f"AS{record.asn}" + (f" {lens.text(name)}" if name else "")


def according_to(record: Network, lens: Lens) -> str:
    """The registry, the dated database or the reverse name that says so."""
    match record:
        case Cloud():
            where = record.region_place or NOTHING
            return lens.say("network.by-name", name=record.name, place=where)
        case CloudRange():
            where = record.region_place or NOTHING
            return lens.say(
                "network.by-list", database=record.database, built=lens.when(record.built)[:10], place=where
            )
        case AutonomousSystem():
            return lens.say(
                "network.by-database", database=record.database, built=lens.when(record.built)[:10]
            )
    return text(record.registry, lens)


def chain(visit: PageVisit, lens: Lens) -> str:
    """The redirects: HTTP status and URL, one a line."""
    return "\n".join(f"{status} {lens.text(url)}" for url, status in visit.chain) or NOTHING


def forms(visit: PageVisit, lens: Lens) -> str:
    """Each form: method, target, and its fields with their types."""
    return (
        "\n".join(
            lens.say(
                "visit.form",
                method=form.method.upper(),
                action=form.action or NOTHING,
                fields=", ".join(f"{name or NOTHING} ({kind})" for kind, name in form.fields) or NOTHING,
            )
            for form in visit.forms
        )
        or NOTHING
    )


def radius(place: Place, lens: Lens) -> str:
    """The accuracy radius in kilometres, or that the database gives none."""
    return lens.say("place.no-radius") if place.radius_km is None else f"{place.radius_km:g} km"


def point(place: Place, lens: Lens) -> str:
    """What the point stands for, how many addresses share it and, on a line of its own, whose they are."""
    said = worded(lens, "point", place.point)
    if place.shared_by is None:
        return said
    share = NOTHING if place.shared_share is None else f"{place.shared_share:.1%}"
    shared = lens.say("place.shared", point=said, count=f"{place.shared_by:,}", share=share)
    if place.holders is None:
        return shared
    told = lens.say(f"place.{holders.sentence(place.holders)}", **dict(holders.values(place.holders)))
    return f"{shared}\n{told}"


def listing_state(lookup: Lookup[Any], lens: Lens) -> str:
    """The service's word; without a record only what "could not ask" allows, never "not listed"."""
    if lookup.record is not None:
        return worded(lens, "state", lookup.record.state)
    failed = {Outcome.NOT_ASKED: ListingState.NOT_ASKED, Outcome.FAILED: ListingState.ERROR}
    state = failed.get(lookup.outcome, ListingState.ERROR if lookup.outcome is Outcome.REFUSED else None)
    return NOTHING if state is None else worded(lens, "state", state)


def limit(limit: Limit, lens: Lens) -> str:
    """What was not read whole."""
    sentence = f"limit.{limit.what}"
    if wording.known(lens.lang, sentence):
        return lens.say(sentence, detail=limit.detail)
    return lens.text(f"{limit.what}: {limit.detail}" if limit.detail else limit.what)


def brand(titles: str, lens: Lens) -> str:
    """Brands by their titles, parted by `` / ``, in the reader's language."""
    if lens.lang != "ja":
        return titles
    return " / ".join(_japanese_titles().get(title, title) for title in titles.split(" / "))


@cache
def _japanese_titles() -> dict[str, str]:
    from phishlab.assess import brands  # a list of its own, which no other cell needs

    return {one.title: one.title_ja for one in brands.known()}


def fact(fact: Fact, lens: Lens) -> str:
    """Its value; a word of a fixed set and a reason (``id|value``) in the lens's language."""
    if fact.label == "confidence":
        return worded(lens, "confidence", fact.value)
    if fact.label == "claimed-brand":
        return text(brand(fact.value, lens), lens)
    if fact.label == "reason":
        return reason(fact.value, lens)
    return text(fact.value, lens)


def reason(text: str, lens: Lens) -> str:
    """A reason in words: ``route.reason.by-suffix|mx.example.jp`` is an id and its value."""
    sentence, _, value = text.partition("|")
    return lens.say(sentence, value=value) if wording.known(lens.lang, sentence) else lens.text(text)


def standing(fact: Fact, lens: Lens) -> str:
    """How far a fact can be trusted."""
    if fact.remark:
        return worded(lens, "remark", fact.remark)
    return lens.say("fact.claimed") if fact.claimed else ""


def flags(hop: Hop, lens: Lens) -> str:
    """What is odd about a hop, one a line."""
    return "\n".join(worded(lens, "flag", flag) for flag in hop.flags) or NOTHING


def marks(attachment: Attachment, lens: Lens) -> str:
    """What was noticed about an attached file, one a line."""
    return "\n".join(worded(lens, "mark", mark) for mark in attachment.marks) or NOTHING


def record_type(lookup: Lookup[Addresses], lens: Lens) -> str:
    """The type of record that was asked for, whatever came of it."""
    return text(lookup.asked_for or getattr(lookup.record, "rdtype", None), lens)


def planned(one: Planned, lens: Lens) -> str:
    """The question, and what it is about where that does not stand in it."""
    about = "" if one.about in one.question else f" ({one.about})"
    return text(one.question + about, lens)


def whom(planned: Planned, lens: Lens) -> str:
    """Who would be asked: a server, or the name servers of a zone by way of the resolver."""
    if not planned.question.startswith("dns:"):
        return text(planned.whom, lens)
    if planned.whom == "arpa":
        return lens.say("plan.whom.reverse")
    return lens.say("plan.whom.zone", zone=planned.whom) if planned.whom else lens.say("plan.whom.later")


def learns(planned: Planned, lens: Lens) -> str:
    """What the one who is asked learns."""
    return " / ".join(lens.say(f"plan.learns.{what}") for what in planned.learns)
