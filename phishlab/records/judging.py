"""What was noticed and concluded, what a step shows, and the whole case."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

from phishlab.classes import dataclass
from phishlab.records.levels import Confidence, Direction, Level, Outcome, Weight
from phishlab.records.mail import Attachment, Authentication, Claim, Header, Hop, Link, Message, Route
from phishlab.records.questions import Exchange, Subject

Ground: TypeAlias = Exchange | Hop | Link | Claim | Authentication | Attachment | Header


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing noticed. *id* is stable and also the id of its sentence in wording/ (``finding.<id>``)."""

    id: str
    direction: Direction
    weight: Weight
    values: tuple[tuple[str, str], ...] = ()
    """What fills the sentence's gaps."""
    because: tuple[Ground, ...] = ()
    caveat: str | None = None
    """The id of a sentence that limits it (``caveat.<id>``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """A graded answer to one question, with the findings on both sides."""

    question: str
    """``from-domain`` or ``purpose`` or ``deceptive``: the id of its sentence in wording/."""
    answer: str
    confidence: Confidence
    supporting: tuple[Finding, ...] = ()
    opposing: tuple[Finding, ...] = ()
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A labelled value in a table of two columns: *label* is an id in wording/ (``label.<id>``)."""

    label: str
    value: str
    claimed: bool = False
    """True for what the sender could have written."""
    remark: str = ""
    """An id in wording/ (``remark.<id>``) that explains it, or empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The walkthrough's own check: does the From domain's address equal the sending address?"""

    domain: str | None
    addresses: tuple[str, ...]
    origin_ip: str | None
    result: str
    """``match``, ``mismatch`` or ``not-evaluable``."""
    asked_at: datetime | None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One row of the indicator table."""

    kind: str
    """``url``, ``domain``, ``ipv4``, ``ipv6``, ``email``, ``sha256``."""
    value: str
    role: str
    """An id in wording/ (``role.<id>``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetime:
    """A domain on one line with the mail: what its registry tells; None where that is not told."""

    domain: str
    role: str
    """An id in wording/ (``chart.ages.role.<id>``): ``from`` or ``link``."""
    outcome: Outcome
    """What became of the question to the registry."""
    created: datetime | None
    expires: datetime | None
    mailed: datetime | None
    """The mail's own date: a claim of its sender."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """That one thing which the case names leads to another: a domain to its address, an address to its network.

    Kinds: ``field`` (an id in wording/, ``chart.names.field.<id>``) · ``name`` · ``address`` · ``network``
    (``AS8075 Microsoft Corporation``) · ``holder`` · ``registrant`` · ``registrar``.
    """

    kind: str
    name: str
    to_kind: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """Something a step shows: *kind* says how (views/tables, maps, charts), *items* are records.

    Kinds and their items: ``facts`` Fact · ``hops`` Hop · ``timeline`` Hop · ``comparison`` Comparison ·
    ``authentication`` Authentication · ``networks`` Lookup[NetworkRegistration | AutonomousSystem | Cloud] ·
    ``domains`` Lookup[DomainRegistration] · ``addresses`` Lookup[Addresses] · ``places`` Lookup[Place] ·
    ``map`` Place · ``route-map`` Waypoint · ``links`` Link · ``text`` str · ``attachments`` Attachment ·
    ``limits`` Limit ·
    ``listings`` Lookup[Listing] · ``visit`` Lookup[PageVisit] · ``screenshot`` str (path under the case) ·
    ``assessment`` Assessment · ``advice`` str (ids in wording/) · ``indicators`` Indicator.
    Charts, as ``timeline`` is: ``panel`` Authentication and Lookup[Authentication] · ``ages`` Lifetime ·
    ``grid`` Lookup[Listing] · ``asked`` Exchange · ``names`` Tie.
    """

    kind: str
    items: tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the walkthrough. *id* is its name in the CLI and its wording (``step.<id>.title``)."""

    id: str
    exhibits: tuple[Exhibit, ...]
    findings: tuple[Finding, ...] = ()
    evidence: tuple[Exchange, ...] = ()
    not_evaluated: str | None = None
    """Why a step has nothing to show: an id in wording/ (``why.<id>``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """All that a report is made of; nothing is computed after it."""

    format: int
    phishlab: str
    case: str
    """The case's name."""
    level: Level
    receiver: str
    message: Message
    route: Route
    steps: tuple[Step, ...]
    assessments: tuple[Assessment, ...]
    exchanges: tuple[Exchange, ...]
    opened_at: datetime
    run: str = "1"
    """By which run's answers it is told."""
    notes: tuple[str, ...] = ()
    """Plain sentences kept with the case (``this mail is a reconstruction``)."""
    faults: tuple[str, ...] = ()
    """In what the folder was not as it was sealed when this was made from it: a path and what is wrong, each."""
    subject: Subject | None = None
    """What was looked up, in a case without a mail: *message* is then an empty one, *assessments* are none."""
