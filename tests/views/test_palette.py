"""The colours of maps and charts, for eyes of every kind and in grey, measured.

Contrast is that of WCAG 2.2: 3 to 1 for what must be seen (1.4.11), 4.5 to 1 for what is read (1.4.3). How far two
colours are apart is their distance in CIELAB (CIE 1976, D65); in grey it is their difference in lightness, L*.
Colour vision deficiencies are simulated as by Machado, Oliveira and Fernandes (2009, severity 1.0), on linear RGB.
"""

from __future__ import annotations

import math
import re
from itertools import product
from pathlib import Path
from typing import TypeAlias

import pytest

from phishlab.views import paper

Rgb: TypeAlias = tuple[float, float, float]
"""Linear, 0 to 1."""

_LIGHT = (0.2126, 0.7152, 0.0722)
_XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_WHITE = (0.95047, 1.0, 1.08883)
MACHADO = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}  # fmt: skip
EYES = ("usual", *MACHADO)


def linear(code: str) -> Rgb:
    red, green, blue = (int(code[at : at + 2], 16) / 255 for at in (1, 3, 5))
    bent = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in (red, green, blue))
    return next(bent), next(bent), next(bent)


def times(matrix: tuple[Rgb, Rgb, Rgb], colour: Rgb) -> Rgb:
    one, two, three = (sum(a * b for a, b in zip(row, colour, strict=True)) for row in matrix)
    return one, two, three


def seen(code: str, eyes: str) -> Rgb:
    colour = linear(code)
    if eyes == "grey":
        return (light(colour),) * 3
    red, green, blue = colour if eyes == "usual" else times(MACHADO[eyes], colour)
    return min(max(red, 0), 1), min(max(green, 0), 1), min(max(blue, 0), 1)


def light(colour: Rgb) -> float:
    return sum(a * b for a, b in zip(_LIGHT, colour, strict=True))


def contrast(one: Rgb, other: Rgb) -> float:
    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


def bend(t: float) -> float:
    return math.cbrt(t) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116


def lab(colour: Rgb) -> Rgb:
    x, y, z = (bend(one / white) for one, white in zip(times(_XYZ, colour), _WHITE, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def apart(one: Rgb, other: Rgb) -> float:
    return math.dist(lab(one), lab(other))


def page(theme: str) -> dict[str, str]:
    """The colours of the live map by their names."""
    style = (Path(paper.__file__).parent / "page.css").read_text(encoding="utf-8")
    roots = re.findall(r":root \{(.*?)\}", style, flags=re.DOTALL)
    return dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", roots[("light", "dark").index(theme)]))


THEMES = ("light", "dark")


def test_paper_and_page_have_the_same_colours() -> None:
    drawn = {
        "sea": paper.SEA, "land": paper.LAND, "line": paper.BORDER, "region": paper.REGION, "area": paper.AREA,
        "point": paper.POINT, "ink": paper.INK, "muted": paper.MUTED, "paper": paper.PAPER,
    }  # fmt: skip
    assert page("light") == drawn
    assert page("dark").keys() == drawn.keys()


@pytest.mark.parametrize(("theme", "eyes"), [*product(THEMES, (*EYES, "grey"))])
def test_marks_and_borders_stand_out_from_land_and_sea(theme: str, eyes: str) -> None:
    colours = {name: seen(code, eyes) for name, code in page(theme).items()}
    for mark, ground in product(("area", "point", "ink", "line"), ("land", "sea")):
        assert contrast(colours[mark], colours[ground]) >= 3, (mark, ground)
    assert contrast(colours["region"], colours["land"]) >= 3


@pytest.mark.parametrize(("theme", "eyes"), [*product(THEMES, (*EYES, "grey"))])
def test_what_is_read_can_be_read(theme: str, eyes: str) -> None:
    colours = {name: seen(code, eyes) for name, code in page(theme).items()}
    for text, ground in (
        ("ink", "paper"),
        ("muted", "paper"),
        ("paper", "point"),
        ("ink", "land"),
        ("area", "paper"),
    ):
        assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)


@pytest.mark.parametrize(("theme", "eyes"), [*product(THEMES, EYES)])
def test_a_shared_point_and_another_are_of_different_colours(theme: str, eyes: str) -> None:
    colours = page(theme)
    assert apart(seen(colours["area"], eyes), seen(colours["point"], eyes)) >= 40


@pytest.mark.parametrize("theme", THEMES)
def test_a_shared_point_and_another_are_of_different_greys(theme: str) -> None:
    colours = page(theme)
    assert apart(seen(colours["area"], "grey"), seen(colours["point"], "grey")) >= 10


def test_the_measures_find_what_a_colour_blind_eye_confuses() -> None:
    red, green = "#d62728", "#2ca02c"
    assert apart(linear(red), linear(green)) > 100
    assert apart(seen(red, "deuteranopia"), seen(green, "deuteranopia")) < 40
    assert apart(seen("#ffb066", "grey"), seen("#7cc7f5", "grey")) < 10
    assert contrast(linear("#000000"), linear("#ffffff")) == pytest.approx(21)
    assert lab(linear("#ffffff")) == pytest.approx((100, 0, 0), abs=0.01)
