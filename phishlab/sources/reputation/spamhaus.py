"""Spamhaus ZEN (addresses) and DBL (domains) over DNS, keyless under the service's fair use."""

from __future__ import annotations

import dns.reversename

from phishlab import indicators
from phishlab.records import Listing, Lookup, Weight
from phishlab.sources import address as addresses
from phishlab.sources.reputation import blocklist
from phishlab.sources.reputation.blocklist import Blocklist
from phishlab.sources.reputation.subject import Subject
from phishlab.wire import Wire

LINK = "https://check.spamhaus.org/"

_ZEN_CODES = {
    "127.0.0.2": "SBL (spam source)",
    "127.0.0.3": "SBL CSS (snowshoe or low reputation)",
    "127.0.0.4": "XBL (exploited host)",
    "127.0.0.9": "DROP (hijacked or rogue network)",
    "127.0.0.10": "PBL (a policy about mail servers: not abuse)",
    "127.0.0.11": "PBL (a policy about mail servers: not abuse)",
    "127.0.0.30": "BCL (botnet controller)",
}
_DBL_CODES = {
    "127.0.1.2": "low reputation",
    "127.0.1.4": "phishing",
    "127.0.1.5": "malware",
    "127.0.1.6": "botnet command and control",
    "127.0.1.102": "abused legitimate: spam",
    "127.0.1.103": "abused legitimate: redirector",
    "127.0.1.104": "abused legitimate: phishing",
    "127.0.1.105": "abused legitimate: malware",
    "127.0.1.106": "abused legitimate: botnet command and control",
}
_ERRORS = {
    "127.0.1.255": "an address was asked of a list of domains",
    "127.255.255.252": "typing error in the name of the list",
    "127.255.255.254": "the resolver is a public one, which the service does not answer",
    "127.255.255.255": "the resolver asks too often",
}


def _zen_weight(value: str) -> Weight:
    # PBL is a policy about who runs mail servers: half of the world's home lines stand in it.
    return Weight.WEAK if value in {"127.0.0.10", "127.0.0.11"} else Weight.STRONG


def _dbl_weight(value: str) -> Weight:
    # An abused legitimate domain is a victim itself, and a low reputation no more than that.
    return Weight.MODERATE if value == "127.0.1.2" or value.startswith("127.0.1.10") else Weight.STRONG


ZEN = Blocklist(
    title="Spamhaus ZEN",
    zone="zen.spamhaus.org",
    canary="2.0.0.127",
    link=LINK,
    reads=_ZEN_CODES.get,
    errors=_ERRORS,
    weighs=_zen_weight,
)
DBL = Blocklist(
    title="Spamhaus DBL",
    zone="dbl.spamhaus.org",
    canary="dbltest.com",
    link=LINK,
    reads=_DBL_CODES.get,
    errors=_ERRORS,
    weighs=_dbl_weight,
)


def address(wire: Wire, ip: str) -> Lookup[Listing]:
    """Whether *ip* is in ZEN now. PBL alone is a policy about mail servers, not a report of abuse."""
    asked = indicators.address(ip)
    why_not = addresses.refusal(ip)
    if asked is None or why_not:
        return Subject(service=ZEN.title, name=ip, link=LINK).not_asked(why_not or "")
    return blocklist.looked_up(wire, ZEN, str(asked), reversed_label(str(asked)))


def domain(wire: Wire, name: str) -> Lookup[Listing]:
    """Whether the domain *name* is in DBL now; the list is of domains, so an address is not asked about."""
    if indicators.address(name) or not name.strip("."):
        return Subject(service=DBL.title, name=name, link=LINK).not_asked("the list is of domains")
    return blocklist.looked_up(wire, DBL, name, name.strip("."))


def reversed_label(ip: str) -> str:
    """``41.61.217.8`` for 8.217.61.41; nibble by nibble for IPv6 (RFC 5782, 2.4)."""
    reverse = dns.reversename.from_address(ip).to_text(omit_final_dot=True)
    return reverse.removesuffix(".in-addr.arpa").removesuffix(".ip6.arpa")
