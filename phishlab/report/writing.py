"""A case in one format, or in a folder with all of them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from phishlab.records import CaseFile
from phishlab.report import html, markdown, notebook, pdf, story, structured
from phishlab.report.exports import case_uco, stix
from phishlab.report.story import Story
from phishlab.views.blocks import ReadFile
from phishlab.views.safe import Lens

FORMATS = ("html", "md", "pdf", "json", "ipynb", "stix", "case")
"""What ``render`` makes."""


def write(
    casefile: CaseFile,
    folder: Path,
    langs: Iterable[str] = ("en", "ja"),
    attachment: ReadFile | None = None,
    *,
    redacted: bool = True,
) -> tuple[Path, ...]:
    """Fill *folder* and hand back what was written, pages first.

    ``index.html`` and ``report.md`` (``index.ja.html`` … in Japanese), ``map-*.html``, ``pictures/*.png``,
    ``casefile.json``. Each file appears whole or not at all. *attachment* reads a file of the case.
    """
    langs = tuple(langs)
    files: dict[str, bytes] = {}
    for lang in langs:
        lens = Lens(lang=lang, recipients=casefile.message.recipients, redacted=redacted)
        files |= dict(_told(story.tell(casefile, lens, attachment), lens, langs))
    plain = Lens(recipients=casefile.message.recipients, redacted=redacted)
    files["casefile.json"] = structured.text(casefile, plain).encode()
    return tuple(_put(folder / name, data) for name, data in files.items())


def render(
    casefile: CaseFile, form: str, lens: Lens, attachment: ReadFile | None = None, case_path: str = "."
) -> bytes:
    """The case in one of FORMATS. *case_path* is what a notebook opens.

    Raises ValueError for an unknown format and MissingExtraError where its extra is not installed.
    """
    steps = [step.id for step in casefile.steps]
    made: dict[str, Callable[[], bytes]] = {
        "html": lambda: html.page(casefile, lens, attachment).encode(),
        "md": lambda: markdown.document(casefile, lens, attachment, pictures=False).encode(),
        "pdf": lambda: pdf.document(casefile, lens, attachment),
        "json": lambda: structured.text(casefile, lens).encode(),
        "ipynb": lambda: notebook_bytes(case_path, lens, steps),
        "stix": lambda: stix.text(casefile, lens).encode(),
        "case": lambda: case_uco.text(casefile, lens, attachment).encode(),
    }
    if form not in made:
        raise ValueError(f"no report format is named {form!r}: choose one of {', '.join(FORMATS)}")
    return made[form]()


def notebook_bytes(case_path: str, lens: Lens, steps: Iterable[str] | None = None) -> bytes:
    """The *steps* of the case at *case_path*, the whole walkthrough by default, as a notebook without outputs."""
    return notebook.text(notebook.build(case_path, lens, steps)).encode()


def write_notebook(case_folder: Path, folder: Path, lens: Lens, steps: Iterable[str] | None = None) -> Path:
    """``walkthrough.ipynb`` in *folder*, executed there; it opens the case by its path from there."""
    relative = os.path.relpath(case_folder, folder)
    done = notebook.execute(notebook.build(relative, lens, steps), folder)
    return _put(folder / "walkthrough.ipynb", notebook.text(done).encode())


def _told(told: Story, lens: Lens, langs: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """The files of one language, by name."""
    suffix = html.suffix(lens.lang)
    other = next((f"index{html.suffix(lang)}.html" for lang in langs if lang != lens.lang), None)
    yield f"index{suffix}.html", html.render(told, lens, other).encode()
    yield f"report{suffix}.md", markdown.render(told, lens).encode()
    for picture in told.pictures:
        yield f"pictures/{picture.name}{suffix}.png", picture.png
        if picture.page:
            yield f"{picture.name}{suffix}.html", picture.page.encode()


def _put(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return path
