"""The dates of WHOIS answers: many ways to write one, none of them guessed.

Where day and month could be taken for each other (``01/02/2013``), a registry's own entry says which comes
first; without one such a date is left unread.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january janeiro ocak", "feb february fev", "mar march", "apr april abr", "may mai", "jun june",
            "jul july", "aug august ago", "sep september sept set", "oct october out", "nov november",
            "dec december dez",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_CLOCK = r"(?:[T ,]+(?:at )?(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d{1,9})?)?)?"
_ZONE = r"\s*(?P<zone>Z|[+-]\d\d(?::?\d\d)?|\(UTC[+-]\d{1,2}\)|\(?[A-Z]{3,4}\)?)?"
_DAY = r"(?P<day>\d\d?)(?:st|nd|rd|th)?"
_MONTH = r"(?P<month>[A-Za-z]{3,9})"
_TIME = r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)"
# 2001-06-25T20:37:59Z, 2003/09/11 01:02:59 (JST), 2012.08.17 11:21:09, 2001-Aug-23, 2007. 03. 02.
_YEAR_FIRST = (
    rf"(?P<year>\d{{4}})[-/.] ?(?P<month>\d\d?|[A-Za-z]{{3,9}})[-/.] ?(?P<day>\d\d?)\.?{_CLOCK}{_ZONE}"
)
# 20140321, 20130905 14:01:02, 20140321120000
_PACKED = (
    rf"(?P<year>(?:19|20)\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)(?:{_CLOCK}|(?P<hms>\d{{6}})){_ZONE}(?!\d)"
)
# 03-Feb-2004 19:19:12 UTC, 2nd April, 2001, 23 May 2012
_DAY_FIRST = rf"{_DAY}[-/. ]+{_MONTH}[-/., ]+(?P<year>\d{{4}}){_CLOCK}{_ZONE}"
# Thu Aug 03 2006, Tue Dec 12 2000, February 14, 2013
_MONTH_FIRST = rf"{_MONTH}[ -]+{_DAY},?[ -]+(?P<year>\d{{4}}){_CLOCK}{_ZONE}"
# Mon Mar 26 16:03:44 GMT 2001
_YEAR_LAST = rf"{_MONTH} +(?P<day>\d\d?) {_TIME} (?:(?P<zone>[A-Z]{{3,4}}) )?(?P<year>\d{{4}})(?!\d)"
_SHAPES = tuple(
    re.compile(shape, re.ASCII) for shape in (_YEAR_FIRST, _PACKED, _DAY_FIRST, _MONTH_FIRST, _YEAR_LAST)
)
# 27-05-1999, 06.04.2004, 10/11/2009 14:06:58: the two first numbers in an order of the registry's own
_ORDERED = re.compile(
    rf"(?P<first>\d\d?)(?P<mark>[-/.])\s?(?P<other>\d\d?)[-/.]\s?(?P<year>\d{{4}}){_CLOCK}{_ZONE}", re.ASCII
)
_ZONES = {
    "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "CET": 60, "CEST": 120, "EET": 120, "EEST": 180, "MSK": 180, "EAT": 180,
    "WAT": 60, "SAST": 120, "IST": 330, "ICT": 420, "HKT": 480, "SGT": 480, "JST": 540, "KST": 540, "NZST": 720,
    "NZDT": 780, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "PST": -480, "PDT": -420, "CLT": -240,
    "CLST": -180, "CLDT": -180, "BRT": -180,
}  # fmt: skip


Date: TypeAlias = "datetime | None"


def when(text: str, order: str = "") -> Date:
    """The first date in *text*, in UTC; None where there is none, it does not exist, or it is ambiguous.

    *order*: ``day`` or ``month``, whichever the registry writes first in ``01/02/2013``. A day without a time
    is that day at 00:00 UTC; a time without a zone, or with one that is not known, is kept as it is written.
    """
    text = text[:200]
    for shape in _SHAPES:
        if (match := shape.search(text)) and (found := _of(match.groupdict())):
            return found
    match = _ORDERED.search(text)
    return _ordered(match, order) if match else None


def _ordered(match: re.Match[str], order: str) -> datetime | None:
    parts = match.groupdict()
    # Dotted dates are written day first wherever they are written; other marks need the registry's word.
    order = order or ("day" if parts["mark"] == "." else "")
    first, other = int(parts["first"]), int(parts["other"])
    if not order:
        order = "day" if first > 12 else "month" if other > 12 else ""
    if not order:
        return None
    parts["day"], parts["month"] = (
        (parts["first"], parts["other"]) if order == "day" else (parts["other"], parts["first"])
    )
    return _of(parts)


def _of(parts: dict[str, str | None]) -> datetime | None:
    hms = parts.get("hms")
    if hms:
        parts |= {"hour": hms[:2], "minute": hms[2:4], "second": hms[4:]}
    month = str(parts["month"])
    number = int(month) if month.isdigit() else _MONTHS.get(month.lower())
    if number is None:
        return None
    hour, minute, second = (int(parts.get(part) or 0) for part in ("hour", "minute", "second"))
    try:
        written = datetime(
            int(str(parts["year"])), number, int(str(parts["day"])), hour, minute, second, tzinfo=UTC
        )
        return written - timedelta(minutes=_offset(parts.get("zone")) if parts.get("hour") else 0)
    except (ValueError, OverflowError):
        return None


def _offset(zone: str | None) -> int:
    """Minutes east of Greenwich: of ``+09:00``, ``-0500``, ``(JST)``; 0 for a zone that is not known."""
    zone = (zone or "").strip("()")
    if zone[:3] == "UTC" and zone[3:]:  # (UTC+8)
        return int(zone[3:]) * 60
    if zone[:1] in {"+", "-"}:
        digits = zone[1:].replace(":", "")
        minutes = int(digits[:2]) * 60 + int(digits[2:] or 0)
        return -minutes if zone[0] == "-" else minutes
    return _ZONES.get(zone, 0)
