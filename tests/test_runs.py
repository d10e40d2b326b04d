"""The questions of a case put again later: a run of its own, told by itself, and held against the first."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_socket

from phishlab import case as cases
from phishlab import cli, importing, report, walkthrough, wording
from phishlab.errors import EvidenceError, InputError
from phishlab.evidence import runs
from phishlab.evidence.verify import verify
from phishlab.records import Level
from phishlab.views import changes
from phishlab.views.safe import Lens
from tests.conftest import KAGOYA, ROOT
from tests.servers import victim, web
from tests.servers.world import ARTICLE, World, world

pytestmark = pytest.mark.loopback

BUILD = ROOT / "data" / "build" / "kagoya"
MAIL = (KAGOYA / "data" / "evidence" / "original.eml").read_bytes()
ALIVE, GONE = datetime(2024, 1, 17, 3, tzinfo=UTC), datetime(2024, 1, 20, 3, tzinfo=UTC)
EVERY = tuple((form, lang) for form in ("html", "md", "json") for lang in wording.LANGUAGES)


@contextmanager
def _served(folder: Path, *, gone: bool) -> Iterator[World]:
    """The article's servers; or those of three days later: the name has no address, its registrar holds it."""
    zones = {**ARTICLE, "sgogoj.com": '@ IN TXT "v=spf1 -all"\n'} if gone else ARTICLE
    held = json.loads((BUILD / "rdap-sgogoj.com.json").read_bytes())
    if gone:
        held["status"] = ["client hold"]
    pages = {
        "rdap.verisign.com/com/v1/domain/sgogoj.com": web.rdap(held),
        **{
            f"rdap.arin.net/registry/ip/{ip}": web.page(
                (BUILD / f"rdap-{ip}.json").read_bytes(), "application/rdap+json"
            )
            for ip in ("74.226.196.215", "8.217.61.41")
        },
    }
    jprs = (BUILD / "whois-aica-interior.co.jp.txt").read_bytes().replace(b"\n", b"\r\n")
    folder.mkdir()
    with world(
        folder, zones=zones, pages=pages, whois_answers={"whois.jprs.jp": {"aica-interior.co.jp": jprs}}
    ) as made:
        yield made


def _rendered(case: cases.Case, forms: tuple[tuple[str, str], ...] = EVERY) -> dict[tuple[str, str], bytes]:
    document = walkthrough.casefile(case)
    return {
        (form, lang): report.render(
            document, form, Lens(lang=lang, recipients=case.message.recipients), case.attachment
        )
        for form, lang in forms
    }


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[tuple[str, str], bytes], int]:
    """A case asked on the 17th and again on the 20th; the reports of the first day, and how many answers it kept."""
    pytest_socket.enable_socket()
    folder = tmp_path_factory.mktemp("runs")
    path = folder / "case"
    with _served(folder / "alive", gone=False) as servers:
        wire = {**servers.options, "clock": lambda: ALIVE, "visitor": victim.visitor}
        case = cases.create(
            MAIL, path, level=Level.ACTIVE, receiver=str(BUILD / "studio-example.toml"), wire=wire
        )
        walkthrough.casefile(case)
        case.seal()
    first, kept = _rendered(cases.open_case(path)), len(case.folder.answers.exchanges())
    with _served(folder / "gone", gone=True) as servers:
        wire = {**servers.options, "clock": lambda: GONE, "visitor": victim.visitor}
        case = cases.anew(path, wire=wire)
        walkthrough.casefile(case)
        case.seal()
    return path, first, kept


def test_the_answers_of_the_first_run_stay_before_those_of_the_second(
    twice: tuple[Path, dict[tuple[str, str], bytes], int],
) -> None:
    path, _, kept = twice
    case = cases.open_case(path)
    assert case.runs == ("1", "2")
    assert verify(path) == ()
    exchanges = case.folder.answers.exchanges()
    assert {exchange.run for exchange in exchanges[:kept]} == {"1"}
    assert {(exchange.run, exchange.asked_at) for exchange in exchanges[kept:]} == {("2", GONE)}
    actions = [entry.action for entry in case.folder.custody()]
    assert actions.count("asked-again") == 1


def test_a_report_of_the_first_run_is_what_it_was_to_the_byte(
    twice: tuple[Path, dict[tuple[str, str], bytes], int],
) -> None:
    path, first, _ = twice
    pytest_socket.disable_socket()
    assert _rendered(cases.open_case(path, "1")) == first
    later = cases.open_case(path)
    assert later.run == "2"
    lens = Lens(recipients=later.message.recipients)
    assert report.render(walkthrough.casefile(later), "md", lens, later.attachment) != first["md", "en"]


def test_a_case_with_two_runs_and_imported_answers_replays_to_the_byte(
    twice: tuple[Path, dict[tuple[str, str], bytes], int], tmp_path: Path
) -> None:
    path = Path(shutil.copytree(twice[0], tmp_path / "case"))
    opened = cases.open_case(path)
    told = b'{"data": {"attributes": {"last_analysis_stats": {"malicious": 7, "harmless": 50}}}}'
    origin = importing.origin(opened, told, "the service's own page", GONE)
    importing.answer(opened, told, "virustotal", "sgogoj.com", origin)
    assert verify(path) == ()
    forms = (("html", "ja"), ("md", "en"), ("md", "ja"), ("json", "en"))
    once = _rendered(cases.open_case(path), forms)
    pytest_socket.disable_socket()
    again = Path(shutil.copytree(path, tmp_path / "elsewhere" / "case"))
    assert _rendered(cases.open_case(again), forms) == once
    for lang in wording.LANGUAGES:
        assert "VirusTotal" in once["md", lang].decode()
        assert wording.say(lang, "notice.imported-title") in once["md", lang].decode()


@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_what_changed_is_told_in_words_and_what_did_not_is_not(
    twice: tuple[Path, dict[tuple[str, str], bytes], int], lang: str
) -> None:
    path = twice[0]
    lens = Lens(lang=lang, recipients=cases.open_case(path).message.recipients)
    before, after = (walkthrough.casefile(cases.open_case(path, run)).steps for run in ("1", "2"))
    found = changes.between(before, after, lens)
    told = {(change.subject, change.field): (change.before, change.after) for change in found}
    status = lens.say("column.status")
    assert told["sgogoj[.]com", status][1] == "client hold"
    outcome = lens.say("column.outcome")
    outcomes = [
        (change.before, change.after.partition(" (")[0])
        for change in found
        if (change.subject, change.field) == ("sgogoj[.]com", outcome)
    ]
    assert (lens.say("outcome.answered"), lens.say("outcome.no-data")) in outcomes
    assert not [change for change in found if change.subject == "aica-interior[.]co[.]jp"]
    assert changes.between(before, before, lens) == ()
    shown = changes.table(found, lens, "1", "2")
    assert len(shown.rows) == len(found)
    assert all(changes.sentence(change, lens) for change in found)


def test_dns_ids_and_dates_of_responses_are_no_change(
    twice: tuple[Path, dict[tuple[str, str], bytes], int],
) -> None:
    archive = cases.open_case(twice[0]).folder.answers
    differing = {difference.question for difference in runs.compare(archive, "1", "2")}
    assert "dns:sgogoj.com?type=A" in differing
    assert "https://rdap.verisign.com/com/v1/domain/sgogoj.com" in differing
    assert "dns:aica-interior.co.jp?type=A" not in differing
    assert "whois://whois.jprs.jp/aica-interior.co.jp" not in differing


def test_the_command_tells_it_in_words_as_a_table_and_as_json(
    twice: tuple[Path, dict[tuple[str, str], bytes], int], capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(twice[0])
    for lang, word in (("en", "is now"), ("ja", "今は")):
        assert cli.main(["compare", path, "--lang", lang]) == cli.OK
        said = capsys.readouterr().out
        assert word in said
        assert "client hold" in said
        assert "office@studio" not in said
    assert cli.main(["compare", path, "2", "1", "--json"]) == cli.OK
    document = json.loads(capsys.readouterr().out)
    assert [run["run"] for run in document["runs"]] == ["2", "1"]
    assert {"subject", "field", "before", "after", "about"} < set(document["changes"][0])
    assert document["answers"]


def test_report_and_step_are_told_by_the_run_that_is_named(
    twice: tuple[Path, dict[tuple[str, str], bytes], int], capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    path, first, _ = twice
    assert cli.main(["report", str(path), "--run", "1", "--format", "md", "--lang", "ja"]) == cli.OK
    assert capsysbinary.readouterr().out == first["md", "ja"]
    assert cli.main(["step", "link-registration", str(path), "--run", "2", "--lang", "en"]) == cli.OK
    assert b"client hold" in capsysbinary.readouterr().out
    assert cli.main(["report", str(path), "--run", "3"]) == cli.NOT_A_MAIL


def test_again_asks_in_a_new_run_and_says_what_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Offline only the databases of this machine are consulted, and they say the same."""
    cases_folder = tmp_path / "case"
    case = cases.create(MAIL, cases_folder)
    walkthrough.casefile(case)
    case.seal()
    assert cli.main(["again", str(cases_folder), "--no-notebook", "--lang", "en"]) == cli.OK
    said = capsys.readouterr().out
    assert "run 2" in said
    assert "were told the same" in said
    assert verify(cases_folder) == ()
    assert cases.open_case(cases_folder).runs == ("1", "2")


def test_again_goes_on_with_a_run_that_was_stopped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "case"
    case = cases.create(MAIL, path)
    case.seal(finished=False)
    assert cli.main(["again", str(path), "--no-notebook", "--lang", "en"]) == cli.OK
    said = capsys.readouterr().out
    assert "Run 1 goes on where it was stopped" in said
    assert cases.open_case(path).runs == ("1",)
    assert cases.open_case(path).finished
    assert verify(path) == ()


def test_a_case_that_was_changed_or_is_not_finished_gets_no_new_run(tmp_path: Path) -> None:
    case = cases.create(MAIL, tmp_path / "case")
    with pytest.raises(EvidenceError, match="not finished"):
        cases.anew(tmp_path / "case")
    walkthrough.casefile(case)
    case.seal()
    with (tmp_path / "case" / "data" / "case.json").open("a", encoding="utf-8") as info:
        info.write(" ")
    with pytest.raises(EvidenceError, match="not as it was sealed"):
        cases.anew(tmp_path / "case")


def test_a_run_that_is_not_there_is_named_in_one_line() -> None:
    with pytest.raises(InputError, match="no run '7': choose one of 1"):
        cases.open_case(KAGOYA, "7")
