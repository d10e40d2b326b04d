"""The committed notebooks: thin, without outputs, and each runs from the first cell to the last."""

from __future__ import annotations

import json
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


@pytest.mark.loopback
@pytest.mark.parametrize(
    "call", ["pl.open_case('absent')", "pl.investigate('absent.eml', 'case')", "pl.inbox('absent')[1]"]
)
def test_an_error_in_a_cell_is_one_line_that_says_what_is_wrong(tmp_path: Path, call: str) -> None:
    from nbclient.exceptions import CellExecutionError

    book = notebook.build("x", Lens(), ())
    book["cells"] = [notebook._code("fails", f"import phishlab as pl\n{call}")]
    with pytest.raises(CellExecutionError) as failed:
        notebook.execute(book, tmp_path, timeout=60)
    # Behind the cell itself, which nbclient puts first.
    shown = failed.value.traceback.rpartition("------------------\n")[2].strip()
    assert shown.startswith("phishlab: ")
    assert "\n" not in shown
