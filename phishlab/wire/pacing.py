"""Who waits for whom: questions to one server, to a service with a quota, and the same question twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping


class Pace:
    """Keeps two questions to one server apart."""

    def __init__(self, seconds: Mapping[str, float], stopped: threading.Event | None = None) -> None:
        """*stopped* ends every wait when it is set."""
        self._seconds = seconds
        self._stopped = stopped or threading.Event()
        self._next: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait(self, scheme: str, peer: str) -> None:
        """Wait until *peer* may be asked again."""
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next.get(peer, now))
            self._next[peer] = turn + self._seconds.get(scheme, 0.0)
        if turn > now:
            self._stopped.wait(turn - now)


class Rates:
    """Keeps so many questions to a host within so many seconds; a few may come at once."""

    def __init__(self, allowed: Mapping[str, tuple[int, float]], stopped: threading.Event) -> None:
        self._allowed = allowed
        self._stopped = stopped
        self._turns: dict[str, list[float]] = {}
        self._lock = threading.Lock()

    def wait(self, host: str) -> None:
        """Wait until *host* may be asked again."""
        if host not in self._allowed:
            return
        count, seconds = self._allowed[host]
        with self._lock:
            now, turns = time.monotonic(), self._turns.setdefault(host, [])
            turn = max(now, turns[-count] + seconds) if len(turns) >= count else now
            turns.append(turn)
        if turn > now:
            self._stopped.wait(turn - now)


class Locks:
    """A lock for each question, so that two threads do not put the same one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: dict[str, threading.RLock] = {}

    def of(self, uri: str) -> threading.RLock:
        """The lock of that question."""
        with self._lock:
            return self._of.setdefault(uri, threading.RLock())
