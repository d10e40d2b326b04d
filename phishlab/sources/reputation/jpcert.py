"""The phishing URLs that JPCERT/CC publishes, matched against the user's own copy of its CSV files.

The list holds what was reported and confirmed; a URL that is not in it is unknown to it, and not clean.
https://github.com/JPCERTCC/phishurl-list has the files; none is shipped, because it states no licence.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from phishlab.errors import DataError
from phishlab.records import Level, Listing, Lookup, Outcome, Question
from phishlab.sources.reputation.subject import Subject, page, renamed
from phishlab.wire import Wire

SERVICE = "JPCERT/CC phishurl-list"
LINK = "https://github.com/JPCERTCC/phishurl-list"

_JST = timezone(timedelta(hours=9))  # the list states no zone: Japan's is assumed
_SHOWN = 20
"""How many rows of one host are kept beside those of the URL itself."""


def question(url: str) -> Question:
    """The question under which what the files say of *url* is kept; nothing leaves this machine."""
    return Question(uri=f"jpcert:phishurl-list/{url}", level=Level.OFFLINE)


def url(wire: Wire, url: str, folder: Path | None) -> Lookup[Listing]:
    """Whether *url* (without its query) is in the CSV files of *folder*: listed, or unknown to the list.

    Other URLs of the same host do not make it listed: they stand in the detail. NOT_ASKED without a folder,
    unless the case already holds an answer.
    """
    about, asked = Subject(service=SERVICE, name=url, link=LINK), question(url)
    answer = wire.ask(asked) if folder is None else wire.consult(asked, lambda: read(folder, url))
    found = _json(answer.data)
    if found is None:
        given = folder is not None or answer.outcome is not Outcome.NOT_ASKED
        why = answer.note or "the copy cannot be read" if given else "no copy of the list is given"
        return about.error(why, answer)
    rows = [row for row in found.get("rows", []) if isinstance(row, dict)]
    same = [row for row in rows if page(str(row.get("URL", ""))) == page(url)]
    brands = ", ".join(dict.fromkeys(str(row.get("description", "")) for row in same or rows))
    as_of = _when(str(same[0].get("date") if same else found.get("newest", "")))
    if same:
        said = about.listed([answer], brands, f"reported {same[0].get('date')}")
    else:
        others = f"{len(rows)} other URLs of this host are in the list: {brands}" if rows else ""
        said = about.unknown([answer], others, mentions=len(rows))
    # A list is no younger for being read today.
    return renamed(said, as_of=as_of)


def read(folder: Path, url: str) -> bytes:
    """The rows of the files that have the host of *url*, with each file's SHA-256, as canonical JSON.

    Raises DataError where *folder* has no such file.
    """
    wanted = page(url)
    files = sorted(path for path in folder.rglob("*") if path.name.endswith((".csv", ".csv.gz")))
    if not files:
        raise DataError(f"{folder} has no CSV files of {SERVICE}: put a copy of its folders there")
    rows: list[dict[str, str]] = []
    digests, newest = {}, ""
    for file in files:
        data = _bytes(file)
        digests[file.name] = hashlib.sha256(data).hexdigest()
        for row in _rows(data):
            newest = max(newest, row["date"])
            if not _may_hold(row["URL"], wanted[0]):
                continue
            key = page(row["URL"])
            if wanted[0] and (key == wanted or (key[0] == wanted[0] and len(rows) < _SHOWN)):
                rows.append(row)
    found = {"files": digests, "newest": newest, "rows": rows}
    return json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _bytes(file: Path) -> bytes:
    try:
        data = file.read_bytes()
        return gzip.decompress(data) if file.name.endswith(".gz") else data
    except (OSError, EOFError) as error:
        raise DataError(f"{file} cannot be read: {error}") from error


def _rows(data: bytes) -> Iterator[dict[str, str]]:
    """``2023/01/04 13:43:00,https://lifes-little-pleasures.com/jp,イオンカード`` below ``date,URL,description``."""
    table = csv.reader(io.StringIO(data.decode("utf-8-sig", "replace")))
    try:
        if next(table, [])[:3] == ["date", "URL", "description"]:
            yield from (
                {"date": row[0], "URL": row[1], "description": row[2]} for row in table if len(row) > 2
            )
    except csv.Error as error:
        raise DataError(f"a file of {SERVICE} cannot be read: {error}") from error


def _may_hold(url: str, host: str) -> bool:
    """Whether *url* can lead to *host*: a quick look before it is parsed, for a list of 200,000 rows."""
    return host in url.lower() or not url.isascii() or "%" in url.partition("://")[2].partition("/")[0]


def _when(text: str) -> datetime | None:
    """``2023/01/04 13:43:00`` in UTC, Japanese time assumed; None for anything else."""
    try:
        return datetime.strptime(text, "%Y/%m/%d %H:%M:%S").replace(tzinfo=_JST).astimezone(UTC)
    except ValueError:
        return None


def _json(data: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
