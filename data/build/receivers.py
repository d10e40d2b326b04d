"""Puts data/receivers/*.toml into data/receivers/profiles.json, which phishlab reads in one go.

    python data/build/receivers.py

Reading nineteen TOML files takes Python longer than the rest of the route of a mail.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "receivers"


def main() -> None:
    tables = {
        path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))
    }
    text = json.dumps(tables, ensure_ascii=False, indent=1)
    (FOLDER / "profiles.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
