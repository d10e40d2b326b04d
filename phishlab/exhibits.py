"""What a step is put together from."""

from __future__ import annotations

from collections.abc import Iterable

from phishlab.records import Exchange, Exhibit, Lookup


def shown(*exhibits: tuple[str, Iterable[object]]) -> tuple[Exhibit, ...]:
    """The exhibits that have something in them."""
    return tuple(exhibit for exhibit in always(*exhibits) if exhibit.items)


def always(*exhibits: tuple[str, Iterable[object]]) -> tuple[Exhibit, ...]:
    """The exhibits, also those without a row."""
    return tuple(Exhibit(kind=kind, items=tuple(items)) for kind, items in exhibits)


def evidence(*lookups: Lookup[object]) -> tuple[Exchange, ...]:
    """The kept answers of these look-ups, each once, in their order."""
    return tuple({exchange.id: exchange for lookup in lookups for exchange in lookup.evidence}.values())
