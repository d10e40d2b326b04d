"""The plan: what would be asked of whom is shown before anything is, and it is what is asked then."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_socket

import phishlab as pl
from phishlab import case as cases
from phishlab import cli, gathering, lookups, planning, wording
from phishlab.case import Case
from phishlab.errors import InputError
from phishlab.records import Level, Planned
from phishlab.views import looked, steps
from phishlab.views.safe import Lens
from tests.conftest import KAGOYA, ROOT
from tests.servers import web
from tests.servers.world import World, world

ORIGINAL = KAGOYA / "data" / "evidence" / "original.eml"
BUILD = ROOT / "data" / "build" / "kagoya"
BOOTSTRAP = "https://rdap-bootstrap.arin.net/bootstrap/ip/74.226.196.215"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test in a folder of its own."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    pytest_socket.enable_socket()
    pages: dict[str, web.Page] = {
        "rdap.verisign.com/com/v1/domain/sgogoj.com": web.page(
            (BUILD / "rdap-sgogoj.com.json").read_bytes(), "application/rdap+json"
        )
    }
    with world(tmp_path_factory.mktemp("world"), pages=pages) as made:
        yield made


def _mail(path: Path, level: Level, **more: Any) -> Case:
    return cases.create(ORIGINAL.read_bytes(), path, level=level, **more)


def _subject(path: Path, level: Level, **more: Any) -> Case:
    return lookups.begin(looked.understood("sgogoj.com", Lens()), path, level, **more)


def _planned(level: Level, make: Any = _mail) -> tuple[Planned, ...]:
    with planning.draft(lambda path: make(path, level)) as case:
        return planning.of(case)


@pytest.mark.parametrize("make", [_mail, _subject])
def test_at_a_higher_level_more_is_asked_and_nothing_above_it(make: Any) -> None:
    before: set[str] = set()
    for level in Level:
        rows = _planned(level, make)
        now = {row.question for row in rows if not row.note}
        assert max((row.level for row in rows if not row.note), default=Level.OFFLINE) <= level
        assert all(row.note for row in rows if row.level > level)
        assert before <= now
        assert (not now) == (level is Level.OFFLINE)
        before = now


@pytest.mark.loopback
@pytest.mark.parametrize("make", [_mail, _subject])
@pytest.mark.parametrize("level", [Level.PASSIVE, Level.THIRD_PARTY, Level.ACTIVE])
def test_what_is_planned_is_what_is_asked(servers: World, tmp_path: Path, make: Any, level: Level) -> None:
    wire = servers.options | {
        "visitor": lambda _url, _folder: b"{}",
        "clock": lambda: datetime(2026, 11, 24, tzinfo=UTC),
    }
    asked: list[str] = []
    case = make(
        tmp_path / "case", level, wire=wire, on_question=lambda question, _word: asked.append(question.uri)
    )
    gathering.gather(case)
    planned = {row.question for row in _planned(level, make) if not row.note and not row.after}
    # Its bootstrap is asked only where Team Cymru does not tell the registry.
    assert planned - set(asked) <= {BOOTSTRAP}
    assert planned


def test_what_waits_for_an_answer_is_shown_as_waiting() -> None:
    rows = [row for row in _planned(Level.ACTIVE) if row.after]
    assert {row.after for row in rows} == {"address", "name"}
    questions = {row.question for row in rows}
    assert "dns:⟨address⟩.origin.asn.cymru.com?type=TXT" in questions
    assert "dns:⟨name⟩?type=A" in questions
    assert not [row for row in _planned(Level.THIRD_PARTY) if row.after]


def test_a_question_that_waits_for_nothing_is_not_shown_as_waiting_too() -> None:
    rows = _planned(Level.ACTIVE, _subject)
    assert "dns:⟨address⟩.origin.asn.cymru.com?type=TXT" in {row.question for row in rows if row.after}
    names = [row.question for row in rows if row.question.startswith("dns:sgogoj.com?type=A")]
    assert names == ["dns:sgogoj.com?type=A", "dns:sgogoj.com?type=AAAA"]


def test_each_row_says_who_is_asked_and_what_they_learn() -> None:
    rows = {row.question: row for row in _planned(Level.ACTIVE)}
    jprs = rows["whois://whois.jprs.jp/aica-interior.co.jp"]
    assert (jprs.whom, jprs.about, jprs.learns) == ("whois.jprs.jp", "aica-interior.co.jp", ("domain",))
    cymru = rows["dns:215.196.226.74.origin.asn.cymru.com?type=TXT"]
    assert (cymru.whom, cymru.level, cymru.learns) == ("asn.cymru.com", Level.PASSIVE, ("address",))
    page = next(row for question, row in rows.items() if question.startswith("visit:"))
    assert (page.whom, page.learns) == ("sgogoj.com", ("look",))
    assert all(row.whom or row.after for row in rows.values())


def test_a_service_without_its_key_is_told_with_the_name_of_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    def virustotal() -> set[str]:
        return {row.note for row in _planned(Level.THIRD_PARTY) if row.whom == "www.virustotal.com"}

    assert virustotal() == {"asked with a key only: PHISHLAB_VIRUSTOTAL_KEY"}
    monkeypatch.setenv("PHISHLAB_VIRUSTOTAL_KEY", "canary")
    assert virustotal() == {""}
    assert "canary" not in repr(_planned(Level.THIRD_PARTY))


def test_the_recipient_is_nowhere_in_it() -> None:
    with planning.draft(lambda path: _mail(path, Level.ACTIVE)) as case:
        assert case.message.recipients
        told = repr(planning.of(case)) + steps.plain(planning.step(case), Lens())
        assert not [one for one in case.message.recipients if one in told]


@pytest.mark.parametrize("level", [level.word for level in Level])
@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_the_command_prints_it_and_leaves_nothing_behind(
    capsys: pytest.CaptureFixture[str], level: str, lang: str
) -> None:
    for words in (["investigate", str(ORIGINAL)], ["lookup", "sgogoj[.]com"]):
        assert cli.main([*words, "--dry-run", "--level", level, "--lang", lang]) == cli.OK
        shown = capsys.readouterr()
        assert wording.say(lang, "step.plan.intro") in shown.out
        assert "http:" not in shown.out.replace("hxxp:", "")
        assert not [word for word in shown.out.split() if word.startswith(("column.", "plan.", "table."))]
    assert list(Path.cwd().iterdir()) == []


def test_for_programs_it_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["lookup", "192.0.2.1", "--dry-run", "--level", "active", "--json"]) == cli.OK
    assert isinstance(json.loads(capsys.readouterr().out), list)


def test_what_is_no_subject_has_no_plan(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["lookup", "hello world", "--dry-run"]) == cli.NOT_A_MAIL
    assert capsys.readouterr().out == ""


def test_of_a_case_that_was_stopped_what_is_left_is_planned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = _mail(tmp_path / "case", Level.PASSIVE)
    words = ["investigate", str(ORIGINAL), "-o", str(tmp_path / "case"), "--dry-run", "--lang", "en"]
    assert cli.main(words) == cli.OK
    assert "whois.jprs.jp" in capsys.readouterr().out.replace("[.]", ".")
    case.seal()
    assert cli.main(words) == cli.OK
    assert "nobody is asked" in capsys.readouterr().out
    assert cli.main(["investigate", str(tmp_path / "case"), "--dry-run", "--lang", "en"]) == cli.OK
    assert "nobody is asked" in capsys.readouterr().out


def test_in_a_notebook_it_displays_itself() -> None:
    shown = pl.plan(ORIGINAL, level="active")
    assert "Would be asked at once" in repr(shown)
    assert "rdap[.]verisign[.]com" in re.sub(r"<wbr>|\s", "", shown._repr_html_())
    assert "⟨address⟩" in shown._repr_html_()
    with pytest.raises(InputError, match=r"absent\.eml"):
        pl.plan("absent.eml")
    with pytest.raises(InputError, match="longer than any"):
        pl.plan("x" * 5000)
    assert "尋ねないもの" in repr(pl.plan("sgogoj[.]com", level="passive", lang="ja"))
    assert list(Path.cwd().iterdir()) == []
