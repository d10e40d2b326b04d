"""URLs in running text, found in one pass: Japanese may stand right against them, before and after.

``こちらhttps://evil.example/aへどうぞ`` · ``（https://evil.example/a）。`` · ``hxxps://evil[.]example/a`` ·
``ｈｔｔｐｓ：／／ｅｖｉｌ．ｃｏｍ／ａ`` · ``www.evil.com`` · ``evil-host.com/login``. Every search is bounded, and no
character is looked at more than a few times.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache

from phishlab import patterns
from phishlab.classes import dataclass
from phishlab.indicators import under_public_suffix

MAX_URL = 16_384
_MAX_AUTHORITY = 320

_DOT = r"(?:\.|\[(?:\.|dot)\]|\((?:\.|dot)\))"
# Each letter in both cases and both widths: to leave the case to the pattern takes it six times as long, and to
# narrow the text first ten times. (``ſ`` is another s where case does not count.)
_START = patterns.late(
    r"[hHfFｈＨｆＦ](?:(?<=[hHｈＨ])(?:[tTｔＴ]{2}|[xXｘＸ]{2})[pPｐＰ][sSſｓＳ]?|(?<=[fFｆＦ])[tTxXｔＴｘＸ][pPｐＰ])"
    r"(?:(?:[:：]|\[[:：]\])(?:[/／]{2}|\\\\|[/／]{1,4})|\[[:：][/／]{2}\])"
)
# Where a URL ends in any text: white space, controls, quotes, brackets of any script.
_STOP = (
    r"[\s\x00-\x20\x7f\"<>`{}|^\u00a0\u2000-\u200a\u2028\u2029\u3000"
    r"「」『』【】〔〕（）《》〈〉［］｛｝＜＞“”‘’]"
)
# Dashes, dots, arrows, boxes, triangles, stars and pictures: ``▼https://evil.example/a▼``.
_SYMBOLS = r"\u00ab\u00bb\u2013-\u2027\u2030-\u205e\u2190-\u2bff\U0001f000-\U0001faff"
_JAPANESE = rf"[\u3001-\u30ff\u3400-\u9fff\uff01-\uff60\uff61-\uff9f{_SYMBOLS}]"
_AUTHORITY_END = patterns.late(rf"[/?#\\]|{_STOP}")
_PLAIN = patterns.late(r"[!#-;=?-\]_a-z~]*")
"""What of ASCII does not stop a URL."""
_ENDING = patterns.late(r"\.[A-Za-z]{2,24}\Z")
_GLUED_ENDING = patterns.late(r"\.[A-Za-z]{2,24}(?=[^\x00-\x7f])")
_DOTS = "。．｡"
_TRAILING = frozenset(".,;:!?'*_~。、．，\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
_PAIRS = {")": "(", "]": "["}
# Letters, digits and the marks of a URL in full width; brackets and commas stay what they are.
_NARROW = {ord(wide): ord(wide) - 0xFEE0 for wide in "：／．？＝＆＿－％＃＠～＋"} | {
    code: code - 0xFEE0
    for first, last in ("０９", "ＡＺ", "ａｚ")
    for code in range(ord(first), ord(last) + 1)
}
_WIDE = patterns.late("[：／．？＝＆＿－％＃＠～＋０-９Ａ-Ｚａ-ｚ]")

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_BEFORE = r"(?<![A-Za-z0-9@._/\\=%&?#~-])(?<!\[\.\])"
_BARE = patterns.late(
    rf"{_BEFORE}(?:(?P<host>(?:{_LABEL}{_DOT}){{1,20}}(?:[A-Za-z]{{2,24}}|[Xx][Nn]--[A-Za-z0-9-]{{1,59}}))"
    r"|(?P<v4>(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?=(?::[0-9]{1,5})?/[A-Za-z]|:[0-9]{1,5}/))"
    r"|(?P<www>[Ww]{3}\.(?=[^\x00-\x7f])))(?P<port>:[0-9]{1,5}(?=/))?(?![A-Za-z0-9@-])"
)
# What a name without a scheme has, if it is worth anything: a path or port, a www, or a dot that somebody defanged.
_DOTTED = patterns.late(r"\.(?:[A-Za-z0-9-]{1,64}[/?:]|(?<=[Ww]{3}\.))")
_RUN = patterns.late(r"[!-~]*")
_SPELLED_DOT = patterns.late(r"(?i)\[(?:\.|dot)\]|\((?:\.|dot)\)")


# Compiling a class of 30,000 characters takes longer than reading a mail in which no such character touches a URL.
@cache
def _japanese() -> re.Pattern[str]:
    return re.compile(_JAPANESE)


@cache
def _path_end(*, idn: bool) -> re.Pattern[str]:
    return re.compile(
        rf"{_STOP}|[、。，{_SYMBOLS}]|(?<=[A-Za-z0-9]){_JAPANESE}" if idn else rf"{_STOP}|{_JAPANESE}"
    )


@dataclass(frozen=True, slots=True)
class Sighting:
    """A URL as it is *written* from *start*, and as it reads *live*; *bare* where no scheme stands before it."""

    written: str
    live: str
    start: int
    bare: bool = False


def find(text: str) -> Iterator[Sighting]:
    """All URLs in *text*: those with a scheme first, then those without."""
    spans: list[int] = []
    ends: list[int] = []
    narrow = ""
    for start in _START.finditer(text) if _may_hold_scheme(text) else ():
        if ends and start.start() < ends[-1]:
            continue
        read = text
        # A scheme or host in full width was meant to be read, so the rest in full width is part of it.
        if _WIDE.search(text, start.start(), start.end() + 1):
            read = narrow = narrow or text.translate(_NARROW)
        found = _from_scheme(text, read, start.start(), start.end())
        spans.append(start.start())
        ends.append(start.start() + len(found.written))
        yield found
    yield from _bare(text, spans, ends)


def may_hold(text: str) -> bool:
    """Whether a URL can stand in *text*, or in what is left of it where parts are cut out and lines put between."""
    return _may_hold_scheme(text) or bool(_marks(text))


def _may_hold_scheme(text: str) -> bool:
    """Whether a colon with what goes with it is there, in either width."""
    if _meets(text, ":", "/\\／") or _meets(text, "[", ":："):
        return True
    return not text.isascii() and _meets(text, "：", "/\\／")


def _meets(text: str, first: str, after: str) -> bool:
    """Whether *first* stands before one of *after*: to look for one character is cheap, for two not."""
    at = text.find(first)
    while at >= 0:
        if (follows := text[at + 1 : at + 2]) and follows in after:
            return True
        at = text.find(first, at + 1)
    return False


def _from_scheme(text: str, read: str, start: int, authority: int) -> Sighting:
    host_end, end = _extent(read, authority)
    found = _trimmed(read[start:end])
    return Sighting(text[start : start + len(found)], _live(found, host_end - start), start)


def _extent(text: str, authority: int) -> tuple[int, int]:
    """Where the host that begins at *authority* ends, and where the URL does."""
    limit = min(len(text), authority + MAX_URL)
    close = min(limit, authority + _MAX_AUTHORITY)
    mark = _AUTHORITY_END.search(text, authority, close)
    host_end = mark.start() if mark else close
    beyond = not text[authority:host_end].isascii()
    japanese = _japanese().search(text, authority, host_end) if beyond else None
    if japanese:
        inside = _japanese_host_end(text, authority, japanese.start(), host_end)
        if inside < host_end:
            return inside, inside
    if host_end >= limit or text[host_end] not in "/?#\\":
        return host_end, host_end
    return host_end, _end(text, host_end, limit, idn=japanese is not None)


def _end(text: str, start: int, limit: int, *, idn: bool) -> int:
    """Where the path from *start* on ends, at the latest at *limit*."""
    plain = _PLAIN.match(text, start, limit)
    at = plain.end() if plain else start
    if at == limit or text[at].isascii():
        return at
    ending = _path_end(idn=idn).search(text, at, limit)
    return ending.start() if ending else limit


def _japanese_host_end(text: str, authority: int, japanese: int, host_end: int) -> int:
    """Where a host that meets Japanese text ends.

    ``例え.jp/ぱす`` goes on, ``evil.exampleへどうぞ`` ends before へ, ``evil。example/x`` has a dot in the wide form.
    """
    if _ENDING.search(text, max(authority, japanese - 26), japanese):
        letter = text[japanese + 1 : japanese + 2]
        dot = text[japanese] in _DOTS and letter.isascii() and letter.isalnum()
        if not dot or under_public_suffix(text[authority:japanese].rpartition("@")[2]):
            return japanese  # a whole ASCII host stands before
    glued = _GLUED_ENDING.search(text, japanese, host_end)
    return glued.end() if glued else host_end


def _trimmed(found: str) -> str:
    """Without the punctuation of the sentence around it; a closing bracket stays where one opens inside."""
    spare = {close: found.count(close) - found.count(opening) for close, opening in _PAIRS.items()}
    end = len(found)
    while end:
        last = found[end - 1]
        if last in _PAIRS:
            if spare[last] <= 0:
                break
            spare[last] -= 1
        elif last not in _TRAILING:
            break
        end -= 1
    return found[:end]


def _live(found: str, host_end: int) -> str:
    """*found* without what made it inert: ``hxxps[:]//evil[.]example/a`` is ``https://evil.example/a``."""
    head, tail = found[:host_end], found[host_end:]
    head = re.sub(r"(?i)\Ah(?:xx)(ps?)", r"htt\1", re.sub(r"(?i)\Afxp", "ftp", head))
    head = head.replace("[:]", ":", 1).replace("[://]", "://", 1)
    return _SPELLED_DOT.sub(".", head) + tail.replace("[.]", ".")


def _bare(text: str, spans: list[int], ends: list[int]) -> Iterator[Sighting]:
    """``www.evil.com``, ``evil-host.com.com/login``, ``evil-host[.]com``: no scheme; clients link them. Each once."""
    covered = 0
    done: set[str] = set()
    for begin, close in _stretches(text, spans, ends):
        for found in _BARE.finditer(text, begin, close):
            start = found.start()
            if start < covered or _inside(start, spans, ends):
                continue
            host_end, end = _bare_extent(text, found)
            written = _trimmed(text[start:end])
            covered = start + len(written)
            if written in done:
                continue
            done.add(written)
            live = _live("http://" + written, host_end - start + 7)
            if found["v4"] or _worth(live, written, path=start + len(written) > host_end):
                yield Sighting(written, live, start, bare=True)


def _stretches(text: str, spans: list[int], ends: list[int]) -> Iterator[tuple[int, int]]:
    """Where such a name can stand: what has a mark of one, as far as ASCII without white space reaches around it.

    Most texts have none outside of whole URLs, and the pattern takes a hundred times as long as to see that.
    """
    end = 0
    for at in sorted(_marks(text)):
        if at < end or _inside(at, spans, ends):
            continue
        begin = at
        while begin > end and "!" <= text[begin - 1] <= "~":
            begin -= 1
        run = _RUN.match(text, at)
        end = run.end() if run else at
        yield begin, min(end + 1, len(text))  # the pattern looks one character ahead


def _marks(text: str) -> list[int]:
    """A path or port behind a dot, a www, a dot that somebody defanged: no name without one is taken."""
    found = [mark.start() - 3 * (len(mark[0]) == 1) for mark in _DOTTED.finditer(text)]
    if _meets(text, "[", ".dD") or _meets(text, "(", ".dD"):
        found += [mark.start() for mark in _SPELLED_DOT.finditer(text)]
    return found


def _bare_extent(text: str, found: re.Match[str]) -> tuple[int, int]:
    if found["www"]:
        return _extent(text, found.start())
    host_end = found.end()
    if text[host_end : host_end + 1] not in {"/", "?"}:
        return host_end, host_end
    limit = min(len(text), host_end + MAX_URL)
    return host_end, _end(text, host_end, limit, idn=False)


def _inside(at: int, spans: list[int], ends: list[int]) -> bool:
    before = bisect_right(spans, at) - 1
    return before >= 0 and at < ends[before]


def _worth(live: str, written: str, *, path: bool) -> bool:
    """Names without a scheme are taken where a client would link them, or where somebody defanged them."""
    host = re.split(r"[/?:]", live[7:], maxsplit=1)[0]
    named = host.lower().startswith("www.") or path or _SPELLED_DOT.search(written) is not None
    return named and under_public_suffix(host)
