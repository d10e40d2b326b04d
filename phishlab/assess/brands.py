"""Brands that mails claim to be, and the domains that are really theirs."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache

from phishlab import shipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """A brand: *names* as mails write it, *domains* that are its own (registrable, lower case)."""

    id: str
    title: str
    title_ja: str
    names: tuple[str, ...]
    domains: tuple[str, ...]


@cache
def known() -> tuple[Brand, ...]:
    """The shipped brands, in the order of the file ``data/brands/brands.toml``."""
    table = tomllib.loads(shipped.path("brands/brands.toml").read_text(encoding="utf-8"))
    return tuple(
        Brand(
            id=row["id"],
            title=row["title"],
            title_ja=row["title_ja"],
            names=tuple(row["names"]),
            domains=tuple(row["domains"]),
        )
        for row in table["brand"]
    )


def named_in(text: str) -> tuple[Brand, ...]:
    """The brands that *text* names, in the order in which they stand in it.

    ``Kagoya Active! Mail`` names KAGOYA JAPAN and Active! mail. Latin names count only as whole words, so that
    ``pineapple`` does not name Apple.
    """
    folded = _fold(text)
    places = [(place, brand) for brand in known() if (place := _first(brand, folded)) is not None]
    return tuple(brand for _, brand in sorted(places, key=lambda pair: pair[0]))


def in_address(brand: Brand, part: str) -> str | None:
    """How the brand is written inside a host, path or query (``/kagoya/`` names Kagoya), or None.

    Only Latin names of five letters and more count: shorter ones occur by chance.
    """
    folded = re.sub(r"[^a-z0-9]+", "", _fold(part))
    for name in brand.names:
        squeezed = re.sub(r"[^a-z0-9]+", "", _fold(name))
        if len(squeezed) >= 5 and name.isascii() and squeezed in folded:
            return squeezed
    return None


def owns(brand: Brand, domain: str | None) -> bool:
    """Whether *domain* is, or lies under, one of the brand's domains."""
    return domain is not None and any(domain == own or domain.endswith("." + own) for own in brand.domains)


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _first(brand: Brand, folded: str) -> int | None:
    places = [match.start() for name in brand.names if (match := _pattern(name).search(folded))]
    return min(places, default=None)


@cache
def _pattern(name: str) -> re.Pattern[str]:
    folded = re.escape(_fold(name))
    return re.compile(rf"(?<![a-z0-9]){folded}(?![a-z0-9])" if name.isascii() else folded)
