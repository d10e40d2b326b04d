"""What is given to ``investigate``, ``inspect`` and ``triage``: containers, choices, and the source that is kept."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from phishlab import case as cases
from phishlab import cli
from tests.mail.test_archives import zipped
from tests.mail.test_containers import MARK, ONE, OUTLOOK, TWO, _forward


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def investigate(*words: str) -> int:
    return cli.main(["investigate", *words, "-o", "case", "--no-notebook"])


def test_a_converted_mail_has_its_source_beside_it_in_the_case(capsys: pytest.CaptureFixture[str]) -> None:
    assert investigate(str(OUTLOOK / "received.msg")) == cli.OK
    source = Path("case/data/evidence/source.msg")
    original = (OUTLOOK / "received.msg").read_bytes()
    assert source.read_bytes() == original
    assert source.stat().st_mode & 0o777 == 0o444
    opened = cases.open_case(Path("case"))
    assert opened.folder.info["source"] == {
        "kind": "msg",
        "path": "data/evidence/source.msg",
        "sha256": hashlib.sha256(original).hexdigest(),
        "converted": True,
    }
    converted = next(entry for entry in opened.folder.custody() if entry.action == "converted")
    assert (converted.item, converted.after) == (
        "data/evidence/source.msg",
        hashlib.sha256(original).hexdigest(),
    )
    assert opened.folder.verify() == ()
    assert "Outlook .msg" in Path("case/report/report.md").read_text(encoding="utf-8")
    assert ".msg ファイルから変換" in Path("case/report/report.ja.md").read_text(encoding="utf-8")


def test_a_mail_as_it_is_has_no_source_beside_it() -> None:
    Path("a.eml").write_bytes(ONE)
    assert investigate("a.eml") == cli.OK
    assert [path.name for path in Path("case/data/evidence").iterdir()] == ["original.eml"]
    assert Path("case/data/evidence/original.eml").read_bytes() == ONE


def test_the_one_line_about_several_mails_says_how_many_and_how_to_choose(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("box").write_bytes(MARK + TWO + b"\n" + MARK + TWO + b"\n")
    assert investigate("box") == cli.NOT_A_MAIL
    said = capsys.readouterr().err
    assert "holds 2 mails (1 to 2); choose one with --number" in said
    assert said.count("\n") == 1
    assert investigate("box", "--number", "2") == cli.OK
    assert Path("case/data/evidence/source.mbox").read_bytes() == MARK + TWO + b"\n"


def test_a_case_without_a_name_given_is_named_after_the_mail_that_was_chosen() -> None:
    Path("box.zip").write_bytes(zipped(("a.eml", ONE), ("b.eml", TWO)))
    assert cli.main(["investigate", "box.zip", "--number", "2", "--no-notebook"]) == cli.OK
    assert Path("out/box-2/data/evidence/original.eml").read_bytes() == TWO


def test_a_forwarded_mail_is_offered_by_inspect_and_taken_by_investigate(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("fwd.eml").write_bytes(_forward(ONE))
    assert cli.main(["inspect", "fwd.eml"]) == cli.OK
    assert "--inner" in capsys.readouterr().out
    assert cli.main(["inspect", "fwd.eml", "--inner", "1", "--json"]) == cli.OK
    assert json.loads(capsys.readouterr().out)["subject"] == "one"
    assert investigate("fwd.eml", "--inner", "1") == cli.OK
    assert cases.open_case(Path("case")).message.subject.text == "one"
    assert Path("case/data/evidence/source.eml").read_bytes() == Path("fwd.eml").read_bytes()


def test_the_size_that_is_read_can_be_raised(capsys: pytest.CaptureFixture[str]) -> None:
    Path("large.eml").write_bytes(ONE + b"x" * 2_000_000)
    assert cli.main(["inspect", "large.eml", "--max", "1"]) == cli.NOT_A_MAIL
    assert "--max" in capsys.readouterr().err
    assert cli.main(["inspect", "large.eml", "--max", "3"]) == cli.OK


def test_triage_reads_each_mail_of_each_container() -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    Path("mails").mkdir()
    Path("mails/a.eml").write_bytes(ONE)
    Path("mails/b.mbox").write_bytes(MARK + TWO + b"\n" + MARK + TWO + b"\n")
    Path("mails/c.zip").write_bytes(zipped(("x.eml", ONE), ("y.eml", b"none")))
    Path("mails/d.msg").write_bytes((OUTLOOK / "received.msg").read_bytes())
    assert cli.main(["triage", "mails", "-o", "out.parquet"]) == cli.OK
    rows = parquet.read_table("out.parquet").to_pylist()
    assert [row["subject"] for row in rows] == ["one", "two", "two", "one", None, "【重要】ご確認"]
    assert [row["path"] for row in rows][:3] == ["mails/a.eml", "mails/b.mbox#1", "mails/b.mbox#2"]
    assert "no mail header" in rows[4]["trouble"]


def test_triage_of_nothing_is_one_line_and_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    Path("empty").mkdir()
    assert cli.main(["triage", "empty", "-o", "out.parquet"]) == cli.NOT_A_MAIL
    assert "no mail in empty" in capsys.readouterr().err
    assert not Path("out.parquet").exists()


def test_every_bound_of_reading_can_be_raised_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    urls = "\r\n".join(f"https://evil.example/{number}" for number in range(5_001))
    Path("many.eml").write_bytes(f"From: a@b.example\r\nSubject: x\r\n\r\n{urls}\r\n".encode())
    for options, count, limits in (([], 5_000, ["links"]), (["--limit", "links=5001"], 5_001, [])):
        assert cli.main(["inspect", "many.eml", "--json", *options]) == cli.OK
        found = json.loads(capsys.readouterr().out)
        assert (len(found["links"]), [each["what"] for each in found["limits"]]) == (count, limits)


@pytest.mark.parametrize("text", ["links", "links=x", "link=5", "links=-1", "=5"])
def test_a_bound_that_is_none_names_those_that_there_are(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.main(["inspect", "x.eml", "--limit", text])
    assert "html_depth" in capsys.readouterr().err
