"""One mail at a glance, as text for a terminal: what it says by itself, before anything is asked."""

from __future__ import annotations

from collections.abc import Sequence

from phishlab.assess import boundary
from phishlab.records import Exhibit, Fact, Message, ReceiverProfile, Route
from phishlab.views import tables
from phishlab.views.safe import Lens


def text(
    message: Message, traced: Route, profile: ReceiverProfile | None, lens: Lens, width: int = 100
) -> str:
    """The tables one below the other, an empty line after each; no line has more than *width* columns."""
    found = exhibits(message, traced, profile)
    shown = (tables.plain(tables.rows(exhibit, lens), lens, width) for exhibit in found)
    return "".join(f"{table}\n\n" for table in shown)


def exhibits(message: Message, traced: Route, profile: ReceiverProfile | None) -> Sequence[Exhibit]:
    """What is there, as tables: the fields that matter, the route, the results, the links and the files."""
    fields = (
        Fact(label="from", value=message.from_.raw, claimed=True),
        Fact(label="subject", value=message.subject.text, claimed=True),
        Fact(label="date", value=message.date_raw, claimed=True),
        Fact(label="sha256", value=message.sha256),
        Fact(label="receiver-profile", value=traced.origin.profile),
        Fact(label="origin-ip", value=traced.origin.ip or "—"),
        Fact(label="confidence", value=traced.origin.confidence),
    )
    shown = (
        ("facts", fields),
        ("hops", traced.hops),
        ("authentication", boundary.trusted_authentication(message, traced, profile)),
        ("links", message.links),
        ("attachments", message.attachments),
        ("limits", message.limits),
    )
    return [Exhibit(kind=kind, items=tuple(items)) for kind, items in shown if items]
