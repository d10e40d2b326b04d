"""Any table with a column of addresses, as stops on a map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from phishlab import indicators
from phishlab.errors import InputError
from phishlab.sources import geoip
from phishlab.views import pins
from phishlab.views.pins import Stop
from phishlab.views.safe import Lens, visible
from phishlab.wire import Wire
from phishlab.wire.local import LocalWire

if TYPE_CHECKING:
    import pandas as pd

_LOOKED_AT = 500
"""Rows of each column in which addresses are looked for."""


def stops(frame: pd.DataFrame, column: str | None, wire: Wire | None, lens: Lens) -> tuple[Stop, ...]:
    """The addresses of the column, the most frequent first, each with its place and how many rows name it.

    Addresses may be defanged. Without a *wire* the databases on this machine are read, and nothing is kept.
    """
    counted = Counter(_addresses(_values(frame, column)))
    asked = wire or LocalWire()
    return tuple(
        _stop(number, ip, rows, asked if number <= pins.MOST else None, lens)
        for number, (ip, rows) in enumerate(counted.most_common(), start=1)
    )


def _stop(number: int, ip: str, rows: int, wire: Wire | None, lens: Lens) -> Stop:
    """Past the last one that is shown nothing is looked up."""
    if wire is None:
        return Stop(number=number, address=ip, place=None)
    found = geoip.place(wire, ip)
    counted = lens.say("pictures.map.rows", count=f"{rows:,}")
    why = lens.note(found.note) if found.record is None else ""
    return Stop(number=number, address=ip, place=found.record, remarks=(counted, why) if why else (counted,))


def _values(frame: pd.DataFrame, column: str | None) -> Iterable[Any]:
    """The chosen column, or the one in which most values are addresses. By position: names may be doubled."""
    names = [str(name) for name in frame.columns]
    if column is not None:
        if column not in names:
            raise InputError(f"the table has no column {column!r}: it has {_listed(names)}")
        return list(frame.iloc[:, names.index(column)])
    shares = [_share(frame.iloc[:_LOOKED_AT, at]) for at in range(len(names))]
    if not any(shares):
        raise InputError(f"no column holds addresses: name one of {_listed(names)}")
    return list(frame.iloc[:, shares.index(max(shares))])


def _share(values: Iterable[Any]) -> float:
    """How many of the values that are there are addresses, 0 to 1."""
    there = [value for value in values if isinstance(value, str) and value.strip()]
    return len(list(_addresses(there))) / len(there) if there else 0.0


def _addresses(values: Iterable[Any]) -> Iterator[str]:
    """The addresses among the values, in their canonical form."""
    for value in values:
        found = indicators.address(indicators.refang(value.strip())) if _short(value) else None
        if found is not None:
            yield str(found)


def _short(value: object) -> bool:
    return isinstance(value, str) and len(value) <= 100


def _listed(names: list[str]) -> str:
    shown = ", ".join(visible(name[:40]) for name in islice(names, 12))
    return f"{shown} …" if len(names) > 12 else shown or "none"
