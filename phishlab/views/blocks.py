"""A step cut into what a page is made of: sheets, pictures, passages, verdicts, all fit to be printed.

HTML, Markdown and the terminal show the same blocks; nothing is looked up or judged here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from phishlab.classes import dataclass, replace
from phishlab.records import Assessment, Exhibit, Finding, Lookup, Outcome, Place, Step, Waypoint
from phishlab.sources.reputation import observed
from phishlab.views import sentences
from phishlab.views.cells import brief, worded
from phishlab.views.citations import Citations, Reference
from phishlab.views.safe import Lens, visible
from phishlab.views.sheets import Sheet, of_exhibit

PASSAGE = 6_000
"""Characters shown of the mail's text."""

if TYPE_CHECKING:
    from phishlab.views.charts import Chart

_PNG = b"\x89PNG\r\n\x1a\n"

ReadFile: TypeAlias = Callable[[str], bytes]
"""Hands back a file of the case by its path; KeyError or OSError where it cannot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A still picture (PNG) and, for a map, the live one as a page of its own and as a notebook shows it."""

    name: str
    kind: str
    alt: str
    caption: str
    png: bytes
    page: str = ""
    live: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Text of the mail, line by line."""

    lines: tuple[str, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A finding: its sentence, which way it speaks and how much, what limits it, what it rests on."""

    id: str
    sentence: str
    direction: str
    direction_word: str
    weight: str
    weight_word: str
    caveat: str
    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A graded answer, with the findings on both sides."""

    question: str
    answer: str
    confidence: str
    confidence_word: str
    supporting: tuple[Card, ...]
    opposing: tuple[Card, ...]
    caveats: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counsel:
    """What to do, in order."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One sentence about something that cannot be shown."""

    text: str


Block: TypeAlias = Sheet | Picture | Passage | Verdict | Counsel | Note


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A step as it is shown."""

    id: str
    title: str
    intro: tuple[str, ...]
    """Paragraphs: what this step looks at."""
    explanation: tuple[str, ...]
    """Paragraphs for a learner."""
    not_evaluated: str
    blocks: tuple[Block, ...]
    cards: tuple[Card, ...]


def section(step: Step, lens: Lens, citations: Citations, attachment: ReadFile | None = None) -> Section:
    """The step as it is shown; *attachment* reads the pictures that lie in the case."""
    blocks: list[Block] = []
    for exhibit in step.exhibits:
        blocks += _blocks(exhibit, step, lens, citations, attachment)
    return Section(
        id=step.id,
        title=lens.say(f"step.{step.id}.title"),
        intro=paragraphs(lens, f"step.{step.id}.intro"),
        explanation=paragraphs(lens, f"step.{step.id}.explain"),
        not_evaluated=worded(lens, "why", step.not_evaluated) if step.not_evaluated else "",
        blocks=_named(blocks),
        cards=tuple(card(finding, lens, citations) for finding in step.findings),
    )


def paragraphs(lens: Lens, sentence: str) -> tuple[str, ...]:
    """A worded text cut at its empty lines; its id where it is not worded."""
    joint = "" if lens.lang == "ja" else " "
    return tuple(joint.join(part.split("\n")) for part in lens.say(sentence).split("\n\n"))


def card(finding: Finding, lens: Lens, citations: Citations) -> Card:
    """The finding in words."""
    return Card(
        id=finding.id,
        sentence=sentences.finding(finding, lens),
        direction=finding.direction.value,
        direction_word=lens.say(f"direction.{finding.direction}"),
        weight=finding.weight.value,
        weight_word=lens.say(f"weight.{finding.weight}"),
        caveat=sentences.caveat(finding, lens),
        references=citations.of(finding.because, lens),
    )


def verdict(assessment: Assessment, lens: Lens, citations: Citations) -> Verdict:
    """The assessment in words. An answer may be worded for its question: ``answer.<question>.<answer>``."""
    own = lens.say(f"answer.{assessment.question}.{assessment.answer}")
    return Verdict(
        question=worded(lens, "question", assessment.question),
        answer=own if not own.startswith("answer.") else worded(lens, "answer", assessment.answer),
        confidence=assessment.confidence.value,
        confidence_word=lens.say(f"confidence.{assessment.confidence}"),
        supporting=tuple(card(finding, lens, citations) for finding in assessment.supporting),
        opposing=tuple(card(finding, lens, citations) for finding in assessment.opposing),
        caveats=tuple(worded(lens, "caveat", caveat) for caveat in assessment.caveats),
    )


# --- one exhibit ----------------------------------------------------------------------------------------


def _blocks(
    exhibit: Exhibit, step: Step, lens: Lens, citations: Citations, attachment: ReadFile | None
) -> list[Block]:
    match exhibit.kind:
        case "text":
            return [_passage(str(item), lens) for item in exhibit.items]
        case "advice":
            return [counsel(exhibit.items, lens)]
        case "assessment":
            return [verdict(item, lens, citations) for item in exhibit.items if isinstance(item, Assessment)]
        case "screenshot" | "map" | "route-map":
            return _pictures(exhibit, step, lens, attachment)
        case "timeline" | "panel" | "ages" | "grid" | "asked" | "names":
            return _chart(exhibit, lens)
    told = exhibit if step.id.startswith("subject") else _told(exhibit)
    return list(of_exhibit(told, lens, citations)) if told.items or not exhibit.items else []


def _told(exhibit: Exhibit) -> Exhibit:
    """The exhibit without the services that were not asked: a finding names them together, the data has them all.

    A page that a person may look at stays, for its link.
    """
    if exhibit.kind != "listings":
        return exhibit
    kept = (
        item
        for item in exhibit.items
        if not (isinstance(item, Lookup) and item.outcome is Outcome.NOT_ASKED) or item.note == observed.LOOK
    )
    return replace(exhibit, items=tuple(kept))


def _pictures(exhibit: Exhibit, step: Step, lens: Lens, attachment: ReadFile | None) -> list[Block]:
    if exhibit.kind == "screenshot":
        return [_screenshot(str(item), lens, attachment) for item in exhibit.items]
    if exhibit.kind == "route-map":
        return _route_map(tuple(item for item in exhibit.items if isinstance(item, Waypoint)), lens)
    return _map(tuple(item for item in exhibit.items if isinstance(item, Place)), step, lens)


def counsel(items: tuple[object, ...], lens: Lens) -> Counsel:
    """Advice in words, by its ids."""
    return Counsel(items=tuple(worded(lens, "advice", str(item)) for item in items))


def _passage(text: str, lens: Lens) -> Passage:
    shown = lens.text(text[:PASSAGE]).strip("\n")
    return Passage(lines=tuple(shown.split("\n")), left_out=max(0, len(text) - PASSAGE))


def _screenshot(path: str, lens: Lens, attachment: ReadFile | None) -> Block:
    try:
        png = attachment(path) if attachment else b""
    except (KeyError, OSError):
        png = b""
    if not png.startswith(_PNG):
        return Note(text=lens.say("picture.unreadable", path=brief(path, 200)))
    kind = "observed" if path.startswith("data/observed/") else "screenshot"
    caption, alt = lens.say(f"picture.{kind}.caption"), lens.say(f"picture.{kind}.alt")
    return Picture(name=_stem(path, kind), kind="screenshot", alt=alt, caption=caption, png=png)


def _stem(path: str, kind: str) -> str:
    return "page" if kind == "screenshot" else path.rpartition("/")[2].removesuffix(".png")


def _chart(exhibit: Exhibit, lens: Lens) -> list[Block]:
    from phishlab.views import charts

    chart = charts.of_exhibit(exhibit, lens)
    return [still(chart)] if chart.items else []


def still(chart: Chart) -> Picture:
    """The chart drawn."""
    return Picture(name=chart.name, kind=chart.kind, alt=chart.alt, caption=chart.caption, png=chart.bytes())


def _route_map(waypoints: tuple[Waypoint, ...], lens: Lens) -> list[Block]:
    from phishlab.views import maps

    drawn = maps.route(waypoints, lens)
    found = [one.place.record.attribution for one in waypoints if one.place.record is not None]
    credit = " · ".join(dict.fromkeys(visible(attribution) for attribution in found))
    return [
        Picture(
            name="map-route",
            kind="map",
            alt=drawn.alt,
            caption=lens.say("picture.route-map.caption") + " " + brief(credit, 400),
            png=drawn.png,
            page=drawn.html,
            live=drawn._repr_html_(),
        )
    ]


def _map(places: tuple[Place, ...], step: Step, lens: Lens) -> list[Block]:
    if not places:
        return []
    from phishlab.views import maps

    drawn = maps.world(places, lens)
    credit = " · ".join(dict.fromkeys(visible(place.attribution) for place in places))
    return [
        Picture(
            name=f"map-{step.id.removesuffix('-place')}",
            kind="map",
            alt=drawn.alt,
            caption=lens.say("picture.map.caption") + " " + brief(credit, 400),
            png=drawn.png,
            page=drawn.html,
            live=drawn._repr_html_(),
        )
    ]


def _named(blocks: list[Block]) -> tuple[Block, ...]:
    """Pictures of one name get a number, so that no file overwrites another."""
    seen: dict[str, int] = {}
    named: list[Block] = []
    for block in blocks:
        if isinstance(block, Picture):
            seen[block.name] = seen.get(block.name, 0) + 1
            if seen[block.name] > 1:
                block = replace(block, name=f"{block.name}-{seen[block.name]}")
        named.append(block)
    return tuple(named)
