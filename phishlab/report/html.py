"""A case as one HTML file: nothing outside it is loaded, nothing in it runs."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from phishlab.records import CaseFile
from phishlab.report import story
from phishlab.report.story import Story
from phishlab.views import markup
from phishlab.views.blocks import ReadFile
from phishlab.views.safe import Lens


def page(
    casefile: CaseFile,
    lens: Lens,
    attachment: ReadFile | None = None,
    other_language_href: str | None = None,
) -> str:
    """The report as a self-contained page; *attachment* reads the screenshots that lie in the case."""
    return render(story.tell(casefile, lens, attachment), lens, other_language_href)


def render(told: Story, lens: Lens, other_language_href: str | None = None, *, font: str = "") -> str:
    """The page of a story that was told before. *font*: a rule of CSS that brings a font along."""
    return (
        markup.environment("phishlab.report")
        .get_template("page.html")
        .render(
            story=told,
            say=lens.say,
            css=font + style(),
            suffix=suffix(lens.lang),
            other_language_href=other_language_href,
        )
    )


def suffix(lang: str) -> str:
    """What a file's name has before its ending: nothing in English, ``.ja`` in Japanese."""
    return "" if lang == "en" else f".{lang}"


@cache
def style() -> str:
    """The style sheet of the page: that of the blocks, then its own."""
    blocks = files("phishlab.views") / "templates" / "blocks.css"
    own = files("phishlab.report") / "templates" / "page.css"
    return blocks.read_text(encoding="utf-8") + own.read_text(encoding="utf-8")
