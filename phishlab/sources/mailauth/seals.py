"""ARC (RFC 8617) through dkimpy, its key look-ups on the wire.

A chain that holds says that the servers which sealed it vouch for what they recorded, and that nobody changed
it since. Whether those servers are to be believed is another question: anybody can seal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import dkim as dkimpy

from phishlab.errors import PhishlabError
from phishlab.records import Authentication, Lookup, Outcome
from phishlab.sources.mailauth.keys import MINIMUM_BITS, RESULTS, Keys
from phishlab.wire import Wire

SETS = 10
"""How many sets of one mail are checked: each costs two questions. RFC 8617, 4.2.1 allows fifty."""
_FIELDS = frozenset(dkimpy.ARC.ARC_HEADERS)
_PAST = re.compile(r"x= value is past|t= value is in the future")
_RESULTS = {
    **RESULTS,
    "malformed": "fail",  # RFC 8617, 5.2: a chain whose structure is wrong has failed
    "chain-ended": "fail",
    "too-many-sets": "neutral",
    "past-its-time": "neutral",
}


@dataclass(slots=True)
class _Check:
    """One signature of a set: whose, and whether it holds."""

    header: str
    instance: str
    domain: str
    reason: str
    keys: Keys


@dataclass(slots=True)
class _Heard:
    """What dkimpy logs, which is also where it says why a set is refused."""

    errors: list[str] = field(default_factory=list)

    def error(self, text: str) -> None:
        """Keep a line of trouble."""
        self.errors.append(text)

    def debug(self, text: str) -> None:
        """Pass over what dkimpy tells its developers."""


class _Sealed(dkimpy.ARC):  # type: ignore[misc] # dkimpy ships no types
    """dkimpy's verifier, which here also remembers of each signature in which way it does not hold."""

    def __init__(self, original: bytes, wire: Wire) -> None:
        self.heard = _Heard()
        super().__init__(original, logger=self.heard, minkey=MINIMUM_BITS)
        self.wire = wire
        self.checks: list[_Check] = []

    def verify_sig(
        self, sig: dict[bytes, bytes], included: list[bytes], header: tuple[bytes, bytes], _dnsfunc: object
    ) -> bool:
        """Whether one signature holds; the newest ARC-Message-Signature is asked about first."""
        keys = Keys(self.wire)
        check = super().verify_sig
        reason = keys.judged(lambda: check(sig, included, header, keys.look_up))
        self.checks.append(
            _Check(
                header=header[0].decode("ascii"),
                instance=sig[b"i"].decode("ascii", "replace"),
                domain=sig[b"d"].decode("utf-8", "backslashreplace").lower(),
                reason=reason,
                keys=keys,
            )
        )
        return reason == "verified"


def arc(wire: Wire, original: bytes) -> Lookup[Authentication] | None:
    """Whether the chain of ARC sets holds, by today's DNS; None where the mail carries none.

    ``pass``; ``fail`` where a set is altered, incomplete, or sealed as failed; ``permerror`` and ``temperror``
    where a key is gone today or its question was not answered; ``neutral`` where it was not judged. The property
    ``reason`` is one of those of ``dkim``, or ``chain-ended`` (a sealer wrote ``cv=fail``), ``too-many-sets``,
    ``past-its-time`` (``x=`` is past by the clock of this machine, which says nothing about the receipt).
    """
    try:
        sealed = _Sealed(original, wire)
        newest, _ = sealed.sorted_arc_headers()
    except (dkimpy.DKIMException, IndexError, ValueError) as error:
        note = f"the header cannot be read as ARC reads it: {type(error).__name__}"
        return Lookup(source="arc", subject="", outcome=Outcome.FAILED, note=note)
    if not any(name.lower() in _FIELDS for name, _ in sealed.headers):
        return None
    return _lookup(sealed, "too-many-sets" if newest > SETS else _reason(sealed))


def _reason(sealed: _Sealed) -> str:
    """In which way the chain does or does not hold (RFC 8617, 5.2)."""
    try:
        status, _, _ = sealed.verify()
    except PhishlabError:
        raise
    except Exception:  # noqa: BLE001 # what a hostile set makes dkimpy raise, KeyError and IndexError among it
        return "malformed"
    if status == dkimpy.CV_Pass:
        return "verified"
    if any(_PAST.match(error) for error in sealed.heard.errors):
        return "past-its-time"
    deciding = _deciding(sealed.checks)
    if deciding is not None:
        return deciding.reason
    return "chain-ended" if status is None else "malformed"


def _deciding(checks: list[_Check]) -> _Check | None:
    """The signature that breaks the chain: the newest message signature, else the newest seal that does not hold.

    Older message signatures may break on the way: each list and forwarder changes the mail (RFC 8617, 5.2).
    """
    counted = [
        check for index, check in enumerate(checks) if index == 0 or check.header.lower() == "arc-seal"
    ]
    return next((check for check in counted if check.reason != "verified"), None)


def _lookup(sealed: _Sealed, reason: str) -> Lookup[Authentication]:
    seals = [check for check in sealed.checks if check.header.lower() == "arc-seal"]
    deciding = _deciding(sealed.checks) or (sealed.checks[0] if sealed.checks else None)
    keys = deciding.keys if deciding else Keys(sealed.wire)
    asked = keys.outcome if reason == "not-answered" else Outcome.ANSWERED
    domain = seals[0].domain if seals else None
    properties = {
        "header.d": domain or "",
        "arc.chain": ", ".join(f"i={seal.instance} d={seal.domain}" for seal in seals),
        "reason": reason,
        "dns": "today",
    }
    record = Authentication(
        method="arc",
        result=_RESULTS[reason],
        domain=domain,
        authserv_id=None,
        field="",
        position=-1,
        raw=f"arc={_RESULTS[reason]} reason={reason}" + (f" header.d={domain}" if domain else ""),
        properties=tuple((name, value) for name, value in properties.items() if value),
    )
    return Lookup(
        source="arc",
        subject=domain or "",
        outcome=asked,
        record=None if asked is Outcome.NOT_ASKED else record,
        evidence=tuple(
            dict.fromkeys(exchange for check in sealed.checks for exchange in check.keys.evidence)
        ),
        note=keys.said(reason),
    )
