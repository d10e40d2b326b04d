"""One large file from its publisher, over HTTPS, into a file: phishlab's own data, no evidence of any case.

It happens only where a person asks for it by name (``phishlab data update``). Every host on the way, also one
that a redirect names, has to be at public addresses, and the address that was checked is the one dialled;
certificates are checked; size and time have a cap.
"""

from __future__ import annotations

import hashlib
import http.client
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import quote

import ada_url
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from phishlab import indicators
from phishlab.errors import DataError
from phishlab.records import Outcome
from phishlab.wire import dns, guard
from phishlab.wire import http as web
from phishlab.wire.clock import Deadline

LIMIT = 400_000_000
"""Bytes: DB-IP's and MaxMind's City files have between 30 and 140 million."""
SECONDS = 1_800.0
REDIRECTS = 5
_CHUNK = 1 << 16
_MOVED = frozenset({301, 302, 303, 307, 308})

Progress = Callable[[int, int | None], None]
"""Told how many bytes have come, and of how many where the server says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """The way out: by default the system's resolvers and authorities. *dial*: see wire.guard."""

    nameservers: Sequence[tuple[str, int]] | None = None
    dial: Mapping[tuple[str, int], tuple[str, int]] = field(default_factory=dict)
    ca_file: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file that came whole."""

    url: str
    """Where it came from, after redirects."""
    path: Path
    size: int
    sha256: str
    peer: str


class _NotFetchedError(Exception):
    """Why there is no file. It never leaves this module."""


def fetch(
    url: str,
    path: Path,
    *,
    limit: int = LIMIT,
    seconds: float = SECONDS,
    door: Door | None = None,
    on_progress: Progress | None = None,
) -> Download:
    """The file at *url*, written to *path*, which is gone again where anything fails.

    Raises DataError: in one line what went wrong; for a full disk what to do.
    """
    terms = _Terms(
        limit=limit,
        deadline=Deadline(seconds),
        door=door or Door(),
        tell=on_progress or (lambda _come, _of: None),
    )
    try:
        return _followed(url, path, terms)
    except (_NotFetchedError, guard.NotDialledError) as error:
        path.unlink(missing_ok=True)
        raise DataError(f"{url} was not fetched: {error}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Terms:
    limit: int
    deadline: Deadline
    door: Door
    tell: Progress


def _followed(url: str, path: Path, terms: _Terms) -> Download:
    for _ in range(REDIRECTS + 1):
        found = _once(url, path, terms)
        if isinstance(found, Download):
            return found
        url = found
    raise _NotFetchedError(f"more than {REDIRECTS} redirects")


def _once(url: str, path: Path, terms: _Terms) -> Download | str:
    """The file, or where a redirect leads to."""
    parsed = indicators.url(url)
    if parsed is None or parsed.scheme != "https" or not parsed.host or parsed.username:
        raise _NotFetchedError(f"{url} is no plain https address")
    target = guard.locate(
        parsed.host, parsed.port or 443, lambda host: _resolve(host, terms), terms.door.dial
    )
    tls = ssl.create_default_context(cafile=terms.door.ca_file)
    try:
        with (
            web.connected(target, terms.deadline, tls) as server,
            closing(HTTPConnection(*target.dialled)) as line,
        ):
            line.sock = server  # with its socket set, urllib3 resolves and dials nothing
            headers = {"Host": parsed.host, "User-Agent": "phishlab", "Accept-Encoding": "identity"}
            tail = parsed.path + (f"?{parsed.query}" if parsed.query else "")
            line.request("GET", tail, headers=headers, preload_content=False, decode_content=False)
            with closing(line.getresponse()) as answer:
                if answer.status in _MOVED:
                    return _onward(answer.headers.get("Location") or "", url)
                if answer.status != 200:
                    said = f"{parsed.host} answers {answer.status} {answer.reason or ''}"
                    raise _NotFetchedError(said.rstrip())
                size, digest = _kept(answer, path, terms)
    except (HTTPError, http.client.HTTPException, OSError, ValueError) as error:
        # A cut at the deadline shows as whatever the reader was doing just then.
        words = terms.deadline.words if terms.deadline.passed else web.trouble(error)
        raise _NotFetchedError(words) from error
    return Download(url=url, path=path, size=size, sha256=digest, peer=target.peer)


def _kept(answer: BaseHTTPResponse, path: Path, terms: _Terms) -> tuple[int, str]:
    """Size and SHA-256 of the body, which is written to *path* as it comes."""
    stated = answer.headers.get("Content-Length") or ""
    whole = int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 16 else None
    if whole is not None and whole > terms.limit:
        raise _NotFetchedError(f"it has {whole:,} bytes; up to {terms.limit:,} are taken")
    size, digest = 0, hashlib.sha256()
    with _Written(path) as file:
        while chunk := answer.read1(_CHUNK, decode_content=False):
            size += len(chunk)
            if size > terms.limit:
                raise _NotFetchedError(f"it has more than {terms.limit:,} bytes")
            digest.update(chunk)
            file.write(chunk)
            terms.tell(size, whole)
    # The cut at the deadline looks like the end of a body whose length nobody stated.
    if terms.deadline.passed:
        raise _NotFetchedError(terms.deadline.words)
    if whole is not None and size != whole:
        raise _NotFetchedError(f"it ended after {size:,} of {whole:,} bytes")
    return size, digest.hexdigest()


class _Written:
    """A file to write to, whose own troubles are told apart from the network's."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> Self:
        with self._troubles():
            self._file = self._path.open("wb")
        return self

    def write(self, chunk: bytes) -> None:
        with self._troubles():
            self._file.write(chunk)

    def __exit__(self, *_: object) -> None:
        with self._troubles():
            self._file.close()

    @contextmanager
    def _troubles(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise _NotFetchedError(
                f"{self._path.parent} cannot be written ({error.strerror or error}): make room there"
            ) from error


def _onward(location: str, base: str) -> str:
    try:
        return ada_url.URL(location, base).href
    except (ValueError, UnicodeError) as error:
        raise _NotFetchedError("it redirects to no web address") from error


def _resolve(host: str, terms: _Terms) -> list[str]:
    """The addresses of *host*, IPv4 where it has any. Nothing of it is kept: no case asks."""
    given = terms.door.nameservers
    servers = dns.system_servers() if given is None else given
    for rdtype in ("A", "AAAA"):
        reply = dns.ask(
            f"dns:{quote(host.rstrip('.'))}?type={rdtype}", servers, min(5.0, terms.deadline.left())
        )
        if reply.outcome is Outcome.ANSWERED:
            return dns.addresses(reply.kept)
        if reply.outcome is not Outcome.NO_DATA:
            raise _NotFetchedError(f"{host}: {reply.note or reply.outcome.value.replace('-', ' ')}")
    return []
