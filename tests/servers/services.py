"""The reputation services on loopback: what their documents show, and what any of them can answer in its place."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs

from phishlab.sources.reputation import safebrowsing
from tests.servers import web

HOST = "sgogoj.com"
URL = f"http://{HOST}/kagoya/activemail.kagoya?login=example@example.or.jp"
IP = "8.217.61.41"


def document(found: object, status: str = "200 OK") -> bytes:
    """A JSON answer."""
    return web.page(json.dumps(found), "application/json", status)


URLHAUS_URL = {
    "query_status": "ok", "id": "1", "url": URL, "url_status": "online", "host": HOST,
    "date_added": "2024-01-16 03:04:05 UTC", "threat": "malware_download", "tags": ["elf", "Mozi"],
    "blacklists": {"spamhaus_dbl": "not listed", "surbl": "not listed"},
}  # fmt: skip
URLHAUS_HOST = {
    "query_status": "ok", "host": HOST, "firstseen": "2024-01-16 03:04:05 UTC", "url_count": "2",
    "urls": [{"url": URL, "url_status": "online"}, {"url": f"http://{HOST}/b", "url_status": "offline"}],
}  # fmt: skip
THREATFOX = {
    "query_status": "ok",
    "data": [
        {"ioc": HOST, "ioc_type": "domain", "threat_type": "payload_delivery", "malware_printable": "Unknown",
         "confidence_level": 75, "first_seen": "2024-01-16 03:04:05 UTC", "last_seen": None},
        {"ioc": f"http://{HOST}/elsewhere", "ioc_type": "url", "confidence_level": 100},
    ],
}  # fmt: skip
VIRUSTOTAL = {
    "data": {
        "type": "url",
        "attributes": {
            "last_analysis_stats": {"malicious": 9, "suspicious": 1, "undetected": 24, "harmless": 60, "timeout": 0},
            "last_analysis_date": 1705374000,
        },
    }
}  # fmt: skip
VIRUSTOTAL_MISSING = {"error": {"code": "NotFoundError", "message": "URL not found"}}
ABUSEIPDB = {
    "data": {"ipAddress": IP, "isPublic": True, "isWhitelisted": None, "abuseConfidenceScore": 87, "totalReports": 12,
             "lastReportedAt": "2024-01-16T03:04:05+00:00"}
}  # fmt: skip
URLSCAN = {
    "results": [
        {"task": {"time": "2024-01-16T03:04:05.678Z"}, "page": {"domain": HOST, "ip": IP, "asn": "AS45102"}},
        {"task": {"time": "2024-01-15T00:00:00.000Z"}, "page": {"domain": HOST}},
    ],
    "total": 2, "took": 5, "has_more": False,
}  # fmt: skip
OTX = {"indicator": HOST, "pulse_info": {"count": 3, "pulses": [{"id": "1", "name": "<script>"}]}}
PHISHTANK = {
    "meta": {"timestamp": "2024-01-16T03:04:05+00:00", "serverid": "x", "status": "success", "requestid": "y"},
    "results": {"url": URL, "in_database": True, "phish_id": "123", "phish_detail_page": "http://phishtank/123",
                "verified": True, "verified_at": "2024-01-16T02:00:00+00:00", "valid": True},
}  # fmt: skip
FEED = f"https://evil.example/login\nhttp://{HOST}/kagoya/activemail.kagoya\nhttp://{HOST}/other\n"


def message(number: int, content: bytes) -> bytes:
    """A protobuf field that holds a message or bytes."""
    return varint(number << 3 | 2) + varint(len(content)) + content


def scalar(number: int, value: int) -> bytes:
    """A protobuf field that holds a number."""
    return varint(number << 3) + varint(value)


def varint(value: int) -> bytes:
    """A protobuf number."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def full_hash(digest: bytes, kind: int = 2, attributes: Iterable[int] = (), *, packed: bool = False) -> bytes:
    """A FullHash of SearchHashesResponse."""
    attributes = list(attributes)
    told = (
        message(2, b"".join(map(varint, attributes)))
        if packed
        else b"".join(scalar(2, one) for one in attributes)
    )
    return message(1, message(1, digest) + message(2, scalar(1, kind) + told))


def searched(*full_hashes: bytes, seconds: int | None = 300) -> bytes:
    """A SearchHashesResponse, with an unknown field of each width as a later version may have."""
    unknown = struct.pack("<Bd", 9 << 3 | 1, 1.0) + struct.pack("<Bf", 9 << 3 | 5, 1.0)
    return b"".join(full_hashes) + (message(2, scalar(1, seconds)) if seconds is not None else b"") + unknown


def protobuf(content: bytes) -> bytes:
    """The same as an HTTP answer."""
    return web.page(content, "application/x-protobuf")


def path(uri: str) -> str:
    """How *uri* is found among the pages of a server."""
    return uri.partition("://")[2]


def pages(**changed: web.Page) -> dict[str, web.Page]:
    """All services, each listing the lure; *changed* by service."""
    from phishlab.sources.reputation import expressions

    digest = next(iter(expressions.hashes(URL)))
    asked = safebrowsing.question(URL)
    assert asked is not None
    found: dict[str, web.Page] = {
        "openphish": web.redirect("https://raw.feeds.example/feed.txt"),
        "feed": web.page(FEED, "text/plain", Last_Modified="Tue, 16 Jan 2024 01:00:00 GMT"),
        "phishtank": document(PHISHTANK),
        "google": protobuf(searched(full_hash(digest))),
        "google_v4": document({"matches": [{"threatType": "SOCIAL_ENGINEERING", "cacheDuration": "300s"}]}),
        "urlhaus_url": document(URLHAUS_URL),
        "urlhaus_host": document(URLHAUS_HOST),
        "threatfox": document(THREATFOX),
        "vt_url": document(VIRUSTOTAL),
        "vt_domain": document(VIRUSTOTAL),
        "vt_address": document(VIRUSTOTAL),
        "abuseipdb": document(ABUSEIPDB),
        "urlscan": document(URLSCAN),
        "urlscan_address": document(URLSCAN),
        "otx": document(OTX),
        "otx_address": document(OTX),
        **changed,
    }
    places = {
        "openphish": "openphish.com/feed.txt",
        "feed": "raw.feeds.example/feed.txt",
        "phishtank": "checkurl.phishtank.com/checkurl/",
        "google": path(asked.uri),
        "google_v4": path(safebrowsing.API_V4),
        "urlhaus_url": "urlhaus-api.abuse.ch/v1/url/",
        "urlhaus_host": "urlhaus-api.abuse.ch/v1/host/",
        "threatfox": "threatfox-api.abuse.ch/api/v1/",
        "vt_url": "www.virustotal.com/api/v3/urls/" + vt_id(URL),
        "vt_domain": f"www.virustotal.com/api/v3/domains/{HOST}",
        "vt_address": f"www.virustotal.com/api/v3/ip_addresses/{IP}",
        "abuseipdb": f"api.abuseipdb.com/api/v2/check?ipAddress={IP}&maxAgeInDays=90",
        "urlscan": f"urlscan.io/api/v1/search/?q=page.domain:%22{HOST}%22",
        "urlscan_address": f"urlscan.io/api/v1/search/?q=page.ip:%22{IP}%22",
        "otx": f"otx.alienvault.com/api/v1/indicators/domain/{HOST}/general",
        "otx_address": f"otx.alienvault.com/api/v1/indicators/IPv4/{IP}/general",
    }
    return {places[name]: page for name, page in found.items()}


def vt_id(url: str) -> str:
    """VirusTotal's name for a URL."""
    import base64

    return base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")


ZONES: Mapping[str, str] = {
    "zen.spamhaus.org": "2.0.0.127 IN A 127.0.0.2\n41.61.217.8 IN A 127.0.0.4\n",
    "dbl.spamhaus.org": f"dbltest.com IN A 127.0.1.2\n{HOST} IN A 127.0.1.4\n",
    "multi.surbl.org": f"surbl-org-permanent-test-point.com IN A 127.0.0.254\n{HOST} IN A 127.0.0.72\n",
}
"""The lists over DNS, each with its canary."""


def fields(request: bytes) -> dict[str, Any]:
    """The form that was posted."""
    return {name: values[0] for name, values in parse_qs(web.body(request).decode()).items()}
