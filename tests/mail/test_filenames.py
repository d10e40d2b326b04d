"""The 24 hostile names, and what a name gives away."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from phishlab.mail import filenames
from phishlab.views.safe import Lens

NAMES: list[str] = json.loads((Path(__file__).parent / "data" / "hostile.json").read_text(encoding="utf-8"))[
    "attachment_names"
]


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_becomes_one_that_stays_in_its_folder(name: str, tmp_path: Path) -> None:
    safe = filenames.safe(name)
    target = tmp_path / safe
    target.write_bytes(b"x")
    assert [made.name for made in tmp_path.iterdir()] == [safe]
    assert target.resolve().parent == tmp_path.resolve()
    assert safe == filenames.safe(safe)
    assert not set(safe) & set("<>:\"|?*/\\$`'\0\r\n\u202e")
    assert len(safe) <= 121
    assert not safe.endswith((".", " "))


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_is_shown_with_nothing_hidden(name: str) -> None:
    shown = Lens().text(name)
    assert not set(shown) & set("\0\r\u202e")


def test_24_names_are_held() -> None:
    assert len(NAMES) == 24


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../../etc/passwd", "passwd"),
        ("..\\..\\x.exe", "x.exe"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("..", "attachment"),
        ("", "attachment"),
        ("請求書.pdf", "請求書.pdf"),
        ("\u202efdp.exe", "_fdp.exe"),
        ("-rf", "_-rf"),
        ("a" * 300 + ".pdf", "a" * 108 + ".pdf"),
    ],
)
def test_the_safe_name_keeps_what_can_be_kept(name: str, safe: str) -> None:
    assert filenames.safe(name) == safe


@pytest.mark.parametrize(
    ("name", "sniffed", "marks"),
    [
        ("invoice.pdf", "application/pdf", []),
        ("invoice.pdf", "application/zip", ["type-mismatch"]),
        ("invoice.pdf", "application/vnd.microsoft.portable-executable", ["runs", "type-mismatch"]),
        ("invoice.pdf.exe", "", ["runs", "name-double-ending"]),
        ("invoice.pdf      .scr", "", ["runs", "name-double-ending"]),
        ("\u202efdp.exe", "", ["name-direction", "runs"]),
        ("../x.js", "", ["name-path", "runs"]),
        ("x.exe. ", "", ["runs"]),
        ("CON", "", ["name-reserved"]),
        ("a\0b.txt", "", ["name-controls"]),
        ("写真.jpg", "image/jpeg", []),
        ("report.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml", []),
        ("", "", []),
    ],
)
def test_what_a_name_gives_away(name: str, sniffed: str, marks: list[str]) -> None:
    assert list(filenames.marks(name, sniffed)) == marks
