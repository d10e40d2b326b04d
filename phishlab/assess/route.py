"""The route: where trust ends on it, what its lines give away, and what servers noted beside it."""

from __future__ import annotations

from phishlab.assess.boundary import trace, trusted_authentication
from phishlab.assess.chain import findings
from phishlab.assess.noted import provider_claims, provider_facts, reverse_fact, reverse_now

__all__ = [
    "findings",
    "provider_claims",
    "provider_facts",
    "reverse_fact",
    "reverse_now",
    "trace",
    "trusted_authentication",
]
