"""What is asked of whom, what was answered, and the look-up that came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Generic, TypeVar

from phishlab.classes import dataclass, field
from phishlab.records.levels import Level, Outcome, Provenance

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of whom. *uri* is canonical and free of secrets: the key under which the answer is kept.

    ``dns:aica-interior.co.jp?type=A`` (RFC 4501), ``whois://whois.jprs.jp/aica-interior.co.jp``,
    ``https://rdap.example/domain/x``, ``geoip:city/192.0.2.1``, ``visit:http://…``,
    ``observed:google-transparency-report/http://…``.
    """

    uri: str
    level: Level
    headers: tuple[tuple[str, str], ...] = ()
    """HTTP request headers that may be kept."""
    secret_headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """HTTP request headers that travel beside the question and are never kept."""
    body: bytes = b""
    """What is posted, kept as it is: no secret and no recipient stands in it. Empty for a GET."""
    media_type: str = ""
    """Of the body: ``application/json``."""
    credential: Credential | None = None
    """The key that a service wants; whoever asks knows its name alone, the wire knows where it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A key by its name: the wire finds it when it asks, and puts it into that header."""

    service: str
    """``virustotal``: the key is in ``PHISHLAB_VIRUSTOTAL_KEY`` or in the keyring under that name."""
    header: str
    """``x-apikey``."""
    required: bool = True
    """Whether the question is not put without it."""
    basic: bool = False
    """Whether it is ``name:password`` and travels as RFC 7617 has it."""

    @property
    def variable(self) -> str:
        """The environment variable that holds it: ``PHISHLAB_ABUSE_CH_KEY``."""
        return f"PHISHLAB_{self.service.upper().replace('-', '_')}_KEY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is asked about without a mail, as it was understood."""

    given: str
    """As it was typed, or pasted."""
    kind: str
    """``address``, ``name`` or ``url``."""
    host: str
    """The name as DNS spells it, or the address."""
    registrable: str | None
    url: str
    """The page that services are asked about; empty for an address. Credentials and mail addresses are out of it."""
    recipients: tuple[str, ...] = ()
    """Mail addresses that stood in it, lower case: whoever received the link may be one of them."""

    @property
    def shown(self) -> str:
        """In a word: the address, the name, or the URL."""
        return self.url if self.kind == "url" else self.host


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A question that would be put, or would not: the plan of an investigation before anything is asked."""

    question: str
    """Its URI, ``⟨address⟩`` in place of an address that only an answer will tell."""
    whom: str
    """The server, or the zone whose name servers are asked; empty where only an answer will tell."""
    level: Level
    about: str
    """What it is about: an address, a domain, a URL."""
    learns: tuple[str, ...] = ()
    """What the one who is asked learns: ``url``, ``host``, ``domain``, ``address``, ``hash-prefixes``, ``look``."""
    after: str = ""
    """What it is asked of, each one found: ``address`` or ``name``; empty where it waits for nothing."""
    note: str = ""
    """Why it would not be put; empty where it would."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One kept answer: which bytes, to which question, from whom, when, and where they come from."""

    id: str
    """The WARC-Record-ID."""
    run: str
    question: str
    level: Level
    peer: str
    asked_at: datetime
    sha256: str
    """Of the kept bytes (for HTTP: of the response as it came)."""
    size: int
    origin: Provenance
    outcome: Outcome
    source: str = ""
    """For reconstructed and imported answers: from what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the wire hands back: the kept bytes, or why there are none. *data* is the body for HTTP."""

    outcome: Outcome
    data: bytes = b""
    exchange: Exchange | None = None
    status: int | None = None
    """HTTP status code."""
    media_type: str = ""
    note: str = ""
    """For a person: ``needs level active``, ``timed out after 5 s``."""
    headers: tuple[tuple[str, str], ...] = ()
    """The headers of an HTTP response, as they came: claims of the server."""

    def header(self, name: str) -> str:
        """The first header of that name, or an empty text."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup(Generic[T_co]):
    """A fact looked up: its outcome, its record where there is one, and the evidence that it rests on."""

    source: str
    subject: str
    outcome: Outcome
    record: T_co | None = None
    evidence: tuple[Exchange, ...] = ()
    note: str = ""
    asked_for: str = ""
    """Which of several things one source tells of a subject: a record type (``MX``); empty where there is one."""
