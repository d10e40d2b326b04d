"""The records: one name for each, wherever it is defined."""

from __future__ import annotations

import ast
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from phishlab import records

FOLDER = Path(records.__file__).parent
MODULES = ("levels", "mail", "questions", "answers", "judging")


def _defined(module: str) -> set[str]:
    body = ast.parse((FOLDER / f"{module}.py").read_text(encoding="utf-8")).body
    classes = {node.name for node in body if isinstance(node, ast.ClassDef)}
    return classes | {
        node.target.id
        for node in body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }


def test_every_record_is_found_under_the_one_name() -> None:
    defined = [name for module in MODULES for name in _defined(module)]
    assert sorted(defined) == sorted(records.__all__)
    assert all(getattr(records, name) is not None for name in records.__all__)
    assert {path.stem for path in FOLDER.glob("*.py")} == {"__init__", *MODULES}


def test_what_is_no_record_is_not_found_in_passing() -> None:
    for name in ("datetime", "dataclass", "Hops"):
        with pytest.raises(AttributeError, match=name):
            getattr(records, name)


def test_a_record_travels_between_processes() -> None:
    claim = records.Claim(text="件名", field="Subject")
    assert pickle.loads(pickle.dumps(claim)) == claim


@pytest.mark.parametrize(
    ("name", "imported"),
    [("Trust", {"levels"}), ("Hop", {"levels", "mail"}), ("Lookup", {"levels", "mail", "questions"})],
)
def test_a_record_brings_no_module_that_it_does_not_need(name: str, imported: set[str]) -> None:
    code = f"import sys; from phishlab.records import {name}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    found = {
        loaded.rpartition(".")[2] for loaded in run.stdout.split() if loaded.startswith("phishlab.records.")
    }
    assert found == imported
