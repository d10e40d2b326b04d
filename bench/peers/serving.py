"""What every tool under measurement runs: it takes orders as JSON lines on standard input and answers the same way.

Nothing here knows a tool, and nothing but the standard library is imported: it runs in the peers' environment.
No tool reaches the network: each attempt to connect fails at once.
"""

from __future__ import annotations

import json
import os
import resource
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Facts = Callable[[Path, str], dict[str, Any]]
Once = Callable[[bytes], object]


def serve(facts: Facts, once: Once) -> None:
    """*facts* reads one mail and says ``origin``, ``authentication``, ``links``; *once* does the tool's whole job.

    A key that is missing in what *facts* returns is something that the tool does not do.
    """
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a tool prints goes to standard error
    socket.socket.connect = _refuse  # type: ignore[method-assign]  # on purpose, for everything in this process
    mails: list[bytes] = []
    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] == "load":
            mails = [Path(path).read_bytes() for path in order["paths"]]
            answer: dict[str, Any] = {"mails": len(mails)}
        elif order["do"] == "facts":
            answer = _facts(facts, order)
        else:
            answer = _timed(once, mails[order["begin"] : order["end"]])
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _facts(facts: Facts, order: dict[str, Any]) -> dict[str, Any]:
    try:
        return facts(Path(order["path"]), order["receiver"])
    except Exception as trouble:  # noqa: BLE001 - a peer may raise anything, and that is a result
        return {"raised": f"{type(trouble).__name__}: {trouble}"[:200]}


def _timed(once: Once, mails: list[bytes]) -> dict[str, Any]:
    """CPU seconds of this process, which other work on the machine hardly touches, and wall seconds."""
    raised = 0
    wall, cpu = time.perf_counter(), time.process_time()
    for mail in mails:
        try:
            once(mail)
        except Exception:  # noqa: BLE001 - the same
            raised += 1
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"cpu": cpu, "wall": wall, "raised": raised, "peak_mib": peak}


def _refuse(*_: object) -> None:
    raise OSError("no network here")
