"""A case with two databases, from the question to the report; and its replay on a machine that has neither."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from phishlab import case as cases
from phishlab import report, walkthrough
from phishlab.records import Level
from phishlab.sources import geodatabases
from phishlab.views.safe import Lens
from tests.sources.mmdbs import record, written

MAIL = b"""Received: from b.example (b.example [74.226.196.215]) by mx1.studio.example with ESMTP; \
Tue, 16 Jan 2024 00:41:07 +0000
From: a@sender.example
Subject: x

x
""".replace(b"\\\n", b"")


def tokyo(**more: Any) -> dict[str, Any]:
    location = {"latitude": 35.6893, "longitude": 139.6899, "accuracy_radius": 20}
    names = {"names": {"en": "Tokyo", "ja": "東京"}}
    return record("Tokyo") | {"location": location, "city": names, "subdivisions": [names], **more}


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A case folder, made beside a GeoLite2 of the user's own that is gone afterwards."""
    built = datetime(2026, 9, 18, tzinfo=UTC)
    registered = {"iso_code": "US", "names": {"en": "United States"}}
    file = written(
        tmp_path / "mine.mmdb",
        "GeoLite2-City",
        {"74.226.196.0/24": tokyo(registered_country=registered)},
        built,
    )
    monkeypatch.setenv("PHISHLAB_GEOIP_CITY", str(file))
    made = cases.create(MAIL, tmp_path / "case", level=Level.OFFLINE, receiver=None)
    walkthrough.casefile(made)
    made.seal()
    file.unlink()
    return tmp_path / "case"


def test_both_answers_are_kept_shown_and_held_against_each_other(two: Path) -> None:
    opened = cases.open_case(two)
    step = walkthrough.step(opened, "sender-place")
    places, drawn = (next(e.items for e in step.exhibits if e.kind == kind) for kind in ("places", "map"))
    assert (len(places), len(drawn), len(step.evidence)) == (2, 2, 2)
    assert [exchange.question for exchange in step.evidence] == [
        "geoip:city/74.226.196.215",
        "geoip:city-2/74.226.196.215",
    ]
    (agreement,) = [finding for finding in step.findings if finding.id.startswith("places-")]
    assert agreement.id == "places-agree-radius"
    assert agreement.because == step.evidence
    assert (dict(agreement.values)["km"], dict(agreement.values)["radius"]) == ("3.9", "20")


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", ("Two databases agree on 74[.]226[.]196[.]215", "within the radius of 20 km",
                "registered in United States",
                "are announced by AS16509 Amazon[.]com, Inc. (55.2 %), AS8075 Microsoft Corporation (19.2 %)",
                "others 20.3 %, unknown 1.0 % (ASN (RouteViews, NRO, DB-IP), 2026-06-17)")),
        ("ja", ("2つのデータベースが一致します", "東京", "アメリカ合衆国",
                "経路を広告しているのは、AS16509 Amazon[.]com, Inc. (55.2 %)",
                "不明 1.0 % です（ASN (RouteViews, NRO, DB-IP)、2026-06-17）")),
    ],
)  # fmt: skip
def test_the_replay_reads_neither_database_and_is_the_same_byte_for_byte(
    two: Path, lang: str, told: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(*_: object, **__: object) -> None:
        raise AssertionError("a replay reads no database")

    for name in ("choose", "beside", "own"):
        monkeypatch.setattr(geodatabases, name, absent)
    made = []
    for _ in range(2):
        opened = cases.open_case(two)
        lens = Lens(lang=lang, recipients=opened.message.recipients)
        made.append(report.render(walkthrough.casefile(opened), "md", lens, opened.attachment))
    assert made[0] == made[1]
    text = made[0].decode().replace("\\", "")
    for sentence in told:
        assert sentence in text
