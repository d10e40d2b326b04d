"""What an analyst saw on the page of a service that has no API, written down and kept with the case.

Such pages forbid automatic use or ask for a captcha: phishlab gives the link and asks nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from phishlab import indicators
from phishlab.records import Level, Listing, ListingState, Lookup, Outcome, Question
from phishlab.wire import Wire

LOOK = "the service has no API: look at its page"
"""The note of a service that was not looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A page to look at: *link* ends where the URL, or the host, is put in."""

    title: str
    link: str
    takes_host: bool = False


SERVICES: Mapping[str, Service] = {
    "google-transparency-report": Service(
        title="Google Transparency Report",
        link="https://transparencyreport.google.com/safe-browsing/search?url=",
    ),
    "norton-safe-web": Service(title="Norton Safe Web", link="https://safeweb.norton.com/report?url="),
    "cisco-talos": Service(
        title="Cisco Talos",
        link="https://talosintelligence.com/reputation_center/lookup?search=",
        takes_host=True,
    ),
}


def question(service: str, url: str, recipients: tuple[str, ...] = ()) -> Question:
    """The question under which an observation is kept, the recipient's address out of it."""
    return Question(uri=f"observed:{service}/{indicators.token_free(url, recipients)}", level=Level.OFFLINE)


def format(  # noqa: A001 # the pair of parse
    *,
    state: str,
    category: str = "",
    detail: str = "",
    seen_at: datetime | None = None,
    picture: tuple[str, str] | None = None,
) -> bytes:
    """An observation as it is kept; ValueError for a *state* that is none of the five.

    *picture*: the path of a screenshot in the case, and its SHA-256.
    """
    told = {
        "category": category,
        "detail": detail,
        "seen_at": _utc(seen_at).isoformat() if seen_at else None,
        "state": ListingState(state).value,
        **({"picture": picture[0], "picture_sha256": picture[1]} if picture else {}),
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def parse(data: bytes) -> dict[str, Any] | None:
    """``{"category":"phishing","detail":"","seen_at":null,"state":"listed"}``; None where it is no observation."""
    try:
        told = json.loads(data)
        ListingState(told["state"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return dict(told)


def listing(wire: Wire, service: str, url: str, recipients: tuple[str, ...] = ()) -> Lookup[Listing]:
    """What the analyst saw of *url* at *service* (a key of SERVICES); NOT_ASKED, with the link, if nothing."""
    shown = indicators.token_free(url, recipients)
    title = SERVICES[service].title if service in SERVICES else service
    answer = wire.ask(question(service, url, recipients))
    told = parse(answer.data)
    unread = bool(answer.data) and told is None
    state = ListingState(told["state"]) if told else ListingState.ERROR if unread else ListingState.NOT_ASKED
    record = Listing(
        service=title,
        subject=shown,
        state=state,
        category=str(told.get("category") or "") if told else "",
        detail=_detail(told, unread=unread),
        as_of=_when(told.get("seen_at")) if told else None,
        link=link(service, shown),
        picture=_picture(told),
    )
    return Lookup(
        source=title,
        subject=shown,
        outcome=Outcome.ANSWERED if told else Outcome.FAILED if unread else Outcome.NOT_ASKED,
        record=record,
        evidence=(answer.exchange,) if answer.exchange else (),
        note="seen by the analyst" if told else record.detail,
    )


def link(service: str, url: str) -> str:
    """Where an analyst can look *url* up by hand; empty for a service that is not known."""
    known = SERVICES.get(service)
    if known is None:
        return ""
    read = indicators.url(url)
    return known.link + quote(read.host if read and known.takes_host else url, safe="")


def _detail(told: dict[str, Any] | None, *, unread: bool) -> str:
    if told:
        return str(told.get("detail") or "")
    return "what is kept is no observation" if unread else LOOK


def _picture(told: dict[str, Any] | None) -> str:
    """The screenshot's path in the case; empty for a path to anything else."""
    path = str(told.get("picture") or "") if told else ""
    return path if re.fullmatch(r"data/observed/[a-z0-9-]+\.png", path) else ""


def _when(text: object) -> datetime | None:
    try:
        return _utc(datetime.fromisoformat(str(text))) if text else None
    except (ValueError, OverflowError):
        return None


def _utc(time: datetime) -> datetime:
    """*time* in UTC; one without a zone is taken for UTC, so that no machine's own zone gets in."""
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
