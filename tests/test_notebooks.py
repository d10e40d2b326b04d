"""The committed notebooks: thin, without outputs, and each runs from the first cell to the last."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from phishlab import walkthrough
from phishlab.report import notebook
from phishlab.views.safe import Lens
from tests.conftest import REFRESH, ROOT

BOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
WALKTHROUGHS = {"walkthrough.ipynb": "en", "walkthrough.ja.ipynb": "ja"}
STARTS = {"start.ipynb": "en", "start.ja.ipynb": "ja"}


def _read(path: Path) -> dict[str, Any]:
    book: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return book


def _code(book: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in book["cells"] if cell["cell_type"] == "code"]


def test_there_are_notebooks() -> None:
    assert {path.name for path in BOOKS} == {*WALKTHROUGHS, *STARTS}


@pytest.mark.parametrize(("name", "lang"), WALKTHROUGHS.items())
def test_the_walkthrough_is_what_the_steps_make(name: str, lang: str) -> None:
    path = ROOT / "notebooks" / name
    made = notebook.text(notebook.build("../data/cases/kagoya", Lens(lang=lang)))
    if REFRESH:
        path.write_text(made, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == made, "refresh with: make golden"


@pytest.mark.parametrize(("name", "lang"), STARTS.items())
def test_the_start_is_what_the_wording_makes(name: str, lang: str) -> None:
    path = ROOT / "notebooks" / name
    made = notebook.text(notebook.start(Lens(lang=lang)))
    if REFRESH:
        path.write_text(made, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == made, "refresh with: make golden"


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.name)
def test_cells_are_thin_and_clean(path: Path) -> None:
    book = _read(path)
    assert book["metadata"]["kernelspec"]["name"] == "python3"
    for cell in _code(book):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None
        assert len(cell["source"]) <= 5
        assert not {"def ", "class ", "for ", "try:"} & set("".join(cell["source"]).split("\n"))
    assert all(cell["id"] == cell["id"].lower() and " " not in cell["id"] for cell in book["cells"])


@pytest.mark.loopback
@pytest.mark.parametrize("name", WALKTHROUGHS)
def test_each_walkthrough_runs_offline_and_shows_its_steps(name: str) -> None:
    path = ROOT / "notebooks" / name
    done = notebook.execute(_read(path), path.parent)
    shown = {cell["id"]: cell["outputs"] for cell in _code(done)}
    for name in walkthrough.NAMES:
        (output,) = shown[name]
        assert "text/html" in output["data"]
        assert "<script" not in "".join(output["data"]["text/html"]).split("srcdoc=")[0]
    places = "".join(shown["sender-place"][0]["data"]["text/html"])
    assert "srcdoc=" in places
    assert "data:image/png;base64," in places
    assert "<table" in "".join(shown["route"][0]["data"]["text/html"])
    assert shown["open"] == []


# A call that fails, and what its one line says.
FAILING = {
    "pl.open_case('absent')": "absent",
    "pl.resume('absent')": "absent",
    "pl.investigate('absent.eml', 'case')": "absent.eml",
    "pl.investigate('mail.eml', 'new', level='everything')": "everything",
    "pl.investigate('mail.eml', 'new', receiver='nobody-knows')": "nobody-knows",
    "pl.inbox('absent')[1]": "no folder absent",
    "pl.open_case('no-mail')": "no-mail",
    "pl.open_case('not-json')": "not-json",
    "pl.maps.of(pd.DataFrame({'a': [1]}))": "a",
    "pl.maps.of(pd.DataFrame({'a': [1]}), 'b')": "b",
}


def _broken_cases(room: Path) -> None:
    """A mail, and two cases that are no longer whole: without the mail, and with a spoilt record."""
    case = ROOT / "data" / "cases" / "kagoya"
    shutil.copy(case / "data" / "evidence" / "original.eml", room / "mail.eml")
    for name in ("no-mail", "not-json"):
        shutil.copytree(case, room / name)
    (room / "no-mail" / "data" / "evidence" / "original.eml").unlink()
    record = room / "not-json" / "data" / "case.json"
    record.chmod(0o644)
    record.write_bytes(b"{" + record.read_bytes())


@pytest.mark.loopback
def test_an_error_in_a_cell_is_one_line_that_says_what_is_wrong(tmp_path: Path) -> None:
    _broken_cases(tmp_path)
    book = notebook.build("x", Lens(), ())
    book["cells"] = [
        notebook._code("import", "import phishlab as pl, pandas as pd"),
        *(notebook._code(f"fails-{at}", call) for at, call in enumerate(FAILING)),
    ]
    for cell in book["cells"]:
        cell["metadata"]["tags"] = ["raises-exception"]
    done = notebook.execute(book, tmp_path, timeout=60)
    for cell, says in zip(_code(done)[1:], FAILING.values(), strict=True):
        (output,) = cell["outputs"]
        assert output["output_type"] == "error", cell["source"]
        (line,) = output["traceback"]
        assert line.startswith("phishlab: "), cell["source"]
        assert says in line
        assert "\n" not in line
