"""What the visited page asks for, and where it would send it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from phishlab import indicators
from phishlab.assess import brands
from phishlab.assess.brands import Brand
from phishlab.records import Direction, Finding, Lookup, PageVisit, Weight


def findings(visit: Lookup[PageVisit], claimed: Sequence[Brand]) -> tuple[Finding, ...]:
    """Password fields, form targets, and a brand's name in the title of a host that is not the brand's."""
    return () if visit.record is None else tuple(_of(visit, visit.record, claimed))


def _of(visit: Lookup[PageVisit], page: PageVisit, claimed: Sequence[Brand]) -> Iterator[Finding]:
    parsed = indicators.url(page.final_url)
    host = parsed.host if parsed else page.final_url
    own = indicators.registrable(host) or host
    foreign = not any(brands.owns(brand, own) for brand in claimed)
    for form in page.forms:
        if not form.asks_password:
            continue
        target = indicators.url(form.action)
        to_host = target.host if target and target.host else host
        yield _finding(
            "page-asks-password",
            Direction.FOR if foreign else Direction.NEUTRAL,
            Weight.STRONG if foreign and claimed else Weight.MODERATE,
            visit,
            host=host,
            target=form.action,
        )
        if to_host != host:
            yield _finding(
                "page-sends-elsewhere", Direction.FOR, Weight.STRONG, visit, host=host, target=to_host
            )
    named = brands.named_in(page.title)
    if named and not any(brands.owns(brand, own) for brand in named):
        yield _finding(
            "page-title-claims-brand",
            Direction.FOR,
            Weight.STRONG,
            visit,
            title=page.title,
            brand=named[0].title,
            host=host,
        )
    if not page.forms:
        yield _finding("page-without-form", Direction.NEUTRAL, Weight.WEAK, visit, host=host)


def _finding(
    finding: str, direction: Direction, weight: Weight, visit: Lookup[PageVisit], **values: str
) -> Finding:
    return Finding(
        id=finding,
        direction=direction,
        weight=weight,
        values=tuple(values.items()),
        because=visit.evidence,
        caveat="page-then",
    )
