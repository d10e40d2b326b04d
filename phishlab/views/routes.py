"""The way a mail came, as stops and lines on a map."""

from __future__ import annotations

from collections.abc import Sequence

from phishlab.records import Trust, Waypoint
from phishlab.views import pins
from phishlab.views.pins import Leg, Stop
from phishlab.views.safe import Lens


def stops(waypoints: Sequence[Waypoint], lens: Lens) -> tuple[Stop, ...]:
    """The hops by their numbers in the table of hops, newest first; what has no place is named all the same."""
    return tuple(
        Stop(
            number=waypoint.hop.index,
            address=waypoint.hop.ip or "",
            place=waypoint.place.record,
            remarks=_remarks(waypoint, lens),
        )
        for waypoint in waypoints
    )


def legs(waypoints: Sequence[Waypoint]) -> tuple[Leg, ...]:
    """Lines between the hops that have a point, oldest first; hops without one are passed over.

    Hop *n* says from which address its server took the mail. So the line that begins at the address of hop
    *n* is as good as hop *n*: drawn whole where the receiver's own servers wrote it, dashed where the sender
    could have. A line over a hop without a point is no better than the worst hop that it stands for.
    """
    found: list[Leg] = []
    start: tuple[float, float] | None = None
    sure = True
    for waypoint in sorted(waypoints, key=lambda one: -one.hop.index):
        place = waypoint.place.record
        if place is not None and pins.drawable(place):
            point = (place.lat, place.lon)
            if start is not None and start != point:
                found.append(Leg(start=start, end=point, sure=sure))
            start, sure = point, True
        sure = sure and waypoint.hop.trust is not Trust.UNVERIFIED
    return tuple(found)


def _remarks(waypoint: Waypoint, lens: Lens) -> tuple[str, ...]:
    hop = waypoint.hop
    by = (hop.by or "")[: pins.LONGEST] or lens.say("pictures.map.route.unnamed")
    noted = lens.say(f"pictures.map.route.{hop.trust.value}", by=by)
    why = lens.note(waypoint.place.note) if waypoint.place.record is None and hop.ip else ""
    return (noted, why) if why else (noted,)
