"""The indicator table: what to block and what to report, each with its role in this mail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from phishlab import indicators
from phishlab.assess import links
from phishlab.records import Addresses, Indicator, Lookup, Message, PageVisit, Route


def table(
    message: Message,
    route: Route,
    hosting: Sequence[Lookup[Addresses]],
    visits: Sequence[Lookup[PageVisit]],
) -> tuple[Indicator, ...]:
    """Each indicator once, in the order in which a reader meets it; URLs are free of the recipient."""
    rows = [*_links(message), *_hosting(hosting), *_forms(visits), *_origin(route), *_mail(message)]
    return tuple({(row.kind, row.value): row for row in reversed(rows)}.values())[::-1]


def _links(message: Message) -> Iterator[Indicator]:
    for link in links.worth_asking(message.links):
        yield Indicator(kind="url", value=indicators.token_free(link.url, message.recipients), role="link")
        if indicators.address(link.host) is None:
            yield Indicator(kind="domain", value=link.host, role="link-host")
            if link.registrable and link.registrable != link.host:
                yield Indicator(kind="domain", value=link.registrable, role="link-domain")
        else:
            yield _address(link.host, "link-host")


def _hosting(hosting: Sequence[Lookup[Addresses]]) -> Iterator[Indicator]:
    for lookup in hosting:
        for value in lookup.record.values if lookup.record else ():
            if indicators.address(value) is not None:
                yield _address(value, "hosting")


def _forms(visits: Sequence[Lookup[PageVisit]]) -> Iterator[Indicator]:
    for visit in visits:
        for form in visit.record.forms if visit.record else ():
            if form.asks_password:
                yield Indicator(kind="url", value=form.action, role="form-target")


def _origin(route: Route) -> Iterator[Indicator]:
    if route.origin.ip:
        yield _address(route.origin.ip, "origin")


def _mail(message: Message) -> Iterator[Indicator]:
    if message.from_.address:
        yield Indicator(kind="email", value=message.from_.address, role="from-address")
    yield Indicator(kind="sha256", value=message.sha256, role="mail")
    for attachment in message.attachments:
        if not attachment.sha256:  # it was not unpacked
            continue
        yield Indicator(kind="sha256", value=attachment.sha256, role="attachment")


def _address(value: str, role: str) -> Indicator:
    return Indicator(kind="ipv6" if ":" in value else "ipv4", value=value, role=role)
