"""What the analyst saw on the page of a service that has no API, put into the case as evidence of its own kind."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from phishlab import indicators
from phishlab.case import Case
from phishlab.errors import InputError
from phishlab.records import Listing, ListingState, Lookup, Outcome, Provenance
from phishlab.sources.reputation import observed
from phishlab.wire import clock

STATES = tuple(state.value for state in ListingState if state is not ListingState.NOT_ASKED)
"""What may be observed."""
PICTURE_LIMIT = 20_000_000
"""Bytes of a screenshot."""
_PNG = b"\x89PNG\r\n\x1a\n"


def observe(
    case: Case,
    service: str,
    subject: str,
    state: str,
    *,
    note: str = "",
    picture: bytes | None = None,
    seen_at: datetime | None = None,
    now: Callable[[], datetime] = clock.utc,
) -> Lookup[Listing]:
    """Keep what was seen of *subject* at *service*, with a screenshot (PNG), and seal the case.

    *subject* is a link of the case, its host, or the address that the mail came from, defanged or not.
    *seen_at* without a zone is taken for UTC; None means now. A later observation stands over an earlier one,
    which stays in the case. Raises InputError for what cannot be observed.
    """
    asked, when = _subject(case, service, subject), now()
    if state not in STATES:
        raise InputError(f"no state {state!r}: choose one of {', '.join(STATES)}")
    kept = None if picture is None else _kept(case, service, picture)
    told = observed.format(state=state, detail=note, seen_at=seen_at or when, picture=kept)
    with case.folder.changing(when=when):
        case.folder.answers.append(
            observed.question(service, asked, case.message.recipients),
            told,
            run=str((case.folder.info.get("runs") or ["1"])[-1]),
            peer="",
            asked_at=when,
            origin=Provenance.IMPORTED,
            outcome=Outcome.ANSWERED,
            source=f"seen by the analyst at {observed.SERVICES[service].title}",
            media_type="application/json",
        )
        item = {"item": kept[0]} if kept else {}
        case.folder.log(
            "observed", f"the analyst wrote down what {service} shows", when=when, who="analyst", **item
        )
    case.steps.clear()
    return observed.listing(case.wire, service, asked, case.message.recipients)


def screenshot(path: Path) -> bytes:
    """The bytes of a screenshot; InputError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(PICTURE_LIMIT + 1)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from error


def moment(text: str) -> datetime | None:
    """``2024-01-16T10:00:00+09:00``; None for an empty text, InputError for what is no time."""
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError as error:
        raise InputError(f"not a time: {text!r}; write it as 2024-01-16T10:00:00+09:00") from error


def subjects(case: Case, service: str) -> tuple[str, ...]:
    """What of the case may be observed at *service*: its links, and the address that it came from or is about."""
    links = [link.url for link in case.asked_links]
    looked_up = case.subject.host if case.subject and case.subject.registrable is None else None
    address = looked_up or case.route.origin.ip
    return (*links, *([address] if address and observed.SERVICES[service].takes_host else []))


def _subject(case: Case, service: str, given: str) -> str:
    """The link or address of the case that *given* names."""
    if service not in observed.SERVICES:
        raise InputError(f"no service {service!r}: choose one of {', '.join(observed.SERVICES)}")
    shown = indicators.refang(given.strip())
    read = indicators.url(shown)
    known = subjects(case, service)
    for subject in known:
        if subject == shown or (read and subject == read.href) or _host(subject) == shown.lower().rstrip("."):
            return subject
    free = case.message.recipients
    for subject in known:
        if read and indicators.token_free(subject, free) == indicators.token_free(read.href, free):
            return subject
    listed = ", ".join(indicators.defang(indicators.redact(one, free)) for one in known) or "nothing"
    raise InputError(f"the case has no such link or address; what can be observed: {listed}")


def _host(subject: str) -> str:
    read = indicators.url(subject)
    return read.host if read else subject


def _kept(case: Case, service: str, picture: bytes) -> tuple[str, str]:
    """The screenshot put into the case: its path and its SHA-256."""
    if not picture.startswith(_PNG) or len(picture) > PICTURE_LIMIT:
        raise InputError(f"a screenshot has to be a PNG file of up to {PICTURE_LIMIT:,} bytes")
    digest = hashlib.sha256(picture).hexdigest()
    name = f"observed/{service}-{digest[:16]}.png"
    case.folder.add_file(name, picture)
    return f"data/{name}", digest
