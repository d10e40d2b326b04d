"""The walkthrough as a notebook against an empty one that imports what analysts import anyway."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from statistics import median

from bench.speed import ROOT
from bench.tables import Table

_RUN = """
import json, sys
from pathlib import Path
from phishlab.report import notebook
notebook.execute(json.loads(sys.stdin.read()), Path(sys.argv[1]))
"""


def table(rounds: int) -> Table:
    """Wall seconds of a whole process: nbclient, a kernel, the cells."""
    folder = ROOT / "notebooks"
    walkthrough = json.loads((folder / "walkthrough.ipynb").read_text(encoding="utf-8"))
    imports = "import pandas\nimport matplotlib.pyplot\nimport folium"
    empty = {**walkthrough, "cells": [{"cell_type": "code", "id": "imports", "metadata": {}, "outputs": [],
                                       "execution_count": None, "source": imports}]}  # fmt: skip
    books = {
        "imports alone: pandas, matplotlib, folium": empty,
        "the walkthrough of the article's case": walkthrough,
    }
    spent: dict[str, list[float]] = {name: [] for name in books}
    for _ in range(rounds):
        for name, book in books.items():
            begin = time.perf_counter()
            subprocess.run(
                [sys.executable, "-c", _RUN, folder],
                input=json.dumps(book).encode(),
                check=True,
                cwd=ROOT,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            spent[name].append(time.perf_counter() - begin)
    rows = [[name, f"{median(each):.1f}", f"{min(each):.1f}"] for name, each in spent.items()]
    extra = [whole - base for base, whole in zip(*spent.values(), strict=True)]
    rows.append(["the difference", f"{median(extra):.1f}", f"{min(extra):.1f}"])
    return Table(
        "Notebook",
        ("notebook", "median s", "least s"),
        rows,
        after=f"{rounds} runs each, in turns; load average {os.getloadavg()[0]:.1f}.",
    )
