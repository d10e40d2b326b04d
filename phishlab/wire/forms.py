"""Forms and title, read from a serialised DOM: what the page asks for and where it would send it.

Read here and not by a script in the page, because a page can redefine what such a script would call.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ada_url
from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_FORMS = 50
MAX_FIELDS = 200
MAX_TEXT = 500
_TAGS = frozenset({"input", "select", "textarea", "button"})
_FIELDS = ", ".join(sorted(_TAGS))


def read(dom: bytes, url: str) -> tuple[str, list[dict[str, Any]]]:
    """Title and forms of the page at *url*: ``{"action", "method", "fields": [{"type", "name"}]}`` each.

    Fields that belong to no form come last, as one with an empty action and method: a script reads those.
    """
    tree = LexborHTMLParser(dom.decode("utf-8", "replace"))
    title = next((found for found in tree.css("title") if not _inside(found, "svg")), None)
    base = _base(tree, url)
    forms = tree.css("form")[:MAX_FORMS]
    found = [_form(form, base, [*form.css(_FIELDS), *_elsewhere(tree, form)]) for form in forms]
    loose = [field for field in tree.css(_FIELDS) if not _belongs(field)]
    if loose:
        found.append({"action": "", "method": "", "fields": list(_fields(loose))})
    return " ".join((title.text() if title else "").split())[:MAX_TEXT], found


def _base(tree: LexborHTMLParser, url: str) -> str:
    """What relative actions start from: ``<base href>`` where there is one."""
    base = tree.css_first("base[href]")
    return url if base is None else _joined(url, _attribute(base, "href"))


def _joined(base: str, reference: str) -> str:
    """*reference* as a browser would resolve it against *base*; as it stands where it cannot be."""
    try:
        return ada_url.join_url(base, reference) if reference else base
    except ValueError:
        return reference


def _form(form: LexborNode, base: str, fields: list[LexborNode]) -> dict[str, Any]:
    method = _attribute(form, "method").lower()
    return {
        "action": _joined(base, _attribute(form, "action").strip())[:4096],
        "method": method if method in {"post", "dialog"} else "get",
        "fields": list(_fields(fields)),
    }


def _elsewhere(tree: LexborHTMLParser, form: LexborNode) -> list[LexborNode]:
    """Fields that name *form* by their ``form`` attribute and stand outside it."""
    name = form.attributes.get("id")
    return [
        field
        for field in tree.css("[form]")
        if name and field.attributes.get("form") == name and field.tag in _TAGS and not _inside(field, "form")
    ]


def _inside(inner: LexborNode, tag: str) -> bool:
    node = inner.parent
    while node is not None:
        if node.tag == tag:
            return True
        node = node.parent
    return False


def _belongs(field: LexborNode) -> bool:
    return _inside(field, "form") or bool(field.attributes.get("form"))


def _fields(fields: list[LexborNode]) -> Iterator[dict[str, str]]:
    for field in fields[:MAX_FIELDS]:
        kind = _attribute(field, "type").lower() or {"input": "text", "button": "submit"}.get(
            field.tag or "", ""
        )
        yield {"type": kind or field.tag or "", "name": _attribute(field, "name")[:MAX_TEXT]}


def _attribute(node: LexborNode, name: str) -> str:
    return node.attributes.get(name) or ""
