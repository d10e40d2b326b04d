"""The questions of a case as a tree, and the live asking of them side by side.

Each step of the walkthrough then finds its answers kept: live and replay stay one path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from phishlab import inquiry
from phishlab.branches import Branch, leaves, looked_up
from phishlab.case import Case
from phishlab.records import Addresses, Level, Lookup
from phishlab.sources import dns
from phishlab.wire.live import LiveWire
from phishlab.wire.workers import Task


def gather(case: Case, left: Callable[[int], None] | None = None) -> None:
    """Ask all that the walkthrough of *case* will ask, those questions together that do not wait for others.

    *left* is told how many look-ups are not done. Nothing happens in a replay, or where nobody is asked.
    """
    if not isinstance(case.wire, LiveWire) or case.level is Level.OFFLINE:
        return
    found = list(branches(case))
    case.wire.together(
        [_task(branch) for branch in found if not branch.alone],
        alone=[_task(branch) for branch in found if branch.alone],
        left=left,
    )


def _task(branch: Branch) -> Task:
    def work() -> Iterable[Task]:
        answers = looked_up(branch.ask)
        return [_task(further) for value in _values(answers) for further in branch.then(value)]

    return work


def _values(answers: Iterable[Lookup[Any]]) -> list[str]:
    """The addresses or names in *answers*, each once."""
    records = (lookup.record for lookup in answers)
    return list(
        dict.fromkeys(value for record in records if isinstance(record, Addresses) for value in record.values)
    )


def branches(case: Case) -> Iterator[Branch]:
    """What is asked for *case*, the longest ways first."""
    return _of_subject(case) if case.subject else _of_mail(case)


def _of_subject(case: Case) -> Iterator[Branch]:
    if case.subject and case.subject.registrable is None:
        yield from _of_address(case, case.subject.host)
    for ask in inquiry.subject_addresses.each(case):
        yield Branch(ask=ask, each="address", then=partial(_of_found, case))
    yield from leaves(inquiry.subject_records.each(case))
    yield from leaves(inquiry.subject_registrations.each(case))
    yield from leaves(inquiry.link_listings.each(case))
    yield from leaves(inquiry.seen.each(case))


def _of_found(case: Case, value: str) -> Iterator[Branch]:
    """Of one of the addresses that are gone after: a name can have hundreds."""
    known = inquiry.subject_ips(case)
    return _of_address(case, value) if not known or value in known else iter(())


def _of_address(case: Case, ip: str) -> Iterator[Branch]:
    yield from _of_host(case, ip)
    yield from leaves(inquiry.address_listings.each(case, [ip]))


def _of_mail(case: Case) -> Iterator[Branch]:
    for ask in inquiry.hosting.each(case):
        yield Branch(ask=ask, each="address", then=partial(_of_host, case))
    if case.route.origin.ip:
        yield from _of_sender(case, case.route.origin.ip)
    yield from leaves(inquiry.link_registrations.each(case))
    yield from leaves(inquiry.from_registration.each(case))
    yield from leaves(inquiry.authentication_questions(case))
    yield from leaves(inquiry.from_addresses.each(case))
    yield from leaves(inquiry.link_listings.each(case))
    yield from leaves(inquiry.seen.each(case))
    yield from (Branch(ask=visit, alone=True) for visit in inquiry.visits.each(case))


def _of_host(case: Case, ip: str) -> Iterator[Branch]:
    yield from leaves(inquiry.networks.each(case, [ip]))
    yield from leaves(inquiry.announced.each(case, [ip]))
    yield from leaves(inquiry.published.each(case, [ip]))
    yield from leaves(inquiry.places.each(case, [ip]))


def _of_sender(case: Case, ip: str) -> Iterator[Branch]:
    yield from leaves(inquiry.networks.each(case, [ip]))
    yield Branch(ask=partial(inquiry.pointer, case, ip), each="name", then=partial(_of_pointer, case, ip))
    yield from leaves(inquiry.address_listings.each(case, [ip]))
    yield from leaves(inquiry.announced.each(case, [ip]))
    yield from leaves(inquiry.published.each(case, [ip]))
    yield from leaves(inquiry.places.each(case, [ip]))


def _of_pointer(case: Case, ip: str, name: str) -> Iterator[Branch]:
    """Whether the name leads back to the address."""
    yield Branch(ask=partial(dns.addresses, case.wire, name, "AAAA" if ":" in ip else "A"))
