"""Charts of a case, drawn on matplotlib's own objects: no window, no shared state.

In a notebook: ``pl.charts.hops(case)``, and so on; each takes the open case and hands back a ``Chart`` that
displays itself. A report draws the same from the exhibits of a step. ``timeline.draw``, ``panel.draw`` … take
records and a lens, and hand back the bytes of a ``png``, ``svg`` or ``pdf``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from phishlab.records import Authentication, Exchange, Exhibit, Hop, Lifetime, Lookup, Tie
from phishlab.views.charts import age, calls, graph, grid, panel
from phishlab.views.charts.timeline import hop_timeline
from phishlab.views.safe import Lens

if TYPE_CHECKING:
    from phishlab.case import Case

__all__ = [
    "KINDS",
    "Chart",
    "asked",
    "authentication",
    "domains",
    "hop_timeline",
    "hops",
    "listings",
    "names",
    "of",
    "of_exhibit",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of chart: its picture's *name*, what its items are, and what *draws* them."""

    name: str
    items: tuple[type, ...]
    draw: Callable[..., bytes]


KINDS: dict[str, Kind] = {
    "timeline": Kind(name="timeline", items=(Hop,), draw=hop_timeline),
    "panel": Kind(name="authentication", items=(Authentication, Lookup), draw=panel.draw),
    "ages": Kind(name="domain-ages", items=(Lifetime,), draw=age.draw),
    "grid": Kind(name="reputation", items=(Lookup,), draw=grid.draw),
    "asked": Kind(name="asked", items=(Exchange,), draw=calls.draw),
    "names": Kind(name="names", items=(Tie,), draw=graph.draw),
}
"""The kinds of exhibits that are charts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart that displays itself, with the line that says what to read from it."""

    kind: str
    items: tuple[Any, ...]
    lens: Lens

    @property
    def name(self) -> str:
        """The name of its file in a report."""
        return KINDS[self.kind].name

    @property
    def caption(self) -> str:
        """What to read from it."""
        return self.lens.say(f"chart.{self.kind}.caption")

    @property
    def alt(self) -> str:
        """What it shows, for those who cannot see it."""
        return self.lens.say(f"chart.{self.kind}.alt", count=len(self.items))

    def bytes(self, format: str = "png") -> bytes:  # noqa: A002 - matplotlib's word
        """The picture as ``png``, ``svg`` or ``pdf``; ValueError for another word."""
        return KINDS[self.kind].draw(self.items, self.lens, format=format)

    def _repr_html_(self) -> str:
        from phishlab.views import blocks, steps  # they draw charts themselves

        return steps.figure(blocks.still(self), self.lens)

    def _repr_png_(self) -> bytes:  # type: ignore[valid-type]  # the method of this name is meant for bytes
        return self.bytes()

    def __repr__(self) -> str:
        """For a prompt that shows no pictures."""
        return f"{self.alt}\n{self.caption}"


def of_exhibit(exhibit: Exhibit, lens: Lens) -> Chart:
    """The exhibit as a chart, of the items that it can draw; KeyError for a kind that is no chart."""
    fitting = tuple(item for item in exhibit.items if isinstance(item, KINDS[exhibit.kind].items))
    return Chart(kind=exhibit.kind, items=fitting, lens=lens)


# --- the charts of a case, as a notebook asks for them --------------------------------------------------


def hops(case: Case) -> Chart:
    """When each server noted the mail, with delays and clock trouble."""
    return of(case, "route", "timeline")


def authentication(case: Case) -> Chart:
    """SPF, DKIM and DMARC: recorded then beside worked out now."""
    return of(case, "authentication", "panel")


def domains(case: Case) -> Chart:
    """The age of the From domain and of the links' domains when the mail came."""
    return of(case, "link-registration", "ages")


def listings(case: Case) -> Chart:
    """What reputation services say of the links."""
    return of(case, "link-reputation", "grid")


def asked(case: Case) -> Chart:
    """Who was asked, when, and who could notice."""
    return of(case, "conclusion", "asked")


def names(case: Case) -> Chart:
    """What the names of the case have in common."""
    return of(case, "conclusion", "names")


def of(case: Case, step: str, kind: str) -> Chart:
    """The chart *kind* of a step; without items where the step shows none."""
    from phishlab import walkthrough  # brings every source along: a report of a case needs none

    shown = walkthrough.step(case, step).exhibits
    found = next((exhibit for exhibit in shown if exhibit.kind == kind), Exhibit(kind=kind, items=()))
    return of_exhibit(found, Lens.of(case))
