"""One address, name or URL in a case of its own: asked, kept, verified, told again, gone on with."""

from __future__ import annotations

import gzip
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_socket

import phishlab as pl
from phishlab import case as cases
from phishlab import cli, lookups, report, walkthrough, wording
from phishlab.case import Case
from phishlab.errors import EvidenceError, InputError
from phishlab.evidence.verify import verify
from phishlab.records import Level, Outcome
from phishlab.views import looked, tables
from phishlab.views.columns import COLUMNS
from phishlab.views.safe import Lens
from tests.conftest import ROOT
from tests.servers import dns_odd, web
from tests.servers.world import ARTICLE, World, world

BUILD = ROOT / "data" / "build" / "kagoya"
KINDS = ["addresses", "sightings", "domains", "networks", "places", "listings"]
URL = "hxxp://sgogoj[.]com/kagoya/?login=taro@victim.example"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test in a folder of its own."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    pytest_socket.enable_socket()
    pages: dict[str, web.Page] = {
        name: web.page((BUILD / file).read_bytes(), "application/rdap+json")
        for name, file in {
            "rdap.verisign.com/com/v1/domain/sgogoj.com": "rdap-sgogoj.com.json",
            "rdap.arin.net/registry/ip/74.226.196.215": "rdap-74.226.196.215.json",
            "rdap.arin.net/registry/ip/8.217.61.41": "rdap-8.217.61.41.json",
        }.items()
    }
    with world(tmp_path_factory.mktemp("world"), zones=ARTICLE, pages=pages) as made:
        yield made


def _asked(text: str) -> Any:
    return looked.understood(text, Lens())


def _looked_up(servers: World, text: str, path: Path, level: Level = Level.ACTIVE) -> Case:
    case = lookups.begin(_asked(text), path, level, wire=servers.options)
    walkthrough.casefile(case)
    case.seal()
    return case


def _titles() -> list[str]:
    return [wording.say("en", f"step.{name}.title") for name, _ in lookups.STEPS]


def _tables(case: Case) -> dict[str, Any]:
    return {exhibit.kind: exhibit for exhibit in lookups.tables(lambda name: walkthrough.step(case, name))}


@pytest.mark.loopback
@pytest.mark.parametrize("text", ["sgogoj.com", "74.226.196.215", URL])
@pytest.mark.parametrize("level", list(Level))
def test_every_table_is_there_in_its_order_with_a_row_for_each_question(
    servers: World, tmp_path: Path, text: str, level: Level
) -> None:
    case = _looked_up(servers, text, tmp_path / "case", level)
    shown = _tables(case)
    assert list(shown) == KINDS
    for kind, exhibit in shown.items():
        assert tables.rows(exhibit, Lens()).columns == tuple(column.id for column in COLUMNS[kind])
    expected = ["PTR", "PTR"] if "226" in text else ["A", "AAAA", "MX", "NS", "SOA", "TXT", "CAA"]
    rows = tables.rows(shown["addresses"], Lens()).rows
    assert [row[3] for row in rows] == expected
    outcomes = {item.outcome for item in shown["addresses"].items}
    assert (outcomes == {Outcome.NOT_ASKED}) == (level < Level.ACTIVE)
    assert max((exchange.level for exchange in case.exchanges), default=Level.OFFLINE) <= level


@pytest.mark.loopback
def test_a_name_is_followed_to_its_addresses_and_their_networks(servers: World, tmp_path: Path) -> None:
    shown = _tables(_looked_up(servers, "sgogoj.com", tmp_path / "case"))
    answered = {item.source: item for item in shown["networks"].items}
    assert answered["network"].subject == "8.217.61.41"
    assert answered["network"].record.asn == 45102
    assert [item.subject for item in shown["places"].items][:1] == ["8.217.61.41"]
    assert shown["domains"].items[0].record.registrant
    states = {item.source: item.record.state for item in shown["listings"].items}
    assert states["Spamhaus DBL"] == "listed"


@pytest.mark.loopback
@pytest.mark.parametrize("text", ["sgogoj.com", "8.217.61.41", URL])
@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_the_case_verifies_and_its_reports_are_the_same_in_a_replay(
    servers: World, tmp_path: Path, text: str, lang: str
) -> None:
    case = _looked_up(servers, text, tmp_path / "case")
    lens = Lens(lang=lang, recipients=case.message.recipients)
    before = {
        form: report.render(walkthrough.casefile(case), form, lens, case.attachment)
        for form in ("md", "html", "json", "ipynb", "stix")
    }
    pytest_socket.disable_socket()
    again = cases.open_case(tmp_path / "case")
    document = walkthrough.casefile(again)
    after = {form: report.render(document, form, lens, again.attachment) for form in before}
    assert after == before
    assert verify(tmp_path / "case") == ()
    assert lens.say("report.answer").encode() not in before["md"]
    assert not [line for line in before["md"].decode().splitlines() if "step.subject" in line]


@pytest.mark.loopback
def test_the_recipient_stays_in_what_was_typed(servers: World, tmp_path: Path) -> None:
    servers.web_asked.clear()
    case = _looked_up(servers, URL, tmp_path / "case")
    report.write(walkthrough.casefile(case), case.folder.report_folder)
    for path in case.folder.path.rglob("*"):
        if path.is_file() and path.name != "subject.txt":
            data = path.read_bytes()
            data = gzip.decompress(data) if path.suffix == ".gz" else data
            assert b"taro@" not in data, path
            assert b"taro%40" not in data, path
    assert b"taro" not in b"".join(servers.web_asked)


@pytest.mark.loopback
def test_a_changed_subject_is_found_out(servers: World, tmp_path: Path) -> None:
    case = _looked_up(servers, "sgogoj.com", tmp_path / "case", Level.PASSIVE)
    typed = case.folder.path / "data" / "evidence" / "subject.txt"
    typed.chmod(0o644)
    typed.write_text("kagoya.jp", encoding="utf-8")
    case.folder.seal()
    assert "custody" in {problem.kind for problem in verify(case.folder.path)}


@pytest.mark.loopback
def test_one_that_was_stopped_goes_on_and_asks_nothing_twice(servers: World, tmp_path: Path) -> None:
    stopped = lookups.begin(_asked("sgogoj.com"), None, Level.ACTIVE, wire=servers.options)
    walkthrough.step(stopped, "subject-registration")
    stopped.seal(finished=False)
    kept = stopped.exchanges
    asked: list[str] = []
    again = lookups.begin(
        _asked("sgogoj[.]com"),
        None,
        Level.ACTIVE,
        wire=servers.options,
        on_question=lambda question, _word: asked.append(question.uri),
    )
    assert again.folder.path == stopped.folder.path
    walkthrough.casefile(again)
    assert asked
    assert not {exchange.question for exchange in kept} & set(asked)


def test_without_a_folder_it_is_asked_anew_in_one_of_its_own() -> None:
    first = lookups.begin(_asked("192.0.2.1"), None, Level.OFFLINE)
    first.seal()
    second = lookups.begin(_asked("192.0.2.1"), None, Level.OFFLINE)
    assert [case.folder.path.as_posix() for case in (first, second)] == [
        "out/lookup-192_0_2_1",
        "out/lookup-192_0_2_1-2",
    ]


def test_a_folder_with_another_case_is_left_alone(tmp_path: Path) -> None:
    lookups.begin(_asked("192.0.2.1"), tmp_path / "case", Level.OFFLINE).seal()
    with pytest.raises(EvidenceError, match="another case"):
        lookups.begin(_asked("192.0.2.2"), tmp_path / "case", Level.OFFLINE)
    same = lookups.begin(_asked("192[.]0[.]2[.]1"), tmp_path / "case", Level.OFFLINE)
    assert same.finished
    with pytest.raises(EvidenceError, match="choose another folder"):
        lookups.begin(_asked("192.0.2.1"), tmp_path / "case", Level.PASSIVE)


def test_in_a_notebook_each_table_has_its_columns_also_without_a_row(tmp_path: Path) -> None:
    found = pl.lookup("192.0.2.1", tmp_path / "case", level="offline")
    shown = (found.names, found.sightings, found.domains, found.networks, found.places, found.listings)
    for frame, kind in zip(shown, KINDS, strict=True):
        assert frame.attrs["columns"] == tuple(column.id for column in COLUMNS[kind])
    assert found.domains.empty
    assert pl.tables.networks(found.case).equals(found.networks)
    assert pl.tables.hops(found.case).empty
    with pytest.raises(InputError, match="no step 'route': choose one of subject, subject-names"):
        pl.route(found.case)
    assert all(lens_title in found._repr_html_() for lens_title in _titles())
    assert "192[.]0[.]2[.]1" in repr(found)
    assert found.case.finished
    assert 'pl.show(case, "subject-names")' in pl.notebook(found.case).read_text(encoding="utf-8").replace(
        "\\", ""
    )


def test_in_a_notebook_what_is_no_subject_is_one_line_in_its_language() -> None:
    with pytest.raises(InputError, match="複数の語です"):
        pl.lookup("hello world", lang="ja")


@pytest.mark.parametrize(
    "text", ["hello world", "", "192.0.2.0/24", "localhost", "\x1b[31mx.example", "x" * 4000]
)
@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_on_the_command_line_too_and_nothing_is_left_behind(
    capsys: pytest.CaptureFixture[str], text: str, lang: str
) -> None:
    assert cli.main(["lookup", text, "--lang", lang]) == cli.NOT_A_MAIL
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.count("\n") == 1
    assert shown.err.startswith("phishlab: ")
    assert "\x1b" not in shown.err
    assert list(Path.cwd().iterdir()) == []


def test_the_command_prints_what_was_understood_every_table_and_where_the_case_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["lookup", "bücher[.]example", "--level", "offline", "--lang", "en"]) == cli.OK
    shown = capsys.readouterr()
    assert shown.out.startswith("Understood as the name: xn--bcher-kva[.]example\n")
    assert "No row. Columns: Asked about, Asked of, Outcome, Network" in shown.out
    assert shown.err == "The case: out/lookup-xn--bcher-kva_example (phishlab report, verify)\n"
    assert cli.main(["verify", "out/lookup-xn--bcher-kva_example"]) == cli.OK
    assert cli.main(["step", "subject-names", "out/lookup-xn--bcher-kva_example"]) == cli.OK
    assert cli.main(["report", "out/lookup-xn--bcher-kva_example", "--format", "md"]) == cli.OK


def test_for_programs_each_table_has_its_columns(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["lookup", "192.0.2.1", "--level", "offline", "--json"]) == cli.OK
    told = json.loads(capsys.readouterr().out)
    assert [one["kind"] for one in told] == KINDS
    assert told[2]["columns"] == [column.id for column in COLUMNS["domains"]]
    assert told[2]["rows"] == told[2]["items"] == []


@pytest.mark.loopback
def test_the_resolver_that_is_chosen_is_the_one_that_is_asked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(*_: Any, **__: Any) -> Any:
        raise ConnectionRefusedError("no registry is dialled here")

    monkeypatch.setattr(socket, "create_connection", nobody)
    asked: list[str] = []
    with dns_odd.serving(asked) as server:
        chosen = f"{server[0]}:{server[1]}"
        words = ["lookup", "refused.example", "--level", "active", "--services", "jpcert", "--lang", "en"]
        assert cli.main([*words, "--resolver", chosen]) == cli.OK
        assert "refused.example A" in asked
        capsys.readouterr()
        asked.clear()
        assert (
            cli.main(["again", "out/lookup-refused_example", "--no-notebook", "--resolver", chosen]) == cli.OK
        )
        assert "refused.example A" in asked
        asked.clear()
        found = pl.lookup("refused.example", level="active", services=["jpcert"], resolver=chosen)
        assert "refused.example A" in asked
    assert {exchange.peer for exchange in found.case.exchanges if exchange.question[:4] == "dns:"} == {chosen}


def test_a_resolver_that_is_none_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["lookup", "192.0.2.1", "--resolver", "nobody"]) == cli.NOT_A_MAIL
    assert "choose system, cloudflare, quad9, or an address" in capsys.readouterr().err
    assert list(Path.cwd().iterdir()) == []
