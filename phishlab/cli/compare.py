"""``compare``: two runs of a case held against each other. Nothing is asked."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from phishlab import case as cases
from phishlab import walkthrough
from phishlab.case import Case
from phishlab.cli import width
from phishlab.cli.console import line
from phishlab.errors import InputError
from phishlab.evidence import runs
from phishlab.report import structured
from phishlab.views import changes, tables
from phishlab.views.safe import Lens


def run(arguments: argparse.Namespace) -> int:
    """What the later run of a case was told that the earlier was not."""
    opened = cases.open_case(arguments.case)
    first, last = _chosen(opened, arguments.runs)
    lens = Lens(lang=arguments.lang, recipients=opened.message.recipients)
    if arguments.json:
        json.dump(_document(opened, first, last, lens), sys.stdout, ensure_ascii=False, indent=2)
        line("")
    else:
        show(opened, first, last, lens)
    return 0


def show(opened: Case, first: runs.Span, last: runs.Span, lens: Lens) -> None:
    """The difference between two runs in words, then as a table."""
    answers = runs.compare(opened.folder.answers, first.run, last.run)
    for span in (first, last):
        when = lens.when(span.first)
        line(lens.say("changes.span", run=span.run, when=when, answers=span.answers))
    found = _between(opened, first, last, lens)
    if not found and not answers:
        line(lens.say("cli.same", first=first.run, last=last.run))
        return
    line(lens.say("changes.count", answers=len(answers), changes=len(found)))
    for change in found:
        line(f"  - {changes.sentence(change, lens)}")
    if found:
        line("")
        line(tables.plain(changes.table(found, lens, first.run, last.run), lens, width()))


def _between(opened: Case, first: runs.Span, last: runs.Span, lens: Lens) -> Sequence[changes.Change]:
    path = opened.folder.path
    before, after = (walkthrough.casefile(cases.open_case(path, span.run)).steps for span in (first, last))
    return changes.between(before, after, lens)


def _document(opened: Case, first: runs.Span, last: runs.Span, lens: Lens) -> object:
    """Spans of the runs, the questions with other bytes, and what reads differently."""
    answers = runs.compare(opened.folder.answers, first.run, last.run)
    found = _between(opened, first, last, lens)
    return {
        "runs": [structured.plain(span) for span in (first, last)],
        "answers": [structured.plain(one, lens) for one in answers],
        "changes": [structured.plain(one, lens) for one in found],
    }


def _chosen(opened: Case, named: Sequence[str]) -> tuple[runs.Span, runs.Span]:
    """The two runs that were named, else the first and the last; InputError where there are no two."""
    spans = {span.run: span for span in runs.spans(opened.folder.answers.exchanges())}
    chosen = named or ([*spans][:1] + [*spans][1:][-1:])
    if len(chosen) != 2 or any(run not in spans for run in chosen):
        known = ", ".join(spans) or "none"
        raise InputError(f"{opened.folder.path} has the runs {known}: two are needed to compare")
    return spans[chosen[0]], spans[chosen[1]]
