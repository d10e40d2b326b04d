"""The desk of an analyst: the mails that wait, the cases that are there, and how far the work is."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import islice
from pathlib import Path

from phishlab import case as cases
from phishlab.case import Case
from phishlab.errors import EvidenceError, InputError
from phishlab.mail import bounded, intake
from phishlab.mail.containers import Mail
from phishlab.records import Question, Step
from phishlab.views import markup, monospace, sheets
from phishlab.views.cells import NOTHING, brief
from phishlab.views.citations import Citations
from phishlab.views.safe import Lens
from phishlab.views.sheets import Sheet
from phishlab.views.tables import Table

MOST = 100
"""So many mails and cases are listed; each is read for it."""
_DEEP = 4
"""Folders below the first one in which a case is looked for."""
_TEXT = 120
"""Characters shown of one field."""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A numbered table of files that displays itself; ``listing[1]`` is the path of its first row."""

    paths: tuple[Path, ...]
    table: Table
    note: str
    lens: Lens

    def __getitem__(self, number: int) -> Path:
        """The path with that number. Raises InputError for a number that the table does not have."""
        if not self.paths:
            raise InputError(self.note)
        if not 0 < number <= len(self.paths):
            raise InputError(self.lens.say("lab.no-number", number=number, count=len(self.paths)))
        return self.paths[number - 1]

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.paths)

    @property
    def _sheet(self) -> Sheet:
        return sheets.sheet(self.table, self.lens, Citations())

    def _repr_html_(self) -> str:
        return (
            markup.environment()
            .get_template("desk.html")
            .render(
                sheet=self._sheet,
                note=self.note,
                say=self.lens.say,
                lang=self.lens.lang,
                css=_style(),
                suffix="",
            )
        )

    def __repr__(self) -> str:
        """The table as text, so that the interactive prompt shows it too."""
        return f"{monospace.sheet(self._sheet, self.lens)}\n{self.note}\n"


def inbox(folder: Path, lens: Lens) -> Listing:
    """The files in *folder*, the one dropped last first, with what each mail says of itself."""
    paths = tuple(islice(_dropped(folder), MOST))
    rows = tuple((str(at), *_mail_row(path, folder, lens)) for at, path in enumerate(paths, 1))
    note = "lab.inbox-note" if folder.is_dir() else "lab.inbox-missing"
    table = _table("inbox", ("number", "file", "subject", "from", "date"), rows, lens)
    return Listing(paths=paths, table=table, note=lens.say(note, folder=folder), lens=lens)


def listed(folder: Path, lens: Lens) -> Listing:
    """The cases in *folder* and below, with their level, and whether each was worked through."""
    paths = tuple(islice(_cases(folder, _DEEP), MOST))
    rows = tuple((str(at), *_case_row(path, folder, lens)) for at, path in enumerate(paths, 1))
    table = _table("cases", ("number", "case", "subject", "opened", "level", "state"), rows, lens)
    note = lens.say("lab.cases-note" if paths else "lab.cases-none", folder=folder)
    return Listing(paths=paths, table=table, note=note, lens=lens)


class Asking:
    """What a wire tells of its questions, handed on to whoever shows them; to nobody at first."""

    def __init__(self) -> None:
        self.tell: Callable[[Question, str], None] = lambda _question, _word: None
        self.count: Callable[[int], None] = lambda _left: None

    def left(self, count: int) -> None:
        """So many look-ups are not done."""
        self.count(count)

    def __call__(self, asked: Question, word: str) -> None:
        """One question was put, or answered."""
        self.tell(asked, word)


class Watch:
    """Says in one line what is being done: the step, how many there are, what is being asked.

    *write* is told each new line.
    """

    def __init__(self, steps: Sequence[str], lens: Lens, write: Callable[[str], object]) -> None:
        self.done = 0
        self.answers = 0
        self.waiting = 0
        """Look-ups that are not done while all is asked, before the first step is shown."""
        self._asking = ""
        self._steps = tuple(steps)
        self._lens = lens
        self._write = write

    @property
    def total(self) -> int:
        """How many steps there are."""
        return len(self._steps)

    @property
    def head(self) -> str:
        """``[ 4/14] The simple check``; before the first one, how many look-ups are left."""
        if self.waiting:
            return self._lens.say("lab.gathering", left=self.waiting, count=self.answers)
        at = min(self.done, self.total - 1)
        return f"[{at + 1:2}/{self.total}] {self._lens.say(f'step.{self._steps[at]}.title')}"

    @property
    def line(self) -> str:
        """``[ 4/14] The simple check · asking dns:one[.]example?type=A (3 answered)``."""
        if not self._asking:
            return self.head
        if self.waiting:
            return f"{self.head} · {self._lens.text(brief(self._asking, _TEXT))}"
        tail = self._lens.say("lab.asking", question=brief(self._asking, _TEXT), count=self.answers)
        return f"{self.head} · {tail}"

    def left(self, count: int) -> None:
        """So many look-ups are not done."""
        self.waiting = count
        self._asking = self._asking if count else ""
        self._write(self.line)

    def asked(self, question: Question, word: str) -> None:
        """A question was put (``asking``), or has its outcome."""
        if word == "asking":
            self._asking = question.uri
        else:
            self.answers += 1
        self._write(self.line)

    def stepped(self, _step: Step) -> None:
        """One step is done."""
        self.done += 1
        self._asking = ""
        if self.done < len(self._steps):
            self._write(self.line)


class Ticker:
    """Lines that are written over until a step is done, for a notebook and a terminal alike.

    JupyterLab and terminals go back to the beginning of a line at a carriage return; what a longer line
    left there is wiped with spaces.
    """

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self._before = 0

    def over(self, text: str) -> None:
        """Show *text* in place of what the line showed."""
        wide = _columns(text)
        self._write("\r" + text + " " * max(0, self._before - wide))
        self._before = wide

    def end(self, text: str) -> None:
        """Show *text* and leave it there."""
        self.over(text)
        self._write("\n")
        self._before = 0


class Diary:
    """One line for each step of an investigation, which tells what is being asked while it lasts."""

    def __init__(self, steps: Sequence[str], lens: Lens, write: Callable[[str], object]) -> None:
        self._ticker = Ticker(write)
        self._lens = lens
        self._watch = Watch(steps, lens, self._ticker.over)

    def asked(self, question: Question, word: str) -> None:
        """For a wire's ``on_question``."""
        self._watch.asked(question, word)

    def stepped(self, step: Step) -> None:
        """For ``walkthrough.casefile``: *step* is done."""
        rests = len(step.evidence)
        said = self._lens.say("lab.asked" if rests else "lab.no-answers", count=rests)
        self._ticker.end(f"{self._watch.head} · {said}")
        self._watch.stepped(step)

    def left(self, count: int) -> None:
        """For ``walkthrough.casefile``: so many look-ups are not done."""
        self._watch.left(count)

    def stopped(self, folder: Path, kept: int) -> str:
        """What is said where the analyst stopped the work."""
        self._ticker.end(self._watch.line)
        if left := self._watch.waiting:
            return self._lens.say("lab.stopped-asking", left=left, count=kept, folder=folder)
        at, of = self._watch.done + 1, self._watch.total
        return self._lens.say("lab.stopped", step=at, steps=of, count=kept, folder=folder)


def _table(name: str, columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...], lens: Lens) -> Table:
    return Table(
        id=name,
        columns=columns,
        headings=tuple(lens.say(f"lab.column.{column}") for column in columns),
        rows=rows,
        alignment=("right", *("left",) * (len(columns) - 1)),
        caption=lens.say(f"table.{name}"),
    )


def _dropped(folder: Path) -> list[Path]:
    """The files of a folder and those below it, the newest first; hidden ones are left out."""
    found = []
    for path in folder.rglob("*") if folder.is_dir() else ():
        shown = path.relative_to(folder).parts
        if not any(part.startswith(".") for part in shown) and path.is_file():
            found.append((-path.stat().st_mtime, str(path), path))
    return [path for _, _, path in sorted(found)]


def _mail_row(path: Path, folder: Path, lens: Lens) -> tuple[str, ...]:
    name = lens.text(path.relative_to(folder))
    try:
        found: list[Mail] = list(islice(intake.mails(path), 2))
    except InputError as trouble:
        return (name, lens.text(trouble), NOTHING, NOTHING)
    if len(found) != 1:
        return (name, lens.say("lab.several" if found else "lab.nothing"), NOTHING, NOTHING)
    if found[0].trouble:
        return (name, lens.text(found[0].trouble), NOTHING, NOTHING)
    message = bounded.parse(found[0].data)
    own = replace(lens, recipients=message.recipients)
    fields = (message.subject.text, message.from_.raw)
    return (
        own.text(path.relative_to(folder)),
        *(own.text(brief(each, _TEXT)) for each in fields),
        own.when(message.date_utc),
    )


def _cases(folder: Path, deep: int) -> Iterator[Path]:
    """The case folders at and below *folder*, by name; nothing is looked for inside a case."""
    if (folder / "bagit.txt").is_file() and (folder / "data" / "case.json").is_file():
        yield folder
        return
    try:
        below = sorted(entry.path for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False))
    except OSError:
        return
    for path in map(Path, below):
        if deep and not path.name.startswith("."):
            yield from _cases(path, deep - 1)


def _case_row(path: Path, folder: Path, lens: Lens) -> tuple[str, ...]:
    name = lens.text(path.relative_to(folder))
    try:
        case = cases.open_case(path)
    except EvidenceError as trouble:
        return (name, lens.text(trouble), NOTHING, NOTHING, NOTHING)
    own = replace(lens, recipients=case.message.recipients)
    state = lens.say("lab.finished" if case.finished else "lab.unfinished")
    about = case.message.subject.text if case.subject is None else case.subject.shown
    subject = own.text(brief(about, _TEXT))
    return (
        own.text(path.relative_to(folder)),
        subject,
        _opened(case, own),
        lens.say(f"level.{case.level.word}"),
        state,
    )


def _opened(case: Case, lens: Lens) -> str:
    return lens.text(str(case.folder.info.get("opened_at", NOTHING)))


def _columns(text: str) -> int:
    """How many columns of a terminal *text* takes: 日 takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


@cache
def _style() -> str:
    return (files("phishlab.views") / "templates" / "blocks.css").read_text(encoding="utf-8")
