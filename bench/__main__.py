"""``python -m bench``: phishlab beside its peers, on this machine, now.

Without arguments all tables; ``python -m bench correctness speed`` some of them. ``--write`` puts what is printed
into docs/bench.md, ``--wrong`` names the mails that each tool got wrong.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

from bench import cold, correctness, environment, hostile, lookups, notebook, speed
from bench.tables import Table

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "bench.md"
METHOD = Path(__file__).with_name("method.md")


def main() -> int:
    """Print the tables as they are made."""
    arguments = _arguments()
    peers = cache(environment.make)
    makers: dict[str, Callable[[], Table]] = {
        "correctness": lambda: _correctness(peers(), wrong=arguments.wrong),
        "speed": lambda: speed.table(peers(), arguments.rounds),
        "cold": lambda: cold.table(peers(), 5 * arguments.rounds),
        "notebook": lambda: notebook.table(arguments.rounds),
        "hostile": lambda: hostile.table(peers()),
        "lookups": lambda: lookups.table(arguments.rounds),
    }
    printed = [_machine()]
    print(printed[0])
    for name in arguments.tables or makers:
        text = makers[name]().text()
        print(text, flush=True)
        printed.append(text)
    if arguments.write:
        DOCUMENT.write_text("\n".join([METHOD.read_text(encoding="utf-8"), *printed]), encoding="utf-8")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.partition("\n")[0])
    names = ("correctness", "speed", "cold", "notebook", "hostile", "lookups")
    parser.add_argument("tables", nargs="*", choices=[*names, []], metavar="TABLE", help=", ".join(names))
    parser.add_argument(
        "--write", action="store_true", help="put what is printed into docs/bench.md (all tables only)"
    )
    parser.add_argument("--wrong", action="store_true", help="name the mails that each tool got wrong")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    if arguments.write and arguments.tables:
        parser.error("--write goes with all tables: a document with half of them would mislead")
    return arguments


def _correctness(peers: environment.Environment, *, wrong: bool) -> Table:
    table, scores = correctness.table(peers)
    if wrong:
        print(correctness.details(scores), file=sys.stderr)
    return table


def _machine() -> str:
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    where = f"CPython {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}"
    return f"{where}; load average at the start {load}.\n"


if __name__ == "__main__":
    raise SystemExit(main())
