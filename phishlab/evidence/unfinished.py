"""A case whose work was stopped on the way: what it holds beyond its last seal, and what a kill left half written."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from phishlab.evidence import bag, warc

CASE = "data/case.json"
ANSWERS = "data/answers/answers.warc.gz"
CUSTODY = "data/custody.jsonl"
_GROWING = ("data/answers/", "data/visit/")
"""Where a run puts what it gets."""


def going_on(root: Path) -> bool:
    """Whether ``case.json`` says that not all was asked yet. A case that says nothing of it is whole."""
    try:
        return json.loads((root / CASE).read_bytes()).get("finished") is False
    except (OSError, ValueError, AttributeError):
        return False


def being_sealed(root: Path) -> bool:
    """Whether the manifests may be half old and half new."""
    return (root / bag.SEALING).exists()


def may_grow(path: str) -> bool:
    """Whether a run that is not finished adds files there; a file that was not written whole counts anywhere."""
    return path.startswith(_GROWING) or _is_partial(path)


def grown(root: Path, path: str, digest: str) -> str:
    """What was added to the file *path* since it had the SHA-256 *digest*; empty where it was not just added to.

    ``3 answers were kept after the last seal``.
    """
    ends = {ANSWERS: _answer_ends, CUSTODY: _line_ends}.get(path)
    if ends is None:
        return ""
    data = (root / path).read_bytes()
    running, start, since = sha256(), 0, None
    for number, end in enumerate([0, *ends(data)]):
        running.update(data[start:end])
        start = end
        if running.hexdigest() == digest:
            since = number
    if since is None:
        return ""
    what = "answers and requests" if path == ANSWERS else "lines"
    return f"{number - since} {what} were kept after the last seal"


def tidy(root: Path) -> None:
    """Remove the files that were not written whole; set a torn last line of the custody log aside."""
    names = [*(path.name for path in root.iterdir()), *bag.payload(root)]
    for path in (root / name for name in names if _is_partial(name)):
        if path.is_file() and not path.is_symlink():
            path.unlink()
    log = (root / CUSTODY).read_bytes()
    whole = log.rfind(b"\n") + 1
    if whole < len(log):
        torn = log[whole:]
        aside = root / "data" / "answers" / f"custody.torn-{sha256(torn).hexdigest()[:12]}"
        aside.write_bytes(torn)
        os.truncate(root / CUSTODY, whole)


def _is_partial(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.startswith(".") and name.endswith(bag.PARTIAL)


def _answer_ends(data: bytes) -> Iterator[int]:
    return (member.end for member in warc.members(data))


def _line_ends(data: bytes) -> Iterator[int]:
    return (at + 1 for at, byte in enumerate(data) if byte == 0x0A)
