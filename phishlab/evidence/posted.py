"""The name of a question that has a body: its URI, with the method and the body as further query parameters.

The convention is that of web archives (IIPC, "CDX for non-GET requests"), so that other tools that index the WARC
file give the pair the same name: ``https://urlhaus-api.abuse.ch/v1/host/?__wb_method=POST&host=sgogoj.com``.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlencode

from phishlab.records import Question

LONGEST = 4096
"""Characters that a body may add to the name; a longer one is named by its digest."""


def key(question: Question) -> str:
    """Under which name the answer to *question* is kept: its URI where it has no body."""
    if not question.body:
        return question.uri
    between = "&" if "?" in question.uri else "?"
    return f"{question.uri}{between}__wb_method=POST&{_parameters(question.body, question.media_type)}"


def _parameters(body: bytes, media_type: str) -> str:
    kind = media_type.partition(";")[0].strip().lower()
    try:
        if kind == "application/json":
            shown = "&".join(_pairs(json.loads(body)))
        elif kind == "application/x-www-form-urlencoded":
            shown = urlencode(parse_qsl(body.decode(), keep_blank_values=True))
        else:
            shown = _binary(body)
    except (ValueError, RecursionError):
        shown = _binary(body)
    return shown if 0 < len(shown) <= LONGEST else f"__wb_post_data=sha256:{sha256(body).hexdigest()}"


def _binary(body: bytes) -> str:
    return f"__wb_post_data={base64.b64encode(body).decode()}"


def _pairs(found: Any) -> Iterator[str]:  # noqa: ANN401 - whatever JSON holds
    """``query=search_ioc``, ``id.2_=b``: each leaf by its own name, numbered where that comes again."""
    counts: dict[str, int] = {}
    for name, value in _leaves(found, ""):
        counts[name] = counts.get(name, 0) + 1
        number = f".{counts[name]}_" if counts[name] > 1 else ""
        yield f"{quote_plus(name)}{number}={quote_plus(str(value))}"


def _leaves(found: Any, name: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - whatever JSON holds
    if isinstance(found, dict):
        for inner, value in found.items():
            yield from _leaves(value, inner)
    elif isinstance(found, list):
        for value in found:
            yield from _leaves(value, name)
    else:
        yield name, found
