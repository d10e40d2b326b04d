"""What is asked of whom, what was answered, and the facts read from the answers."""

from __future__ import annotations

from datetime import datetime
from typing import Generic, TypeVar

from phishlab.classes import dataclass, field
from phishlab.records.levels import Level, ListingState, Outcome, PointClass, Provenance, Weight
from phishlab.records.mail import Hop

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """What a name resolves to. *values* are texts (addresses, names, TXT strings joined)."""

    name: str
    rdtype: str
    values: tuple[str, ...]
    canonical: str
    ttl: int | None = None
    chain: tuple[str, ...] = ()
    """The aliases on the way (CNAME, DNAME): *name* first, *canonical* last; empty where there are none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkRegistration:
    """Who holds a network, by its registry. *country* is that of the allocation, never a place."""

    cidr: str | None
    name: str | None
    holder: str | None
    country: str | None
    registry: str | None
    asn: int | None = None
    as_name: str | None = None
    abuse: tuple[str, ...] = ()
    holder_ja: str | None = None
    """The holder's name in Japanese, where the registry has it in both languages."""
    origins: tuple[tuple[int, str], ...] = ()
    """Every AS that announces it, with its name; *asn* is the first."""
    fields: tuple[tuple[str, str], ...] = ()
    """Labels and values of an answer that is text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AutonomousSystem:
    """Who announces an address, by a dated database on this machine."""

    ip: str
    asn: int
    name: str
    database: str
    built: datetime
    network: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """A cloud service and region, read from a reverse name; *rule* names the pattern."""

    service: str
    region: str | None
    region_place: str | None
    """Where the provider says the region is, in plain words."""
    rule: str
    name: str
    """The reverse name that it was read from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudRange:
    """A provider's published range that holds an address, by a dated list on this machine."""

    ip: str
    network: str
    service: str
    """The provider, and its product where the list names one: ``Microsoft Azure``, ``Amazon (EC2)``."""
    region: str | None
    """The provider's own code, None where the list has none."""
    region_place: str | None
    database: str
    built: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """That a name had a record, as sensors saw it pass: first and last time, and how often."""

    name: str
    rdtype: str
    value: str
    first: datetime
    last: datetime
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PassiveDns:
    """What one source of passive DNS saw of a name, the newest first."""

    name: str
    origin: str
    """Whose sensors: a service, or the file that the analyst gave."""
    sightings: tuple[Sighting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainRegistration:
    """Who registered a domain. *fields* keeps every label and value of the answer, known or not."""

    domain: str
    registrant: str | None
    registrar: str | None
    created: datetime | None
    updated: datetime | None
    expires: datetime | None
    status: tuple[str, ...]
    name_servers: tuple[str, ...]
    privacy: str | None = None
    """The privacy or proxy service that stands in the registrant's place."""
    abuse: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    redacted: tuple[str, ...] = ()
    """What the answer itself says it leaves out (RFC 9537): ``Registrant Name (removal)``."""
    registrar_answer: DomainRegistration | None = None
    """What the registrar says of it, kept apart: its word never replaces the registry's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """An autonomous system that announces addresses of a point; *share* of the point's IPv4 addresses, 0 to 1."""

    asn: int
    name: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Holders:
    """Who announces the IPv4 addresses that share a point, by an ASN database of the day *built*."""

    largest: tuple[Holder, ...]
    """At most three, the largest first; empty where the database has nobody for any of the addresses."""
    unknown: float
    """The share of the addresses for which the database has nobody, 0 to 1."""
    database: str
    built: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a database puts an address: an estimate. *radius_km* None where the database gives none."""

    ip: str
    lat: float
    lon: float
    radius_km: float | None
    country_code: str | None
    country: str | None
    region: str | None
    city: str | None
    database: str
    """Title and publisher, for example ``DB-IP City Lite``."""
    built: datetime
    attribution: str
    network: str = ""
    point: PointClass = PointClass.OTHER
    shared_by: int | None = None
    """How many IPv4 addresses get this same point, where known."""
    shared_share: float | None = None
    """Their share of the country's addresses, 0 to 1."""
    registered_country: str | None = None
    anycast: bool = False
    """Whether the database itself flags the address as answered from many places at once."""
    names_ja: tuple[tuple[str, str], ...] = ()
    """Japanese names that the database gives: pairs of field (``country``, ``region``, ``city``) and name."""
    holders: Holders | None = None
    """Whose the addresses are that share the point; None where the kept answer does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waypoint:
    """A hop of the route, and where a database puts the address that it names."""

    hop: Hop
    place: Lookup[Place]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What one reputation service says of one subject."""

    service: str
    subject: str
    state: ListingState
    category: str = ""
    detail: str = ""
    as_of: datetime | None = None
    link: str = ""
    """Where an analyst can look by hand."""
    weight: Weight = Weight.STRONG
    """How much a listing carries by itself, by what its service says it is."""
    mentions: int = 0
    """How often the service names the subject, or others at its host, without judging it."""
    attribution: str = ""
    """Whose judgement a listing has to be called, where the service's terms ask for it."""
    picture: str = ""
    """What the analyst saw, as a path in the case: ``data/observed/norton-safe-web-3f2a.png``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form on a visited page: where it would send what is typed. Never submitted."""

    action: str
    method: str
    fields: tuple[tuple[str, str], ...]
    """Pairs of type and name."""

    @property
    def asks_password(self) -> bool:
        """Whether it has a password field."""
        return any(kind == "password" for kind, _ in self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageVisit:
    """What the sealed browser saw. *files*: name under data/visit/ and SHA-256."""

    url: str
    final_url: str
    chain: tuple[tuple[str, int], ...]
    """URL and HTTP status of each redirect, the last page included."""
    title: str
    forms: tuple[Form, ...]
    peer: str | None
    """The address that was dialled for the page."""
    blocked: tuple[str, ...] = ()
    """What the proxy refused, and why."""
    requests: int = 0
    files: tuple[tuple[str, str], ...] = ()
    browser: str = ""
