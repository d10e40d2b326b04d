"""Google Safe Browsing v5: four bytes of each hash go to Google, and the URL does not (hashes.search).

Its answers come as Protocol Buffers. Version 4, which learns the whole URL and ends on 31 March 2027, is asked
only where it is named. A listing says "suspected", and "Advisory provided by Google": its terms ask for both.
https://developers.google.com/safe-browsing/reference/rest/v5/hashes/search
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from phishlab import indicators
from phishlab.records import Answer, Credential, Level, Listing, Lookup, Question, Weight
from phishlab.sources.rdap_json import objects, text
from phishlab.sources.reputation import expressions, protobuf
from phishlab.sources.reputation.subject import NO_DOCUMENT, Subject, document, renamed, trouble
from phishlab.version import __version__
from phishlab.wire import Wire

SERVICE, SERVICE_V4 = "Google Safe Browsing", "Google Safe Browsing v4"
API = "https://safebrowsing.googleapis.com/v5/hashes:search?"
API_V4 = "https://safebrowsing.googleapis.com/v4/threatMatches:find"
LINK = "https://developers.google.com/safe-browsing/v4/advisory"
ATTRIBUTION = "Advisory provided by Google"
CREDENTIAL = Credential(service="google-safe-browsing", header="X-Goog-Api-Key")
_THREATS = {
    1: "suspected malware",
    2: "suspected phishing (social engineering)",
    3: "suspected unwanted software",
    4: "suspected harmful application",
}
_THREATS_V4 = {
    "MALWARE": _THREATS[1],
    "SOCIAL_ENGINEERING": _THREATS[2],
    "UNWANTED_SOFTWARE": _THREATS[3],
    "POTENTIALLY_HARMFUL_APPLICATION": _THREATS[4],
}
_CANARY, _FRAME_ONLY = 1, 2
_LONGEST = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What ``SearchHashesResponse`` holds: threats by full hash, and for how many seconds that is true."""

    threats: tuple[tuple[bytes, int, bool], ...]
    """Full hash, kind of threat, and whether it is true of frames alone."""
    seconds: int | None


def question(url: str) -> Question | None:
    """The question for *url*: prefixes in ascending order, so that the same URL asks the same; None for no URL."""
    prefixes = sorted({digest[:4] for digest in expressions.hashes(url)})
    if not prefixes:
        return None
    asked = urlencode([("hashPrefixes", base64.b64encode(prefix).decode()) for prefix in prefixes])
    return Question(uri=API + asked, level=Level.THIRD_PARTY, credential=CREDENTIAL)


def url(wire: Wire, url: str) -> Lookup[Listing]:
    """Whether Google suspects *url*, or what stands above it, as of now; until when that is true is in the detail."""
    about = Subject(service=SERVICE, name=url, link=LINK)
    asked = question(url)
    if asked is None:
        return about.not_asked("it is no web address")
    answer = wire.ask(asked)
    why = trouble(answer)
    found = None if why else parse(answer.data)
    if found is None:
        return about.error(why or "the answer is no message of Safe Browsing", answer)
    return _judged(about, answer, found, expressions.hashes(url))


def parse(data: bytes) -> Found | None:
    """The answer: ``repeated FullHash full_hashes = 1; Duration cache_duration = 2``; None where it is none.

    ``FullHash { bytes full_hash = 1; repeated FullHashDetail full_hash_details = 2; }``,
    ``FullHashDetail { ThreatType threat_type = 1; repeated ThreatAttribute attributes = 2; }``.
    """
    try:
        whole = protobuf.nested(data)
        threats = [threat for value in whole.get(1, []) for threat in _threats(protobuf.nested(value))]
        durations = [protobuf.nested(value).get(1, [0])[-1] for value in whole.get(2, [])]
    except protobuf.MalformedError:
        return None
    seconds = durations[-1] if durations else None
    return Found(threats=tuple(threats), seconds=seconds if isinstance(seconds, int) else None)


def _threats(full_hash: dict[int, list[protobuf.Value]]) -> Iterable[tuple[bytes, int, bool]]:
    digest = full_hash.get(1, [b""])[-1]
    for value in full_hash.get(2, []):
        detail = protobuf.nested(value)
        kind = detail.get(1, [0])[-1]
        attributes = set(protobuf.numbers(detail.get(2, [])))
        # What a client does not know it must pass over; a canary is not for warnings.
        usable = isinstance(digest, bytes) and isinstance(kind, int) and kind in _THREATS
        if usable and attributes <= {_FRAME_ONLY}:
            yield digest, kind, _FRAME_ONLY in attributes  # type: ignore[misc]  # bytes and int, as usable says


def _judged(about: Subject, answer: Answer, found: Found, ours: dict[bytes, str]) -> Lookup[Listing]:
    matched = [threat for threat in found.threats if threat[0] in ours]
    until = _until(answer, found.seconds)
    if not matched:
        # Every whole answer says for how long it holds; without that it may be a cut one.
        missing = "the answer does not say for how long it holds"
        return about.not_listed([answer], until) if until else about.error(missing, answer)
    said = ", ".join(dict.fromkeys(_THREATS[kind] for _, kind, _ in matched))
    where = ", ".join(dict.fromkeys(ours[digest] for digest, _, _ in matched))
    framed = all(frame for _, _, frame in matched)
    detail = "; ".join(filter(None, (f"by {where[:200]}", "in frames alone" if framed else "", until)))
    weight = Weight.MODERATE if framed else Weight.STRONG
    return renamed(about.listed([answer], said, detail, weight=weight), attribution=ATTRIBUTION)


def _until(answer: Answer, seconds: int | None) -> str:
    """``true until 2024-01-16T01:05:00Z``: when it was asked and what Google allows, a day at the most."""
    if seconds is None or answer.exchange is None:
        return ""
    end: datetime = answer.exchange.asked_at + min(timedelta(seconds=min(seconds, 86_400)), _LONGEST)
    return f"true until {end:%Y-%m-%dT%H:%M:%SZ}"


def url_v4(wire: Wire, url: str) -> Lookup[Listing]:
    """The same by version 4, which learns the whole *url*."""
    about = Subject(service=SERVICE_V4, name=url, link=LINK)
    if indicators.url(url) is None:
        return about.not_asked("it is no web address")
    answer = wire.ask(
        Question(
            uri=API_V4,
            level=Level.THIRD_PARTY,
            body=_asked_v4(url),
            media_type="application/json",
            credential=CREDENTIAL,
        )
    )
    why = trouble(answer)
    found = None if why else document(answer)
    if found is None:
        return about.error(why or NO_DOCUMENT, answer)
    matches = objects(found.get("matches"))
    said = [_THREATS_V4.get(text(one.get("threatType"))) for one in matches]
    if not found or not matches:
        # Nothing found is "{}"; any other document without matches is something else.
        return about.error("the answer tells no result", answer) if found else about.not_listed([answer])
    words = ", ".join(dict.fromkeys(word for word in said if word))
    return renamed(about.listed([answer], words or "suspected"), attribution=ATTRIBUTION)


def _asked_v4(url: str) -> bytes:
    asked = {
        "client": {"clientId": "phishlab", "clientVersion": __version__},
        "threatInfo": {
            "threatTypes": list(_THREATS_V4),
            "platformTypes": ["ANY_PLATFORM"],
            "threatEntryTypes": ["URL"],
            "threatEntries": [{"url": url}],
        },
    }
    return json.dumps(asked, separators=(",", ":")).encode()
