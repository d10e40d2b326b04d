"""SPF, DKIM and DMARC worked out anew. The DNS is today's, whatever the day of the mail: every result says so."""

from __future__ import annotations

from phishlab.sources.mailauth.sender_policy import spf

__all__ = ["spf"]
