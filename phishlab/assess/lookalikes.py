"""Names drawn or spelled to be taken for a brand's: ``аррle``, ``三井住友力ード``, ``rakutem.example``.

Skeletons after UTS 39 section 4: two texts with one skeleton look alike. The shipped table is Unicode's; beside it
stand the likenesses that it leaves out and Japanese readers fall for (small kana, ソ and ン).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import accumulate

import ada_url

from phishlab import indicators, shipped
from phishlab.assess import brands
from phishlab.assess.brands import Brand
from phishlab.classes import dataclass
from phishlab.records import Claim, Direction, Finding, Link, Message, Weight

MOST_CHARS = 20_000
"""So much of a text is looked at."""
_ALSO_ALIKE = str.maketrans(
    "iャュョッァィゥェォヵヶソシっゃゅょぁぃぅぇぉ", "lヤユヨツアイウエオカケンツつやゆよあいうえお"
)
_TYPED_ALIKE = str.maketrans("3458", "easb")
"""Digits that stand for letters in host names, beside 0 and 1, which the table has."""
_TOGETHER = tuple(
    frozenset(group)
    for group in (
        {"Latin", "Han", "Hiragana", "Katakana"},
        {"Latin", "Han", "Bopomofo"},
        {"Latin", "Han", "Hangul"},
    )
)
"""Scripts that are written together in one word: UTS 39's "highly restrictive" level."""
_SHORTEST_NAME = 3
_SHORTEST_ASCII = 5
"""A shorter name in plain ASCII letters is met by chance: ``aoi`` is not ``aol``."""
_SHORTEST_NEAR = 6
_LONGEST = 40
"""No brand's word is longer."""
_TWO_SLIPS = 12
"""From so many letters on, two slips of the pen still leave a word recognisable."""


_MOST_FINDINGS = 5
_QUOTED = 200
"""So many characters of a body are quoted as the ground of a finding."""
_CAVEATS = {
    "name-lookalike": "look-alike",
    "host-lookalike": "near-words",
    "host-names-brand": "brand-list",
    "mixed-scripts": "look-alike",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookalike:
    """*written* looks like *word*, by which one of *brands* is known, and is not it."""

    brands: tuple[Brand, ...]
    word: str
    written: str
    drawn: bool
    """Whether it is drawn alike (one skeleton), not only spelled alike."""


def skeleton(text: str) -> str:
    """What *text* looks like: ``Ρаypаl`` (Greek, Cyrillic) and ``PayPaI`` both give ``paypal``."""
    return "".join(map(_drawn, unicodedata.normalize("NFKC", text)))


def in_text(text: str) -> tuple[Lookalike, ...]:
    """The brands whose names *text* seems to write, but in other characters; each once."""
    plain = unicodedata.normalize("NFKC", text[:MOST_CHARS])[:MOST_CHARS]
    pieces = [_drawn(char) for char in plain]
    joined = "".join(pieces)
    ends = list(accumulate(map(len, pieces)))
    found: dict[Brand, Lookalike] = {}
    for brand, name, drawn, pattern in _names():
        if drawn not in joined or brand in found:
            continue
        for match in pattern.finditer(joined):
            written = plain[bisect_right(ends, match.start()) : bisect_right(ends, match.end() - 1) + 1]
            if _disguised(written, name):
                found[brand] = Lookalike(brands=(brand,), word=name, written=written, drawn=True)
                break
    genuine = set(brands.named_in(text))
    return tuple(alike for brand, alike in found.items() if brand not in genuine)


@lru_cache(maxsize=4096)
def in_host(host: str) -> Lookalike | None:
    """The brand that a word of *host* is drawn or spelled like; None for a brand's own host and for an address.

    ``xn--rakutn-tva.co.jp.evil.example`` is read as ``rakutën``. A host that holds a brand's own word is none: it
    names the brand (``brands.in_url``).
    """
    if brands.owner(host) is not None or indicators.address(host) is not None or brands.in_url(host, ""):
        return None
    found = [alike for word in _host_words(host) if (alike := _like_a_word(word))]
    return min(found, key=lambda alike: not alike.drawn, default=None)


def sender_findings(message: Message) -> tuple[Finding, ...]:
    """What the sender's fields only seem to say: names in other letters, scripts in one word, the From domain."""
    name = Claim(text=message.from_.raw, by="sender", field="From")
    found = [
        *_text_findings(message.from_.display_name, name, Weight.STRONG),
        *_text_findings(message.subject.text, message.subject, Weight.MODERATE),
    ]
    if domain := message.from_.domain:
        found += _host_findings(domain, name, ())
    return _once(found)


def link_findings(message: Message, claimed: Sequence[Brand]) -> tuple[Finding, ...]:
    """What the hosts of the links, and names in the body, only seem to be; each finding once for a brand.

    A host that holds the word of a brand in *claimed* is left to ``links.bait``.
    """
    hosts = {link.host: link for link in reversed(message.links) if link.host}
    found = [finding for host in reversed(hosts) for finding in _host_findings(host, hosts[host], claimed)]
    return _once([*found, *_body_findings(message, [readable(host) for host in hosts])])


def mixed(text: str) -> tuple[str, tuple[str, ...]] | None:
    """The first word of *text* whose scripts are not written together, with those scripts; None for none.

    Latin, Han, Hiragana and Katakana in one word are ordinary Japanese: ``三井住友VISAカード``.
    """
    if text.isascii():
        return None
    for word in re.findall(r"[^\W\d_]{2,}", text[:MOST_CHARS]):  # unfolded: µ is a sign, no Greek letter
        used = scripts(word)
        if len(used) > 1 and not any(used <= group for group in _TOGETHER):
            return word, tuple(sorted(used))
    return None


def scripts(text: str) -> frozenset[str]:
    """The scripts of the characters of *text* (Unicode's Scripts.txt), those that all scripts share left out."""
    return frozenset(script for char in set(text) if (script := _script(char)))


def readable(host: str) -> str:
    """*host* with its ``xn--`` labels as a reader would see them."""
    return ada_url.idna_to_unicode(host) or host if "xn--" in host else host


def distance(one: str, other: str, most: int) -> int:
    """Letters left out, put in, changed or swapped with their neighbour between the two; *most* + 1 for more.

    The optimal string alignment distance.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, char in enumerate(one, 1):
        after = [at]
        for to, wanted in enumerate(other, 1):
            best = min(row[to] + 1, after[-1] + 1, row[to - 1] + (char != wanted))
            if at > 1 and to > 1 and (char, one[at - 2]) == (other[to - 2], wanted):
                best = min(best, before[to - 2] + 1)
            after.append(best)
        if min(after) > most:
            return most + 1
        before, row = row, after
    return row[-1]


def _disguised(written: str, name: str) -> bool:
    """Whether *written* is another spelling of *name* that only looks like it; an accent alone is honest (über)."""
    plain, wanted = ("".join(map(_unaccented, brands.fold(text))) for text in (written, name))
    if plain == wanted:
        return False
    return len(name) >= _SHORTEST_ASCII or scripts(written) != scripts(name) or not name.isascii()


def _text_findings(text: str, ground: Claim, weight: Weight) -> Iterator[Finding]:
    alikes = in_text(text)
    for alike in alikes:
        yield _name(alike, weight, ground)
    odd = mixed(text)
    if odd and not any(odd[0] in alike.written or alike.written in odd[0] for alike in alikes):
        yield _finding("mixed-scripts", Weight.MODERATE, ground, word=odd[0], scripts=" + ".join(odd[1]))


def _host_findings(host: str, ground: Claim | Link, claimed: Sequence[Brand]) -> Iterator[Finding]:
    shown, named, alike = readable(host), brands.in_url(host, ""), in_host(host)
    if named and not set(named.brands) & set(claimed):
        # Weak: honest newsletters and fan sites hold brands' words about as often (docs/brands.md).
        yield _finding(
            "host-names-brand",
            Weight.WEAK,
            ground,
            host=host,
            word=named.word,
            brand=_titles(named.brands),
        )
    elif alike:
        weight = Weight.STRONG if alike.drawn else Weight.MODERATE
        values = {"written": alike.written, "word": alike.word, "brand": _titles(alike.brands)}
        yield _finding("host-lookalike", weight, ground, host=host, **values)
    elif odd := mixed(shown):
        yield _finding("mixed-scripts", Weight.MODERATE, ground, word=odd[0], scripts=" + ".join(odd[1]))


def _finding(finding: str, weight: Weight, ground: Claim | Link, **values: str) -> Finding:
    return Finding(
        id=finding,
        direction=Direction.FOR,
        weight=weight,
        values=tuple(values.items()),
        because=(ground,),
        caveat=_CAVEATS[finding],
    )


def _once(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """The first of each kind for each brand, at most ``_MOST_FINDINGS``."""
    kept: dict[tuple[str, str], Finding] = {}
    for finding in found:
        kept.setdefault((finding.id, dict(finding.values).get("brand", "")), finding)
    return tuple(kept.values())[:_MOST_FINDINGS]


def _body_findings(message: Message, hosts: Sequence[str]) -> Iterator[Finding]:
    """Names in other letters that stand in the body by themselves, not as a part of a link's host."""
    body = Claim(text=message.text[:_QUOTED], by="sender", field="body")
    for alike in in_text(message.text):
        if not any(brands.fold(alike.written) in host for host in hosts):
            yield _name(alike, Weight.MODERATE, body)


def _name(alike: Lookalike, weight: Weight, ground: Claim) -> Finding:
    return _finding("name-lookalike", weight, ground, written=alike.written, brand=_titles(alike.brands))


def _titles(meant: Sequence[Brand]) -> str:
    return " / ".join(brand.title for brand in meant[:2])


def _host_words(host: str) -> dict[str, None]:
    """The words of the host's own labels: whole ones without hyphens, then their parts."""
    found: dict[str, None] = {}
    for label in brands.registered_part(host).split("."):
        shown = readable(label)
        found |= dict.fromkeys((shown.replace("-", ""), *shown.split("-")))
    return found


def _like_a_word(written: str) -> Lookalike | None:
    if not _SHORTEST_ASCII - 1 <= len(written) <= _LONGEST or written in brands.words():
        return None
    drawn = skeleton(written)
    drawn = drawn if written.isascii() and written.isalpha() else drawn.translate(_TYPED_ALIKE)
    if word := _drawn_words().get(drawn):
        return Lookalike(brands=brands.words()[word], word=word, written=written, drawn=True)
    return _near(written)


@cache
def _drawn_words() -> dict[str, str]:
    """The words of addresses by their skeletons."""
    return {skeleton(word): word for word in brands.words() if len(word) >= _SHORTEST_ASCII}


def _near(written: str) -> Lookalike | None:
    near = [
        (slips, word, meant)
        for word, meant in brands.words().items()
        if len(word) >= _SHORTEST_NEAR <= len(written)
        and word[0] == written[0]
        and (slips := _slips(written, word))
    ]
    if not near:
        return None
    _, word, meant = min(near, key=lambda found: found[0])
    return Lookalike(brands=meant, word=word, written=written, drawn=False)


def _slips(written: str, word: str) -> int:
    """How many slips lead from *word* to *written*, 0 for too many. The same letters in another order are one."""
    most = 2 if len(word) >= _TWO_SLIPS else 1
    slips = distance(written, word, most)
    if slips <= most:
        return slips
    return int(sorted(written) == sorted(word))


@cache
def _names() -> tuple[tuple[Brand, str, str, re.Pattern[str]], ...]:
    """Each name with its skeleton and where the skeleton may stand: in Latin letters only as a whole word."""
    found = []
    for brand in brands.known():
        for name in brand.names:
            drawn = skeleton(name)
            if len(name) >= _SHORTEST_NAME:
                found.append((brand, name, drawn, brands.whole_word(drawn, name)))
    return tuple(found)


@lru_cache(maxsize=65_536)
def _drawn(char: str) -> str:
    """The skeleton of one character, mapped before and after folding: ``Т`` looks like T, but ``т`` not like t."""
    alike = _confusables()
    folded = alike.get(char, char).casefold()
    mapped = "".join(alike.get(part, part) for part in folded)
    return "".join(map(_unaccented, mapped)).translate(_ALSO_ALIKE)


def _unaccented(char: str) -> str:
    """``é`` as ``e``; other scripts keep their marks: が is not か."""
    base = unicodedata.normalize("NFD", char)[0]
    return base if base.isascii() and base.isalpha() else char


@cache
def _confusables() -> dict[str, str]:
    return {char: stands for stands, chars in _rows("confusables.txt") for char in chars}


@lru_cache(maxsize=4096)
def _script(char: str) -> str | None:
    starts, runs = _script_runs()
    at = bisect_right(starts, ord(char)) - 1
    return runs[at][1] if at >= 0 and ord(char) <= runs[at][0] else None


@cache
def _script_runs() -> tuple[list[int], list[tuple[int, str]]]:
    rows = [(int(first, 16), int(last, 16), script) for first, last, script in _rows("scripts.txt")]
    return [first for first, _, _ in rows], [(last, script) for _, last, script in rows]


def _rows(name: str) -> Iterator[list[str]]:
    lines = shipped.path(f"brands/{name}").read_text(encoding="utf-8").split("\n")
    return (line.split("\t") for line in lines if "\t" in line)
