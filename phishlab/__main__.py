"""``python -m phishlab``."""

from __future__ import annotations

import sys

from phishlab.cli import main

if __name__ == "__main__":
    sys.exit(main())
