"""The standard library's own parser with its old policy: a tree of parts, nothing decoded, nothing concluded."""

from __future__ import annotations

from email.parser import BytesParser
from email.policy import compat32
from pathlib import Path
from typing import Any

from serving import serve


def facts(path: Path, receiver: str) -> dict[str, Any]:
    """It says nothing of the kind."""
    del path, receiver
    return {}


if __name__ == "__main__":
    serve(facts, BytesParser(policy=compat32).parsebytes)
