"""A case: one mail, or one subject in its place, in one folder, on one wire, at one level, for one receiver."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from phishlab.assess import identity, links, route
from phishlab.assess.brands import Brand
from phishlab.assess.receivers import profile_of
from phishlab.errors import EvidenceError, InputError
from phishlab.evidence.folder import CaseFolder
from phishlab.evidence.verify import require
from phishlab.indicators import subjects
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
        return _runs(self.folder)

    @property
    def services(self) -> tuple[str, ...] | None:
        """The reputation services that the analyst chose; None for all that are asked without being named."""
        chosen = self.folder.info.get("services")
        return None if chosen is None else tuple(str(service) for service in chosen)

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences kept with the case, for example that its mail is a reconstruction."""
        return tuple(str(note) for note in self.folder.info.get("notes", ()))

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
            "receiver": {"named": named, "profile": _as_table(profile)},
            "opened_at": now(),
            "runs": ["1"],
            "finished": False,
            "notes": [*notes, *([_CONVERTED[source.kind]] if source else [])],
            **({"limits": asdict(bounds)} if bounds != STANDARD else {}),
            **({} if services is None else {"services": list(services)}),
            **({} if subject is None else {"subject": subject.kind}),
        },
    )
    if source is not None:
        _keep(source, folder, now())
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
    chosen = _chosen(folder, run)
    info = folder.info
    subject = _subject(folder)
    message = (
        absent.stand_in(subject) if subject else bounded.parse(folder.original(), _bounds(info.get("limits")))
    )
    level = Level.of(str(info.get("level", "offline")))
    receiver = info.get("receiver") or {}
    return Case(
        folder=folder,
        message=message,
        wire=ReplayWire(folder.answers, level, chosen, recipients=message.recipients),
        profile=_from_table(receiver.get("profile")),
        profile_named=bool(receiver.get("named")),
        subject=subject,
        run=chosen,
    )


def _subject(folder: CaseFolder) -> Subject | None:
    if not folder.info.get("subject"):
        return None
    found = subjects.read(folder.original().decode("utf-8", "replace"))
    if isinstance(found, subjects.Misread):
        raise EvidenceError(f"{folder.path} is no case folder: what it looks up cannot be understood")
    return found


def _runs(folder: CaseFolder) -> tuple[str, ...]:
    return tuple(str(run) for run in folder.info.get("runs") or ["1"])


def _chosen(folder: CaseFolder, run: str | None) -> str:
    """The run to tell a case by: that which was asked for, else the last."""
    known = _runs(folder)
    if run is not None and run not in known:
        raise InputError(f"{folder.path} has no run {run!r}: choose one of {', '.join(known)}")
    return run or known[-1]


def scratch(original: bytes, **options: Any) -> Case:  # noqa: ANN401 - the keywords of create()
    """A case in a temporary folder, for a look that leaves nothing behind but what the caller copies."""
    return create(original, Path(tempfile.mkdtemp(prefix="phishlab-")) / "case", **options)


_CONVERTED = {
    "mbox": "The mail was taken out of an mbox file; its stretch of the file is kept beside it.",
    "msg": "The mail was converted from an Outlook .msg file, which is kept beside it: its header fields are as "
    "received, its parts are put together again, so that a DKIM signature over the body cannot be checked.",
    "utf-16": "The mail was converted from UTF-16, as an editor had saved it; that file is kept beside it.",
    "paste": "Empty lines before the header were left out; the text as it was given is kept beside the mail.",
    "mail": "The mail was carried by another mail as an attachment; that one is kept beside it.",
}


def _keep(source: Source, folder: CaseFolder, now: datetime) -> None:
    """Put what the mail was converted from beside it, read-only, and say so in the case and its log."""
    name = f"evidence/source.{source.ending}"
    digest = hashlib.sha256(source.data).hexdigest()
    with folder.changing(when=now):
        folder.add_file(name, source.data).chmod(0o444)
        folder.update_info(
            source={"kind": source.kind, "path": f"data/{name}", "sha256": digest, "converted": True}
        )
        folder.log("converted", _CONVERTED[source.kind], when=now, item=f"data/{name}")


def _bounds(table: Mapping[str, Any] | None) -> Limits:
    """The bounds that the case's mail was read with; those that a newer phishlab added are left out."""
    known = {each.name for each in fields(Limits)}
    return Limits(**{name: value for name, value in (table or {}).items() if name in known})


def _as_table(profile: ReceiverProfile | None) -> dict[str, Any] | None:
    return None if profile is None else asdict(profile)


def _from_table(table: Mapping[str, Any] | None) -> ReceiverProfile | None:
    """The profile that ``case.json`` holds; what a newer phishlab added to it is left out."""
    if not table:
        return None
    known = {each.name for each in fields(ReceiverProfile)}
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in table.items()
        if name in known
    }
    return ReceiverProfile(**values)
