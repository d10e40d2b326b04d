"""The MIME fields of a part: its media type, their parameters, its encoding (RFC 2045, RFC 2231).

Nearly all are written in one way, ``Content-Type: text/plain; charset="utf-8"``, and are read by one pattern. What
has continuations, charsets of its own or escapes is left to the standard library, whose reader takes longer to be
imported than a mail to be read.
"""

from __future__ import annotations

from collections.abc import Iterable

from phishlab import patterns
from phishlab.classes import dataclass
from phishlab.mail import charsets, headers
from phishlab.records import Header

_MAX_PARAMETERS = 8_192
"""Characters of a field: up to here the standard library stays fast."""

_PARAMETER = patterns.late(
    r";[ \t]*+([A-Za-z0-9_-]++)[ \t]*+=[ \t]*+(?:\"([^\"\\\r\n]*+)\"|([!#-:=?-\[\]-~]++))[ \t]*+(?=;|\Z)"
)
_NAMES = ("content-type", "content-disposition", "content-transfer-encoding")


@dataclass(frozen=True, slots=True)
class Described:
    """What the MIME fields say of a part, empty where they do not: each field is the first of its name."""

    media_type: str
    """In lower case; ``text/plain`` where none is said, or what is none."""
    charset: str
    boundary: str
    name: str
    """The file name, from Content-Disposition, else from Content-Type; hostile, never a path of ours."""
    disposition: str
    transfer: str

    @property
    def is_multipart(self) -> bool:
        """Whether it says that it has parts."""
        return self.media_type.startswith("multipart/")


def read(fields: Iterable[Header]) -> Described:
    """What the fields say, each unfolded and cut to a length where reading it stays fast."""
    named = headers.by_name(fields)
    values = {name: _value(named, places[0]) for name in _NAMES if (places := named.places(name))}
    usual = _usual(values)
    return _by_library(values) if usual is None else usual


def _value(fields: headers.Fields, place: int) -> str:
    return headers.unfold(fields.raw(place))[:_MAX_PARAMETERS]


def _usual(values: dict[str, str]) -> Described | None:
    """The fields as nearly all are written; None where one of them is not."""
    kind = _parted(values.get("content-type", ""))
    disposition = _parted(values.get("content-disposition", ""))
    if kind is None or disposition is None:
        return None
    media_type, parameters = kind
    name = disposition[1].get("filename") or parameters.get("name")
    return Described(
        media_type if media_type.count("/") == 1 else "text/plain",
        parameters.get("charset", ""),
        parameters.get("boundary", ""),
        headers.decode(name)[:255] if name else "",
        disposition[0],
        _transfer(values),
    )


def _parted(value: str) -> tuple[str, dict[str, str]] | None:
    """``text/plain; charset="utf-8"; format=flowed``: the parameters by name; None where it is written otherwise."""
    if ";" not in value:
        return None if '"' in value or "=" in value else (value.strip().lower(), {})
    before, *found = _PARAMETER.split(
        value
    )  # by four: name, quoted or bare value, what stands before the next
    said, mark, junk = before.partition(";")
    if '"' in said or "=" in said or any(found[3:-1:4]) or (found[-1] if found else junk).strip("; \t"):
        return None
    said = said.strip().lower()
    parameters: dict[str, str] = {}
    for name, quoted, bare in zip(found[::4], found[1::4], found[2::4], strict=True):
        parameters.setdefault(name.lower(), quoted or bare or "")
    return None if (found and mark) or said in parameters else (said, parameters)


def _transfer(values: dict[str, str]) -> str:
    said = values.get("content-transfer-encoding", "")
    return said.partition(";")[0].strip().strip("\"'").lower()


def _by_library(values: dict[str, str]) -> Described:
    """The same as the standard library reads it."""
    from email.message import Message

    made = Message()
    for field, value in values.items():
        made[field] = value
    filename: object = made.get_param("filename", failobj="", header="content-disposition")
    name = filename or made.get_param("name", failobj="")
    return Described(
        made.get_content_type(),
        _as_text(made.get_param("charset", failobj="")),
        _as_text(made.get_param("boundary", failobj="")),
        # RFC 2231 values are text by now; all others are bytes as latin-1, perhaps with encoded words.
        (_as_text(name) if isinstance(name, tuple) else headers.decode(str(name or "")))[:255],
        str(made.get("content-disposition", "")).partition(";")[0].strip().lower(),
        _transfer(values),
    )


def _as_text(value: object) -> str:
    if isinstance(value, tuple):  # RFC 2231: charset, language, value
        charset, _, text = value
        return charsets.decode(str(text).encode("latin-1", errors="replace"), charset or "utf-8")[0]
    return str(value or "")
