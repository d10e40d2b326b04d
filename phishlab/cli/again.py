"""``again``: every question of a case put anew, in a new run of it; the answers of before stay."""

from __future__ import annotations

import argparse

from phishlab import case as cases
from phishlab.cli import choice, compare, console, investigate
from phishlab.evidence import runs
from phishlab.views.desk import Asking
from phishlab.views.safe import Lens


def run(arguments: argparse.Namespace) -> int:
    """A new run of the case, or the last one gone on with where it was stopped; then what changed since."""
    asking = Asking()
    finished = cases.open_case(arguments.case).finished
    put = cases.anew if finished else cases.resume
    wire = choice.wire(arguments)
    opened = put(arguments.case, lists=arguments.lists, on_question=asking, wire=wire)
    lens = Lens(lang=arguments.lang, recipients=opened.message.recipients)
    told = "changes.asking" if finished else "changes.going-on"
    console.line(lens.say(told, run=opened.runs[-1], level=lens.say(f"level.{opened.level.word}")))
    investigate.work(opened, asking, lens, notebook=not arguments.no_notebook)
    spans = runs.spans(opened.folder.answers.exchanges())
    if len(spans) > 1:
        console.line("")
        compare.show(opened, spans[-2], spans[-1], lens)
    return 0
