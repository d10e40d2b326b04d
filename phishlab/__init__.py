"""phishlab takes a suspicious mail apart, step by step, and leaves a write-up that anyone can check.

In a notebook::

    import phishlab as pl

    case = pl.open_case("data/cases/kagoya")
    pl.route(case)

Each step of the walkthrough is a function of that name; what it hands back displays itself.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from phishlab.version import __version__

if TYPE_CHECKING:
    from phishlab.case import Case
    from phishlab.records import Level
    from phishlab.views.desk import Asking, Listing
    from phishlab.views.looked import LookedUp
    from phishlab.views.safe import Lens
    from phishlab.views.steps import StepView

__all__ = [
    "__version__",
    "cases",
    "inbox",
    "investigate",
    "lens",
    "lookup",
    "notebook",
    "observe",
    "open_case",
    "plan",
    "resume",
    "show",
]


def open_case(path: str | Path, *, lang: str = "en", redacted: bool = True) -> Case:
    """The case at *path*, replayed: nothing is asked. *lang* is the language that its steps are shown in."""
    from phishlab import case

    opened = case.open_case(path)
    opened.lang, opened.redacted = lang, redacted
    if opened.faults:
        import warnings

        warnings.warn(f"{path} is not as it was sealed: {opened.faults[0]}", stacklevel=2)
    return opened


def investigate(
    mail: str | Path,
    folder: str | Path,
    *,
    level: str = "offline",
    receiver: str | None = None,
    number: int | None = None,
    services: Sequence[str] | None = None,
    resolver: str = "system",
    lang: str = "en",
    redacted: bool = True,
) -> Case:
    """The case in *folder* for the mail, worked through at *level* and sealed.

    *number* chooses a mail of a file with several, *services* which reputation services may be asked (ids of
    docs/services.md; all keyless ones, and those that you have a key for, by default), *resolver* who is asked
    for names (``system``, ``cloudflare``, ``quad9``, an address). A case that is there
    already is opened; where it was stopped, it goes on: what was answered is not asked again. Interrupted (the
    square in JupyterLab, Ctrl-C) it keeps what it has and raises StoppedError.
    """
    from phishlab import case
    from phishlab.mail import intake
    from phishlab.sources import reputation
    from phishlab.views import desk
    from phishlab.wire.resolvers import resolvers

    taken, path, asking = intake.take(Path(mail), number=number), Path(folder), desk.Asking()
    wire = {"nameservers": resolvers(resolver)}
    if (path / "bagit.txt").exists():
        made = case.again(path, taken.data, _level(level), on_question=asking, wire=wire)
    else:
        made = case.create(
            taken.data,
            path,
            level=_level(level),
            receiver=receiver,
            services=None if services is None else reputation.named(services),
            source=taken.source,
            on_question=asking,
            wire=wire,
        )
    made.lang, made.redacted = lang, redacted
    return _worked_through(made, asking)


def lookup(
    subject: str,
    folder: str | Path | None = None,
    *,
    level: str = "passive",
    services: Sequence[str] | None = None,
    resolver: str = "system",
    lang: str = "en",
    redacted: bool = True,
) -> LookedUp:
    """What is known of an address, a name or a URL, in a case of its own: ``found.networks`` is a table.

    Without *folder* the case is made under ``out``. *services* and *resolver* are those of ``investigate``.
    Raises InputError, in one line, for what is no subject.
    """
    from phishlab import lookups
    from phishlab.sources import reputation
    from phishlab.views import desk, looked
    from phishlab.views.safe import Lens
    from phishlab.wire.resolvers import resolvers

    asked, asking = looked.understood(subject, Lens(lang=lang)), desk.Asking()
    made = lookups.begin(
        asked,
        Path(folder) if folder else None,
        _level(level),
        services=None if services is None else reputation.named(services),
        wire={"nameservers": resolvers(resolver)},
        on_question=asking,
    )
    made.lang, made.redacted = lang, redacted
    return looked.LookedUp(case=_worked_through(made, asking))


def plan(
    what: str | Path,
    *,
    level: str = "passive",
    receiver: str | None = None,
    number: int | None = None,
    services: Sequence[str] | None = None,
    lang: str = "en",
    redacted: bool = True,
) -> StepView:
    """What would be asked of whom for a mail (a file), an address, a name or a URL, before anything is asked.

    It displays itself. Nobody is asked, and no case is made. *receiver*, *number* and *services* are those of
    ``investigate``.
    """
    from phishlab import case, lookups, planning
    from phishlab.mail import intake
    from phishlab.sources import reputation
    from phishlab.views import looked, steps
    from phishlab.views.safe import Lens

    chosen = None if services is None else reputation.named(services)

    def make(path: Path) -> Case:
        if not _names_a_file(what):
            asked = looked.understood(str(what), Lens(lang=lang))
            return lookups.begin(asked, path, _level(level), services=chosen)
        taken = intake.take(Path(what), number=number)
        return case.create(taken.data, path, level=_level(level), receiver=receiver, services=chosen)

    with planning.draft(make) as drafted:
        drafted.lang, drafted.redacted = lang, redacted
        return steps.view(planning.step(drafted), lens(drafted))


def _names_a_file(what: str | Path) -> bool:
    """Whether *what* is meant for a mail: a path, or the name of a file that is there or could be one."""
    if isinstance(what, Path) or what.lower().endswith((".eml", ".msg", ".mbox")):
        return True
    try:
        return Path(what).exists()
    except OSError:  # longer than a name can be
        return False


def resume(path: str | Path, *, lang: str = "en", redacted: bool = True) -> Case:
    """The case at *path*, gone on with where it was stopped, at its own level; as it is where it was not."""
    from phishlab import case
    from phishlab.views import desk

    asking = desk.Asking()
    opened = case.open_case(path)
    if not opened.finished:
        opened = case.resume(path, on_question=asking)
    opened.lang, opened.redacted = lang, redacted
    return _worked_through(opened, asking)


def inbox(folder: str | Path = "inbox", *, lang: str = "en", redacted: bool = True) -> Listing:
    """The mails in *folder*, numbered, the one dropped last first; ``inbox()[1]`` is its path."""
    from phishlab.views import desk
    from phishlab.views.safe import Lens

    return desk.inbox(Path(folder), Lens(lang=lang, redacted=redacted))


def cases(folder: str | Path = ".", *, lang: str = "en", redacted: bool = True) -> Listing:
    """The cases in *folder* and below, numbered; ``cases()[1]`` is the path of the first."""
    from phishlab.views import desk
    from phishlab.views.safe import Lens

    return desk.listed(Path(folder), Lens(lang=lang, redacted=redacted))


def notebook(case: Case) -> Path:
    """A notebook with all steps of the case, written beside its folder; one that is there stays as it is."""
    from phishlab import report, walkthrough

    folder = case.folder.path
    path = folder.with_name(f"{folder.name}.ipynb")
    if not path.exists():
        path.write_bytes(report.notebook_bytes(folder.name, lens(case), walkthrough.names(case)))
    return path


def _worked_through(case: Case, asking: Asking) -> Case:
    """The case with every step worked out, and sealed. A notebook shows how far it is."""
    from phishlab import walkthrough
    from phishlab.errors import StoppedError
    from phishlab.views import desk

    diary = desk.Diary(
        walkthrough.names(case), lens(case), sys.stdout.write if _watched() else lambda _text: None
    )
    asking.tell, asking.count = diary.asked, diary.left
    try:
        walkthrough.casefile(case, on_step=diary.stepped, on_left=asking.left)
    except KeyboardInterrupt:
        if not case.finished:
            case.seal(finished=False)
        raise StoppedError(diary.stopped(case.folder.path, len(case.exchanges))) from None
    if not case.finished:
        case.seal()
    return case


def _level(word: str) -> Level:
    """The level of that name; InputError, which a notebook shows in one line, where there is none."""
    from phishlab.errors import InputError
    from phishlab.records import Level

    try:
        return Level.of(word)
    except ValueError as error:
        raise InputError(str(error)) from None


def _watched() -> bool:
    """Whether somebody looks on: in a notebook or at an interactive prompt, IPython's or Python's own."""
    return hasattr(builtins, "get_ipython") or hasattr(sys, "ps1")


def show(case: Case, step: str) -> StepView:
    """The step of that name (``route``, ``link-hosting`` …), which displays itself. InputError for any other."""
    from phishlab import walkthrough
    from phishlab.errors import InputError
    from phishlab.views import steps

    names = walkthrough.names(case)
    if step not in names:
        raise InputError(f"this case has no step {step!r}: choose one of {', '.join(names)}")
    return steps.view(walkthrough.step(case, step), lens(case), case.attachment, case.exchanges)


def observe(
    case: Case,
    service: str,
    subject: str,
    state: str,
    *,
    note: str = "",
    screenshot: str | Path | None = None,
    seen_at: str = "",
) -> StepView:
    """Keep what you saw of *subject* on the page of *service*, and show the step that tells of it.

    *state* is ``listed``, ``not-listed``, ``unknown-to-service`` or ``error``; *screenshot* a PNG file; *seen_at*
    ISO 8601, UTC unless it says otherwise. The case is sealed again.
    """
    from phishlab import observing

    picture, time = observing.screenshot(Path(screenshot)) if screenshot else None, observing.moment(seen_at)
    observing.observe(case, service, subject, state, note=note, picture=picture, seen_at=time)
    return show(case, "link-reputation")


def lens(case: Case) -> Lens:
    """How the case is shown: its language, and the recipient hidden unless it was opened otherwise."""
    from phishlab.views.safe import Lens

    return Lens.of(case)


def message(case: Case) -> StepView:
    """The mail itself."""
    return show(case, "message")


def identity(case: Case) -> StepView:
    """Who it says it is."""
    return show(case, "identity")


def route(case: Case) -> StepView:
    """The way it came."""
    return show(case, "route")


def sender_address_check(case: Case) -> StepView:
    """The simple check: does the address belong to the domain?"""
    return show(case, "sender-address-check")


def authentication(case: Case) -> StepView:
    """SPF, DKIM and DMARC."""
    return show(case, "authentication")


def sender_network(case: Case) -> StepView:
    """Whose network it came from."""
    return show(case, "sender-network")


def sender_place(case: Case) -> StepView:
    """Where a database puts the sending address."""
    return show(case, "sender-place")


def body(case: Case) -> StepView:
    """What it says and where its links lead."""
    return show(case, "body")


def link_reputation(case: Case) -> StepView:
    """What is known about the link."""
    return show(case, "link-reputation")


def link_registration(case: Case) -> StepView:
    """Who registered the link's domain."""
    return show(case, "link-registration")


def link_hosting(case: Case) -> StepView:
    """Where the link is hosted."""
    return show(case, "link-hosting")


def link_place(case: Case) -> StepView:
    """Where a database puts the link's host."""
    return show(case, "link-place")


def visit(case: Case) -> StepView:
    """A safe look at the page."""
    return show(case, "visit")


def conclusion(case: Case) -> StepView:
    """What the mail is after, how sure that is, what to do."""
    return show(case, "conclusion")


_VIEWS = ("tables", "maps", "charts")


def __getattr__(name: str) -> ModuleType:
    """``pl.tables``, ``pl.maps`` and ``pl.charts``, imported when they are first used: pandas takes a while."""
    if name in _VIEWS:
        return import_module(f"phishlab.views.{name}")
    raise AttributeError(f"module 'phishlab' has no attribute {name!r}")
