"""A HAR file (HTTP Archive 1.2), as a browser's developer tools save it: its responses, without the secrets in it.

``{"log": {"entries": [{"startedDateTime": …, "request": {"method": "GET", "url": …, "headers": […]},
"response": {"status": 200, "headers": […], "content": {"text": …, "encoding": "base64"}}}]}}``

It holds the session of whoever saved it: cookies, authorisation, keys in addresses. None of it is handed on.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from phishlab import indicators
from phishlab.errors import InputError

LARGEST = 200_000_000
"""Bytes of the file."""
ENTRIES = 2_000
BODY = 10_000_000
"""Bytes of one body, as of one that the wire gets."""
TOTAL = 100_000_000
"""Bytes of all bodies together."""

_SECRET_HEADERS = re.compile(
    r"(?i)^(?:(?:proxy-)?authori[sz]ation|(?:set-)?cookie2?|.*(?:api-?key|token|secret|session|csrf|xsrf).*)$"
)
_SECRET_NAMES = re.compile(
    r"(?i)^(?:.*(?:api_?-?key|token|secret|passw|session|signature|credential|jwt).*|key|auth|sid|sig|pwd|code)$"
)
_OF_THE_TRANSFER = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection"})
"""Headers that are of the bytes on the line: a HAR has the text that a person sees."""
_SHORTEST = 6
"""Characters of a secret that is looked for elsewhere; shorter ones would be found in any text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One response. *url* is without fragment and without secrets; *response* as an archive keeps it.

    *why_not* says why it cannot be brought in (then *response* is empty); *secrets* are values of the request that
    may stand nowhere.
    """

    url: str
    seen_at: datetime | None
    response: bytes = b""
    why_not: str = ""
    secrets: tuple[str, ...] = ()


def parse(data: bytes) -> tuple[Entry, ...]:
    """Every entry in order, up to ENTRIES; InputError where *data* is no HAR."""
    if len(data) > LARGEST:
        raise InputError(f"a HAR file of {len(data):,} bytes is too long: up to {LARGEST:,} are read")
    try:
        entries = json.loads(data)["log"]["entries"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError("this is no HAR file: it has no log with entries") from error
    if not isinstance(entries, list):
        raise InputError("this is no HAR file: its entries are no list")
    return tuple(_within(entries[:ENTRIES]))


def _within(entries: list[Any]) -> Iterator[Entry]:
    left = TOTAL
    for told in entries:
        entry = _entry(told if isinstance(told, dict) else {})
        left -= len(entry.response)
        too_much = Entry(url=entry.url, seen_at=entry.seen_at, why_not="the file holds too much in all")
        yield entry if left >= 0 else too_much


def _entry(told: dict[str, Any]) -> Entry:
    request, response = _object(told, "request"), _object(told, "response")
    url, in_url = _without_secrets(_text(request, "url"))
    seen_at = _time(_text(told, "startedDateTime"))
    secrets = (*in_url, *_values(request), *_values(response))
    why_not = _why_not(request, response, url)
    body = None if why_not else _body(_object(response, "content"))
    if body is None:
        return Entry(url=url, seen_at=seen_at, why_not=why_not or "its body is no text, or too long")
    kept = _head(response, body) + body
    if _repeats(kept, secrets):
        return Entry(url=url, seen_at=seen_at, why_not="it repeats a secret of the session")
    return Entry(url=url, seen_at=seen_at, response=kept, secrets=secrets)


def _why_not(request: dict[str, Any], response: dict[str, Any], url: str) -> str:
    if not url:
        return "it is of no web address"
    if _text(request, "method").upper() != "GET":
        return "it is no answer to a GET"
    status = response.get("status")
    if not isinstance(status, int) or isinstance(status, bool) or not 100 <= status <= 599:
        return "no response was saved"
    return ""


def _without_secrets(url: str) -> tuple[str, tuple[str, ...]]:
    """The address without fragment, user and secret parameters, and what was taken out."""
    read = indicators.url(url) if len(url) <= 65_536 else None
    if read is None or read.scheme not in {"http", "https"} or not read.host or read.username:
        return "", ()
    base = read.href.partition("#")[0].partition("?")[0]
    pairs = [part for part in read.query.split("&") if part]
    secret = [part for part in pairs if _SECRET_NAMES.match(unquote_plus(part.partition("=")[0]))]
    kept = "&".join(part for part in pairs if part not in secret)
    values = (value for _, value in parse_qsl("&".join(secret)))
    return base + (f"?{kept}" if kept else ""), tuple(values)


def _values(message: dict[str, Any]) -> Iterator[str]:
    """Values of the cookies and of the headers that hold secrets; of ``Bearer x`` also ``x``."""
    for cookie in _objects(message, "cookies"):
        yield _text(cookie, "value")
    for header in _objects(message, "headers"):
        if _SECRET_HEADERS.match(_text(header, "name").strip()):
            value = _text(header, "value")
            yield value
            yield from (part.rpartition("=")[2] for part in re.split(r"[;, ]+", value))


def _repeats(kept: bytes, secrets: tuple[str, ...]) -> bool:
    text = kept.decode("utf-8", "replace")
    written = {text, unquote_plus(text)} if "%" in text else {text}
    return any(len(secret) >= _SHORTEST and secret in one for secret in secrets for one in written)


def _body(content: dict[str, Any]) -> bytes | None:
    text = content.get("text", "")
    if not isinstance(text, str) or len(text) > 2 * BODY:
        return None
    if content.get("encoding") == "base64":
        try:
            body = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            return None
    else:
        body = text.encode("utf-8", "replace")
    return body if len(body) <= BODY else None


def _head(response: dict[str, Any], body: bytes) -> bytes:
    """Status line and headers. What was of the transfer is left out, and what holds secrets."""
    headers = [
        (_line(_text(header, "name")), _line(_text(header, "value")))
        for header in _objects(response, "headers")
    ]
    kept = [
        (name, value)
        for name, value in headers
        if re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}", name)
        and name.lower() not in _OF_THE_TRANSFER
        and not _SECRET_HEADERS.match(name)
    ]
    lines = [f"HTTP/1.1 {response['status']}", *(f"{name}: {value}" for name, value in kept)]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode("latin-1", "replace")


def _time(text: str) -> datetime | None:
    """``2024-01-17T12:00:00.123+09:00`` in UTC; None where it names no zone, or is none."""
    try:
        time = datetime.fromisoformat(text)
        return time.astimezone(UTC) if time.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _line(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)[:8_000]


def _object(table: dict[str, Any], name: str) -> dict[str, Any]:
    found = table.get(name)
    return found if isinstance(found, dict) else {}


def _objects(table: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
    found = table.get(name)
    yield from (one for one in found[:500] if isinstance(one, dict)) if isinstance(found, list) else ()


def _text(table: dict[str, Any], name: str) -> str:
    found = table.get(name)
    return found if isinstance(found, str) else ""
