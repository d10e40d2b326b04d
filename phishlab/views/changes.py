"""What two runs of a case say differently, as a reader sees it: which answer, which field, before and after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from phishlab.records import Assessment, Exhibit, Lookup, Step
from phishlab.views import sentences, tables
from phishlab.views.cells import NOTHING, brief
from phishlab.views.safe import Lens
from phishlab.views.tables import Table

_COLUMNS = ("about", "subject", "field", "before", "after")
_PASSING = frozenset({"subject", "source", "note", "ttl", "as_of"})
"""Columns that name an answer, or are another each time without anything having changed."""
_LONGEST = 300
"""Characters of one value in a sentence."""

_Row = Mapping[str, str]
_Named = tuple[str, str, str, int]
"""What a row is of: the table, the subject, the source, and which of several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that two runs say differently, each text fit to be printed.

    *about*: the table's caption, or what kind of thing it is; *field*: the heading of its column. *before* and
    *after* are ``—`` where that run says nothing.
    """

    about: str
    subject: str
    field: str
    before: str
    after: str


def between(before: Sequence[Step], after: Sequence[Step], lens: Lens) -> tuple[Change, ...]:
    """The answers, then the graded answers, then the findings that differ, in the order of the steps."""
    return (
        *_answers(before, after, lens),
        *_assessments(before, after, lens),
        *_findings(before, after, lens),
    )


def table(changes: Iterable[Change], lens: Lens, first: str, last: str) -> Table:
    """The changes as a table; *first* and *last* name the runs."""
    headings = {"before": lens.say("changes.run", run=first), "after": lens.say("changes.run", run=last)}
    return Table(
        id="changes",
        columns=_COLUMNS,
        headings=tuple(headings.get(column) or lens.say(f"column.{column}") for column in _COLUMNS),
        rows=tuple((one.about, one.subject, one.field, one.before, one.after) for one in changes),
        alignment=("left",) * len(_COLUMNS),
        caption=lens.say("table.changes"),
    )


def sentence(change: Change, lens: Lens) -> str:
    """The change on one line: ``… / sgogoj[.]com / Values: was 8[.]217[.]61[.]41, is now —``."""
    return lens.say(
        "changes.sentence",
        about=change.about,
        subject=brief(change.subject, _LONGEST),
        field=change.field,
        before=brief(_line(change.before), _LONGEST),
        after=brief(_line(change.after), _LONGEST),
    )


def _line(text: str) -> str:
    return ", ".join(text.split("\n"))


def _answers(before: Sequence[Step], after: Sequence[Step], lens: Lens) -> Iterator[Change]:
    said, says = dict(_rows(before, lens)), dict(_rows(after, lens))
    captions = {name: lens.say(f"table.{name}") for name, *_ in (*said, *says)}
    headings = dict(_headings((*before, *after), lens))
    for named in dict.fromkeys((*said, *says)):
        name, subject, *_ = named
        for column, was, now in _differing(said.get(named, {}), says.get(named, {})):
            yield Change(
                about=captions[name],
                subject=subject,
                field=headings[name, column],
                before=was,
                after=now,
            )


def _differing(said: _Row, says: _Row) -> Iterator[tuple[str, str, str]]:
    """Columns with other texts. An answer that only one run has is one change: what became of it."""
    if not said or not says:
        yield "outcome", said.get("outcome", NOTHING), says.get("outcome", NOTHING)
        return
    for column in says:
        if said.get(column) != says[column]:
            yield column, said.get(column, NOTHING), says[column]


def _rows(steps: Iterable[Step], lens: Lens) -> Iterator[tuple[_Named, _Row]]:
    """The rows of every table of look-ups, each once though several steps may show it."""
    for exhibit in _looked_up(steps):
        shown, counts = tables.rows(exhibit, lens), dict[tuple[str, str], int]()
        for texts in shown.rows:
            cells = dict(zip(shown.columns, texts, strict=True))
            who = cells["subject"], cells["source"]
            counts[who] = counts.get(who, 0) + 1
            kept = {column: text for column, text in cells.items() if column not in _PASSING}
            if cells["note"] not in ("", NOTHING):
                kept["outcome"] = f"{kept['outcome']} ({cells['note']})"
            yield (shown.id, *who, counts[who]), kept


def _headings(steps: Iterable[Step], lens: Lens) -> Iterator[tuple[tuple[str, str], str]]:
    for exhibit in _looked_up(steps):
        shown = tables.rows(exhibit, lens)
        for column, heading in zip(shown.columns, shown.headings, strict=True):
            yield (shown.id, column), heading


def _looked_up(steps: Iterable[Step]) -> Iterator[Exhibit]:
    """The tables whose rows are look-ups: they have the columns of one."""
    for step in steps:
        for exhibit in step.exhibits:
            if exhibit.items and all(isinstance(item, Lookup) for item in exhibit.items):
                columns = set(tables.rows(exhibit, Lens()).columns)
                if {"subject", "source", "outcome", "note"} <= columns:
                    yield exhibit


def _assessments(before: Sequence[Step], after: Sequence[Step], lens: Lens) -> Iterator[Change]:
    pairs = zip_longest(_graded(before, lens), _graded(after, lens), fillvalue=("", NOTHING))
    for (question, was), (asked, now) in pairs:
        if was != now:
            yield Change(
                about=lens.say("changes.answer"), subject=question or asked, field="", before=was, after=now
            )


def _graded(steps: Iterable[Step], lens: Lens) -> Iterator[tuple[str, str]]:
    for step in steps:
        for exhibit in step.exhibits:
            for one in exhibit.items:
                if isinstance(one, Assessment):
                    confidence = lens.say(f"confidence.{one.confidence}")
                    said = lens.say(f"answer.{one.question}.{one.answer}")
                    yield lens.say(f"question.{one.question}"), f"{said} ({confidence})"


def _findings(before: Sequence[Step], after: Sequence[Step], lens: Lens) -> Iterator[Change]:
    said, says = _noticed(before, lens), _noticed(after, lens)
    for text in (*(text for text in said if text not in says), *(text for text in says if text not in said)):
        was, now = (text if text in told else NOTHING for told in (said, says))
        yield Change(about=lens.say("changes.finding"), subject="", field="", before=was, after=now)


def _noticed(steps: Iterable[Step], lens: Lens) -> dict[str, None]:
    return {sentences.finding(found, lens): None for step in steps for found in step.findings}
