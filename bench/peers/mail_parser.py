"""mail-parser: told a text that stands in the receiver's own lines, as its option ``-i`` wants it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mailparser
from serving import serve


def facts(path: Path, receiver: str) -> dict[str, Any]:
    """The sender's address by its ``get_server_ipaddress``; it reads neither results nor links."""
    return {"origin": mailparser.parse_from_bytes(path.read_bytes()).get_server_ipaddress(receiver)}


def once(data: bytes) -> object:
    """What its command prints with ``-j``, as a dictionary."""
    return mailparser.parse_from_bytes(data).mail


if __name__ == "__main__":
    serve(facts, once)
