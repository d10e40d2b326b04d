"""OpenPhish's public feed: fetched whole, kept, and matched on this machine, so that nobody learns of the case.

It is short, some hundred URLs of the last hours: not to stand in it means nothing for a mail of last week.
"""

from __future__ import annotations

from collections.abc import Sequence

from phishlab import indicators
from phishlab.records import Answer, Level, Listing, Lookup, Question
from phishlab.sources.reputation.subject import Subject, page, trouble
from phishlab.wire import Wire

SERVICE = "OpenPhish"
FEED = "https://openphish.com/feed.txt"
"""It redirects to the copy on GitHub (openphish/public_feed)."""
LINK = "https://openphish.com/phishing_feeds.html"


def question() -> Question:
    """The question for the feed: it names nothing of the case."""
    return Question(uri=FEED, level=Level.THIRD_PARTY)


def url(wire: Wire, url: str) -> Lookup[Listing]:
    """Whether *url* (without its query) is in the feed as of now: listed, or unknown to it."""
    about = Subject(service=SERVICE, name=url, link=LINK)
    answer = wire.ask(question())
    why = trouble(answer) or (None if _is_feed(answer) else "the answer is no feed of URLs")
    if why:
        return about.error(why, answer)
    wanted = page(url)
    same_host = [found for found in _keys(answer.data) if found[0] == wanted[0] and wanted[0]]
    of = moment_of(answer)
    if wanted in same_host:
        return about.listed([answer], "phishing", of)
    others = f"{len(same_host)} other URLs of this host are in the feed" if same_host else ""
    detail = "; ".join(filter(None, (others, of)))
    return about.unknown([answer], detail, mentions=len(same_host))


def moment_of(answer: Answer) -> str:
    """What the server says of the feed's own age; the time of fetching stands in the record anyway."""
    stated = answer.header("Last-Modified")
    return f"feed of {stated[:40]}" if stated else ""


def _is_feed(answer: Answer) -> bool:
    lines = answer.data.split(b"\n", 1)
    found = indicators.url(lines[0].decode("utf-8", "replace").strip())
    return found is not None and found.scheme in {"http", "https"}


def _keys(feed: bytes) -> Sequence[tuple[str, str]]:
    r"""The entries of ``https://evil.example/login\nhttp://…``, one a line."""
    return [page(line.strip()) for line in feed.decode("utf-8", "replace").splitlines() if line.strip()]
