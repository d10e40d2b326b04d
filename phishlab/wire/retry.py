"""Asking once more where HTTP allows it: the same GET, when the server itself says after how long.

``Retry-After: 120`` or ``Retry-After: Wed, 21 Oct 2015 07:28:00 GMT`` (RFC 9110, 10.2.3), with the status 429
(RFC 6585, 4) or 503 (RFC 9110, 15.6.4). A question that was posted is never put twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from phishlab.evidence import response
from phishlab.records import Question
from phishlab.wire.clock import Deadline
from phishlab.wire.reply import Reply

MOST = 2
"""So many times it is asked again."""
_STATUSES = frozenset({429, 503})


def patiently(
    question: Question,
    put: Callable[[float], Reply],
    seconds: float,
    *,
    wait: Callable[[float], object],
    now: Callable[[], datetime],
) -> Reply:
    """What *put* answers within *seconds* in all; it gets those that are left.

    A reply that came after an earlier refusal says so in its note. One whose Retry-After does not fit into the
    time is handed back as it is: whoever asked reads its status.
    """
    deadline, told = Deadline(seconds), ""
    reply = put(seconds)
    for _ in range(MOST):
        pause = None if question.body else after(reply, now())
        if pause is None or pause >= deadline.left():
            break
        told = f"asked again after HTTP {response.parse(reply.kept).status}"
        wait(pause)
        reply = put(deadline.left())
    return replace(reply, note="; ".join(filter(None, (reply.note, told))))


def after(reply: Reply, now: datetime) -> float | None:
    """Seconds after which the server wants to be asked again; None where it says no such thing."""
    said = response.parse(reply.kept)
    stated = (said.header("Retry-After") or "").strip()
    if said.status not in _STATUSES or not stated:
        return None
    if stated.isdecimal():
        return float(stated) if len(stated) < 7 else None
    try:
        when = parsedate_to_datetime(stated)
    except ValueError:
        return None
    return max(0.0, (when.replace(tzinfo=when.tzinfo or UTC) - now).total_seconds())
