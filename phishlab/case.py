"""A case: one mail, or one subject in its place, in one folder, on one wire, at one level, for one receiver."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from phishlab import caseinfo
from phishlab.assess import identity, links, route
from phishlab.assess.brands import Brand
from phishlab.assess.receivers import profile_of
from phishlab.errors import EvidenceError
from phishlab.evidence.folder import CaseFolder
from phishlab.evidence.verify import UNSEALED, require
from phishlab.mail import absent, bounded
from phishlab.mail.containers import Source
from phishlab.mail.limits import STANDARD, Limits
from phishlab.records import (
    Authentication,
    Exchange,
    Level,
    Link,
    Message,
    Provenance,
    Question,
    ReceiverProfile,
    Route,
    Step,
    Subject,
)
from phishlab.version import __version__
from phishlab.wire import Wire, clock
from phishlab.wire.live import LiveWire
from phishlab.wire.replay import ReplayWire

Asked = Callable[[Question, str], None]
"""Told of each question when it is put (``asking``), and of its outcome."""


@dataclass(kw_only=True, eq=False)
class Case:
    """An open case. *steps* keeps what was worked out, so that a step is worked out once a sitting."""

    folder: CaseFolder
    message: Message
    wire: Wire
    profile: ReceiverProfile | None
    profile_named: bool
    """Whether the receiver was named by the analyst, rather than inferred from the mail."""
    subject: Subject | None = None
    """What is looked up in a case without a mail; *message* is then an empty one that holds its link."""
    run: str = "1"
    """The run whose answers it is told by."""
    lists: Path | None = None
    """The user's folder of lists to match against on this machine (JPCERT/CC CSV files)."""
    steps: dict[str, Step] = field(default_factory=dict)
    lang: str = "en"
    """The language that a notebook shows it in."""
    redacted: bool = True
    """Whether a notebook hides the recipient."""

    @property
    def name(self) -> str:
        """The case's name: that of its folder when it was made."""
        return str(self.folder.info.get("name", self.folder.path.name))

    @property
    def level(self) -> Level:
        """How far this case may be noticed."""
        return self.wire.level

    @cached_property
    def route(self) -> Route:
        """The hops with their trust, and the origin."""
        return route.trace(self.message, self.profile, named=self.profile_named)

    @cached_property
    def authentication(self) -> tuple[Authentication, ...]:
        """What the mail says of SPF, DKIM and DMARC, each marked as trusted or not."""
        return route.trusted_authentication(self.message, self.route, self.profile)

    @cached_property
    def claimed(self) -> tuple[Brand, ...]:
        """The brands that the mail says it comes from."""
        return identity.claimed(self.message)

    @cached_property
    def asked_links(self) -> tuple[Link, ...]:
        """The links that are looked up."""
        if self.subject is not None:
            return self.message.links
        return links.worth_asking(self.message.links)

    @property
    def original(self) -> bytes:
        """The mail as received, or what was typed."""
        return self.folder.original()

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The kept answers of its run, and those brought in from elsewhere, sorted by their question.

        The order in which they came is another each time: questions are put side by side.
        """
        kept = sorted(self.folder.answers.exchanges(), key=lambda exchange: exchange.question)
        return tuple(one for one in kept if one.run == self.run or one.origin is Provenance.IMPORTED)

    @property
    def runs(self) -> tuple[str, ...]:
        """Its runs, the first first: one for each time that the questions were put."""
        return caseinfo.runs(self.folder)

    @property
    def services(self) -> tuple[str, ...] | None:
        """The reputation services that the analyst chose; None for all that are asked without being named."""
        chosen = self.folder.info.get("services")
        return None if chosen is None else tuple(str(service) for service in chosen)

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences kept with the case, for example that its mail is a reconstruction."""
        return tuple(str(note) for note in self.folder.info.get("notes", ()))

    @cached_property
    def faults(self) -> tuple[str, ...]:
        """In what a case that is read again is not as it was sealed; one that was stopped on the way is not at fault.

        Empty while it asks: it is sealed in the end.
        """
        if not isinstance(self.wire, ReplayWire):
            return ()
        problems = (problem for problem in self.folder.verify() if problem.kind != UNSEALED)
        return tuple(f"{problem.path}: {problem.text}" for problem in problems)

    def attachment(self, path: str) -> bytes:
        """A file of the case by its path in the bag, for example ``data/visit/page.png``."""
        return (self.folder.path / path).read_bytes()

    @property
    def finished(self) -> bool:
        """Whether it was worked through; one that was stopped on the way can be resumed."""
        # A case of a phishlab that did not note it was worked through whole, or is gone.
        return bool(self.folder.info.get("finished", True)) and self.folder.sealed

    def seal(self, *, finished: bool = True) -> None:
        """Write the manifests over all that the case holds now; *finished* says whether all was asked."""
        with self.folder.changing(when=self.wire.now()):
            if self.folder.info.get("finished") is not finished:
                self.folder.update_info(finished=finished)


def create(
    original: bytes,
    path: Path,
    *,
    level: Level = Level.OFFLINE,
    receiver: str | None = None,
    lists: Path | None = None,
    notes: Sequence[str] = (),
    wire: Mapping[str, Any] | None = None,
    on_question: Asked | None = None,
    source: Source | None = None,
    bounds: Limits = STANDARD,
    services: Sequence[str] | None = None,
    subject: Subject | None = None,
) -> Case:
    """A new case folder at *path* for the mail, ready to ask at *level*.

    With *subject* it is a case without a mail: see ``lookup``.

    *receiver* names a profile, or a TOML file with one; None infers it. *wire* holds further arguments of
    LiveWire. *source* is what the mail was converted from; it is kept beside it. *services*: ids of the
    reputation services that may be asked; they stay with the case. Raises InputError for a
    receiver that is not known, EvidenceError where *path* is taken.
    """
    message = bounded.parse(original, bounds) if subject is None else absent.stand_in(subject)
    profile, named = profile_of(receiver, message)
    now = (wire or {}).get("clock", clock.utc)
    folder = CaseFolder.create(
        path,
        original,
        {
            "phishlab": __version__,
            "name": path.name,
            "level": level.word,
            "receiver": {"named": named, "profile": caseinfo.as_table(profile)},
            "opened_at": now(),
            "runs": ["1"],
            "finished": False,
            "notes": [*notes, *([caseinfo.CONVERTED[source.kind]] if source else [])],
            **({"limits": asdict(bounds)} if bounds != STANDARD else {}),
            **({} if services is None else {"services": list(services)}),
            **({} if subject is None else {"subject": subject.kind}),
        },
    )
    if source is not None:
        caseinfo.keep(source, folder, now())
    live = _live(folder, level, message, run="1", on_question=on_question, wire=wire)
    return Case(
        folder=folder,
        message=message,
        wire=live,
        profile=profile,
        profile_named=named,
        subject=subject,
        lists=lists,
    )


def lookup(subject: Subject, path: Path, **options: Any) -> Case:  # noqa: ANN401 - the keywords of create()
    """A new case without a mail: one address, name or URL. It is verified, replayed and resumed like any."""
    return create(subject.given.encode("utf-8", "surrogatepass"), path, subject=subject, **options)


def resume(
    path: Path | str,
    *,
    lists: Path | None = None,
    wire: Mapping[str, Any] | None = None,
    on_question: Asked | None = None,
) -> Case:
    """The case at *path* on a wire that goes on in its last run, at its level.

    What that run was told already is handed back, the rest is asked. The keywords are those of ``create``.
    Raises EvidenceError where the folder is no case.
    """
    require(Path(path))
    case = open_case(path)
    case.folder.tidy()
    case.wire = _live(
        case.folder, case.level, case.message, run=case.runs[-1], on_question=on_question, wire=wire
    )
    case.lists = lists
    return case


def anew(
    path: Path | str,
    *,
    lists: Path | None = None,
    wire: Mapping[str, Any] | None = None,
    on_question: Asked | None = None,
) -> Case:
    """The case at *path* in a new run, on a wire that puts every question again, at the level of the case.

    What an earlier run was told stays. The keywords are those of ``create``. Raises EvidenceError where the
    folder is no case, is not as it was sealed, or where its last run is not finished.
    """
    require(Path(path))
    case = open_case(path)
    if not case.finished:
        raise EvidenceError(f"{path} is not finished: go on with it first (phishlab investigate)")
    case.folder.begin_run((wire or {}).get("clock", clock.utc)())
    return resume(path, lists=lists, wire=wire, on_question=on_question)


def again(
    path: Path,
    original: bytes,
    level: Level,
    *,
    lists: Path | None = None,
    wire: Mapping[str, Any] | None = None,
    on_question: Asked | None = None,
) -> Case:
    """The case that is at *path* already: resumed where it was stopped, else replayed.

    Raises EvidenceError where it is of another mail than *original*, or was made at a lower level.
    """
    opened = open_case(path)
    if opened.original != original:
        raise EvidenceError(f"{path} holds the case of another mail: choose another folder (-o)")
    if level > opened.level:
        raise EvidenceError(
            f"{path} was investigated at level {opened.level.word}: "
            f"choose another folder (-o) to ask at level {level.word}"
        )
    if opened.finished or level < opened.level:
        return opened
    return resume(path, lists=lists, wire=wire, on_question=on_question)


def _live(
    folder: CaseFolder,
    level: Level,
    message: Message,
    *,
    run: str,
    on_question: Asked | None,
    wire: Mapping[str, Any] | None,
) -> LiveWire:
    return LiveWire(
        folder.answers,
        level,
        run,
        recipients=message.recipients,
        visit_folder=folder.visit_folder,
        on_question=on_question,
        **(wire or {}),
    )


def open_case(path: Path | str, run: str | None = None) -> Case:
    """The case at *path*, replayed: nothing is asked, what was kept is read.

    *run* chooses by which run's answers it is told; the last without it. Raises EvidenceError in one line where
    the folder is no case or was made by a newer phishlab, InputError where it has no such run.
    """
    folder = CaseFolder.open(Path(path))
    chosen = caseinfo.chosen(folder, run)
    info = folder.info
    subject = caseinfo.subject(folder)
    message = (
        absent.stand_in(subject)
        if subject
        else bounded.parse(folder.original(), caseinfo.bounds(info.get("limits")))
    )
    level = Level.of(str(info.get("level", "offline")))
    receiver = info.get("receiver") or {}
    return Case(
        folder=folder,
        message=message,
        wire=ReplayWire(folder.answers, level, chosen, recipients=message.recipients),
        profile=caseinfo.profile(receiver.get("profile")),
        profile_named=bool(receiver.get("named")),
        subject=subject,
        run=chosen,
    )


def scratch(original: bytes, **options: Any) -> Case:  # noqa: ANN401 - the keywords of create()
    """A case in a temporary folder, for a look that leaves nothing behind but what the caller copies."""
    return create(original, Path(tempfile.mkdtemp(prefix="phishlab-")) / "case", **options)
