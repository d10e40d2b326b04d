"""The peers' own environment: a folder in the user's cache, never the project's, and nothing depends on it.

Each peer is installed by itself, so that one that cannot be installed says so in its row and stops no other.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import platformdirs

HERE = Path(__file__).parent
PINS = HERE / "peers.txt"


@dataclass(frozen=True)
class Environment:
    """Where the peers' Python is; *trouble*: the last line of pip for each peer that could not be installed."""

    python: Path
    versions: dict[str, str]
    trouble: dict[str, str]

    def command(self, name: str) -> Path:
        """The program *name* that a peer brings."""
        return self.python.parent / name


def make() -> Environment:
    """The environment, made on the first call (a minute); PHISHLAB_CACHE names another cache folder."""
    pins = [line for line in PINS.read_text().split() if line]
    folder = _cache() / "bench" / hashlib.sha256(" ".join([*pins, sys.version]).encode()).hexdigest()[:12]
    python, done = folder / "bin" / "python", folder / "installed.json"
    if not done.exists():
        print(f"Installing the peers in {folder} (once) ...", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        trouble = {_name(pin): said for pin in pins if (said := _install(python, pin))}
        done.write_text(json.dumps(trouble))
    trouble = json.loads(done.read_text())
    versions = dict(pin.split("==") for pin in pins if _name(pin) not in trouble)
    return Environment(python, versions, trouble)


def _cache() -> Path:
    chosen = os.environ.get("PHISHLAB_CACHE")
    return Path(chosen).expanduser() if chosen else platformdirs.user_cache_path("phishlab", appauthor=False)


def _install(python: Path, pin: str) -> str:
    """What went wrong, in one line; empty where it went well."""
    command = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", pin]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
    return (errors or ["pip failed"])[-1][:200] if done.returncode else ""


def _name(pin: str) -> str:
    return pin.partition("==")[0]
