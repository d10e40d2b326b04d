"""Addresses, hosts and URLs: what they are, and how they are shown without harm."""

from __future__ import annotations

from phishlab.indicators.addresses import address, in_networks, is_inside, is_network, is_public, lies_inside
from phishlab.indicators.defanging import defang, refang
from phishlab.indicators.redaction import REDACTED, redact, redact_all, token_free
from phishlab.indicators.urls import Url, registrable, under_public_suffix, url

__all__ = [
    "REDACTED",
    "Url",
    "address",
    "defang",
    "in_networks",
    "is_inside",
    "is_network",
    "is_public",
    "lies_inside",
    "redact",
    "redact_all",
    "refang",
    "registrable",
    "token_free",
    "under_public_suffix",
    "url",
]
