"""One subject at one service, and the five things that can be said of it. None of them folds into another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from phishlab import indicators
from phishlab.records import Answer, Exchange, Listing, ListingState, Lookup, Outcome, Weight
from phishlab.sources.rdap_json import Json, obj, read

_TOO_OFTEN = frozenset({429, 509})
_KEY = frozenset({401, 403})
_MOST = 10**12


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A URL, a name or an address as *service* is asked about it. *link*: where an analyst can look by hand."""

    service: str
    name: str
    link: str = ""

    def listed(
        self,
        answers: Sequence[Answer],
        category: str,
        detail: str = "",
        *,
        as_of: datetime | None = None,
        weight: Weight = Weight.STRONG,
    ) -> Lookup[Listing]:
        """The service lists it. *as_of* is when the service says so of; else when it was asked."""
        return self._said(
            answers, ListingState.LISTED, category=category, detail=detail, as_of=as_of, weight=weight
        )

    def not_listed(
        self, answers: Sequence[Answer], detail: str = "", *, as_of: datetime | None = None, mentions: int = 0
    ) -> Lookup[Listing]:
        """The service knows of it, or claims to cover it, and does not list it as of then."""
        return self._said(answers, ListingState.NOT_LISTED, detail=detail, as_of=as_of, mentions=mentions)

    def unknown(
        self, answers: Sequence[Answer], detail: str = "", *, as_of: datetime | None = None, mentions: int = 0
    ) -> Lookup[Listing]:
        """The service has never heard of it, which says nothing about it."""
        state = ListingState.UNKNOWN_TO_SERVICE
        return self._said(answers, state, detail=detail, as_of=as_of, mentions=mentions)

    def error(self, why: str, *answers: Answer) -> Lookup[Listing]:
        """Nothing is known; NOT_ASKED instead where the last question was not put."""
        outcome = answers[-1].outcome if answers else Outcome.FAILED
        if outcome is Outcome.NOT_ASKED:
            return self.not_asked(why)
        record = self._record(ListingState.ERROR, detail=why)
        told = outcome if outcome is Outcome.REFUSED else Outcome.FAILED
        return self._lookup(told, record, answers, note=why)

    def not_asked(self, why: str) -> Lookup[Listing]:
        """Nobody was asked."""
        return self._lookup(Outcome.NOT_ASKED, self._record(ListingState.NOT_ASKED, detail=why), (), note=why)

    def _said(
        self,
        answers: Sequence[Answer],
        state: ListingState,
        *,
        as_of: datetime | None = None,
        **more: Any,  # noqa: ANN401 - fields of a Listing
    ) -> Lookup[Listing]:
        asked = [answer.exchange for answer in answers if answer.exchange]
        record = self._record(state, as_of=as_of or (asked[-1].asked_at if asked else None), **more)
        return self._lookup(Outcome.ANSWERED, record, answers)

    def _record(self, state: ListingState, **more: Any) -> Listing:  # noqa: ANN401 - fields of a Listing
        return Listing(service=self.service, subject=self.name, state=state, link=self.link, **more)

    def _lookup(
        self, outcome: Outcome, record: Listing, answers: Sequence[Answer], note: str = ""
    ) -> Lookup[Listing]:
        return Lookup(
            source=self.service,
            subject=self.name,
            outcome=outcome,
            record=record,
            evidence=_evidence(answers),
            note=note,
        )


def _evidence(answers: Sequence[Answer]) -> tuple[Exchange, ...]:
    return tuple(answer.exchange for answer in answers if answer.exchange)


def trouble(answer: Answer, fine: frozenset[int] = frozenset({200})) -> str | None:
    """Why an HTTP answer says nothing about the subject; None where its status is one of *fine*."""
    if answer.outcome is not Outcome.ANSWERED:
        return answer.note or answer.outcome.value.replace("-", " ")
    if answer.status in fine:
        return None
    if answer.status in _TOO_OFTEN:
        return f"asked too often: HTTP {answer.status}"
    if answer.status in _KEY:
        return f"the service refuses: HTTP {answer.status}"
    if answer.status == 400:
        return "the service finds the key or the question malformed: HTTP 400"
    return f"the server answered HTTP {answer.status}"


def document(answer: Answer) -> dict[str, Json] | None:
    """The JSON object in the answer; None where it holds none."""
    found = read(answer.data)
    return obj(found) if isinstance(found, dict) else None


NO_DOCUMENT = "the answer is no JSON object"


def number(value: Json) -> int | None:
    """*value* where it is a count of a size that anything can have; None for anything else, true and false too."""
    known = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MOST
    return value if known else None  # type: ignore[return-value]  # an int, as the line before says


def moment(value: Json) -> datetime | None:
    """``2024-01-16 01:00:00 UTC``, ``2024-01-16T01:00:00.000Z`` or seconds since 1970, in UTC; else None."""
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        time = datetime.fromisoformat(str(value).strip().removesuffix(" UTC")) if value else None
        if time is None:
            return None
        return (time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)).replace(
            microsecond=0
        )
    except (ValueError, OverflowError, OSError):
        return None


def page(url: str) -> tuple[str, str]:
    """Host and path as a browser reads them: scheme, query and fragment do not tell two lures apart."""
    found = indicators.url(url)
    return (found.host, found.path.rstrip("/")) if found else ("", "")


def renamed(found: Lookup[Listing], **changes: Any) -> Lookup[Listing]:  # noqa: ANN401 - fields of a Listing
    """The look-up with *changes* in its record."""
    return found if found.record is None else replace(found, record=replace(found.record, **changes))
