"""``investigate`` and ``report``: a mail or a case in, a case with its write-ups out."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from phishlab import case as cases
from phishlab import report as reports
from phishlab import walkthrough, wording
from phishlab.case import Case
from phishlab.cli import choice, console
from phishlab.errors import EvidenceError
from phishlab.records import CaseFile, Level
from phishlab.views.desk import Asking
from phishlab.views.safe import Lens


def run(arguments: argparse.Namespace) -> int:
    """Investigate one mail, or replay one case: the case folder, reports in both languages, a notebook."""
    if arguments.dry_run:
        from phishlab.cli import plan

        return plan.of_mail(arguments)
    asking = Asking()
    opened = _case(arguments, asking)
    lens = Lens(lang=arguments.lang, recipients=opened.message.recipients)
    work(opened, asking, lens, notebook=not arguments.no_notebook)
    return 0


def work(opened: Case, asking: Asking, lens: Lens, *, notebook: bool) -> None:
    """Every step of an open case worked out and told of, the case sealed, its write-ups written."""
    with console.progress(walkthrough.names(opened), lens, asking) as tell, sealing(opened):
        document = walkthrough.casefile(opened, on_step=tell, on_left=asking.left)
    written = write(opened, document, notebook=notebook, lens=lens)
    console.where_next(opened, document, written, lens)


def report(arguments: argparse.Namespace) -> int:
    """Write one case's report in one format, to a file or to standard output."""
    opened = cases.open_case(arguments.case, arguments.of_run)
    document = walkthrough.casefile(opened)
    lens = Lens(
        lang=arguments.lang,
        recipients=opened.message.recipients,
        redacted=not arguments.show_recipient,
    )
    made = reports.render(
        document, arguments.format, lens, opened.attachment, case_path=str(arguments.case.resolve())
    )
    if arguments.output is None:
        sys.stdout.buffer.write(made)
    else:
        arguments.output.write_bytes(made)
        print(arguments.output)
    return console.sealed(opened.faults)


def write(opened: Case, document: CaseFile, *, notebook: bool, lens: Lens) -> tuple[Path, ...]:
    """The reports in both languages under the case's ``report`` folder, and the executed notebook."""
    folder = opened.folder.report_folder
    written = reports.write(document, folder, wording.LANGUAGES, opened.attachment)
    if not notebook:
        return written
    console.line(wording.say(lens.lang, "cli.notebook-running"))
    return (*written, reports.write_notebook(opened.folder.path, folder, lens, walkthrough.names(opened)))


@contextmanager
def sealing(opened: Case) -> Iterator[None]:
    """Seal a case that is new or goes on, when the work is done and when it is stopped on the way."""
    try:
        yield
    except KeyboardInterrupt:
        if not opened.finished:
            opened.seal(finished=False)
        raise
    if not opened.finished:
        opened.seal()


def _case(arguments: argparse.Namespace, asking: Asking) -> Case:
    source: Path = arguments.mail
    if source.is_dir() and (source / "bagit.txt").exists():
        return _replayed(source, arguments.output)
    mail = choice.mail(arguments)
    path = arguments.output or Path("out") / choice.stem(arguments)
    level, wire = Level.of(arguments.level), choice.wire(arguments)
    if (path / "bagit.txt").exists():
        return cases.again(path, mail.data, level, lists=arguments.lists, on_question=asking, wire=wire)
    return cases.create(
        mail.data,
        path,
        source=mail.source,
        bounds=choice.bounds(arguments),
        level=level,
        receiver=arguments.receiver,
        lists=arguments.lists,
        services=choice.services(arguments),
        on_question=asking,
        wire=wire,
    )


def _replayed(source: Path, output: Path | None) -> Case:
    """A case folder given instead of a mail: copied where reports may be written, then replayed."""
    target = output or Path("out") / source.resolve().name
    if target.resolve() != source.resolve():
        problems = cases.open_case(source).folder.verify()
        if problems:
            raise EvidenceError(f"{source} is not as it was sealed: {problems[0].text}")
        if not (target / "bagit.txt").exists():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("report"))
    return cases.open_case(target)
