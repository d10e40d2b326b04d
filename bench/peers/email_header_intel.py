"""email-header-intel: it reads headers only, as text in the machine's own encoding."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from email_intel.parser import parse_headers
from serving import serve


def facts(path: Path, receiver: str) -> dict[str, Any]:
    """What its command prints; it opens the file as its command does."""
    del receiver
    read = parse_headers(path.read_text())
    results = {name: getattr(read.auth, name) for name in ("spf", "dkim", "dmarc")}
    return {
        "origin": read.originating_ip,
        "authentication": {name: [value] for name, value in results.items() if value},
    }


def once(data: bytes) -> object:
    """The same, in memory."""
    return parse_headers(data.decode())


if __name__ == "__main__":
    serve(facts, once)
