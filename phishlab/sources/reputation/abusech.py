"""URLhaus and ThreatFox of abuse.ch, with one Auth-Key for both (urlhaus-api.abuse.ch, threatfox.abuse.ch/api).

Both collect malware: "no results" says nothing about phishing. HTTP 200 comes either way; ``query_status`` tells.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import urlencode

from phishlab import indicators
from phishlab.records import Answer, Credential, Level, Link, Listing, Lookup, Question, Weight
from phishlab.sources import address as addresses
from phishlab.sources.rdap_json import Json, objects, text
from phishlab.sources.reputation.subject import (
    NO_DOCUMENT,
    Subject,
    document,
    moment,
    number,
    page,
    trouble,
)
from phishlab.wire import Wire

URLHAUS, THREATFOX = "URLhaus", "ThreatFox"
URLHAUS_API = "https://urlhaus-api.abuse.ch/v1/"
THREATFOX_API = "https://threatfox-api.abuse.ch/api/v1/"
URLHAUS_LINK, THREATFOX_LINK = "https://urlhaus.abuse.ch/browse/", "https://threatfox.abuse.ch/browse/"
CREDENTIAL = Credential(service="abuse-ch", header="Auth-Key")
_NOTHING = {"no_results", "no_result"}
_SHOWN = 5


def urlhaus_url(wire: Wire, url: str) -> Lookup[Listing]:
    """Whether *url* is in URLhaus as one that spreads malware."""
    about = Subject(service=URLHAUS, name=url, link=URLHAUS_LINK)
    answer = wire.ask(_posted("url", {"url": url}))
    found, why = _read(answer)
    if found is None:
        return about.error(why, answer)
    if why:
        return about.unknown([answer])
    tags = ", ".join(_words(found.get("tags")))
    detail = "; ".join(filter(None, (text(found.get("url_status"))[:40], tags)))
    category = text(found.get("threat"))[:80] or "malware"
    return about.listed([answer], category, detail, as_of=moment(found.get("date_added")))


def urlhaus_host(wire: Wire, host: str) -> Lookup[Listing]:
    """Whether URLhaus has URLs at *host*, a name or an address. Others may share a host: that weighs less."""
    about = Subject(service=URLHAUS, name=host, link=URLHAUS_LINK)
    why_not = addresses.refusal(host) if indicators.address(host) else None
    if why_not:
        return about.not_asked(why_not)
    answer = wire.ask(_posted("host", {"host": host}))
    found, why = _read(answer)
    if found is None:
        return about.error(why, answer)
    urls = objects(found.get("urls"))
    count = number(_counted(found.get("url_count"))) or len(urls)
    if why or not count:
        return about.unknown([answer])
    online = any(text(one.get("url_status")) == "online" for one in urls)
    weight = Weight.MODERATE if online else Weight.WEAK
    return about.listed(
        [answer],
        f"URLs that spread malware: {count}",
        "some online" if online else "none online",
        weight=weight,
    )


def threatfox_link(wire: Wire, link: Link) -> Lookup[Listing]:
    """What ThreatFox has of the link's host: listed where the host, its domain or this URL is an indicator."""
    about = Subject(service=THREATFOX, name=link.host, link=THREATFOX_LINK)
    return _searched(wire, about, {link.host, link.registrable or link.host}, page(link.url))


def threatfox_address(wire: Wire, ip: str) -> Lookup[Listing]:
    """What ThreatFox has of *ip*, with whatever port."""
    about = Subject(service=THREATFOX, name=ip, link=THREATFOX_LINK)
    return _searched(wire, about, {ip}, ("", ""))


def _searched(wire: Wire, about: Subject, names: set[str], url: tuple[str, str]) -> Lookup[Listing]:
    why_not = addresses.refusal(about.name) if indicators.address(about.name) else None
    if why_not:
        return about.not_asked(why_not)
    asked = json.dumps({"query": "search_ioc", "search_term": about.name}, separators=(",", ":"))
    answer = wire.ask(
        Question(
            uri=THREATFOX_API,
            level=Level.THIRD_PARTY,
            body=asked.encode(),
            media_type="application/json",
            credential=CREDENTIAL,
        )
    )
    found, why = _read(answer)
    if found is None:
        return about.error(why, answer)
    indicators_ = objects(found.get("data"))
    same = [one for one in indicators_ if _is_one_of(text(one.get("ioc")), names, url)]
    if why or not same:
        others = f"{len(indicators_)} other indicators name it" if indicators_ else ""
        return about.unknown([answer], others, mentions=len(indicators_))
    return _indicated(about, answer, same)


def _indicated(about: Subject, answer: Answer, same: list[dict[str, Json]]) -> Lookup[Listing]:
    """``{"ioc": "a.example", "threat_type": "payload_delivery", "confidence_level": 75, …}``."""
    words = (text(one.get(field)) for one in same for field in ("threat_type", "malware_printable"))
    category = ", ".join(list(dict.fromkeys(word[:60] for word in words if word))[:_SHOWN]) or "indicator"
    sure = max((number(one.get("confidence_level")) or 0 for one in same), default=0)
    weight = Weight.STRONG if sure >= 75 else Weight.MODERATE if sure >= 50 else Weight.WEAK
    seen = [time for one in same if (time := moment(one.get("last_seen") or one.get("first_seen")))]
    detail = f"confidence {sure}"
    return about.listed([answer], category, detail, as_of=max(seen, default=None), weight=weight)


def _is_one_of(ioc: str, names: set[str], url: tuple[str, str]) -> bool:
    """Whether ``a.example``, ``192.0.2.1:443`` or ``http://a.example/x`` is the subject itself."""
    if "://" in ioc:
        return bool(url[0]) and page(ioc) == url
    host = ioc.rpartition(":")[0] if ioc.count(":") == 1 else ioc
    return host.strip("[]").lower().rstrip(".") in names


def _posted(what: str, fields: Mapping[str, str]) -> Question:
    return Question(
        uri=f"{URLHAUS_API}{what}/",
        level=Level.THIRD_PARTY,
        body=urlencode(fields).encode(),
        media_type="application/x-www-form-urlencoded",
        credential=CREDENTIAL,
    )


def _read(answer: Answer) -> tuple[dict[str, Json] | None, str]:
    """The document, and ``no results`` where it has none; no document, and why it is none to be used."""
    why = trouble(answer)
    found = None if why else document(answer)
    if found is None:
        return None, why or NO_DOCUMENT
    status = text(found.get("query_status"))
    if status == "ok":
        return found, ""
    if status in _NOTHING:
        return found, "no results"
    return None, f"the service refuses: {status[:60]}" if status else "the answer tells no result"


def _counted(value: Json) -> Json:
    """``"12"`` as 12: URLhaus writes numbers as texts."""
    return (
        int(value)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10
        else value
    )


def _words(value: Json) -> list[str]:
    return [text(word)[:40] for word in (value if isinstance(value, list) else []) if text(word)][:_SHOWN]
