"""The square above the notebook: a real kernel is interrupted in the middle of a look-up, and the cell goes on."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_core.utils import ensure_async
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from phishlab import case as cases
from phishlab.evidence.verify import verify
from phishlab.report import notebook
from phishlab.views.safe import Lens
from tests.lab.test_stopped import MAIL, PREPARED, SILENT_AFTER, Names, serving

pytestmark = pytest.mark.loopback


class Kernel(NotebookClient):
    """A client that interrupts its kernel, as the button does, when the name server falls silent."""

    names: Names
    interrupted = False

    async def async_execute_cell(self, cell: Any, cell_index: int, *args: Any, **named: Any) -> Any:
        watching = asyncio.ensure_future(self._watch())
        try:
            return await super().async_execute_cell(cell, cell_index, *args, **named)
        finally:
            watching.cancel()

    async def _watch(self) -> None:
        silent = False
        while not silent:
            silent = await asyncio.to_thread(self.names.silent.wait, 0.2)
        self.interrupted = True
        assert self.km is not None
        await ensure_async(self.km.interrupt_kernel())


def _run(names: Names, folder: Path, code: str) -> Any:
    """The cells as the kernel left them, each with its outputs."""
    with serving(names) as port:
        prepared = f"import sys\nsys.argv = ['', '{port}', {str(MAIL)!r}, {str(folder)!r}]\n{PREPARED}"
        book = notebook.build("x", Lens(), ())
        book["cells"] = [notebook._code("prepared", prepared), notebook._code("cell", code)]
        loaded = nbformat.reads(json.dumps(book), as_version=4)  # type: ignore[no-untyped-call] # nbformat has no types
        client = Kernel(
            loaded, timeout=120, kernel_name="python3", allow_errors=False,
            resources={"metadata": {"path": str(folder.parent)}}, extra_arguments=["--log-level=ERROR"],
        )  # fmt: skip
        client.names = names
        try:
            client.execute()
        except CellExecutionError:
            assert client.interrupted
        return loaded.cells[1]["outputs"]


CELL = 'import phishlab as pl\nout = pl.investigate(mail, folder, level="passive")'


def test_a_kernel_that_is_interrupted_says_one_line_and_goes_on_from_the_evidence(tmp_path: Path) -> None:
    folder = tmp_path / "case"
    first = Names(SILENT_AFTER)
    outputs = _run(first, folder, CELL)
    error = outputs[-1]
    assert error["output_type"] == "error"
    (line,) = error["traceback"]
    assert line.startswith("phishlab: Stopped with ")
    assert line.endswith("run the same again, and it goes on from there.")
    shown = "".join(one.get("text", "") for one in outputs)
    assert "left, " in shown  # how far it was
    assert not cases.open_case(folder).finished
    assert verify(folder) == ()
    kept = len(cases.open_case(folder).exchanges)

    second = Names(1000, first.port)
    outputs = _run(second, folder, CELL)
    assert {one["output_type"] for one in outputs} == {"stream"}
    assert "[14/14] Conclusion" in "".join(one["text"] for one in outputs)
    assert cases.open_case(folder).finished
    assert len(cases.open_case(folder).exchanges) > kept
    assert verify(folder) == ()
