"""What ``verify`` says and with which code it ends, of a case that is whole, stopped, killed or changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from phishlab import case as cases
from phishlab import cli, walkthrough
from phishlab.records import Level, Outcome, Provenance, Question
from tests.conftest import KAGOYA

MAIL = (KAGOYA / "data" / "evidence" / "original.eml").read_bytes()


def _made(path: Path, *, finished: bool) -> cases.Case:
    made = cases.create(MAIL, path)
    walkthrough.casefile(made)
    made.seal(finished=finished)
    return made


def _said(
    path: Path, capsys: pytest.CaptureFixture[str], lang: str = "en"
) -> tuple[int, str, dict[str, object]]:
    code = cli.main(["verify", str(path), "--lang", lang])
    shown = capsys.readouterr()
    assert cli.main(["verify", str(path), "--json"]) == code
    return code, shown.out + shown.err, json.loads(capsys.readouterr().out)


def test_a_whole_case_is_sealed_and_what_a_seal_cannot_show_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _made(tmp_path / "case", finished=True)
    code, said, told = _said(tmp_path / "case", capsys)
    assert (code, told["state"], told["finished"], told["problems"]) == (cli.OK, "sealed", True, [])
    assert "as it was sealed" in said
    assert "time stamp" in said


def test_a_case_that_was_stopped_is_sealed_and_not_finished(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _made(tmp_path / "case", finished=False)
    code, said, told = _said(tmp_path / "case", capsys)
    assert (code, told["state"], told["finished"]) == (cli.OK, "sealed", False)
    assert "phishlab again" in said


@pytest.mark.parametrize(("lang", "word"), [("en", "stopped on the way"), ("ja", "途中で止まっています")])
def test_a_case_that_was_killed_is_told_apart_from_one_that_was_changed(
    tmp_path: Path, lang: str, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    made = _made(tmp_path / "case", finished=False)
    made.folder.answers.append(
        Question(uri="dns:later.example?type=A", level=Level.ACTIVE), b"x", run="1", peer="",
        asked_at=made.wire.now(), origin=Provenance.RECORDED, outcome=Outcome.ANSWERED,
    )  # fmt: skip
    code, said, told = _said(tmp_path / "case", capsys, lang)
    assert (code, told["state"]) == (cli.UNFINISHED, "unfinished")
    assert word in said
    (tmp_path / "case" / "data" / "case.json").write_bytes(b"{}")
    assert cli.main(["verify", str(tmp_path / "case")]) == cli.NOT_AS_SEALED


def test_every_problem_is_said_in_japanese(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _made(tmp_path / "case", finished=True)
    (tmp_path / "case" / "data" / "visit" / "more.txt").write_text("x", encoding="ascii")
    (tmp_path / "case" / "data" / "evidence" / "original.eml").unlink()
    code, said, told = _said(tmp_path / "case", capsys, "ja")
    assert (code, told["state"]) == (cli.NOT_AS_SEALED, "broken")
    assert "封をした時にはありませんでした" in said
    assert "なくなっています" in said
