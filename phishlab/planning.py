"""What would be asked of whom, before anything is: the tree of questions, read without asking.

What depends on an answer is planned for a stand-in, and shown as "each address found".
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from phishlab import gathering, indicators
from phishlab.branches import Branch, looked_up
from phishlab.case import Case
from phishlab.exhibits import shown
from phishlab.records import Level, Lookup, Planned, Question, Step
from phishlab.sources import dns
from phishlab.sources import reputation as services
from phishlab.wire.plan import PlanWire

ADDRESS, NAME = "⟨address⟩", "⟨name⟩"
# Public, so that nothing refuses it, and not to be met by chance: it stands in the plan alone.
_ADDRESS, _NAME = "9.254.253.251", "each-name-found.example"
_BACKWARDS = ".".join(reversed(_ADDRESS.split(".")))
_STAND_INS = {"address": _ADDRESS, "name": _NAME}


@contextmanager
def draft(make: Callable[[Path], Case]) -> Iterator[Case]:
    """The case that *make* makes at a path, gone again afterwards with all that was made for it."""
    with tempfile.TemporaryDirectory(prefix="phishlab-plan-") as room:
        yield make(Path(room) / "case")


def step(case: Case, kept: Collection[str] = ()) -> Step:
    """The plan of *case* as a step that can be shown: now, then, and what is not asked with the reason.

    *kept*: questions that are answered already.
    """
    rows = [row for row in of(case) if row.question not in kept]
    return Step(
        id="plan",
        exhibits=shown(
            ("plan", [row for row in rows if not row.note and not row.after]),
            ("plan-then", [row for row in rows if not row.note and row.after]),
            ("plan-not", [row for row in rows if row.note]),
        ),
        not_evaluated=None if any(not row.note for row in rows) else "nobody-is-asked",
    )


def of(case: Case) -> tuple[Planned, ...]:
    """Each question once, in the order in which it would first be put."""
    wire = PlanWire(case.level, case.message.recipients)
    case = replace(case, wire=wire)
    found: dict[tuple[str, str, str], Planned] = {}
    for row in _rows(wire, gathering.branches(case), ""):
        # A list is asked for its test entry once for all, a form is posted to one address: what it is about tells.
        found.setdefault((row.question, "" if row.about in row.question else row.about, row.after), row)
    return tuple(found.values())


def _rows(wire: PlanWire, branches: Iterable[Branch], after: str) -> Iterator[Planned]:
    for branch in branches:
        wire.taken()  # what the tree itself had to look up to grow stands in the plan already
        answers = looked_up(branch.ask)
        noted = wire.taken()
        for question, note in noted:
            yield _planned(question, note, answers, after)
        # What is refused leads nowhere.
        if branch.each and any(not note for _, note in noted):
            yield from _rows(wire, branch.then(_STAND_INS[branch.each]), branch.each)


def _planned(question: Question, note: str, answers: tuple[Lookup[Any], ...], after: str) -> Planned:
    subjects = list(dict.fromkeys(lookup.subject for lookup in answers if lookup.subject))
    about = next((subject for subject in subjects if subject in question.uri), " ".join(subjects))
    return Planned(
        question=_stood_in(question.uri),
        whom=_whom(question),
        level=question.level,
        about=_stood_in(about),
        learns=_learns(question, answers[0].source if answers else "", about),
        after=after,
        note=note,
    )


def _stood_in(text: str) -> str:
    for stand_in, shown_as in ((_ADDRESS, ADDRESS), (_BACKWARDS, ADDRESS), (_NAME, NAME)):
        text = text.replace(stand_in, shown_as)
    return text


def _learns(question: Question, source: str, about: str) -> tuple[str, ...]:
    """What the catalogue says of the service; else what a question of its level gives away."""
    service = next((one for one in services.SERVICES if source in one.title), None) if source else None
    if service is not None:
        return service.learns or ("nothing",)
    if question.level is Level.ACTIVE:
        return ("look",)
    return ("address",) if indicators.address(about) else ("domain",)


def _whom(question: Question) -> str:
    """The server, or the domain whose name servers are asked; empty where only an answer will tell."""
    scheme, _, rest = question.uri.partition(":")
    if scheme == "dns":
        name = rest.partition("?")[0]
        zone = dns.run_by(name) or indicators.registrable(name) or name
        return "" if _NAME in name else "arpa" if name.endswith(".arpa") else zone
    if scheme == "whois":
        return rest.removeprefix("//").partition("/")[0]
    parsed = indicators.url(rest if scheme == "visit" else question.uri)
    return parsed.host if parsed else ""
