"""VirusTotal v3: what its engines said of a URL, a domain or an address the last time they were asked.

Only what it knows already is looked up: to post a URL would publish it. docs.virustotal.com/reference
"""

from __future__ import annotations

import base64
from urllib.parse import quote

from phishlab import indicators
from phishlab.records import Answer, Credential, Level, Listing, Lookup, Question, Weight
from phishlab.sources import address as addresses
from phishlab.sources.rdap_json import Json, obj
from phishlab.sources.reputation.subject import NO_DOCUMENT, Subject, document, moment, number, trouble
from phishlab.wire import Wire

SERVICE = "VirusTotal"
API = "https://www.virustotal.com/api/v3/"
PAGE = "https://www.virustotal.com/gui/"
CREDENTIAL = Credential(service="virustotal", header="x-apikey")
_MANY, _SOME = 5, 2
"""Engines that say malicious: so many make a listing strong, or moderate. One alone errs often; the numbers
are phishlab's own."""


def url(wire: Wire, url: str) -> Lookup[Listing]:
    """What is known of exactly this *url*; 404 says that nobody ever submitted it."""
    id_ = base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")
    return _looked_up(wire, url, f"urls/{id_}", f"search/{quote(url, safe='')}")


def domain(wire: Wire, name: str) -> Lookup[Listing]:
    """What is known of the domain *name*."""
    return _looked_up(wire, name, f"domains/{quote(name, safe='')}", f"domain/{quote(name, safe='')}")


def address(wire: Wire, ip: str) -> Lookup[Listing]:
    """What is known of the address *ip*."""
    found = indicators.address(ip)
    why_not = addresses.refusal(ip)
    if found is None or why_not:
        return Subject(service=SERVICE, name=ip).not_asked(why_not or "")
    return _looked_up(wire, str(found), f"ip_addresses/{found}", f"ip-address/{found}")


def _looked_up(wire: Wire, subject: str, path: str, page: str) -> Lookup[Listing]:
    about = Subject(service=SERVICE, name=subject, link=PAGE + page)
    answer = wire.ask(Question(uri=API + path, level=Level.THIRD_PARTY, credential=CREDENTIAL))
    why = trouble(answer, frozenset({200, 404}))
    found = None if why else document(answer)
    if found is None:
        return about.error(why or NO_DOCUMENT, answer)
    if answer.status == 404:
        missing = obj(found.get("error")).get("code") == "NotFoundError"
        return about.unknown([answer]) if missing else about.error("the server answered HTTP 404", answer)
    return _judged(about, answer, obj(obj(found.get("data")).get("attributes")))


def _judged(about: Subject, answer: Answer, attributes: dict[str, Json]) -> Lookup[Listing]:
    """``"last_analysis_stats": {"harmless": 60, "malicious": 9, "suspicious": 1, "undetected": 24}``."""
    stats = obj(attributes.get("last_analysis_stats"))
    counts = {name: number(value) for name, value in stats.items()}
    malicious, suspicious = counts.get("malicious"), counts.get("suspicious") or 0
    if malicious is None:
        return about.error("the answer tells no result", answer)
    total = sum(count or 0 for count in counts.values())
    as_of = moment(attributes.get("last_analysis_date"))
    if not total:
        return about.unknown([answer], "known, and never analysed", as_of=as_of)
    detail = f"{malicious} of {total} engines say malicious, {suspicious} suspicious"
    if not malicious:
        return about.not_listed([answer], detail, as_of=as_of)
    weight = Weight.STRONG if malicious >= _MANY else Weight.MODERATE if malicious >= _SOME else Weight.WEAK
    return about.listed([answer], "malicious", detail, as_of=as_of, weight=weight)
