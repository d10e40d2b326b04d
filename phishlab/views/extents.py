"""Which part of the world a still map shows: all its pins, or the land around one."""

from __future__ import annotations

import math

from phishlab.views.basemap import Box
from phishlab.views.pins import Pin

NEAR_LOOKS = 4
"""Points that get a near look of their own; where there are more, none does."""


def wide(points: tuple[Pin, ...], shape: float) -> Box:
    """A view of all pins with land around them; the world where there are none."""
    if not points:
        return -170.0, -58.0, 190.0, 84.0
    reach = [(pin, min((pin.radius_km or 0) / 111.2, 25)) for pin in points]
    west, east = min(pin.lon - r for pin, r in reach), max(pin.lon + r for pin, r in reach)
    south, north = min(pin.lat - r for pin, r in reach), max(pin.lat + r for pin, r in reach)
    across, up = (east - west) * 1.35, (north - south) * 1.5
    return _framed((west + east) / 2, (south + north) / 2, across=across, up=up, shape=shape, least=16)


def near(points: tuple[Pin, ...]) -> list[tuple[Pin, str]]:
    """The points that get a near look of their own, with the labels seen in it; none where there are many."""
    looks: list[tuple[Pin, list[str]]] = []
    for pin in points:
        for first, labels in looks:
            half = _reach(first) / 2
            if (
                abs(pin.lat - first.lat) < half
                and abs(pin.lon - first.lon) < half
                and _reach(pin) <= _reach(first)
            ):
                labels.append(pin.label)
                break
        else:
            looks.append((pin, [pin.label]))
    return [(pin, ", ".join(labels[:6])) for pin, labels in looks] if len(looks) <= NEAR_LOOKS else []


def _reach(pin: Pin) -> float:
    """Degrees of latitude from a pin to the edge of its near look: its radius, or about a hundred kilometres."""
    return max(1.0, min((pin.radius_km or 0) / 111.2 * 1.25, 25))


def close(pin: Pin, shape: float) -> Box:
    """A near look at one pin."""
    reach = _reach(pin)
    return _framed(pin.lon, pin.lat, across=0, up=2 * reach, shape=shape, least=2 * reach)


def _framed(lon: float, lat: float, *, across: float, up: float, shape: float, least: float) -> Box:
    """A view of the wanted shape (width by height on the ground) around a centre, at least *least* degrees high."""
    shrink = max(math.cos(math.radians(min(abs(lat), 75))), 0.25)
    up = max(up, across * shrink / shape, least)
    across = up * shape / shrink
    if across > 360:
        across, up = 360.0, min(360 * shrink / shape, 170.0)
    south = min(max(lat - up / 2, -88), 88 - up)
    return lon - across / 2, south, lon + across / 2, south + up
