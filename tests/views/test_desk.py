"""The inbox and the list of cases: hostile names and mails in them are shown, and do nothing."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

import phishlab as pl
from phishlab.errors import InputError
from phishlab.records import Level, Question
from phishlab.views import desk
from phishlab.views.safe import Lens
from tests.conftest import KAGOYA
from tests.mails import raw

LIVE = "<img src=x onerror=alert(1)>"


def _dropped(folder: Path, name: str, content: bytes, at: int) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (at, at))
    return path


def test_the_mail_dropped_last_is_number_one(tmp_path: Path) -> None:
    old = _dropped(tmp_path, "old.eml", raw(subject="the first"), 1)
    new = _dropped(tmp_path, "deep/new.eml", raw(subject="the second"), 2)
    _dropped(tmp_path, ".hidden.eml", raw(), 3)
    found = pl.inbox(tmp_path)
    assert (found[1], found[2], len(found)) == (new, old, 2)
    assert [row[2] for row in found.table.rows] == ["the second", "the first"]


@pytest.mark.parametrize("number", [0, -1, 2])
def test_a_number_that_is_not_there_is_said_in_one_line(tmp_path: Path, number: int) -> None:
    _dropped(tmp_path, "one.eml", raw(), 1)
    with pytest.raises(InputError, match=f"no number {number}: the table goes from 1 to 1"):
        pl.inbox(tmp_path)[number]


def test_a_hostile_mail_under_a_hostile_name_is_text(tmp_path: Path) -> None:
    _dropped(
        tmp_path,
        f"{LIVE.replace('/', '')}\u202egpj.eml",
        raw(subject=LIVE, from_=f"{LIVE} <a@one.example>"),
        1,
    )
    found = pl.inbox(tmp_path)
    html = found._repr_html_().replace("<wbr>", "")
    assert "<img" not in html
    assert "⟨U+202E⟩" in html
    assert "a[@]one[.]example" in html
    assert "\u202e" not in repr(found)


def test_the_recipient_is_hidden_unless_asked_otherwise(tmp_path: Path) -> None:
    _dropped(tmp_path, "me@mine.example.eml", raw(to="me@mine.example", subject="for me@mine.example"), 1)
    assert "mine" not in repr(pl.inbox(tmp_path))
    assert "mine" in repr(pl.inbox(tmp_path, redacted=False))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(99), "is no mail but"),
        (b"", "is empty"),
        ((b"From a@b Tue Jan 16 10:00:00 2024\n" + raw() + b"\n\n") * 2, "several mails"),
    ],
    ids=["jpeg", "empty", "mbox"],
)  # fmt: skip
def test_what_is_not_one_mail_says_so_in_its_row(tmp_path: Path, content: bytes, said: str) -> None:
    _dropped(tmp_path, "thing.mbox", content, 1)
    assert said in pl.inbox(tmp_path).table.rows[0][2]


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_without_a_folder_it_says_what_to_do(tmp_path: Path, lang: str) -> None:
    found = pl.inbox(tmp_path / "absent", lang=lang)
    assert len(found) == 0
    assert "phishlab lab" in found.note
    assert "absent" in repr(found)


def test_cases_are_found_below_and_a_broken_one_is_a_row(tmp_path: Path) -> None:
    shutil.copytree(KAGOYA, tmp_path / "a" / "b" / "kagoya")
    stopped = pl.case.create(raw(subject="half done"), tmp_path / "half", level=Level.PASSIVE)
    broken = tmp_path / "broken" / "data"
    broken.mkdir(parents=True)
    (broken / "case.json").write_text("{", encoding="utf-8")
    (broken.parent / "bagit.txt").write_text("", encoding="utf-8")
    found = pl.cases(tmp_path)
    assert [path.name for path in found.paths] == ["kagoya", "broken", "half"]
    states = {row[1]: row[-1] for row in found.table.rows}
    assert states == {"a/b/kagoya": "worked through", "broken": "—", "half": "stopped on the way"}
    assert "no case folder" in found.table.rows[1][2]
    assert not stopped.finished


def test_no_case_is_said(tmp_path: Path) -> None:
    assert "no case" in pl.cases(tmp_path).note


def test_a_shorter_line_wipes_the_longer_one_before_it() -> None:
    written: list[str] = []
    ticker = desk.Ticker(written.append)
    ticker.over("日本語 long")
    ticker.end("short")
    assert written == ["\r日本語 long", "\rshort" + " " * 6, "\n"]


def test_the_line_shows_the_question_defanged_and_counts_the_answers() -> None:
    lines: list[str] = []
    watch = desk.Watch(["route", "body"], Lens(recipients=("me@mine.example",)), lines.append)
    question = Question(uri="https://evil.example/?u=me@mine.example", level=Level.PASSIVE)
    watch.asked(question, "asking")
    watch.asked(question, "answered")
    assert lines[0].startswith("[ 1/2] The way it came · asking hxxps://evil[.]example/")
    assert "mine.example" not in "".join(lines)
    assert re.search(r"\(1 answered\)$", lines[1])


def test_while_all_is_asked_side_by_side_the_line_says_how_much_is_left() -> None:
    lines: list[str] = []
    watch = desk.Watch(["route", "body"], Lens(), lines.append)
    watch.left(3)
    watch.asked(Question(uri="dns:evil.example?type=A", level=Level.PASSIVE), "asking")
    watch.asked(Question(uri="dns:evil.example?type=A", level=Level.PASSIVE), "answered")
    watch.left(0)
    assert lines == [
        "Asking side by side: 3 left, 0 answered",
        "Asking side by side: 3 left, 0 answered · dns:evil[.]example?type=A",
        "Asking side by side: 3 left, 1 answered · dns:evil[.]example?type=A",
        "[ 1/2] The way it came",
    ]
