"""The command line: each verb is one function; only this folder prints."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NoReturn

from phishlab.cli.screen import width
from phishlab.cli.verbs import parser
from phishlab.errors import EvidenceError, InputError, MissingExtraError, PhishlabError

if TYPE_CHECKING:
    import argparse

__all__ = [
    "INTERRUPTED",
    "MISSING_EXTRA",
    "NOT_AS_SEALED",
    "NOT_A_MAIL",
    "OK",
    "TROUBLE",
    "UNFINISHED",
    "USAGE",
    "main",
    "parser",
    "start",
    "width",
]

OK = 0
TROUBLE = 1
"""phishlab's own trouble, one line on standard error."""
USAGE = 2
"""The words of the command are off (argparse)."""
NOT_A_MAIL = 3
"""What was given cannot be investigated."""
NOT_AS_SEALED = 4
"""The case is not as it was sealed, or is no case."""
MISSING_EXTRA = 5
"""Something optional is not installed; the line names the command that brings it."""
UNFINISHED = 6
"""The case was stopped on the way: all that was sealed is as it was, and more was kept since."""
INTERRUPTED = 130

_CODES: tuple[tuple[type[PhishlabError], int], ...] = (
    (InputError, NOT_A_MAIL),
    (EvidenceError, NOT_AS_SEALED),
    (MissingExtraError, MISSING_EXTRA),
    (PhishlabError, TROUBLE),
)

_FIRST_SEARCH = 100_000
"""Objects; Python searches for unreachable ones after each 700, of which a program that starts has none."""


def start() -> NoReturn:
    """The program: ``main``, and out with its exit code.

    ``inspect``, which programs call once a mail, ends at once when its words are written: to take apart what it read,
    piece by piece, as Python does in the end, would take a tenth of its time. It leaves nothing behind that has to be
    put in order.
    """
    gc.set_threshold(_FIRST_SEARCH, 10, 10)
    code = main()
    if sys.argv[1:2] == ["inspect"]:
        _end(code)
    sys.exit(code)


def _end(code: int) -> NoReturn:
    """The end of the process; TROUBLE where its last words cannot be written, but not where nobody reads on."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            pass
        except OSError:
            code = code or TROUBLE
    os._exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; the exit code is one of the constants above."""
    words = sys.argv[1:] if argv is None else list(argv)
    arguments = parser(words[0] if words else "").parse_args(words)
    verb: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return verb(arguments)
    except PhishlabError as trouble:
        return _say(trouble, next(code for kind, code in _CODES if isinstance(trouble, kind)))
    except KeyboardInterrupt:
        return _say(
            "stopped; what was kept so far stays in the case, and the same command goes on from there",
            INTERRUPTED,
        )
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK


def _say(trouble: object, code: int) -> int:
    line = " ".join(str(trouble).split())
    print(f"phishlab: {line}", file=sys.stderr)
    return code
