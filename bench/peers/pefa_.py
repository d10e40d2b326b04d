"""pefa: its parser, the address that its pipeline calls the source, and its analyzer of links."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from pefa.analyzers.links import LinkAnalyzer
from pefa.api.ip_lookup import IPLookupClient
from pefa.parser import parse_eml
from serving import serve


def facts(path: Path, receiver: str) -> dict[str, Any]:
    """What its report would say."""
    del receiver
    parsed = parse_eml(str(path))
    addresses = IPLookupClient.extract_ips(parsed["received"])
    return {
        "origin": addresses[0] if addresses else None,
        "authentication": {
            name: [parsed["auth"][name]] for name in ("spf", "dkim", "dmarc") if parsed["auth"][name]
        },
        "links": [link["href"] for link in LinkAnalyzer().analyze(parsed)["links"]],
    }


def once(data: bytes) -> object:
    """Its parser reads files only."""
    with tempfile.NamedTemporaryFile(suffix=".eml") as file:
        file.write(data)
        file.flush()
        return LinkAnalyzer().analyze(parse_eml(file.name))


if __name__ == "__main__":
    serve(facts, once)
