"""SPF, DKIM, ARC and DMARC worked out anew. By today's DNS, whatever the day of the mail: each result says so."""

from __future__ import annotations

from phishlab.sources.mailauth.alignment import dmarc
from phishlab.sources.mailauth.seals import arc
from phishlab.sources.mailauth.sender_policy import spf
from phishlab.sources.mailauth.signatures import dkim

__all__ = ["arc", "dkim", "dmarc", "spf"]
