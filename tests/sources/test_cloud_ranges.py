"""Published ranges of clouds: what the shipped file says, and that it is kept."""

from __future__ import annotations

import ipaddress
import json
import time
from pathlib import Path
from typing import Any

import pytest

from phishlab import shipped
from phishlab.errors import DataError
from phishlab.records import Answer, Level, Outcome
from phishlab.sources import cloud_ranges, cloud_regions


@pytest.mark.parametrize(
    ("ip", "service", "region", "place"),
    [
        ("74.226.196.215", "Microsoft Azure", "japaneast", "Tokyo and Saitama, Japan"),
        ("20.104.0.1", "Microsoft Azure", None, None),  # its list names no region for this range
        ("13.71.144.130", "Microsoft Azure", "japaneast", "Tokyo and Saitama, Japan"),
        ("18.176.0.1", "Amazon Web Services (EC2)", "ap-northeast-1", "Tokyo"),
        ("34.146.0.1", "Google Cloud", "asia-northeast1", "Tokyo, Japan"),
        ("140.238.32.1", "Oracle Cloud", "ap-tokyo-1", "Tokyo, Japan"),
        ("104.16.1.1", "Cloudflare", None, None),
        ("2606:4700::1111", "Cloudflare", None, None),
        ("151.101.1.69", "Fastly", None, None),
        ("2600:9000:2000::1", "Amazon Web Services (CLOUDFRONT)", None, None),
    ],
)
def test_the_range_that_holds_an_address(
    scripted: Any, ip: str, service: str, region: str | None, place: str | None
) -> None:
    wire = scripted({})
    found = cloud_ranges.published(wire, ip)
    assert (found.source, found.outcome, len(found.evidence)) == ("cloud-range", Outcome.ANSWERED, 1)
    assert [(asked.uri, asked.level) for asked in wire.asked] == [(f"cloud-range:{ip}", Level.OFFLINE)]
    assert found.record is not None
    assert ipaddress.ip_address(ip) in ipaddress.ip_network(found.record.network)
    assert (found.record.service.split(" (AMAZON")[0], found.record.region, found.record.region_place) == (
        service,
        region,
        place,
    )
    assert found.record.database
    assert 2023 <= found.record.built.year <= 2026


@pytest.mark.parametrize("ip", ["153.123.7.53", "133.18.108.210", "2001:200::1"])
def test_no_list_is_no_word_on_other_clouds(scripted: Any, ip: str) -> None:
    found = cloud_ranges.published(scripted({}), ip)
    assert (found.outcome, found.record) == (Outcome.NO_DATA, None)
    assert found.note == "no published range of a cloud holds it"


@pytest.mark.parametrize("ip", ["10.0.0.1", "192.0.2.1", "x", ""])
def test_addresses_that_nobody_holds(scripted: Any, ip: str) -> None:
    wire = scripted({})
    assert cloud_ranges.published(wire, ip).outcome is Outcome.NOT_ASKED
    assert wire.asked == []


def test_what_was_kept_is_read_and_no_file_is_needed(scripted: Any, monkeypatch: Any) -> None:
    kept = json.dumps(
        {"built": "2023-11-14T00:00:00+00:00", "list": "L", "network": "n", "service": "S", "region": "r"}
    ).encode()

    class Replay(scripted):  # type: ignore[misc] # a fixture has no static type
        def consult(self, question: Any, read: Any) -> Answer:
            return Answer(outcome=Outcome.ANSWERED, data=kept)

    found = cloud_ranges.published(Replay({}), "74.226.196.215")
    assert found.record is not None
    assert (found.record.service, found.record.region, found.record.database) == ("S", "r", "L")


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b'{"built": "yesterday"}', b"\xff"])
def test_other_bytes_are_failed(scripted: Any, data: bytes) -> None:
    class Replay(scripted):  # type: ignore[misc] # a fixture has no static type
        def consult(self, question: Any, read: Any) -> Answer:
            return Answer(outcome=Outcome.ANSWERED, data=data)

    assert cloud_ranges.published(Replay({}), "74.226.196.215").outcome is Outcome.FAILED


def test_a_damaged_file_is_phishlabs_own_trouble(tmp_path: Path, monkeypatch: Any) -> None:
    broken = tmp_path / "ranges.bin.xz"
    broken.write_bytes(b"no xz")
    monkeypatch.setattr(shipped, "path", lambda _name: broken)
    cloud_ranges._table.cache_clear()
    with pytest.raises(DataError, match="install phishlab again"):
        cloud_ranges._table()
    cloud_ranges._table.cache_clear()


def test_it_is_as_the_plain_way_has_it_and_quick() -> None:
    """Held against looking through every range of the file, on addresses at both ends of some."""
    table = cloud_ranges._table()
    every = [
        (ipaddress.ip_network((length._first(at), length.bits)), table.labels[length.labels[at]])
        for length in table.lengths[4]
        for at in range(len(length.labels))
    ]
    assert len(every) > 40_000
    asked = [every[at][0][0] for at in range(0, len(every), 4_001)]
    asked += [network[-1] for network, _ in every[::4_001]] + [ipaddress.ip_address("8.217.61.41")]
    for ip in asked:
        plain = sorted((network.prefixlen, str(network), label) for network, label in every if ip in network)
        found = sorted((int(net.split("/")[1]), net, label) for net, label in table.holding(ip))
        assert found == plain
    began = time.process_time()
    for ip in asked * 20:
        list(table.holding(ip))
    assert (time.process_time() - began) / len(asked * 20) < 0.002


def test_short_codes_of_service_tags_have_the_documented_name() -> None:
    assert cloud_regions.known_as("centralfrance") == "francecentral"
    assert cloud_regions.place("Microsoft Azure (AzureSQL)", "francecentral") == "Paris, France"
    assert cloud_regions.place("Akamai", "francecentral") is None
    assert set(cloud_regions.AZURE_TAGS.values()) <= set(cloud_regions.AZURE)
