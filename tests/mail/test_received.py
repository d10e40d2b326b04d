"""63 shapes of Received, every field; forged and broken lines; chains."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from phishlab.mail import headers, received
from phishlab.records import Hop

FORMATS = json.loads((Path(__file__).parent / "data" / "received_formats.json").read_text(encoding="utf-8"))
KEYS = ("helo", "rdns", "ip", "port", "by", "auth", "id", "envelope_from", "kind")


def _as_expected(hop: Hop) -> dict[str, Any]:
    found = {key: getattr(hop, key) for key in KEYS}
    moment = hop.date_utc.astimezone(UTC).isoformat().replace("+00:00", "Z") if hop.date_utc else None
    return {**found, "with": hop.with_, "for": hop.for_, "date_utc": moment, "flags": sorted(hop.flags)}


@pytest.mark.parametrize("case", FORMATS, ids=[case["format"] for case in FORMATS])
def test_each_known_shape_gives_every_field(case: dict[str, Any]) -> None:
    assert _as_expected(received.parse(case["header"])) == case["expected"]


@pytest.mark.parametrize("case", FORMATS, ids=[case["format"] for case in FORMATS])
def test_folds_change_nothing(case: dict[str, Any]) -> None:
    if "control_chars" in case["expected"]["flags"]:
        return
    folded = case["header"].replace(" by ", "\r\n\tby ").replace("; ", ";\r\n ")
    assert _as_expected(received.parse(folded)) == case["expected"]


def test_the_article_s_line_names_a_helo_that_is_no_host_name() -> None:
    hop = received.parse(
        "from Praisemmm (ioooo.japaneast.cloudapp.azure.com [74.226.196.215]) by mx1.example.jp (Postfix) "
        "with ESMTP id 4T8abc; Tue, 16 Jan 2024 10:00:00 +0900 (JST)"
    )
    assert (hop.helo, hop.rdns, hop.ip) == (
        "Praisemmm",
        "ioooo.japaneast.cloudapp.azure.com",
        "74.226.196.215",
    )
    assert "helo_not_fqdn" in hop.flags
    assert hop.date_utc == datetime(2024, 1, 16, 1, tzinfo=UTC)
    assert hop.offset_min == 540


@pytest.mark.parametrize("shape", ["({})", "({} [198.51.100.7])", "[{}]", "(HELO {}) (198.51.100.7)", "({}"])
def test_a_date_never_passes_for_an_address(shape: str) -> None:
    date = "Thu, 28 Sep 2023 05:29:36 -0700"
    hop = received.parse(f"from a.example {shape.format(date)} by b.example with SMTP; {date}")
    assert hop.ip in {None, "198.51.100.7"}


def _chain(*raws: str) -> tuple[Hop, ...]:
    block = "".join(f"Received: {raw}\r\n" for raw in raws)
    return received.chain(headers.parse(block.encode(), []))


def test_a_chain_is_newest_first_with_the_seconds_of_each_step() -> None:
    hops = _chain(
        "from b by c; Tue, 16 Jan 2024 10:00:05 +0900",
        "from a by b; Tue, 16 Jan 2024 01:00:00 +0000",
        "from x by a; nonsense",
    )
    assert [hop.index for hop in hops] == [0, 1, 2]
    assert [hop.delay_s for hop in hops] == [5.0, None, None]


@pytest.mark.parametrize(
    ("older", "flag"),
    [("10:00:59", None), ("10:01:01", "time_travel_suspicious"), ("11:00:01", "time_travel_implausible")],
)
def test_time_may_run_backwards_for_a_minute_and_no_longer(older: str, flag: str | None) -> None:
    newest, _ = _chain(
        "from b by c; Tue, 16 Jan 2024 10:00:00 +0900", f"from a by b; Tue, 16 Jan 2024 {older} +0900"
    )
    assert [found for found in newest.flags if found.startswith("time_travel")] == ([flag] if flag else [])


def test_a_hundred_thousand_clauses_and_comments_take_no_time() -> None:
    began = time.process_time()
    for text in (
        "by a " * 100_000,
        "(" * 100_000,
        "[" * 100_000,
        '"\\"' * 50_000,
        "from a (b " * 50_000,
        "; " * 100_000,
    ):
        received.parse(text)
    assert time.process_time() - began < 5


# Where we differ from the suite on purpose: a mapped address is its IPv4 address; a program that fetched the mail
# and one that made it on the spot name no peer.
ON_PURPOSE = ("softdnserr [::ffff:", "localhost [::ffff:", "with IMAP", "with POP3", "with local")


def test_the_addresses_of_the_stalwart_suite(shared_data: Path) -> None:
    cases = json.loads((shared_data / "received" / "stalwart_received.json").read_text(encoding="utf-8"))
    named = [case for case in cases if (case.get("expected") or {}).get("from_ip")]
    wrong = [
        case["header"]
        for case in named
        if received.parse(case["header"]).ip != case["expected"]["from_ip"]
        and not any(shape in case["header"] for shape in ON_PURPOSE)
    ]
    assert len(named) > 80
    assert len(wrong) <= 2, wrong
