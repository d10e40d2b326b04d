"""urlscan.io's search: which pages of a host or an address others had scanned (docs.urlscan.io/apis).

It gives no verdict: a scan is a mention. Nothing is submitted; a scan would be an active visit, and public.
"""

from __future__ import annotations

from urllib.parse import quote

from phishlab import indicators
from phishlab.records import Credential, Level, Listing, Lookup, Question
from phishlab.sources import address as addresses
from phishlab.sources.rdap_json import obj, objects
from phishlab.sources.reputation.subject import NO_DOCUMENT, Subject, document, moment, number, trouble
from phishlab.wire import Wire

SERVICE = "urlscan.io"
API = "https://urlscan.io/api/v1/search/?q="
PAGE = "https://urlscan.io/search/#"
CREDENTIAL = Credential(service="urlscan", header="API-Key", required=False)


def host(wire: Wire, name: str) -> Lookup[Listing]:
    """How often pages of the host *name* were scanned, and when last."""
    return address(wire, name) if indicators.address(name) else _searched(wire, name, f'page.domain:"{name}"')


def address(wire: Wire, ip: str) -> Lookup[Listing]:
    """How often pages at the address *ip* were scanned, and when last."""
    found = indicators.address(ip)
    why_not = addresses.refusal(ip)
    if found is None or why_not:
        return Subject(service=SERVICE, name=ip).not_asked(why_not or "")
    return _searched(wire, str(found), f'page.ip:"{found}"')


def _searched(wire: Wire, subject: str, query: str) -> Lookup[Listing]:
    asked = quote(query, safe=":")
    about = Subject(service=SERVICE, name=subject, link=PAGE + asked)
    answer = wire.ask(Question(uri=API + asked, level=Level.THIRD_PARTY, credential=CREDENTIAL))
    why = trouble(answer)
    found = None if why else document(answer)
    if found is None:
        return about.error(why or NO_DOCUMENT, answer)
    total = number(found.get("total"))
    if total is None:
        return about.error("the answer tells no result", answer)
    if not total:
        return about.unknown([answer])
    scans = [moment(obj(one.get("task")).get("time")) for one in objects(found.get("results"))]
    newest = max((time for time in scans if time), default=None)
    return about.not_listed(
        [answer], f"{total} scans by others: a scan is no verdict", as_of=newest, mentions=total
    )
