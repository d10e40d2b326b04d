"""PhishTank: whether a URL was submitted to it, and what its voters said (phishtank.org/api_info.php).

Keyless for a few questions; its server wants a User-Agent that names the program.
"""

from __future__ import annotations

from urllib.parse import urlencode

from phishlab.records import Answer, Level, Listing, Lookup, Question
from phishlab.sources.rdap_json import Json, obj, text
from phishlab.sources.reputation.subject import NO_DOCUMENT, Subject, document, moment, trouble
from phishlab.wire import Wire

SERVICE = "PhishTank"
API = "https://checkurl.phishtank.com/checkurl/"
LINK = "https://phishtank.org/"


def question(url: str) -> Question:
    """The question for *url*, posted as a form."""
    return Question(
        uri=API,
        level=Level.THIRD_PARTY,
        headers=(("User-Agent", "phishtank/phishlab"), ("Accept", "application/json")),
        body=urlencode({"url": url, "format": "json"}).encode(),
        media_type="application/x-www-form-urlencoded",
    )


def url(wire: Wire, url: str) -> Lookup[Listing]:
    """Listed where its voters verified *url* as phishing; not listed where they verified that it is none."""
    about = Subject(service=SERVICE, name=url, link=LINK)
    answer = wire.ask(question(url))
    found = document(answer)
    why = trouble(answer) or (NO_DOCUMENT if found is None else _refused(found))
    results = obj((found or {}).get("results"))
    if why or "in_database" not in results:
        return about.error(why or "the answer tells no result", answer)
    return _judged(about, answer, results)


def _judged(about: Subject, answer: Answer, results: dict[str, Json]) -> Lookup[Listing]:
    """``{"in_database": true, "phish_id": "1", "verified": true, "verified_at": "…", "valid": true}``."""
    number = text(results.get("phish_id")) or str(results.get("phish_id") or "")
    detail = f"submission {number[:20]}" if number else ""
    if not _yes(results.get("in_database")):
        return about.unknown([answer])
    if not _yes(results.get("verified")):
        return about.not_listed([answer], "submitted, and not verified", mentions=1)
    as_of = moment(results.get("verified_at"))
    if not _yes(results.get("valid")):
        return about.not_listed([answer], "submitted, and voted to be no phishing", as_of=as_of, mentions=1)
    return about.listed([answer], "phishing", detail, as_of=as_of)


def _yes(value: Json) -> bool:
    return value is True or (isinstance(value, str) and value.lower() in {"y", "yes", "true"})


def _refused(found: dict[str, Json]) -> str | None:
    status = text(obj(found.get("meta")).get("status"))
    return (
        None if status in {"", "success"} and "errortext" not in found else "the service refuses the question"
    )
