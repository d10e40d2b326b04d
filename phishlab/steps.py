"""What each step of the walkthrough shows: a case in, a step out.

What they show was asked in ``inquiry``; what it means is judged in ``assess``. Their order stands in ``walkthrough``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from phishlab import inquiry
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
    places,
    registration,
    reputation,
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
from phishlab.exhibits import evidence, shown
from phishlab.records import (
    DomainRegistration,
    Fact,
    Finding,
    Lookup,
    Outcome,
    Step,
)


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
        exhibits=shown(
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
        exhibits=shown(("facts", judge_identity.names(case.message))),
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
    waypoints = inquiry.waypoints(case)
    return Step(
        id="route",
        exhibits=shown(
            ("hops", case.route.hops),
            ("timeline", case.route.hops),
            ("route-map", waypoints),
            ("origin", [fact for fact in facts if fact.value]),
        ),
        findings=chain.findings(case.route, case.message),
        evidence=evidence(*(waypoint.place for waypoint in waypoints)),
    )


def sender_address_check(case: Case) -> Step:
    """The walkthrough's own check, shown and named, with what it cannot prove."""
    if case.message.from_.domain is None:
        return Step(id="sender-address-check", exhibits=(), not_evaluated="no-from-domain")
    asked = inquiry.from_addresses(case)
    comparison = judge_identity.address_check(case.message, case.route, asked[0])
    registered = inquiry.from_registration(case)
    return Step(
        id="sender-address-check",
        exhibits=shown(
            ("comparison", [comparison]),
            ("ages", [] if case.asked_links else lifetimes.of(case.message.date_utc, sender=registered)),
            ("addresses", asked),
            ("domains", registered),
        ),
        findings=(
            *judge_identity.address_check_findings(comparison, asked[0], case.route),
            *_registration_findings(case, registered, "from"),
        ),
        evidence=evidence(*asked, *registered),
    )


def authentication(case: Case) -> Step:
    """What was recorded then, and what today's DNS says now."""
    computed = inquiry.authentication(case)
    return Step(
        id="authentication",
        exhibits=shown(
            ("panel", [*case.authentication, *computed]),
            ("authentication", case.authentication),
            ("authentication-now", computed),
        ),
        findings=judge_authentication.findings(case.authentication, computed, case.message),
        evidence=evidence(*computed),
    )


def sender_network(case: Case) -> Step:
    """Who holds and who announces the sending address, and what its reverse name gives away."""
    ip = case.route.origin.ip
    if ip is None:
        return Step(id="sender-network", exhibits=(), not_evaluated="no-origin")
    pointer, confirmed = inquiry.pointer(case, ip), inquiry.confirmed(case, ip)
    named = inquiry.cloud(case, ip, case.route.origin.rdns)
    registered, announced = inquiry.networks(case, [ip]), inquiry.announced(case, [ip])
    listed, published = inquiry.address_listings(case, [ip]), inquiry.published(case, [ip])
    return Step(
        id="sender-network",
        exhibits=shown(
            ("networks", [*registered, *announced, *named]),
            ("clouds", published),
            ("addresses", [pointer]),
            ("facts", [judge_route.reverse_now(pointer, confirmed)]),
            ("listings", listed),
        ),
        findings=(
            *registration.network_findings(registered, "sender"),
            *registration.announced_findings(announced),
            *places.findings((), named),
            *registration.cloud_findings(published, named),
            *reputation.findings(listed),
        ),
        evidence=evidence(pointer, confirmed, *registered, *announced, *published, *listed),
    )


def sender_place(case: Case) -> Step:
    """Where a database puts the sending address."""
    ip = case.route.origin.ip
    if ip is None:
        return Step(id="sender-place", exhibits=(), not_evaluated="no-origin")
    named = inquiry.cloud(case, ip, case.route.origin.rdns)
    shown = _places(case, "sender-place", [ip])
    return replace(
        shown, findings=(*shown.findings, *(note for cloud in named for note in places.hosted(cloud)))
    )


def body(case: Case) -> Step:
    """The text as a reader sees it, and every link split into host and path."""
    return Step(
        id="body",
        exhibits=shown(("text", [case.message.text]), ("links", case.message.links)),
        findings=(
            *judge_links.findings(case.message, case.claimed),
            *lookalikes.link_findings(case.message, case.claimed),
        ),
    )


def link_reputation(case: Case) -> Step:
    """What reputation services say of the links that a reader could follow."""
    if not case.asked_links:
        return Step(id="link-reputation", exhibits=(), not_evaluated="no-links")
    listings = inquiry.link_listings(case)
    return Step(
        id="link-reputation",
        exhibits=shown(
            ("grid", listings),
            ("listings", listings),
            (
                "screenshot",
                [found.record.picture for found in listings if found.record and found.record.picture],
            ),
        ),
        findings=reputation.findings(listings),
        evidence=evidence(*listings),
    )


def link_registration(case: Case) -> Step:
    """Who registered the links' domains, and when."""
    looked_up = inquiry.link_registrations(case)
    if not looked_up:
        return Step(id="link-registration", exhibits=(), not_evaluated="no-links")
    sender = inquiry.from_registration(case)
    return Step(
        id="link-registration",
        exhibits=shown(
            ("ages", lifetimes.of(case.message.date_utc, sender=sender, links=looked_up)),
            ("domains", looked_up),
        ),
        findings=_registration_findings(case, looked_up, "link"),
        evidence=evidence(*looked_up),
    )


def link_hosting(case: Case) -> Step:
    """Where the links' hosts answer, and in whose network."""
    if not case.asked_links:
        return Step(id="link-hosting", exhibits=(), not_evaluated="no-links")
    hosts, ips = inquiry.hosting(case), inquiry.hosting_ips(case)
    registered, announced = inquiry.networks(case, ips), inquiry.announced(case, ips)
    published, seen = inquiry.published(case, ips), inquiry.seen(case)
    return Step(
        id="link-hosting",
        exhibits=shown(
            ("addresses", hosts),
            ("sightings", seen),
            ("networks", [*registered, *announced]),
            ("clouds", published),
        ),
        findings=(
            *registration.network_findings(registered, "hosting"),
            *registration.announced_findings(announced),
            *registration.cloud_findings(published),
            *registration.passive_findings(seen, hosts, case.message.date_utc),
        ),
        evidence=evidence(*hosts, *registered, *announced, *published, *seen),
    )


def link_place(case: Case) -> Step:
    """Where a database puts the links' hosts."""
    ips = inquiry.hosting_ips(case)
    if not ips:
        return Step(
            id="link-place", exhibits=(), not_evaluated="no-hosting" if case.asked_links else "no-links"
        )
    return _places(case, "link-place", ips)


def visit(case: Case) -> Step:
    """What the sealed browser saw behind the first link."""
    if not case.asked_links:
        return Step(id="visit", exhibits=(), not_evaluated="no-links")
    (visited,) = inquiry.visits(case)
    record = visited.record
    pictures = [name for name, _ in record.files if name.endswith(".png")] if record else []
    return Step(
        id="visit",
        exhibits=shown(("visit", [visited]), ("screenshot", [f"data/visit/{name}" for name in pictures])),
        findings=judge_page.findings(visited, case.claimed),
        evidence=evidence(visited),
        not_evaluated="not-visited" if visited.outcome is Outcome.NOT_ASKED else None,
    )


def _places(case: Case, name: str, ips: Sequence[str]) -> Step:
    located = inquiry.places(case, ips)
    return Step(
        id=name,
        exhibits=shown(("places", located), ("map", places.pins(located))),
        findings=places.findings(located),
        evidence=evidence(*located),
    )


def _registration_findings(
    case: Case, looked_up: Sequence[Lookup[DomainRegistration]], whose: str
) -> tuple[Finding, ...]:
    judged = (registration.domain_findings(lookup, case.message.date_utc, whose) for lookup in looked_up)
    return tuple(finding for findings in judged for finding in findings)
