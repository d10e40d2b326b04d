"""What came of putting one question, before it is kept."""

from __future__ import annotations

from dataclasses import dataclass

from phishlab.records import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """*kept*: the bytes for the archive, empty where none came. *request*: HTTP as asked, without secrets."""

    outcome: Outcome
    kept: bytes = b""
    peer: str = ""
    media_type: str = "application/octet-stream"
    request: bytes | None = None
    note: str = ""


def failed(note: str, peer: str = "", request: bytes | None = None) -> Reply:
    """No answer, for a reason that a person can read."""
    return Reply(outcome=Outcome.FAILED, note=note, peer=peer, request=request)
