"""Why nobody is asked about an address: it is none, or one that nobody holds."""

from __future__ import annotations

from phishlab import indicators


def refusal(text: str) -> str | None:
    """The reason in plain words; None where *text* is an address that someone can hold.

    Private, shared, documentation and translated addresses go to no registry, service or name server.
    """
    found = indicators.address(text)
    if found is None:
        return f"{text} is not an IP address"
    return None if indicators.is_public(found) else f"{text} is set aside for special use: nobody holds it"
