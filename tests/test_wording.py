"""Both languages say the same things, with the same gaps."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from phishlab import wording

FOLDER = Path(wording.__file__).parent
PACKAGE = FOLDER.parent


def _gaps(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_each_sentence_is_worded_in_both_languages() -> None:
    assert set(wording.sentences("en")) == set(wording.sentences("ja"))


def test_each_sentence_has_the_same_gaps_in_both_languages() -> None:
    english, japanese = wording.sentences("en"), wording.sentences("ja")
    odd = {name: sentence for name, sentence in english.items() if _gaps(sentence) != _gaps(japanese[name])}
    assert odd == {}


def test_an_unknown_id_stays_visible_and_a_missing_value_leaves_its_gap() -> None:
    assert wording.say("en", "no.such.sentence") == "no.such.sentence"
    assert "{host}" in wording.say("en", "finding.link-punycode")


def test_a_value_with_braces_is_not_filled_again() -> None:
    said = wording.say("en", "finding.link-punycode", host="{word}")
    assert "{word}" in said


@pytest.mark.parametrize(
    "path", sorted(FOLDER.glob("*/*.toml")), ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_each_file_is_read_as_toml_is_and_needs_no_reader_of_all_toml(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert wording.plain(text) is not None
    assert sorted(wording.plain(text) or []) == sorted(wording.told(text))


@pytest.mark.parametrize(
    "text",
    [
        'a = "b\\n"',
        "a = 'b'",
        'a = """\nb\\tc"""',
        'a = """\nb\\\n\nc"""',
        'a = """\nb\\"""',
        'a = """b"""',
        'a = """\nb""""\n',
        'a = """\nb',
        'a = "b" # note',
        'a  = "b"',
        '"a b" = "c"',
        "a = 1",
        "[[a]]",
        ' a = "b"',
        'a = "b" "',
        "a",
    ],
)
def test_what_is_written_otherwise_is_left_to_the_reader_of_all_toml(text: str) -> None:
    assert wording.plain(text) is None


def test_what_is_read_in_passing() -> None:
    text = '# note\n\n[a.b]\nc = "d \\"e\\" = f"\ng.h = """\n i\n\nj \\\n  k """\n[k]\nl = ""\n'
    assert wording.plain(text) == [("a.b.c", 'd "e" = f'), ("a.b.g.h", "i\n\nj k"), ("k.l", "")]
    assert wording.plain(text) == wording.told(text)


def test_there_is_no_third_language() -> None:
    with pytest.raises(ValueError, match="choose en or ja"):
        wording.sentences("fr")


@pytest.mark.parametrize(
    ("folder", "pattern", "prefix"),
    [
        ("assess", r"""caveat=["']([a-z-]+)["']""", "caveat"),
        ("assess", r"""id=["']([a-z-]+)["'],""", "finding"),
        ("assess", r"""(?:_note|_finding|_plain|_together)\(\s*["']([a-z-]+)["']""", "finding"),
        (".", r"""not_evaluated=["']([a-z-]+)["']""", "why"),
        (".", r"""Fact\(label=["']([a-z0-9-]+)["']""", "label"),
    ],
)
def test_each_id_that_the_code_names_is_worded(folder: str, pattern: str, prefix: str) -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (PACKAGE / folder).rglob("*.py"))
    named = set(re.findall(pattern, sources))
    assert named
    assert {name for name in named if not wording.known("en", f"{prefix}.{name}")} == set()


def test_a_note_is_translated_with_what_it_names() -> None:
    assert wording.note("ja", "timed out after 5 s") == "5 秒で時間切れになりました"
    nested = "the list does not answer as it should: timed out after 5 s"
    assert wording.note("ja", nested) == "リストが正しく応答しません：5 秒で時間切れになりました"
    assert wording.note("ja", "no AS announces it; asked too often").count("；") == 1


def test_a_note_that_nobody_translated_stays_as_it_is() -> None:
    assert wording.note("ja", "never seen before") == "never seen before"
    assert wording.note("en", "timed out after 5 s") == "timed out after 5 s"


def test_a_note_with_braces_or_of_any_length_is_harmless() -> None:
    assert wording.note("ja", "the server answers {0.__class__}") == "サーバーの答え：{0.__class__}"
    assert wording.note("ja", "x" * 100_000) == "x" * 100_000
