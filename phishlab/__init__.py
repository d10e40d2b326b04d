"""phishlab takes a suspicious mail apart, step by step, and leaves a write-up that anyone can check.

In a notebook::

    import phishlab as pl

    case = pl.open_case("data/cases/kagoya")
    pl.route(case)

Each step of the walkthrough is a function of that name; what it hands back displays itself.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from phishlab.version import __version__

if TYPE_CHECKING:
    from phishlab.case import Case
    from phishlab.views.safe import Lens
    from phishlab.views.steps import StepView

__all__ = ["__version__", "investigate", "lens", "open_case", "show"]


def open_case(path: str | Path, *, lang: str = "en", redacted: bool = True) -> Case:
    """The case at *path*, replayed: nothing is asked. *lang* is the language that its steps are shown in."""
    from phishlab import case

    opened = case.open_case(path)
    opened.lang, opened.redacted = lang, redacted
    return opened


def investigate(
    mail: str | Path,
    folder: str | Path,
    *,
    level: str = "offline",
    receiver: str | None = None,
    lang: str = "en",
    redacted: bool = True,
) -> Case:
    """A new case in *folder* for the mail, worked through at *level* and sealed."""
    from phishlab import case, walkthrough
    from phishlab.mail import intake
    from phishlab.records import Level

    taken = intake.take(Path(mail))
    made = case.create(
        taken.data, Path(folder), level=Level.of(level), receiver=receiver, source=taken.source
    )
    made.lang, made.redacted = lang, redacted
    walkthrough.casefile(made)
    made.seal()
    return made


def show(case: Case, step: str) -> StepView:
    """The step of that name (``route``, ``link-hosting`` …), which displays itself."""
    from phishlab import walkthrough
    from phishlab.views import steps

    return steps.view(walkthrough.step(case, step), lens(case), case.attachment, case.exchanges)


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
