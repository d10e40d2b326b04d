"""Who registered a domain, by RDAP (RFC 7480 to 7484, 9082, 9083): the registry, then the registrar it names.

The two answers are kept apart: of a thin registry (com, net) only the registrar knows the registrant, and
a registrar's word never replaces the registry's.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice

import dns.exception

from phishlab.records import Answer, DomainRegistration, Level, Lookup, Outcome, Question
from phishlab.sources import dns as names
from phishlab.sources import privacy, rdap_json, rdap_servers
from phishlab.sources.rdap_json import Json
from phishlab.wire import Wire

_ACCEPT = (("Accept", "application/rdap+json, application/json;q=0.9"),)
_FIELDS = 500
"""How many labels of one answer are kept beside the record; the answer itself is kept whole."""


def domain(wire: Wire, name: str) -> Lookup[DomainRegistration]:
    """The registration of *name*: the registry's facts, and the registrant as its registrar tells it.

    In ``fields`` the labels begin with ``registry.`` or ``registrar.``. NO_SUCH_NAME only where the registry
    itself says so; NOT_ASKED where no RDAP server is known for the top-level domain.
    """
    try:
        queried = names.name(name).to_text(omit_final_dot=True)
    except (dns.exception.DNSException, ValueError) as error:
        note = f"not a name that can be asked for: {error}"
        return Lookup(source="rdap", subject=name, outcome=Outcome.FAILED, note=note)
    found = rdap_servers.server(wire, queried)
    if found.base is None:
        return Lookup(
            source="rdap", subject=queried, outcome=found.outcome, evidence=found.evidence, note=found.note
        )
    registry, related = _asked(wire, f"{found.base}domain/{queried}", queried, "registry")
    registry = replace(registry, evidence=(*found.evidence, *registry.evidence))
    if registry.record is None or related is None:
        return registry
    return _joined(registry, _asked(wire, related, queried, "registrar")[0])


def _asked(wire: Wire, url: str, name: str, role: str) -> tuple[Lookup[DomainRegistration], str | None]:
    """One server's answer, and the address of the registrar's where it names one."""
    answer = wire.ask(Question(uri=url, level=Level.PASSIVE, headers=_ACCEPT))
    outcome, note = settled(answer)
    body = rdap_json.read(answer.data) if outcome is Outcome.ANSWERED else None
    if outcome is Outcome.ANSWERED and not isinstance(body, dict):
        outcome, note = Outcome.FAILED, f"the {role}'s answer is not JSON"
    record = parse(body, role) if isinstance(body, dict) else None
    if record and record.domain != name:
        outcome, note, record = (
            Outcome.FAILED,
            f"the {role}'s answer is about {record.domain or 'nothing'}",
            None,
        )
    lookup = Lookup(
        source="rdap",
        subject=name,
        outcome=outcome,
        record=record,
        evidence=(answer.exchange,) if answer.exchange else (),
        note=note,
    )
    return lookup, _related(body, url) if isinstance(body, dict) else None


def settled(answer: Answer) -> tuple[Outcome, str]:
    """What the HTTP status settles (RFC 7480, section 5): 404 is the server's "there is none"."""
    status = answer.status
    if answer.outcome is not Outcome.ANSWERED or status == 200:
        return answer.outcome, answer.note
    if status == 404 and "html" not in answer.media_type:
        return Outcome.NO_SUCH_NAME, "the server knows no such registration"
    if status in {401, 403, 429}:
        return Outcome.REFUSED, "asked too often" if status == 429 else f"the server refused: HTTP {status}"
    return Outcome.FAILED, f"the server answered HTTP {status}"


def parse(body: dict[str, Json], role: str = "registry") -> DomainRegistration:
    """A domain object of RFC 9083 as a record; what is missing or malformed in it stays None or empty."""
    events = {
        rdap_json.text(event.get("eventAction")): event.get("eventDate")
        for event in rdap_json.objects(body.get("events"))
    }
    people = tuple(rdap_json.entities(body))
    registrant = next(
        (rdap_json.named(entity) for entity in people if "registrant" in rdap_json.roles(entity)), ()
    )
    registrar = next(
        (rdap_json.named(entity) for entity in people if "registrar" in rdap_json.roles(entity)), ()
    )
    shown = next((text for text in registrant if not privacy.redacted(text)), None)
    return DomainRegistration(
        domain=_name(body),
        registrant=shown,
        registrar=next(iter(registrar), None),
        created=when(events.get("registration")),
        updated=when(events.get("last changed")),
        expires=when(events.get("expiration")),
        status=tuple(rdap_json.text(status) for status in rdap_json.array(body.get("status"))),
        name_servers=tuple(
            host
            for server in rdap_json.objects(body.get("nameservers"))
            if (host := rdap_json.text(server.get("ldhName")).lower())
        ),
        privacy=privacy.service(*registrant) or _redaction(registrant, body),
        abuse=tuple(
            dict.fromkeys(
                mail
                for entity in people
                if "abuse" in rdap_json.roles(entity)
                for mail in rdap_json.mails(entity)
            )
        ),
        fields=tuple(islice(rdap_json.flat(body, role), _FIELDS)),
        redacted=tuple(dict.fromkeys(_redacted(body))),
    )


def _name(body: dict[str, Json]) -> str:
    """``ldhName``, or the A-labels of ``unicodeName`` where a server gives that alone (RFC 9083, 5.3)."""
    written = rdap_json.text(body.get("ldhName")) or rdap_json.text(body.get("unicodeName"))
    try:
        return names.name(written).to_text(omit_final_dot=True)
    except (dns.exception.DNSException, ValueError):
        return written.lower().rstrip(".")


def _redacted(body: dict[str, Json]) -> Iterator[str]:
    """The names of what is left out, and how (RFC 9537, 4.2).

    ``{"name": {"type": "Registrant Email"}, "method": "replacementValue", …}`` is
    ``Registrant Email (replacementValue)``; the default method is removal.
    """
    for item in rdap_json.objects(body.get("redacted"))[:_FIELDS]:
        named = rdap_json.obj(item.get("name"))
        what = rdap_json.text(named.get("type")) or rdap_json.text(named.get("description"))
        if what:
            yield f"{what} ({rdap_json.text(item.get('method')) or 'removal'})"


def _redaction(registrant: tuple[str, ...], body: dict[str, Json]) -> str | None:
    """``REDACTED FOR PRIVACY`` as it is written, or the redaction that RFC 9537 declares."""
    written = next((text for text in registrant if privacy.redacted(text)), None)
    declared = any("registrant" in json.dumps(item).lower() for item in rdap_json.array(body.get("redacted")))
    return written or ("redacted (RFC 9537)" if declared and not registrant else None)


def _joined(
    registry: Lookup[DomainRegistration], registrar: Lookup[DomainRegistration]
) -> Lookup[DomainRegistration]:
    """The registry's record, with what only the registrar knows added."""
    ours, theirs = registry.record, registrar.record
    evidence = (*registry.evidence, *registrar.evidence)
    if ours is None or theirs is None:
        note = f"the registrar's answer is missing: {registrar.note or registrar.outcome.value}"
        return replace(registry, evidence=evidence, note=note)
    silent = ours.registrant is None
    record = replace(
        ours,
        registrant=theirs.registrant if silent else ours.registrant,
        privacy=(theirs.privacy or (ours.privacy if theirs.registrant is None else None))
        if silent
        else ours.privacy,
        abuse=tuple(dict.fromkeys((*ours.abuse, *theirs.abuse))),
        fields=(*ours.fields, *theirs.fields),
        redacted=tuple(dict.fromkeys((*ours.redacted, *theirs.redacted))),
        registrar_answer=theirs,
    )
    return replace(registry, record=record, evidence=evidence)


def _related(body: dict[str, Json], asked: str) -> str | None:
    """The registrar's RDAP address: ``{"rel": "related", "type": "application/rdap+json", "href": …}``."""
    for link in rdap_json.objects(body.get("links")):
        href = rdap_json.text(link.get("href"))
        about = (rdap_json.text(link.get("rel")), rdap_json.text(link.get("type")).partition(";")[0])
        if about == ("related", "application/rdap+json") and href.startswith("https://") and href != asked:
            return href
    return None


def when(value: Json) -> datetime | None:
    """``2023-11-04T08:15:21Z`` (RFC 3339) in UTC, None for anything else."""
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else None
        return time and (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
