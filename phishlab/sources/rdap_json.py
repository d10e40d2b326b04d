"""RDAP's JSON, which may hold anything, and the people in it (RFC 9083, jCard RFC 7095)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TypeAlias

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

_DEPTH = 6
"""How deep entities are read inside entities; a registrar's abuse contact stands at 2."""


def read(data: bytes) -> Json:
    """The document in *data*, None where it is no JSON."""
    try:
        value: Json = json.loads(data)
    except (ValueError, RecursionError):  # RecursionError: a million nested brackets
        return None
    return value


def obj(value: Json) -> dict[str, Json]:
    """*value* where it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def array(value: Json) -> list[Json]:
    """*value* where it is an array, else an empty one."""
    return value if isinstance(value, list) else []


def objects(value: Json) -> list[dict[str, Json]]:
    """The objects in *value* where it is an array; whatever else stands in it is passed over."""
    return [item for item in array(value) if isinstance(item, dict)]


def text(value: Json) -> str:
    """*value* where it is a string, else an empty one; a lone surrogate, which no file holds, becomes ?."""
    return value.strip().encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def entities(body: dict[str, Json], depth: int = 0) -> Iterator[dict[str, Json]]:
    """Every entity of *body*, those inside others too, each before what it contains."""
    for entity in objects(body.get("entities")) if depth < _DEPTH else []:
        yield entity
        yield from entities(entity, depth + 1)


def roles(entity: dict[str, Json]) -> tuple[str, ...]:
    """What the entity is to the object: ``registrant``, ``registrar``, ``abuse``, lower case."""
    return tuple(text(role).lower() for role in array(entity.get("roles")))


def card(entity: dict[str, Json], kind: str) -> Iterator[str]:
    """The values of one property of the jCard (RFC 7095): ``["org", {}, "text", "Example Ltd."]``."""
    whole = array(entity.get("vcardArray"))
    for entry in array(whole[1]) if len(whole) > 1 else []:
        values = array(entry)
        if len(values) > 3 and text(values[0]).lower() == kind:
            yield from filter(None, (text(value) for value in (array(values[3]) or [values[3]])))


def named(entity: dict[str, Json]) -> tuple[str, ...]:
    """The organisation, then the person: "Domains By Proxy, LLC" before "Registration Private"."""
    return (*card(entity, "org"), *card(entity, "fn"))


def mails(entity: dict[str, Json]) -> tuple[str, ...]:
    """The entity's mail addresses."""
    return tuple(mail.removeprefix("mailto:") for mail in card(entity, "email"))


def flat(value: Json, label: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Every scalar with its path, for example ``registry.events.0.eventAction``."""
    if depth > 4 * _DEPTH:
        return
    if isinstance(value, dict):
        for key, item in value.items():
            yield from flat(item, f"{label}.{key}", depth + 1)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from flat(item, f"{label}.{index}", depth + 1)
    elif value not in {None, ""}:
        yield text(label), text(value) or str(value).encode("utf-8", "replace").decode()
