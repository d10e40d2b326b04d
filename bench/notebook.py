"""The walkthrough as a notebook against an empty one that imports what analysts import anyway."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

from bench.speed import ROOT
from bench.tables import Table

_RUN = """
import json, sys
from pathlib import Path
from phishlab.report import notebook
notebook.execute(json.loads(sys.stdin.read()), Path(sys.argv[1]))
"""


def table(rounds: int) -> Table:
    """Wall and CPU seconds of a whole process: nbclient, a kernel, the cells."""
    folder = ROOT / "notebooks"
    walkthrough = json.loads((folder / "walkthrough.ipynb").read_text(encoding="utf-8"))
    imports = "import pandas\nimport matplotlib.pyplot\nimport folium"
    empty = {**walkthrough, "cells": [{"cell_type": "code", "id": "imports", "metadata": {}, "outputs": [],
                                       "execution_count": None, "source": imports}]}  # fmt: skip
    books = {
        "imports alone: pandas, matplotlib, folium": empty,
        "the walkthrough of the article's case": walkthrough,
    }
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in books}
    for _ in range(rounds):
        for name, book in books.items():
            spent[name].append(_seconds(book, folder))
    rows = [_row(name, each) for name, each in spent.items()]
    extra = [(whole[0] - base[0], whole[1] - base[1]) for base, whole in zip(*spent.values(), strict=True)]
    rows.append(_row("the difference", extra))
    return Table(
        "Notebook",
        ("notebook", "median s", "least s", "median CPU s", "least CPU s"),
        rows,
        after=f"{rounds} runs each, in turns; load average {os.getloadavg()[0]:.1f}. CPU seconds are those of the "
        "process, its kernel and all that they start: other work on the machine lengthens them less.",
    )


def _seconds(book: dict[str, Any], folder: Path) -> tuple[float, float]:
    """Wall and CPU seconds of one run; a kernel is waited for by its client, so its CPU time counts."""
    begin, used = time.perf_counter(), _used()
    subprocess.run(
        [sys.executable, "-c", _RUN, folder],
        input=json.dumps(book).encode(),
        check=True,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return time.perf_counter() - begin, _used() - used


def _used() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _row(name: str, each: list[tuple[float, float]]) -> list[str]:
    wall, cpu = zip(*each, strict=True)
    return [name, *(f"{seconds:.1f}" for seconds in (median(wall), min(wall), median(cpu), min(cpu)))]
