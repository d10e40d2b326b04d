"""How much of a mail is read: every bound by its name, each raisable, each ending in a line of the report."""

from __future__ import annotations

from phishlab.classes import dataclass, field
from phishlab.records import Limit

MEBI = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The bounds of one reading. Each is at least twice what 7,909 real phishing mails needed."""

    mail_bytes: int = 50 * MEBI
    header_block: int = MEBI
    """Bytes of the header block that are read."""
    header_field: int = 256 * 1024
    """Characters of one header field."""
    header_count: int = 2_000
    hops: int = 1_000
    parts: int = 500
    depth: int = 30
    """Levels of multipart and attached mails."""
    text: int = 2_000_000
    """Bytes of one text part."""
    links: int = 5_000
    searched: int = 1_000_000
    """Characters of one text that are searched for links."""
    html: int = 5_000_000
    """Characters of HTML that are read."""
    html_depth: int = 500
    """Deeper HTML is read too, and said to be so; mail programs do not write it."""
    attachment_text: int = 5_000_000
    """Bytes of pages, documents and texts that are searched for links, over all attachments."""
    attachment_links: int = 500
    """Links taken from one attachment."""
    archive_ratio: int = 100
    """How many times its packed size a member may unpack to; members under 1 MiB may always."""
    archive_bytes: int = 200_000_000
    """Bytes that all archives and packed streams of the mail may unpack to."""
    archive_depth: int = 3
    """Archives inside archives."""
    archive_members: int = 500
    """Members that are listed, over all archives of the mail."""
    pictures: int = 60
    """Pictures and pages that are searched for codes, over the whole mail; 0 searches none."""
    image_pixels: int = 40_000_000
    """Pixels of one picture; all pictures together may have twice as many."""
    pdf_pages: int = 20
    memory: int = 1024 * MEBI
    """Address space of the process that parses."""
    seconds: float = 30.0
    """Time that it gets."""


STANDARD = Limits()


@dataclass(slots=True)
class Allowance:
    """What is left of the bounds that a whole mail shares, and the *limits* that were met."""

    bounds: Limits
    limits: list[Limit]
    links: int = field(init=False)
    text: int = field(init=False)
    unpacked: int = field(init=False)
    each: int = field(init=False)
    """Bytes that one member may unpack to."""
    members: int = field(init=False)
    pictures: int = field(init=False)
    pixels: int = field(init=False)

    def __post_init__(self) -> None:
        """Everything is left."""
        self.links = self.bounds.links
        self.text = self.bounds.attachment_text
        self.unpacked = self.bounds.archive_bytes
        self.each = self.bounds.archive_bytes
        self.members = self.bounds.archive_members
        self.pictures = self.bounds.pictures
        self.pixels = 2 * self.bounds.image_pixels

    def read(self, data: bytes) -> bytes:
        """As much of *data* as may still be searched for links; it is taken off."""
        kept = data[: max(0, self.text)]
        self.text -= len(kept)
        if len(kept) < len(data):
            self.say("attachment-text", str(self.bounds.attachment_text))
        return kept

    def say(self, what: str, detail: str = "") -> None:
        """A bound was met, or something could not be read: *what* is an id into wording (``limit.<id>``)."""
        self.limits.append(Limit(what=what, detail=detail))

    def picture(self, pixels: int) -> bool:
        """Whether one more picture of so many pixels may be searched; it is taken off."""
        if self.pictures < 1 or pixels > min(self.pixels, self.bounds.image_pixels):
            return False
        self.pictures -= 1
        self.pixels -= pixels
        return True
