"""A page that folium made, brought to need nothing from outside and to run nothing but its own scripts."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from typing import Any


def put(parent: Any, text: str) -> None:  # noqa: ANN401 - branca has no types
    """Adds *text* as it is, so that no template engine reads it."""
    from branca.element import Element

    element = Element("")
    element._template = _Verbatim(text)  # type: ignore[assignment] # noqa: SLF001 - branca's own way in would compile the text
    parent.add_child(element)


class _Verbatim:
    """Stands where branca expects a compiled template."""

    def __init__(self, text: str) -> None:
        self._text = text

    def render(self, **_: object) -> str:
        return self._text


def _elements(element: Any) -> Iterator[Any]:  # noqa: ANN401 - branca has no types
    yield element
    for part in ("header", "html", "script"):
        if (child := getattr(element, part, None)) is not None and hasattr(child, "_children"):
            yield from _elements(child)
    for child in list(getattr(element, "_children", {}).values()):
        yield from _elements(child)


def nothing_from_outside(drawn: Any) -> None:  # noqa: ANN401 - folium has no types
    """Empties the lists of scripts and styles that folium would fetch: on the objects, never on their classes."""
    for element in _elements(drawn):
        for kind in ("default_js", "default_css"):
            if getattr(element, kind, None):
                setattr(element, kind, [])


def name_in_order(figure: Any) -> None:  # noqa: ANN401 - branca has no types
    """Numbers in place of folium's random names: the same map is the same bytes."""
    elements = list(_elements(figure))
    random = {id(element): element.get_name() for element in elements}
    for number, element in enumerate(elements):
        element._id = f"{number:04x}"  # noqa: SLF001 - branca offers no other way
    for element in elements:
        renamed = {
            child.get_name() if key == random.get(id(child)) else key: child
            for key, child in element._children.items()  # noqa: SLF001 - its names are the keys here
        }
        element._children.clear()  # noqa: SLF001
        element._children.update(renamed)  # noqa: SLF001


def policed(html: str) -> str:
    """The page with a policy: the scripts that are in it run, nothing else does, and nothing is fetched."""
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in re.findall(r"<script>(.*?)</script>", html, flags=re.DOTALL)
    )
    policy = (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return html.replace(
        "<head>",
        f'<head>\n<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{policy}">',
        1,
    )


def closed(script: str) -> str:
    """*script* so that it cannot end the element that it stands in."""
    return script.replace("</script", "<\\/script")
