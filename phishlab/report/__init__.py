"""A case rendered: HTML, Markdown, PDF, JSON, notebook. Everything here is derived, and rebuilt at will.

The formats are imported when one of them is asked for: ``inspect`` needs none, and they take a second together.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phishlab.report import html, markdown, notebook, pdf, story, structured
    from phishlab.report.writing import FORMATS, notebook_bytes, render, write, write_notebook

__all__ = [
    "FORMATS",
    "html",
    "markdown",
    "notebook",
    "notebook_bytes",
    "pdf",
    "render",
    "story",
    "structured",
    "write",
    "write_notebook",
]

_WRITING = frozenset({"FORMATS", "notebook_bytes", "render", "write", "write_notebook"})

if not TYPE_CHECKING:  # for a type checker, this would make every name one of ours

    def __getattr__(name: str) -> object:
        """The format, or the function that writes them."""
        if name in _WRITING:
            return getattr(import_module(f"{__name__}.writing"), name)
        if name in __all__:
            return import_module(f"{__name__}.{name}")
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
