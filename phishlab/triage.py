"""The same parsing over many mails: one row a mail, in a Parquet table (Dask)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from phishlab.assess import identity, receivers, route
from phishlab.errors import InputError, MissingExtraError
from phishlab.mail import intake
from phishlab.mail import message as mail_message

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


def mails(paths: Iterable[Path]) -> Iterator[Path]:
    """Each mail file named, or found below a named folder, in a stable order."""
    for path in paths:
        if path.is_dir():
            yield from sorted(found for found in path.rglob("*.eml") if found.is_file())
        else:
            yield path


def row(path: Path, receiver: str | None = None) -> dict[str, object]:
    """One mail as a row of ``COLUMNS``; a file that is no mail is a row whose ``trouble`` says so."""
    empty: dict[str, object] = dict.fromkeys(COLUMNS)
    try:
        message = mail_message.parse(intake.read(path))
    except InputError as trouble:
        return {**empty, "path": str(path), "trouble": str(trouble)}
    profile = receivers.load(receiver) if receiver else receivers.infer(message)
    origin = route.trace(message, profile, named=receiver is not None).origin
    domains = {link.registrable or link.host for link in message.links if link.host}
    return {
        "path": str(path),
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
        "attachments": len(message.attachments),
        "limits": " ".join(limit.what for limit in message.limits),
        "trouble": None,
    }


def table(paths: Sequence[Path], output: Path, receiver: str | None = None, workers: int = 2) -> int:
    """Write the rows of all mails to *output* (Parquet, zstd); how many there are.

    Raises MissingExtraError where Dask or pyarrow is not installed, InputError where there is no mail.
    """
    try:
        import dask.bag
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as missing:
        raise MissingExtraError("triage needs Dask and pyarrow: pip install 'phishlab[cluster]'") from missing
    found = list(mails(paths))
    if not found:
        raise InputError(f"no .eml file in {', '.join(str(path) for path in paths)}")
    parts = max(workers, len(found) // 250)
    bag = dask.bag.from_sequence(found, npartitions=parts)  # type: ignore[no-untyped-call] # Dask ships no types
    rows = bag.map(row, receiver).compute(scheduler="processes", num_workers=workers)
    kinds = {"date_utc": pa.timestamp("us", tz="UTC"), **dict.fromkeys(_INTEGERS, pa.int64())}
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in COLUMNS])
    parquet.write_table(pa.Table.from_pylist(rows, schema=schema), output, compression="zstd")
    return len(rows)


_INTEGERS = ("size", "hops", "links", "attachments")
