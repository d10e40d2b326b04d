"""The sentences of steps, findings and reports, in English and Japanese.

They stand in ``wording/<language>/*.toml``; nested keys are joined by dots:
``[step.route]`` and ``title = …`` is ``step.route.title``. Gaps are named: ``The domain {domain} …``.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "ja")

_FOLDER = Path(__file__).parent


@cache
def sentences(lang: str) -> dict[str, str]:
    """All sentences of *lang* by id; ValueError for a language that there is none of."""
    if lang not in LANGUAGES:
        raise ValueError(f"no wording for the language {lang!r}: choose {' or '.join(LANGUAGES)}")
    found: dict[str, str] = {}
    for part in sorted((_FOLDER / lang).glob("*.toml")):
        _flatten(tomllib.loads(part.read_text(encoding="utf-8")), "", found)
    return found


def say(lang: str, sentence: str, **values: str) -> str:
    """The sentence with its gaps filled; the id itself where no such sentence is worded.

    Values are put in as they are: ``views.safe`` has to have shown them before.
    """
    worded = sentences(lang).get(sentence)
    return sentence if worded is None else worded.format_map(_Gaps(values))


def note(lang: str, text: str) -> str:
    """A look-up's note, which is kept in English, in *lang*; as it is where no translation is known.

    ``timed out after 5 s`` is found by its pattern ``timed out after {n} s``; several notes are parted by ``; ``.
    """
    if lang == "en" or not text or len(text) > _LONGEST_NOTE:
        return text
    return "；".join(_translated(lang, part) for part in text.split("; "))


def known(lang: str, sentence: str) -> bool:
    """Whether *lang* words this id."""
    return sentence in sentences(lang)


_LONGEST_NOTE = 1_000
"""Longer ones hold text from elsewhere, and are left alone."""


def _translated(lang: str, text: str) -> str:
    for pattern, template in _notes(lang):
        found = pattern.fullmatch(text)
        if found:
            gaps = {name: _translated(lang, value) for name, value in found.groupdict().items()}
            return template.format_map(_Gaps(gaps))
    return text


@cache
def _notes(lang: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Pattern and translation of each note; those without gaps first, so that they are not taken for a gap."""
    table = tomllib.loads((_FOLDER / f"notes.{lang}.toml").read_text(encoding="utf-8"))
    ordered = sorted(table.items(), key=lambda pair: ("{" in pair[0], -len(pair[0])))
    return tuple((_pattern(english), translation) for english, translation in ordered)


def _pattern(english: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", english)
    return re.compile(
        "".join(f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts)), re.DOTALL
    )


class _Gaps(dict[str, str]):
    """A gap without a value stays visible instead of raising."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _flatten(table: dict[str, object], prefix: str, into: dict[str, str]) -> None:
    for key, value in table.items():
        name = f"{prefix}.{key}" if prefix else key
        if isinstance(value, dict):
            _flatten(value, name, into)
        elif name in into:
            raise ValueError(f"the sentence {name} is worded twice")
        else:
            into[name] = str(value).strip()
