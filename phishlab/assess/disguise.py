"""What hides among the words of a mail: text nobody sees, letters turned round, breaks without width."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from phishlab.mail import concealed
from phishlab.records import Claim, Direction, Finding, Message, Weight

_MOST_LINKS = 200
_SAMPLE = 80
# UAX 9: overrides turn letters round; the others say which way a passage runs, which Arabic and Hebrew need.
_OVERRIDES = re.compile("[\u202d\u202e]")
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
_LETTER = r"[0-9A-Za-z\u00c0-\u024f\u0370-\u052f\u3041-\u30ff\u3400-\u9fff]"
# Between letters of these scripts nothing needs them; emoji, Persian and Indic scripts do, and stay out of it.
_NO_WIDTH = re.compile(
    rf"(?<={_LETTER})[\u00ad\u180e\u200b-\u200d\u202a-\u202c\u2060-\u2069\ufeff]+(?={_LETTER})"
)


def findings(message: Message) -> tuple[Finding, ...]:
    """Each finding at most once, for the first place that shows it."""
    found: dict[str, Finding] = {}
    for finding in (*_hidden(message), *_characters(message)):
        found.setdefault(finding.id, finding)
    return tuple(found.values())


def _hidden(message: Message) -> Iterator[Finding]:
    texts = concealed.find(message.html) if message.html else ()
    if texts:
        longest = max(texts, key=lambda text: len(text.text))
        yield _finding(
            "hidden-text",
            Weight.WEAK,
            Claim(text=longest.text[:_SAMPLE], field="HTML"),
            caveat="hidden-preview",
            how=", ".join(text.how for text in texts),
            count=str(sum(len(text.text) for text in texts)),
            text=longest.text[:_SAMPLE],
        )


def _characters(message: Message) -> Iterator[Finding]:
    for place, text in _places(message):
        claim = Claim(text=text[:_SAMPLE], field=place)
        if _OVERRIDES.search(text):
            weight = Weight.STRONG
        elif _DIRECTIONS.search(text) and not _runs_leftward(text):
            weight = Weight.WEAK
        else:
            weight = None
        if weight is not None:
            yield _finding("text-direction-override", weight, claim, place=place, text=text[:_SAMPLE])
        if _NO_WIDTH.search(text):
            yield _finding("hidden-characters", Weight.MODERATE, claim, place=place, text=text[:_SAMPLE])


def _places(message: Message) -> Iterator[tuple[str, str]]:
    """Where names stand that a reader goes by, the overrides first so that the strongest is kept."""
    places = [("Subject", message.subject.text), ("From", message.from_.display_name)]
    if message.reply_to is not None:
        places.append(("Reply-To", message.reply_to.display_name))
    places += [("Content-Disposition", attachment.name) for attachment in message.attachments]
    for link in message.links[:_MOST_LINKS]:
        places += [("HTML", link.shown), ("URL", link.written)]
    return iter(sorted(places, key=lambda place: not _OVERRIDES.search(place[1])))


def _runs_leftward(text: str) -> bool:
    return any(char.isalpha() and unicodedata.bidirectional(char) in {"R", "AL"} for char in text)


def _finding(finding: str, weight: Weight, claim: Claim, caveat: str | None = None, **values: str) -> Finding:
    return Finding(
        id=finding,
        direction=Direction.FOR,
        weight=weight,
        values=tuple(values.items()),
        because=(claim,),
        caveat=caveat,
    )
