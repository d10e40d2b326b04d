"""The tools under measurement, each in a process of its own that takes orders (peers/serving.py)."""

from __future__ import annotations

import json
import resource
import selectors
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from bench.environment import Environment

HERE = Path(__file__).parent
_MOST_MEMORY = 6 * 1024**3


@dataclass(frozen=True)
class Tool:
    """*package* is empty for what runs in the project's own Python."""

    title: str
    script: str
    package: str = ""

    def shown(self, peers: Environment) -> str:
        """With its version."""
        return f"{self.title} {peers.versions.get(self.package, '')}".strip()


PHISHLAB = Tool("phishlab", "phishlab_named.py")
PHISHLAB_MAIL = Tool("phishlab, the mail alone", "phishlab_mail.py")
PHISHLAB_PLAIN = Tool("phishlab, all of it, pictures not searched", "phishlab_plain.py")
PHISHLAB_AUTO = Tool("phishlab, receiver not named", "phishlab_auto.py")
STANDARD = Tool("standard library, compat32", "standard_library.py")
MAIL_PARSER = Tool("mail-parser", "mail_parser.py", "mail-parser")
EML_PARSER = Tool("eml_parser", "eml_parser_.py", "eml_parser")
PEFA = Tool("pefa", "pefa_.py", "pefa")
EMAIL_HEADER_INTEL = Tool("email-header-intel", "email_header_intel.py", "email-header-intel")
PHISHSAGE = Tool("phishsage", "phishsage_.py", "phishsage")


class StoppedError(Exception):
    """The tool gave no answer: it took too long, or it died."""


class Running:
    """A tool that runs; ``with`` ends it."""

    def __init__(self, tool: Tool, peers: Environment) -> None:
        """Start it; raises nothing where it cannot be started: its first answer is then ``StoppedError``."""
        python = peers.python if tool.package else Path(sys.executable)
        self._process = subprocess.Popen(
            [python, HERE / "peers" / tool.script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            preexec_fn=_bounded,  # noqa: PLW1509 - no threads here
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def run(self, begin: int, end: int, seconds: float = 600) -> dict[str, Any]:
        """Its whole job on the loaded mails from *begin* to *end*."""
        order: dict[str, Any] = {"do": "run", "begin": begin, "end": end}
        return self.ask(seconds, **order)

    def ask(self, seconds: float = 600, **order: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """Its answer; raises StoppedError after *seconds* without one."""
        to, back = self._process.stdin, self._process.stdout
        if to is None or back is None:
            raise StoppedError("not started")
        try:
            to.write(json.dumps(order).encode() + b"\n")
            to.flush()
        except BrokenPipeError:
            raise StoppedError("died") from None
        with selectors.DefaultSelector() as waiting:
            waiting.register(back, selectors.EVENT_READ)
            if not waiting.select(seconds):
                raise StoppedError(f"no answer in {seconds:.0f} s")
        line = back.readline()
        if not line:
            raise StoppedError("died")
        answer: dict[str, Any] = json.loads(line)
        return answer


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
