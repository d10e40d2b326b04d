"""``triage``: many mails into one table."""

from __future__ import annotations

import argparse

from phishlab import triage
from phishlab.cli import choice


def run(arguments: argparse.Namespace) -> int:
    """Parse all mails and write the table."""
    count = triage.table(
        arguments.paths, arguments.output, arguments.receiver, bounds=choice.bounds(arguments)
    )
    print(f"{arguments.output}: {count:,} mails")
    return 0
