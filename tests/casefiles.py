"""Case files for tests of what a person reads: the article's case written out, and the same with hostile text.

The records are typed in by hand, so that these tests stand or fall by the rendering alone.
"""

from __future__ import annotations

import dataclasses
import struct
import zlib
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, TypeVar

import pytest

from phishlab.records import (
    Addresses,
    Assessment,
    Attachment,
    Authentication,
    AutonomousSystem,
    CaseFile,
    Claim,
    Cloud,
    Comparison,
    Confidence,
    Direction,
    DomainRegistration,
    Exchange,
    Exhibit,
    Fact,
    Finding,
    Form,
    Header,
    Hop,
    Indicator,
    Level,
    Limit,
    Link,
    Listing,
    ListingState,
    Lookup,
    Message,
    NetworkRegistration,
    Origin,
    Outcome,
    PageVisit,
    Place,
    PointClass,
    Provenance,
    Route,
    Sender,
    Step,
    Trust,
    Weight,
)

RECIPIENT = "taro@recipient.example"
SCREENSHOT = "data/visit/page.png"
WHEN = datetime(2024, 1, 15, 23, 10, tzinfo=UTC)
ASKED = datetime(2024, 1, 16, 1, 0, tzinfo=UTC)
ARTICLE = "a walkthrough published in January 2024"
SUBJECT = "すべてのお客様は、次のリンクを使用してログインして、新しい設定に更新する必要があります。"
URL = f"http://sgogoj.com/kagoya/activemail.kagoya?login={RECIPIENT}"
TEXT = f"""いつもカゴヤジャパンをご利用いただきまして誠にありがとうございます。

2024年1月17日より「DOMAINメール」の仕様を一部変更いたします。
次のリンクからログインして、新しい設定に更新してください。
{URL}

今後ともカゴヤジャパンをよろしくお願いいたします。
"""

T = TypeVar("T")


def png(width: int = 320, height: int = 200, grey: int = 235) -> bytes:
    """A plain grey picture."""
    rows = (b"\0" + bytes([grey]) * width) * height

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def attachment(path: str) -> bytes:
    """The one file that the case holds; OSError for any other."""
    if path != SCREENSHOT:
        raise FileNotFoundError(path)
    return png()


@dataclasses.dataclass(frozen=True)
class Drawn:
    """A map that nobody drew: drawing costs a second, and most tests only need that it is there."""

    png: bytes
    html: str = "<!doctype html><title>map</title>"
    alt: str = "a map"

    def _repr_html_(self) -> str:
        return "<p>the live map</p>"


def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Grey pictures instead of maps and charts."""
    from phishlab.views import charts, maps

    monkeypatch.setattr(maps, "world", lambda _places, _lens: Drawn(png=png()))
    monkeypatch.setattr(charts.Chart, "bytes", lambda _chart, _format="png": png())


def exchange(number: int, question: str, level: Level = Level.PASSIVE, **fields: Any) -> Exchange:
    """One kept answer."""
    given: dict[str, Any] = {
        "id": f"urn:uuid:{number:08d}",
        "run": "run-1",
        "question": question,
        "level": level,
        "peer": "192.0.2.53",
        "asked_at": ASKED + timedelta(seconds=number),
        "sha256": f"{number:064x}",
        "size": 100 + number,
        "origin": Provenance.RECONSTRUCTED,
        "outcome": Outcome.ANSWERED,
        "source": ARTICLE,
    }
    return Exchange(**{**given, **fields})


OFFLINE: dict[str, Any] = {
    "level": Level.OFFLINE,
    "peer": "this machine",
    "source": "",
    "origin": Provenance.RECORDED,
}
E = {
    "a": exchange(1, "dns:aica-interior.co.jp?type=A", Level.PASSIVE),
    "jprs": exchange(2, "whois://whois.jprs.jp/aica-interior.co.jp", peer="whois.jprs.jp"),
    "arin": exchange(3, "https://rdap.arin.net/registry/ip/74.226.196.215", peer="rdap.arin.net"),
    "asn": exchange(4, "geoip:dbip-asn/74.226.196.215", **OFFLINE),
    "place": exchange(5, "geoip:dbip-city/74.226.196.215", **OFFLINE),
    "ptr": exchange(6, "dns:215.196.226.74.in-addr.arpa?type=PTR", Level.ACTIVE),
    "google": exchange(
        7,
        "observed:google-transparency-report/http://sgogoj.com/",
        Level.THIRD_PARTY,
        origin=Provenance.IMPORTED,
        source="seen by the analyst",
    ),
    "rdap": exchange(8, "https://rdap.verisign.com/com/v1/domain/sgogoj.com"),
    "host": exchange(9, "dns:sgogoj.com?type=A", Level.ACTIVE),
    "apnic": exchange(10, "https://rdap.apnic.net/ip/8.217.61.41", outcome=Outcome.FAILED, source=ARTICLE),
    "place2": exchange(11, "geoip:dbip-city/8.217.61.41", **OFFLINE),
    "visit": exchange(12, "visit:http://sgogoj.com/kagoya/activemail.kagoya", Level.ACTIVE),
}

HOPS = (
    Hop(
        index=0,
        raw="from mx1.receiver.example (mx1.receiver.example [192.0.2.10]) by store.receiver.example "
        f"with LMTP id a1 for <{RECIPIENT}>; Tue, 16 Jan 2024 08:10:06 +0900",
        helo="mx1.receiver.example",
        rdns="mx1.receiver.example",
        ip="192.0.2.10",
        by="store.receiver.example",
        with_="LMTP",
        for_=RECIPIENT,
        date_utc=WHEN + timedelta(seconds=6),
        delay_s=2.0,
        trust=Trust.RECEIVER,
    ),
    Hop(
        index=1,
        raw="from Praisemmm (ioooo.japaneast.cloudapp.azure.com [74.226.196.215]) by mx1.receiver.example "
        "(Postfix) with ESMTP id b2; Tue, 16 Jan 2024 08:10:04 +0900 (JST)",
        helo="Praisemmm",
        rdns="ioooo.japaneast.cloudapp.azure.com",
        ip="74.226.196.215",
        by="mx1.receiver.example",
        with_="ESMTP",
        date_utc=WHEN + timedelta(seconds=4),
        delay_s=64.0,
        trust=Trust.BOUNDARY,
        flags=("helo-not-fqdn",),
    ),
    Hop(
        index=2,
        raw="from smtp.kagoya.net ([10.0.0.4]) by Praisemmm with HTTP; Tue, 16 Jan 2024 08:09:00 +0900",
        helo="smtp.kagoya.net",
        ip="10.0.0.4",
        by="Praisemmm",
        with_="HTTP",
        date_utc=WHEN - timedelta(seconds=60),
        delay_s=None,
        flags=("by-not-fqdn", "private-address"),
    ),
)
LINK = Link(
    url=URL,
    host="sgogoj.com",
    registrable="sgogoj.com",
    path="/kagoya/activemail.kagoya",
    shown=URL,
    where="text",
    written=URL,
)
FROM = '"Kagoya Active! Mail" <postmaster@aica-interior.co.jp>'
AUTH = Authentication(
    method="spf",
    result="pass",
    domain="aica-interior.co.jp",
    authserv_id=None,
    field="Authentication-Results",
    position=7,
    raw="Authentication-Results: spf=pass smtp.mailfrom=aica-interior.co.jp",
)
PLACE = Place(
    ip="74.226.196.215",
    lat=35.6764,
    lon=139.65,
    radius_km=20.0,
    country_code="JP",
    country="Japan",
    region="Tokyo",
    city="Shibuya City",
    database="DB-IP City Lite",
    built=datetime(2026, 6, 5, tzinfo=UTC),
    attribution="IP Geolocation by DB-IP (https://db-ip.com), CC BY 4.0",
    network="74.226.128.0/17",
    point=PointClass.SHARED_CITY,
    shared_by=8_291_635,
    shared_share=0.041,
    registered_country="US",
)
HOST_PLACE = dataclasses.replace(
    PLACE,
    ip="8.217.61.41",
    lat=22.3193,
    lon=114.169,
    country_code="HK",
    country="Hong Kong",
    region="Hong Kong",
    city="Kowloon",
    network="8.217.0.0/16",
    shared_by=10_300_000,
    shared_share=0.432,
    radius_km=None,
)

BRAND = Finding(
    id="brand-domain-differs",
    direction=Direction.FOR,
    weight=Weight.STRONG,
    values=(
        ("brand", "KAGOYA"),
        ("domain", "aica-interior.co.jp"),
        ("own", "kagoya.com, kagoya.jp, kagoya.net"),
    ),
    because=(Header(name="From", value=FROM, raw=FROM),),
    caveat="brand-list",
)
DECLARED = Finding(
    id="self-declared",
    direction=Direction.NEUTRAL,
    weight=Weight.WEAK,
    values=(("subject", SUBJECT), ("from", FROM)),
    because=(Claim(text=SUBJECT, field="Subject"),),
)
MISMATCH = Finding(
    id="address-check-mismatch",
    direction=Direction.FOR,
    weight=Weight.WEAK,
    values=(("origin", "74.226.196.215"), ("domain", "aica-interior.co.jp"), ("addresses", "153.123.7.53")),
    because=(E["a"], HOPS[1]),
    caveat="address-check",
)
CLAIMED = Finding(
    id="authentication-claims",
    direction=Direction.NEUTRAL,
    weight=Weight.WEAK,
    values=(("results", "spf=pass"),),
    because=(AUTH,),
    caveat="authentication-claims",
)
CLOUDED = Finding(
    id="cloud-region",
    direction=Direction.NEUTRAL,
    weight=Weight.WEAK,
    values=(
        ("name", "ioooo.japaneast.cloudapp.azure.com"),
        ("service", "Microsoft Azure"),
        ("region", "japaneast"),
        ("place", "Tokyo, Saitama"),
    ),
    because=(HOPS[1], E["ptr"]),
    caveat="reverse-name",
)
SHARED = Finding(
    id="pin-shared",
    direction=Direction.NEUTRAL,
    weight=Weight.WEAK,
    values=(
        ("point", "35.6764, 139.65"),
        ("database", "DB-IP City Lite"),
        ("built", "2026-06-05"),
        ("label", "Shibuya City"),
        ("shared_by", "8,291,635"),
        ("share", "4.1"),
        ("country", "Japan"),
    ),
    because=(E["place"],),
    caveat="pin",
)
BAIT = Finding(
    id="link-bait-path",
    direction=Direction.FOR,
    weight=Weight.MODERATE,
    values=(("word", "kagoya"), ("path", "/kagoya/activemail.kagoya"), ("domain", "sgogoj.com")),
    because=(LINK,),
)
LISTED = Finding(
    id="listed",
    direction=Direction.FOR,
    weight=Weight.STRONG,
    values=(("service", "Google Transparency Report"), ("subject", "sgogoj.com"), ("category", "unsafe")),
    because=(E["google"],),
    caveat="listed",
)
OLD = Finding(
    id="domain-age",
    direction=Direction.AGAINST,
    weight=Weight.WEAK,
    values=(("domain", "sgogoj.com"), ("created", "2022-03-01"), ("days", "686")),
    because=(E["rdap"],),
    caveat="privacy",
)
PASSWORD = Finding(
    id="page-asks-password",
    direction=Direction.FOR,
    weight=Weight.STRONG,
    values=(("host", "sgogoj.com"), ("target", "http://sgogoj.com/kagoya/post.php")),
    because=(E["visit"], LINK),
    caveat="page-then",
)


def looked_up(subject: str, source: str, record: T | None, *evidence: Exchange, **fields: Any) -> Lookup[T]:
    """An answered look-up, unless *fields* say otherwise."""
    return Lookup(
        **{
            "subject": subject,
            "source": source,
            "outcome": Outcome.ANSWERED,
            "record": record,
            "evidence": evidence,
            **fields,
        }
    )


NETWORK = NetworkRegistration(
    cidr="74.224.0.0/14",
    name="MSFT",
    holder="Microsoft Corporation",
    country="US",
    registry="arin",
    asn=8075,
    as_name="MICROSOFT-CORP-MSN-AS-BLOCK",
    abuse=("abuse@microsoft.com",),
)
DOMAIN = DomainRegistration(
    domain="sgogoj.com",
    registrant="Registration Private",
    registrar="GoDaddy.com, LLC",
    created=datetime(2022, 3, 1, tzinfo=UTC),
    updated=None,
    expires=datetime(2025, 3, 1, tzinfo=UTC),
    status=("client transfer prohibited", "client update prohibited"),
    name_servers=("ns1.dns.example", "ns2.dns.example"),
    privacy="Domains By Proxy, LLC",
    abuse=("abuse@godaddy.com",),
    fields=(("ldhName", "sgogoj.com"), ("registrant org", "Domains By Proxy, LLC")),
)
AICA = dataclasses.replace(
    DOMAIN,
    domain="aica-interior.co.jp",
    registrant="アイカインテリア工業株式会社",
    registrar=None,
    privacy=None,
    created=datetime(2002, 5, 20, tzinfo=UTC),
    expires=None,
    status=("Connected (2024/05/31)",),
    fields=(("f. [組織名]", "アイカインテリア工業株式会社"), ("p. [ネームサーバ]", "ns1.dns.example")),
)
VISIT = PageVisit(
    url="http://sgogoj.com/kagoya/activemail.kagoya?login=example@example.or.jp",
    final_url="http://sgogoj.com/kagoya/",
    chain=(
        ("http://sgogoj.com/kagoya/activemail.kagoya?login=example@example.or.jp", 302),
        ("http://sgogoj.com/kagoya/", 200),
    ),
    title="Active! mail",
    forms=(
        Form(
            action="http://sgogoj.com/kagoya/post.php",
            method="post",
            fields=(("text", "login"), ("password", "pass")),
        ),
    ),
    peer="8.217.61.41",
    requests=4,
    blocked=("http://192.168.0.1/probe: a private address",),
    files=(("page.png", "0" * 64),),
    browser="Chromium",
)

STEPS = (
    Step(
        id="message",
        exhibits=(
            Exhibit(
                kind="facts",
                items=(
                    Fact(label="subject", value=SUBJECT, claimed=True, remark="self-declared"),
                    Fact(label="from", value=FROM, claimed=True, remark="self-declared"),
                    Fact(label="to", value=RECIPIENT, claimed=True),
                    Fact(label="sha256", value="ab" * 32, remark="kept"),
                ),
            ),
            Exhibit(
                kind="attachments",
                items=(
                    Attachment(name="notice.pdf", media_type="application/pdf", size=12345, sha256="cd" * 32),
                ),
            ),
            Exhibit(kind="limits", items=(Limit(what="html-too-long", detail="1,048,576 bytes"),)),
        ),
        findings=(DECLARED,),
    ),
    Step(
        id="identity",
        exhibits=(
            Exhibit(
                kind="facts",
                items=(
                    Fact(
                        label="display-name",
                        value="Kagoya Active! Mail",
                        claimed=True,
                        remark="self-declared",
                    ),
                    Fact(label="from-domain", value="aica-interior.co.jp", claimed=True),
                ),
            ),
        ),
        findings=(BRAND,),
    ),
    Step(id="route", exhibits=(Exhibit(kind="hops", items=HOPS), Exhibit(kind="timeline", items=HOPS))),
    Step(
        id="sender-address-check",
        exhibits=(
            Exhibit(
                kind="comparison",
                items=(
                    Comparison(
                        domain="aica-interior.co.jp",
                        addresses=("153.123.7.53",),
                        origin_ip="74.226.196.215",
                        result="mismatch",
                        asked_at=ASKED,
                    ),
                ),
            ),
            Exhibit(
                kind="addresses",
                items=(
                    looked_up(
                        "aica-interior.co.jp",
                        "dns",
                        Addresses(
                            name="aica-interior.co.jp",
                            rdtype="A",
                            values=("153.123.7.53",),
                            canonical="aica-interior.co.jp",
                            ttl=3600,
                        ),
                        E["a"],
                    ),
                    looked_up(
                        "aica-interior.co.jp",
                        "dns",
                        None,
                        outcome=Outcome.NOT_ASKED,
                        note="no answer in this case",
                    ),
                ),
            ),
            Exhibit(kind="domains", items=(looked_up("aica-interior.co.jp", "jprs", AICA, E["jprs"]),)),
        ),
        findings=(MISMATCH,),
        evidence=(E["a"], E["jprs"]),
    ),
    Step(
        id="authentication",
        exhibits=(
            Exhibit(kind="authentication", items=(AUTH,)),
            Exhibit(
                kind="authentication-now",
                items=(
                    looked_up(
                        "aica-interior.co.jp", "dmarc", None, outcome=Outcome.NOT_ASKED, note="no answer"
                    ),
                ),
            ),
        ),
        findings=(CLAIMED,),
    ),
    Step(
        id="sender-network",
        exhibits=(
            Exhibit(
                kind="networks",
                items=(
                    looked_up("74.226.196.215", "rdap", NETWORK, E["arin"]),
                    looked_up(
                        "74.226.196.215",
                        "dbip-asn",
                        AutonomousSystem(
                            ip="74.226.196.215",
                            asn=8075,
                            name="Microsoft Corporation",
                            database="DB-IP ASN Lite",
                            built=datetime(2026, 6, 5, tzinfo=UTC),
                            network="74.224.0.0/14",
                        ),
                        E["asn"],
                    ),
                    looked_up(
                        "74.226.196.215",
                        "reverse-name",
                        Cloud(
                            service="Microsoft Azure",
                            region="japaneast",
                            region_place="Tokyo, Saitama",
                            rule="azure-cloudapp",
                            name="ioooo.japaneast.cloudapp.azure.com",
                        ),
                        E["ptr"],
                    ),
                ),
            ),
        ),
        findings=(CLOUDED,),
        evidence=(E["arin"], E["asn"], E["ptr"]),
    ),
    Step(
        id="sender-place",
        exhibits=(
            Exhibit(kind="places", items=(looked_up("74.226.196.215", "dbip-city", PLACE, E["place"]),)),
            Exhibit(kind="map", items=(PLACE,)),
        ),
        findings=(SHARED,),
        evidence=(E["place"],),
    ),
    Step(
        id="body",
        exhibits=(Exhibit(kind="text", items=(TEXT,)), Exhibit(kind="links", items=(LINK,))),
        findings=(BAIT,),
    ),
    Step(
        id="link-reputation",
        exhibits=(
            Exhibit(
                kind="listings",
                items=(
                    looked_up(
                        "sgogoj.com",
                        "google-transparency-report",
                        Listing(
                            service="Google Transparency Report",
                            subject="sgogoj.com",
                            state=ListingState.LISTED,
                            category="unsafe",
                            as_of=ASKED,
                        ),
                        E["google"],
                    ),
                    looked_up(
                        "sgogoj.com",
                        "spamhaus-dbl",
                        None,
                        outcome=Outcome.NOT_ASKED,
                        note="needs level third-party",
                    ),
                    looked_up(
                        "sgogoj.com",
                        "jpcert",
                        None,
                        outcome=Outcome.FAILED,
                        note="the list could not be read",
                    ),
                ),
            ),
        ),
        findings=(LISTED,),
        evidence=(E["google"],),
    ),
    Step(
        id="link-registration",
        exhibits=(Exhibit(kind="domains", items=(looked_up("sgogoj.com", "rdap", DOMAIN, E["rdap"]),)),),
        findings=(OLD,),
        evidence=(E["rdap"],),
    ),
    Step(
        id="link-hosting",
        exhibits=(
            Exhibit(
                kind="addresses",
                items=(
                    looked_up(
                        "sgogoj.com",
                        "dns",
                        Addresses(
                            name="sgogoj.com", rdtype="A", values=("8.217.61.41",), canonical="sgogoj.com"
                        ),
                        E["host"],
                    ),
                ),
            ),
            Exhibit(
                kind="networks",
                items=(
                    looked_up(
                        "8.217.61.41",
                        "rdap",
                        None,
                        E["apnic"],
                        outcome=Outcome.FAILED,
                        note="timed out after 5 s",
                    ),
                ),
            ),
        ),
        evidence=(E["host"], E["apnic"]),
    ),
    Step(
        id="link-place",
        exhibits=(
            Exhibit(kind="places", items=(looked_up("8.217.61.41", "dbip-city", HOST_PLACE, E["place2"]),)),
            Exhibit(kind="map", items=(HOST_PLACE,)),
        ),
        evidence=(E["place2"],),
    ),
    Step(
        id="visit",
        exhibits=(
            Exhibit(kind="visit", items=(looked_up("http://sgogoj.com/", "browser", VISIT, E["visit"]),)),
            Exhibit(kind="screenshot", items=(SCREENSHOT,)),
        ),
        findings=(PASSWORD,),
        evidence=(E["visit"],),
    ),
    Step(
        id="conclusion",
        exhibits=(
            Exhibit(
                kind="assessment",
                items=(
                    Assessment(
                        question="deceptive",
                        answer="very-likely",
                        confidence=Confidence.HIGH,
                        supporting=(BRAND, LISTED, PASSWORD, BAIT, MISMATCH),
                        opposing=(OLD,),
                        caveats=("rebuilt",),
                    ),
                ),
            ),
            Exhibit(kind="advice", items=("do-not-open", "real-site", "password-given", "keep")),
            Exhibit(
                kind="indicators",
                items=(
                    Indicator(kind="url", value=URL, role="link"),
                    Indicator(kind="domain", value="sgogoj.com", role="link-domain"),
                    Indicator(kind="ipv4", value="74.226.196.215", role="origin"),
                    Indicator(kind="email", value="postmaster@aica-interior.co.jp", role="from-address"),
                    Indicator(kind="sha256", value="ab" * 32, role="mail"),
                ),
            ),
        ),
    ),
)

MESSAGE = Message(
    sha256="ab" * 32,
    sha512="cd" * 64,
    size=2345,
    headers=(Header(name="From", value=FROM, raw=FROM), Header(name="To", value=RECIPIENT, raw=RECIPIENT)),
    from_=Sender(
        raw=FROM, candidates=("postmaster@aica-interior.co.jp",), display_name="Kagoya Active! Mail"
    ),
    subject=Claim(text=SUBJECT, field="Subject"),
    date_utc=WHEN,
    date_raw="Tue, 16 Jan 2024 08:08:59 +0900",
    message_id="<1@praisemmm>",
    return_path="postmaster@aica-interior.co.jp",
    reply_to=None,
    sender=None,
    recipients=(RECIPIENT,),
    text=TEXT,
    html=None,
    hops=HOPS,
    authentication=(AUTH,),
    links=(LINK,),
    attachments=(),
    limits=(),
)


def kagoya() -> CaseFile:
    """The article's case, as the steps would hand it over."""
    conclusion = STEPS[-1].exhibits[0].items[0]
    assert isinstance(conclusion, Assessment)
    return CaseFile(
        format=1,
        phishlab="0.1.0",
        case="kagoya",
        level=Level.OFFLINE,
        receiver="receiver-example",
        message=MESSAGE,
        route=Route(
            hops=HOPS,
            origin=Origin(
                ip="74.226.196.215",
                hop=1,
                helo="Praisemmm",
                rdns="ioooo.japaneast.cloudapp.azure.com",
                profile="receiver-example",
                confidence=Confidence.HIGH,
            ),
        ),
        steps=STEPS,
        assessments=(
            conclusion,
            Assessment(
                question="purpose",
                answer="credentials",
                confidence=Confidence.MODERATE,
                supporting=(PASSWORD,),
            ),
            Assessment(
                question="from-domain",
                answer="leaning-spoofed",
                confidence=Confidence.LOW,
                supporting=(MISMATCH,),
            ),
        ),
        exchanges=tuple(E.values()),
        opened_at=ASKED,
        notes=("this mail is a reconstruction",),
    )


def bare() -> CaseFile:
    """A case in which nothing was found and nothing was asked: a mail without a sender, a link or a hop."""
    empty = dataclasses.replace(
        MESSAGE,
        headers=(),
        from_=Sender(raw=""),
        subject=Claim(text=""),
        hops=(),
        links=(),
        text="",
        authentication=(),
        recipients=(),
    )
    return dataclasses.replace(
        kagoya(),
        message=empty,
        steps=tuple(Step(id=step.id, exhibits=(), not_evaluated="no-links") for step in STEPS),
        assessments=(),
        exchanges=(),
        notes=(),
    )


_KEPT = frozenset(
    [
        "id",
        "kind",
        "question",
        "answer",
        "caveat",
        "caveats",
        "label",
        "remark",
        "role",
        "not_evaluated",
        "sha256",
        "profile",
        "recipients",
    ]
)
"""Fields that hold phishlab's own words, never a stranger's (ids into wording/ and digests)."""


def hostile(record: T, payload: str) -> T:
    """*record* with *payload* in every text that a stranger could have written, all the way down."""
    changed: T = _hostile(record, payload)
    return changed


def _hostile(value: Any, payload: str) -> Any:
    if isinstance(value, Enum) or value is None or isinstance(value, bool | int | float | datetime):
        return value
    if isinstance(value, tuple):
        return tuple(_hostile(item, payload) for item in value)
    if isinstance(value, Exhibit) and value.kind == "advice":
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        foreign = {Hop: {"id"}, Exchange: {"question"}}.get(type(value), set())
        changed = {
            one.name: _hostile(getattr(value, one.name), payload)
            for one in dataclasses.fields(value)
            if one.name not in _KEPT - foreign
        }
        return dataclasses.replace(value, **changed)
    return payload


PAYLOADS = (
    "<script>document.title='fired'</script>",
    "<img src=x onerror=\"document.title='fired'\">",
    "\"><svg onload=document.title='fired'>",
    "' onmouseover='document.title=1' x='",
    "</style></title><script>document.title='fired'</script>",
    "<a href=\"javascript:document.title='fired'\">x</a>",
    "<iframe srcdoc=\"<script>parent.document.title='fired'</script>\"></iframe>",
    "{{ 7 * 7 }}{% raw %}${document.title='fired'}",
    "[link](https://evil.example/a) ![picture](https://evil.example/b.png)",
    "[.](https://evil.example/) <https://evil.example/c> www.evil.example a@evil.example",
    "[.]: javascript:alert(1)\n[.]",
    "| a | b |\n| - | - |\n`code` ```\n# heading\n> quote\n- item\n1. item\n***bold***",
    "a\n===\n---\n\n    indented\n\n<!-- comment",
    "&lt;b&gt; &#60;b&#62; &copy; $x^2$ @someone ~~gone~~ \\`tick\\`",
    "user\u202egnp.exe\u2066\u200b\x00\x1b[31mred\x07",
)
"""Texts that a sender, a registry or a page might bring along."""
