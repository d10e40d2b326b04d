"""phishlab without searching pictures and PDF pages for QR codes, which no peer does either."""

from __future__ import annotations

import phishlab_named
from serving import serve

from phishlab.assess import receivers, route
from phishlab.mail import message
from phishlab.mail.limits import Limits
from phishlab.report import inspection

BOUNDS = Limits(pictures=0)


def once(data: bytes) -> object:
    """Header, hops, origin, results, links, hashes, attachments, and all of it redacted."""
    parsed = message.parse(data, BOUNDS)
    profile = receivers.infer(parsed)
    return inspection.document(parsed, route.trace(parsed, profile, named=False), profile=profile)


if __name__ == "__main__":
    serve(phishlab_named.facts, once)
