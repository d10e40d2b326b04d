"""Dates as registries write them; none is guessed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from phishlab.sources.whois import dates


def _utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc] # year to second


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2001-06-25T20:37:59Z", _utc(2001, 6, 25, 20, 37, 59)),
        ("2000-09-05T23:59:59.0Z", _utc(2000, 9, 5, 23, 59, 59)),
        ("2011-01-13T15:45:18+01:00", _utc(2011, 1, 13, 14, 45, 18)),
        ("2012-05-16 09:28:56 -0400", _utc(2012, 5, 16, 13, 28, 56)),
        ("2013-12-04 00:00:00+02", _utc(2013, 12, 3, 22)),
        ("2003/09/11 01:02:59 (JST)", _utc(2003, 9, 10, 16, 2, 59)),
        ("2024-11-09 00:00:00 (UTC+8)", _utc(2024, 11, 8, 16)),
        ("2002.09.19 13:00:00", _utc(2002, 9, 19, 13)),
        ("2007. 03. 02.", _utc(2007, 3, 2)),
        ("2001-Aug-23.", _utc(2001, 8, 23)),
        ("19990518 #162310", _utc(1999, 5, 18)),
        ("20131218000000", _utc(2013, 12, 18)),
        ("03-Feb-2004 19:19:12 UTC", _utc(2004, 2, 3, 19, 19, 12)),
        ("2nd April, 2001", _utc(2001, 4, 2)),
        ("28th April 2014", _utc(2014, 4, 28)),
        ("7 Sep 2012", _utc(2012, 9, 7)),
        ("Thu Aug 03 2006", _utc(2006, 8, 3)),
        ("February 14, 2013", _utc(2013, 2, 14)),
        ("Mon Mar 26 16:03:44 GMT 2001", _utc(2001, 3, 26, 16, 3, 44)),
        ("Sun Mar 30 23:59:00 2014", _utc(2014, 3, 30, 23, 59)),
        ("18.4.2002 18:00:00", _utc(2002, 4, 18, 18)),
        ("27-05-1999", _utc(1999, 5, 27)),  # no month is 27
        ("12/18/2001", _utc(2001, 12, 18)),
        ("registrar AT ns.il 20181216 (Changed)", _utc(2018, 12, 16)),
    ],
)
def test_read(text: str, time: datetime) -> None:
    assert dates.when(text) == time


@pytest.mark.parametrize(
    ("text", "day", "month"),
    [("03/02/2012", _utc(2012, 2, 3), _utc(2012, 3, 2)), ("09/01/2003", _utc(2003, 1, 9), _utc(2003, 9, 1))],
)
def test_what_could_be_either_is_read_by_the_registrys_order_alone(
    text: str, day: datetime, month: datetime
) -> None:
    assert (dates.when(text), dates.when(text, "day"), dates.when(text, "month")) == (None, day, month)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "before Aug-1996",
        "0000-00-00",
        "2013-02-30",
        "16/09/03",  # which century, and which comes first?
        "see at www.register.bg",
        "yesterday",
        "99999999",
        "2013-01-01 25:00:00",
        "1-" * 100_000,
    ],
)
def test_not_read(text: str) -> None:
    assert dates.when(text) is None
