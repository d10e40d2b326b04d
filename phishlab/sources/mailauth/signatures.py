"""DKIM (RFC 6376, 8463) through dkimpy, its key look-up on the wire and its clock left out.

dkimpy says False for "no signature", "no key in the DNS today" and "signature wrong" alike, and judges an
expiry by the clock of this machine. Here these are told apart, and an expiry is held against the receipt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import dkim as dkimpy

from phishlab.errors import PhishlabError
from phishlab.records import Authentication, Exchange, Lookup, Outcome
from phishlab.sources import dns as names
from phishlab.sources.mailauth.sender_policy import TODAY
from phishlab.wire import Wire

_SIGNATURES = 8
"""How many signatures of one mail are checked: each costs a question (RFC 6376, 6.1 lets a verifier stop)."""
_MINIMUM_BITS = 1024  # RFC 8301, 3.2

# reason -> result of RFC 8601, 2.7.1. A key that is gone today says nothing about the day of receipt.
_RESULTS = {
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


class _Signed(dkimpy.DKIM):  # type: ignore[misc] # dkimpy ships no types
    """dkimpy's verifier without its clock: ``t=`` and ``x=`` are judged by ``_expired``."""

    def verify_headerprep(self, idx: int = 0) -> object:
        """The tags of signature *idx* and the fields it signs, as dkimpy's own ``verify`` takes them."""
        headers = [(name, value) for name, value in self.headers if name.lower() == b"dkim-signature"]
        tags = dkimpy.parse_tag_value(headers[idx][1])
        dkimpy.validate_signature_fields({tag: tags[tag] for tag in tags if tag not in {b"t", b"x"}})
        self.signature_fields, self.domain, self.selector = tags, tags[b"d"], tags[b"s"]
        included = [name.lower() for name in re.split(rb"\s*:\s*", tags[b"h"])]
        self.include_headers = tuple(included)
        return tags, included, headers


@dataclass(slots=True)
class _Keys:
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


def dkim(wire: Wire, original: bytes, at: datetime | None = None) -> tuple[Lookup[Authentication], ...]:
    """One answer for each DKIM-Signature of the mail, top first; one ``none`` where it has none.

    *at* is the time of receipt, against which ``x=`` is judged; without it an expiry is not judged. The
    property ``reason`` is one of ``verified``, ``altered-body``, ``wrong-signature``, ``no-key-today``,
    ``key-revoked``, ``bad-key``, ``weak-key``, ``malformed``, ``expired-at-receipt``, ``not-answered``,
    ``unsupported``, ``no-signature``.
    """
    try:
        signed = _Signed(original, minkey=_MINIMUM_BITS)
    except (dkimpy.DKIMException, IndexError, ValueError) as error:
        note = f"the header cannot be read as DKIM reads it: {type(error).__name__}"
        return (Lookup(source="dkim", subject="", outcome=Outcome.FAILED, note=note),)
    count = sum(1 for name, _ in signed.headers if name.lower() == b"dkim-signature")
    if not count:
        return (_lookup(_Keys(wire), {}, "none", "no-signature"),)
    return tuple(_checked(wire, original, index, at) for index in range(min(count, _SIGNATURES)))


def _checked(wire: Wire, original: bytes, index: int, at: datetime | None) -> Lookup[Authentication]:
    keys = _Keys(wire)
    signed = _Signed(original, minkey=_MINIMUM_BITS)
    signed.signature_fields = {}
    try:
        good = bool(signed.verify(index, dnsfunc=keys.look_up))
        reason = "verified" if good else _why(keys)
    except PhishlabError:
        raise
    except dkimpy.ValidationError as error:
        reason = "altered-body" if str(error).startswith("body hash mismatch") else "malformed"
    except dkimpy.KeyFormatError as error:
        reason = "weak-key" if "too small" in str(error) else "bad-key"
    except (dkimpy.NaClNotFoundError, dkimpy.UnknownKeyTypeError):
        reason = "unsupported"
    except Exception:  # noqa: BLE001 # what a hostile signature makes dkimpy and its arithmetic raise
        reason = "malformed"
    tags = signed.signature_fields
    if reason == "verified" and _expired(tags, at):
        reason = "expired-at-receipt"
    return _lookup(keys, tags, _RESULTS[reason], reason)


def _why(keys: _Keys) -> str:
    """Why dkimpy said no more than False."""
    if keys.outcome in {Outcome.NO_SUCH_NAME, Outcome.NO_DATA}:
        return "no-key-today"
    if keys.text is None:
        return "not-answered"
    if re.search(rb"(^|;)\s*p=\s*(;|$)", keys.text):
        return "key-revoked"  # RFC 6376, 3.6.1
    try:
        dkimpy.evaluate_pk("", keys.text)
    except Exception:  # noqa: BLE001 # dkimpy's own and those of base64, ASN.1 and NaCl: all "no usable key"
        return "bad-key"
    return "wrong-signature"


def _expired(tags: dict[bytes, bytes], at: datetime | None) -> bool:
    """Whether ``x=`` was past at receipt; ``x=1117574938`` are seconds since 1970 (RFC 6376, 3.5)."""
    stated = tags.get(b"x", b"")
    if at is None or not re.fullmatch(rb"\d{1,12}", stated):
        return False
    return datetime.fromtimestamp(min(int(stated), 253_402_300_799), UTC) < at


def _lookup(keys: _Keys, tags: dict[bytes, bytes], result: str, reason: str) -> Lookup[Authentication]:
    shown = dict(_tags(tags))
    domain = shown.get("header.d", "").lower()
    asked = keys.outcome if reason == "not-answered" else Outcome.ANSWERED
    record = Authentication(
        method="dkim",
        result=result,
        domain=domain or None,
        authserv_id=None,
        field="",
        position=-1,
        raw=" ".join(
            (f"dkim={result} reason={reason}", *(f"{name}={value}" for name, value in shown.items()))
        ),
        properties=(*shown.items(), ("reason", reason), ("dns", "today")),
    )
    return Lookup(
        source="dkim",
        subject=domain,
        outcome=asked,
        record=None if asked is Outcome.NOT_ASKED else record,
        evidence=tuple(dict.fromkeys(keys.evidence)),
        note="the mail has no DKIM signature" if reason == "no-signature" else _note(keys, reason),
    )


def _note(keys: _Keys, reason: str) -> str:
    if reason == "no-key-today":
        return "the key is not published today: it may have been on the day of receipt"
    return keys.note or TODAY


def _tags(tags: dict[bytes, bytes]) -> Iterator[tuple[str, str]]:
    for tag, name in ((b"d", "header.d"), (b"s", "header.s"), (b"a", "header.a"), (b"l", "header.l")):
        if tag in tags:
            yield name, tags[tag].decode("utf-8", "backslashreplace")
