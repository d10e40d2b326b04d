"""What a person types and sees: each verb, its exit code, and one clear line for bad input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from phishlab import cli
from phishlab.views.monospace import cells
from tests.conftest import KAGOYA
from tests.mails import raw

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 8


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test in a folder of its own."""
    monkeypatch.chdir(tmp_path)


def _mail(content: bytes, name: str = "mail.eml") -> str:
    Path(name).write_bytes(content)
    return name


def _investigate(mail: str, *options: str) -> int:
    return cli.main(["investigate", mail, "-o", "case", "--no-notebook", "--lang", "en", *options])


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"", "empty"), (JPEG, "JPEG"), (b"%PDF-1.7\n" + b"x" * 400, "PDF"), (b"\x00" * 4096, "mail")],
)
def test_what_is_no_mail_gets_one_clear_line_and_leaves_nothing(
    content: bytes, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    mail = _mail(content)
    assert _investigate(mail) == cli.NOT_A_MAIL
    shown = capsys.readouterr()
    assert shown.err.count("\n") == 1
    assert shown.err.startswith("phishlab: ")
    assert word.lower() in shown.err.lower()
    assert shown.out == ""
    assert sorted(path.name for path in Path.cwd().iterdir()) == ["mail.eml"]


def test_a_mail_that_is_not_there_gets_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert _investigate("absent.eml") == cli.NOT_A_MAIL
    assert "absent.eml" in capsys.readouterr().err
    assert list(Path.cwd().iterdir()) == []


TRUNCATED = raw("x" * 3000)[:200]
TWO_FROM = raw(from_="<a@first.example>, <b@second.example>")
BARE = raw("https://evil-host.com/a")


@pytest.mark.parametrize("content", [TRUNCATED, TWO_FROM, BARE], ids=["truncated", "two-from", "no-received"])
def test_an_odd_mail_is_investigated_whole(content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    assert _investigate(_mail(content)) == cli.OK
    assert "[14/14]" in capsys.readouterr().out
    assert (Path("case") / "data" / "evidence" / "original.eml").read_bytes() == content
    for name in ("index.html", "index.ja.html", "report.md", "report.ja.md"):
        assert (Path("case") / "report" / name).stat().st_size > 1000
    assert cli.main(["verify", "case"]) == cli.OK


def test_a_mail_without_received_has_no_origin_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["inspect", _mail(BARE), "--json"]) == cli.OK
    document = json.loads(capsys.readouterr().out)
    assert document["origin"]["ip"] is None
    assert document["origin"]["confidence"] == "none"
    assert document["origin"]["reasons"]


def test_a_from_with_two_addresses_is_called_ambiguous(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["inspect", _mail(TWO_FROM), "--json"])
    document = json.loads(capsys.readouterr().out)
    assert document["from"]["ambiguous"]
    assert len(document["from"]["candidates"]) == 2


def test_a_mail_of_thirty_megabytes_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    mail = _mail(raw("0123456789 lorem ipsum\r\n" * (30 * 1024 * 1024 // 24)))
    assert cli.main(["inspect", mail, "--json"]) == cli.OK
    document = json.loads(capsys.readouterr().out)
    assert document["from"]["candidates"] == ["a@one.example"]


def test_a_mail_over_the_limit_is_refused_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with Path("huge.eml").open("wb") as file:
        file.write(raw())
        file.truncate(60 * 1024 * 1024)
    assert _investigate("huge.eml") == cli.NOT_A_MAIL
    assert capsys.readouterr().err.count("\n") == 1


def test_the_articles_case_is_replayed_from_its_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert _investigate(str(KAGOYA)) == cli.OK
    shown = capsys.readouterr().out
    assert shown.count("/14] ") == 14
    assert "rebuilt from a published text" in shown
    assert "office@studio" not in shown
    assert "sgogoj.com" not in shown
    assert cli.main(["verify", "case"]) == cli.OK


def test_a_second_run_reopens_and_another_mail_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert _investigate(_mail(BARE)) == cli.OK
    assert _investigate("mail.eml") == cli.OK
    assert _investigate(_mail(TWO_FROM, "other.eml")) == cli.NOT_AS_SEALED
    assert "another mail" in capsys.readouterr().err
    assert _investigate("mail.eml", "--level", "passive") == cli.NOT_AS_SEALED
    assert "-o" in capsys.readouterr().err


@pytest.mark.parametrize("change", ["flip", "add", "remove", "edit"])
def test_verify_catches_a_change_and_says_which_file(change: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _investigate(_mail(BARE)) == cli.OK
    original = Path("case/data/evidence/original.eml")
    original.chmod(0o644)
    if change == "flip":
        data = original.read_bytes()
        original.write_bytes(bytes([data[0] ^ 1]) + data[1:])
    elif change == "add":
        Path("case/data/evidence/planted.txt").write_text("x", encoding="utf-8")
    elif change == "remove":
        original.unlink()
    else:
        case = Path("case/data/case.json")
        case.write_text(case.read_text(encoding="utf-8").replace("offline", "passive"), encoding="utf-8")
    capsys.readouterr()
    assert cli.main(["verify", "case"]) == cli.NOT_AS_SEALED
    shown = capsys.readouterr().err
    assert "data/" in shown


def test_a_tampered_case_is_not_replayed_into_a_new_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert _investigate(_mail(BARE)) == cli.OK
    Path("case/data/added").write_text("x", encoding="utf-8")
    assert cli.main(["investigate", "case", "-o", "copy", "--no-notebook"]) == cli.NOT_AS_SEALED
    assert not Path("copy").exists()
    assert capsys.readouterr().err.startswith("phishlab: ")


def test_a_step_is_shown_in_the_terminal_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["step", "route", str(KAGOYA), "--lang", "en"]) == cli.OK
    assert "74[.]226[.]196[.]215" in capsys.readouterr().out
    assert cli.main(["step", "conclusion", str(KAGOYA), "--lang", "ja"]) == cli.OK
    assert "パスワード" in capsys.readouterr().out


def test_an_unknown_step_names_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["step", "nonsense", str(KAGOYA)]) == cli.NOT_A_MAIL
    assert "sender-address-check" in capsys.readouterr().err


def test_an_unknown_receiver_names_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert _investigate(_mail(BARE), "--receiver", "nobody") != cli.OK
    assert "exchange-online" in capsys.readouterr().err
    assert not Path("case").exists()


@pytest.mark.parametrize("form", ["md", "html", "json", "stix", "ipynb"])
def test_a_report_is_written_in_each_format(form: str) -> None:
    assert cli.main(["report", str(KAGOYA), "--format", form, "-o", f"report.{form}"]) == cli.OK
    made = Path(f"report.{form}").read_bytes()
    assert len(made) > 500
    assert b"office@studio" not in made


def test_a_visit_needs_the_word_active(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["visit", "http://sgogoj.com/", "-o", "seen"]) == cli.NOT_A_MAIL
    assert "--level active" in capsys.readouterr().err
    assert not Path("seen").exists()


def test_a_lookup_offline_places_an_address_and_asks_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["lookup", "74.226.196.215", "--level", "offline", "--lang", "en"]) == cli.OK
    shown = capsys.readouterr().out
    assert "Microsoft" in shown
    assert "35.6764" in shown


def test_a_lookup_of_nonsense_is_refused_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["lookup", "no such thing"]) == cli.NOT_A_MAIL
    assert capsys.readouterr().err.count("\n") == 1


def test_data_status_names_dates_and_licences(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["data", "status"]) == cli.OK
    shown = capsys.readouterr().out
    assert "2026-06" in shown
    assert "CC BY 4.0" in shown


def test_comparing_a_case_with_one_run_says_that_there_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["compare", str(KAGOYA)]) == cli.NOT_A_MAIL
    assert "two are needed" in capsys.readouterr().err


def test_triage_makes_a_row_of_each_mail_also_of_what_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    Path("mails").mkdir()
    _mail(BARE, "mails/a.eml")
    _mail(TWO_FROM, "mails/b.eml")
    _mail(JPEG, "mails/c.eml")
    assert cli.main(["triage", "mails", "-o", "out.parquet"]) == cli.OK
    table = parquet.read_table("out.parquet").to_pylist()
    assert [row["links"] for row in table] == [1, 0, None]
    assert "jpeg" in table[2]["trouble"]
    assert "3 mails" in capsys.readouterr().out


@pytest.mark.parametrize("words", [[], ["nonsense"], ["investigate"], ["investigate", "x", "--level", "far"]])
def test_wrong_words_end_with_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    assert ended.value.code == cli.USAGE
    assert "usage: phishlab" in capsys.readouterr().err


def test_what_is_shown_fits_a_narrow_terminal_and_not_a_pipe(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mail = _mail(
        raw("https://evil-host.example/a/very/long/path/that/goes/on", subject="件名がとても長い" * 8)
    )

    def widest(*words: str) -> int:
        assert cli.main(words) == cli.OK
        return max(map(cells, capsys.readouterr().out.splitlines()))

    assert 80 < widest("inspect", mail) <= 100
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    for columns, most in (("60", 60), ("20", 40), ("200", 100)):
        monkeypatch.setenv("COLUMNS", columns)
        assert most - 20 < widest("inspect", mail) <= most
        assert widest("step", "body", str(KAGOYA), "--lang", "ja") <= most
