"""Who holds a Japanese address, by WHOIS at JPNIC (RFC 3912): APNIC knows such networks in English only.

The answer is ISO-2022-JP. It is asked for without ``/e``: then both languages come.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator

from phishlab import indicators
from phishlab.indicators.addresses import Address
from phishlab.records import Answer, Level, Lookup, NetworkRegistration, Outcome, Question
from phishlab.sources import address
from phishlab.sources.whois import jprs, silence
from phishlab.wire import Wire

SERVER = "whois.nic.ad.jp"

_NETWORK = ("IPネットワークアドレス", "Network Number", "IP Network Address")
_NAME = ("ネットワーク名", "Network Name")
_HOLDER_JA = ("組織名",)
_HOLDER = ("Organization",)
_ABUSE = ("Abuse",)
# What stands above or below the network that was asked for, and other answers to the same question.
_OTHERS = re.compile(r"^(?:上位情報|下位情報|More Specific Info|Less Specific Info|Reference:)", re.MULTILINE)
_BEGINS = re.compile(r"^Network Information:", re.MULTILINE)


def knows(record: NetworkRegistration | None) -> bool:
    """Whether JPNIC may have more to say of a network that another registry told of."""
    return record is not None and (record.registry, record.country) == ("apnic", "JP")


def network(wire: Wire, ip: str) -> Lookup[NetworkRegistration]:
    """The network of *ip* and its holder in both languages; NO_DATA where JPNIC has no such network."""
    asked = indicators.address(ip)
    why_not = address.refusal(ip)
    if asked is None or why_not:
        return Lookup(source=SERVER, subject=ip, outcome=Outcome.NOT_ASKED, note=why_not or "")
    answer = wire.ask(Question(uri=f"whois://{SERVER}/{asked}", level=Level.PASSIVE))
    outcome, note, record = _read(answer, asked)
    return Lookup(
        source=SERVER,
        subject=str(asked),
        outcome=outcome,
        record=record,
        evidence=(answer.exchange,) if answer.exchange else (),
        note=note,
    )


def _read(answer: Answer, asked: Address) -> tuple[Outcome, str, NetworkRegistration | None]:
    if not answer.data:
        return (*silence.told(answer), None)
    text = jprs.decoded(answer.data)
    if re.search(r"^No match!!", text, re.MULTILINE):
        return Outcome.NO_DATA, "JPNIC has no such network", None
    found = [record for record in parse(text) if _inside(asked, record.cidr)]
    if not found:
        return Outcome.FAILED, "the answer names no network with this address", None
    return Outcome.ANSWERED, "", max(found, key=lambda record: _length(record.cidr))


def parse(text: str) -> Iterator[NetworkRegistration]:
    """The networks of a JPNIC answer.

    With letters (assigned) and without (allocated, IPv6)::

        Network Information:            [ネットワーク情報]
        a. [IPネットワークアドレス]     192.41.192.0/24
        b. [ネットワーク名]             JPNICNET
        f. [組織名]                     社団法人 日本ネットワークインフォメーションセンター
        g. [Organization]               Japan Network Information Center
        m. [管理者連絡窓口]             HH11825JP
        [Abuse]                         abuse@example.jp
        [割振年月日]                    2010/04/28
        上位情報
    """
    for block in _BEGINS.split(text)[1:]:
        found = jprs.fields(_OTHERS.split(block)[0])
        cidr = _first(found, _NETWORK)
        if cidr:
            holder_ja = _first(found, _HOLDER_JA)
            yield NetworkRegistration(
                cidr=cidr,
                name=_first(found, _NAME),
                holder=_first(found, _HOLDER) or holder_ja,
                country=None,
                registry="jpnic",
                abuse=tuple(value for label, value in found if label in _ABUSE and "@" in value),
                holder_ja=holder_ja,
                fields=found,
            )


def _first(found: Iterable[tuple[str, str]], labels: tuple[str, ...]) -> str | None:
    return next((value for label, value in found if label in labels and value), None)


def _inside(asked: Address, cidr: str | None) -> bool:
    return any(asked in block for block in _blocks(cidr))


def _length(cidr: str | None) -> int:
    return max((block.prefixlen for block in _blocks(cidr)), default=0)


def _blocks(cidr: str | None) -> Iterator[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """``1.0.16.0/24``; a range ``1.0.16.0-1.0.17.255`` as its blocks; nothing for anything else."""
    first, dash, last = (part.strip() for part in (cidr or "").partition("-"))
    try:
        if not dash:
            yield ipaddress.ip_network(first, strict=False)
            return
        begin, end = ipaddress.ip_address(first), ipaddress.ip_address(last)
        yield from ipaddress.summarize_address_range(begin, end)
    except (ValueError, TypeError):
        return
