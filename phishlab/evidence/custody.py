"""The custody log: who did what with the evidence, when and why. Each line holds the digest of the last.

A line, wrapped here::

    {"action": "opened", "after": "9f86…", "before": "", "id": 1, "item": "data/evidence/original.eml",
     "previous": "", "when": "2024-01-16T01:00:00Z", "who": "phishlab", "why": "a mail was reported"}
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256

SEALED = "sealed"
"""The action of a line that was written as the manifests were. Its *after* is of ``manifest-sha256.txt`` without
the line for this log, which cannot hold its own digest."""
MANIFEST = "manifest-sha256.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line. *before* and *after* are SHA-256 of *item* (a path in the case), empty where there was none.

    *when* is ISO 8601 in UTC; *previous* is the SHA-256 of the line before, empty for the first.
    """

    id: int
    when: str
    who: str
    action: str
    why: str
    item: str
    before: str
    after: str
    previous: str


def format(entry: Entry) -> bytes:  # noqa: A001 - the pair is format/parse, used qualified
    """The line of *entry*, its line feed included."""
    return json.dumps(asdict(entry), ensure_ascii=False, sort_keys=True).encode() + b"\n"


def parse(line: bytes) -> Entry | None:
    """The entry of a line; None where the line is none."""
    try:
        fields = json.loads(line)
        return Entry(**{**fields, "id": int(fields["id"])})
    except (ValueError, TypeError, KeyError):
        return None


def entries(log: bytes) -> list[Entry]:
    """The entries of a whole log, up to the first line that is none."""
    found = []
    for line in log.splitlines():
        entry = parse(line)
        if entry is None:
            break
        found.append(entry)
    return found


def last_seal(log: bytes) -> Entry | None:
    """The last line that says that the case was sealed; None where there is none."""
    return next((entry for entry in reversed(entries(log)) if entry.action == SEALED), None)


def manifest_digest(manifest: bytes, path: str) -> str:
    """SHA-256 of a manifest without its line for *path*: ``grep -v custody.jsonl FILE | sha256sum``."""
    lines = (line for line in manifest.splitlines(keepends=True) if not _is_for(line, path))
    return sha256(b"".join(lines)).hexdigest()


def _is_for(line: bytes, path: str) -> bool:
    return line.rstrip(b"\r\n").partition(b"  ")[2] == path.encode()


def following(log: bytes, *, when: str, who: str, action: str, why: str, item: str, after: str) -> Entry:
    """The next entry of *log*; *before* is what the log last said of the item."""
    said = [entry.after for entry in entries(log) if entry.item == item]
    lines = log.splitlines()
    return Entry(
        id=len(lines) + 1,
        when=when,
        who=who,
        action=action,
        why=why,
        item=item,
        before=said[-1] if said else "",
        after=after,
        previous=sha256(lines[-1]).hexdigest() if lines else "",
    )


def no_entry(number: int) -> str:
    """What is said of a line that is none."""
    return f"line {number} is no entry"


def faults(log: bytes) -> Iterator[str]:
    """Where the chain is broken, in words."""
    previous = ""
    for number, line in enumerate(log.splitlines(), 1):
        entry = parse(line)
        if entry is None:
            yield no_entry(number)
        elif entry.id != number:
            yield f"line {number} says that it is line {entry.id}"
        elif entry.previous != previous:
            yield f"line {number} does not follow from the line before it"
        previous = sha256(line).hexdigest()
