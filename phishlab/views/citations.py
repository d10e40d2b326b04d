"""What a finding points at: an answer as ``A3``, a line of the mail as ``Received #2``."""

from __future__ import annotations

from collections.abc import Iterable

from phishlab.classes import dataclass
from phishlab.records import (
    Attachment,
    Authentication,
    CaseFile,
    Claim,
    Exchange,
    Finding,
    Ground,
    Header,
    Hop,
    Link,
    Step,
)
from phishlab.views.cells import NOTHING, brief, worded
from phishlab.views.safe import Lens

_FIELD = 400
"""Characters shown of one field of an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """How a ground is cited: its label, the anchor of its row, and a line that says what it is."""

    label: str
    anchor: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Citations:
    """The answers and the lines of the mail that a text cites; their order is their number."""

    answers: tuple[Exchange, ...] = ()
    lines: tuple[Ground, ...] = ()

    def of(self, grounds: Iterable[Ground], lens: Lens) -> tuple[Reference, ...]:
        """The references of *grounds* in the order of their first mention, each once."""
        found = (self._one(ground, lens) for ground in grounds)
        return tuple({one.anchor: one for one in found if one is not None}.values())

    def _one(self, ground: Ground, lens: Lens) -> Reference | None:
        if isinstance(ground, Exchange):
            return next(
                (
                    Reference(label=f"A{at}", anchor=f"a{at}", title=brief(lens.text(one.question), 160))
                    for at, one in enumerate(self.answers, 1)
                    if one.id == ground.id
                ),
                None,
            )
        known = [_key(line) for line in self.lines]
        if _key(ground) not in known:
            return None
        return Reference(
            label=label(ground, lens),
            anchor=f"l{known.index(_key(ground)) + 1}",
            title=brief(written(ground, lens), 160),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One answer of the case as its row in the appendix."""

    label: str
    anchor: str
    question: str
    peer: str
    asked: str
    level: str
    outcome: str
    outcome_word: str
    origin: str
    origin_word: str
    source: str
    sha256: str


def rows(cited: Citations, lens: Lens) -> tuple[Row, ...]:
    """The appendix of answers."""
    return tuple(_row(at, exchange, lens) for at, exchange in enumerate(cited.answers, 1))


def _row(at: int, exchange: Exchange, lens: Lens) -> Row:
    return Row(
        label=f"A{at}",
        anchor=f"a{at}",
        question=brief(lens.text(exchange.question), _FIELD),
        peer=brief(lens.text(exchange.peer), _FIELD) or NOTHING,
        asked=lens.when(exchange.asked_at),
        level=lens.say(f"level.{exchange.level.word}"),
        outcome=exchange.outcome.value,
        outcome_word=worded(lens, "outcome", exchange.outcome),
        origin=exchange.origin.value,
        origin_word=worded(lens, "provenance", exchange.origin),
        source=brief(lens.note(exchange.source), _FIELD),
        sha256=lens.text(exchange.sha256[:128]),
    )


def of_case(casefile: CaseFile) -> Citations:
    """All that the case's findings rest on: every kept answer, and the lines of the mail that are cited."""
    judged = [*casefile.steps, *casefile.assessments]
    findings = [finding for one in judged for finding in _findings(one)]
    return _collect(casefile.exchanges, findings)


def of_step(step: Step, exchanges: tuple[Exchange, ...] = ()) -> Citations:
    """What one step rests on. With the case's *exchanges* its answers have the numbers of the report."""
    return _collect(exchanges or step.evidence, list(step.findings))


def _findings(judged: object) -> tuple[Finding, ...]:
    if isinstance(judged, Step):
        return judged.findings
    return (*getattr(judged, "supporting", ()), *getattr(judged, "opposing", ()))


def _collect(exchanges: tuple[Exchange, ...], findings: list[Finding]) -> Citations:
    grounds = [ground for finding in findings for ground in finding.because]
    return Citations(
        answers=exchanges,
        lines=tuple(
            {_key(ground): ground for ground in grounds if not isinstance(ground, Exchange)}.values()
        ),
    )


def _key(ground: Ground) -> object:
    """What makes two grounds the same line: a field may be cited as a header and as the claim it makes."""
    match ground:
        case Header():
            return ground.name.lower(), ground.value
        case Claim() if ground.field:
            return ground.field.lower(), ground.text
    return ground


def label(ground: Ground, lens: Lens) -> str:
    """A short name for a line of the mail: ``Received #2``, ``From``, ``link to …``."""
    match ground:
        case Hop():
            return f"Received #{ground.index}"
        case Header():
            return brief(lens.text(ground.name), 40)
        case Link():
            return lens.say("ground.link", host=brief(ground.host, 40))
        case Attachment():
            return lens.say("ground.attachment", name=brief(ground.name, 40))
        case Claim() | Authentication():
            return brief(lens.text(ground.field), 40) or lens.say("ground.claim")
    return ""


def written(ground: Ground, lens: Lens) -> str:
    """The line as it stands in the mail, fit to be printed."""
    match ground:
        case Hop() | Header() | Authentication():
            return lens.text(ground.raw.replace("\r\n", "\n"))
        case Link():
            return lens.text(ground.written or ground.url)
        case Attachment():
            return f"{lens.text(ground.name)} · {lens.text(ground.media_type)} · SHA-256 {ground.sha256}"
        case Claim():
            return lens.text(ground.text)
    return ""
