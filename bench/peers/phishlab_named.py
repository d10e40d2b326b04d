"""phishlab, told whose receiver it is: a shipped profile or a TOML file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from serving import serve

from phishlab.assess import receivers, route
from phishlab.mail import message
from phishlab.records import Message, ReceiverProfile, Route
from phishlab.report import inspection
from tests.corpus.reading import Reading


def read(data: bytes, receiver: str) -> tuple[Message, Route, ReceiverProfile | None]:
    """The mail, its route, and the profile that it was traced with."""
    parsed = message.parse(data)
    named = receiver != "auto"
    profile = receivers.load(receiver) if named else receivers.infer(parsed)
    return parsed, route.trace(parsed, profile, named=named), profile


def facts(path: Path, receiver: str) -> dict[str, Any]:
    """What it says of the mail."""
    parsed, traced, profile = read(path.read_bytes(), receiver)
    reading = Reading(parsed, profile, traced)
    results: dict[str, list[str]] = {}
    for result in reading.results:
        if result.trusted:
            results.setdefault(result.method, []).append(result.result)
    return {"origin": traced.origin.ip, "authentication": results, "links": sorted(reading.links)}


def once(data: bytes) -> object:
    """The whole job: header, hops, origin, results, links, hashes, attachments, and all of it redacted."""
    parsed, traced, profile = read(data, "auto")
    return inspection.document(parsed, traced, profile=profile)


if __name__ == "__main__":
    serve(facts, once)
