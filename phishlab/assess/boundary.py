"""The trust boundary: which Received lines the receiver wrote, and whom its edge server took the mail from.

The walk goes from the top. A line counts as the receiver's while its ``by`` is one of the receiver's servers;
the first of them whose peer lies outside the receiver's networks is the boundary, and that peer is the origin.
Inside are the profile's networks and the addresses that every network uses inside (RFC 1918 and kin). An address
for documentation, or any other odd one that is not such an inside address, can be the origin: it is shown, and
no registry is asked about it, because indicators.is_public refuses it.
"""

from __future__ import annotations

from collections.abc import Sequence

from phishlab import indicators
from phishlab.assess import receivers
from phishlab.classes import dataclass, field, replace
from phishlab.mail import headers
from phishlab.records import (
    Authentication,
    Confidence,
    Hop,
    Message,
    Origin,
    ReceiverProfile,
    Route,
    Trust,
)

_EXCHANGE = "exchange-online"
_OWN_BLOCK = frozenset({"return-path", "received-spf", "authentication-results", "arc-seal", "delivered-to",
                        "arc-message-signature", "arc-authentication-results", "x-received",
                        "x-icl-repid", "x-icl-info", "x-icl-score", "x-arc-info", "x-dmarc-info",
                        "x-dmarc-policy"})  # fmt: skip
_UNREAD = frozenset(
    {"two_addresses", "invalid_ip", "date_in_place_of_ip", "empty_ip", "unterminated_comment"}
)


@dataclass(slots=True)
class _Walk:
    """Where the walk stands: *inside* counts the receiver's own lines, *boundary* is the index of the last."""

    inside: int = 0
    boundary: int | None = None
    by_name: bool = False
    """Whether a line was taken for the receiver's own by the name of its peer alone."""
    reasons: list[str] = field(default_factory=list)


def trace(message: Message, profile: ReceiverProfile | None, *, named: bool = True) -> Route:
    """The hops with their trust, and the origin. *named* False where the profile is a guess.

    Without a boundary ``origin.ip`` is None, the confidence none, and the reasons say why. A guessed profile, and
    one that knows no servers, never gives more than low; one that knows servers by name only, moderate.
    """
    if profile is None or not message.hops:
        return _without_profile(message, profile)
    if not (profile.by_suffixes or profile.networks):
        guess = receivers.infer(message)
        profile = replace(profile, by_suffixes=guess.by_suffixes if guess else ())
        named = False
    walk = _walked(message.hops, profile)
    walk.reasons.insert(0, _reason("named" if named else "assumed", profile.name))
    hops = tuple(_marked(hop, _trust(hop.index, walk)) for hop in message.hops)
    return Route(hops=hops, origin=_origin(hops, walk, profile, named=named))


def trusted_authentication(
    message: Message, route: Route, profile: ReceiverProfile | None
) -> tuple[Authentication, ...]:
    """All results of the mail, *trusted* where the receiver's own id stands on them and the sender had no hand in it.

    That is above the boundary line; for a receiver that writes its results under its line (Gmail, iCloud), in the
    block right below, and only the topmost field of an id. What ARC says is its sealer's claim, never trusted. A
    pass is not trusted where a value in it has two readings, or where another result of the receiver says otherwise:
    one of the two came out of the sender's hands.
    """
    if profile is None or route.origin.hop is None:
        return message.authentication
    line = headers.by_name(message.headers).places("received")[route.origin.hop]
    own = _below(message, line) if profile.results_below else set()
    placed = [
        result
        for result in message.authentication
        if (result.position < line or result.position in own) and _is_own(result, profile)
    ]
    trusted = {id(result) for result in placed if _holds(result, placed)}
    return tuple(_believed(result, trusted=id(result) in trusted) for result in message.authentication)


def _believed(result: Authentication, *, trusted: bool) -> Authentication:
    return result if result.trusted is trusted else replace(result, trusted=trusted)


def _holds(result: Authentication, placed: Sequence[Authentication]) -> bool:
    """Whether a pass stands undisputed among the receiver's own results; anything else always holds."""
    if not result.result.endswith("pass"):
        return True
    refuting = [other for other in placed if other.method == result.method and _refutes(other, result)]
    return not refuting and ("ambiguous", "value") not in result.properties


def _refutes(other: Authentication, passed: Authentication) -> bool:
    if other.result.endswith("pass"):
        return False
    if other.method == "dkim":  # a second signature may fail; "none" says that there is no first
        return other.result == "none"
    return other.method == "dmarc" or (other.method == "spf" and other.domain == passed.domain)


def _without_profile(message: Message, profile: ReceiverProfile | None) -> Route:
    reason = _reason("no-profile") if message.hops else _reason("no-hops")
    return Route(
        hops=message.hops,
        origin=Origin(
            ip=None,
            hop=None,
            helo=None,
            rdns=None,
            profile=profile.name if profile else "",
            confidence=Confidence.NONE,
            reasons=(reason,),
        ),
    )


def _walked(hops: Sequence[Hop], profile: ReceiverProfile) -> _Walk:
    walk = _Walk()
    for hop in hops:
        if not _is_own_line(hop, profile):
            walk.reasons.append(_reason("left-receiver" if hop.index else "top-not-receiver", hop.by or "—"))
            return walk
        if hop.ip is None and not _may_lack_address(hop, profile):
            walk.reasons.append(_reason("peer-unread", hop.by or "—"))
            return walk
        if not _is_inside(hop, hops, profile, walk):
            walk.boundary = hop.index
            walk.reasons += [_reason("by", hop.by or "—"), _reason("peer-outside", hop.ip or "—")]
            return walk
        walk.inside += 1
    walk.reasons.append(_reason("all-inside"))
    return walk


def _is_own_line(hop: Hop, profile: ReceiverProfile) -> bool:
    """Whether one of the receiver's servers wrote it: by name, by network, or a helper beside the mailbox."""
    if hop.kind == "fetch":
        return hop.index == 0  # the analyst's own program fetched it: only on top
    if receivers.names_own(hop.by, profile):
        return True
    by = indicators.address(hop.by or "")
    if by is not None:
        return indicators.is_inside(by) or indicators.in_networks(by, profile.networks)
    # amavis and LMTP say "by localhost"; who stands behind an inside address is of the house
    unqualified = "." not in (hop.by or "").strip(".")
    if (
        hop.ip is None
    ):  # iCloud: "from ci74p00im-qukt09072702.me.com by p116-mailgateway-smtp-… (mailgateway)"
        return unqualified and receivers.names_own(hop.helo, profile)
    return unqualified and indicators.lies_inside(hop.ip, profile.networks)


def _may_lack_address(hop: Hop, profile: ReceiverProfile) -> bool:
    """Whether a line without an address can be a hand-over inside: its peer bears no name, or one of the house.

    To go on below any other would be to believe what the sender wrote.
    """
    if _UNREAD & set(hop.flags):
        return False
    names = [name for name in (hop.rdns, hop.helo) if name and "." in name.strip(".")]
    return all(receivers.names_own(name, profile) or indicators.address(name) is not None for name in names)


def _is_inside(hop: Hop, hops: Sequence[Hop], profile: ReceiverProfile, walk: _Walk) -> bool:
    """Whether the peer of one of the receiver's lines is another of its servers."""
    if hop.ip is None:
        return True
    if hop.auth and not indicators.lies_inside(hop.ip, profile.networks):
        walk.reasons.append(_reason("submitted", hop.ip))
        return False
    if indicators.lies_inside(hop.ip, profile.networks):
        return True
    if _is_own_by_name(hop, hops, profile):
        walk.by_name = True
        walk.reasons.append(_reason("own-by-name", hop.rdns or "—"))
        return True
    return False


def _is_own_by_name(hop: Hop, hops: Sequence[Hop], profile: ReceiverProfile) -> bool:
    """A relay whose confirmed name is the receiver's and which wrote the next line: likely, and never sure.

    A hoster's customers have such names too, so this is not tried where the receiver's networks are known.
    """
    if profile.networks or not receivers.names_own(hop.rdns, profile) or "fcrdns_failed" in hop.flags:
        return False
    below = hops[hop.index + 1 : hop.index + 2]
    return bool(below) and (below[0].by or "").lower() == (hop.rdns or "").lower()


def _marked(hop: Hop, trust: Trust) -> Hop:
    return hop if hop.trust is trust else replace(hop, trust=trust)


def _trust(index: int, walk: _Walk) -> Trust:
    if index == walk.boundary:
        return Trust.BOUNDARY
    return Trust.RECEIVER if index < walk.inside else Trust.UNVERIFIED


def _origin(hops: tuple[Hop, ...], walk: _Walk, profile: ReceiverProfile, *, named: bool) -> Origin:
    hop = hops[walk.boundary] if walk.boundary is not None else None
    confidence = Confidence.NONE if hop is None else _confidence(hop, walk, profile, named=named)
    return Origin(
        ip=hop.ip if hop else None,
        hop=hop.index if hop else None,
        helo=hop.helo if hop else None,
        rdns=hop.rdns if hop else None,
        profile=profile.name,
        confidence=confidence,
        reasons=tuple(walk.reasons),
    )


def _confidence(hop: Hop, walk: _Walk, profile: ReceiverProfile, *, named: bool) -> Confidence:
    if not named or walk.by_name or "likely_forged" in hop.flags:
        return Confidence.LOW
    return Confidence.HIGH if profile.networks else Confidence.MODERATE


def _below(message: Message, line: int) -> set[int]:
    """Positions right below the boundary line, as long as the receiver's own kinds of field follow each other.

    Of several results under one id only the topmost: the sender's own may follow without a gap.
    """
    below = range(line + 1, len(message.headers))
    own = (at for at in below if message.headers[at].name.lower() not in _OWN_BLOCK)
    end = next(own, len(message.headers))
    first: dict[tuple[str, str | None], int] = {}
    for result in message.authentication:
        if line < result.position < end:
            first.setdefault((result.field, result.authserv_id), result.position)
    return set(first.values())


def _is_own(result: Authentication, profile: ReceiverProfile) -> bool:
    if result.field == "ARC-Authentication-Results":
        return False
    if result.authserv_id is None:
        return profile.name == _EXCHANGE  # Exchange Online writes no id: its place alone speaks for it
    own = result.authserv_id.lower()
    listed = own in profile.authserv_ids or any(
        own.endswith(id_) for id_ in profile.authserv_ids if id_[:1] == "."
    )
    if result.field == "Received-SPF" or not profile.authserv_ids:
        return listed or receivers.names_own(own, profile)
    return listed


def _reason(name: str, value: str = "") -> str:
    return f"route.reason.{name}" + (f"|{value}" if value else "")
