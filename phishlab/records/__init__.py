"""The records that cross from one room to the next.

Frozen, slotted, keyword-only dataclasses: a record is made once, from kept bytes, and never changed.
All times are timezone-aware and in UTC; an offset that a header stated is kept beside its time.
Text in a record is as it was received: hostile until ``views.safe`` has shown it.

Each module is imported when a record of it is first asked for: making all the classes takes longer than reading a
mail, and whoever reads one needs few of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phishlab.records.answers import (
        Addresses,
        AutonomousSystem,
        Cloud,
        CloudRange,
        DomainRegistration,
        Form,
        Holder,
        Holders,
        Listing,
        NetworkRegistration,
        PageVisit,
        PassiveDns,
        Place,
        Sighting,
        Waypoint,
    )
    from phishlab.records.judging import (
        Assessment,
        CaseFile,
        Comparison,
        Exhibit,
        Fact,
        Finding,
        Ground,
        Indicator,
        Lifetime,
        Step,
        Tie,
    )
    from phishlab.records.levels import (
        Confidence,
        Direction,
        Level,
        ListingState,
        Outcome,
        PointClass,
        Provenance,
        Trust,
        Weight,
    )
    from phishlab.records.mail import (
        Attachment,
        Authentication,
        Claim,
        Header,
        Hop,
        Limit,
        Link,
        Message,
        Origin,
        ReceiverProfile,
        Route,
        Sender,
    )
    from phishlab.records.questions import (
        Answer,
        Credential,
        Exchange,
        Lookup,
        Planned,
        Question,
        Subject,
    )

__all__ = [
    "Addresses",
    "Answer",
    "Assessment",
    "Attachment",
    "Authentication",
    "AutonomousSystem",
    "CaseFile",
    "Claim",
    "Cloud",
    "CloudRange",
    "Comparison",
    "Confidence",
    "Credential",
    "Direction",
    "DomainRegistration",
    "Exchange",
    "Exhibit",
    "Fact",
    "Finding",
    "Form",
    "Ground",
    "Header",
    "Holder",
    "Holders",
    "Hop",
    "Indicator",
    "Level",
    "Lifetime",
    "Limit",
    "Link",
    "Listing",
    "ListingState",
    "Lookup",
    "Message",
    "NetworkRegistration",
    "Origin",
    "Outcome",
    "PageVisit",
    "PassiveDns",
    "Place",
    "Planned",
    "PointClass",
    "Provenance",
    "Question",
    "ReceiverProfile",
    "Route",
    "Sender",
    "Sighting",
    "Step",
    "Subject",
    "Tie",
    "Trust",
    "Waypoint",
    "Weight",
]

_MODULES = ("levels", "mail", "questions", "answers", "judging")
"""Each needs none after it, so that looking for a name in this order imports nothing in vain."""


if not TYPE_CHECKING:  # for a type checker, this would make every name one of ours

    def __getattr__(name: str) -> object:
        """The record of that name."""
        for module in _MODULES if name in __all__ else ():
            found = vars(import_module(f"{__name__}.{module}")).get(name)
            if found is not None:
                globals()[name] = found
                return found
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
