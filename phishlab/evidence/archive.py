"""The answers of a case, in one WARC file that is only ever appended to."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from phishlab.errors import EvidenceError
from phishlab.evidence import posted, response, warc
from phishlab.records import Answer, Exchange, Outcome, Provenance, Question


class Archive:
    """Kept answers in the order they came. Several threads may use one archive.

    *torn* counts the bytes at the end that are no whole record: what a killed run leaves, or damage.
    """

    def __init__(self, path: Path) -> None:
        """Index *path*; an archive that does not exist yet is empty.

        Raises EvidenceError where the file cannot be read.
        """
        self.path = path
        self.torn = 0
        self._lock = threading.RLock()
        self._places: dict[str, tuple[int, int]] = {}
        self._exchanges: list[Exchange] = []
        self._first: dict[tuple[str, str | None], Exchange] = {}
        self._end = 0
        if path.exists():
            self._index()

    def exchanges(self) -> tuple[Exchange, ...]:
        """Every kept answer, oldest first."""
        with self._lock:
            return tuple(self._exchanges)

    def find(self, question: str, run: str | None = None) -> Answer | None:
        """The first answer kept to the question of that name, in *run* or in any; None where there is none.

        The name is its URI, and more where it was posted: ``posted.key``.

        Raises EvidenceError where the kept bytes are no longer those that were kept.
        """
        with self._lock:
            exchange = self._first.get((question, run))
        return None if exchange is None else self.answer(exchange)

    def answer(self, exchange: Exchange) -> Answer:
        """What was kept, as the wire hands it back: always read from the file."""
        kept = self._read(exchange)
        if kept.kind == "response":
            read = response.parse(kept.block)
            return replace(_answer(kept, read.body, read.media_type, read.status), headers=read.headers)
        data = b"" if kept.kind == "metadata" else kept.block
        return _answer(kept, data, "" if kept.kind == "metadata" else kept.media_type)

    def body(self, exchange: Exchange) -> bytes:
        """The kept bytes themselves: for HTTP the whole response, for a failure the JSON that tells of it."""
        return self._read(exchange).block

    def append(
        self,
        question: Question,
        kept: bytes,
        *,
        run: str,
        peer: str,
        asked_at: datetime,
        origin: Provenance,
        outcome: Outcome,
        source: str = "",
        media_type: str = "application/octet-stream",
        http_request: bytes | None = None,
        note: str = "",
    ) -> Exchange:
        r"""Keep an answer. For HTTP *kept* is the whole response: ``HTTP/1.1 200 OK\r\n…\r\n\r\nbody``.

        With an outcome other than ANSWERED and no bytes, a small JSON object is kept that says so.
        *asked_at* is kept in UTC to the second. *http_request* must be free of secrets.
        Raises ValueError for a URI that a WARC header cannot hold, or a time without a zone, and EvidenceError
        where the file cannot be written.
        """
        record = _record(
            question=question, kept=kept, run=run, peer=peer, asked_at=asked_at, origin=origin,
            outcome=outcome, source=source, media_type=media_type, note=note,
        )  # fmt: skip
        with self._lock:
            self._write(record, warc.format(record, http_request))
        return record.exchange

    def _index(self) -> None:
        data = _bytes(self.path)
        for member in warc.members(data):
            kept = warc.parse(member.content)
            if kept is not None:
                self._note(kept.exchange, member.start, member.end)
            self._end = member.end
        self.torn = len(data) - self._end

    def _note(self, exchange: Exchange, start: int, end: int) -> None:
        self._places[exchange.id] = (start, end)
        self._exchanges.append(exchange)
        for run in (exchange.run, None):
            self._first.setdefault((exchange.question, run), exchange)

    def _read(self, exchange: Exchange) -> warc.Kept:
        with self._lock:
            place = self._places.get(exchange.id)
        if place is None:
            raise EvidenceError(f"no answer {exchange.id} is kept in {self.path}")
        with self.path.open("rb") as file:
            file.seek(place[0])
            members = list(warc.members(file.read(place[1] - place[0])))
        kept = warc.parse(members[-1].content) if members else None
        if kept is None or not kept.intact:
            raise EvidenceError(
                f"the kept answer to {exchange.question} is not as it was kept: run phishlab verify"
            )
        return kept

    def _write(self, record: warc.Kept, packed: bytes) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if self.torn:
                self._set_torn_end_aside()
            with self.path.open("ab") as file:
                file.write(packed)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise EvidenceError(f"cannot write {self.path}: {error.strerror}") from error
        start = self._end
        self._end += len(packed)
        self._note(record.exchange, start, self._end)

    def _set_torn_end_aside(self) -> None:
        # A new record behind a torn one would never be found; the torn bytes stay evidence, beside the file.
        torn = _bytes(self.path)[self._end :]
        aside = self.path.with_name(f"{self.path.name}.torn-{sha256(torn).hexdigest()[:12]}")
        aside.write_bytes(torn)
        os.truncate(self.path, self._end)
        self.torn = 0


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise EvidenceError(f"cannot read {path}: {error.strerror}") from error


def _answer(kept: warc.Kept, data: bytes, media_type: str, status: int | None = None) -> Answer:
    return Answer(
        outcome=kept.exchange.outcome,
        data=data,
        exchange=kept.exchange,
        status=status,
        media_type=media_type,
        note=kept.note,
    )


def _record(
    *,
    question: Question,
    kept: bytes,
    run: str,
    peer: str,
    asked_at: datetime,
    origin: Provenance,
    outcome: Outcome,
    source: str,
    media_type: str,
    note: str,
) -> warc.Kept:
    if not question.uri or any(char <= " " or char == "\x7f" for char in question.uri):
        raise ValueError(f"not a URI that can be kept: {question.uri!r}")
    if len(kept) > warc.MEMBER_LIMIT - 65_536:
        raise ValueError(f"an answer of {len(kept)} bytes is too long to be kept")
    if asked_at.tzinfo is None:
        raise ValueError("the time of an answer needs a time zone")
    kind, block, media_type = _block(question.uri, kept, outcome, media_type, _line(note))
    digest, name = sha256(block).hexdigest(), posted.key(question)
    # Through the text that is written: the record is then what a reader of the file gets.
    time = datetime.fromisoformat(warc.stamp(asked_at))
    exchange = Exchange(
        id=warc.identity(run, name, digest, asked_at),
        run=_line(run),
        question=name,
        level=question.level,
        peer=_line(peer),
        asked_at=time,
        sha256=digest,
        size=len(block),
        origin=origin,
        outcome=outcome,
        source=_line(source),
    )
    return warc.Kept(
        exchange=exchange,
        kind=kind,
        media_type=_line(media_type),
        note=_line(note),
        block=block,
        target=question.uri if question.body else "",
    )


def _block(uri: str, kept: bytes, outcome: Outcome, media_type: str, note: str) -> tuple[str, bytes, str]:
    if not kept and outcome is not Outcome.ANSWERED:
        told = json.dumps({"outcome": outcome.value, "note": note}, ensure_ascii=False, sort_keys=True)
        return "metadata", told.encode(), "application/json"
    if uri.startswith(("http:", "https:")) and response.parse(kept).status is not None:
        return "response", kept, "application/http; msgtype=response"
    return "resource", kept, media_type


def _line(text: str) -> str:
    """*text* on one line: a line end would begin a new WARC header."""
    return " ".join(text.split())
