"""A process that investigates one mail in a child for each line it reads, and kills the child when it is told to.

    python -m tests.servers.victim OPTIONS.json

Everything is imported once. A line on standard input is a folder and the seconds after which the run in it is
killed, ``/tmp/case 0.7``, or ``never``; the answer is ``gone``.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest_socket

from phishlab import case as cases
from phishlab import walkthrough
from phishlab.records import Level

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def visitor(url: str, folder: Path) -> bytes:
    """A visit that takes its time over two files; nothing is visited."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for name in ("page.html", "page.txt"):
        (folder / name).write_bytes(b"<title>seen</title>" * 2_000)
        files[name] = "0" * 64
        time.sleep(0.02)
    seen = {"url": url, "final_url": url, "chain": [{"status": 200, "url": url}], "files": files}
    return json.dumps(seen).encode()


def options(told: dict[str, Any]) -> dict[str, Any]:
    """The keyword arguments of LiveWire, from JSON."""
    return {
        "nameservers": [tuple(server) for server in told["nameservers"]],
        "dial": {tuple(real): tuple(here) for real, here in told["dial"]},
        "ca_file": told["ca_file"],
        "timeout": 2.0,
        "pace": {},
        "clock": lambda: NOW,
        "visitor": visitor,
    }


def investigate(mail: bytes, receiver: str, folder: Path, wire: dict[str, Any]) -> None:
    """The whole of it, sealed: what ``phishlab investigate`` does before it writes reports."""
    case = cases.create(mail, folder, level=Level.ACTIVE, receiver=receiver, wire=wire)
    walkthrough.casefile(case)
    case.seal()


def main() -> None:
    """Serve until standard input ends."""
    told = json.loads(Path(sys.argv[1]).read_bytes())
    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)
    mail = Path(told["mail"]).read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        # What is read once a process is read here, not in every child.
        walkthrough.casefile(cases.create(mail, Path(folder) / "case", wire=options(told)))
    _say("ready")
    for line in sys.stdin:
        folder, _, after = line.strip().rpartition(" ")
        child = os.fork()
        if child == 0:
            investigate(mail, told["receiver"], Path(folder), options(told))
            os._exit(0)
        if after != "never":
            time.sleep(float(after))
            os.kill(child, signal.SIGKILL)  # not reaped yet: the pid is still its own
        os.waitpid(child, 0)
        _say("gone")


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
