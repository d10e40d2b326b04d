"""The mail that was named on the command line, and how much of it may be read."""

from __future__ import annotations

import argparse
from dataclasses import replace

from phishlab.mail import intake
from phishlab.mail.containers import Mail
from phishlab.mail.limits import MEBI, STANDARD, Limits


def bounds(arguments: argparse.Namespace) -> Limits:
    """The bounds of reading, raised by ``--max``."""
    most = getattr(arguments, "max", None)
    return STANDARD if most is None else replace(STANDARD, mail_bytes=most * MEBI)


def mail(arguments: argparse.Namespace) -> Mail:
    """The mail that the arguments name; InputError where they name none, or several."""
    return intake.take(
        arguments.mail, number=arguments.number, inner=arguments.inner, bounds=bounds(arguments)
    )


def stem(arguments: argparse.Namespace) -> str:
    """A name for the case: the file's, and which mail in it."""
    chosen = [f"-{arguments.number}"] if arguments.number else []
    inner = [f"-inner-{arguments.inner}"] if arguments.inner else []
    return "".join([arguments.mail.resolve().stem, *chosen, *inner])
