"""The steps of the walkthrough, in order: each takes a case and hands back what it shows.

This is the only composition: notebook, report and command line all run these functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from phishlab.assess import (
    attachments as judge_attachments,
)
from phishlab.assess import (
    authentication as judge_authentication,
)
from phishlab.assess import (
    chain,
    lifetimes,
    lookalikes,
    observables,
    places,
    registration,
    reputation,
    ties,
    verdict,
)
from phishlab.assess import (
    identity as judge_identity,
)
from phishlab.assess import (
    links as judge_links,
)
from phishlab.assess import (
    page as judge_page,
)
from phishlab.assess import (
    route as judge_route,
)
from phishlab.case import Case
from phishlab.evidence.folder import FORMAT
from phishlab.records import (
    Addresses,
    Assessment,
    Authentication,
    CaseFile,
    Cloud,
    Exchange,
    Exhibit,
    Fact,
    Link,
    Listing,
    Lookup,
    Outcome,
    PageVisit,
    Step,
    Tie,
)
from phishlab.sources import cloud as clouds
from phishlab.sources import dns, geoip, mailauth, network, page
from phishlab.sources import registration as domains
from phishlab.sources import reputation as services
from phishlab.version import __version__

_SENDERS = 4
"""Addresses of the From domain that are looked up in the database of networks."""


def message(case: Case) -> Step:
    """What arrived: its digest, and the fields that the sender wrote."""
    mail = case.message
    facts = (
        Fact(label="subject", value=mail.subject.text, claimed=True, remark="self-declared"),
        Fact(label="from", value=mail.from_.raw, claimed=True, remark="self-declared"),
        Fact(label="to", value=", ".join(mail.recipients), claimed=True),
        Fact(label="date", value=mail.date_raw, claimed=True),
        Fact(label="message-id", value=mail.message_id or "", claimed=True),
        Fact(label="size", value=f"{mail.size:,}"),
        Fact(label="sha256", value=mail.sha256, remark="kept"),
        Fact(label="sha512", value=mail.sha512),
    )
    return Step(
        id="message",
        exhibits=_shown(
            ("facts", [fact for fact in facts if fact.value]),
            ("attachments", mail.attachments),
            ("limits", mail.limits),
        ),
        findings=(judge_identity.self_declared(mail), *judge_attachments.findings(mail)),
    )


def identity(case: Case) -> Step:
    """Who the mail says it is from."""
    return Step(
        id="identity",
        exhibits=_shown(("facts", judge_identity.names(case.message))),
        findings=judge_identity.findings(case.message),
    )


def route_(case: Case) -> Step:
    """The hops, the trust boundary, and the origin that follows from it."""
    origin = case.route.origin
    facts = (
        Fact(label="receiver-profile", value=origin.profile),
        Fact(label="origin-ip", value=origin.ip or "—"),
        Fact(label="origin-helo", value=origin.helo or "", claimed=True),
        Fact(label="origin-rdns", value=origin.rdns or ""),
        Fact(label="origin-hop", value="" if origin.hop is None else f"#{origin.hop}"),
        Fact(label="confidence", value=origin.confidence),
        *judge_route.reverse_fact(case.route),
        *(Fact(label="reason", value=reason) for reason in origin.reasons),
        *judge_route.provider_facts(case.message),
    )
    waypoints = geoip.waypoints(case.wire, case.route.hops, claimed=True)
    return Step(
        id="route",
        exhibits=_shown(
            ("hops", case.route.hops),
            ("timeline", case.route.hops),
            ("route-map", waypoints),
            ("origin", [fact for fact in facts if fact.value]),
        ),
        findings=chain.findings(case.route, case.message),
        evidence=_evidence(*(waypoint.place for waypoint in waypoints)),
    )


def sender_address_check(case: Case) -> Step:
    """The walkthrough's own check, shown and named, with what it cannot prove."""
    domain = case.message.from_.domain
    if domain is None:
        return Step(id="sender-address-check", exhibits=(), not_evaluated="no-from-domain")
    looked_up = dns.addresses(case.wire, domain)
    mail_servers = dns.addresses(case.wire, domain, "MX")
    comparison = judge_identity.address_check(case.message, case.route, looked_up)
    registered = domains.domain(case.wire, domain)
    return Step(
        id="sender-address-check",
        exhibits=_shown(
            ("comparison", [comparison]),
            ("ages", [] if case.asked_links else lifetimes.of(case.message.date_utc, sender=[registered])),
            ("addresses", [looked_up, mail_servers]),
            ("domains", [registered]),
        ),
        findings=(
            *judge_identity.address_check_findings(comparison, looked_up, case.route),
            *registration.domain_findings(registered, case.message.date_utc, "from"),
        ),
        evidence=_evidence(looked_up, mail_servers, registered),
    )


def authentication(case: Case) -> Step:
    """What was recorded then, and what today's DNS says now."""
    computed = _computed(case)
    return Step(
        id="authentication",
        exhibits=_shown(
            ("panel", [*case.authentication, *computed]),
            ("authentication", case.authentication),
            ("authentication-now", computed),
        ),
        findings=judge_authentication.findings(case.authentication, computed, case.message),
        evidence=_evidence(*computed),
    )


def sender_network(case: Case) -> Step:
    """Who holds and who announces the sending address, and what its reverse name gives away."""
    ip = case.route.origin.ip
    if ip is None:
        return Step(id="sender-network", exhibits=(), not_evaluated="no-origin")
    pointer = dns.pointer(case.wire, ip)
    confirmed = dns.confirmed(case.wire, ip, pointer)
    named = _cloud(ip, case.route.origin.rdns, pointer)
    registered = network.registration(case.wire, ip)
    announced = geoip.autonomous_system(case.wire, ip)
    listed = services.spamhaus.address(case.wire, ip)
    return Step(
        id="sender-network",
        exhibits=_shown(
            ("networks", [registered, announced, *named]),
            ("addresses", [pointer]),
            ("facts", [judge_route.reverse_now(pointer, confirmed)]),
            ("listings", [listed]),
        ),
        findings=(
            *registration.network_findings([registered], "sender"),
            *registration.announced_findings([announced]),
            *places.findings((), named),
            *reputation.findings([listed]),
        ),
        evidence=_evidence(pointer, confirmed, registered, announced, listed),
    )


def sender_place(case: Case) -> Step:
    """Where a database puts the sending address."""
    ip = case.route.origin.ip
    if ip is None:
        return Step(id="sender-place", exhibits=(), not_evaluated="no-origin")
    named = _cloud(ip, case.route.origin.rdns, dns.pointer(case.wire, ip))
    shown = _places(case, "sender-place", [ip])
    return replace(
        shown, findings=(*shown.findings, *(note for cloud in named for note in places.hosted(cloud)))
    )


def body(case: Case) -> Step:
    """The text as a reader sees it, and every link split into host and path."""
    return Step(
        id="body",
        exhibits=_shown(("text", [case.message.text]), ("links", case.message.links)),
        findings=(
            *judge_links.findings(case.message, case.claimed),
            *lookalikes.link_findings(case.message, case.claimed),
        ),
    )


def link_reputation(case: Case) -> Step:
    """What reputation services say of the links that a reader could follow."""
    if not case.asked_links:
        return Step(id="link-reputation", exhibits=(), not_evaluated="no-links")
    listings = [listing for link in case.asked_links for listing in _listings(case, link)]
    return Step(
        id="link-reputation",
        exhibits=_shown(("grid", listings), ("listings", listings)),
        findings=reputation.findings(listings),
        evidence=_evidence(*listings),
    )


def link_registration(case: Case) -> Step:
    """Who registered the links' domains, and when."""
    names = dict.fromkeys(link.registrable for link in case.asked_links if link.registrable)
    if not names:
        return Step(id="link-registration", exhibits=(), not_evaluated="no-links")
    looked_up = [domains.domain(case.wire, name) for name in names]
    sender = _items(case, "sender-address-check", "domains")
    return Step(
        id="link-registration",
        exhibits=_shown(
            ("ages", lifetimes.of(case.message.date_utc, sender=sender, links=looked_up)),
            ("domains", looked_up),
        ),
        findings=tuple(
            finding
            for lookup in looked_up
            for finding in registration.domain_findings(lookup, case.message.date_utc, "link")
        ),
        evidence=_evidence(*looked_up),
    )


def link_hosting(case: Case) -> Step:
    """Where the links' hosts answer, and in whose network."""
    if not case.asked_links:
        return Step(id="link-hosting", exhibits=(), not_evaluated="no-links")
    hosts = _hosting(case)
    registered = [network.registration(case.wire, ip) for ip in _hosting_ips(case)]
    announced = [geoip.autonomous_system(case.wire, ip) for ip in _hosting_ips(case)]
    return Step(
        id="link-hosting",
        exhibits=_shown(("addresses", hosts), ("networks", [*registered, *announced])),
        findings=(
            *registration.network_findings(registered, "hosting"),
            *registration.announced_findings(announced),
        ),
        evidence=_evidence(*hosts, *registered, *announced),
    )


def link_place(case: Case) -> Step:
    """Where a database puts the links' hosts."""
    ips = _hosting_ips(case)
    if not ips:
        return Step(
            id="link-place", exhibits=(), not_evaluated="no-hosting" if case.asked_links else "no-links"
        )
    return _places(case, "link-place", ips)


def visit(case: Case) -> Step:
    """What the sealed browser saw behind the first link."""
    if not case.asked_links:
        return Step(id="visit", exhibits=(), not_evaluated="no-links")
    visited = _visit(case)
    record = visited.record
    pictures = [name for name, _ in record.files if name.endswith(".png")] if record else []
    return Step(
        id="visit",
        exhibits=_shown(("visit", [visited]), ("screenshot", [f"data/visit/{name}" for name in pictures])),
        findings=judge_page.findings(visited, case.claimed),
        evidence=_evidence(visited),
        not_evaluated="not-visited" if visited.outcome is Outcome.NOT_ASKED else None,
    )


def conclusion(case: Case) -> Step:
    """What the mail is after, how sure that is, what to do, and the indicator table."""
    answers = assessments(case)
    by_question = {answer.question: answer for answer in answers}
    named = _ties(case)
    return Step(
        id="conclusion",
        exhibits=_shown(
            ("assessment", answers),
            ("advice", verdict.advice(by_question["deceptive"], by_question["purpose"])),
            (
                "indicators",
                observables.table(case.message, case.route, _hosting(case), _visits(case)),
            ),
            ("names", named),
            ("asked", case.exchanges),
        ),
    )


STEPS: tuple[tuple[str, Callable[[Case], Step]], ...] = (
    ("message", message),
    ("identity", identity),
    ("route", route_),
    ("sender-address-check", sender_address_check),
    ("authentication", authentication),
    ("sender-network", sender_network),
    ("sender-place", sender_place),
    ("body", body),
    ("link-reputation", link_reputation),
    ("link-registration", link_registration),
    ("link-hosting", link_hosting),
    ("link-place", link_place),
    ("visit", visit),
    ("conclusion", conclusion),
)
NAMES: tuple[str, ...] = tuple(name for name, _ in STEPS)


def step(case: Case, name: str) -> Step:
    """The step of that name, worked out once a sitting; KeyError for a name that is not in ``NAMES``."""
    if name not in case.steps:
        case.steps[name] = dict(STEPS)[name](case)
    return case.steps[name]


def assessments(case: Case) -> tuple[Assessment, ...]:
    """The three graded answers, from the findings of all steps before the conclusion."""
    findings = [finding for name in NAMES[:-1] for finding in step(case, name).findings]
    domain = case.message.from_.domain
    looked_up = dns.addresses(case.wire, domain) if domain else None
    comparison = judge_identity.address_check(case.message, case.route, looked_up)
    return (
        verdict.deceptive(findings),
        verdict.purpose(_visits(case), findings),
        verdict.from_domain(
            case.message,
            case.authentication,
            _computed(case),
            comparison,
            findings,
            boundary=case.route.origin.confidence,
        ),
    )


def casefile(case: Case, on_step: Callable[[Step], None] | None = None) -> CaseFile:
    """All steps worked out, as the one document that every report is made of."""
    steps = []
    for name in NAMES:
        steps.append(step(case, name))
        if on_step is not None:
            on_step(steps[-1])
    return CaseFile(
        format=FORMAT,
        phishlab=__version__,
        case=case.name,
        level=case.level,
        receiver=case.route.origin.profile,
        message=case.message,
        route=case.route,
        steps=tuple(steps),
        assessments=assessments(case),
        exchanges=case.exchanges,
        opened_at=datetime.fromisoformat(str(case.folder.info["opened_at"])),
        notes=case.notes,
    )


def _places(case: Case, name: str, ips: Sequence[str]) -> Step:
    located = [lookup for ip in ips for lookup in geoip.places(case.wire, ip)]
    return Step(
        id=name,
        exhibits=_shown(("places", located), ("map", places.pins(located))),
        findings=places.findings(located),
        evidence=_evidence(*located),
    )


def _computed(case: Case) -> tuple[Lookup[Authentication], ...]:
    mail, origin = case.message, case.route.origin
    sender = mail.return_path or _envelope_from(case) or mail.from_.address
    spf = mailauth.spf(case.wire, origin.ip, sender, origin.helo) if origin.ip and sender else None
    signed = mailauth.dkim(case.wire, case.original, mail.date_utc)
    computed = [*([spf] if spf else []), *signed]
    if mail.from_.domain:
        computed.append(mailauth.dmarc(case.wire, mail.from_.domain, computed, mail.date_utc))
    return tuple(computed)


def _envelope_from(case: Case) -> str | None:
    hop = case.route.origin.hop
    return case.route.hops[hop].envelope_from if hop is not None else None


def _cloud(ip: str, recorded: str | None, pointer: Lookup[Addresses]) -> list[Lookup[Cloud]]:
    """The cloud that the reverse name reads as: the one the receiver wrote down, else today's."""
    names = [*([recorded] if recorded else []), *(pointer.record.values if pointer.record else ())]
    for name in names:
        read = clouds.from_reverse_name(name)
        if read is not None:
            return [
                Lookup(
                    source="reverse-name",
                    subject=ip,
                    outcome=Outcome.ANSWERED,
                    record=read,
                    evidence=pointer.evidence,
                )
            ]
    return []


def _listings(case: Case, link: Link) -> Iterable[Lookup[Listing]]:
    return services.of_link(case.wire, link, case.message.recipients, case.lists)


def _hosting(case: Case) -> list[Lookup[Addresses]]:
    return [dns.addresses(case.wire, link.host) for link in case.asked_links]


def _hosting_ips(case: Case) -> list[str]:
    found = [value for lookup in _hosting(case) if lookup.record for value in lookup.record.values]
    return list(dict.fromkeys(found))


def _ties(case: Case) -> tuple[Tie, ...]:
    """What the names of the case have in common, by the answers of the steps and the database of networks."""
    addresses = [lookup for name in NAMES[:-1] for lookup in _items(case, name, "addresses")]
    networks = [lookup for name in NAMES[:-1] for lookup in _items(case, name, "networks")]
    registered = [lookup for name in NAMES[:-1] for lookup in _items(case, name, "domains")]
    known = {lookup.subject for lookup in networks}
    sender = [
        value
        for lookup in addresses
        if lookup.subject == case.message.from_.domain and lookup.record and lookup.record.rdtype != "MX"
        for value in lookup.record.values
    ]
    networks += [geoip.autonomous_system(case.wire, ip) for ip in sender[:_SENDERS] if ip not in known]
    return ties.of(
        case.message,
        case.route,
        case.asked_links,
        addresses=addresses,
        networks=networks,
        domains=registered,
    )


def _items(case: Case, name: str, kind: str) -> list[Lookup[Any]]:
    """What a step shows as *kind*."""
    shown = (exhibit.items for exhibit in step(case, name).exhibits if exhibit.kind == kind)
    return [item for items in shown for item in items if isinstance(item, Lookup)]


def _visit(case: Case) -> Lookup[PageVisit]:
    return page.visit(case.wire, case.asked_links[0].url, case.message.recipients)


def _visits(case: Case) -> list[Lookup[PageVisit]]:
    return [_visit(case)] if case.asked_links else []


def _shown(*exhibits: tuple[str, Iterable[object]]) -> tuple[Exhibit, ...]:
    """The exhibits that have something in them."""
    made = [Exhibit(kind=kind, items=tuple(items)) for kind, items in exhibits]
    return tuple(exhibit for exhibit in made if exhibit.items)


def _evidence(*lookups: Lookup[object]) -> tuple[Exchange, ...]:
    """The kept answers of these look-ups, each once, in their order."""
    return tuple({exchange.id: exchange for lookup in lookups for exchange in lookup.evidence}.values())
