"""phishlab, the mail alone: header fields, hops, links, hashes, attachments, redacted; nobody's word is judged."""

from __future__ import annotations

import phishlab_named
from phishlab_plain import BOUNDS
from serving import serve

from phishlab.mail import message
from phishlab.report import inspection


def once(data: bytes) -> object:
    """The job that is nearest to the peers' own."""
    return inspection.document(message.parse(data, BOUNDS))


if __name__ == "__main__":
    serve(phishlab_named.facts, once)
