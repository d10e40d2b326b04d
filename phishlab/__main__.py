"""``python -m phishlab``."""

from __future__ import annotations

from phishlab.cli import start

if __name__ == "__main__":
    start()
