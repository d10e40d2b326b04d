"""Whose addresses share a point: read from the kept row of the list of shared points."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from phishlab.records import Holder, Holders

_TOP = 3


def parse(row: object) -> Holders | None:
    """The holders that a row of dbip_shared_points.csv names; None where it has no such columns.

    ``{"as1":"4713","as1_name":"NTT DOCOMO BUSINESS,Inc.","as1_share":"0.41","as2":…,"as3":…,
    "as_unknown_share":"0.02","as_database":"ASN (RouteViews, NRO, DB-IP)","as_built":"2026-06-17",…}``.
    Rows that were kept before the list told of holders have none of them; a damaged one is as if it had none.
    """
    if not isinstance(row, dict):
        return None
    built, unknown = _day(row.get("as_built")), _share(row.get("as_unknown_share"))
    if built is None or unknown is None:
        return None
    return Holders(
        largest=tuple(_listed(row)), unknown=unknown, database=_text(row.get("as_database")), built=built
    )


def _listed(row: dict[str, Any]) -> Iterator[Holder]:
    for place in range(1, _TOP + 1):
        asn, share = _number(row.get(f"as{place}")), _share(row.get(f"as{place}_share"))
        if asn is not None and share is not None:
            yield Holder(asn=asn, name=_text(row.get(f"as{place}_name")), share=share)


def _number(value: object) -> int | None:
    """An AS number (RFC 6793: 32 bits), in the digits of a csv."""
    digits = _text(value)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 10):
        return None
    return int(digits) if 0 < int(digits) < 1 << 32 else None


def _share(value: object) -> float | None:
    try:
        share = float(_text(value))
    except ValueError:
        return None
    return share if math.isfinite(share) and 0 <= share <= 1 else None


def _day(value: object) -> datetime | None:
    """``2026-06-17`` as midnight UTC."""
    try:
        return datetime.strptime(_text(value), "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
