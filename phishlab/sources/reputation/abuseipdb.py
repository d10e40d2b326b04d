"""AbuseIPDB v2: what its users reported of an address in the last 90 days (docs.abuseipdb.com)."""

from __future__ import annotations

from urllib.parse import urlencode

from phishlab import indicators
from phishlab.records import Answer, Credential, Level, Listing, Lookup, Question, Weight
from phishlab.sources import address as addresses
from phishlab.sources.rdap_json import Json, obj
from phishlab.sources.reputation.subject import NO_DOCUMENT, Subject, document, moment, number, trouble
from phishlab.wire import Wire

SERVICE = "AbuseIPDB"
API = "https://api.abuseipdb.com/api/v2/check"
PAGE = "https://www.abuseipdb.com/check/"
CREDENTIAL = Credential(service="abuseipdb", header="Key")
DAYS = 90
_HIGH, _MIDDLE = 75, 25
"""Scores from 0 to 100 from which a listing is strong, or moderate; phishlab's own bounds."""


def address(wire: Wire, ip: str) -> Lookup[Listing]:
    """What was reported of *ip*: listed where the service's own score is above 0."""
    found = indicators.address(ip)
    why_not = addresses.refusal(ip)
    if found is None or why_not:
        return Subject(service=SERVICE, name=ip).not_asked(why_not or "")
    about = Subject(service=SERVICE, name=str(found), link=f"{PAGE}{found}")
    asked = urlencode({"ipAddress": str(found), "maxAgeInDays": DAYS})
    answer = wire.ask(
        Question(
            uri=f"{API}?{asked}",
            level=Level.THIRD_PARTY,
            headers=(("Accept", "application/json"),),
            credential=CREDENTIAL,
        )
    )
    why = trouble(answer)
    read = None if why else document(answer)
    if read is None:
        return about.error(why or NO_DOCUMENT, answer)
    return _judged(about, answer, obj(read.get("data")))


def _judged(about: Subject, answer: Answer, data: dict[str, Json]) -> Lookup[Listing]:
    """``{"abuseConfidenceScore": 87, "totalReports": 12, "lastReportedAt": "…", "isWhitelisted": false}``."""
    score, reports = number(data.get("abuseConfidenceScore")), number(data.get("totalReports"))
    if score is None or reports is None:
        return about.error("the answer tells no result", answer)
    as_of = moment(data.get("lastReportedAt"))
    if not reports and not score:
        return about.unknown([answer], f"no reports in {DAYS} days")
    kept = ", whitelisted" if data.get("isWhitelisted") is True else ""
    detail = f"score {min(score, 100)} of 100, {reports} reports in {DAYS} days{kept}"
    if not score:
        return about.not_listed([answer], detail, as_of=as_of, mentions=reports)
    weight = Weight.STRONG if score >= _HIGH else Weight.MODERATE if score >= _MIDDLE else Weight.WEAK
    return about.listed([answer], "reported for abuse", detail, as_of=as_of, weight=weight)
