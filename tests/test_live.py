"""The article's mail investigated live, against real servers under the real names; then replayed without any."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import pytest_socket

from phishlab import case as cases
from phishlab import report, walkthrough, wording
from phishlab.case import Case
from phishlab.evidence.verify import verify
from phishlab.records import CaseFile, Level, ListingState, Lookup, Outcome, Provenance
from phishlab.views.safe import Lens
from tests.conftest import KAGOYA, ROOT
from tests.servers import web
from tests.servers.page import IMITATION
from tests.servers.world import World, world

pytestmark = [pytest.mark.loopback, pytest.mark.browser]

BUILD = ROOT / "data" / "build" / "kagoya"
ORIGINAL = (KAGOYA / "data" / "evidence" / "original.eml").read_bytes()
PASSWORD_PAGE = "/kagoya/activemail.kagoya?login=example@example.or.jp"


def _json(name: str) -> bytes:
    return web.page((BUILD / name).read_bytes(), "application/rdap+json")


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """NSD, WHOIS, RDAP and web servers on loopback, under the names and addresses of the article."""
    pytest_socket.enable_socket()
    jprs = (BUILD / "whois-aica-interior.co.jp.txt").read_bytes().replace(b"\n", b"\r\n")
    pages: dict[str, web.Page] = {
        "rdap.verisign.com/com/v1/domain/sgogoj.com": _json("rdap-sgogoj.com.json"),
        "rdap.arin.net/registry/ip/74.226.196.215": _json("rdap-74.226.196.215.json"),
        "rdap.arin.net/registry/ip/8.217.61.41": _json("rdap-8.217.61.41.json"),
        f"sgogoj.com{PASSWORD_PAGE}": web.page(IMITATION.read_bytes()),
    }
    with world(
        tmp_path_factory.mktemp("world"),
        pages=pages,
        whois_answers={"whois.jprs.jp": {"aica-interior.co.jp": jprs}},
    ) as made:
        yield made


@pytest.fixture(scope="module")
def live(servers: World, tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, CaseFile]:
    """The whole investigation, asked for real."""
    pytest_socket.enable_socket()
    case = cases.create(
        ORIGINAL,
        tmp_path_factory.mktemp("cases") / "live",
        level=Level.ACTIVE,
        receiver=str(BUILD / "studio-example.toml"),
        wire=servers.options,
    )
    document = walkthrough.casefile(case)
    case.seal()
    return case, document


def test_every_step_is_answered_by_a_server_and_kept_as_recorded(live: tuple[Case, CaseFile]) -> None:
    _, document = live
    assert {exchange.origin for exchange in document.exchanges} == {Provenance.RECORDED}
    asked = " ".join(exchange.question for exchange in document.exchanges)
    for part in (
        "dns:aica-interior.co.jp?type=A",
        "dns:sgogoj.com?type=A",
        "whois://whois.jprs.jp/aica-interior.co.jp",
        "https://rdap.verisign.com/com/v1/domain/sgogoj.com",
        "https://rdap.arin.net/registry/ip/74.226.196.215",
        "visit:http://sgogoj.com/kagoya/",
        "geoip:city/8.217.61.41",
    ):
        assert part in asked


def test_live_finds_what_the_article_found(live: tuple[Case, CaseFile]) -> None:
    case, document = live
    assert case.route.origin.ip == "74.226.196.215"
    ids = {finding.id for step in document.steps for finding in step.findings}
    assert {"address-check-mismatch", "page-asks-password", "domain-privacy", "cloud-region"} <= ids
    shown = next(step for step in document.steps if step.id == "link-reputation").exhibits[0].items
    listings = [item.record.state for item in shown if isinstance(item, Lookup) and item.record]
    assert ListingState.LISTED in listings
    assert ListingState.NOT_ASKED in listings


def test_spf_is_computed_with_the_zones_of_today_and_fails(live: tuple[Case, CaseFile]) -> None:
    _, document = live
    step = next(step for step in document.steps if step.id == "authentication")
    results = {
        item.record.method: item.record.result
        for exhibit in step.exhibits
        for item in exhibit.items
        if isinstance(item, Lookup) and item.outcome is Outcome.ANSWERED and item.record
    }
    assert results["spf"] == "fail"
    assert results["dmarc"] == "fail"


def test_the_case_is_as_it_was_sealed(live: tuple[Case, CaseFile]) -> None:
    case, _ = live
    assert verify(case.folder.path) == ()


def test_the_recipient_is_nowhere_but_in_the_mail(live: tuple[Case, CaseFile]) -> None:
    import gzip

    case, _ = live
    for path in case.folder.path.rglob("*"):
        if path.is_file() and path.name != "original.eml":
            data = path.read_bytes()
            data = gzip.decompress(data) if path.suffix == ".gz" else data
            assert b"office@studio" not in data, path
            assert b"office%40studio" not in data, path


def test_the_servers_never_saw_the_recipient(servers: World, live: tuple[Case, CaseFile]) -> None:
    assert live
    seen = b"\n".join(servers.web_asked) + "\n".join(servers.whois_asked).encode()
    assert b"sgogoj.com" in seen
    assert b"office" not in seen


@pytest.mark.parametrize("lang", wording.LANGUAGES)
@pytest.mark.parametrize("form", ["html", "md", "json"])
def test_the_replay_is_the_same_report_to_the_byte_with_sockets_blocked(
    live: tuple[Case, CaseFile], lang: str, form: str
) -> None:
    case, document = live
    lens = Lens(lang=lang, recipients=case.message.recipients)
    before = report.render(document, form, lens, case.attachment)
    pytest_socket.disable_socket()
    replayed = cases.open_case(case.folder.path)
    after = report.render(walkthrough.casefile(replayed), form, lens, replayed.attachment)
    assert after == before


@pytest.mark.parametrize("level", [Level.OFFLINE, Level.PASSIVE, Level.THIRD_PARTY])
def test_a_lower_level_asks_no_question_above_it(servers: World, tmp_path: Path, level: Level) -> None:
    seen = len(servers.web_asked) + len(servers.whois_asked)
    case = cases.create(ORIGINAL, tmp_path / "case", level=level, wire=servers.options)
    document = walkthrough.casefile(case)
    assert max((exchange.level for exchange in document.exchanges), default=Level.OFFLINE) <= level
    asked = len(servers.web_asked) + len(servers.whois_asked) - seen
    assert (asked > 0) == (level > Level.OFFLINE)
    assert not any(exchange.question.startswith("visit:") for exchange in document.exchanges)
