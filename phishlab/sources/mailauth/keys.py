"""The public key of a signature, by the wire, and in which way a signature does not hold.

dkimpy says False for "no key in the DNS today", "no usable key" and "signature wrong" alike. Here these are
told apart (RFC 6376, 6.1).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import dkim as dkimpy

from phishlab.errors import PhishlabError
from phishlab.records import Exchange, Outcome
from phishlab.sources import dns as names
from phishlab.sources.mailauth.sender_policy import TODAY
from phishlab.wire import Wire

MINIMUM_BITS = 1024  # RFC 8301, 3.2

RESULTS = {
    "verified": "pass",
    "altered-body": "fail",
    "wrong-signature": "fail",
    "no-key-today": "permerror",
    "key-revoked": "permerror",
    "bad-key": "permerror",
    "malformed": "permerror",
    "expired-at-receipt": "fail",
    "weak-key": "policy",
    "not-answered": "temperror",
    "unsupported": "neutral",
}
"""Reason and result of RFC 8601, 2.7.1. A key that is gone today says nothing about the day of receipt."""


@dataclass(slots=True)
class Keys:
    """One signature's key: what the DNS says of it, and what that rests on."""

    wire: Wire
    text: bytes | None = None
    outcome: Outcome = Outcome.NOT_ASKED
    note: str = ""
    evidence: list[Exchange] = field(default_factory=list)

    def look_up(self, name: bytes, timeout: int = 5) -> bytes | None:  # noqa: ARG002 # dkimpy's signature
        """The TXT record of ``brisbane._domainkey.football.example.com``, None where there is none to use."""
        lookup, found = names.records(self.wire, name.decode("utf-8", "replace").rstrip("."), "TXT")
        self.evidence.extend(lookup.evidence)
        self.outcome, self.note = lookup.outcome, lookup.note
        self.text = b"".join(getattr(found[0], "strings", ())) if found else None
        return self.text

    def judged(self, verify: Callable[[], object]) -> str:
        """What comes of *verify*, which asks for the key by ``look_up``: a reason out of ``RESULTS``."""
        try:
            return "verified" if verify() else self._why()
        except PhishlabError:
            raise
        except dkimpy.ValidationError as error:
            return "altered-body" if str(error).startswith("body hash mismatch") else "malformed"
        except dkimpy.KeyFormatError as error:
            return "weak-key" if "too small" in str(error) else "bad-key"
        except (dkimpy.NaClNotFoundError, dkimpy.UnknownKeyTypeError):
            return "unsupported"
        except Exception:  # noqa: BLE001 # what a hostile signature makes dkimpy and its arithmetic raise
            return "malformed"

    def said(self, reason: str) -> str:
        """The note that goes with *reason*."""
        if reason == "no-key-today":
            return "the key is not published today: it may have been on the day of receipt"
        return self.note or TODAY

    def _why(self) -> str:
        """Why dkimpy said no more than False."""
        if self.outcome in {Outcome.NO_SUCH_NAME, Outcome.NO_DATA}:
            return "no-key-today"
        if self.text is None:
            return "not-answered"
        if re.search(rb"(^|;)\s*p=\s*(;|$)", self.text):
            return "key-revoked"  # RFC 6376, 3.6.1
        try:
            dkimpy.evaluate_pk("", self.text)
        except Exception:  # noqa: BLE001 # dkimpy's own and those of base64, ASN.1 and NaCl: all "no usable key"
            return "bad-key"
        return "wrong-signature"
