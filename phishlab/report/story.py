"""The one account that every report is a rendering of: all its texts in one language, fit to be printed.

Nothing is looked up or judged here; what the case does not say is not said.
"""

from __future__ import annotations

from dataclasses import dataclass

from phishlab import wording
from phishlab.records import CaseFile, Place, Provenance
from phishlab.views import blocks, citations
from phishlab.views.blocks import Picture, ReadFile, Section, Verdict
from phishlab.views.cells import NOTHING, brief
from phishlab.views.citations import Citations, Row
from phishlab.views.safe import Lens, visible

_DB_IP = "https://db-ip.com"
_TITLE = 80
_SUBJECT = 240
_NOTE = 600
"""Characters shown of a name, of a line at the top, of a note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the mail that findings cite."""

    label: str
    anchor: str
    written: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a reader must know before anything else. *loud* where evidence was rebuilt or is damaged."""

    title: str
    text: str
    loud: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Whose data is shown; *href* is one of our own words or empty."""

    text: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A case in words."""

    lang: str
    title: str
    label: str
    """What *subject* is: the mail's own, or what was looked up."""
    subject: str
    byline: tuple[tuple[str, str], ...]
    notices: tuple[Notice, ...]
    verdicts: tuple[Verdict, ...]
    advice: tuple[str, ...]
    sections: tuple[Section, ...]
    answers: tuple[Row, ...]
    lines: tuple[Line, ...]
    about: tuple[str, ...]
    credits: tuple[Credit, ...]

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Every picture of every section, in order."""
        return tuple(
            block for section in self.sections for block in section.blocks if isinstance(block, Picture)
        )


def tell(casefile: CaseFile, lens: Lens, attachment: ReadFile | None = None) -> Story:
    """The case in the lens's language; *attachment* reads the pictures that lie in the case."""
    cited = citations.of_case(casefile)
    sections = tuple(blocks.section(step, lens, cited, attachment) for step in casefile.steps)
    return Story(
        lang=lens.lang,
        title=_title(casefile, lens),
        label=lens.say("report.subject" if casefile.subject is None else "report.looked-up"),
        subject=_subject(casefile, lens),
        byline=_byline(casefile, lens),
        notices=_notices(casefile, lens),
        verdicts=tuple(blocks.verdict(one, lens, cited) for one in casefile.assessments),
        advice=_advice(casefile, lens),
        sections=sections,
        answers=citations.rows(cited, lens),
        lines=_lines(cited, lens),
        about=_about(casefile, lens),
        credits=_credits(casefile),
    )


def _subject(casefile: CaseFile, lens: Lens) -> str:
    said = casefile.message.subject.text if casefile.subject is None else casefile.subject.given.strip()
    return brief(lens.text(said), _SUBJECT) or lens.say("report.no-subject")


def _title(casefile: CaseFile, lens: Lens) -> str:
    if casefile.subject is not None:
        return lens.say("report.title-subject", name=brief(casefile.subject.shown, _TITLE))
    sender = casefile.message.from_
    name = " ".join((sender.display_name or sender.address or sender.raw).split())
    return lens.say("report.title", name=brief(name, _TITLE)) if name else lens.say("report.title-nobody")


def _byline(casefile: CaseFile, lens: Lens) -> tuple[tuple[str, str], ...]:
    word = casefile.level.word
    level = f"{lens.say(f'level.{word}')} – {lens.say(f'level-meaning.{word}')}"
    return (
        (lens.say("report.case"), brief(lens.text(casefile.case), _SUBJECT)),
        (lens.say("report.opened"), lens.when(casefile.opened_at)),
        *_run(casefile, lens),
        (lens.say("report.level"), level),
        *_of_mail(casefile, lens),
    )


def _of_mail(casefile: CaseFile, lens: Lens) -> tuple[tuple[str, str], ...]:
    if casefile.subject is not None:
        return ()
    return (
        (lens.say("report.receiver"), brief(lens.text(casefile.receiver), _SUBJECT)),
        (lens.say("report.mail"), f"SHA-256 {lens.text(casefile.message.sha256[:12])}…"),
    )


def _run(casefile: CaseFile, lens: Lens) -> tuple[tuple[str, str], ...]:
    """Which run it is told by, where the questions were put more than once."""
    if casefile.run == "1":
        return ()
    asked = [one.asked_at for one in casefile.exchanges if one.run == casefile.run]
    when = lens.when(min(asked, default=None))
    return ((lens.say("report.run"), lens.say("report.run-asked", run=casefile.run, when=when)),)


def _notices(casefile: CaseFile, lens: Lens) -> tuple[Notice, ...]:
    found = [
        _damaged(casefile, lens),
        _brought(casefile, Provenance.RECONSTRUCTED, "notice.rebuilt", lens),
        _brought(casefile, Provenance.IMPORTED, "notice.imported", lens),
        *(
            Notice(title=lens.say("notice.note-title"), text=brief(lens.note(note), _NOTE), loud=False)
            for note in casefile.notes
        ),
    ]
    return tuple(notice for notice in found if notice is not None)


def _damaged(casefile: CaseFile, lens: Lens) -> Notice | None:
    """That somebody or something changed the folder: what is said here may not be what was found."""
    if not casefile.faults:
        return None
    path, _, wrong = casefile.faults[0].partition(": ")
    first = brief(f"{path}: {wording.note(lens.lang, wrong)}", _NOTE)
    text = lens.say("notice.damaged", first=first, count=len(casefile.faults))
    return Notice(title=lens.say("notice.damaged-title"), text=text, loud=True)


def _brought(casefile: CaseFile, origin: Provenance, sentence: str, lens: Lens) -> Notice | None:
    """How many answers no server gave to phishlab, and from what they are."""
    found = [exchange for exchange in casefile.exchanges if exchange.origin is origin]
    if not found:
        return None
    stated = dict.fromkeys(exchange.source for exchange in found if exchange.source)
    sources = "; ".join(wording.note(lens.lang, source) for source in stated) or NOTHING
    text = lens.say(sentence, count=len(found), all=len(casefile.exchanges), sources=brief(sources, _NOTE))
    loud = origin is Provenance.RECONSTRUCTED
    title = lens.say(f"{sentence}-title")
    return Notice(title=title, text=text, loud=loud)


def _advice(casefile: CaseFile, lens: Lens) -> tuple[str, ...]:
    found = [exhibit for step in casefile.steps for exhibit in step.exhibits if exhibit.kind == "advice"]
    return tuple(item for exhibit in found for item in blocks.counsel(exhibit.items, lens).items)


def _lines(cited: Citations, lens: Lens) -> tuple[Line, ...]:
    return tuple(
        Line(
            label=citations.label(ground, lens),
            anchor=f"l{at}",
            written=brief(citations.written(ground, lens), 2_000),
        )
        for at, ground in enumerate(cited.lines, 1)
    )


def _about(casefile: CaseFile, lens: Lens) -> tuple[str, ...]:
    version = brief(casefile.phishlab, 40)
    return lens.say("report.defanged"), lens.say("report.made-with", version=version)


def _credits(casefile: CaseFile) -> tuple[Credit, ...]:
    """The publishers of the places that are shown, as their licences ask: undefanged, DB-IP with its link."""
    items = (item for step in casefile.steps for exhibit in step.exhibits for item in exhibit.items)
    records = (getattr(item, "record", item) for item in items)
    texts = dict.fromkeys(record.attribution for record in records if isinstance(record, Place))
    return tuple(
        Credit(text=brief(visible(text), _NOTE), href=_DB_IP if "DB-IP" in text else "")
        for text in texts
        if text
    )
