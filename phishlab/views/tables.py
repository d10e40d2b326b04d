"""Records as tables: fixed columns in a fixed order, one row for each record, also where nothing was found.

Every text in a table has been through the lens; a failed look-up is a row that says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from phishlab.classes import dataclass, replace
from phishlab.records import Comparison, DomainRegistration, Exhibit, Fact, Ground, Hop, Lookup
from phishlab.views.cells import NOTHING, brief
from phishlab.views.columns import ANYTHING, COLUMNS
from phishlab.views.safe import Lens

_USUAL_WIDTH = 50
"""Characters of a cell that pandas shows unless the user has chosen otherwise."""

if TYPE_CHECKING:
    import pandas as pd

    from phishlab.case import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table to be read. *columns* are ids, *headings* their words; *rows* hold one text for each column."""

    id: str
    columns: tuple[str, ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    alignment: tuple[str, ...]
    """``left`` or ``right`` for each column."""
    caption: str
    marks: tuple[str, ...] = ()
    """One word for each row, from a fixed set: trust, outcome, ``claimed`` or empty."""
    grounds: tuple[tuple[Ground, ...], ...] = ()
    """The evidence that each row rests on."""

    def filled(self) -> Table:
        """The table without the columns in which no row has anything to say."""
        kept = [
            at for at in range(len(self.columns)) if any(row[at] not in ("", NOTHING) for row in self.rows)
        ]
        return replace(
            self,
            columns=tuple(self.columns[at] for at in kept),
            headings=tuple(self.headings[at] for at in kept),
            alignment=tuple(self.alignment[at] for at in kept),
            rows=tuple(tuple(row[at] for at in kept) for row in self.rows),
        )


def rows(exhibit: Exhibit, lens: Lens) -> Table:
    """The exhibit as a table, one row for each of its items in their order."""
    columns = COLUMNS.get(exhibit.kind, ANYTHING)
    return Table(
        id=exhibit.kind,
        columns=tuple(column.id for column in columns),
        headings=tuple(lens.say(f"column.{column.id}") for column in columns),
        rows=tuple(tuple(column.read(item, lens) for column in columns) for item in exhibit.items),
        alignment=tuple(column.align for column in columns),
        caption=lens.say(f"table.{exhibit.kind}"),
        marks=tuple(_mark(item) for item in exhibit.items),
        grounds=tuple(item.evidence if isinstance(item, Lookup) else () for item in exhibit.items),
    )


def frame(exhibit: Exhibit, lens: Lens) -> pd.DataFrame:
    """The exhibit as a DataFrame of texts, its headings in the lens's language.

    The ids of the columns are in ``frame.attrs["columns"]``, the caption in ``frame.attrs["caption"]``.
    """
    import pandas as pd

    # Else a "$…$" in a mail is typeset by MathJax wherever a notebook shows the frame.
    pd.set_option("display.html.use_mathjax", False)  # noqa: FBT003 - pandas takes it by position
    if pd.get_option("display.max_colwidth") == _USUAL_WIDTH:
        pd.set_option("display.max_colwidth", None)  # else a digest or a URL is cut, and cannot be copied
    table = rows(exhibit, lens)
    shown = pd.DataFrame(list(table.rows), columns=list(table.headings), dtype=object)
    shown.attrs.update(columns=table.columns, caption=table.caption)
    return shown


def plain(table: Table, lens: Lens | None = None, width: int = 100) -> str:
    """The table as text for a terminal of *width* columns."""
    from phishlab.views import citations, monospace, sheets  # they are made of tables

    lens = lens or Lens()
    return monospace.sheet(sheets.sheet(table, lens, citations.Citations()), lens, width)


def raw_fields(registration: DomainRegistration, lens: Lens) -> Table:
    """Every label and value of a registration answer, known to phishlab or not, as it came."""
    columns = ("field", "value")
    return Table(
        id="registration-fields",
        columns=columns,
        headings=tuple(lens.say(f"column.{column}") for column in columns),
        rows=tuple((lens.text(label), lens.text(value)) for label, value in registration.fields),
        alignment=("left", "left"),
        caption=lens.say("table.registration-fields", domain=brief(registration.domain, 100)),
    )


def _mark(item: object) -> str:
    match item:
        case Hop():
            return item.trust.value
        case Lookup():
            return item.outcome.value
        case Fact(claimed=True):
            return "claimed"
        case Comparison():
            return item.result if item.result in {"match", "mismatch", "not-evaluable"} else ""
    return ""


# --- the tables of a case, as a notebook asks for them --------------------------------------------------


def hops(case: Case) -> pd.DataFrame:
    """The Received lines, newest first, each with who wrote it."""
    return of(case, "route", "hops")


def authentication(case: Case) -> pd.DataFrame:
    """What the mail says of SPF, DKIM and DMARC, trusted or not."""
    return of(case, "authentication", "authentication")


def links(case: Case) -> pd.DataFrame:
    """The links, split into host and path."""
    return of(case, "body", "links")


def attachments(case: Case) -> pd.DataFrame:
    """The attachments, with their digests."""
    return of(case, "message", "attachments")


def networks(case: Case) -> pd.DataFrame:
    """Who holds and who announces the sending address."""
    return of(case, "sender-network", "networks")


def domains(case: Case) -> pd.DataFrame:
    """The registrations of the links' domains."""
    return of(case, "link-registration", "domains")


def listings(case: Case) -> pd.DataFrame:
    """What reputation services say of the links."""
    return of(case, "link-reputation", "listings")


def places(case: Case) -> pd.DataFrame:
    """Where a database puts the sending address."""
    return of(case, "sender-place", "places")


def indicators(case: Case) -> pd.DataFrame:
    """What to block and what to report."""
    return of(case, "conclusion", "indicators")


def of(case: Case, step: str, kind: str) -> pd.DataFrame:
    """The exhibit *kind* of a step as a table with that kind's columns, empty where the step shows none.

    In a look-up without a mail it is the look-up's own table of that kind.
    """
    from phishlab import lookups, walkthrough

    if case.subject is not None:
        step = next((name for name, each in lookups.TABLES if each == kind), step)
    shown = walkthrough.step(case, step).exhibits if step in walkthrough.names(case) else ()
    items = next((exhibit.items for exhibit in shown if exhibit.kind == kind), ())
    return frame(Exhibit(kind=kind, items=items), Lens.of(case))
