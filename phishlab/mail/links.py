"""The URLs in a mail: from its text by one linear scan, from its HTML by a tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from phishlab.indicators import refang, registrable, under_public_suffix, url
from phishlab.mail import markup
from phishlab.records import Link

MAX_LINKS = 5_000
MAX_TEXT = 1_000_000
_MAX_URL = 4_096

_SCHEMES = ("https", "http", "ftp", "hxxps", "hxxp", "fxp")
_START = re.compile(r"(?i)(https?|ftp|hxxps?|fxp):(?://|\\\\|/{1,4})")
# Where a URL in running text ends: white space, controls, quotes, brackets of any script.
_STOP = re.compile(
    r"[\s\x00-\x20\x7f\"<>`{}|^\u00a0\u2000-\u200a\u2028\u2029\u3000「」『』【】〔〕（）《》〈〉［］｛｝“”‘’]"
)
_JAPANESE = r"[\u3001-\u30ff\u3400-\u9fff\uff01-\uff0d\uff0f-\uff60\uff61-\uff9f]"
_END = re.compile(rf"{_STOP.pattern}|(?P<japanese>{_JAPANESE})")
_PATH = re.compile(r"[/?#\\\\]")
_ENDING = re.compile(r"\.[A-Za-z]{2,24}\Z")
_GLUED_ENDING = re.compile(r"\.[A-Za-z]{2,24}(?=[^\x00-\x7f])")
_TRAILING = ".,;:!?'*_~。、．，"
_PAIRS = {")": "(", "]": "["}
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_BARE = re.compile(
    rf"(?<!\[\.\])(?<![A-Za-z0-9@._/\\:=%&?#-])((?:{_LABEL}(?:\.|\[\.\])){{1,20}}[A-Za-z]{{2,24}})"
    rf"(?P<rest>[:/?][\x21-\x7e]{{0,2048}})?(?![A-Za-z0-9@-])"
)


def find(text: str, html: str | None) -> tuple[Link, ...]:
    """All links, each once per place; HTML first, then what stands only in the text; at most MAX_LINKS."""
    kept: dict[tuple[str, str, str], Link] = {}
    for link in _all(text, html):
        kept.setdefault((link.url, link.where, link.shown), link)
        if len(kept) >= MAX_LINKS:
            break
    return tuple(kept.values())


def in_text(text: str) -> Iterator[Link]:
    """Links in running text: Japanese may stand right against them, before and after.

    ``こちらhttps://evil.example/aへどうぞ`` · ``（https://evil.example/a）。`` · ``hxxps://evil[.]example/a``.
    """
    text = text[:MAX_TEXT]
    covered = -1
    seen: set[str] = set()
    for start in _START.finditer(text):
        if start.start() < covered or _glued(text, start.start()):
            continue
        written = _cut(text, start.start(), start.end())
        covered = start.start() + len(written)
        if written in seen:
            continue
        seen.add(written)
        if link := _link(written, "text"):
            yield link
    yield from _bare(text)


def _all(text: str, html: str | None) -> Iterator[Link]:
    seen: set[str] = set()
    if html is not None:
        for where, target, shown in markup.references(html):
            link = _link(target, where, shown)
            if link:
                seen.add(link.url)
                yield link
    for link in in_text(text):
        if link.url not in seen:
            yield link


def _link(written: str, where: str, shown: str = "") -> Link | None:
    """The link that *written* makes, as a browser reads it; None for mailto:, tel:, fragments and nonsense."""
    live = refang(written) if where.startswith("text") else written
    found = url(live[:_MAX_URL])
    if found is None or found.scheme in {"mailto", "tel", "cid", "sms", "about"}:
        return None
    return Link(
        url=found.href,
        host=found.host,
        registrable=registrable(found.host),
        path=found.path,
        shown=shown,
        where=where,
        written=written[:_MAX_URL],
    )


def _glued(text: str, start: int) -> bool:
    """Whether Latin letters stand right before, so that this is the middle of some other word."""
    return start > 0 and text[start - 1].isascii() and text[start - 1].isalnum()


def _cut(text: str, start: int, authority: int) -> str:
    limit = min(len(text), start + _MAX_URL)
    found = _END.search(text, authority, limit)
    end = found.start() if found else limit
    if found and found["japanese"] and not _PATH.search(text, authority, end):
        end = _japanese_host_end(text, end, limit)
    return _trimmed(text[start:end])


def _japanese_host_end(text: str, japanese: int, limit: int) -> int:
    """Where a URL ends whose host meets Japanese text: ``https://例え.jp/ぱす``, but ``https://evil.exampleへどうぞ``."""
    if _ENDING.search(text, max(0, japanese - 26), japanese):
        return japanese  # a whole ASCII host stands before
    stop = _STOP.search(text, japanese, limit)
    end = stop.start() if stop else limit
    glued = _GLUED_ENDING.search(text, japanese, end)
    path = _PATH.search(text, japanese, end)
    if glued and (path is None or glued.end() <= path.start()):
        return glued.end()
    return end


def _trimmed(found: str) -> str:
    """Without the punctuation of the sentence around it; a closing bracket stays where one opens inside."""
    while found:
        last = found[-1]
        if last in _PAIRS and found.count(_PAIRS[last]) >= found.count(last):
            return found
        if last not in _TRAILING and last not in _PAIRS:
            return found
        found = found[:-1]
    return found


def _bare(text: str) -> Iterator[Link]:
    """``www.evil.com``, ``evil-host.com.com/login``, ``evil-host[.]com``: no scheme, yet clients link them."""
    for found in _BARE.finditer(text):
        host = found[1].replace("[.]", ".")
        rest = found["rest"] or ""
        rest = rest if re.match(r"(?::\d{1,5})?[/?]", rest) else ""
        if not _worth(host, rest, found[1]):
            continue
        written = _trimmed(found[1] + rest)
        if link := _link("http://" + written.replace("[.]", "."), "text-bare"):
            yield replace(link, written=written)


def _worth(host: str, rest: str, written: str) -> bool:
    """Names without a scheme are taken where a client would link them, or where somebody defanged them."""
    return (host.lower().startswith("www.") or bool(rest) or "[.]" in written) and under_public_suffix(host)


def hosts(links: Iterable[Link]) -> tuple[str, ...]:
    """Each host that is linked, once, in order."""
    return tuple(dict.fromkeys(link.host for link in links if link.host))
