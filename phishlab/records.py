"""The records that cross from one room to the next.

Frozen, slotted, keyword-only dataclasses: a record is made once, from kept bytes, and never changed.
All times are timezone-aware and in UTC; an offset that a header stated is kept beside its time.
Text in a record is as it was received: hostile until ``views.safe`` has shown it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Generic, TypeAlias, TypeVar

T_co = TypeVar("T_co", covariant=True)


class Level(IntEnum):
    """How far an investigation may be noticed; a question above the case's level is refused before any I/O."""

    OFFLINE = 0
    """Nothing leaves this machine."""
    PASSIVE = 1
    """Registries are asked (RDAP, WHOIS, routing): they learn an address or a domain."""
    THIRD_PARTY = 2
    """Services are asked that learn the address, the domain or the URL (reputation lists)."""
    ACTIVE = 3
    """The attacker can notice: their names are resolved, their page is visited."""

    @property
    def word(self) -> str:
        """The level as it is typed: ``offline``, ``passive``, ``third-party``, ``active``."""
        return self.name.lower().replace("_", "-")

    @classmethod
    def of(cls, word: str) -> Level:
        """The level that *word* names; ValueError for any other word."""
        for level in cls:
            if level.word == word:
                return level
        raise ValueError(f"no level is named {word!r}: choose offline, passive, third-party or active")


class Outcome(StrEnum):
    """What became of a question. None of the last four ever reads as "clean"."""

    ANSWERED = "answered"
    NO_SUCH_NAME = "no-such-name"
    NO_DATA = "no-data"
    REFUSED = "refused"
    FAILED = "failed"
    NOT_ASKED = "not-asked"


class Provenance(StrEnum):
    """Where kept bytes come from."""

    RECORDED = "recorded"
    RECONSTRUCTED = "reconstructed"
    """Rebuilt from a published text; no server said this to phishlab."""
    IMPORTED = "imported"
    """Brought in by the analyst: an answer from elsewhere, or what they saw on a page."""


class Trust(StrEnum):
    """Who wrote a Received line."""

    RECEIVER = "receiver"
    BOUNDARY = "boundary"
    """The receiver's own edge server wrote it: its address of the peer is the origin."""
    UNVERIFIED = "unverified"
    """Below the boundary: the sender could have written it."""


class Confidence(StrEnum):
    """How sure a conclusion is."""

    NONE = "none"
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


class Direction(StrEnum):
    """Whether a finding speaks for or against the mail being deceptive."""

    FOR = "for"
    AGAINST = "against"
    NEUTRAL = "neutral"


class Weight(StrEnum):
    """How much a finding carries by itself."""

    WEAK = "weak"
    MODERATE = "moderate"
    STRONG = "strong"


class ListingState(StrEnum):
    """What a reputation service says; the five never fold into one another."""

    LISTED = "listed"
    NOT_LISTED = "not-listed"
    UNKNOWN_TO_SERVICE = "unknown-to-service"
    ERROR = "error"
    NOT_ASKED = "not-asked"


class PointClass(StrEnum):
    """What a GeoIP point stands for."""

    COUNTRY_DEFAULT = "country-default"
    REGION_DEFAULT = "region-default"
    SHARED_CITY = "shared-city"
    OTHER = "other"


# --- the mail -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a header says, and who could have written it (``sender``, ``receiver``, ``provider``)."""

    text: str
    by: str = "sender"
    field: str = ""
    """The header field that makes the claim, for example ``Subject``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """One header field: *value* decoded and unfolded, *raw* the bytes as latin-1 text with its folds."""

    name: str
    value: str
    raw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who a From (or Sender, Reply-To …) field names. *ambiguous* where clients may read it differently."""

    raw: str
    candidates: tuple[str, ...] = ()
    display_name: str = ""
    ambiguous: bool = False

    @property
    def address(self) -> str | None:
        """The address most mail clients would show, or None where no address stands in the field."""
        return self.candidates[0] if self.candidates else None

    @property
    def domain(self) -> str | None:
        """The domain of that address, lower case, or None."""
        return self.address.rpartition("@")[2].lower().rstrip(".") if self.address else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One Received field. *helo* is the peer's claim, *rdns* and *ip* what the writing server saw.

    *index* 0 is the newest. *delay_s*: seconds since the hop below, None where unknown.
    """

    index: int
    raw: str
    helo: str | None = None
    rdns: str | None = None
    ip: str | None = None
    port: int | None = None
    by: str | None = None
    with_: str | None = None
    auth: bool = False
    id: str | None = None
    for_: str | None = None
    envelope_from: str | None = None
    date_utc: datetime | None = None
    offset_min: int | None = None
    """Minutes east of UTC that the field's own date states."""
    delay_s: float | None = None
    kind: str = "relay"
    trust: Trust = Trust.UNVERIFIED
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The address that handed the mail to the receiver, as the receiver's own edge server wrote it down."""

    ip: str | None
    hop: int | None
    helo: str | None
    rdns: str | None
    profile: str
    confidence: Confidence
    reasons: tuple[str, ...] = ()
    """Ids into wording/, each with its values after a bar: ``route.reason.by-suffix|mx.example.jp``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authentication:
    """One result of an Authentication-Results, ARC-Authentication-Results or Received-SPF field (RFC 8601).

    *trusted* only where the id is the receiver's own and the field stands above the trust boundary.
    """

    method: str
    result: str
    domain: str | None
    authserv_id: str | None
    field: str
    position: int
    """Index of the field among all header fields, 0 at the top."""
    raw: str
    trusted: bool = False
    properties: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A URL in the mail. *url* and *host* as a browser would read them (WHATWG URL)."""

    url: str
    host: str
    registrable: str | None
    path: str = "/"
    shown: str = ""
    """The text that the reader sees for it."""
    where: str = "text"
    """``text``, ``html-a``, ``html-form`` …: the part and element that it stands in."""
    unwrapped_from: tuple[str, ...] = ()
    written: str = ""
    """As it stands in the mail."""
    inside: str = ""
    """The attached file that it was found in, empty for the mail itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A part with a file name or an attachment disposition, or a file inside an attached archive.

    Its bytes stay inside the mail. *sha256* is empty for what was not unpacked.
    """

    name: str
    media_type: str
    size: int
    sha256: str
    sniffed_type: str = ""
    """What the first bytes say it is, empty where unknown."""
    safe_name: str = ""
    """What it may be called on a disk."""
    inside: str = ""
    """The archive that holds it, empty for the mail itself."""
    marks: tuple[str, ...] = ()
    """What was noticed: ids into wording/ (``mark.<id>``)."""
    codes: tuple[str, ...] = ()
    """What QR codes and their kin in it say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Something that was not read whole, or not as its label says: *what* is an id into wording/."""

    what: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A mail, parsed. Every text in it is the sender's unless a record says otherwise."""

    sha256: str
    sha512: str
    size: int
    headers: tuple[Header, ...]
    from_: Sender
    subject: Claim
    date_utc: datetime | None
    date_raw: str
    message_id: str | None
    return_path: str | None
    reply_to: Sender | None
    sender: Sender | None
    recipients: tuple[str, ...]
    """Addresses that were written to, lower case: what is redacted from everything that is shown or asked."""
    text: str
    """What a reader sees, plain."""
    html: str | None
    hops: tuple[Hop, ...]
    authentication: tuple[Authentication, ...]
    links: tuple[Link, ...]
    attachments: tuple[Attachment, ...]
    limits: tuple[Limit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverProfile:
    """What is known of a receiver's own servers; *source* says from where, ``unverified`` where nowhere."""

    name: str
    title: str
    networks: tuple[str, ...] = ()
    by_suffixes: tuple[str, ...] = ()
    authserv_ids: tuple[str, ...] = ()
    """Ids on its results; one that begins with a dot stands for every name below it."""
    customer_suffixes: tuple[str, ...] = ()
    """Names below ``by_suffixes`` that its customers' own machines bear: never the receiver's."""
    results_below: bool = False
    """Whether it writes its results right under its own Received line, as Gmail does, not above."""
    source: str = "unverified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The hops with their trust, and the origin that follows from it."""

    hops: tuple[Hop, ...]
    origin: Origin


# --- questions and answers ------------------------------------------------------------------------------


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
    secret_headers: tuple[tuple[str, str], ...] = ()
    """HTTP request headers that travel beside the question and are never kept."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup(Generic[T_co]):
    """A fact looked up: its outcome, its record where there is one, and the evidence that it rests on."""

    source: str
    subject: str
    outcome: Outcome
    record: T_co | None = None
    evidence: tuple[Exchange, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """What a name resolves to. *values* are texts (addresses, names, TXT strings joined)."""

    name: str
    rdtype: str
    values: tuple[str, ...]
    canonical: str
    ttl: int | None = None


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


# --- judging --------------------------------------------------------------------------------------------

Ground: TypeAlias = Exchange | Hop | Link | Claim | Authentication | Attachment | Header


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing noticed. *id* is stable and also the id of its sentence in wording/ (``finding.<id>``)."""

    id: str
    direction: Direction
    weight: Weight
    values: tuple[tuple[str, str], ...] = ()
    """What fills the sentence's gaps."""
    because: tuple[Ground, ...] = ()
    caveat: str | None = None
    """The id of a sentence that limits it (``caveat.<id>``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """A graded answer to one question, with the findings on both sides."""

    question: str
    """``from-domain`` or ``purpose`` or ``deceptive``: the id of its sentence in wording/."""
    answer: str
    confidence: Confidence
    supporting: tuple[Finding, ...] = ()
    opposing: tuple[Finding, ...] = ()
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A labelled value in a table of two columns: *label* is an id in wording/ (``label.<id>``)."""

    label: str
    value: str
    claimed: bool = False
    """True for what the sender could have written."""
    remark: str = ""
    """An id in wording/ (``remark.<id>``) that explains it, or empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The walkthrough's own check: does the From domain's address equal the sending address?"""

    domain: str | None
    addresses: tuple[str, ...]
    origin_ip: str | None
    result: str
    """``match``, ``mismatch`` or ``not-evaluable``."""
    asked_at: datetime | None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One row of the indicator table."""

    kind: str
    """``url``, ``domain``, ``ipv4``, ``ipv6``, ``email``, ``sha256``."""
    value: str
    role: str
    """An id in wording/ (``role.<id>``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """Something a step shows: *kind* says how (views/tables, maps, charts), *items* are records.

    Kinds and their items: ``facts`` Fact · ``hops`` Hop · ``timeline`` Hop · ``comparison`` Comparison ·
    ``authentication`` Authentication · ``networks`` Lookup[NetworkRegistration | AutonomousSystem | Cloud] ·
    ``domains`` Lookup[DomainRegistration] · ``addresses`` Lookup[Addresses] · ``places`` Lookup[Place] ·
    ``map`` Place · ``route-map`` Waypoint · ``links`` Link · ``text`` str · ``attachments`` Attachment ·
    ``limits`` Limit ·
    ``listings`` Lookup[Listing] · ``visit`` Lookup[PageVisit] · ``screenshot`` str (path under the case) ·
    ``assessment`` Assessment · ``advice`` str (ids in wording/) · ``indicators`` Indicator.
    """

    kind: str
    items: tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the walkthrough. *id* is its name in the CLI and its wording (``step.<id>.title``)."""

    id: str
    exhibits: tuple[Exhibit, ...]
    findings: tuple[Finding, ...] = ()
    evidence: tuple[Exchange, ...] = ()
    not_evaluated: str | None = None
    """Why a step has nothing to show: an id in wording/ (``why.<id>``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """All that a report is made of; nothing is computed after it."""

    format: int
    phishlab: str
    case: str
    """The case's name."""
    level: Level
    receiver: str
    message: Message
    route: Route
    steps: tuple[Step, ...]
    assessments: tuple[Assessment, ...]
    exchanges: tuple[Exchange, ...]
    opened_at: datetime
    notes: tuple[str, ...] = ()
    """Plain sentences kept with the case (``this mail is a reconstruction``)."""
