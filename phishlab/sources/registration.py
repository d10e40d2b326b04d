"""Who registered a domain, from whichever registry answers for it."""

from __future__ import annotations

from phishlab.records import DomainRegistration, Lookup
from phishlab.sources import rdap, whois
from phishlab.wire import Wire


def domain(wire: Wire, name: str) -> Lookup[DomainRegistration]:
    """.jp from JPRS by WHOIS, everything else by RDAP; NOT_ASKED, naming it, where no registry is known."""
    asks = whois.domain if name.lower().rstrip(".").endswith(".jp") else rdap.domain
    return asks(wire, name)
