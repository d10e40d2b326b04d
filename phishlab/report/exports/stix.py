"""The indicators of a case as a STIX 2.1 bundle (OASIS, 2021), with the same ids for the same case."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from phishlab import indicators
from phishlab.errors import MissingExtraError
from phishlab.records import CaseFile, Confidence, Indicator
from phishlab.views.cells import brief
from phishlab.views.safe import Lens

_NAMESPACE = uuid.UUID("b1a5b3a4-2f1e-5d0c-9c3a-6f0d6f6f6f01")
"""Ids of phishlab's own objects are UUIDs of version 5 below this one."""

_SUBJECTS = {
    "url": "url:value",
    "domain": "domain-name:value",
    "ipv4": "ipv4-addr:value",
    "ipv6": "ipv6-addr:value",
    "email": "email-addr:value",
    "sha256": "file:hashes.'SHA-256'",
}
_CONFIDENCE = {Confidence.HIGH: 85, Confidence.MODERATE: 50, Confidence.LOW: 15}
"""The scale of STIX 2.1, appendix A, for low, medium and high."""

_HOSTILE = frozenset({"link", "link-host", "link-domain", "form-target"})
"""Roles that are the attacker's doing; a network or a From address may be a bystander's."""
_DECEPTIVE = "deceptive"
_SURE = frozenset({"likely", "very-likely"})

Make = Callable[..., Any]


def bundle(casefile: CaseFile, lens: Lens) -> Any:  # noqa: ANN401 - stix2 ships no types
    """A ``stix2.Bundle``: one indicator for each row of the table, and the report that holds them.

    The recipient is left out where the lens redacts.
    Raises MissingExtraError where stix2 is not installed.
    """
    try:
        import stix2
    except ImportError as error:
        raise MissingExtraError("a STIX bundle needs stix2: pip install 'phishlab[share]'") from error
    author = stix2.Identity(
        id=_id("identity", "phishlab"),
        name="phishlab",
        identity_class="system",
        created=casefile.opened_at,
        modified=casefile.opened_at,
    )
    made = [_indicator(stix2.Indicator, one, casefile, author.id, lens) for one in _shared(casefile, lens)]
    report = [_report(stix2.Report, casefile, author.id, [one.id for one in made], lens)] if made else []
    return stix2.Bundle(id=_id("bundle", casefile.message.sha256), objects=[author, *made, *report])


def text(casefile: CaseFile, lens: Lens) -> str:
    """The bundle as JSON text."""
    serialised: str = bundle(casefile, lens).serialize(indent=1, sort_keys=True)
    return serialised + "\n"


def _shared(casefile: CaseFile, lens: Lens) -> Iterator[Indicator]:
    """Each indicator once, without the recipient's own address."""
    exhibits = (
        exhibit for step in casefile.steps for exhibit in step.exhibits if exhibit.kind == "indicators"
    )
    found = dict.fromkeys(item for exhibit in exhibits for item in exhibit.items)
    for one in found:
        if isinstance(one, Indicator) and one.kind in _SUBJECTS and _may_be_shared(one, lens):
            yield one


def _may_be_shared(one: Indicator, lens: Lens) -> bool:
    return one.kind == "url" or _redacted(one.value, lens) == one.value


def _redacted(value: str, lens: Lens) -> str:
    return indicators.redact(value, lens.recipients) if lens.redacted else value


def _pattern(one: Indicator, lens: Lens) -> str:
    """The pattern that finds it. A URL made for one recipient is matched with anything in their place."""
    value = _redacted(one.value, lens)
    if value != one.value:
        return f"[url:value LIKE '{_quoted(value.replace(indicators.REDACTED, '%'))}']"
    return f"[{_SUBJECTS[one.kind]} = '{_quoted(value)}']"


def _indicator(make: Make, one: Indicator, casefile: CaseFile, author: str, lens: Lens) -> Any:  # noqa: ANN401 - see bundle
    return make(
        id=_id("indicator", casefile.message.sha256, one.kind, one.value),
        created=casefile.opened_at,
        modified=casefile.opened_at,
        created_by_ref=author,
        name=brief(lens.text(one.value), 200),
        description=lens.say(f"role.{one.role}"),
        pattern=_pattern(one, lens),
        pattern_type="stix",
        valid_from=_seen(casefile),
        indicator_types=[_type(one, casefile)],
        **_confidence(casefile),
    )


def _type(one: Indicator, casefile: CaseFile) -> str:
    """Malicious only where the case says so, and only for what is the attacker's own doing."""
    judged = {answer.question: answer.answer for answer in casefile.assessments}
    return "malicious-activity" if one.role in _HOSTILE and judged.get(_DECEPTIVE) in _SURE else "unknown"


def _report(make: Make, casefile: CaseFile, author: str, members: list[str], lens: Lens) -> Any:  # noqa: ANN401 - see bundle
    return make(
        id=_id("report", casefile.message.sha256),
        created=casefile.opened_at,
        modified=casefile.opened_at,
        created_by_ref=author,
        name=brief(lens.text(casefile.message.subject.text), 200) or casefile.case,
        published=casefile.opened_at,
        report_types=["indicator"],
        object_refs=members,
    )


def _confidence(casefile: CaseFile) -> dict[str, int]:
    graded = next((one.confidence for one in casefile.assessments if one.question == _DECEPTIVE), None)
    return {"confidence": _CONFIDENCE[graded]} if graded in _CONFIDENCE else {}


def _seen(casefile: CaseFile) -> datetime:
    """When the receiver took the mail in; the case's opening where no line says so."""
    times = [hop.date_utc for hop in casefile.route.hops if hop.date_utc]
    return times[0] if times else casefile.opened_at


def _quoted(value: str) -> str:
    """*value* inside a string of a STIX pattern (STIX 2.1, 9.3): backslash and quote escaped, no controls."""
    return re.sub(r"[\x00-\x1f\x7f]", " ", value).replace("\\", "\\\\").replace("'", "\\'")


def _id(kind: str, *parts: str) -> str:
    return f"{kind}--{uuid.uuid5(_NAMESPACE, chr(0).join((kind, *parts)))}"
