"""Which reputation services a case may ask is the analyst's choice, and stays with the case."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import phishlab as pl
from phishlab import case as cases
from phishlab import cli, walkthrough
from phishlab.case import Case
from phishlab.records import Level, Lookup
from phishlab.sources.reputation import IDS, LEFT_OUT

MAIL = (
    b"From: Bank <info@bank.example.com>\r\nTo: me@mine.example.jp\r\nSubject: s\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nLook: http://phish.example.com/login\r\n"
)


@pytest.fixture
def mail(tmp_path: Path) -> Path:
    path = tmp_path / "mail.eml"
    path.write_bytes(MAIL)
    return path


def _left_out(case: Case) -> set[str]:
    items: list[Any] = [
        item
        for exhibit in walkthrough.step(case, "link-reputation").exhibits
        if exhibit.kind == "listings"
        for item in exhibit.items
    ]
    return {item.source for item in items if isinstance(item, Lookup) and item.note == LEFT_OUT}


@pytest.mark.parametrize("stated", ["option", "environment", "facade"])
def test_the_choice_is_kept_with_the_case_and_replayed(
    mail: Path, tmp_path: Path, stated: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "case"
    words = ["investigate", str(mail), "-o", str(folder), "--no-notebook"]
    if stated == "facade":
        pl.investigate(mail, folder, services=["surbl", "openphish"])
    elif stated == "option":
        assert cli.main([*words, "--services", "surbl, openphish,surbl"]) == 0
    else:
        monkeypatch.setenv("PHISHLAB_SERVICES", "surbl,openphish")
        assert cli.main(words) == 0
    opened = cases.open_case(folder)
    assert opened.services == ("surbl", "openphish")
    left_out = _left_out(opened)
    assert {"VirusTotal", "PhishTank", "urlscan.io", "Spamhaus ZEN and DBL"} <= left_out
    assert not left_out & {"SURBL", "OpenPhish", "JPCERT/CC phishurl-list", "Norton Safe Web"}


def test_without_a_choice_nothing_is_left_out(mail: Path, tmp_path: Path) -> None:
    made = cases.create(mail.read_bytes(), tmp_path / "case", level=Level.OFFLINE)
    assert made.services is None
    assert _left_out(made) == set()


def test_a_service_that_there_is_not_is_said_in_one_line(
    mail: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["investigate", str(mail), "-o", str(tmp_path / "case"), "--services", "surbl,virus-total"]
    assert cli.main(words) == cli.NOT_A_MAIL
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "no service 'virus-total'" in said
    assert all(id_ in said for id_ in IDS)
    assert not (tmp_path / "case").exists()
