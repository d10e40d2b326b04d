"""Why SPF, DKIM, ARC or DMARC came out as they did, in a line or two."""

from __future__ import annotations

from collections.abc import Iterator

from phishlab import wording
from phishlab.records import Authentication
from phishlab.views.safe import Lens

NOTHING = "—"


def now(result: Authentication, lens: Lens) -> str:
    """The ground of a result that was worked out: the rule, the record, the state of the signature; one a line."""
    said = dict(result.properties)
    kinds = {"spf": _policy, "dmarc": _alignment}
    return "\n".join(kinds.get(result.method, _signature)(said, lens)) or NOTHING


def _signature(said: dict[str, str], lens: Lens) -> Iterator[str]:
    """DKIM and ARC: in which way the signature holds or does not."""
    reason = f"because.{said.get('reason', '')}"
    if wording.known(lens.lang, reason):
        yield lens.say(reason)
    if chain := said.get("arc.chain"):
        yield lens.say("because.chain", chain=chain)


def _policy(said: dict[str, str], lens: Lens) -> Iterator[str]:
    """SPF: the mechanism that matched, and the record that it stands in."""
    record, mechanism = said.get("policy.record"), said.get("policy.mechanism")
    if record and mechanism and mechanism in record:
        yield lens.say("because.spf", mechanism=mechanism, record=record)
    elif record:
        yield lens.say("because.spf-default", record=record)


def _alignment(said: dict[str, str], lens: Lens) -> Iterator[str]:
    """DMARC: the record and the RFC that it was read by, what it asks for, and what is aligned."""
    rule, record = said.get("policy.rule", NOTHING), said.get("policy.record")
    if record is None:
        yield lens.say("because.dmarc-none", rule=rule)
        return
    yield lens.say("because.dmarc", record=record, at=said.get("policy.at", NOTHING), rule=rule)
    policy = said.get("policy.published", NOTHING)
    tag = said.get("policy.tag")
    yield (
        lens.say("because.asks-by", policy=policy, tag=tag)
        if tag
        else lens.say("because.asks", policy=policy)
    )
    if how := said.get("policy.testing"):
        yield lens.say("because.testing", how=how)
    if passing := said.get("aligned"):
        yield lens.say("because.aligned", result=passing)
    else:
        yield lens.say("because.open" if said.get("reason") else "because.unaligned")
