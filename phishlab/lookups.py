"""The steps of a case without a mail: what is known of one address, name or URL.

Each kind of table is there, in this order, also where nothing was found; a question has its row whatever came
of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

from phishlab import case as cases
from phishlab import inquiry
from phishlab.assess import places, registration, reputation
from phishlab.case import Case
from phishlab.errors import EvidenceError, PhishlabError
from phishlab.exhibits import always, evidence, shown
from phishlab.records import Exhibit, Fact, Level, Step, Subject


def subject(case: Case) -> Step:
    """How the subject was understood."""
    return Step(id="subject", exhibits=shown(("facts", _facts(_subject(case)))))


def names(case: Case) -> Step:
    """What the name resolves to, or what the address is called."""
    looked_up = [*inquiry.subject_addresses(case), *inquiry.subject_records(case)]
    seen = inquiry.seen(case)
    return Step(
        id="subject-names",
        exhibits=always(("addresses", looked_up), ("sightings", seen)),
        evidence=evidence(*looked_up, *seen),
    )


def registrations(case: Case) -> Step:
    """Who registered the domain."""
    looked_up = inquiry.subject_registrations(case)
    judged = (registration.domain_findings(lookup, None, "link") for lookup in looked_up)
    return Step(
        id="subject-registration",
        exhibits=always(("domains", looked_up)),
        findings=tuple(finding for findings in judged for finding in findings),
        evidence=evidence(*looked_up),
        not_evaluated=None if looked_up else "no-domain",
    )


def networks(case: Case) -> Step:
    """Who holds and who announces the addresses."""
    ips = inquiry.subject_ips(case)
    registered, announced = inquiry.networks(case, ips), inquiry.announced(case, ips)
    published = inquiry.published(case, ips)
    return Step(
        id="subject-network",
        exhibits=always(("networks", [*registered, *announced, *published])),
        findings=(
            *registration.network_findings(registered, "hosting"),
            *registration.announced_findings(announced),
            *registration.cloud_findings(published),
        ),
        evidence=evidence(*registered, *announced, *published),
        not_evaluated=None if ips else "no-addresses",
    )


def located(case: Case) -> Step:
    """Where databases put the addresses."""
    ips = inquiry.subject_ips(case)
    looked_up = inquiry.places(case, ips)
    return Step(
        id="subject-place",
        exhibits=(*always(("places", looked_up)), *shown(("map", places.pins(looked_up)))),
        findings=places.findings(looked_up),
        evidence=evidence(*looked_up),
        not_evaluated=None if ips else "no-addresses",
    )


def listings(case: Case) -> Step:
    """What reputation services say."""
    looked_up = [
        *inquiry.link_listings(case),
        *inquiry.address_listings(case, inquiry.subject_ips(case)),
    ]
    return Step(
        id="subject-reputation",
        exhibits=(*always(("listings", looked_up)), *shown(("asked", case.exchanges))),
        findings=reputation.findings(looked_up),
        evidence=evidence(*looked_up),
    )


STEPS: tuple[tuple[str, Callable[[Case], Step]], ...] = (
    ("subject", subject),
    ("subject-names", names),
    ("subject-registration", registrations),
    ("subject-network", networks),
    ("subject-place", located),
    ("subject-reputation", listings),
)
TABLES = (
    ("subject-names", "addresses"),
    ("subject-names", "sightings"),
    ("subject-registration", "domains"),
    ("subject-network", "networks"),
    ("subject-place", "places"),
    ("subject-reputation", "listings"),
)
"""The step and the kind of each table of a look-up, in their order."""


def tables(steps: Callable[[str], Step]) -> Iterator[Exhibit]:
    """The tables of a look-up; *steps* hands out a step by its name."""
    for name, kind in TABLES:
        yield next(exhibit for exhibit in steps(name).exhibits if exhibit.kind == kind)


def _subject(case: Case) -> Subject:
    if case.subject is None:
        raise ValueError("this case is one of a mail")
    return case.subject


def _facts(asked: Subject) -> Iterator[Fact]:
    yield Fact(label="given", value=asked.given.strip())
    yield Fact(label=f"understood-{asked.kind}", value=asked.shown)
    if asked.kind == "url":
        yield Fact(label="host", value=asked.host)
    if asked.registrable:
        yield Fact(label="registrable", value=asked.registrable)


def begin(asked: Subject, path: Path | None, level: Level, **options: Any) -> Case:  # noqa: ANN401 - the keywords of case.create()
    """The case in which *asked* is looked up at *level*: at *path*, or in a folder of its own under ``out``.

    At *path* a case of the same subject goes on, or is replayed where it was finished. Without *path* it is asked
    anew, unless the last one was stopped. Raises EvidenceError where *path* holds something else.
    """
    if path is not None:
        return (
            _at(asked, path, level, options)
            if (path / "bagit.txt").exists()
            else cases.lookup(asked, path, level=level, **options)
        )
    for number in count(1):
        free = Path("out") / (stem(asked) if number == 1 else f"{stem(asked)}-{number}")
        if not free.exists():
            return cases.lookup(asked, free, level=level, **options)
        if _stopped(asked, free, level):
            return _at(asked, free, level, options)
    raise AssertionError("there is always a next number")


def stem(asked: Subject) -> str:
    """A name for the case's folder: ``lookup-sgogoj_com``; of a URL with the beginning of its digest."""
    name = re.sub(r"[^A-Za-z0-9-]", "_", asked.host)[:100]
    digest = sha256(asked.url.encode()).hexdigest()[:6] if asked.kind == "url" else ""
    return "-".join(part for part in ("lookup", name, digest) if part)


def _stopped(asked: Subject, path: Path, level: Level) -> bool:
    try:
        there = cases.open_case(path)
    except PhishlabError:
        return False
    return not there.finished and there.level == level and _same(there.subject, asked)


def _at(asked: Subject, path: Path, level: Level, options: Mapping[str, Any]) -> Case:
    there = cases.open_case(path)
    if not _same(there.subject, asked):
        raise EvidenceError(f"{path} holds another case: choose another folder (-o)")
    return cases.again(
        path, there.original, level, **{name: options[name] for name in _GOING_ON & options.keys()}
    )


_GOING_ON = frozenset({"lists", "wire", "on_question"})


def _same(one: Subject | None, other: Subject) -> bool:
    return one is not None and (one.kind, one.host, one.url) == (other.kind, other.host, other.url)
