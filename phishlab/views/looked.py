"""What a notebook shows for a look-up: all its steps, and each of its tables as a DataFrame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from phishlab import walkthrough
from phishlab.case import Case
from phishlab.errors import InputError
from phishlab.indicators import subjects
from phishlab.records import Subject
from phishlab.views import steps, tables
from phishlab.views.cells import brief
from phishlab.views.safe import Lens
from phishlab.views.steps import StepView

if TYPE_CHECKING:
    import pandas as pd

_GIVEN = 120
"""Characters shown of what was typed."""


def understood(text: str, lens: Lens) -> Subject:
    """The subject that *text* writes; InputError, in one line of the lens's language, where it writes none."""
    found = subjects.read(text)
    if isinstance(found, subjects.Misread):
        raise InputError(lens.say(f"subject.{found.kind}", given=brief(found.given, _GIVEN)))
    return found


@dataclass(frozen=True, kw_only=True)
class LookedUp:
    """A look-up that displays itself; *case* is the case that holds its answers.

    Each table has the same columns in the same order whatever was found, and a row for each question that was to
    be asked, whatever came of it.
    """

    case: Case

    @property
    def names(self) -> pd.DataFrame:
        """What the name resolves to, or what the address is called."""
        return tables.of(self.case, "subject-names", "addresses")

    @property
    def sightings(self) -> pd.DataFrame:
        """Where passive DNS saw the name."""
        return tables.of(self.case, "subject-names", "sightings")

    @property
    def domains(self) -> pd.DataFrame:
        """Who registered the domain."""
        return tables.of(self.case, "subject-registration", "domains")

    @property
    def networks(self) -> pd.DataFrame:
        """Who holds and who announces the addresses."""
        return tables.of(self.case, "subject-network", "networks")

    @property
    def places(self) -> pd.DataFrame:
        """Where databases put the addresses."""
        return tables.of(self.case, "subject-place", "places")

    @property
    def listings(self) -> pd.DataFrame:
        """What reputation services say."""
        return tables.of(self.case, "subject-reputation", "listings")

    def _steps(self) -> list[StepView]:
        lens = Lens.of(self.case)
        return [
            steps.view(walkthrough.step(self.case, name), lens, self.case.attachment, self.case.exchanges)
            for name in walkthrough.names(self.case)
        ]

    def _repr_html_(self) -> str:
        return "\n".join(step._repr_html_() for step in self._steps())

    def __repr__(self) -> str:
        """The plain twin, for an interactive prompt."""
        return "\n".join(step.plain() for step in self._steps())
