"""The dates that mail programs write, the standard ones (RFC 5322 3.3) and the others."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from phishlab import patterns
from phishlab.classes import dataclass

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
# Obsolete names of RFC 5322 4.3 and the one that Japanese servers write; other names mean several zones.
_ZONES = {
    "UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "JST": 540,
    "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420,
}  # fmt: skip
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?P<fraction>\.\d{1,9})?)?"
_ZONE = r"(?:\s*(?P<zone>[+-]\d{4}\b|[+-]\d{2}:\d{2}\b|[A-Z]{1,4}\b))?"
_GAP = r"(?:\s{1,40}|-)"  # a fold is three characters wide: "19 Sep\r\n 2023"
_USUAL = patterns.late(
    rf"(?:[A-Za-z]{{2,9}}\.?,?\s+)?(?P<day>\d{{1,2}}){_GAP}(?P<month>[A-Za-z]{{3,9}}){_GAP}(?P<year>\d{{2,4}}),?"
    rf"\s+{_CLOCK}(?:\s*(?P<half>[AaPp][Mm])\b)?{_ZONE}"
)
_ISO = patterns.late(rf"(?P<year>\d{{4}})-(?P<month>\d{{2}})-(?P<day>\d{{2}})[T ]{_CLOCK}{_ZONE}")
_WINDOW = 1024
_CTIME = patterns.late(
    rf"[A-Z][a-z]{{2}}\s+(?P<month>[A-Za-z]{{3}})\s+(?P<day>\d{{1,2}})\s+{_CLOCK}{_ZONE}\s+(?P<year>\d{{4}})"
    r"(?:\s+(?P<after>[+-]\d{4})\b)?"
)

FARTHEST = 14 * 60
"""Minutes from UTC, east or west, beyond which no place on earth has its time."""
SUSPICIOUS_S = -60.0
IMPLAUSIBLE_S = -3600.0
"""Steps back in time. Of 7,695 real chains 17 % have one, 0.5 % one beyond a minute, 0.04 % one beyond an hour."""
GAP = r"[ \t\r\n]{1,40}+"
CLOCK = r"((?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])(\.[0-9]{1,9})?"
COMMON = (
    rf"(?:[A-Z][a-z]{{2}},{GAP})?([0-9]{{1,2}}{GAP}[A-Z][a-z]{{2}}{GAP}[0-9]{{4}}){GAP}"
    rf"{CLOCK}{GAP}([+-][0-9]{{4}}|[A-Z]{{3}})"
)
"""What nearly every program writes, as a pattern of four groups for ``common``."""
_COMMON = patterns.late(rf"{COMMON}(?:{GAP}\([A-Za-z]{{1,5}}\))?")
_NUMBERS = {name.title(): f"{number:02d}" for number, name in enumerate(_MONTHS, 1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Date:
    """A moment. *utc* None where it cannot be known: no date, an impossible one, one without a zone.

    *offset_min*: minutes east of UTC as written, None where unstated. *start*: where in the text it begins.
    """

    utc: datetime | None
    offset_min: int | None
    standard: bool
    start: int


def find(text: str) -> Date | None:
    """The last date in *text*, for example ``Tue, 16 Jan 2024 10:00:00 +0900 (JST)``; None without one.

    Of a long text, its first and its last _WINDOW characters are read.
    """
    if usual := _alone(text):
        return usual
    if len(text) > _WINDOW and (late := _find(text, len(text) - _WINDOW)):
        return late
    return _find(text[:_WINDOW], 0)


def _alone(text: str) -> Date | None:
    """The same of a text that is one date, written as nearly every program writes it."""
    usual = _COMMON.fullmatch(text.strip()) if len(text) <= _WINDOW else None
    read = common(*usual.groups()) if usual else None
    if read is None:
        return None
    return Date(utc=read[0], offset_min=read[1], standard=True, start=len(text) - len(text.lstrip()))


def _find(text: str, at: int) -> Date | None:
    if ":" not in text:
        return None
    found = [
        (match, pattern is _USUAL and match["half"] is None)
        for pattern in (_USUAL, _ISO, _CTIME)
        for match in [_last(pattern, text, at)]
        if match
    ]
    if not found:
        return None
    match, standard = max(found, key=lambda pair: pair[0].end())
    return _read(match, standard=standard)


def common(day: str, clock: str, fraction: str | None, zone: str) -> tuple[datetime, int] | None:
    """The moment, and minutes east of UTC, out of the groups of ``COMMON``; None where ``find`` must look."""
    offset = _east(zone)
    if offset is None:
        return None
    try:
        local = datetime.fromisoformat(f"{_numbers(day)}T{clock}+00:00")
        if fraction:
            local += timedelta(microseconds=_micro(fraction))
        return (local - offset[0] if offset[1] else local), offset[1]
    except (KeyError, ValueError, OverflowError):
        return None


def iso(day: str, clock: str, fraction: str | None) -> datetime | None:
    """The moment of ``2024-01-06``, ``10:00:00`` and ``.250`` in UTC; None where there is no such day."""
    try:
        return datetime.fromisoformat(f"{day}T{clock}+00:00") + timedelta(microseconds=_micro(fraction))
    except (ValueError, OverflowError):
        return None


def _micro(fraction: str | None) -> int:
    return round(float(fraction or 0) * 1_000_000)


@lru_cache(maxsize=512)
def _numbers(text: str) -> str:
    """``2024-01-06`` for ``6 Jan 2024``: the lines of a mail, and the mails of a day, say the same."""
    day, month, year = text.split()
    return f"{year}-{_NUMBERS[month]}-{day:0>2}"


@lru_cache(maxsize=64)
def _east(zone: str) -> tuple[timedelta, int] | None:
    usable, stated = _offset(zone)
    return None if usable is None or stated is None else (timedelta(minutes=stated), stated)


def parse(text: str) -> datetime | None:
    """The moment that *text* names, in UTC, or None."""
    found = find(text)
    return found.utc if found else None


def step(newer: datetime | None, older: datetime | None) -> tuple[float | None, tuple[str, ...]]:
    """The seconds from one hop to the next, None where a time is missing, and the flag of a step back."""
    if newer is None or older is None:
        return None, ()
    seconds = (newer - older).total_seconds()
    if seconds >= SUSPICIOUS_S:
        return seconds, ()
    return seconds, ("time_travel_implausible" if seconds < IMPLAUSIBLE_S else "time_travel_suspicious",)


def _last(pattern: re.Pattern[str], text: str, at: int) -> re.Match[str] | None:
    found = list(pattern.finditer(text, at))
    return found[-1] if found else None


def _read(match: re.Match[str], *, standard: bool) -> Date:
    zone = match["zone"] or match.groupdict().get("after")
    offset, stated = _offset(zone)
    usual = standard and zone is not None
    try:
        moment = _moment(match).replace(tzinfo=timezone(timedelta(minutes=offset or 0))).astimezone(UTC)
    except (ValueError, OverflowError):
        return Date(utc=None, offset_min=None, standard=False, start=match.start())
    known = moment if offset is not None else None
    return Date(utc=known, offset_min=stated, standard=usual, start=match.start())


def _moment(match: re.Match[str]) -> datetime:
    """Date and clock as written; ValueError where there is no such day or hour."""
    parts = match.groupdict()
    hour = int(parts["hour"])
    if parts.get("half"):
        hour = hour % 12 + (12 if parts["half"].lower() == "pm" else 0)
    second = min(int(parts["second"] or 0), 59)  # a leap second counts as the one before
    micro = _micro(parts["fraction"])
    day = datetime(_year(parts["year"]), _month(parts["month"]), int(parts["day"]))  # noqa: DTZ001 zone follows
    return day + timedelta(
        hours=_in(hour, 24), minutes=_in(int(parts["minute"]), 60), seconds=second, microseconds=micro
    )


def _in(value: int, limit: int) -> int:
    if value >= limit:
        raise ValueError(f"{value} is no part of a clock")
    return value


def _year(text: str) -> int:
    year = int(text)
    if len(text) == 2:  # RFC 5322 4.3
        return year + (2000 if year < 50 else 1900)
    return year + 1900 if len(text) == 3 else year


def _month(text: str) -> int:
    return int(text) if text.isdigit() else _MONTHS.index(text[:3].lower()) + 1


def _offset(zone: str | None) -> tuple[int | None, int | None]:
    """Minutes east of UTC to reckon with, and the same as far as stated: ``-0000`` is UTC but states no place."""
    if zone is None:
        return None, None
    if zone[0] in "+-":
        digits = zone[1:].replace(":", "")
        minutes = (int(digits[:2]) * 60 + int(digits[2:])) * (-1 if zone[0] == "-" else 1)
        if zone == "-0000":
            return 0, None
        return (minutes if abs(minutes) < 24 * 60 else None), minutes
    named = _ZONES.get(zone)
    return named, named
