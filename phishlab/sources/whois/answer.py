"""A WHOIS answer of any registry that is known, as a record."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from phishlab.records import DomainRegistration, Outcome
from phishlab.sources import privacy
from phishlab.sources.whois import dates, labels, layout
from phishlab.sources.whois.layout import Entry
from phishlab.sources.whois.registries import Registry

_HOST = re.compile(r"(?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]*", re.IGNORECASE)
# "google.pt NS ns4.google.com.": a record of a zone file
_ZONE_LINE = re.compile(r"\S+\s+(?:IN\s+)?NS\s+(?P<host>\S+)", re.IGNORECASE)
_MAIL = re.compile(r"[^\s<>@]+@[^\s<>@]+\.[a-z]+", re.IGNORECASE)
# "GOO001748-MARKM", "CON-66", "33693450239": what stands for a name elsewhere in the answer, or nowhere
_HANDLE = re.compile(r"\d+|(?=\S*\d)[\w.]+(?:-[\w.]+)+|[A-Za-z]{1,4}\d{3,}")
_LOOKED_FOR = 2
"""How many handles are looked for in the rest of the answer; a domain has one registrant."""
_HANDLES = frozenset({"contact", "nic-hdl", "nic-hdl-br", "handle", "nic handle"})
_ORGANISATIONS = frozenset({"org", "organization", "organisation", "organization name"})
_PERSONS = frozenset({"contact", "name", "person", "personname"})
_UNTIL = re.compile(r"until\s+(?P<date>\d\S*)", re.IGNORECASE)
_BUSY = (
    "too many requests", "limit exceeded for", "limit exceeded -", "quota exceeded", "has been exceeded",
    "connection limit exceeded", "access control limit reached", "only 1 request per second", "please go away",
    "ip address blocked", "request denied", "try again later", "whois limit exceeded",
)  # fmt: skip
_FIELDS = 500
"""How many labels of one answer are kept beside the record; the answer itself is kept whole."""

Read = tuple[Outcome, str, DomainRegistration | None]


def read(text: str, name: str, registry: Registry) -> Read:
    """What the registry's answer about *name* says: its outcome, a note, and the record where there is one.

    NO_SUCH_NAME only where a whole line is this registry's own phrase for it and nothing of a registration
    stands beside it; REFUSED where it asks to be left alone; FAILED for what is not understood.
    """
    found = layout.entries(text)
    record = parse(found, registry, name)
    told = bool(record.created or record.expires or record.name_servers or record.registrar)
    if record.domain and record.domain != name:
        return Outcome.FAILED, f"the answer is about {record.domain}", None
    if told:
        return Outcome.ANSWERED, "", record
    if _busy(text):
        return Outcome.REFUSED, "asked too often", None
    if registry.says_free(text, name):
        return Outcome.NO_SUCH_NAME, f"{registry.server} has no such domain", None
    return _held(text, name, registry, record)


def _held(text: str, name: str, registry: Registry, record: DomainRegistration) -> Read:
    """A name without a date, a server or a registrar: one that is kept back, or no answer at all."""
    line = registry.says_taken(text, name)
    if line:
        return Outcome.ANSWERED, "", _reserved(record, name, line)
    if record.domain and (record.status or record.registrant or record.updated):
        return Outcome.ANSWERED, "", record
    return Outcome.FAILED, "the answer says nothing of a registration", None


def parse(found: Iterable[Entry], registry: Registry, name: str) -> DomainRegistration:
    """The labels of an answer as a record; what is missing or cannot be read stays None or empty."""
    found = tuple(found)
    told = _told(found, registry)
    # The organisation before the person: "Domain Manager" is whom it put there.
    holders = list(_holders(found, told))
    registrant = next((text for text in holders if not privacy.redacted(text)), None)
    return DomainRegistration(
        domain=_domain(told["domain"], name),
        registrant=registrant,
        registrar=next(iter(told["registrar"]), None),
        created=_date(told["created"], registry),
        updated=_latest(told["updated"], registry),
        expires=_date(told["expires"], registry) or _date(_until(told["status"]), registry),
        status=tuple(_states(told["status"])),
        name_servers=tuple(dict.fromkeys(_hosts(told["name servers"]))),
        privacy=privacy.service(*holders) or next((text for text in holders if privacy.redacted(text)), None),
        abuse=tuple(dict.fromkeys(mail for text in told["abuse"] for mail in _MAIL.findall(text))),
        fields=tuple((entry.label, entry.value) for entry in found[:_FIELDS]),
    )


def _holders(found: tuple[Entry, ...], told: dict[str, list[str]]) -> Iterable[str]:
    """The names of whom it is registered to: as they stand, then as the object of a handle has them."""
    stated = [*told["registrant"], *told["registrant person"], *told["registrant handle"]]
    yield from (text for text in stated if not _HANDLE.fullmatch(text))
    for handle in [text for text in stated if _HANDLE.fullmatch(text)][:_LOOKED_FOR]:
        yield from _named(found, handle)


def _named(found: tuple[Entry, ...], handle: str) -> Iterable[str]:
    """Of the object with that handle the organisation, then the person: ``nic-hdl: X1``, ``contact: Example``."""
    places = {entry.paragraph for entry in found if entry.label.lower() in _HANDLES and entry.value == handle}
    own = [entry for entry in found if entry.paragraph in places and entry.value != handle]
    yield from (entry.value for entry in own if entry.label.lower() in _ORGANISATIONS)
    yield from (entry.value for entry in own if entry.label.lower() in _PERSONS)


def _told(found: tuple[Entry, ...], registry: Registry) -> defaultdict[str, list[str]]:
    """The values by what their labels mean. Dates and states of people are theirs, not the domain's."""
    people = _people(found)
    told: defaultdict[str, list[str]] = defaultdict(list)
    # Only the lines of one label in one place are the history of the domain: others are of someone else.
    history: dict[str, tuple[int, str]] = {}
    blocks: set[tuple[str, int]] = set()
    for entry in found:
        if not entry.value or entry.label.lower() in registry.ignore:
            continue
        personal = entry.paragraph in people or labels.about_people(entry.section)
        means = (labels.of_person if personal else labels.meaning)(entry.label, entry.section)
        if means == "updated" and history.setdefault(means, place := (entry.paragraph, entry.label)) != place:
            continue
        if entry.label == entry.section and means in {"registrant", "registrar"}:
            # Below the name stands the address.
            if (block := (entry.section, entry.paragraph)) in blocks or _HANDLE.fullmatch(entry.value):
                continue
            blocks.add(block)
        if means:
            told[means].append(entry.value)
    return told


def _people(found: tuple[Entry, ...]) -> frozenset[int]:
    """The paragraphs that are about a person: all but the first that begin with a label like ``person``."""
    first: dict[int, str] = {}
    for entry in found:
        first.setdefault(entry.paragraph, entry.label)
    begin = min(first, default=0)
    return frozenset(
        number for number, label in first.items() if number > begin and labels.begins_person(label)
    )


def _domain(values: list[str], name: str) -> str:
    """The name that the answer is about: *name* where one of its values is that, else the first that is a name."""
    hosts = [match[0].rstrip(".").lower() for value in values if (match := _HOST.search(value))]
    written = [value.strip().lower().rstrip(".") for value in values]
    return name if name in {*hosts, *written} else next(iter(hosts), "")


def _date(values: Iterable[str], registry: Registry) -> dates.Date:
    return next((date for text in values if (date := dates.when(text, registry.order))), None)


def _latest(values: Iterable[str], registry: Registry) -> dates.Date:
    """The last of several: ``changed: … 19990605 (Assigned)``, ``changed: … 20181216 (Changed)``."""
    return max((date for text in values if (date := dates.when(text, registry.order))), default=None)


def _until(states: Iterable[str]) -> list[str]:
    """The date inside a state, ``OK-UNTIL 20131218000000``, where a registry has no line for the expiry."""
    return [match["date"] for state in states if (match := _UNTIL.search(state))]


def _states(values: Iterable[str]) -> Iterable[str]:
    """``REGISTERED, DELEGATED`` is two; of ``ok - Normal state.`` the first word is the state."""
    for value in values:
        parts = re.split(r",\s*", value)
        for part in parts if all(" " not in part for part in parts) else [value]:
            yield part.partition(" - ")[0].removesuffix(" -").strip()


def _hosts(values: Iterable[str]) -> Iterable[str]:
    for value in values:
        zone = _ZONE_LINE.match(value)
        match = _HOST.match(zone["host"] if zone else value.strip())
        if match:
            yield match[0].rstrip(".").lower()


def _busy(text: str) -> bool:
    told = text.lower()
    return any(words in told for words in _BUSY)


def _reserved(record: DomainRegistration, name: str, line: str) -> DomainRegistration:
    return DomainRegistration(
        domain=name,
        registrant=None,
        registrar=None,
        created=None,
        updated=None,
        expires=None,
        status=record.status or (line,),
        name_servers=(),
        fields=record.fields,
    )
