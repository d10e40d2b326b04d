"""What the Received lines give away: signs of a made-up line, odd times, a careless sender."""

from __future__ import annotations

from collections.abc import Iterator

from phishlab import indicators
from phishlab.mail import dates
from phishlab.records import Direction, Finding, Header, Hop, Message, Route, Trust, Weight

DATE_LIMIT_S = 3 * 3600
"""From here the Date field is remarkable: 6.9 % of 7,695 phishing mails, measured against the nearest Received."""
SLOW_S = 3600.0
"""A step that takes longer is named: 3.6 % of real chains have one."""
FURTHEST_MIN = 14 * 60
"""No clock on earth is further from UTC than +14:00 (Line Islands)."""

# Flag of a hop, id of its finding, weight. No mail server writes a line with one of the strong ones.
_FORGED = (
    ("date_in_place_of_ip", "route-date-in-ip", Weight.STRONG),
    ("email_in_by", "route-mail-address-in-by", Weight.STRONG),
    ("invalid_ip", "route-impossible-address", Weight.STRONG),
    ("template_macro", "route-template", Weight.STRONG),
    ("duplicate_clause", "route-two-clauses", Weight.STRONG),
    ("unregistered_with_protocol", "route-spam-program", Weight.MODERATE),
)
# Measured on 1,100 honest mails of 2002: 2.9 % have a step back of an hour, so that it is not strong alone.
_TIMES = (
    ("time_travel_implausible", "route-time-implausible", Weight.MODERATE),
    ("time_travel_suspicious", "route-time-suspicious", Weight.WEAK),
    ("offset_impossible", "route-offset-impossible", Weight.MODERATE),
)
_NAMES = (
    ("helo_not_fqdn", "route-helo-not-a-name"),
    ("helo_ne_rdns", "route-helo-differs"),
    ("no_ptr_or_fcrdns_failed", "route-no-reverse-name"),
    ("fcrdns_failed", "route-reverse-name-unconfirmed"),
    ("helo_private_literal", "route-helo-private"),
)
_EACH = 3
"""How many lines are named for one sign."""
_BREAKS = 2
"""So many breaks below the boundary are named: 0.3 % of honest mails have them, 9.5 % have one."""


def findings(route: Route, message: Message) -> tuple[Finding, ...]:
    """In the order of what matters: the boundary, made-up lines, times, names at the boundary."""
    return (
        *_boundary(route),
        *_flagged(route, _FORGED, below=True),
        *_breaks(route),
        *_flagged(route, _TIMES, below=False),
        *_slow(route),
        *_odd_offsets(route),
        *_date(route, message),
        *_zone(route, message),
        *_names(route),
        *_bottom(route),
    )


def _boundary(route: Route) -> Iterator[Finding]:
    origin = route.origin
    if origin.hop is None:
        yield Finding(
            id="route-no-boundary",
            direction=Direction.NEUTRAL,
            weight=Weight.WEAK,
            because=route.hops[:1],
            caveat="route-no-boundary",
        )
        return
    hop = route.hops[origin.hop]
    yield Finding(
        id="route-boundary",
        direction=Direction.NEUTRAL,
        weight=Weight.WEAK,
        values=(("by", hop.by or "—"), ("ip", origin.ip or "—"), ("hop", str(origin.hop))),
        because=(hop,),
        caveat="route-assumed" if any("assumed" in reason for reason in origin.reasons) else None,
    )


def _flagged(route: Route, signs: tuple[tuple[str, str, Weight], ...], *, below: bool) -> Iterator[Finding]:
    """Findings of flagged hops; *below*: only of those that the sender could have written."""
    for flag, id_, weight in signs:
        hops = [hop for hop in route.hops if flag in hop.flags]
        for hop in [hop for hop in hops if not below or hop.trust is Trust.UNVERIFIED][:_EACH]:
            yield Finding(
                id=id_,
                direction=Direction.FOR,
                weight=weight,
                values=(
                    ("hop", str(hop.index)),
                    ("seconds", f"{hop.delay_s or 0:.0f}"),
                    ("line", hop.raw[:120]),
                    ("zone", zone(hop.offset_min)),
                ),
                because=(hop,),
                caveat="route-clocks" if id_.startswith("route-time") else None,
            )


def _breaks(route: Route) -> Iterator[Finding]:
    """Lines that do not hang together: the one above took the mail from somebody else than the one below is by."""
    pairs = zip(route.hops, route.hops[1:], strict=False)
    broken = [lower for upper, lower in pairs if lower.trust is Trust.UNVERIFIED and _is_broken(upper, lower)]
    if len(broken) >= _BREAKS:
        yield Finding(
            id="route-broken-chain",
            direction=Direction.FOR,
            weight=Weight.WEAK,
            values=(("hops", ", ".join(str(hop.index) for hop in broken[:_EACH])),),
            because=tuple(broken[:_EACH]),
            caveat="route-names",
        )


def _is_broken(upper: Hop, lower: Hop) -> bool:
    by = (lower.by or "").lower()
    names = {name.lower().rstrip(".") for name in (upper.helo, upper.rdns) if name}
    peer = indicators.address(upper.ip or "")
    if upper.kind != "relay" or "." not in by.strip(".") or not names or indicators.address(by) is not None:
        return False
    if peer is not None and indicators.is_inside(peer):
        return False
    return not any(_organisation(name) == _organisation(by) for name in names)


def _organisation(name: str) -> str:
    return indicators.registrable(name) or name


def _slow(route: Route) -> Iterator[Finding]:
    for hop in [hop for hop in route.hops if (hop.delay_s or 0) > SLOW_S][:_EACH]:
        yield Finding(
            id="route-slow",
            direction=Direction.NEUTRAL,
            weight=Weight.WEAK,
            values=(("hop", str(hop.index)), ("hours", f"{(hop.delay_s or 0) / 3600:.1f}")),
            because=(hop,),
            caveat="route-slow",
        )


def _odd_offsets(route: Route) -> Iterator[Finding]:
    for hop in [hop for hop in route.hops if _is_odd(hop.offset_min)][:_EACH]:
        yield Finding(
            id="route-offset-odd",
            direction=Direction.FOR,
            weight=Weight.WEAK,
            values=(("hop", str(hop.index)), ("zone", zone(hop.offset_min))),
            because=(hop,),
            caveat="route-zone",
        )


def _is_odd(offset_min: int | None) -> bool:
    """Whether no clock is set so: zones lie on quarters of an hour (IANA time zone database, since 1972)."""
    return offset_min is not None and abs(offset_min) <= FURTHEST_MIN and offset_min % 15 != 0


def zone(offset_min: int | None) -> str:
    """``+09:00`` for 540, ``—`` for None."""
    if offset_min is None:
        return "—"
    hours, minutes = divmod(abs(offset_min), 60)
    return f"{'-' if offset_min < 0 else '+'}{hours:02}:{minutes:02}"


def _names(route: Route) -> Iterator[Finding]:
    hop = next((hop for hop in route.hops if hop.trust is Trust.BOUNDARY), None)
    if hop is None:
        return
    signs = [id_ for flag, id_ in _NAMES if flag in hop.flags]
    if hop.helo and not hop.helo.startswith("[") and indicators.address(hop.helo) is not None:
        signs.append("route-helo-address")  # RFC 5321 4.1.3 wants brackets
    for id_ in signs:
        yield Finding(
            id=id_,
            direction=Direction.FOR,
            weight=Weight.WEAK,
            values=(("helo", hop.helo or "—"), ("rdns", hop.rdns or "—"), ("ip", hop.ip or "—")),
            because=(hop,),
            caveat="route-names",
        )


def _date(route: Route, message: Message) -> Iterator[Finding]:
    moments = [hop for hop in route.hops if hop.date_utc is not None]
    if message.date_utc is None or not moments:
        return
    nearest = min(moments, key=lambda hop: abs(_apart(hop, message)))
    apart = _apart(nearest, message)
    if abs(apart) > DATE_LIMIT_S:
        yield Finding(
            id="route-date-ahead" if apart < 0 else "route-date-behind",
            direction=Direction.FOR,
            weight=Weight.WEAK,
            values=(("hours", f"{abs(apart) / 3600:.1f}"), ("hop", str(nearest.index))),
            because=(*_field(message, "date"), nearest),
            caveat="route-clocks",
        )


def _zone(route: Route, message: Message) -> Iterator[Finding]:
    """The time zone that the mail's own date is written in, where the receiver's is another: never a place."""
    said = dates.find(message.date_raw)
    stated = said.offset_min if said else None
    hop = next((hop for hop in route.hops if hop.trust is Trust.BOUNDARY), None)
    if stated is None or (hop is not None and hop.offset_min == stated):
        return
    impossible = abs(stated) > FURTHEST_MIN or _is_odd(stated)
    if not impossible and (hop is None or stated == 0):
        return
    yield Finding(
        id="route-date-zone-impossible" if impossible else "route-date-zone",
        direction=Direction.FOR if impossible else Direction.NEUTRAL,
        weight=Weight.WEAK,
        values=(("zone", zone(stated)), ("receiver", zone(hop.offset_min if hop else None))),
        because=_field(message, "date"),
        caveat="route-zone",
    )


def _apart(hop: Hop, message: Message) -> float:
    """Seconds from the Date field to the hop."""
    if hop.date_utc is None or message.date_utc is None:
        return 0.0
    return (hop.date_utc - message.date_utc).total_seconds()


def _bottom(route: Route) -> Iterator[Finding]:
    """The lowest line names somebody else: what a walkthrough that starts at the bottom would report."""
    below = [hop for hop in route.hops if hop.trust is Trust.UNVERIFIED and hop.ip]
    if route.origin.ip and below and below[-1].ip != route.origin.ip:
        yield Finding(
            id="route-bottom-differs",
            direction=Direction.NEUTRAL,
            weight=Weight.WEAK,
            values=(("ip", below[-1].ip or "—"), ("origin", route.origin.ip)),
            because=(below[-1],),
            caveat="route-bottom-differs",
        )


def _field(message: Message, name: str) -> tuple[Header, ...]:
    return tuple(header for header in message.headers if header.name.lower() == name)[:1]
