"""The steps of the walkthrough, in order, and what follows from all of them.

This is the only composition: notebook, report and command line all run these functions.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from phishlab import gathering, inquiry, lookups, steps
from phishlab.assess import identity as judge_identity
from phishlab.assess import (
    observables,
    ties,
    verdict,
)
from phishlab.case import Case
from phishlab.evidence.folder import FORMAT
from phishlab.exhibits import shown
from phishlab.records import (
    Assessment,
    CaseFile,
    Lookup,
    Step,
    Tie,
)
from phishlab.version import __version__


def conclusion(case: Case) -> Step:
    """What the mail is after, how sure that is, what to do, and the indicator table."""
    answers = assessments(case)
    by_question = {answer.question: answer for answer in answers}
    named = _ties(case)
    return Step(
        id="conclusion",
        exhibits=shown(
            ("assessment", answers),
            ("advice", verdict.advice(by_question["deceptive"], by_question["purpose"])),
            (
                "indicators",
                observables.table(case.message, case.route, inquiry.hosting(case), inquiry.visits(case)),
            ),
            ("names", named),
            ("asked", case.exchanges),
        ),
    )


STEPS: tuple[tuple[str, Callable[[Case], Step]], ...] = (
    ("message", steps.message),
    ("identity", steps.identity),
    ("route", steps.route_),
    ("sender-address-check", steps.sender_address_check),
    ("authentication", steps.authentication),
    ("sender-network", steps.sender_network),
    ("sender-place", steps.sender_place),
    ("body", steps.body),
    ("link-reputation", steps.link_reputation),
    ("link-registration", steps.link_registration),
    ("link-hosting", steps.link_hosting),
    ("link-place", steps.link_place),
    ("visit", steps.visit),
    ("conclusion", conclusion),
)
NAMES: tuple[str, ...] = tuple(name for name, _ in STEPS)


def names(case: Case) -> tuple[str, ...]:
    """The names of the steps of *case*: those of a mail, or those of a look-up without one."""
    return NAMES if case.subject is None else tuple(name for name, _ in lookups.STEPS)


def step(case: Case, name: str) -> Step:
    """The step of that name, worked out once a sitting; KeyError for one that is not in ``names(case)``."""
    if name not in case.steps:
        case.steps[name] = dict(STEPS if case.subject is None else lookups.STEPS)[name](case)
    return case.steps[name]


def assessments(case: Case) -> tuple[Assessment, ...]:
    """The three graded answers, from the findings of all steps before the conclusion."""
    findings = [finding for name in NAMES[:-1] for finding in step(case, name).findings]
    looked_up = next(iter(inquiry.from_addresses(case)), None)
    comparison = judge_identity.address_check(case.message, case.route, looked_up)
    return (
        verdict.deceptive(findings),
        verdict.purpose(inquiry.visits(case), findings),
        verdict.from_domain(
            case.message,
            case.authentication,
            inquiry.authentication(case),
            comparison,
            findings,
            boundary=case.route.origin.confidence,
        ),
    )


def casefile(
    case: Case,
    on_step: Callable[[Step], None] | None = None,
    on_left: Callable[[int], None] | None = None,
) -> CaseFile:
    """All steps worked out, as the one document that every report is made of.

    *on_left* is told how many look-ups are not done while a live case asks, *on_step* of each step after that.
    """
    gathering.gather(case, on_left)
    worked: list[Step] = []
    for name in names(case):
        worked.append(step(case, name))
        if on_step is not None:
            on_step(worked[-1])
    return CaseFile(
        format=FORMAT,
        phishlab=__version__,
        case=case.name,
        level=case.level,
        receiver=case.route.origin.profile,
        message=case.message,
        route=case.route,
        steps=tuple(worked),
        assessments=assessments(case) if case.subject is None else (),
        exchanges=case.exchanges,
        opened_at=datetime.fromisoformat(str(case.folder.info["opened_at"])),
        run=case.run,
        notes=case.notes,
        faults=case.faults,
        subject=case.subject,
    )


def _ties(case: Case) -> tuple[Tie, ...]:
    """What the names of the case have in common, by the answers of the steps and the database of networks."""
    addresses = [lookup for name in NAMES[:-1] for lookup in _items(case, name, "addresses")]
    networks = [lookup for name in NAMES[:-1] for lookup in _items(case, name, "networks")]
    registered = [lookup for name in NAMES[:-1] for lookup in _items(case, name, "domains")]
    known = {lookup.subject for lookup in networks}
    networks += inquiry.announced(case, [ip for ip in inquiry.sender_ips(case) if ip not in known])
    return ties.of(
        case.message,
        case.route,
        case.asked_links,
        addresses=addresses,
        networks=networks,
        domains=registered,
    )


def _items(case: Case, name: str, kind: str) -> list[Lookup[Any]]:
    """What a step shows as *kind*."""
    shown = (exhibit.items for exhibit in step(case, name).exhibits if exhibit.kind == kind)
    return [item for items in shown for item in items if isinstance(item, Lookup)]
