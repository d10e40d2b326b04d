"""Following redirects: each hop is a question of its own, checked and kept like the first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import ada_url

from phishlab import indicators
from phishlab.evidence import response
from phishlab.evidence.archive import Archive
from phishlab.records import Answer, Outcome, Question

LIMIT = 10
_STATUSES = frozenset({301, 302, 303, 307, 308})
_REPEATED = frozenset({307, 308})


def follow(question: Question, put: Callable[[Question], Answer], archive: Archive) -> Answer:
    """The answer at the end of the redirects; *put* asks, or in replay reads, each hop.

    FAILED after ten, or where a redirect leads to something that is no web address, or what was posted to
    another server. Secret headers go no further than the first origin.
    """
    answer = put(question)
    for _ in range(LIMIT):
        location = _location(answer, archive)
        if location is None:
            return answer
        onward = _onward(question, location, repeated=answer.status in _REPEATED)
        if isinstance(onward, str):
            return replace(answer, outcome=Outcome.FAILED, data=b"", note=onward)
        question = onward
        answer = put(question)
    if _location(answer, archive) is None:
        return answer
    return replace(answer, outcome=Outcome.FAILED, data=b"", note=f"more than {LIMIT} redirects")


def _location(answer: Answer, archive: Archive) -> str | None:
    if answer.status not in _STATUSES or answer.exchange is None:
        return None
    return response.parse(archive.body(answer.exchange)).header("Location") or None


def _onward(question: Question, location: str, *, repeated: bool) -> Question | str:
    """What is asked next, or why nothing is. A body is posted again where the status says so (RFC 9110, 15.4)."""
    base = indicators.url(question.uri)
    target = indicators.url(_joined(location, question.uri))
    if base is None or target is None or target.scheme not in {"http", "https"} or not target.host:
        return "redirects to no web address"
    same = (base.scheme, base.host, base.port) == (target.scheme, target.host, target.port)
    uri = target.href.partition("#")[0]
    if repeated and question.body and not same:
        return "redirects what was posted to another server"
    return replace(
        question,
        uri=uri,
        secret_headers=question.secret_headers if same else (),
        credential=question.credential if same else None,
        body=question.body if repeated else b"",
        media_type=question.media_type if repeated else "",
    )


def _joined(location: str, base: str) -> str:
    try:
        return ada_url.URL(location, base).href
    except (ValueError, UnicodeError):
        return ""
