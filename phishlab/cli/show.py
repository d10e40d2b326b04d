"""``step``: what is there, shown. Nothing is asked."""

from __future__ import annotations

import argparse
import json
import sys

from phishlab.cli import width
from phishlab.errors import InputError
from phishlab.views.safe import Lens


def step(arguments: argparse.Namespace) -> int:
    """One step of a case, as the notebook and the report show it, in plain text."""
    from phishlab import case as cases
    from phishlab import walkthrough
    from phishlab.cli import console
    from phishlab.report import structured
    from phishlab.views import steps as views

    opened = cases.open_case(arguments.case, arguments.of_run) if arguments.case else None
    names = walkthrough.names(opened) if opened else walkthrough.NAMES
    if arguments.name == "list":
        for name in names:
            print(name)
        return 0
    if arguments.name not in names:
        raise InputError(f"no step {arguments.name!r}: choose one of {', '.join(names)}")
    if opened is None:
        raise InputError(f"which case? phishlab step {arguments.name} CASE")
    worked = walkthrough.step(opened, arguments.name)
    lens = Lens(lang=arguments.lang, recipients=opened.message.recipients)
    if arguments.json:
        _json(structured.plain(worked, lens))
    else:
        print(views.plain(worked, lens, width()))
    return console.sealed(opened.faults)


def _json(document: object) -> None:
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2)
    print()
