"""The sentences of steps, findings and reports, in English and Japanese.

They stand in ``wording/<language>/*.toml``; nested keys are joined by dots:
``[step.route]`` and ``title = …`` is ``step.route.title``. Gaps are named: ``The domain {domain} …``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
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
        text = part.read_text(encoding="utf-8")
        for name, sentence in plain(text) or told(text):
            if name in found:
                raise ValueError(f"the sentence {name} is worded twice")
            found[name] = sentence
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
    import tomllib

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


def plain(text: str) -> list[tuple[str, str]] | None:
    """Id and sentence of each line ``id = "…"`` under ``[table]``; None where the TOML has anything else in it.

    Our files are written so, texts of several lines in triple quotes included; ``tomllib`` takes ten times as long
    for them, and every start waits for it.
    """
    found: list[tuple[str, str]] = []
    table = ""
    lines = iter(text.split("\n"))
    for line in lines:
        key, is_said, value = line.partition(" = ")
        if is_said and _KEY.issuperset(key):
            said = _several(lines) if value == '"""' else _one(value)
            if said is None:
                return None
            found.append((table + key, said.strip()))
        elif line[:1] == "[" and line[-1:] == "]" and _KEY.issuperset(line[1:-1]):
            table = line[1:-1] + "."
        elif line.strip() and line[0] != "#":
            return None
    return found


_KEY = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def _one(value: str) -> str | None:
    r"""A sentence in quotes, in which ``\"`` may stand; None with any other escape, or without its quotes."""
    inner = value[1:-1].replace('\\"', "\0")
    if len(value) < 2 or value[0] != '"' or value[-1] != '"' or '"' in inner or "\\" in inner:
        return None
    return inner.replace("\0", '"')


def _several(lines: Iterator[str]) -> str | None:
    r"""The lines up to three quotes at the end of one; one that ends in ``\`` goes on in the next. Else None."""
    said, goes_on = "", False
    for line in lines:
        ends = line.endswith('"""')
        part = (line[:-3] if ends else line).lstrip(" \t" if goes_on else "")
        odd = goes_on and not part
        goes_on = part.endswith("\\")
        part = part[:-1] if goes_on else part
        if odd or "\\" in part or '"""' in part or part[-1:] == '"' or (goes_on and ends):
            return None
        said += part if goes_on or ends else part + "\n"
        if ends:
            return said
    return None


def told(text: str) -> list[tuple[str, str]]:
    """The same of any TOML."""
    import tomllib

    return list(_flattened(tomllib.loads(text), ""))


def _flattened(table: dict[str, object], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        name = f"{prefix}.{key}" if prefix else key
        if isinstance(value, dict):
            yield from _flattened(value, name)
        else:
            yield name, str(value).strip()
