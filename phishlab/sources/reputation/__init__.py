"""Reputation services, one module each. Their five states never fold: "could not ask" is not "clean"."""

from __future__ import annotations

from phishlab.sources.reputation.catalogue import (
    IDS,
    LEFT_OUT,
    SERVICES,
    Service,
    asked_of_address,
    asked_of_link,
    named,
    of_address,
    of_link,
)

__all__ = [
    "IDS",
    "LEFT_OUT",
    "SERVICES",
    "Service",
    "asked_of_address",
    "asked_of_link",
    "named",
    "of_address",
    "of_link",
]
