"""What the analyst saw, from the command line to the report."""

from __future__ import annotations

import gzip
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

import phishlab as pl
from phishlab import case as cases
from phishlab import cli, observing, report, walkthrough
from phishlab.case import Case
from phishlab.errors import InputError
from phishlab.evidence.verify import verify
from phishlab.records import Listing, ListingState, Lookup, Outcome, Provenance, Subject
from phishlab.views.safe import Lens

VICTIM = "taro@victim.example.jp"
URL = f"http://phish.example.com/login?u={VICTIM}"
FREE = "http://phish.example.com/login?u=example@example.or.jp"
MAIL = (
    "Received: from p.example.net (p.example.net [8.217.61.41]) by mx.victim.example.jp; "
    "Tue, 16 Jan 2024 10:00:00 +0900\r\n"
    f"From: Bank <info@bank.example.com>\r\nTo: {VICTIM}\r\nSubject: s\r\n"
    "Date: Tue, 16 Jan 2024 10:00:00 +0900\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    f"Look: {URL}\r\n"
).encode()  # fmt: skip
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def png(color: str = "red") -> bytes:
    """A picture."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), color).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def opened(tmp_path: Path) -> Case:
    """A finished case, replayed."""
    made = cases.create(MAIL, tmp_path / "case")
    walkthrough.casefile(made)
    made.seal()
    return cases.open_case(tmp_path / "case")


def _listing(case: Case, service: str = "Norton Safe Web") -> tuple[Lookup[Listing], Listing]:
    step = walkthrough.step(case, "link-reputation")
    items = next(exhibit.items for exhibit in step.exhibits if exhibit.kind == "listings")
    found = next(item for item in items if isinstance(item, Lookup) and item.source == service)
    assert found.record is not None
    return found, found.record


def test_what_was_seen_is_evidence_of_its_own_kind(opened: Case) -> None:
    seen = datetime(2024, 1, 17, 3, tzinfo=UTC)
    before = opened.wire.now()
    observing.observe(
        opened,
        "norton-safe-web",
        URL,
        "listed",
        note="フィッシング",
        picture=png(),
        seen_at=seen,
        now=lambda: NOW,
    )
    again = cases.open_case(opened.folder.path)
    for case in (opened, again):
        found, record = _listing(case)
        assert (record.state, record.detail, record.as_of) == (ListingState.LISTED, "フィッシング", seen)
        assert (found.note, found.outcome, found.subject) == ("seen by the analyst", Outcome.ANSWERED, FREE)
        assert [exchange.origin for exchange in found.evidence] == [Provenance.IMPORTED]
        assert case.attachment(record.picture) == png()
        assert case.wire.now() == before, "what is brought in later moves no time of the run"
    assert verify(opened.folder.path) == ()
    entry = next(entry for entry in opened.folder.custody() if entry.action == "observed")
    assert (entry.who, entry.item.startswith("data/observed/norton-safe-web-")) == ("analyst", True)


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_report_tells_it_as_observed_with_its_time_and_picture(opened: Case, lang: str) -> None:
    seen = datetime(2024, 1, 17, 3, tzinfo=UTC)
    observing.observe(opened, "norton-safe-web", URL, "listed", note="危険", picture=png(), seen_at=seen)
    document = walkthrough.casefile(opened)
    lens = Lens(lang=lang, recipients=opened.message.recipients)
    made = report.render(document, "md", lens, opened.attachment).decode()
    assert lens.note("seen by the analyst") in made
    assert "2024-01-17T03:00:00Z" in made
    assert lens.say("picture.observed.caption") in made
    assert VICTIM not in made
    assert lens.say("finding.listed", service="Norton Safe Web", subject=FREE, category="危険")[
        :30
    ] in made.replace("\\", "")


def test_the_recipient_stands_in_no_question_and_no_name(opened: Case) -> None:
    observing.observe(opened, "google-transparency-report", URL, "not-listed", picture=png())
    kept = opened.folder.answers.exchanges()
    assert f"observed:google-transparency-report/{FREE}" in [exchange.question for exchange in kept]
    assert VICTIM.encode() not in gzip.decompress(opened.folder.answers.path.read_bytes())
    names = [str(path) for path in opened.folder.path.rglob("*")]
    assert not any("taro" in name for name in names)


def test_the_last_observation_stands_and_the_earlier_one_stays(opened: Case) -> None:
    observing.observe(opened, "norton-safe-web", URL, "listed", picture=png())
    observing.observe(opened, "norton-safe-web", URL, "not-listed", note="clean today", picture=png("green"))
    _, record = _listing(cases.open_case(opened.folder.path))
    assert (record.state, record.detail) == (ListingState.NOT_LISTED, "clean today")
    asked = [one for one in opened.folder.answers.exchanges() if one.question.startswith("observed:norton")]
    assert len(asked) == 2
    assert len(list((opened.folder.path / "data" / "observed").iterdir())) == 2
    assert verify(opened.folder.path) == ()


@pytest.mark.parametrize(
    "given",
    [
        URL,
        FREE,
        "hxxp://phish[.]example[.]com/login?u=taro@victim.example.jp",
        "phish.example.com",
        "PHISH.example.com.",
    ],
)
def test_a_link_is_named_in_any_of_its_forms(opened: Case, given: str) -> None:
    assert observing.observe(opened, "cisco-talos", given, "unknown-to-service").subject == FREE


def test_the_sending_address_is_observed_where_a_service_takes_one(tmp_path: Path) -> None:
    made = cases.create(MAIL, tmp_path / "sent", receiver=None)
    ip = made.route.origin.ip
    if ip is None:
        pytest.fail("the mail has an origin")
    found = observing.observe(made, "cisco-talos", ip, "listed", note="Poor")
    assert (found.subject, found.record and found.record.detail) == (ip, "Poor")
    shown = walkthrough.step(made, "sender-network")
    assert any(getattr(finding, "id", "") == "listed" for finding in shown.findings)
    with pytest.raises(InputError, match="no such link"):
        observing.observe(made, "norton-safe-web", ip, "listed")


@pytest.mark.parametrize(
    ("service", "subject", "state", "why"),
    [
        ("nobody", URL, "listed", "choose one of google-transparency-report, norton-safe-web, cisco-talos"),
        ("norton-safe-web", URL, "clean", "choose one of listed, not-listed, unknown-to-service, error"),
        ("norton-safe-web", URL, "not-asked", "no state"),
        ("norton-safe-web", "http://other.example/", "listed", r"hxxp://phish\[\.\]example"),
        ("norton-safe-web", "", "listed", "no such link"),
    ],
)
def test_what_cannot_be_observed_is_said_and_changes_nothing(
    opened: Case, service: str, subject: str, state: str, why: str
) -> None:
    before = opened.folder.answers.exchanges()
    with pytest.raises(InputError, match=why) as trouble:
        observing.observe(opened, service, subject, state)
    assert VICTIM not in str(trouble.value)
    assert opened.folder.answers.exchanges() == before
    assert verify(opened.folder.path) == ()


@pytest.mark.parametrize(
    "picture", [b"", b"GIF89a", b"\xff\xd8\xff\xe0", b"<svg/>", png() + b"\0" * 20_000_000]
)
def test_only_a_png_is_a_screenshot(opened: Case, picture: bytes) -> None:
    with pytest.raises(InputError, match="PNG file"):
        observing.observe(opened, "norton-safe-web", URL, "listed", picture=picture)
    assert not (opened.folder.path / "data" / "observed").exists()


def test_the_verb_keeps_it(opened: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shot = tmp_path / "shot.png"
    shot.write_bytes(png())
    words = [
        "observe",
        str(opened.folder.path),
        "norton-safe-web",
        URL,
        "listed",
        "--note",
        "x",
        "--lang",
        "en",
    ]
    assert cli.main([*words, "--screenshot", str(shot), "--seen-at", "2024-01-17T12:00:00+09:00"]) == 0
    printed = capsys.readouterr().out
    assert "Norton Safe Web" in printed
    assert "2024-01-17T03:00:00Z" in printed
    assert "taro" not in printed
    _, record = _listing(cases.open_case(opened.folder.path))
    assert record.as_of == datetime(2024, 1, 17, 3, tzinfo=UTC)
    assert cli.main(["verify", str(opened.folder.path)]) == 0


@pytest.mark.parametrize(
    "more", [["--seen-at", "yesterday"], ["--screenshot", "/nowhere.png"], ["--screenshot", "."]]
)
def test_the_verb_says_what_is_off_in_one_line(
    opened: Case, capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    words = ["observe", str(opened.folder.path), "norton-safe-web", URL, "listed", *more]
    assert cli.main(words) == cli.NOT_A_MAIL
    assert capsys.readouterr().err.count("\n") == 1


def test_a_notebook_shows_the_step_with_it(opened: Case, tmp_path: Path) -> None:
    shot = tmp_path / "shot.png"
    shot.write_bytes(png())
    view = pl.observe(
        opened, "norton-safe-web", URL, "listed", note="危険", screenshot=shot, seen_at="2024-01-17"
    )
    assert "Norton Safe Web" in view._repr_html_()


@pytest.mark.parametrize(
    "path", ["../../../etc/passwd", "data/evidence/original.eml", "data/observed/../x.png", 7]
)
def test_a_path_in_a_kept_observation_leads_nowhere_else(opened: Case, path: object) -> None:
    from phishlab.sources.reputation import observed

    told = observed.format(state="listed", picture=("data/observed/a.png", "0" * 64))
    told = told.replace(b'"data/observed/a.png"', __import__("json").dumps(path).encode())
    opened.folder.answers.append(
        observed.question("norton-safe-web", URL, (VICTIM,)),
        told, run="1", peer="", asked_at=NOW, origin=Provenance.IMPORTED, outcome=Outcome.ANSWERED,
    )  # fmt: skip
    _, record = _listing(opened)
    assert (record.state, record.picture) == (ListingState.LISTED, "")


def test_an_address_that_is_looked_up_is_observed_too(tmp_path: Path) -> None:
    from phishlab.indicators import subjects

    asked = subjects.read("8.217.61.41")
    assert isinstance(asked, Subject)
    made = cases.lookup(asked, tmp_path / "lookup")
    found = observing.observe(made, "cisco-talos", "8[.]217[.]61[.]41", "not-listed", note="Neutral")
    assert (found.subject, found.record and found.record.state) == ("8.217.61.41", ListingState.NOT_LISTED)
    assert verify(made.folder.path) == ()
