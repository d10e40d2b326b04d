"""The walkthrough of one case as a notebook (nbformat 4.5): thin, one call a cell, without outputs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from phishlab.errors import MissingExtraError
from phishlab.views.markdown import escape
from phishlab.views.safe import Lens

Notebook = dict[str, Any]
"""A notebook as its JSON says it."""


def build(case_path: str, lens: Lens, steps: Iterable[str] | None = None) -> Notebook:
    """A notebook that opens the case at *case_path* and shows each step: a sentence, then one call.

    Without *steps* it is the whole walkthrough.
    """
    opening = (
        f"import phishlab as pl\n\ncase = pl.open_case({_literal(case_path)}, lang={_literal(lens.lang)})"
    )
    title = f"# {escape(lens.say('notebook.title'))}\n\n{escape(lens.say('notebook.intro'))}"
    cells = [_markdown("title", title), _code("open", opening)]
    for number, step in enumerate(_all() if steps is None else steps, 1):
        cells.append(_markdown(f"about-{step}", _about(number, step, lens)))
        cells.append(_code(step, _call(step)))
    return _book(cells)


def start(lens: Lens) -> Notebook:
    """The notebook that a working copy opens on: the cases, the inbox, and how a case is begun."""
    lang = f"lang={_literal(lens.lang)}"
    calls = {
        "cases": f"pl.cases({lang})",
        "inbox": f"inbox = pl.inbox({lang})\ninbox",
        "begin": f'mail = inbox[1]\ncase = pl.investigate(mail, f"cases/{{mail.stem}}", level="offline", {lang})',
        "conclusion": "pl.conclusion(case)",
        "notebook": "pl.notebook(case)",
    }
    title = f"# {escape(lens.say('start.title'))}\n\n{escape(lens.say('start.intro'))}"
    cells = [_markdown("title", title), _code("import", "import phishlab as pl")]
    for name, call in calls.items():
        about = f"## {escape(lens.say(f'start.{name}'))}\n\n{escape(lens.say(f'start.{name}-about'))}"
        cells += [_markdown(f"about-{name}", about), _code(name, call)]
    return _book(cells)


def _book(cells: list[Notebook]) -> Notebook:
    return {
        "cells": cells,
        "metadata": {
            # Without a kernelspec JupyterLab waits for a dialog instead of running.
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def text(notebook: Notebook) -> str:
    """The notebook as it stands in a file."""
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def execute(notebook: Notebook, cwd: Path, timeout: float = 120.0) -> Notebook:
    """The notebook with its outputs, run by the kernel ``python3`` in *cwd*; *timeout* in seconds for a cell.

    Raises MissingExtraError where nbclient is not installed, and nbclient's CellExecutionError for a
    cell that fails.
    """
    try:
        import nbformat
        from nbclient import NotebookClient
    except ImportError as error:
        raise MissingExtraError(
            "running a notebook needs nbclient: pip install nbclient ipykernel"
        ) from error
    loaded = nbformat.reads(text(notebook), as_version=4)  # type: ignore[no-untyped-call] # nbformat ships no types for it
    client = NotebookClient(
        loaded,
        timeout=timeout,
        kernel_name="python3",
        resources={"metadata": {"path": str(cwd)}},
        # The kernel talks on loopback to this process alone; its warning about that would alarm for nothing.
        extra_arguments=["--log-level=ERROR"],
    )
    client.execute()
    done: Notebook = json.loads(nbformat.writes(loaded))  # type: ignore[no-untyped-call] # the same
    return done


def _all() -> tuple[str, ...]:
    from phishlab.walkthrough import NAMES  # brings every source along: a report of a case needs none

    return NAMES


def _call(step: str) -> str:
    """``pl.route(case)``; a step of a look-up has no function of its own."""
    return f"pl.{step.replace('-', '_')}(case)" if step in _all() else f"pl.show(case, {_literal(step)})"


def _about(number: int, step: str, lens: Lens) -> str:
    title = escape(lens.say(f"step.{step}.title"))
    return f"## {number}. {title}\n\n{escape(lens.say(f'step.{step}.intro'))}"


def _literal(text: str) -> str:
    """*text* as Python reads it, in the quotes that people write."""
    quoted = repr(text)
    return quoted if '"' in quoted else f'"{quoted[1:-1]}"'


def _markdown(name: str, source: str) -> Notebook:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": source.splitlines(keepends=True)}


def _code(name: str, source: str) -> Notebook:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": {},
        "outputs": [],
        "source": source.splitlines(keepends=True),
    }
