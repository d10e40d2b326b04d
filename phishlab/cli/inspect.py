"""``inspect``: what a mail says by itself. Nothing is asked, and no case is made.

Programs call it once a mail, so that most of its time is Python's own start: ``--json`` imports what it needs of
the parser, and of the rest nothing.
"""

from __future__ import annotations

import argparse
import json

from phishlab.assess import boundary, receivers
from phishlab.cli import choice, width
from phishlab.mail import quick
from phishlab.report import inspection


def run(arguments: argparse.Namespace) -> int:
    """What the mail says by itself; ``--json`` is the contract of docs/inspect.schema.json."""
    message = quick.parse(choice.mail(arguments).data, choice.bounds(arguments))
    profile, named = receivers.profile_of(arguments.receiver, message)
    traced = boundary.trace(message, profile, named=named)
    if arguments.json:
        document = inspection.document(message, traced, redact=not arguments.show_recipient, profile=profile)
        print(json.dumps(document, ensure_ascii=False, indent=2))
        return 0
    from phishlab.views import glance
    from phishlab.views.safe import Lens

    lens = Lens(recipients=message.recipients, redacted=not arguments.show_recipient)
    print(glance.text(message, traced, profile, lens, width()), end="")
    return 0
