"""A time-stamping authority asked over HTTP (RFC 3161, 3.4): it learns a digest and who asks, nothing of the case."""

from __future__ import annotations

from phishlab.records import Level, Lookup, Outcome, Question
from phishlab.wire import Wire

_QUERY, _REPLY = "application/timestamp-query", "application/timestamp-reply"


def question(url: str, request: bytes) -> Question:
    """The TimeStampReq *request* (DER) for the authority at *url*, to be posted."""
    return Question(
        uri=url, level=Level.PASSIVE, headers=(("Accept", _REPLY),), body=request, media_type=_QUERY
    )


def stamp(wire: Wire, url: str, request: bytes) -> Lookup[bytes]:
    """The TimeStampResp of the authority at *url*, as it came. Whether it grants a stamp is not judged here.

    FAILED where the server answers with anything else.
    """
    answer = wire.ask(question(url, request))
    outcome, note, record = answer.outcome, answer.note, None
    if outcome is Outcome.ANSWERED:
        if answer.status == 200 and answer.media_type == _REPLY:
            record = answer.data
        else:
            outcome = Outcome.FAILED
            note = f"the server answered HTTP {answer.status}, {answer.media_type or 'without a type'}"
    evidence = (answer.exchange,) if answer.exchange else ()
    return Lookup(source="tsa", subject=url, outcome=outcome, record=record, evidence=evidence, note=note)
