"""A host that says how often it may be asked is asked no more often."""

from __future__ import annotations

import threading
import time

from phishlab.wire.live import RATES
from phishlab.wire.pacing import Rates


def _timed(rates: Rates, host: str, times: int) -> list[float]:
    began = time.monotonic()
    waits = []
    for _ in range(times):
        rates.wait(host)
        waits.append(time.monotonic() - began)
    return waits


def test_a_few_may_come_at_once_and_the_next_waits_its_turn() -> None:
    waits = _timed(Rates({"a.example": (3, 0.3)}, threading.Event()), "a.example", 7)
    assert waits[2] < 0.2
    assert 0.3 <= waits[3] < 0.55
    assert 0.6 <= waits[6] < 1.1


def test_other_hosts_do_not_wait() -> None:
    rates = Rates({"a.example": (1, 60.0)}, threading.Event())
    rates.wait("a.example")
    assert _timed(rates, "b.example", 50)[-1] < 0.2


def test_a_wire_that_is_stopped_waits_no_longer() -> None:
    stopped = threading.Event()
    stopped.set()
    assert _timed(Rates({"a.example": (1, 60.0)}, stopped), "a.example", 3)[-1] < 0.2


def test_virustotal_is_asked_four_times_a_minute() -> None:
    assert RATES["www.virustotal.com"] == (4, 60.0)
