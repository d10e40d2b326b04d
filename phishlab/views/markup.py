"""The one way to make HTML here: Jinja templates that escape everything and refuse unknown names."""

from __future__ import annotations

import base64
from functools import cache

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined


@cache
def environment(*packages: str) -> Environment:
    """Templates of *packages* and of this room, autoescaped.

    ``kind`` tells a block's class, ``data_uri`` and ``pixels`` a picture's bytes and size.
    """
    loaders = [PackageLoader(package) for package in (*packages, "phishlab.views")]
    made = Environment(
        loader=ChoiceLoader(loaders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(kind=kind, data_uri=data_uri, pixels=pixels)
    return made


def kind(block: object) -> str:
    """The name of a block's class: ``Sheet`` or ``Picture``."""
    return type(block).__name__


def data_uri(png: bytes) -> str:
    """The picture inside the page."""
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")


def pixels(png: bytes) -> tuple[int, int]:
    """Width and height of a PNG, from its IHDR chunk (W3C PNG, 11.2.1); zeros where it is cut short."""
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
