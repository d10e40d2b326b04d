"""The MIME fields of a part: its media type, their parameters, its encoding (RFC 2045, RFC 2231).

Nearly all are written in one way, ``Content-Type: text/plain; charset="utf-8"``, and are read by one pattern. What
has continuations, charsets of its own or escapes is left to the standard library, whose reader takes longer to be
imported than a mail to be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias

from phishlab.mail import headers
from phishlab.records import Header

if TYPE_CHECKING:
    from email.message import Message

_MAX_PARAMETERS = 8_192
"""Characters of a field: up to here the standard library stays fast."""

_PARAMETER = re.compile(
    r";[ \t]*+([A-Za-z0-9_-]++)[ \t]*+=[ \t]*+(?:\"([^\"\\\r\n]*+)\"|([!#-:=?-\[\]-~]++))[ \t]*+(?=;|\Z)"
)
_WITH_PARAMETERS = ("content-type", "content-disposition")


class Usual:
    """Fields that are written as nearly all are, with the answers that ``email.message.Message`` gives."""

    __slots__ = ("_parameters", "_type", "_values")

    def __init__(self, values: dict[str, str], parameters: dict[str, dict[str, str]]) -> None:
        self._values, self._parameters = values, parameters
        said = values.get("content-type", "").partition(";")[0].strip().lower()
        self._type = said if said.count("/") == 1 else "text/plain"  # seven times asked for of each part

    def get(self, name: str, failobj: str = "") -> str:
        """The first field of that name."""
        return self._values.get(name.lower(), failobj)

    def get_content_type(self) -> str:
        """The media type in lower case; ``text/plain`` where none is said, or what is none."""
        return self._type

    def get_param(self, name: str, failobj: str = "", header: str = "Content-Type") -> str:
        """The first parameter of that name in the field *header*."""
        return self._parameters.get(header.lower(), {}).get(name, failobj)


Fields: TypeAlias = "Usual | Message"


def read(fields: Iterable[Header]) -> Fields:
    """The fields that begin with ``Content-``, unfolded, and cut to a length where their reading stays fast."""
    found = [
        (name, headers.unfold(raw)[:_MAX_PARAMETERS])
        for name, raw in headers.by_name(fields).beginning("content-")
    ]
    values: dict[str, str] = {}
    for name, value in found:
        values.setdefault(name.lower(), value)
    parameters = {name: _parameters(values[name]) for name in _WITH_PARAMETERS if name in values}
    usual = {name: each for name, each in parameters.items() if each is not None}
    return Usual(values, usual) if len(usual) == len(parameters) else _message(found)


def _parameters(value: str) -> dict[str, str] | None:
    """``text/plain; charset="utf-8"; format=flowed``: names in lower case; None where it is written otherwise."""
    at = value.find(";") if ";" in value else len(value)
    if '"' in value[:at] or "=" in value[:at]:
        return None
    found: dict[str, str] = {}
    for match in _PARAMETER.finditer(value, at):
        if match.start() != at:
            return None
        found.setdefault(match[1].lower(), match[2] or match[3] or "")
        at = match.end()
    if value[at:].strip("; \t") or value.partition(";")[0].strip().lower() in found:
        return None
    return found


def _message(found: Iterable[tuple[str, str]]) -> Message:
    from email.message import Message

    made = Message()
    for name, value in found:
        made[name] = value
    return made
