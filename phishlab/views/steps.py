"""What a notebook shows for a step, and a plain twin for the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

from phishlab.records import Exchange, Step
from phishlab.views import blocks, citations, markdown, markup, terminal
from phishlab.views.blocks import Picture, ReadFile, Section
from phishlab.views.citations import Citations, Row
from phishlab.views.safe import Lens


@dataclass(frozen=True, kw_only=True)
class StepView:
    """A step that displays itself; *exchanges* are the case's, so that its answers keep their numbers."""

    step: Step
    lens: Lens
    exchanges: tuple[Exchange, ...] = ()
    attachment: ReadFile | None = None

    @cached_property
    def section(self) -> Section:
        """The step as it is shown. A notebook asks for three forms of it: its pictures are drawn once."""
        return blocks.section(self.step, self.lens, self._cited, self.attachment)

    @property
    def _cited(self) -> Citations:
        return citations.of_step(self.step, self.exchanges)

    def _answers(self) -> tuple[Row, ...]:
        """The answers of this step alone."""
        own = {exchange.id for exchange in self.step.evidence}
        rows = citations.rows(self._cited, self.lens)
        return tuple(row for row, one in zip(rows, self._cited.answers, strict=True) if one.id in own)

    def _repr_html_(self) -> str:
        """Without title and introduction: the cell above it says both."""
        return (
            markup.environment()
            .get_template("step.html")
            .render(
                section=self.section,
                answers=self._answers(),
                say=self.lens.say,
                lang=self.lens.lang,
                css=_style(),
                suffix="",
            )
        )

    def _repr_markdown_(self) -> str:
        return markdown.section(self.section, self.lens, heading="")

    def plain(self, width: int = 100) -> str:
        """The step for a terminal of *width* columns."""
        return terminal.section(self.section, self.lens, width)

    def __repr__(self) -> str:
        """The plain twin, so that the interactive prompt shows the step too."""
        return self.plain()


def view(
    step: Step, lens: Lens, attachment: ReadFile | None = None, exchanges: tuple[Exchange, ...] = ()
) -> StepView:
    """The step as a notebook shows it; *attachment* reads the pictures that lie in the case."""
    return StepView(step=step, lens=lens, exchanges=exchanges, attachment=attachment)


def plain(step: Step, lens: Lens, width: int = 100) -> str:
    """The step as text for a terminal of *width* columns."""
    return view(step, lens).plain(width)


def figure(picture: Picture, lens: Lens) -> str:
    """One picture with its caption, as a notebook shows it."""
    page = markup.environment().get_template("figure.html")
    return page.render(one=picture, say=lens.say, lang=lens.lang, css=_style(), suffix="")


@cache
def _style() -> str:
    return (files("phishlab.views") / "templates" / "blocks.css").read_text(encoding="utf-8")
