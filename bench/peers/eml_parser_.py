"""eml_parser, which is under the AGPL: it runs in this process alone, by its documented interface."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import eml_parser
from serving import serve

PARSER = eml_parser.EmlParser(include_raw_body=True, include_attachment_data=False)


def facts(path: Path, receiver: str) -> dict[str, Any]:
    """The URLs of all bodies. It lists every address of the Received lines and names none as the sender's."""
    del receiver
    bodies = PARSER.decode_email_bytes(path.read_bytes()).get("body", [])
    return {"links": sorted({url for body in bodies for url in body.get("uri", ())})}


if __name__ == "__main__":
    serve(facts, PARSER.decode_email_bytes)
