"""What ``case.json`` holds, read back: what the mail was read with, its receiver, its runs, or the subject.

What a newer phishlab added to it is left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from phishlab.errors import EvidenceError, InputError
from phishlab.evidence.folder import CaseFolder
from phishlab.indicators import subjects
from phishlab.mail.containers import Source
from phishlab.mail.limits import Limits
from phishlab.records import ReceiverProfile, Subject

CONVERTED = {
    "mbox": "The mail was taken out of an mbox file; its stretch of the file is kept beside it.",
    "msg": "The mail was converted from an Outlook .msg file, which is kept beside it: its header fields are as "
    "received, its parts are put together again, so that a DKIM signature over the body cannot be checked.",
    "utf-16": "The mail was converted from UTF-16, as an editor had saved it; that file is kept beside it.",
    "paste": "Empty lines before the header were left out; the text as it was given is kept beside the mail.",
    "mail": "The mail was carried by another mail as an attachment; that one is kept beside it.",
}


def subject(folder: CaseFolder) -> Subject | None:
    """What is looked up; None in the case of a mail."""
    if not folder.info.get("subject"):
        return None
    found = subjects.read(folder.original().decode("utf-8", "replace"))
    if isinstance(found, subjects.Misread):
        raise EvidenceError(f"{folder.path} is no case folder: what it looks up cannot be understood")
    return found


def runs(folder: CaseFolder) -> tuple[str, ...]:
    """The runs, the first first."""
    return tuple(str(run) for run in folder.info.get("runs") or ["1"])


def chosen(folder: CaseFolder, run: str | None) -> str:
    """The run to tell a case by: that which was asked for, else the last."""
    known = runs(folder)
    if run is not None and run not in known:
        raise InputError(f"{folder.path} has no run {run!r}: choose one of {', '.join(known)}")
    return run or known[-1]


def keep(source: Source, folder: CaseFolder, now: datetime) -> None:
    """Put what the mail was converted from beside it, read-only, and say so in the case and its log."""
    name = f"evidence/source.{source.ending}"
    digest = hashlib.sha256(source.data).hexdigest()
    with folder.changing(when=now):
        folder.add_file(name, source.data).chmod(0o444)
        folder.update_info(
            source={"kind": source.kind, "path": f"data/{name}", "sha256": digest, "converted": True}
        )
        folder.log("converted", CONVERTED[source.kind], when=now, item=f"data/{name}")


def bounds(table: Mapping[str, Any] | None) -> Limits:
    """The bounds that the case's mail was read with; those that a newer phishlab added are left out."""
    known = {each.name for each in fields(Limits)}
    return Limits(**{name: value for name, value in (table or {}).items() if name in known})


def as_table(receiver: ReceiverProfile | None) -> dict[str, Any] | None:
    """The profile as it stands in ``case.json``; None where there is none."""
    return None if receiver is None else asdict(receiver)


def profile(table: Mapping[str, Any] | None) -> ReceiverProfile | None:
    """The profile that ``case.json`` holds; what a newer phishlab added to it is left out."""
    if not table:
        return None
    known = {each.name for each in fields(ReceiverProfile)}
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in table.items()
        if name in known
    }
    return ReceiverProfile(**values)
