"""Brands that mails claim to be, and the domains that are really theirs."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import cache

from phishlab import indicators, shipped
from phishlab.classes import dataclass

MOST_CHARS = 20_000
"""So much of a text is held against the names."""
_BEGINS = 5
"""From so many letters on, a word counts where a longer one begins with it; shorter ones must stand alone."""
_ANYWHERE = 7
"""From so many letters on, it counts wherever it stands."""
_LABEL = 6
"""From so many letters on, the first label of a brand's domain is a word of its own (``saisoncard``)."""
_ORDINARY = frozenset(
    {
        "booking",
        "canada",
        "customs",
        "digital",
        "family",
        "interac",
        "ledger",
        "matsui",
        "office",
        "outlook",
        "promise",
        "recruit",
        "recruitid",
        "revolut",
    }
)
"""Names and labels that honest addresses hold too, by themselves or at the head of a longer word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """A brand: *names* as mails write it, *hosts* as addresses do, *domains* that are its own (lower case)."""

    id: str
    title: str
    title_ja: str
    names: tuple[str, ...]
    domains: tuple[str, ...]
    hosts: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    """Its domains under which customers put pages of their own: neither the brand's word nor an imitation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A *word* in an address that means one of *brands*, the likeliest first; *where*: ``host`` or ``path``."""

    brands: tuple[Brand, ...]
    word: str
    where: str


@cache
def known() -> tuple[Brand, ...]:
    """The shipped brands in the order of the file ``data/brands/brands.toml``."""
    table = tomllib.loads(shipped.path("brands/brands.toml").read_text(encoding="utf-8"))
    return tuple(
        Brand(
            id=row["id"],
            title=row["title"],
            title_ja=row["title_ja"],
            names=tuple(row["names"]),
            domains=tuple(row["domains"]),
            hosts=tuple(row.get("hosts", ())),
            shared=tuple(row.get("shared", ())),
        )
        for row in table["brand"]
    )


def named_in(text: str) -> tuple[Brand, ...]:
    """The brands that *text* names, in the order in which they stand in it.

    ``Kagoya Active! Mail`` names KAGOYA JAPAN and Active! mail. Latin names count only as whole words, so that
    ``pineapple`` does not name Apple; and the longest name wins, so that 楽天銀行 does not name 楽天.
    """
    return tuple(dict.fromkeys(brand for _, _, brand in places(fold(text[:MOST_CHARS]))))


def places(folded: str) -> Iterator[tuple[int, int, Brand]]:
    """Where a folded text names brands: start, end, brand, in their order; a name inside a longer one is left out."""
    reached = -1
    for start, end, brand in sorted(_spans(folded), key=lambda span: (span[0], -span[1])):
        if end > reached:
            reached = end
            yield start, end, brand


def in_address(brand: Brand, part: str) -> str | None:
    """How the brand is written inside a host, path or query (``/kagoya/`` names Kagoya), or None."""
    return next((word for word, meant in _words_in(part) if brand in meant), None)


def in_url(host: str, path: str) -> Named | None:
    """The brand that an address names without being its own: the longest word in its host, else in its path.

    ``smbc-card.com.evil.example`` names Sumitomo Mitsui Card; ``www.smbc-card.com`` names nobody but its owner.
    *host* lower case. The public suffix is left out: ``x.s3.amazonaws.com`` does not name Amazon.
    """
    if owner(host) is None and (named := next(_words_in(registered_part(host)), None)):
        return Named(brands=named[1], word=named[0], where="host")
    for word, meant in _words_in(path):
        if not any(owns(brand, host) for brand in meant):
            return Named(brands=meant, word=word, where="path")
    return None


def owns(brand: Brand, domain: str | None) -> bool:
    """Whether *domain* is, or lies under, one of the brand's domains."""
    return domain is not None and any(domain == own or domain.endswith("." + own) for own in brand.domains)


def owner(host: str) -> Brand | None:
    """The first brand of the list to which *host* belongs, or None."""
    own = _under(host, _domains())
    return _domains()[own] if own else None


def registered_part(host: str) -> str:
    """What of *host* was chosen by whoever rents it: ``kagoya.jp.evil.co.jp`` → ``kagoya.jp.evil``.

    Without its public suffix, or the domain that a brand shares with its customers; an address stays whole.
    """
    if shared := _under(host, _shared()):
        return host[: -len(shared)].rstrip(".")
    own = indicators.registrable(host)
    if own is None:
        return host
    return host[: len(host) - len(own)] + own.partition(".")[0]


@cache
def words() -> dict[str, tuple[Brand, ...]]:
    """Every word by which addresses name a brand, in ASCII letters and digits, with the brands it may mean.

    The likeliest first: those that list the word among ``hosts``, then those whose name it is, then those with
    a domain that begins with it. ``smbc`` may mean the card or the bank.
    """
    found: dict[str, dict[Brand, None]] = {}
    for write in (lambda brand: brand.hosts, _latin_names, _labels):
        for brand in known():
            for word in map(squeeze, write(brand)):
                if len(word) > 1 and word not in _ORDINARY:
                    found.setdefault(word, {})[brand] = None
    longest_first = sorted(found.items(), key=lambda pair: -len(pair[0]))
    return {word: tuple(meant) for word, meant in longest_first}


def fold(text: str) -> str:
    """*text* as names are compared: NFKC, so that full width is plain, and without case."""
    return unicodedata.normalize("NFKC", text).casefold()


def squeeze(text: str) -> str:
    """Only the ASCII letters and digits of *text*, folded: ``SMBC-Card`` → ``smbccard``."""
    return re.sub(r"[^a-z0-9]+", "", fold(text))


def _spans(folded: str) -> Iterator[tuple[int, int, Brand]]:
    for brand in known():
        for name in brand.names:
            plain = _folded(name)
            if plain in folded:
                pattern = whole_word(plain, name)
                yield from ((found.start(), found.end(), brand) for found in pattern.finditer(folded))


@cache
def _folded(name: str) -> str:
    return fold(name)


@cache
def whole_word(text: str, name: str) -> re.Pattern[str]:
    """Where *text* stands: as a whole word if *name* is written in Latin letters, anywhere if not."""
    escaped = re.escape(text)
    latin = max(name) < "\u0250"  # the end of Latin Extended-A and -B
    return re.compile(rf"(?<![a-z0-9]){escaped}(?![a-z0-9])" if latin else escaped)


def _latin_names(brand: Brand) -> Iterable[str]:
    return filter(str.isascii, brand.names)


def _labels(brand: Brand) -> Iterable[str]:
    labels = (domain.partition(".")[0] for domain in brand.domains)
    return (label for label in labels if len(squeeze(label)) >= _LABEL)


def _under(host: str, domains: Container[str]) -> str | None:
    """The longest end of *host*, at a dot, that is one of *domains*."""
    labels = host.split(".")
    return next((end for at in range(len(labels)) if (end := ".".join(labels[at:])) in domains), None)


@cache
def _domains() -> dict[str, Brand]:
    return {domain: brand for brand in reversed(known()) for domain in brand.domains}


@cache
def _shared() -> frozenset[str]:
    return frozenset(domain for brand in known() for domain in brand.shared)


def _words_in(part: str) -> Iterator[tuple[str, tuple[Brand, ...]]]:
    """The words in *part*, the longest first. ``wild-card`` does not hold ``dcard``: where a word begins counts."""
    tokens = re.findall(r"[a-z0-9]+", fold(part[:MOST_CHARS]))
    joined = "".join(tokens)
    begins, ends = _edges(tokens)
    for word, meant in words().items():
        if word in joined and _stands(word, joined, begins, ends):
            yield word, meant


def _stands(word: str, joined: str, begins: frozenset[int], ends: frozenset[int]) -> bool:
    if len(word) >= _ANYWHERE:
        return True
    starts = (found.start() for found in re.finditer(f"(?={word})", joined))
    return any(start in begins and (len(word) >= _BEGINS or start + len(word) in ends) for start in starts)


def _edges(tokens: Sequence[str]) -> tuple[frozenset[int], frozenset[int]]:
    """Where tokens begin and end once they are joined; ``www``, digits, ``jp`` and ``com`` at an end do not count."""
    begins, ends, at = set(), set(), 0
    for token in tokens:
        lead = re.match(r"(?:www?|[0-9])*", token)
        tail = re.search(r"[0-9]*(?:cojp|com|co|jp)?[0-9]*$", token)
        begins |= {at, at + (lead.end() if lead else 0)}
        ends |= {at + len(token), at + (tail.start() if tail else len(token))}
        at += len(token)
    return frozenset(begins), frozenset(ends)
