"""Text in a terminal: no line too wide, Japanese broken as Japanese is, tables that stay in their columns."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from rich.cells import cell_len

from phishlab.views import monospace
from phishlab.views.citations import Reference
from phishlab.views.safe import Lens
from phishlab.views.sheets import Cell, Sheet

EN = Lens()
TEXTS = [
    "",
    "short",
    "a sentence of some words that is broken at its spaces",
    "aVeryLongWordWithoutAnySpaceInItThatIsWiderThanAnyLine",
    "読者の目に映る本文と、ホストとパスに分けたすべてのリンクです。",
    "過去90日のあいだにメールソフト（パソコン・スマートフォン）で送受信されたこと",
    "リンク先はhxxps://evil-host[.]example/とても/長いパスです。",
    "tabs\tand  two spaces\u3000and a wide one ",
    "two\nlines, the second of which is longer than the first",
    "e\u0301e\u0301e\u0301e\u0301 combining, ♀\ufe0f as a picture, 🤸🏽 too",
    "한국어 문장도 넓은 글자로 되어 있습니다",
    " " * 200,
]


@pytest.mark.parametrize("width", [2, 7, 20, 60])
@pytest.mark.parametrize("text", TEXTS)
def test_no_line_is_wider_and_nothing_is_lost(text: str, width: int) -> None:
    lines = monospace.wrapped(text, width)
    assert [line for line in lines if monospace.cells(line) > width] == []
    assert [line for line in lines if cell_len(unicodedata.normalize("NFC", line)) > width] == []
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_it_is_broken_at_spaces_and_a_word_that_is_too_wide_anywhere() -> None:
    assert monospace.wrapped("one two three", 8) == ["one two", "three"]
    assert monospace.wrapped("a abcdefghij b", 4) == ["a", "abcd", "efgh", "ij b"]


def test_japanese_is_broken_anywhere_but_before_a_full_stop_and_after_a_bracket() -> None:
    assert monospace.wrapped("日本語です。", 10) == ["日本語で", "す。"]
    assert monospace.wrapped("日本語「です」", 8) == ["日本語", "「です」"]
    assert monospace.wrapped("Kagoya のメール", 12) == ["Kagoya の", "メール"]
    assert monospace.wrapped("abcは def", 5) == ["abcは", "def"]


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("日本", 4), ("ｱｲ", 2), ("ＡＢ", 4), ("e\u0301", 1), ("—", 1)]
)
def test_how_many_columns_a_text_takes(text: str, columns: int) -> None:
    assert monospace.cells(text) == columns


def _sheet(headings: str, *rows: tuple[str, ...], right: str = "") -> Sheet:
    return Sheet(
        id="x",
        caption="Caption",
        headings=tuple(
            Cell(text=text, align="right" if text == right else "left") for text in headings.split()
        ),
        rows=tuple(tuple(Cell(text=text) for text in row) for row in rows),
        marks=("",) * len(rows),
    )


def test_a_table_of_few_columns_has_its_headings_on_top() -> None:
    table = _sheet("Name Size", ("a.pdf", "1"), ("請求書.pdf", "1,000"), right="Size")
    assert monospace.sheet(table, EN) == (
        "Caption\nName          Size\n──────────────────\na.pdf            1\n請求書.pdf   1,000\n"
    )


def test_the_widest_column_makes_room_for_the_others() -> None:
    table = _sheet("Kind Value", ("SHA-256", "0123456789abcdef"))
    assert monospace.sheet(table, EN, width=18).splitlines() == [
        "Caption",
        "Kind      Value",
        "──────────────────",
        "SHA-256   01234567",
        "          89abcdef",
    ]


def test_a_table_of_many_columns_is_shown_record_by_record() -> None:
    table = _sheet("A B C D E Long", ("1", "2", "3", "4", "5", "6"), ("a", "b", "c", "d", "e", "f"))
    lines = monospace.sheet(table, EN).splitlines()
    assert lines[:8] == ["Caption", "A     1", "B     2", "C     3", "D     4", "E     5", "Long  6", ""]
    assert lines[-1] == "Long  f"


def test_a_cell_shows_its_lesser_text_below_and_its_evidence_behind() -> None:
    cell = Cell(text="x", below="y", references=(Reference(label="A1", anchor="a1", title=""),))
    table = Sheet(
        id="x", caption="Caption", headings=(Cell(text="H"),), rows=((cell,),), marks=("",), left_out=3
    )
    assert monospace.sheet(table, EN).splitlines()[3:5] == ["x", "y [A1]"]
    assert "3" in monospace.sheet(table, EN).splitlines()[-1]


def test_an_empty_table_says_so() -> None:
    assert monospace.sheet(_sheet("A B"), EN).splitlines() == ["Caption", EN.say("table.empty")]


def test_a_table_of_some_columns_is_shown_record_by_record_where_it_does_not_fit() -> None:
    table = _sheet("Url Host Path Where", ("hxxps://a[.]example/b", "a[.]example", "/b", "text"))
    assert (
        monospace.sheet(table, EN, width=60).splitlines()[1]
        == "Url                     Host          Path   Where"
    )
    assert monospace.sheet(table, EN, width=40).splitlines()[1:3] == [
        "Url    hxxps://a[.]example/b",
        "Host   a[.]example",
    ]
    turned = replace(table, turned=True)
    assert monospace.sheet(turned, EN, width=40).splitlines()[1].split() == ["Url", "Host", "Path", "Where"]
