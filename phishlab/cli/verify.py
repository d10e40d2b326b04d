"""``verify``: whether a case is as it was sealed. It opens a folder, not a case, and asks nobody."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from phishlab.cli import NOT_AS_SEALED, OK, UNFINISHED
from phishlab.evidence.folder import CaseFolder
from phishlab.evidence.verify import UNSEALED, Problem
from phishlab.views.safe import Lens


def run(arguments: argparse.Namespace) -> int:
    """Whether the case is as it was sealed; exit code 4 where it is not, 6 where it is not finished."""
    folder = CaseFolder.open(arguments.case)
    problems = folder.verify()
    if arguments.json:
        _json(folder, problems)
    else:
        _say(folder, problems, Lens(lang=arguments.lang))
    return _code(problems)


def _code(problems: Sequence[Problem]) -> int:
    if not problems:
        return OK
    return UNFINISHED if all(problem.kind == UNSEALED for problem in problems) else NOT_AS_SEALED


def _say(folder: CaseFolder, problems: Sequence[Problem], lens: Lens) -> None:
    answers = str(len(folder.answers.exchanges()))
    code = _code(problems)
    if code == OK:
        files = sum(1 for path in (folder.path / "data").rglob("*") if path.is_file())
        print(lens.say("cli.verified").format(case=folder.path, files=files, answers=answers))
        print(lens.say("verify.sealed-again"))
        return
    told = "verify.unfinished" if code == UNFINISHED else "cli.broken"
    print(lens.say(told).format(case=folder.path, answers=answers), file=sys.stderr)
    for problem in problems:
        print(f"  {problem.path}: {lens.note(problem.text)}", file=sys.stderr)


def _json(folder: CaseFolder, problems: Sequence[Problem]) -> None:
    told = [{"kind": problem.kind, "path": problem.path, "text": problem.text} for problem in problems]
    document = {
        "state": {OK: "sealed", UNFINISHED: "unfinished"}.get(_code(problems), "broken"),
        "answers": len(folder.answers.exchanges()),
        "problems": told,
    }
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2)
    print()
