"""Look-ups side by side: a whole live investigation against servers on this machine that take their time."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from bench.tables import Table
from phishlab import case as cases
from phishlab import gathering, walkthrough
from phishlab.branches import Branch, looked_up
from phishlab.case import Case
from phishlab.records import Addresses, Level, Question
from tests.servers import slow, web, world

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "data" / "build" / "kagoya"
MAIL = ROOT / "data" / "cases" / "kagoya" / "data" / "evidence" / "original.eml"
LATE = 0.2
"""Seconds that every server takes to answer."""
GOAL = 1.6
_SERVERS = frozenset({"dns", "whois", "http", "https", "visit"})
"""``geoip`` and the like are read on this machine."""


def table(rounds: int) -> Table:
    """Wall seconds of the published mail investigated at level active, every question answered 200 ms late."""
    with _internet() as internet:
        internet.case()  # imports, the databases unpacked
        chain, put = _longest(internet), internet.questions()
        behind = min(internet.spent(_behind) for _ in range(rounds))
        beside = min(internet.spent(_beside) for _ in range(rounds))
    ratio = beside / (chain * LATE)
    rows: list[list[object]] = [
        ["questions put to a server", put, f"{put * LATE:.1f}", ""],
        ["longest chain of dependent ones", chain, f"{chain * LATE:.1f}", "1.0"],
        ["one after the other", "", f"{behind:.2f}", f"{behind / (chain * LATE):.1f}"],
        ["side by side", "", f"{beside:.2f}", f"{ratio:.2f}"],
    ]
    held = "held" if ratio <= GOAL else "MISSED"
    after = f"Least of {rounds} runs, pacing off. At most {GOAL} times the chain is aimed at: {held}."
    return Table("Look-ups", ("what", "questions", "seconds", "times the chain"), rows, after=after)


@dataclass(kw_only=True)
class Internet:
    """A small internet on loopback, and cases that ask it."""

    options: dict[str, Any]
    room: Path
    _number: Iterator[int] = field(default_factory=count)
    put: list[str] = field(default_factory=list)

    def case(self) -> Case:
        """A new case of the mail; what it asks servers is written down in ``put``."""
        self.put.clear()
        return cases.create(
            MAIL.read_bytes(),
            self.room / str(next(self._number)) / "case",
            level=Level.ACTIVE,
            receiver=str(BUILD / "studio-example.toml"),
            wire=self.options,
            on_question=self._noted,
        )

    def questions(self) -> int:
        """How many questions an investigation puts to servers."""
        walkthrough.casefile(self.case())
        return len(self.put)

    def spent(self, work: Callable[[Case], None]) -> float:
        """Seconds that *work* takes with a new case."""
        case, began = self.case(), time.perf_counter()
        work(case)
        return time.perf_counter() - began

    def _noted(self, question: Question, word: str) -> None:
        if word == "asking" and question.uri.partition(":")[0] in _SERVERS:
            self.put.append(question.uri)


def _beside(case: Case) -> None:
    walkthrough.casefile(case)


def _behind(case: Case) -> None:
    for name in walkthrough.NAMES:
        walkthrough.step(case, name)


def _longest(internet: Internet) -> int:
    """Questions on the longest way from one whose answer others wait for to the last of these."""
    many = len(list(gathering.branches(internet.case())))
    return max(_depth(internet, list(gathering.branches(internet.case()))[at]) for at in range(many))


def _depth(internet: Internet, branch: Branch) -> int:
    before = len(internet.put)
    answers = looked_up(branch.ask)
    own = len(internet.put) - before
    values = [
        value for lookup in answers if isinstance(lookup.record, Addresses) for value in lookup.record.values
    ]
    return own + max(
        (_depth(internet, further) for value in values for further in branch.then(value)), default=0
    )


@contextmanager
def _internet() -> Iterator[Internet]:
    files = {
        "rdap.verisign.com/com/v1/domain/sgogoj.com": "rdap-sgogoj.com.json",
        "rdap.arin.net/registry/ip/74.226.196.215": "rdap-74.226.196.215.json",
        "rdap.arin.net/registry/ip/8.217.61.41": "rdap-8.217.61.41.json",
    }
    pages: dict[str, web.Page] = {
        name: slow.late(web.page((BUILD / file).read_bytes(), "application/rdap+json"), LATE)
        for name, file in files.items()
    }
    jprs = (BUILD / "whois-aica-interior.co.jp.txt").read_bytes().replace(b"\n", b"\r\n")
    whois = {"whois.jprs.jp": {"aica-interior.co.jp": slow.late(jprs, LATE)}}
    with (
        tempfile.TemporaryDirectory(prefix="phishlab-bench-") as room,
        world.world(Path(room), pages=pages, whois_answers=whois) as here,
        slow.relay(here.nameservers[0], LATE) as resolver,
    ):
        options = here.options | {"nameservers": (resolver,), "timeout": 5.0, "visitor": _visitor}
        yield Internet(options=options, room=Path(room))


def _visitor(url: str, _folder: Path) -> bytes:
    time.sleep(LATE)
    return json.dumps({"url": url, "final_url": url, "files": {}}).encode()
