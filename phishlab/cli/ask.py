"""``lookup`` and ``visit``: one subject asked about, outside a mail. The answers are kept all the same."""

from __future__ import annotations

import argparse
import json
import sys
from functools import partial
from pathlib import Path

from phishlab import indicators, lookups, walkthrough, wording
from phishlab.cli import choice, console, investigate, width
from phishlab.errors import InputError
from phishlab.evidence.archive import Archive
from phishlab.records import Exhibit, Level, PageVisit
from phishlab.report import structured
from phishlab.sources import page
from phishlab.views import looked, tables
from phishlab.views.desk import Asking
from phishlab.views.safe import Lens
from phishlab.views.tables import Table
from phishlab.wire.live import LiveWire


def lookup(arguments: argparse.Namespace) -> int:
    """What is known of an address, a name or a URL, as far as the level allows, in a case of its own."""
    if arguments.dry_run:
        from phishlab.cli import plan

        return plan.of_subject(arguments)
    asked = looked.understood(arguments.subject, Lens(lang=arguments.lang))
    lens, asking, level = (
        Lens(lang=arguments.lang, recipients=asked.recipients),
        Asking(),
        Level.of(arguments.level),
    )
    options = {
        "lists": arguments.lists,
        "services": choice.services(arguments),
        "on_question": asking,
        "wire": choice.wire(arguments),
    }
    opened = lookups.begin(asked, arguments.output, level, **options)
    names = walkthrough.names(opened)
    with console.waiting(names, lens, asking), investigate.sealing(opened):
        walkthrough.casefile(opened, on_left=asking.left)
    if not arguments.json:
        console.line(f"{lens.say(f'label.understood-{asked.kind}')}: {lens.text(asked.shown)}\n")
    _show(list(lookups.tables(partial(walkthrough.step, opened))), arguments, lens)
    print(wording.say(lens.lang, "lookup.kept", folder=str(opened.folder.path)), file=sys.stderr)
    return 0


def visit(arguments: argparse.Namespace) -> int:
    """One page seen with the sealed browser: only with ``--level active``, and said so before."""
    if arguments.level != Level.ACTIVE.word:
        raise InputError("a visit can be noticed by the attacker: say --level active if you mean it")
    if indicators.url(arguments.url) is None:
        raise InputError(f"not a URL: {arguments.url!r}")
    lens = Lens(lang=arguments.lang)
    print(lens.say("cli.visit-warning"), file=sys.stderr)
    arguments.output.mkdir(parents=True, exist_ok=True)
    seen = page.visit(_wire(arguments.output, Level.ACTIVE), indicators.refang(arguments.url), ())
    _show([Exhibit(kind="visit", items=(seen,))], arguments, lens)
    return 0 if isinstance(seen.record, PageVisit) else 1


def _wire(folder: Path, level: Level) -> LiveWire:
    folder.mkdir(parents=True, exist_ok=True)
    return LiveWire(
        Archive(folder / "answers.warc.gz"), level, "1", visit_folder=folder, on_question=console.question
    )


def _show(exhibits: list[Exhibit], arguments: argparse.Namespace, lens: Lens) -> None:
    if arguments.json:
        json.dump([_plain(exhibit, lens) for exhibit in exhibits], sys.stdout, ensure_ascii=False, indent=2)
        print()
        return
    for exhibit in exhibits:
        table = tables.rows(exhibit, lens)
        print(tables.plain(table, lens, width()) if table.rows else _empty(table, lens))
        print()


def _plain(exhibit: Exhibit, lens: Lens) -> structured.Json:
    """The exhibit with its records, and the columns of its table: the same ones whatever was found."""
    table = tables.rows(exhibit, lens)
    return {
        "kind": exhibit.kind,
        "columns": list(table.columns),
        "rows": [list(row) for row in table.rows],
        "items": structured.plain(exhibit.items, lens),
    }


def _empty(table: Table, lens: Lens) -> str:
    """A table without a row: what it is of, and which columns it has."""
    return f"{table.caption}\n{lens.say('lookup.empty', columns=', '.join(table.headings))}\n"
