"""The facts that are read from kept answers."""

from __future__ import annotations

from datetime import datetime

from phishlab.classes import dataclass
from phishlab.records.levels import ListingState, PointClass, Weight
from phishlab.records.mail import Hop
from phishlab.records.questions import Lookup


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
