"""Regular expressions that are compiled when they are first used.

To compile one takes Python longer than to match it against a whole mail, and most mails need few of them: the
hundred that the parser has took 15 ms of each cold start.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count
from typing import Any, AnyStr, cast


def late(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What ``re.compile`` gives, as far as its methods and attributes go; compiled when one of them is first used.

    ``re.sub(late(…), …)`` is the one thing that does not work: ``late(…).sub(…)`` does.
    """
    return cast("re.Pattern[AnyStr]", _Late(pattern, flags))


def after(few: int) -> Callable[[], bool]:
    """Whether it has been called more than *few* times.

    So many lines a program reads without the patterns of the usual ones: to compile those would take as long.
    """
    called = count()
    return lambda: next(called) >= few


class _Late:
    """A method of the pattern, once used, is an attribute: from then on it costs no more than the pattern's own."""

    __slots__ = (
        *("_compiled", "_flags", "_written"),
        *("findall", "finditer", "fullmatch", "match", "search", "split", "sub", "subn"),
        *("flags", "groupindex", "groups", "pattern"),
    )

    def __init__(self, written: str | bytes, flags: int) -> None:
        self._written, self._flags = written, flags

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - what a pattern has of that name
        if name.startswith("__") or name not in self.__slots__:
            raise AttributeError(name)
        if name == "_compiled":
            found: Any = re.compile(self._written, self._flags)
        else:
            found = getattr(self._compiled, name)
        setattr(self, name, found)
        return found
