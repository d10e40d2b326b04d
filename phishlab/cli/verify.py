"""``verify``: whether a case is as it was sealed. It opens a folder, not a case, and asks nobody."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from phishlab.cli import NOT_AS_SEALED, OK, UNFINISHED
from phishlab.errors import DataError, MissingExtraError
from phishlab.evidence import bag, stamps, tokens, unfinished
from phishlab.evidence.folder import CaseFolder
from phishlab.evidence.stamps import Stamp
from phishlab.evidence.verify import UNSEALED, Problem
from phishlab.views.safe import Lens


def run(arguments: argparse.Namespace) -> int:
    """Whether the case is as it was sealed; exit code 4 where it is not, 6 where it is not finished."""
    folder = CaseFolder.open(arguments.case)
    kept, faults = _stamps(folder, authorities(arguments.tsa_ca))
    problems = (*folder.verify(), *faults)
    if arguments.json:
        _json(folder, problems, kept)
    else:
        _say(folder, problems, kept, Lens(lang=arguments.lang))
    return _code(problems)


def authorities(paths: Sequence[Path] | None) -> tokens.Certificates:
    """The certificates of the files that were given; DataError where one cannot be read."""
    found: list[object] = []
    for path in paths or ():
        try:
            found += tokens.authorities(path.read_bytes())
        except OSError as error:
            raise DataError(f"cannot read {path}: {error.strerror}") from error
    return found  # type: ignore[return-value]  # certificates, whose type comes with an extra


def said_of_stamps(folder: CaseFolder, trusted: tokens.Certificates, lens: Lens) -> int:
    """What the stamps of the case prove, one line each; the exit code."""
    kept, faults = stamps.check(folder.path, trusted)
    for one in kept:
        print(_stamp(one, lens))
    for problem in faults:
        print(f"  {problem.path}: {lens.note(problem.text)}", file=sys.stderr)
    return NOT_AS_SEALED if faults else OK


def _stamps(
    folder: CaseFolder, trusted: tokens.Certificates
) -> tuple[tuple[Stamp, ...], tuple[Problem, ...]]:
    if not (folder.path / bag.STAMPS).exists():
        return (), ()
    try:
        return stamps.check(folder.path, trusted)
    except MissingExtraError as missing:
        print(missing, file=sys.stderr)  # the rest is verified all the same
        return (), ()


def _code(problems: Sequence[Problem]) -> int:
    if not problems:
        return OK
    return UNFINISHED if all(problem.kind == UNSEALED for problem in problems) else NOT_AS_SEALED


def _say(folder: CaseFolder, problems: Sequence[Problem], kept: Sequence[Stamp], lens: Lens) -> None:
    answers = str(len(folder.answers.exchanges()))
    code = _code(problems)
    if code == OK:
        files = sum(1 for path in (folder.path / "data").rglob("*") if path.is_file())
        print(lens.say("cli.verified").format(case=folder.path, files=files, answers=answers))
        if unfinished.going_on(folder.path):
            print(lens.say("verify.goes-on"))
    else:
        told = "verify.unfinished" if code == UNFINISHED else "cli.broken"
        print(lens.say(told).format(case=folder.path, answers=answers), file=sys.stderr)
    for problem in problems:
        print(f"  {problem.path}: {lens.note(problem.text)}", file=sys.stderr)
    for one in kept:
        print(_stamp(one, lens))
    if code == OK and not any(one.trust == tokens.TRUSTED and one.current for one in kept):
        print(lens.say("verify.sealed-again"))


def _stamp(one: Stamp, lens: Lens) -> str:
    """What a stamp proves, and what it does not."""
    over = lens.say("stamp.current" if one.current else "stamp.earlier")
    who = one.token.authority or one.token.fingerprint or "—"
    said = lens.say(
        f"stamp.{one.trust}",
        time=lens.when(one.token.time),
        authority=who,
        fingerprint=one.token.fingerprint or "—",
        why=lens.note(one.why),
    )
    return f"{one.path}: {over} {said}"


def _json(folder: CaseFolder, problems: Sequence[Problem], kept: Sequence[Stamp]) -> None:
    told = [{"kind": problem.kind, "path": problem.path, "text": problem.text} for problem in problems]
    document = {
        "state": {OK: "sealed", UNFINISHED: "unfinished"}.get(_code(problems), "broken"),
        "finished": not unfinished.going_on(folder.path) and folder.sealed,
        "answers": len(folder.answers.exchanges()),
        "problems": told,
        "stamps": [
            {
                "path": one.path,
                "time": f"{one.token.time:%Y-%m-%dT%H:%M:%SZ}",
                "authority": one.token.authority,
                "fingerprint": one.token.fingerprint,
                "trust": one.trust,
                "current": one.current,
            }
            for one in kept
        ],
    }
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2)
    print()
