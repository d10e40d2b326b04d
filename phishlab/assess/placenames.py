"""What a place is called in Japanese, by the English name that a database gives (data/placenames/README.md).

``Tokyo`` in Japan is 東京都, ``Chiyoda City`` in Tokyo 千代田区, ``Kowloon`` in Hong Kong 九龍. A name that is not in
the table, or stands for two places there, has no Japanese one.
"""

from __future__ import annotations

import gzip
import json
import re
import unicodedata
import zlib
from functools import cache
from typing import Any

from phishlab import shipped
from phishlab.errors import DataError

_KINDS = frozenset({"department", "governorate", "of", "prefecture", "province", "region", "state", "the"})
"""Words that say what a region is, not which: one source writes them, another does not.

``city`` and ``district`` are none of them: Kowloon is not Kowloon City.
"""
_MUNICIPAL = re.compile(r"(?i)[ -](?:city|ward|town|village|shi|ku|cho|machi|mura|son)$")
_LONGEST = 200


def region(country: str | None, name: str | None) -> str:
    """The first-level region of a country (ISO 3166-1, two or three letters); empty where it is not known."""
    names = _names("regions", country)
    plain = bare((name or "")[:_LONGEST])
    return names.get(plain) or names.get(re.sub(r" (district|county|city)$", "", plain), "")


def city(country: str | None, region_name: str | None, name: str | None) -> str:
    """The city of a region, its ward where one is named: ``Osaka (Chuo Ward)``; empty where it is not known."""
    plain, quarter = _parted((name or "")[:_LONGEST])
    names = _names("cities", country)
    if country != "JP":
        return names.get(plain, "")
    key = re.sub("m(?=[bmp])", "n", f"{bare((region_name or '')[:_LONGEST])}/{plain}")
    return names.get(f"{key}/{quarter}") or names.get(key, "")


def bare(name: str) -> str:
    """``Ōita Prefecture`` as ``oita``: without accents, case, punctuation and words for the kind of region."""
    plain = "".join(
        char for char in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(char)
    )
    words = "".join(char if char.isalnum() else " " for char in plain).split()
    return " ".join(word for word in words if word not in _KINDS)


def _parted(name: str) -> tuple[str, str]:
    """``Chiyoda City (Marunouchi)`` as ``chiyoda`` and ``marunouchi``."""
    outer, _, inner = name.partition("(")
    return tuple(bare(_MUNICIPAL.sub("", part.strip())) for part in (outer, inner.partition(")")[0]))  # type: ignore[return-value] # two


def _names(kind: str, country: str | None) -> dict[str, str]:
    known = _table()
    code = known["codes"].get(country, country) if country else ""
    found: dict[str, str] = known[kind].get(code, {})
    return found


@cache
def _table() -> dict[str, Any]:
    try:
        read: dict[str, Any] = json.loads(gzip.decompress(shipped.path("placenames/ja.json.gz").read_bytes()))
    except (OSError, ValueError, EOFError, zlib.error) as error:
        raise DataError(f"the names of places cannot be read ({error}): install phishlab again") from error
    return read
