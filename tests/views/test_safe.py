"""What makes hostile text fit to be seen."""

from __future__ import annotations

import html
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import jinja2
import pytest

from phishlab.views.safe import Lens, safe, visible


@pytest.mark.parametrize("char", list("&<>\"'`$\\{}"))
def test_what_any_reader_takes_for_code_becomes_an_entity(char: str) -> None:
    assert safe(char) == f"&#{ord(char)};"
    assert html.unescape(safe(char)) == char


@pytest.mark.parametrize("end", ["\r", "\n", "\u2028", "\u2029"])
def test_a_line_end_that_would_break_a_script_is_a_space(end: str) -> None:
    assert safe(f"a{end}b") == "a b"


@pytest.mark.parametrize("text", ["{{ 7*191 }}", "{% for x in [1] %}A{% endfor %}", "{# gone #}", "{{'{{'}}"])
def test_jinja_reads_no_code_in_safe_text_however_often_it_looks(text: str) -> None:
    shown = safe(text)
    for _ in range(3):
        shown = jinja2.Template(shown).render()
    assert html.unescape(shown) == text


def test_plain_text_in_any_script_stays_as_it_is() -> None:
    assert safe("東京 Tōkyō 100%") == "東京 Tōkyō 100%"


@pytest.mark.parametrize("value", [None, 7, 1.5, b"<", ValueError("<x>")])
def test_anything_can_be_made_safe(value: object) -> None:
    assert "<" not in safe(value)


def test_a_direction_override_is_spelled_out() -> None:
    assert visible("invoice\u202egpj.exe") == "invoice⟨U+202E⟩gpj.exe"


def test_no_invisible_character_is_left() -> None:
    every = "".join(map(chr, range(0x110000)))
    left = {unicodedata.category(char) for char in visible(every)} & {"Cc", "Cf", "Zl", "Zp", "Cs"}
    assert left == {"Cc"}  # the line feed and the tab
    assert {char for char in visible(every) if unicodedata.category(char) == "Cc"} == {"\n", "\t"}


def test_a_text_of_one_character_is_shown_as_it_is_among_others() -> None:
    for char in map(chr, range(0x110000)):
        assert visible(char) + "⟨U+0000⟩" == visible(char + "\x00")


def test_a_lens_redacts_and_defangs_unless_told_otherwise() -> None:
    text = "to hanako@example.jp: http://evil.example/"
    hidden = Lens(recipients=("hanako@example.jp",)).text(text)
    assert "hanako" not in hidden
    assert "http://" not in hidden
    assert "hanako" in Lens(recipients=("hanako@example.jp",), redacted=False).text(text)


def test_time_is_told_in_utc() -> None:
    tokyo = timezone(timedelta(hours=9))
    assert Lens().when(datetime(2024, 1, 16, 10, 0, tzinfo=tokyo)) == "2024-01-16T01:00:00Z"
    assert Lens().when(datetime(2024, 1, 16, tzinfo=UTC)) == "2024-01-16T00:00:00Z"
    assert Lens().when(None) == "—"
