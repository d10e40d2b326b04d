"""What phishlab says of one mail of the corpus, in the words of its labels."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from phishlab.assess import attachments, authentication, chain, identity, links, receivers, route, verdict
from phishlab.mail import message
from phishlab.records import (
    Addresses,
    Assessment,
    Authentication,
    Comparison,
    Finding,
    Lookup,
    Message,
    Outcome,
    ReceiverProfile,
    Route,
)

HERE = Path(__file__).parent
LOADED_BY_ITSELF = (
    "html-img",
    "html-link",
    "html-media",
    "html-style",
    "html-background",
    "html-script",
    "html-iframe",
    "html-object",
)
"""Where a mail names what a mail program would load without a click; ``html-base`` names no target at all."""


@dataclass(frozen=True)
class Labelled:
    """One mail and what is true of it."""

    name: str
    data: bytes
    label: dict[str, Any]


@dataclass(frozen=True)
class Reading:
    """One mail as phishlab reads it, offline; *a_record*: what DNS would say of the From domain, if asked."""

    message: Message
    profile: ReceiverProfile | None
    route: Route
    a_record: str | None = None

    @property
    def results(self) -> tuple[Authentication, ...]:
        """All authentication results, those of the receiver marked."""
        return route.trusted_authentication(self.message, self.route, self.profile)

    @property
    def authentication(self) -> set[str]:
        """``spf=fail`` and the like, the receiver's own alone."""
        return {f"{result.method}={result.result}" for result in self.results if result.trusted}

    @property
    def links(self) -> set[str]:
        """Where a click leads."""
        wanted = (*LOADED_BY_ITSELF, "html-base")
        return {link.url for link in self.message.links if not link.where.startswith(wanted)}

    @property
    def resources(self) -> set[str]:
        """What is loaded without a click."""
        return {link.url for link in self.message.links if link.where.startswith(LOADED_BY_ITSELF)}

    @property
    def comparison(self) -> Comparison:
        """The walkthrough's own check, with the address that the label gives for the From domain."""
        return identity.address_check(self.message, self.route, _looked_up(self.a_record))

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """All that is noticed without asking anybody."""
        claimed = identity.claimed(self.message)
        return (
            *attachments.findings(self.message),
            *identity.findings(self.message),
            *chain.findings(self.route, self.message),
            *authentication.findings(self.results, (), self.message),
            *links.findings(self.message, claimed),
        )

    @cached_property
    def assessments(self) -> tuple[Assessment, ...]:
        """The graded answers."""
        return (
            verdict.from_domain(self.message, self.results, (), self.comparison, self.findings),
            verdict.deceptive(self.findings),
        )

    @cached_property
    def concluded(self) -> frozenset[str]:
        """Everything that is concluded, as the labels write it under ``never`` and ``must``."""
        origin = self.route.origin
        return frozenset(
            [
                f"origin:{origin.ip}",
                f"confidence:{origin.confidence}",
                f"sender:{self.message.from_.address}",
                *(f"trusted:{result}" for result in self.authentication),
                *(f"link:{url}" for url in self.links),
                *(f"finding:{finding.id}" for finding in self.findings),
                *(f"answer:{each.question}={each.answer}" for each in self.assessments),
                *(f"limit:{limit.what}" for limit in self.message.limits),
            ]
        )


def read(
    data: bytes, receiver: str, a_record: str | None = None, folder: Path = HERE / "receivers"
) -> Reading:
    """The mail read for the receiver that its label names: a profile of *folder*, a shipped one, or ``auto``."""
    parsed = message.parse(data)
    if receiver == "auto":
        profile, named = receivers.infer(parsed), False
    else:
        own = folder / f"{receiver}.toml"
        profile, named = receivers.load(str(own) if own.exists() else receiver), True
    return Reading(parsed, profile, route.trace(parsed, profile, named=named), a_record)


def corpus() -> Iterable[Labelled]:
    """Every mail with its label, in the order of their names."""
    for path in sorted((HERE / "mails").glob("*.json")):
        label: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        yield Labelled(path.stem, path.with_suffix(".eml").read_bytes(), label)


def _looked_up(address: str | None) -> Lookup[Addresses] | None:
    if address is None:
        return None
    record = Addresses(name="", rdtype="A", values=(address,), canonical="")
    return Lookup(source="label", subject="", outcome=Outcome.ANSWERED, record=record)
