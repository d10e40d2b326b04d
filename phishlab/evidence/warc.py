"""One kept answer as a WARC 1.1 record (ISO 28500:2017), each in its own gzip member.

warcio writes and reads the records; members are found here, so that a torn last one costs only itself.
"""

from __future__ import annotations

import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO

from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord, ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from phishlab.evidence import response
from phishlab.records import Exchange, Level, Outcome, Provenance

MEMBER_LIMIT = 64_000_000
"""Bytes that one record may unpack to; a longer one is treated as damage."""

_ZONE = uuid.UUID("3f1d7a52-6a0e-5c0b-9a53-2d2f6a1f7c11")
"""Names the space of record ids; any fixed value would do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One record: the exchange it documents and the block as kept.

    *kind* is ``response`` (HTTP as it came), ``resource`` (any other bytes) or ``metadata`` (no bytes came:
    a small JSON object says why). *intact* is False where the block has another digest than it should.
    """

    exchange: Exchange
    kind: str
    media_type: str
    note: str
    block: bytes
    intact: bool = True
    target: str = ""
    """The URI that was asked, where the question has another name (``posted.key``): it had a body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A gzip member: where it lies in the file, and what it unpacks to."""

    start: int
    end: int
    content: bytes


def identity(run: str, question: str, digest: str, asked_at: datetime) -> str:
    """The record id of an answer: the same answer to the same question at the same time has the same id."""
    return f"urn:uuid:{uuid.uuid5(_ZONE, '|'.join((run, question, digest, stamp(asked_at))))}"


def stamp(time: datetime) -> str:
    """*time* as WARC-Date has it, ``2024-01-16T01:00:00Z``: UTC, whole seconds."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def format(kept: Kept, request: bytes | None = None) -> bytes:  # noqa: A001 - the pair is format/parse, used qualified
    """*kept* as gzip members: the HTTP request first where there was one, the answer last."""
    answer = _pack(kept.kind, _headers(kept), kept.block)
    if request is None:
        return answer
    exchange, posted = kept.exchange, request[response.body_offset(request) :]
    asked = [
        ("WARC-Type", "request"),
        ("WARC-Record-ID", f"<{_request_id(exchange)}>"),
        ("WARC-Date", stamp(exchange.asked_at)),
        ("WARC-Target-URI", kept.target or exchange.question),
        ("WARC-Concurrent-To", f"<{exchange.id}>"),
        ("WARC-Block-Digest", f"sha256:{sha256(request).hexdigest()}"),
        ("WARC-Payload-Digest", f"sha256:{sha256(posted).hexdigest()}"),
        ("Content-Type", "application/http; msgtype=request"),
    ]
    return _pack("request", asked, request) + answer


def members(data: bytes) -> Iterator[Member]:
    """The whole gzip members of *data*, in order, up to the first that is torn or damaged."""
    view, start = memoryview(data), 0
    while start < len(view):
        found = _inflate(view, start)
        if found is None:
            return
        yield found
        start = found.end


def parse(content: bytes) -> Kept | None:
    """The answer in an unpacked member; None for a request, or a record that is not of phishlab's making."""
    try:
        return _kept(*_load(content))
    except (ArchiveLoadFailed, EOFError, KeyError, ValueError, AttributeError):
        # warcio says in many ways that something is no WARC record.
        return None


def intact(content: bytes) -> bool:
    """Whether an unpacked member is a WARC record as it was kept.

    Its block and payload have the SHA-256 that it states, and the id of an answer is that of its question, bytes
    and time: a record that was given another question, date or answer has another id.
    """
    try:
        record, block = _load(content)
        header = record.rec_headers.get_header
        kept = _kept(record, block)
    except (ArchiveLoadFailed, EOFError, KeyError, ValueError, AttributeError):
        return False
    stated = bool(header("WARC-Block-Digest") == f"sha256:{sha256(block).hexdigest()}")
    if kept is None:
        return stated
    exchange = kept.exchange
    named = identity(exchange.run, exchange.question, exchange.sha256, exchange.asked_at)
    whole = header("WARC-Payload-Digest") == f"sha256:{sha256(_payload(kept)).hexdigest()}"
    # A question with a body has the URI at the front of its name (``posted.key``).
    asked = exchange.question.startswith(str(header("WARC-Target-URI")))
    return stated and whole and asked and named == exchange.id


def _load(content: bytes) -> tuple[ArcWarcRecord, bytes]:
    """The record and its block; ArchiveLoadFailed where the member holds anything beside one record."""
    stream = BytesIO(content)
    record = ArcWarcRecordLoader().parse_record_stream(stream, known_format="warc", no_record_parse=True)
    block = b"".join(iter(lambda: record.raw_stream.read(65_536), b""))
    if stream.read() != b"\r\n\r\n":
        raise ArchiveLoadFailed("a member that is not one record")
    return record, block


def _kept(record: ArcWarcRecord, block: bytes) -> Kept | None:
    headers = {name.lower(): value for name, value in record.rec_headers.headers}
    if "phishlab-outcome" not in headers:
        return None
    digest = sha256(block).hexdigest()
    exchange = Exchange(
        id=headers["warc-record-id"].strip("<>"),
        run=headers["phishlab-run"],
        question=headers["phishlab-question"],
        level=Level.of(headers["phishlab-level"]),
        peer=headers["phishlab-peer"],
        asked_at=datetime.strptime(headers["warc-date"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC),
        sha256=digest,
        size=len(block),
        origin=Provenance(headers["phishlab-origin"]),
        outcome=Outcome(headers["phishlab-outcome"]),
        source=headers.get("phishlab-source", ""),
    )
    return Kept(
        exchange=exchange,
        kind=headers["warc-type"],
        media_type=headers.get("content-type", ""),
        note=headers.get("phishlab-note", ""),
        block=block,
        intact=headers["warc-block-digest"] == f"sha256:{digest}",
        target=headers["warc-target-uri"] if headers["warc-target-uri"] != exchange.question else "",
    )


def _headers(kept: Kept) -> list[tuple[str, str]]:
    exchange = kept.exchange
    headers = [
        ("WARC-Type", kept.kind),
        ("WARC-Record-ID", f"<{exchange.id}>"),
        ("WARC-Date", stamp(exchange.asked_at)),
        ("WARC-Target-URI", kept.target or exchange.question),
        ("WARC-IP-Address", _address(exchange.peer)),
        ("WARC-Block-Digest", f"sha256:{exchange.sha256}"),
        ("WARC-Payload-Digest", f"sha256:{sha256(_payload(kept)).hexdigest()}"),
        ("Content-Type", kept.media_type),
        ("Phishlab-Run", exchange.run),
        ("Phishlab-Question", exchange.question),
        ("Phishlab-Level", exchange.level.word),
        ("Phishlab-Origin", exchange.origin),
        ("Phishlab-Outcome", exchange.outcome),
        ("Phishlab-Peer", exchange.peer),
        ("Phishlab-Source", exchange.source),
        ("Phishlab-Note", kept.note),
    ]
    optional = {"WARC-IP-Address", "Phishlab-Source", "Phishlab-Note"}
    return [(name, value) for name, value in headers if value or name not in optional]


def _payload(kept: Kept) -> bytes:
    """What a WARC's payload digest is of: of an HTTP response its body, of anything else all."""
    return kept.block[response.body_offset(kept.block) :] if kept.kind == "response" else kept.block


def _request_id(exchange: Exchange) -> str:
    return f"urn:uuid:{uuid.uuid5(_ZONE, 'request|' + exchange.id)}"


def _address(peer: str) -> str:
    """``8.217.61.41:80`` without its port, ``[2001:db8::1]:43`` too; empty where the peer is no address."""
    host = peer[1:].partition("]")[0] if peer.startswith("[") else peer.partition(":")[0]
    return host if host and set(host.lower()) <= set("0123456789abcdef.:") else ""


def _pack(kind: str, headers: list[tuple[str, str]], block: bytes) -> bytes:
    # The record is put together by hand: RecordBuilder would parse HTTP headers and write them anew.
    fields = StatusAndHeaders("", headers, protocol="WARC/1.1")
    record = ArcWarcRecord(
        "warc", kind, fields, BytesIO(block), None, fields.get_header("Content-Type"), len(block)
    )
    record.payload_length = len(block)
    packed = BytesIO()
    WARCWriter(packed, gzip=True, warc_version="1.1").write_record(record)
    return packed.getvalue()


def _inflate(view: memoryview, start: int) -> Member | None:
    inflate, content, at = zlib.decompressobj(31), bytearray(), start
    while at < len(view) and not inflate.eof:
        window = view[at : at + 65_536]
        try:
            content += inflate.decompress(window, MEMBER_LIMIT)
        except zlib.error:
            return None
        at += len(window) - len(inflate.unused_data) - len(inflate.unconsumed_tail)
        if len(content) > MEMBER_LIMIT:
            return None
    return Member(start=start, end=at, content=bytes(content)) if inflate.eof else None
