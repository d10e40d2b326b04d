"""One ordinary mail, each time in a new process: what a person waits for."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from bench import speed
from bench.environment import Environment
from bench.tables import Table

OWN = speed.ROOT / "tests" / "corpus" / "mails" / "honest-newsletter.eml"
_ORDINARY = 16_000
"""Bytes: the real mail that is nearest to this is measured too."""


def table(peers: Environment, rounds: int) -> Table:
    """Wall milliseconds, the commands taking turns."""
    program = Path(sys.executable).with_name("phishlab")
    rows: list[list[object]] = []
    for mail, what in _chosen():
        commands: dict[str, list[str | Path]] = {
            "phishlab inspect --json": [program, "inspect", mail, "--json"],
            "phishlab inspect": [program, "inspect", mail],
        }
        if "mail-parser" not in peers.trouble:
            commands["mail-parser -j"] = [peers.command("mail-parser"), "-j", "-f", mail]
        commands["python -c pass"] = [sys.executable, "-c", "pass"]
        spent = _spent(commands, rounds)
        rows += [[what, name, f"{median(each):.0f}", f"{min(each):.0f}"] for name, each in spent.items()]
    commands = {"phishlab --help": [program, "--help"]}
    rows += [
        ["", name, f"{median(each):.0f}", f"{min(each):.0f}"]
        for name, each in _spent(commands, rounds).items()
    ]
    load = f"{os.getloadavg()[0]:.1f}"
    return Table(
        "Cold",
        ("mail", "command", "median ms", "least ms"),
        rows,
        after=f"{rounds} runs each, in turns; load average {load}.",
    )


def _chosen() -> list[tuple[Path, str]]:
    found = [(OWN, f"{OWN.stem}, {OWN.stat().st_size / 1000:.1f} kB")]
    real = speed.mails()[0]
    ordinary = min(real, key=lambda path: abs(path.stat().st_size - _ORDINARY))
    if ordinary.stat().st_size > _ORDINARY / 2:
        found.append((ordinary, f"a real mail of {ordinary.stat().st_size / 1000:.0f} kB"))
    return found


def _spent(commands: dict[str, list[str | Path]], rounds: int) -> dict[str, list[float]]:
    spent: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, command in commands.items():
            begin = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if turn:  # the first of all only warms the disk's cache
                spent[name].append((time.perf_counter() - begin) * 1000)
    return spent
