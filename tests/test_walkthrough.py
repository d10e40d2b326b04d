"""The article's case, replayed offline: each step shows what the article shows, and what it leaves out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from phishlab import report, walkthrough, wording
from phishlab.case import Case
from phishlab.records import (
    Assessment,
    CaseFile,
    Confidence,
    Direction,
    Exhibit,
    Indicator,
    ListingState,
    Outcome,
    PointClass,
    Provenance,
    Step,
    Trust,
)

ORIGIN = "74.226.196.215"


def _items(step: Step, kind: str) -> tuple[Any, ...]:
    return next((exhibit.items for exhibit in step.exhibits if exhibit.kind == kind), ())


def _ids(step: Step) -> set[str]:
    return {finding.id for finding in step.findings}


def _step(case: Case, name: str) -> Step:
    return walkthrough.step(case, name)


def test_there_are_the_fourteen_steps_in_the_articles_order() -> None:
    assert len(walkthrough.STEPS) == 14
    assert walkthrough.NAMES[0] == "message"
    assert walkthrough.NAMES[-1] == "conclusion"


@pytest.mark.parametrize("name", walkthrough.NAMES)
def test_each_step_is_explained_in_both_languages_and_shows_something(kagoya: Case, name: str) -> None:
    step = _step(kagoya, name)
    assert step.exhibits
    for lang in wording.LANGUAGES:
        assert all(wording.known(lang, f"step.{name}.{part}") for part in ("title", "intro", "explain"))


def test_subject_and_sender_are_shown_as_self_declared(kagoya: Case) -> None:
    step = _step(kagoya, "message")
    facts = {fact.label: fact for fact in _items(step, "facts")}
    assert facts["from"].claimed
    assert facts["from"].value == '"Kagoya Active! Mail" <postmaster@aica-interior.co.jp>'
    assert "self-declared" in _ids(step)


def test_the_display_name_claims_kagoya_and_the_domain_is_another_companys(kagoya: Case) -> None:
    assert "brand-domain-differs" in _ids(_step(kagoya, "identity"))


def test_the_boundary_is_drawn_and_the_origin_is_the_articles_address(kagoya: Case) -> None:
    hops = _items(_step(kagoya, "route"), "hops")
    assert [hop.trust for hop in hops] == [Trust.RECEIVER, Trust.BOUNDARY]
    assert (hops[1].helo, hops[1].rdns) == ("Praisemmm", "ioooo.japaneast.cloudapp.azure.com")
    origin = kagoya.route.origin
    assert (origin.ip, origin.confidence) == (ORIGIN, Confidence.HIGH)
    assert origin.reasons


def test_the_articles_check_says_mismatch_and_that_it_proves_nothing(kagoya: Case) -> None:
    step = _step(kagoya, "sender-address-check")
    (comparison,) = _items(step, "comparison")
    assert (comparison.result, comparison.addresses) == ("mismatch", ("153.123.7.53",))
    (finding,) = [finding for finding in step.findings if finding.id == "address-check-mismatch"]
    assert finding.caveat == "address-check"
    (registered,) = _items(step, "domains")
    assert registered.record.registrant == "アイカインテリア工業株式会社"


def test_what_nobody_recorded_about_authentication_is_said_so(kagoya: Case) -> None:
    step = _step(kagoya, "authentication")
    assert "authentication-not-recorded" in _ids(step)
    assert all(
        lookup.outcome is not Outcome.ANSWERED or lookup.record
        for lookup in _items(step, "authentication-now")
    )


def test_the_sending_network_is_microsofts_and_the_region_is_read_from_the_reverse_name(kagoya: Case) -> None:
    step = _step(kagoya, "sender-network")
    holders = [getattr(lookup.record, "holder", None) for lookup in _items(step, "networks")]
    assert "Microsoft Corporation" in holders
    (cloud,) = [finding for finding in step.findings if finding.id == "cloud-region"]
    assert dict(cloud.values)["region"] == "japaneast"
    (announced,) = [finding for finding in step.findings if finding.id == "announced-by"]
    assert dict(announced.values)["asn"] == "8075"


def test_the_park_is_a_shared_point_of_eight_million_addresses(kagoya: Case) -> None:
    step = _step(kagoya, "sender-place")
    (place,) = _items(step, "map")
    assert (place.lat, place.lon, place.point) == (35.6764, 139.65, PointClass.SHARED_CITY)
    assert place.shared_by > 8_000_000
    assert "pin-shared" in _ids(step)


def test_the_link_is_split_and_the_folder_is_named_as_bait(kagoya: Case) -> None:
    step = _step(kagoya, "body")
    links = _items(step, "links")
    assert {(link.host, link.path) for link in links} == {("sgogoj.com", "/kagoya/activemail.kagoya")}
    assert {"link-bait-path", "link-not-the-brands", "link-carries-recipient"} <= _ids(step)


def test_two_services_list_the_link_and_the_others_are_named_as_not_asked(kagoya: Case) -> None:
    step = _step(kagoya, "link-reputation")
    states = [lookup.record.state if lookup.record else None for lookup in _items(step, "listings")]
    assert states.count(ListingState.LISTED) == 2
    assert "reputation-not-asked" in _ids(step)


def test_the_links_domain_hides_behind_a_privacy_service(kagoya: Case) -> None:
    step = _step(kagoya, "link-registration")
    assert "domain-privacy" in _ids(step)
    assert "domain-age-unknown" in _ids(step)


def test_the_link_is_hosted_at_alibaba_and_placed_in_hong_kong(kagoya: Case) -> None:
    hosting = _step(kagoya, "link-hosting")
    holders = [getattr(lookup.record, "holder", None) for lookup in _items(hosting, "networks")]
    assert "Alibaba (US) Technology" in holders
    (place,) = _items(_step(kagoya, "link-place"), "map")
    assert place.country_code == "HK"


def test_the_page_asks_for_a_password_and_its_target_is_named(kagoya: Case) -> None:
    step = _step(kagoya, "visit")
    (visit,) = _items(step, "visit")
    assert any(form.asks_password for form in visit.record.forms)
    assert "page-asks-password" in _ids(step)
    (picture,) = _items(step, "screenshot")
    assert kagoya.attachment(picture).startswith(b"\x89PNG")


def test_the_conclusion_grades_three_questions_and_lists_the_indicators(kagoya: Case) -> None:
    step = _step(kagoya, "conclusion")
    answers: dict[str, Assessment] = {answer.question: answer for answer in _items(step, "assessment")}
    assert answers["deceptive"].answer == "very-likely"
    assert answers["purpose"].answer == "credentials"
    assert (answers["from-domain"].answer, answers["from-domain"].confidence) == (
        "leaning-spoofed",
        Confidence.LOW,
    )
    assert "rebuilt" in answers["deceptive"].caveats
    indicators: tuple[Indicator, ...] = _items(step, "indicators")
    values = {(row.kind, row.role): row.value for row in indicators}
    assert values["ipv4", "origin"] == ORIGIN
    assert values["ipv4", "hosting"] == "8.217.61.41"
    assert "studio.example" not in " ".join(row.value for row in indicators)


@pytest.fixture
def document(kagoya: Case) -> CaseFile:
    return walkthrough.casefile(kagoya)


def test_each_finding_that_speaks_for_or_against_rests_on_something_kept(document: CaseFile) -> None:
    bare = [
        finding.id
        for step in document.steps
        for finding in step.findings
        if finding.direction is not Direction.NEUTRAL and not finding.because
    ]
    assert bare == []


def test_each_finding_and_caveat_is_worded(document: CaseFile) -> None:
    for step in document.steps:
        for finding in step.findings:
            for lang in wording.LANGUAGES:
                assert wording.known(lang, f"finding.{finding.id}"), finding.id
                assert finding.caveat is None or wording.known(lang, f"caveat.{finding.caveat}")


def test_each_exhibit_has_a_kind_that_is_drawn(document: CaseFile) -> None:
    from phishlab.views import charts
    from phishlab.views.columns import COLUMNS

    drawn = {*COLUMNS, *charts.KINDS, "map", "screenshot", "text", "assessment", "advice"}
    shown: list[Exhibit] = [exhibit for step in document.steps for exhibit in step.exhibits]
    assert {exhibit.kind for exhibit in shown} <= drawn


def test_what_was_rebuilt_is_marked_and_geoip_is_not_rebuilt(document: CaseFile) -> None:
    for exchange in document.exchanges:
        looked_up = exchange.question.startswith(("geoip:", "cloud-range:"))
        assert exchange.origin is (Provenance.RECORDED if looked_up else Provenance.RECONSTRUCTED)
        assert looked_up or exchange.source


def test_the_recipient_is_in_no_question_and_no_report(
    document: CaseFile, kagoya: Case, tmp_path: Path
) -> None:
    assert not [e.question for e in document.exchanges if "office" in e.question]
    for path in report.write(document, tmp_path, wording.LANGUAGES, kagoya.attachment):
        assert b"office@studio" not in path.read_bytes(), path


@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_an_offline_re_run_gives_the_same_report_to_the_byte(lang: str) -> None:
    from phishlab import case as cases
    from phishlab.views.safe import Lens
    from tests.conftest import KAGOYA

    made = []
    for _ in range(2):
        case = cases.open_case(KAGOYA)
        lens = Lens(lang=lang, recipients=case.message.recipients)
        made.append(report.render(walkthrough.casefile(case), "html", lens, case.attachment))
    assert made[0] == made[1]


def test_no_report_says_that_an_address_mismatch_confirms_a_spoof(document: CaseFile, kagoya: Case) -> None:
    from phishlab.views.safe import Lens

    english = report.render(document, "md", Lens(lang="en"), kagoya.attachment).decode().lower()
    japanese = report.render(document, "md", Lens(lang="ja"), kagoya.attachment).decode()
    assert "confirmed spoof" not in english
    assert "特定電子メール法" not in japanese
    assert "IPアドレスの不一致だけでは詐称とは断定できません" in japanese


TABLES = (
    "hops", "authentication", "links", "attachments", "networks", "domains", "listings", "places", "indicators",
)  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_a_notebook_gets_each_table_with_its_columns_also_when_it_is_empty(kagoya: Case, name: str) -> None:
    from phishlab.views import tables

    frame = getattr(tables, name)(kagoya)
    assert len(frame.columns) >= 2
    assert len(frame) > 0 or name in {"authentication", "attachments"}
    assert "office@studio" not in frame.to_string()
