"""The mail: what it says, who could have written which line of it, and the way it came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from phishlab.classes import dataclass, late
from phishlab.records.levels import Confidence, Trust


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
    """The attached file or attached mail that it was found in, empty for the mail itself."""


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
    """The archive or attached mail that holds it, empty for the mail itself."""
    marks: tuple[str, ...] = ()
    """What was noticed: ids into wording/ (``mark.<id>``)."""
    codes: tuple[str, ...] = ()
    """What QR codes and their kin in it say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Something that was not read whole, or not as its label says: *what* is an id into wording/."""

    what: str
    detail: str = ""


@late("sha512", "text", "authentication")
@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A mail, parsed. Every text in it is the sender's unless a record says otherwise."""

    sha256: str
    sha512: str
    size: int
    headers: Sequence[Header]
    """In their order; never changed."""
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
