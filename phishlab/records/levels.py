"""The words that records are graded and sorted by."""

from __future__ import annotations

from enum import IntEnum, StrEnum


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
