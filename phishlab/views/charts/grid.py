"""What each reputation service says of each subject: five states that never fold into one another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from phishlab import wording
from phishlab.records import Listing, ListingState, Lookup, Outcome
from phishlab.views import paper
from phishlab.views.charts import frame
from phishlab.views.charts.frame import Board, Mark
from phishlab.views.safe import Lens

SERVICES, SUBJECTS = 8, 12
"""In one chart; the rest are counted."""

_NARROWEST = 108
_WIDEST = 150
MARKS = {
    ListingState.LISTED: Mark(shape="D", color=paper.AREA, size=9),
    ListingState.NOT_LISTED: Mark(shape="o", color=paper.POINT),
    ListingState.UNKNOWN_TO_SERVICE: Mark(shape="o", color=paper.POINT, filled=False),
    ListingState.ERROR: Mark(shape="x", color=paper.AREA, size=8.5),
    ListingState.NOT_ASKED: Mark(shape="s", color=paper.MUTED, filled=False, size=8.5),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One subject: its lines, and the state and the word of each service that was asked about it, by column."""

    lines: tuple[str, ...]
    states: Mapping[int, ListingState]
    words: Mapping[int, list[str]]

    @property
    def height(self) -> float:
        """In CSS pixels, the rule above it included."""
        return 16 * len(self.lines) + 15 * max((len(said) for said in self.words.values()), default=1) + 14


@paper.plain()
def draw(items: Sequence[Lookup[Listing]], lens: Lens, *, format: str = "png") -> bytes:  # noqa: A002 - matplotlib's word
    """A column for each service, a row for each subject; a cell that nobody asked about stays empty."""
    services = _services(items)
    subjects = list(dict.fromkeys(one.subject for one in items))
    shown = services[:SERVICES]
    width = max(paper.WIDTH, 2 * frame.MARGIN + len(shown) * _NARROWEST)
    column = min((width - 2 * frame.MARGIN) / max(len(shown), 1), _WIDEST)
    heads = [frame.cut(_service(name, lens), column - 8, 12, lines=3, bold=True) for name in shown]
    rows = _rows(items, subjects[:SUBJECTS], shown, lens, width=(width - 2 * frame.MARGIN, column))
    top = max((len(lines) for lines in heads), default=0) * 15.4 + 8
    height = top + sum(row.height for row in rows)
    notes = _notes(len(subjects), len(services), lens)
    board = Board(_say(lens, "title"), height, notes=notes, width=width)
    for number, lines in enumerate(heads):
        board.lines(number * column, 0, lines, 12, bold=True)
    for row in rows:
        _row(board, row, top, column)
        top += row.height
    return board.bytes(format)


def _services(items: Sequence[Lookup[Listing]]) -> list[str]:
    """The services in their order; where there are too many to be drawn, those that list something come first.

    Those that were not asked come last.
    """
    named = list(dict.fromkeys(one.source for one in items))
    if len(named) <= SERVICES:
        return named
    rank = dict.fromkeys(named, 2)
    for one in items:
        said = state(one)
        own = 0 if said is ListingState.LISTED else 2 if said is ListingState.NOT_ASKED else 1
        rank[one.source] = min(rank[one.source], own)
    return sorted(named, key=rank.__getitem__)


def states(items: Iterable[Lookup[Listing]]) -> dict[tuple[str, str], ListingState]:
    """What is said of each subject by each service; a listing is never covered by another answer."""
    found: dict[tuple[str, str], ListingState] = {}
    for one in items:
        key = one.subject, one.source
        if found.get(key) is not ListingState.LISTED:
            found[key] = state(one)
    return found


def _rows(
    items: Iterable[Lookup[Listing]],
    subjects: Iterable[str],
    services: Sequence[str],
    lens: Lens,
    *,
    width: tuple[float, float],
) -> list[Row]:
    """The rows; *width* of the field and of a column."""
    all_states = states(items)
    rows = []
    for subject in subjects:
        own = {
            at: all_states[subject, name] for at, name in enumerate(services) if (subject, name) in all_states
        }
        words = {
            at: frame.cut(_say(lens, f"state.{one}"), width[1] - 24, 11.5, lines=2, bold=True)
            for at, one in own.items()
        }
        lines = frame.cut(frame.shown(subject, lens), width[0] - 4, 12.5, lines=2)
        rows.append(Row(lines=tuple(lines), states=own, words=words))
    return rows


def _row(board: Board, row: Row, top: float, column: float) -> None:
    board.line([0, board.width], [top, top], color=frame.RULE, linewidth=0.9)
    below = board.lines(0, top + 5, row.lines, 12.5) + 2
    for at, one in row.states.items():
        _cell(board, at * column, below, one, row.words[at])


def state(lookup: Lookup[Listing]) -> ListingState:
    """The service's state; without a record "not asked" or "error", never "not listed"."""
    if lookup.record is not None:
        return lookup.record.state
    return ListingState.NOT_ASKED if lookup.outcome is Outcome.NOT_ASKED else ListingState.ERROR


def _cell(board: Board, left: float, top: float, state: ListingState, words: Sequence[str]) -> None:
    board.mark(left + 7, top + 6, MARKS[state])
    listed = state is ListingState.LISTED
    board.lines(left + 19, top, words, 11.5, color=paper.AREA if listed else paper.INK, bold=listed)


def _service(name: str, lens: Lens) -> str:
    known = f"source.{name}"
    return lens.say(known) if wording.known(lens.lang, known) else frame.shown(name, lens)


def _notes(subjects: int, services: int, lens: Lens) -> list[str]:
    left_out = {"subjects": subjects - SUBJECTS, "services": services - SERVICES}
    return [_say(lens, f"more-{kind}", count=str(many)) for kind, many in left_out.items() if many > 0]


def _say(lens: Lens, sentence: str, **values: str) -> str:
    return wording.say(lens.lang, f"chart.grid.{sentence}", **values)
