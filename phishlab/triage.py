"""The same parsing over many mails: one row a mail, in a Parquet table (Dask)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from phishlab.assess import identity, receivers, route
from phishlab.errors import InputError, MissingExtraError
from phishlab.mail import bounded, intake
from phishlab.mail.containers import Mail
from phishlab.mail.limits import MEBI, STANDARD, Limits

COLUMNS = (
    "path",
    "sha256",
    "size",
    "date_utc",
    "from_address",
    "from_domain",
    "display_name",
    "subject",
    "claimed_brands",
    "origin_ip",
    "origin_confidence",
    "hops",
    "links",
    "link_domains",
    "attachments",
    "limits",
    "trouble",
)
"""Column names of the table, in order. Texts are raw: show them through views.safe."""


def mails(paths: Iterable[Path], bounds: Limits = STANDARD) -> Iterator[Mail]:
    """Each mail at the paths: mails, mbox and zip files, Outlook's .msg, Maildirs, folders; in a stable order."""
    for path in paths:
        yield from intake.mails(path, bounds)


def row(path: Path, receiver: str | None = None) -> dict[str, object]:
    """The one mail at *path* as a row of ``COLUMNS``; a file that is no mail is a row whose ``trouble`` says so."""
    try:
        return row_of(intake.take(path), receiver)
    except InputError as trouble:
        return {**_EMPTY, "path": str(path), "trouble": str(trouble)}


def row_of(mail: Mail, receiver: str | None = None, bounds: Limits = STANDARD) -> dict[str, object]:
    """One mail as a row, parsed within bounds on memory and time."""
    if mail.trouble:
        return {**_EMPTY, "path": mail.name, "trouble": mail.trouble}
    message = bounded.parse(mail.data, bounds)
    profile, named = receivers.profile_of(receiver, message)
    origin = route.trace(message, profile, named=named).origin
    domains = {link.registrable or link.host for link in message.links if link.host}
    return {
        "path": mail.name,
        "sha256": message.sha256,
        "size": message.size,
        "date_utc": message.date_utc,
        "from_address": message.from_.address,
        "from_domain": message.from_.domain,
        "display_name": message.from_.display_name,
        "subject": message.subject.text,
        "claimed_brands": " ".join(brand.id for brand in identity.claimed(message)),
        "origin_ip": origin.ip,
        "origin_confidence": str(origin.confidence),
        "hops": len(message.hops),
        "links": len(message.links),
        "link_domains": " ".join(sorted(domains)),
        "attachments": sum(1 for attachment in message.attachments if not attachment.inside),
        "limits": " ".join(limit.what for limit in message.limits),
        "trouble": None,
    }


def table(
    paths: Sequence[Path],
    output: Path,
    receiver: str | None = None,
    workers: int = 2,
    bounds: Limits = STANDARD,
) -> int:
    """Write the rows of all mails to *output* (Parquet, zstd); how many there are.

    Raises MissingExtraError where Dask or pyarrow is not installed, InputError where there is no mail.
    """
    try:
        import dask.bag
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as missing:
        raise MissingExtraError("triage needs Dask and pyarrow: pip install 'phishlab[cluster]'") from missing
    batches = _batches(mails(paths, bounds))
    batch = next(batches, None)
    if batch is None:
        raise InputError(f"no mail in {', '.join(str(path) for path in paths)}")
    kinds = {"date_utc": pa.timestamp("us", tz="UTC"), **dict.fromkeys(_INTEGERS, pa.int64())}
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in COLUMNS])
    written = 0
    with parquet.ParquetWriter(output, schema, compression="zstd") as writer:
        while batch:
            parts = max(workers, len(batch) // 250)
            bag = dask.bag.from_sequence(batch, npartitions=parts)  # type: ignore[no-untyped-call] # Dask ships no types
            rows = bag.map(row_of, receiver, bounds).compute(scheduler="processes", num_workers=workers)
            writer.write_table(pa.Table.from_pylist(rows, schema=schema))
            written += len(rows)
            batch = next(batches, None)
    return written


def _batches(found: Iterable[Mail]) -> Iterator[list[Mail]]:
    """Lists of mails that fit into memory together: a mailbox may be larger than that."""
    batch: list[Mail] = []
    size = 0
    for mail in found:
        batch.append(replace(mail, source=None))
        size += len(mail.data)
        if len(batch) >= _BATCH or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


_BATCH = 5_000
_BATCH_BYTES = 200 * MEBI
_EMPTY: dict[str, object] = dict.fromkeys(COLUMNS)
_INTEGERS = ("size", "hops", "links", "attachments")
