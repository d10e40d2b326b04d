"""The mail that was named on the command line, and how much of it may be read."""

from __future__ import annotations

import argparse
import os
from typing import Any

from phishlab.classes import replace
from phishlab.mail import intake
from phishlab.mail.containers import Mail
from phishlab.mail.limits import MEBI, STANDARD, Limits


def bounds(arguments: argparse.Namespace) -> Limits:
    """The bounds of reading, raised by ``--max`` and ``--limit``."""
    most = getattr(arguments, "max", None)
    raised = replace(STANDARD, **dict(getattr(arguments, "limit", None) or ()))
    return raised if most is None else replace(raised, mail_bytes=most * MEBI)


def bound(text: str) -> tuple[str, int]:
    """``links=20000``: the name of a bound of reading and its number; ArgumentTypeError where it is none."""
    from dataclasses import fields  # brings inspect, which nothing else needs

    name, _, number = text.partition("=")
    name = name.strip().replace("-", "_")
    known = [each.name for each in fields(Limits)]
    if name not in known or not number.strip().isascii() or not number.strip().isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=NUMBER; names: {', '.join(sorted(known))}")
    return name, int(number)


def mail(arguments: argparse.Namespace) -> Mail:
    """The mail that the arguments name; InputError where they name none, or several."""
    return intake.take(
        arguments.mail, number=arguments.number, inner=arguments.inner, bounds=bounds(arguments)
    )


def services(arguments: argparse.Namespace) -> tuple[str, ...] | None:
    """The reputation services that ``--services`` or the environment names; None for all that need no naming."""
    stated = getattr(arguments, "services", None) or os.environ.get("PHISHLAB_SERVICES")
    if stated is None:
        return None
    from phishlab.sources import reputation  # inspect goes without

    return reputation.named(stated.split(","))


def stem(arguments: argparse.Namespace) -> str:
    """A name for the case: the file's, and which mail in it."""
    chosen = [f"-{arguments.number}"] if arguments.number else []
    inner = [f"-inner-{arguments.inner}"] if arguments.inner else []
    return "".join([arguments.mail.resolve().stem, *chosen, *inner])


def wire(arguments: argparse.Namespace) -> dict[str, Any]:
    """What ``--resolver`` says to LiveWire. Raises InputError for a resolver that is none."""
    from phishlab.wire import resolvers

    return {"nameservers": resolvers.resolvers(arguments.resolver)}
