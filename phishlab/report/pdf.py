"""A case as PDF, by WeasyPrint (the extra ``pdf``): the page, printed, with nothing fetched."""

from __future__ import annotations

import base64
from functools import cache
from importlib.resources import files

from phishlab.errors import MissingExtraError
from phishlab.records import CaseFile
from phishlab.report import html, story
from phishlab.views.blocks import ReadFile
from phishlab.views.safe import Lens

_MISSING = "a PDF needs WeasyPrint: pip install 'phishlab[pdf]'"


def document(casefile: CaseFile, lens: Lens, attachment: ReadFile | None = None) -> bytes:
    """The report as PDF. Raises MissingExtraError where WeasyPrint, or Pango below it, is not installed."""
    return _printed(html.render(story.tell(casefile, lens, attachment), lens, font=_font()))


def _printed(page: str) -> bytes:
    try:
        import weasyprint
    except (ImportError, OSError) as error:  # OSError: its libraries of the system are not there
        raise MissingExtraError(_MISSING) from error
    # The page refers to nothing but data: URIs; anything else would be a hole, and is refused.
    fetcher = weasyprint.URLFetcher(allowed_protocols={"data"})
    made: bytes = weasyprint.HTML(string=page, url_fetcher=fetcher).write_pdf()
    return made


@cache
def _font() -> str:
    """IPAexGothic, which matplotlib-fontja brings along, so that 日本語 is no row of boxes on any machine."""
    font = files("matplotlib_fontja") / "fonts" / "ipaexg.ttf"
    encoded = base64.b64encode(font.read_bytes()).decode("ascii")
    return (
        '@font-face { font-family: "IPAexGothic"; '
        f'src: url("data:font/ttf;base64,{encoded}") format("truetype"); }}\n'
    )
