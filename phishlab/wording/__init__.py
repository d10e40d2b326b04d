"""The sentences of steps, findings and reports, in English and Japanese.

They stand in ``wording/<language>/*.toml``; nested keys are joined by dots:
``[step.route]`` and ``title = …`` is ``step.route.title``. Gaps are named: ``The domain {domain} …``.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "ja")


@cache
def sentences(lang: str) -> dict[str, str]:
    """All sentences of *lang* by id; ValueError for a language that there is none of."""
    if lang not in LANGUAGES:
        raise ValueError(f"no wording for the language {lang!r}: choose {' or '.join(LANGUAGES)}")
    found: dict[str, str] = {}
    for part in sorted((files(__package__) / lang).iterdir(), key=lambda part: part.name):
        if part.name.endswith(".toml"):
            _flatten(tomllib.loads(part.read_text(encoding="utf-8")), "", found)
    return found


def say(lang: str, sentence: str, **values: str) -> str:
    """The sentence with its gaps filled; the id itself where no such sentence is worded.

    Values are put in as they are: ``views.safe`` has to have shown them before.
    """
    worded = sentences(lang).get(sentence)
    return sentence if worded is None else worded.format_map(_Gaps(values))


def known(lang: str, sentence: str) -> bool:
    """Whether *lang* words this id."""
    return sentence in sentences(lang)


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
