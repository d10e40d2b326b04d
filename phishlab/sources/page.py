"""What stands behind a link, as a sealed browser saw it. Nothing is typed there and nothing is submitted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from phishlab import indicators, wording
from phishlab.records import Answer, Form, Level, Lookup, Outcome, PageVisit, Question
from phishlab.wire import Wire

SOURCE = "page"

# What phishlab itself declined is no word about the page; a name without an address is.
OUTCOMES = {
    "scheme": Outcome.NOT_ASKED,
    "not-public": Outcome.NOT_ASKED,
    "no-such-name": Outcome.NO_SUCH_NAME,
    "no-address": Outcome.NO_DATA,
    # The server answered, if not with a page.
    "empty": Outcome.ANSWERED,
    "download": Outcome.ANSWERED,
}


def question(url: str) -> Question:
    """The question ``visit:http://sgogoj.com/kagoya/…``: whoever runs the page learns of it."""
    return Question(uri=f"visit:{url}", level=Level.ACTIVE)


def visit(wire: Wire, url: str, recipients: tuple[str, ...] = ()) -> Lookup[PageVisit]:
    """The page at *url*, asked for without the recipient's address: it would tell whose mail this is."""
    asked = indicators.token_free(url, recipients)
    return read(wire.ask(question(asked)), asked)


def read(answer: Answer, url: str) -> Lookup[PageVisit]:
    """The kept *answer* as a record. A visit that saw no page has the outcome that fits and no record."""
    evidence = () if answer.exchange is None else (answer.exchange,)
    manifest = _manifest(answer.data) if answer.outcome is Outcome.ANSWERED else None
    outcome, note = answer.outcome, answer.note
    if manifest is None:
        if outcome is Outcome.ANSWERED:
            outcome, note = Outcome.FAILED, "the kept visit cannot be read"
        return Lookup(source=SOURCE, subject=url, outcome=outcome, evidence=evidence, note=note)
    record = _record(manifest)
    error = _text(manifest.get("error"))
    if error:
        note = wording.say("en", f"page-error.{error}")
        outcome = OUTCOMES.get(error, Outcome.FAILED)
    seen = record if not error or record.chain else None
    return Lookup(source=SOURCE, subject=url, outcome=outcome, record=seen, evidence=evidence, note=note)


def parse(data: bytes) -> PageVisit:
    """The manifest of ``wire.visit`` (canonical JSON) as a record; an empty one where it is none.

    ``{"chain": [{"status": 302, "url": "http://sgogoj.com/"}, …], "forms": [{"action": …}], …}``
    """
    return _record(_manifest(data) or {})


def _manifest(data: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _record(manifest: dict[str, Any]) -> PageVisit:
    files = manifest.get("files")
    return PageVisit(
        url=_text(manifest.get("url")),
        final_url=_text(manifest.get("final_url")),
        chain=tuple(_chain(manifest)),
        title=_text(manifest.get("title")),
        forms=tuple(_form(form) for form in _rows(manifest, "forms")),
        peer=_text(manifest.get("peer")) or None,
        blocked=tuple(dict.fromkeys(_blocked(manifest))),
        requests=len(list(_rows(manifest, "requests"))),
        files=tuple((_text(name), _text(digest)) for name, digest in sorted(files.items()))
        if isinstance(files, dict)
        else (),
        browser=_text(manifest.get("browser")),
    )


def _chain(manifest: dict[str, Any]) -> Iterator[tuple[str, int]]:
    for hop in _rows(manifest, "chain"):
        status = hop.get("status")
        if isinstance(status, int):
            yield _text(hop.get("url")), status


def _form(form: dict[str, Any]) -> Form:
    return Form(
        action=_text(form.get("action")),
        method=_text(form.get("method")),
        fields=tuple((_text(field.get("type")), _text(field.get("name"))) for field in _rows(form, "fields")),
    )


def _blocked(manifest: dict[str, Any]) -> Iterator[str]:
    """What the page was refused, ``http://10.0.0.5/ (not-public)``; the browser's own calls are left out."""
    for row in _rows(manifest, "blocked"):
        if not row.get("browser_own"):
            yield f"{_text(row.get('url'))} ({_text(row.get('reason'))})"


def _rows(table: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
    """The rows of *name* that are objects; none where there is no such list."""
    rows = table.get(name)
    yield from (row for row in rows if isinstance(row, dict)) if isinstance(rows, list) else ()


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
