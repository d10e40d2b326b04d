"""OTX of LevelBlue (AlienVault): in how many pulses a domain or an address is named (otx.alienvault.com/api).

A pulse is what a member wrote together; whoever is named in one is mentioned, not judged.
"""

from __future__ import annotations

from urllib.parse import quote

from phishlab import indicators
from phishlab.records import Credential, Level, Listing, Lookup, Question
from phishlab.sources import address as addresses
from phishlab.sources.rdap_json import obj
from phishlab.sources.reputation.subject import NO_DOCUMENT, Subject, document, number, trouble
from phishlab.wire import Wire

SERVICE = "OTX"
API = "https://otx.alienvault.com/api/v1/indicators/"
PAGE = "https://otx.alienvault.com/indicator/"
CREDENTIAL = Credential(service="otx", header="X-OTX-API-KEY")


def domain(wire: Wire, name: str) -> Lookup[Listing]:
    """In how many pulses the domain *name* is."""
    return _looked_up(wire, name, f"domain/{quote(name, safe='')}")


def address(wire: Wire, ip: str) -> Lookup[Listing]:
    """In how many pulses the address *ip* is."""
    found = indicators.address(ip)
    why_not = addresses.refusal(ip)
    if found is None or why_not:
        return Subject(service=SERVICE, name=ip).not_asked(why_not or "")
    return _looked_up(wire, str(found), f"IPv{found.version}/{quote(str(found), safe=':')}")


def _looked_up(wire: Wire, subject: str, path: str) -> Lookup[Listing]:
    about = Subject(service=SERVICE, name=subject, link=PAGE + path)
    answer = wire.ask(Question(uri=f"{API}{path}/general", level=Level.THIRD_PARTY, credential=CREDENTIAL))
    why = trouble(answer)
    found = None if why else document(answer)
    if found is None:
        return about.error(why or NO_DOCUMENT, answer)
    count = number(obj(found.get("pulse_info")).get("count"))
    if count is None:
        return about.error("the answer tells no result", answer)
    if not count:
        return about.unknown([answer])
    return about.not_listed([answer], f"named in {count} pulses: a mention is no verdict", mentions=count)
