"""``import``: an answer got elsewhere goes into a case, marked as imported. Nothing is asked."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from phishlab import case as cases
from phishlab import importing
from phishlab.cli.console import line
from phishlab.errors import InputError
from phishlab.evidence import har
from phishlab.evidence.verify import require
from phishlab.observing import moment
from phishlab.records import Exchange
from phishlab.views.safe import Lens
from phishlab.wire import clock


def run(arguments: argparse.Namespace) -> int:
    """Keep the answer, or those of a HAR file; say which, what was left out, and how the report is written anew."""
    require(arguments.case)
    opened, data = cases.open_case(arguments.case), _read(arguments.file)
    if not opened.finished:
        raise InputError(f"{arguments.case} is not finished: go on with it first (phishlab again)")
    lens = Lens(lang=arguments.lang, recipients=opened.message.recipients)
    when = moment(arguments.seen_at) or clock.utc()
    origin = importing.origin(opened, data, arguments.source, when)
    left: Iterable[importing.Left] = ()
    if arguments.kind == "har":
        made, left = importing.archive(opened, data, origin)
    elif arguments.question:
        made = (importing.named(opened, data, arguments.question, origin, status=arguments.status),)
    elif arguments.subject and arguments.kind:
        made = (
            importing.answer(
                opened, data, arguments.kind, arguments.subject, origin, status=arguments.status
            ),
        )
    else:
        raise InputError("what is it the answer to? --as KIND --subject SUBJECT, or --question URI")
    _say(made, left, lens, arguments.case)
    return 0


def _say(made: Iterable[Exchange], left: Iterable[importing.Left], lens: Lens, path: Path) -> None:
    for exchange in made:
        when = lens.when(exchange.asked_at)
        line(lens.say("import.kept", question=exchange.question, size=f"{exchange.size:,}", when=when))
    for one in left:
        line(lens.say("import.left", url=one.url or "—", why=lens.note(one.why)))
    line(lens.say("import.next").format(case=path))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(har.LARGEST + 1)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from error
