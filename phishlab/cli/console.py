"""What the terminal shows while an investigation runs: one line a step, and where to look next."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from phishlab.case import Case
from phishlab.cli import NOT_AS_SEALED, OK
from phishlab.records import CaseFile, Level, Question, Step, Weight
from phishlab.views import sentences
from phishlab.views.desk import Asking, Watch
from phishlab.views.safe import Lens

_ORDER = {Weight.STRONG: 0, Weight.MODERATE: 1, Weight.WEAK: 2}


def line(text: str) -> None:
    """One line to standard output, at once."""
    print(text, flush=True)


def sealed(faults: Sequence[str]) -> int:
    """The exit code of what was made from a case; where it is not as it was sealed, one line says so."""
    if not faults:
        return OK
    print(f"phishlab: the case is not as it was sealed: {faults[0]} ({len(faults)} in all)", file=sys.stderr)
    return NOT_AS_SEALED


def question(asked: Question, peer: str) -> None:
    """One dim line on a terminal for each question that leaves this machine."""
    if sys.stderr.isatty():
        print(f"      → {asked.uri}  ({asked.level.word}, {peer})", file=sys.stderr, flush=True)


@contextmanager
def waiting(steps: Sequence[str], lens: Lens, asking: Asking) -> Iterator[None]:
    """On a terminal one line, gone at the end: what is being asked, and how much is left."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True, highlight=False, markup=False)
    columns = (SpinnerColumn(), TimeElapsedColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        watch = Watch(steps, lens, lambda text: bar.update(task, description=text))
        task = bar.add_task("", total=None)
        asking.tell, asking.count = watch.asked, watch.left
        yield


@contextmanager
def progress(steps: Sequence[str], lens: Lens, asking: Asking) -> Iterator[Callable[[Step], None]]:
    """One line a step; on a terminal also a bar: the step, what is being asked, how many steps are left.

    Yields what is to be told of each step.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(highlight=False, markup=False, soft_wrap=True)
    columns = (
        BarColumn(20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        watch = Watch(steps, lens, lambda text: bar.update(task, description=text))
        task = bar.add_task(watch.line, total=len(steps))

        def tell(step: Step) -> None:
            title = lens.say(f"step.{step.id}.title")
            console.print(f"[{watch.done + 1:2}/{len(steps)}] {title}: {summary(step, lens)}")
            watch.stepped(step)
            bar.advance(task)

        asking.tell, asking.count = watch.asked, watch.left
        yield tell


def summary(step: Step, lens: Lens) -> str:
    """The step in one line: its weightiest finding, its first answer, or why there is neither."""
    if step.not_evaluated:
        return lens.say(f"why.{step.not_evaluated}")
    for exhibit in step.exhibits:
        if exhibit.kind == "assessment":
            answer = exhibit.items[0]
            return lens.say(f"answer.{answer.question}.{answer.answer}")  # type: ignore[attr-defined]  # an Assessment, by its kind
    if not step.findings:
        return lens.say("cli.nothing-noticed")
    first = min(step.findings, key=lambda finding: _ORDER[finding.weight])
    return sentences.finding(first, lens)


def where_next(opened: Case, document: CaseFile, written: Sequence[Path], lens: Lens) -> None:
    """The answer, and the files to open, each with what it is."""
    line("")
    for answer in document.assessments:
        said = lens.say(f"answer.{answer.question}.{answer.answer}")
        line(
            f"{lens.say(f'question.{answer.question}')} {said} ({lens.say(f'confidence.{answer.confidence}')})"
        )
    if any(exchange.origin == "reconstructed" for exchange in document.exchanges):
        line(lens.say("cli.reconstructed"))
    if document.level is Level.OFFLINE:
        line(lens.say("cli.offline"))
    line("")
    line(lens.say("cli.look-next"))
    labels = {
        "index.html": "cli.file.html-en",
        "index.ja.html": "cli.file.html-ja",
        "report.md": "cli.file.md-en",
        "report.ja.md": "cli.file.md-ja",
        "walkthrough.ipynb": "cli.file.notebook",
    }
    for path in written:
        if path.name in labels:
            line(f"  {path}  {lens.say(labels[path.name])}")
    line(f"  {opened.folder.path}  {lens.say('cli.file.case')}")
