"""The rooms: which module may import which."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

LAZY = ("pandas", "folium", "matplotlib", "nbformat", "nbclient", "dask", "playwright", "ipwhois", "urllib3")


def test_a_room_imports_only_rooms_of_a_lower_number() -> None:
    tool = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-2000:]


def test_starting_the_program_imports_no_heavy_library() -> None:
    code = "import sys, phishlab.cli as c; c.parser(); print(*sorted(m for m in sys.modules if '.' not in m))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not set(LAZY) & set(run.stdout.split())
