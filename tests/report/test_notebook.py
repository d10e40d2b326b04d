from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import nbformat
import pytest

from phishlab.errors import MissingExtraError
from phishlab.report import notebook
from phishlab.views.safe import Lens
from tests import casefiles

NAMES = tuple(step.id for step in casefiles.STEPS)


def built(lang: str = "en", case: str = "case") -> notebook.Notebook:
    return notebook.build(case, Lens(lang=lang), NAMES)


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_it_is_a_valid_notebook_without_outputs_and_with_a_kernel(lang: str) -> None:
    made = built(lang)
    nbformat.validate(nbformat.from_dict(made))  # type: ignore[no-untyped-call] # nbformat ships no types for it
    assert made["metadata"]["kernelspec"]["name"] == "python3"
    assert [cell.get("outputs") for cell in made["cells"] if cell["cell_type"] == "code"] == [[]] * 15


def test_every_step_is_a_sentence_and_one_call() -> None:
    cells = {cell["id"]: "".join(cell["source"]) for cell in built()["cells"]}
    assert list(cells)[:4] == ["title", "open", "about-message", "message"]
    assert cells["open"] == 'import phishlab as pl\n\ncase = pl.open_case("case", lang="en")'
    assert cells["sender-address-check"] == "pl.sender_address_check(case)"
    assert cells["about-route"].startswith("## 3. The way it came\n\nEvery Received line")
    assert [name for name in cells if not re.fullmatch("[a-z0-9-]{1,64}", name)] == []


def test_every_call_is_one_that_phishlab_has() -> None:
    import phishlab

    assert [name for name in NAMES if not callable(getattr(phishlab, name.replace("-", "_"), None))] == []


def test_a_path_stays_a_string_whatever_stands_in_it() -> None:
    path = "a'b\"c\\d\n日本"
    cell = next(cell for cell in built(case=path)["cells"] if cell["id"] == "open")
    call = ast.parse("".join(cell["source"])).body[1]
    assert isinstance(call, ast.Assign)
    assert isinstance(call.value, ast.Call)
    assert ast.literal_eval(call.value.args[0]) == path


def test_the_same_case_gives_the_same_bytes() -> None:
    assert notebook.text(built("ja")) == notebook.text(built("ja"))
    assert json.loads(notebook.text(built("ja"))) == built("ja")


@pytest.mark.loopback
def test_it_is_run_where_it_lies(tmp_path: Path) -> None:
    small = notebook.build("x", Lens(), ())
    small["cells"] = [notebook._code("where", "import pathlib\nprint(pathlib.Path.cwd().name)")]
    done = notebook.execute(small, tmp_path, timeout=60)
    assert "".join(done["cells"][0]["outputs"][0]["text"]) == f"{tmp_path.name}\n"
    assert small["cells"][0]["outputs"] == []


@pytest.mark.loopback
def test_a_cell_that_fails_is_an_error(tmp_path: Path) -> None:
    from nbclient.exceptions import CellExecutionError

    small = notebook.build("x", Lens(), ())
    small["cells"] = [notebook._code("fails", "1 / 0")]
    with pytest.raises(CellExecutionError):
        notebook.execute(small, tmp_path, timeout=60)


def test_without_nbclient_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(__import__("sys").modules, "nbclient", None)
    with pytest.raises(MissingExtraError, match="pip install nbclient"):
        notebook.execute(built(), tmp_path)
