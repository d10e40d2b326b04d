"""What a name resolved to at another time, as sensors saw it pass: passive DNS in the Common Output Format.

draft-dulaunoy-dnsop-passive-dns-cof: one JSON object a line, times in seconds since 1970 in UTC::

    {"rrname":"sgogoj.com","rrtype":"A","rdata":"8.217.61.41","time_first":1705104000,"time_last":1705708800,"count":7}

From a file that the analyst has, or from CIRCL for those who have an account there (circl.lu/services/passive-dns),
who then learns the name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

import dns.exception

from phishlab import indicators
from phishlab.records import Answer, Credential, Level, Lookup, Outcome, PassiveDns, Question, Sighting
from phishlab.sources import dns as names
from phishlab.sources import rdap_json
from phishlab.sources.rdap_json import Json
from phishlab.wire import Wire

CIRCL = "https://www.circl.lu/pdns/query/"
CREDENTIAL = Credential(service="circl-pdns", header="Authorization", basic=True)
"""``PHISHLAB_CIRCL_PDNS_KEY`` is ``name:password``, which CIRCL gives to whom it trusts."""

_TYPES = frozenset({"A", "AAAA", "CNAME", "NS", "MX"})
_MOST = 500
"""Sightings that are kept beside the record, the newest; the answer itself is kept whole."""
_LINES = 20_000


def imported(name: str) -> Question:
    """The question under which a file of the analyst's is kept: ``pdns:sgogoj.com``."""
    return Question(uri=f"pdns:{name}", level=Level.OFFLINE)


def seen(wire: Wire, name: str) -> tuple[Lookup[PassiveDns], ...]:
    """Both, the file where there is one: one that nobody brought is no question that was left unanswered."""
    brought = from_file(wire, name)
    return (brought, circl(wire, name)) if brought.evidence else (circl(wire, name),)


def from_file(wire: Wire, name: str) -> Lookup[PassiveDns]:
    """What the file that the analyst brought into the case says of *name*; NOT_ASKED where there is none."""
    return _looked_up("pdns", name, lambda asked: _brought(wire.ask(imported(asked))))


def circl(wire: Wire, name: str) -> Lookup[PassiveDns]:
    """What CIRCL's sensors saw of *name*; NOT_ASKED without an account there."""
    return _looked_up("pdns-circl", name, lambda asked: wire.ask(_circl(asked)))


def parse(text: str, name: str) -> tuple[Sighting, ...]:
    """The sightings of *name* in lines of the format, the newest first; other names and other lines are left out.

    A set of records in one line is one sighting for each.
    """
    found = {
        sighting
        for line in text.splitlines()[:_LINES]
        if isinstance(told := rdap_json.read(line.encode("utf-8", "replace")), dict)
        for sighting in _sightings(told)
        if sighting.name == name
    }
    return tuple(sorted(found, key=lambda one: (one.last, one.first, one.value), reverse=True)[:_MOST])


def _looked_up(source: str, name: str, ask: Callable[[str], Answer]) -> Lookup[PassiveDns]:
    try:
        asked = names.name(name).to_text(omit_final_dot=True)
    except (dns.exception.DNSException, ValueError) as error:
        note = f"not a name that can be asked for: {error}"
        return Lookup(source=source, subject=name, outcome=Outcome.FAILED, note=note)
    answer = ask(asked)
    outcome, note, record = _read(answer, asked, _ORIGINS[source])
    return Lookup(
        source=source,
        subject=asked,
        outcome=outcome,
        record=record,
        evidence=(answer.exchange,) if answer.exchange else (),
        note=note,
    )


_ORIGINS = {"pdns": "the analyst's file", "pdns-circl": "CIRCL Passive DNS"}


def _circl(name: str) -> Question:
    return Question(uri=f"{CIRCL}{quote(name, safe='.-_')}", level=Level.THIRD_PARTY, credential=CREDENTIAL)


def _read(answer: Answer, name: str, origin: str) -> tuple[Outcome, str, PassiveDns | None]:
    if answer.outcome is not Outcome.ANSWERED:
        return answer.outcome, answer.note, None
    if answer.status in {401, 403, 429}:
        return Outcome.REFUSED, _REFUSALS[answer.status], None
    if answer.status not in {None, 200, 404}:
        return Outcome.FAILED, f"the server answered HTTP {answer.status}", None
    text = answer.data.decode("utf-8", "replace")
    found = parse(text, name)
    if found:
        return Outcome.ANSWERED, "", PassiveDns(name=name, origin=origin, sightings=found)
    if answer.status != 404 and text.strip() and not any(_lines(text)):
        return Outcome.FAILED, "the answer is not in the format of passive DNS", None
    return Outcome.NO_DATA, "never seen by these sensors", None


_REFUSALS = {401: "the server refused: HTTP 401", 403: "the server refused: HTTP 403", 429: "asked too often"}


def _lines(text: str) -> Iterator[bool]:
    """For each line whether it is one of the format."""
    for line in text.splitlines()[:_LINES]:
        told = rdap_json.read(line.encode("utf-8", "replace"))
        yield isinstance(told, dict) and "rrname" in told


def _sightings(told: dict[str, Json]) -> Iterator[Sighting]:
    first, last = _time(told.get("time_first")), _time(told.get("time_last"))
    rdtype = rdap_json.text(told.get("rrtype")).upper()
    if first is None or last is None or first > last or rdtype not in _TYPES:
        return
    count = told.get("count")
    for value in rdap_json.array(told.get("rdata")) or [told.get("rdata")]:
        shown = rdap_json.text(value).rstrip(".").lower()
        if rdtype in {"A", "AAAA"} and indicators.address(shown) is None:
            continue
        if shown:
            yield Sighting(
                name=rdap_json.text(told.get("rrname")).rstrip(".").lower(),
                rdtype=rdtype,
                value=shown,
                first=first,
                last=last,
                count=count if isinstance(count, int) and not isinstance(count, bool) else None,
            )


def _time(value: Json) -> datetime | None:
    """Seconds since 1970, also as text; None for what is no time."""
    try:
        return datetime.fromtimestamp(int(value), UTC) if isinstance(value, int | float | str) else None
    except (ValueError, OverflowError, OSError):
        return None


def _brought(answer: Answer) -> Answer:
    """A file that was not brought in is no question that somebody left unanswered."""
    if answer.outcome is Outcome.NOT_ASKED and answer.exchange is None:
        return replace(answer, note="no file of passive DNS is in this case")
    return answer
