"""``step``, ``verify`` and ``compare``: what is there, shown. Nothing is asked."""

from __future__ import annotations

import argparse
import json
import sys

from phishlab.cli import NOT_AS_SEALED
from phishlab.errors import InputError
from phishlab.evidence import runs
from phishlab.evidence.folder import CaseFolder
from phishlab.views.safe import Lens


def step(arguments: argparse.Namespace) -> int:
    """One step of a case, as the notebook and the report show it, in plain text."""
    from phishlab import case as cases  # verify and compare go without
    from phishlab import walkthrough
    from phishlab.report import structured
    from phishlab.views import steps as views

    if arguments.name == "list":
        for name in walkthrough.NAMES:
            print(name)
        return 0
    if arguments.name not in walkthrough.NAMES:
        raise InputError(f"no step {arguments.name!r}: choose one of {', '.join(walkthrough.NAMES)}")
    if arguments.case is None:
        raise InputError(f"which case? phishlab step {arguments.name} CASE")
    opened = cases.open_case(arguments.case)
    worked = walkthrough.step(opened, arguments.name)
    if arguments.json:
        return _json(structured.plain(worked))
    lens = Lens(lang=arguments.lang, recipients=opened.message.recipients)
    print(views.plain(worked, lens))
    return 0


def verify(arguments: argparse.Namespace) -> int:
    """Whether the case is as it was sealed; exit code 4 where it is not."""
    folder = CaseFolder.open(arguments.case)
    problems = folder.verify()
    if arguments.json:
        _json([{"kind": problem.kind, "path": problem.path, "text": problem.text} for problem in problems])
        return NOT_AS_SEALED if problems else 0
    lens = Lens()
    if not problems:
        answers = len(folder.answers.exchanges())
        files = sum(1 for path in (folder.path / "data").rglob("*") if path.is_file())
        print(lens.say("cli.verified").format(case=folder.path, files=files, answers=answers))
        return 0
    print(lens.say("cli.broken").format(case=folder.path), file=sys.stderr)
    for problem in problems:
        print(f"  {problem.path}: {problem.text}", file=sys.stderr)
    return NOT_AS_SEALED


def compare(arguments: argparse.Namespace) -> int:
    """What the later run of a case was told that the earlier was not."""
    folder = CaseFolder.open(arguments.case)
    exchanges = folder.answers.exchanges()
    known = list(dict.fromkeys(exchange.run for exchange in exchanges))
    chosen = arguments.runs or ([known[0], known[-1]] if len(known) > 1 else known)
    if len(chosen) != 2 or any(run not in known for run in chosen):
        raise InputError(
            f"{arguments.case} has the runs {', '.join(known) or 'none'}: two are needed to compare"
        )
    differences = runs.compare(exchanges, chosen[0], chosen[1])
    if arguments.json:
        from phishlab.report import structured

        return _json([structured.plain(difference) for difference in differences])
    lens = Lens()
    for difference in differences:
        print(lens.text(difference.question))
        print(f"  {chosen[0]}: {difference.before or '—'}")
        print(f"  {chosen[1]}: {difference.after or '—'}")
    if not differences:
        print(lens.say("cli.same", first=chosen[0], last=chosen[1]))
    return 0


def _json(document: object) -> int:
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2)
    print()
    return 0
