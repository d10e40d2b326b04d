"""``investigate`` and ``report``: a mail or a case in, a case with its write-ups out."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from phishlab import case as cases
from phishlab import report as reports
from phishlab import walkthrough, wording
from phishlab.case import Case
from phishlab.cli import console
from phishlab.errors import EvidenceError
from phishlab.records import CaseFile, Level
from phishlab.views.safe import Lens


def run(arguments: argparse.Namespace) -> int:
    """Investigate one mail, or replay one case: the case folder, reports in both languages, a notebook."""
    opened, fresh = _case(arguments)
    lens = Lens(lang=arguments.lang, recipients=opened.message.recipients)
    with console.progress(len(walkthrough.STEPS), lens) as tell:
        document = walkthrough.casefile(opened, on_step=tell)
    if fresh:
        opened.seal()
    written = write(opened, document, notebook=not arguments.no_notebook, lens=lens)
    console.where_next(opened, document, written, lens)
    return 0


def report(arguments: argparse.Namespace) -> int:
    """Write one case's report in one format, to a file or to standard output."""
    opened = cases.open_case(arguments.case)
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
    return 0


def write(opened: Case, document: CaseFile, *, notebook: bool, lens: Lens) -> tuple[Path, ...]:
    """The reports in both languages under the case's ``report`` folder, and the executed notebook."""
    folder = opened.folder.report_folder
    written = reports.write(document, folder, wording.LANGUAGES, opened.attachment)
    if not notebook:
        return written
    console.line(wording.say(lens.lang, "cli.notebook-running"))
    return (*written, reports.write_notebook(opened.folder.path, folder, lens))


def _case(arguments: argparse.Namespace) -> tuple[Case, bool]:
    """The case, and whether it is new (and so has to be sealed)."""
    source: Path = arguments.mail
    if source.is_dir() and (source / "bagit.txt").exists():
        return _replayed(source, arguments.output), False
    mail = console.mail(arguments)
    path = arguments.output or Path("out") / console.stem(arguments)
    if (path / "bagit.txt").exists():
        return _again(path, mail.data, arguments), False
    made = cases.create(
        mail.data,
        path,
        source=mail.source,
        bounds=console.bounds(arguments),
        level=Level.of(arguments.level),
        receiver=arguments.receiver,
        lists=arguments.lists,
        on_question=console.question,
    )
    return made, True


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


def _again(path: Path, original: bytes, arguments: argparse.Namespace) -> Case:
    """A case that is already there: reopened if it is of the same mail and asks no more than was asked."""
    opened = cases.open_case(path)
    if opened.original != original:
        raise EvidenceError(f"{path} holds the case of another mail: choose another folder with -o")
    if Level.of(arguments.level) > opened.level:
        raise EvidenceError(
            f"{path} was investigated at level {opened.level.word}: "
            f"choose another folder with -o to ask at level {arguments.level}"
        )
    return opened
