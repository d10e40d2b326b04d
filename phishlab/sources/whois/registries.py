"""Which registries' WHOIS answers are read, and in which words each says that a name is not registered."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from phishlab.sources.whois import layout

_MARKS = " %#*>-&;\t"
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """One registry's server and words; *family*: the software that many share."""

    suffix: str
    """``de``, or ``uk.com`` where a registry sits below a top-level domain."""
    server: str
    family: str
    free: tuple[str, ...]
    taken: tuple[str, ...] = ()
    order: str = ""
    """``day`` or ``month``: which it writes first in ``01/02/2013``."""
    ask: str = "{name}"
    """The line that is sent."""
    ignore: tuple[str, ...] = ()
    """Labels that mean something else here than at all other registries."""

    def says_free(self, text: str, name: str) -> bool:
        """Whether a line of *text* is this registry's own "not registered", of *name*."""
        return _says(self.free, text, name)

    def says_taken(self, text: str, name: str) -> str | None:
        """The line in which the registry keeps *name* for itself, None where there is none."""
        return next((line for line in _lines(text) if _fits(self.taken, line, name)), None)


def of(name: str) -> Registry | None:
    """The registry that reads *name*: the longest suffix that is known; None where none is."""
    labels = name.lower().split(".")
    suffixes = (".".join(labels[start:]) for start in range(1, len(labels)))
    return next((known for suffix in suffixes if (known := everything().get(suffix))), None)


@cache
def everything() -> dict[str, Registry]:
    """Every registry by its suffix: the list of what is claimed to be read."""
    told = tomllib.loads((files(__package__) / "registries.toml").read_text(encoding="utf-8"))
    return {
        suffix: Registry(
            suffix=suffix,
            server=server,
            family=family["name"],
            free=tuple(family["free"]),
            taken=tuple(family.get("taken", ())),
            order=family.get("order", ""),
            ask=family.get("ask", "{name}"),
            ignore=tuple(family.get("ignore", ())),
        )
        for family in told["family"]
        for suffix, server in family["servers"].items()
    }


@cache
def registrars() -> frozenset[str]:
    """The registrars' servers that a registry may refer to; any other host is not dialled."""
    told = tomllib.loads((files(__package__) / "registries.toml").read_text(encoding="utf-8"))
    return frozenset(told["registrars"])


def _says(phrases: tuple[str, ...], text: str, name: str) -> bool:
    return any(_fits(phrases, line, name) for line in _lines(text))


def _lines(text: str) -> list[str]:
    """The lines of an answer as phrases are written: ``No match for "X.JP".`` is ``no match for x.jp``."""
    bare = text.lower().translate({ord(mark): None for mark in "\"'[]"})
    return [_SPACES.sub(" ", line.strip(_MARKS)).rstrip(". !") for line in bare.splitlines()[: layout.LINES]]


def _fits(phrases: tuple[str, ...], line: str, name: str) -> bool:
    wanted = (phrase.replace("{name}", name) for phrase in phrases)
    return any(
        line.startswith(phrase[:-1]) if phrase.endswith("…") else line == phrase.rstrip(". !")
        for phrase in wanted
    )
