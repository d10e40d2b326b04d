"""How much room there is for what is printed."""

from __future__ import annotations

import os
import sys

_NARROWEST, _WIDEST = 40, 100


def width() -> int:
    """How many columns what is printed may take: as many as the terminal has, from 40 to 100; 100 elsewhere."""
    return max(_NARROWEST, min(columns(), _WIDEST)) if sys.stdout.isatty() else _WIDEST


def columns() -> int:
    """How wide the terminal is, as ``shutil.get_terminal_size`` has it: 80 columns where there is none."""
    stated = os.environ.get("COLUMNS", "")
    if stated.isdecimal() and int(stated):
        return int(stated)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or 80  # type: ignore[union-attr] # below
    except (AttributeError, ValueError, OSError):  # no standard output, a closed one, no terminal
        return 80
