"""Authentication-Results as Exchange Online writes them, read by one pattern that fits all of a field or none.

``authres`` would read the same out of them, token by token: a test holds the two against each other.
"""

from __future__ import annotations

from phishlab import patterns
from phishlab.classes import NamedTuple
from phishlab.records import Authentication

SAME = {"success": "pass", "hardfail": "fail", "ok": "pass"}
"""Words of older servers for a result of today (``hardfail``: RFC 5451); the word itself is kept as ``said``."""

# The field, unfolded, as nine in ten real ones are; only characters that stand for themselves.
HOST = r"([A-Za-z0-9_][A-Za-z0-9_.-]{0,250})"
_SAID = r"([a-z]{1,20})"
_EXCHANGE = patterns.late(
    rf"spf={_SAID} \((sender IP is [0-9A-Fa-f.:]{{2,45}})\) (smtp\.mailfrom|smtp\.helo)={HOST}; ?"
    rf"dkim={_SAID} \(([a-z ]{{1,60}})\) header\.d={HOST}; ?"
    rf"dmarc={_SAID} action={_SAID} header\.from={HOST}?;(?: ?compauth={_SAID} reason=([0-9]{{3}}))?"
)


class Written(NamedTuple):
    """One field: its *name* as it is reported, *position* among all."""

    raw: str
    position: int
    name: str


def results(line: str, written: Written) -> list[Authentication] | None:
    """The results of a field in Exchange Online's usual shape, read by one pattern; None for any other."""
    found = _EXCHANGE.fullmatch(line)
    if found is None:
        return None
    spf, ip, key, sender, dkim, why, signer, dmarc, action, author, compauth, reason = found.groups(
        default=""
    )
    results = [
        _simple("spf", spf, sender, ((key, sender), ("comment", ip)), written),
        _simple("dkim", dkim, signer, (("header.d", signer), ("comment", why)), written),
        _simple("dmarc", dmarc, author, (("action", action), ("header.from", author)), written),
    ]
    if compauth:
        results.append(_simple("compauth", compauth, "none", (("reason", reason),), written))
    return results


def _simple(
    method: str, said: str, host: str, properties: tuple[tuple[str, str], ...], written: Written
) -> Authentication:
    """What ``authres`` makes of a result about one *host* (``none`` for none), all of it in plain letters."""
    canonical, domain = SAME.get(said, said), host.lower()
    return Authentication(
        method=method,
        result=canonical,
        domain=None if domain in {"", "none"} else domain.rstrip("."),
        authserv_id=None,
        field=written.name,
        position=written.position,
        raw=written.raw,
        properties=properties if canonical == said else (*properties, ("said", said)),
    )
