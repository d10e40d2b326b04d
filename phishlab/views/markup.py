"""The one way to make HTML here: Jinja templates that escape everything and refuse unknown names."""

from __future__ import annotations

import base64
import re
from functools import cache

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape


@cache
def environment(*packages: str) -> Environment:
    """Templates of *packages* and of this room, autoescaped.

    Filters: ``breakable`` text, a block's ``kind``, a picture's ``data_uri`` and ``pixels``.
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
    made.filters.update(breakable=breakable, kind=kind, data_uri=data_uri, pixels=pixels)
    return made


def kind(block: object) -> str:
    """The name of a block's class: ``Sheet`` or ``Picture``."""
    return type(block).__name__


def breakable(text: str) -> Markup:
    """*text* escaped, with places where a long address may be broken (``<wbr>`` adds no character to a copy)."""
    return Markup(re.sub(r"([\]/?=_])(?=\w)", r"\1<wbr>", str(escape(text))))  # noqa: S704 - escaped just here


def data_uri(png: bytes) -> str:
    """The picture inside the page."""
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")


def pixels(png: bytes) -> tuple[int, int]:
    """Width and height of a PNG, from its IHDR chunk (W3C PNG, 11.2.1); zeros where it is cut short."""
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
