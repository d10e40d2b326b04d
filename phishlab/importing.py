"""Answers that the analyst got elsewhere, brought into a case as evidence of their own kind: ``imported``.

An answer is kept under the question that the source itself would put, so that the source reads it in replay. Which
question that is, the source tells: it is run on a wire that only listens. Nothing is asked of anybody.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from phishlab import indicators
from phishlab.case import Case
from phishlab.errors import InputError
from phishlab.evidence import har
from phishlab.evidence.folder import ANSWERS
from phishlab.records import Answer, Exchange, Level, Outcome, Provenance, Question
from phishlab.sources import jpnic, network, passive_dns, rdap, rdap_servers, registration, whois
from phishlab.sources.reputation import abuseipdb, otx, urlscan, virustotal
from phishlab.wire import Wire, clock, gate

RUN = "imported"
"""Under which run they are kept: none that asked anything."""
LARGEST = 10_000_000
"""Bytes of one answer."""

Source = Callable[[Wire, str], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where an answer comes from.

    *told* in the analyst's words, *seen_at* when they got it (UTC), *digest* the SHA-256 of the file that it was in.
    """

    told: str
    seen_at: datetime
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What was not brought in, and why: an English note."""

    url: str
    why: str


def _rdap(wire: Wire, subject: str) -> object:
    if indicators.address(subject):
        return network.registration(wire, subject)
    return rdap.domain(wire, registration.on_the_books(subject))


def _virustotal(wire: Wire, subject: str) -> object:
    if indicators.address(subject):
        return virustotal.address(wire, subject)
    return (virustotal.url if "://" in subject else virustotal.domain)(wire, subject)


def _otx(wire: Wire, subject: str) -> object:
    return (otx.address if indicators.address(subject) else otx.domain)(wire, subject)


def _abuseipdb(wire: Wire, subject: str) -> object:
    return abuseipdb.address(wire, subject)


def _urlscan(wire: Wire, subject: str) -> object:
    return urlscan.host(wire, subject)


def _whois(wire: Wire, subject: str) -> object:
    if indicators.address(subject):
        return jpnic.network(wire, subject)
    return whois.domain(wire, registration.on_the_books(subject))


SOURCES: dict[str, tuple[Source, str]] = {
    "whois": (_whois, "whois"),
    "pdns": (passive_dns.from_file, "pdns"),
    "rdap": (_rdap, "https"),
    "virustotal": (_virustotal, "https"),
    "urlscan": (_urlscan, "https"),
    "otx": (_otx, "https"),
    "abuseipdb": (_abuseipdb, "https"),
}
"""What reads an answer of each kind, and the scheme of the question that it puts."""
KINDS = (*SOURCES, "har")
_PLAIN = frozenset({"whois", "pdns"})
"""Schemes whose answers are a text by itself, no HTTP response."""


def scheme_of(kind: str) -> str:
    """The scheme of the question that an answer of *kind* is kept under."""
    return SOURCES[kind][1]


def answer(
    case: Case, data: bytes, kind: str, subject: str, origin: Origin, *, status: int | None = None
) -> Exchange:
    """Keep *data* (a text, or the body of an HTTP response) as the answer of that kind about *subject*.

    *status* is the HTTP status that it came with; without it that which the answer itself tells, else 200. Raises
    InputError for what cannot be brought in, EvidenceError where the case is not as it was sealed.
    """
    body = _whole(case, data)
    question = _scan(body) if kind == "urlscan" else None
    question = question or asked(case, kind, subject)
    plain = scheme_of(kind) in _PLAIN
    kept = body if plain else _response(body, status or stated_status(body))
    media_type = "text/plain" if plain else ""
    (exchange,) = _kept(case, [(question, kept, media_type, origin.seen_at)], origin)
    return exchange


def asked(case: Case, kind: str, subject: str) -> Question:
    """The question about *subject* that the source of that kind puts first; InputError where it puts none."""
    if kind not in SOURCES:
        raise InputError(f"no kind {kind!r} of answer about a subject: choose one of {', '.join(SOURCES)}")
    source, scheme = SOURCES[kind]
    about = indicators.token_free(indicators.refang(subject.strip()), case.message.recipients)
    listening = Listening(case.wire)
    source(listening, about)
    found = next((one for one in listening.asked if _fits(one, scheme)), None)
    if found is None:
        raise InputError(f"the source {kind} asks nothing about {subject!r}")
    return found


def _fits(question: Question, scheme: str) -> bool:
    """A question to whoever answers about the subject, not to IANA, which says who that is."""
    asks_iana = question.uri.startswith((f"whois://{whois.IANA}/", rdap_servers.BOOTSTRAP))
    return gate.scheme(question.uri) == scheme and not asks_iana


def named(case: Case, data: bytes, uri: str, origin: Origin, *, status: int | None = None) -> Exchange:
    """Keep *data* as the answer to the question *uri*, as the report prints it: ``whois://…``, ``https://…``."""
    if gate.scheme(uri) not in {"whois", "http", "https"}:
        raise InputError("a question to import an answer to begins with whois://, https:// or http://")
    question = Question(uri=uri, level=Level.OFFLINE)
    if gate.names(uri, case.message.recipients):
        raise InputError("not a question that can be kept: it would tell who received the mail")
    if refused := gate.refusal(question, Level.OFFLINE, case.message.recipients):
        raise InputError(f"not a question that can be kept: {refused.note}")
    body = _whole(case, data)
    plain = gate.scheme(uri) == "whois"
    kept = body if plain else _response(body, status or stated_status(body))
    (exchange,) = _kept(case, [(question, kept, "text/plain" if plain else "", origin.seen_at)], origin)
    return exchange


def archive(case: Case, data: bytes, origin: Origin) -> tuple[tuple[Exchange, ...], tuple[Left, ...]]:
    """The responses of a HAR file, each under its own address; and what of it was left out.

    An entry's own time is kept where it names one. Left out are answers to anything but a GET, and those that repeat
    a secret of the session or name the recipient.
    """
    take: list[tuple[Question, bytes, str, datetime]] = []
    left: list[Left] = []
    for entry in har.parse(data):
        url = indicators.token_free(entry.url, case.message.recipients)
        question = Question(uri=url, level=Level.OFFLINE)
        why = entry.why_not or _unfit(case, entry.response)
        if not why and (refused := gate.refusal(question, Level.OFFLINE, case.message.recipients)):
            why = refused.note
        if why:
            left.append(Left(url=url, why=why))
        else:
            take.append((question, entry.response, "", entry.seen_at or origin.seen_at))
    return _kept(case, take, origin), tuple(left)


def origin(
    case: Case, data: bytes, told: str, seen_at: datetime, now: Callable[[], datetime] = clock.utc
) -> Origin:
    """Where the file *data* comes from; InputError for words that name the recipient, or a time to come."""
    words = " ".join(told.split())
    if not words:
        raise InputError("say where it comes from: --from 'the web page of the registry'")
    if gate.names(words, case.message.recipients):
        raise InputError("--from names the recipient: say it in other words")
    when = seen_at if seen_at.tzinfo else seen_at.replace(tzinfo=UTC)
    if when > now():
        raise InputError(f"--seen-at is yet to come: {when.isoformat()}")
    return Origin(told=words[:500], seen_at=when, digest=sha256(data).hexdigest())


def _scan(body: bytes) -> Question | None:
    """The address of one scan of urlscan.io, where that is what it is: a search has no ``task`` of its own.

    ``{"task": {"uuid": "0e37e828-a9d9-45c0-ac50-1ca579b86c72", …}, "page": {…}}``
    """
    try:
        told: Any = json.loads(body)
        name = str(uuid.UUID(told["task"]["uuid"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return Question(uri=f"https://urlscan.io/api/v1/result/{name}/", level=Level.OFFLINE)


def stated_status(body: bytes) -> int:
    """The HTTP status that an answer tells of itself, else 200.

    ``{"errorCode": 404, …}`` (RFC 9083, section 6), ``{"error": {"code": "NotFoundError"}}`` (VirusTotal).
    """
    try:
        told: Any = json.loads(body)
    except (ValueError, RecursionError):
        return 200
    code = told.get("errorCode") if isinstance(told, dict) else None
    if isinstance(code, int) and not isinstance(code, bool) and 400 <= code <= 599:
        return code
    error = told.get("error") if isinstance(told, dict) else None
    return 404 if isinstance(error, dict) and error.get("code") == "NotFoundError" else 200


class Listening:
    """A wire that notes the questions that a source puts, and answers from the case alone."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.asked: list[Question] = []

    @property
    def level(self) -> Level:
        """That of the case."""
        return self._wire.level

    def ask(self, question: Question) -> Answer:
        """What the case holds; the question is noted."""
        self.asked.append(question)
        return self._wire.ask(question)

    def consult(self, question: Question, read: Callable[[], bytes | None]) -> Answer:
        """What the case holds, else what lies on this machine, which is not kept."""
        answer = self._wire.consult(question, read)
        if answer.outcome is not Outcome.NOT_ASKED:
            return answer
        found = read()
        return answer if found is None else Answer(outcome=Outcome.ANSWERED, data=found)

    def now(self) -> datetime:
        """The time of the case."""
        return self._wire.now()


def _whole(case: Case, data: bytes) -> bytes:
    why = "it is empty" if not data.strip() else _unfit(case, data)
    if why:
        raise InputError(f"this answer cannot be brought in: {why}")
    return data


def _unfit(case: Case, data: bytes) -> str:
    if len(data) > LARGEST:
        return f"it has more than {LARGEST:,} bytes"
    # As text and as bytes: an address is ASCII in every charset that an answer comes in.
    if gate.names(data.decode("utf-8", "replace"), case.message.recipients):
        return "it names the recipient"
    return ""


def _response(body: bytes, status: int) -> bytes:
    """The body as an HTTP response. Its head is ours, and says so: the analyst had none to give."""
    if not 100 <= status <= 599:
        raise InputError(f"not an HTTP status: {status}")
    kind = "application/json" if body.lstrip()[:1] in {b"{", b"["} else "application/octet-stream"
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        "Phishlab-Head: made when the body was imported\r\n\r\n"
    )
    return head.encode() + body


def _kept(
    case: Case, answers: list[tuple[Question, bytes, str, datetime]], origin: Origin
) -> tuple[Exchange, ...]:
    now = clock.utc()
    source = f"brought in by the analyst: {origin.told} (file SHA-256 {origin.digest})"
    with case.folder.changing(when=now):
        made = tuple(
            case.folder.answers.append(
                replace(question, level=Level.OFFLINE, headers=(), secret_headers=()),
                kept,
                run=RUN,
                peer="",
                asked_at=when,
                origin=Provenance.IMPORTED,
                outcome=Outcome.ANSWERED,
                source=source,
                media_type=media_type,
            )
            for question, kept, media_type, when in answers
        )
        for exchange in made:
            why = f"the analyst brought in an answer to {exchange.question}"
            case.folder.log("imported", why, when=now, who="analyst", item=ANSWERS)
    case.steps.clear()
    return made
