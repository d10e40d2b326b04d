"""Authentication-Results in plain letters, each result read by one pattern that fits all of it or none.

``authres`` would read the same out of them, token by token: a test holds the two against each other.
"""

from __future__ import annotations

from typing import TypeAlias

from phishlab import patterns
from phishlab.classes import dataclass, field

_LONGEST = 4_000
_INSTANCE = patterns.late(r" *i=([0-9]{1,3}) *")
_ID = patterns.late(r" *([A-Za-z0-9_.-]{1,255})(?: +[0-9]{1,3})? *")
# No value begins or ends with what joins neighbours, as in "spf = pass"; an empty one, "header.from=", stands last.
_KEY = r"[a-z]{1,20}\.[a-z0-9-]{1,30}+|action|reason"
_VALUE = r"[A-Za-z0-9_@:+-](?:[A-Za-z0-9_@:+/=.-]{0,320}[A-Za-z0-9_@:+-])?"
_PROPERTY = rf"(?: +({_KEY})=({_VALUE}))?"
_RESULT = patterns.late(
    rf" *(?!(?:i|action|reason|from)=)([a-z][a-z0-9-]{{0,40}}+)=([a-z]{{1,20}})(?: +\(([^()\\\";]{{0,320}})\))?"
    rf"{_PROPERTY}{_PROPERTY}(?: +({_KEY})=({_VALUE})?)? *"
)


@dataclass(slots=True)
class Result:
    """*odd*: a bracket or quote stands against a value, so that where the value ends is anyone's guess."""

    method: str
    result: str
    comments: list[str] = field(default_factory=list)
    properties: list[tuple[str, str]] = field(default_factory=list)
    odd: bool = False


Read: TypeAlias = tuple[str | None, tuple[tuple[str, str], ...], list[Result]]
"""The id that a field begins with, ARC's instance as a property, and the results."""


def read(line: str) -> Read | None:
    """A field in one line; None where it has to be read token by token.

    ``mx.example.jp; spf=pass (why) smtp.mailfrom=a.example; dkim=none`` · ``i=1; mx.example 1; arc=none``
    """
    if len(line) > _LONGEST or ("smtp.helo" in line and "@" in line):
        return None  # a mailbox after smtp.helo came out of another value
    groups = [group for group in line.split(";") if group and not group.isspace()]
    instance = _INSTANCE.fullmatch(groups[0]) if groups else None
    begin = 1 if instance else 0
    id_ = _ID.fullmatch(groups[begin]) if len(groups) > begin else None
    results: list[Result] = []
    for group in groups[begin + 1 if id_ else begin :]:
        found = _RESULT.fullmatch(group)
        if found is None or (found[1] == "dkim" and "smtp." in group):
            return None  # nor has a signature an envelope
        results.append(_result(*found.groups()))
    return id_[1] if id_ else None, (("i", instance[1]),) if instance else (), results


def _result(method: str, said: str, comment: str | None, *pairs: str | None) -> Result:
    properties = [(key, value or "") for key, value in zip(pairs[::2], pairs[1::2], strict=True) if key]
    return Result(method, said, [] if comment is None else [comment], properties)
