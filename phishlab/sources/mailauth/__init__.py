"""SPF, DKIM and DMARC worked out anew. The DNS is today's, whatever the day of the mail: every result says so."""

from __future__ import annotations

from phishlab.sources.mailauth.alignment import dmarc
from phishlab.sources.mailauth.sender_policy import spf
from phishlab.sources.mailauth.signatures import dkim

__all__ = ["dkim", "dmarc", "spf"]
