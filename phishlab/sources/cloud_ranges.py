"""Which cloud or delivery network publishes the range of an address, without asking anybody.

The ranges are a dated file that comes with phishlab (data/cloud). What it says is kept as evidence, like the
answer of any database: a replay needs no file. A region is told only where the provider's own list has one.
"""

from __future__ import annotations

import json
import lzma
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from ipaddress import ip_network

from phishlab import indicators, shipped
from phishlab.errors import DataError
from phishlab.indicators.addresses import Address
from phishlab.records import Answer, CloudRange, Level, Lookup, Outcome, Question
from phishlab.sources import address, cloud_regions, rdap_json
from phishlab.wire import Wire

_WIDTH = {4: 4, 6: 16}
"""Bytes of an address."""


def published(wire: Wire, ip: str) -> Lookup[CloudRange]:
    """The published range that holds *ip*; NO_DATA where no list has it, which says nothing of other clouds."""
    asked = indicators.address(ip)
    why_not = address.refusal(ip)
    if asked is None or why_not:
        return Lookup(source="cloud-range", subject=ip, outcome=Outcome.NOT_ASKED, note=why_not or "")
    question = Question(uri=f"cloud-range:{asked}", level=Level.OFFLINE)
    answer = wire.consult(question, lambda: _written(asked))
    outcome, note, record = _read(answer, str(asked))
    return Lookup(
        source="cloud-range",
        subject=str(asked),
        outcome=outcome,
        record=record,
        evidence=(answer.exchange,) if answer.exchange else (),
        note=note,
    )


def _read(answer: Answer, ip: str) -> tuple[Outcome, str, CloudRange | None]:
    if answer.outcome is Outcome.NO_DATA:
        return Outcome.NO_DATA, "no published range of a cloud holds it", None
    if answer.outcome is not Outcome.ANSWERED:
        return answer.outcome, answer.note, None
    kept = rdap_json.obj(rdap_json.read(answer.data))
    service = rdap_json.text(kept.get("service"))
    region = rdap_json.text(kept.get("region")) or None
    try:
        built = datetime.fromisoformat(rdap_json.text(kept.get("built")))
    except ValueError:
        return Outcome.FAILED, "the kept answer is not one of the list of ranges", None
    record = CloudRange(
        ip=ip,
        network=rdap_json.text(kept.get("network")),
        service=service,
        region=region,
        region_place=rdap_json.text(kept.get("region_place")) or None,
        database=rdap_json.text(kept.get("list")),
        built=built,
    )
    return Outcome.ANSWERED, "", record


def _written(asked: Address) -> bytes | None:
    """``{"built":"2025-01-06T00:00:00+00:00","list":…,"network":"74.226.128.0/17","region":"japaneast",…}``."""
    found = [*_table().holding(asked)]
    if not found:
        return None
    # The narrowest that has a region, else the narrowest.
    network, (service, region, listed) = next((one for one in found if one[1][1]), found[0])
    region = cloud_regions.known_as(region)
    about = _table().lists[listed]
    kept = {
        "built": about["built"],
        "list": about["title"],
        "network": network,
        "region": region,
        "region_place": cloud_regions.place(service, region),
        "service": service,
        "source": about["source"],
    }
    return json.dumps(kept, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


Label = tuple[str, str, int]
"""Service, region (or empty), and the number of its list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Length:
    """The ranges of one prefix length: first addresses in order, and the number of each one's label."""

    bits: int
    firsts: bytes
    labels: array[int]
    width: int

    def find(self, first: bytes) -> int | None:
        """The label of the range that begins with *first*."""
        at = bisect_left(range(len(self.labels)), first, key=self._first)
        return self.labels[at] if at < len(self.labels) and self._first(at) == first else None

    def _first(self, at: int) -> bytes:
        return self.firsts[at * self.width : (at + 1) * self.width]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    lists: list[dict[str, str]]
    labels: list[Label]
    lengths: dict[int, tuple[_Length, ...]]

    def holding(self, asked: Address) -> Iterator[tuple[str, Label]]:
        """Every range that holds *asked*, the narrowest first."""
        for length in reversed(self.lengths[asked.version]):
            network = ip_network((asked, length.bits), strict=False)
            number = length.find(network.network_address.packed)
            if number is not None:
                yield str(network), self.labels[number]


@cache
def _table() -> _Table:
    """The shipped file: see data/build/cloud_ranges.py for its format. Raises DataError where it is damaged."""
    path = shipped.path("cloud/ranges.bin.xz")
    try:
        head, _, body = lzma.decompress(path.read_bytes()).partition(b"\n")
        told = json.loads(head)
        lengths, at = {}, 0
        for version, width in _WIDTH.items():
            known = []
            for bits, count in told["counts"][str(version)].items():
                end = at + count * width
                labels = array("H", body[end : end + 2 * count])
                if sys.byteorder == "little":
                    labels.byteswap()
                known.append(_Length(bits=int(bits), firsts=body[at:end], labels=labels, width=width))
                at = end + 2 * count
            lengths[version] = tuple(known)
        labels_ = [(service, region, number) for service, region, number in told["labels"]]
        return _Table(lists=told["lists"], labels=labels_, lengths=lengths)
    except (lzma.LZMAError, ValueError, KeyError, OSError) as error:
        raise DataError(f"the list of cloud ranges is damaged: install phishlab again ({error})") from error
