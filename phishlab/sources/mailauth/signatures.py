"""DKIM (RFC 6376, 8463) through dkimpy, its key look-up on the wire and its clock left out.

dkimpy says False for "no signature", "no key in the DNS today" and "signature wrong" alike, and judges an
expiry by the clock of this machine. Here these are told apart, and an expiry is held against the receipt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import dkim as dkimpy

from phishlab.records import Authentication, Lookup, Outcome
from phishlab.sources.mailauth.keys import MINIMUM_BITS, RESULTS, Keys
from phishlab.wire import Wire

_SIGNATURES = 8
"""How many signatures of one mail are checked: each costs a question (RFC 6376, 6.1 lets a verifier stop)."""


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


def dkim(wire: Wire, original: bytes, at: datetime | None = None) -> tuple[Lookup[Authentication], ...]:
    """One answer for each DKIM-Signature of the mail, top first; one ``none`` where it has none.

    *at* is the time of receipt, against which ``x=`` is judged; without it an expiry is not judged. The
    property ``reason`` is one of ``verified``, ``altered-body``, ``wrong-signature``, ``no-key-today``,
    ``key-revoked``, ``bad-key``, ``weak-key``, ``malformed``, ``expired-at-receipt``, ``not-answered``,
    ``unsupported``, ``no-signature``.
    """
    try:
        signed = _Signed(original, minkey=MINIMUM_BITS)
    except (dkimpy.DKIMException, IndexError, ValueError) as error:
        note = f"the header cannot be read as DKIM reads it: {type(error).__name__}"
        return (Lookup(source="dkim", subject="", outcome=Outcome.FAILED, note=note),)
    count = sum(1 for name, _ in signed.headers if name.lower() == b"dkim-signature")
    if not count:
        return (_lookup(Keys(wire), {}, "none", "no-signature"),)
    return tuple(_checked(wire, original, index, at) for index in range(min(count, _SIGNATURES)))


def _checked(wire: Wire, original: bytes, index: int, at: datetime | None) -> Lookup[Authentication]:
    keys = Keys(wire)
    signed = _Signed(original, minkey=MINIMUM_BITS)
    signed.signature_fields = {}
    reason = keys.judged(lambda: signed.verify(index, dnsfunc=keys.look_up))
    tags = signed.signature_fields
    if reason == "verified" and _expired(tags, at):
        reason = "expired-at-receipt"
    return _lookup(keys, tags, RESULTS[reason], reason)


def _expired(tags: dict[bytes, bytes], at: datetime | None) -> bool:
    """Whether ``x=`` was past at receipt; ``x=1117574938`` are seconds since 1970 (RFC 6376, 3.5)."""
    stated = tags.get(b"x", b"")
    if at is None or not re.fullmatch(rb"\d{1,12}", stated):
        return False
    return datetime.fromtimestamp(min(int(stated), 253_402_300_799), UTC) < at


def _lookup(keys: Keys, tags: dict[bytes, bytes], result: str, reason: str) -> Lookup[Authentication]:
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
        note="the mail has no DKIM signature" if reason == "no-signature" else keys.said(reason),
    )


def _tags(tags: dict[bytes, bytes]) -> Iterator[tuple[str, str]]:
    for tag, name in ((b"d", "header.d"), (b"s", "header.s"), (b"a", "header.a"), (b"l", "header.l")):
        if tag in tags:
            yield name, tags[tag].decode("utf-8", "backslashreplace")
