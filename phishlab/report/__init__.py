"""A case rendered: HTML, Markdown, PDF, JSON, notebook. Everything here is derived, and rebuilt at will."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from phishlab.records import CaseFile
from phishlab.report import html, markdown, notebook, pdf, story, structured
from phishlab.report.story import Story
from phishlab.views.blocks import ReadFile
from phishlab.views.safe import Lens

__all__ = ["html", "markdown", "notebook", "pdf", "story", "structured", "write"]


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
