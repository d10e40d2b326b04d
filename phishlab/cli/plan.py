"""``--dry-run``: what would be asked of whom is printed, and nothing is asked."""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

from phishlab import case as cases
from phishlab import lookups, planning, wording
from phishlab.case import Case
from phishlab.cli import choice, console, width
from phishlab.mail.containers import Mail
from phishlab.records import Level, Step
from phishlab.report import structured
from phishlab.views import looked, tables
from phishlab.views.safe import Lens


def of_mail(arguments: argparse.Namespace) -> int:
    """The plan of an investigation; of one that was stopped, what is left of it."""
    source: Path = arguments.mail
    if source.is_dir() and (source / "bagit.txt").exists():
        return _of_case(cases.open_case(source), arguments)
    mail = choice.mail(arguments)
    begun = _begun(arguments.output or Path("out") / choice.stem(arguments), mail)
    if begun is not None:
        return _of_case(begun, arguments)
    options = {"level": Level.of(arguments.level), "receiver": arguments.receiver, "lists": arguments.lists}
    bounds, services = choice.bounds(arguments), choice.services(arguments)
    with planning.draft(
        lambda path: cases.create(mail.data, path, bounds=bounds, services=services, **options)
    ) as case:
        return _show(case, arguments)


def of_subject(arguments: argparse.Namespace) -> int:
    """The plan of a look-up."""
    asked, level = looked.understood(arguments.subject, Lens(lang=arguments.lang)), Level.of(arguments.level)
    with planning.draft(
        lambda path: lookups.begin(
            asked, path, level, lists=arguments.lists, services=choice.services(arguments)
        )
    ) as case:
        return _show(case, arguments)


def _begun(path: Path, mail: Mail) -> Case | None:
    """The case of this very mail that would go on, where there is one."""
    if not (path / "bagit.txt").exists():
        return None
    there = cases.open_case(path)
    return there if there.original == mail.data else None


def _of_case(there: Case, arguments: argparse.Namespace) -> int:
    if there.finished:
        console.line(wording.say(arguments.lang, "cli.replayed", case=str(there.folder.path)))
        return 0
    return _show(there, arguments, {exchange.question for exchange in there.exchanges})


def _show(case: Case, arguments: argparse.Namespace, kept: set[str] | None = None) -> int:
    lens = Lens(lang=arguments.lang, recipients=case.message.recipients)
    made = planning.step(case, kept or ())
    if getattr(arguments, "json", False):
        rows = [row for exhibit in made.exhibits for row in exhibit.items]
        json.dump(structured.plain(tuple(rows), lens), sys.stdout, ensure_ascii=False, indent=2)
        print()
    else:
        print("\n".join(_lines(made, lens)))
    return 0


def _lines(made: Step, lens: Lens) -> Iterator[str]:
    """Two lines for each question: what, and below it of whom, at which level, and what they learn."""
    yield from (lens.say("step.plan.title"), "", lens.say("step.plan.intro"))
    if made.not_evaluated:
        yield lens.say(f"why.{made.not_evaluated}")
    for exhibit in made.exhibits:
        table = tables.rows(exhibit, lens)
        yield from ("", f"{table.caption} ({len(table.rows)})")
        for question, *rest in table.rows:
            yield from (f"  {question}", f"      {' · '.join(rest)}")
    yield from ("", *_wrapped(" ".join(lens.say("step.plan.explain").split())))


def _wrapped(text: str) -> list[str]:
    """*text* in lines; Japanese, which has no spaces, is left to the terminal."""
    return textwrap.wrap(text, width()) if text.isascii() else [text]
