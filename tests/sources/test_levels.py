"""Every source says how far it may be noticed, and below that level puts no question: no channel is touched."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from phishlab import sources
from phishlab.evidence.archive import Archive
from phishlab.records import Level, Link, Lookup, Outcome, Question
from phishlab.wire.live import LiveWire
from phishlab.wire.reply import Reply, failed

URL, HOST, IP = "http://sgogoj.com/kagoya/in", "sgogoj.com", "8.217.61.41"
LINK = Link(url=URL, host=HOST, registrable=HOST, path="/kagoya/in")
SIGNED = (
    b"ARC-Seal: i=1; a=rsa-sha256; cv=none; d=sgogoj.com; s=k; t=1; b=YQ==\r\n"
    b"ARC-Message-Signature: i=1; a=rsa-sha256; d=sgogoj.com; s=k; h=from; bh=YQ==; b=YQ==\r\n"
    b"ARC-Authentication-Results: i=1; mx.sgogoj.com; spf=pass\r\n"
    b"DKIM-Signature: v=1; a=rsa-sha256; d=sgogoj.com; s=k; h=from; bh=YQ==; b=YQ==\r\n"
    b"From: a@sgogoj.com\r\n\r\nhello\r\n"
)


def _named() -> Lookup[Any]:
    from phishlab.records import Addresses

    record = Addresses(name="x", rdtype="PTR", values=(HOST,), canonical="x")
    return Lookup(source="dns", subject=IP, outcome=Outcome.ANSWERED, record=record)


SOURCES: dict[str, tuple[tuple[object, ...], Level | None]] = {
    # The attacker's own name servers, or their page, learn of it.
    "dns.addresses": ((HOST,), Level.ACTIVE),
    "dns.confirmed": ((IP, _named()), Level.ACTIVE),
    "dns.hosts": ((HOST,), Level.ACTIVE),
    "dns.pointer": ((IP,), Level.ACTIVE),
    "dns.records": ((HOST, "TXT"), Level.ACTIVE),
    "mailauth.sender_policy.spf": ((IP, "a@sgogoj.com", "sgogoj.com"), Level.ACTIVE),
    "mailauth.signatures.dkim": ((SIGNED,), Level.ACTIVE),
    "mailauth.seals.arc": ((SIGNED,), Level.ACTIVE),
    "mailauth.alignment.dmarc": ((HOST, (), None), Level.ACTIVE),
    "page.visit": ((URL,), Level.ACTIVE),
    # Services learn the URL, the host or the address.
    "passive_dns.circl": ((HOST,), Level.THIRD_PARTY),
    "passive_dns.seen": ((HOST,), Level.THIRD_PARTY),
    "reputation.abuseipdb.address": ((IP,), Level.THIRD_PARTY),
    "reputation.abusech.threatfox_address": ((IP,), Level.THIRD_PARTY),
    "reputation.abusech.threatfox_link": ((LINK,), Level.THIRD_PARTY),
    "reputation.abusech.urlhaus_host": ((HOST,), Level.THIRD_PARTY),
    "reputation.abusech.urlhaus_url": ((URL,), Level.THIRD_PARTY),
    "reputation.catalogue.of_address": ((IP,), Level.THIRD_PARTY),
    "reputation.catalogue.of_link": ((LINK,), Level.THIRD_PARTY),
    "reputation.openphish.url": ((URL,), Level.THIRD_PARTY),
    "reputation.otx.address": ((IP,), Level.THIRD_PARTY),
    "reputation.otx.domain": ((HOST,), Level.THIRD_PARTY),
    "reputation.phishtank.url": ((URL,), Level.THIRD_PARTY),
    "reputation.safebrowsing.url": ((URL,), Level.THIRD_PARTY),
    "reputation.safebrowsing.url_v4": ((URL,), Level.THIRD_PARTY),
    "reputation.spamhaus.address": ((IP,), Level.THIRD_PARTY),
    "reputation.spamhaus.domain": ((HOST,), Level.THIRD_PARTY),
    "reputation.surbl.link": ((LINK,), Level.THIRD_PARTY),
    "reputation.urlscan.address": ((IP,), Level.THIRD_PARTY),
    "reputation.urlscan.host": ((HOST,), Level.THIRD_PARTY),
    "reputation.virustotal.address": ((IP,), Level.THIRD_PARTY),
    "reputation.virustotal.domain": ((HOST,), Level.THIRD_PARTY),
    "reputation.virustotal.url": ((URL,), Level.THIRD_PARTY),
    # Registries learn a domain or an address; an authority a digest.
    "jpnic.network": ((IP,), Level.PASSIVE),
    "network.registration": ((IP,), Level.PASSIVE),
    "network.registrations": ((IP,), Level.PASSIVE),
    "rdap.domain": ((HOST,), Level.PASSIVE),
    "rdap_servers.server": (("a.example",), Level.PASSIVE),
    "registration.domain": ((HOST,), Level.PASSIVE),
    "timestamp.stamp": (("http://tsa.example/", b"0"), Level.PASSIVE),
    "whois.domain": (("sgogoj.jp",), Level.PASSIVE),
    "whois.jprs.domain": (("sgogoj.jp",), Level.PASSIVE),
    # Nobody: what lies on this machine, or was brought in.
    "cloud_ranges.published": ((IP,), None),
    "geoip.autonomous_system": ((IP,), None),
    "geoip.place": ((IP,), None),
    "geoip.places": ((IP,), None),
    "geoip.waypoints": (((),), None),
    "passive_dns.from_file": ((HOST,), None),
    "reputation.jpcert.url": ((URL, None), None),
    "reputation.observed.listing": (("norton-safe-web", URL), None),
    "reputation.phishing_database.link": ((LINK, None), None),
}
"""What each is asked about here, and the lowest level at which it puts a question to anybody."""

INNER = {
    "reputation.blocklist.looked_up": "asked by surbl and spamhaus, with their names",
    "reputation.catalogue.asked_of_address": "hands back what of_address puts",
    "reputation.catalogue.asked_of_link": "hands back what of_link puts",
}
"""Functions of a wire that others above call with arguments of their own."""


def _found() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function of a source that takes a wire, by its own module."""
    for found in pkgutil.walk_packages(sources.__path__, f"{sources.__name__}."):
        module = importlib.import_module(found.name)
        for name, function in vars(module).items():
            if (
                inspect.isfunction(function)
                and function.__module__ == module.__name__
                and not name.startswith("_")
                and next(iter(inspect.signature(function).parameters), "") == "wire"
            ):
                yield f"{found.name.removeprefix('phishlab.sources.')}.{name}", function


FUNCTIONS = dict(_found())


def test_every_source_is_in_the_table() -> None:
    assert set(FUNCTIONS) - set(INNER) == set(SOURCES)
    assert set(INNER) <= set(FUNCTIONS)


class TouchedError(AssertionError):
    """A channel was used where none may be."""


def _wire(folder: Path, level: Level, channel: Callable[[Question], Reply]) -> LiveWire:
    made = LiveWire(
        Archive(folder / "answers" / "answers.warc.gz"), level, "1",
        nameservers=(), clock=lambda: datetime(2026, 1, 17, tzinfo=UTC), pace={}, keys=lambda _: "key",
    )  # fmt: skip
    made._channels = dict.fromkeys(made._channels, channel)
    return made


def _put(name: str, wire: LiveWire) -> None:
    made = FUNCTIONS[name](wire, *SOURCES[name][0])
    if inspect.isgenerator(made):
        list(made)


BELOW = [
    (name, level)
    for name, (_, lowest) in SOURCES.items()
    for level in Level
    if lowest is None or level < lowest
]


@pytest.mark.parametrize(("name", "level"), BELOW, ids=str)
def test_below_its_level_a_source_touches_nothing(tmp_path: Path, name: str, level: Level) -> None:
    def refuse(question: Question) -> Reply:
        raise TouchedError(question.uri)

    wire = _wire(tmp_path, level, refuse)
    _put(name, wire)
    kept = Archive(tmp_path / "answers" / "answers.warc.gz").exchanges()
    assert {exchange.level for exchange in kept} <= {Level.OFFLINE}, "what lies on this machine, at most"


@pytest.mark.parametrize("name", [name for name, (_, lowest) in SOURCES.items() if lowest is not None])
def test_at_its_level_a_source_asks_and_goes_no_further(tmp_path: Path, name: str) -> None:
    put: list[Level] = []

    def answer(question: Question) -> Reply:
        put.append(question.level)
        return failed("no server here")

    lowest = SOURCES[name][1]
    assert lowest is not None
    _put(name, _wire(tmp_path, lowest, answer))
    assert put, "else the tests below its level prove nothing"
    assert max(put) == lowest
