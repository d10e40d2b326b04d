"""Mails made to be slow: seconds, each in a process of its own that is ended after a minute."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench import tools
from bench.environment import Environment
from bench.tables import Table
from bench.tools import Running, StoppedError, Tool
from tests.mail.data.bombs import bomb

TOOLS = (tools.PHISHLAB, tools.EML_PARSER, tools.MAIL_PARSER, tools.STANDARD)
CASES = (
    ("nested_div", 100_000, "100,000 nested div"),
    ("from_parens", 50_000, "50,000 opening brackets in From"),
    ("parens", 100_000, "100,000 nested brackets in To"),
    ("wide", 100_000, "100,000 parts"),
    ("dots", 500_000, "1 MB of dots"),
    ("received", 100_000, "100,000 Received lines"),
    ("encoded_words", 100_000, "100,000 encoded words in Subject"),
)
_PATIENCE = 60.0


def table(peers: Environment) -> Table:
    """CPU seconds and peak memory for each."""
    rows: list[list[object]] = []
    chosen = [tool for tool in TOOLS if tool.package not in peers.trouble]
    with tempfile.TemporaryDirectory() as folder:
        for kind, size, title in CASES:
            path = Path(folder) / f"{kind}.eml"
            path.write_bytes(bomb(kind, size))
            rows.append([title, *(_tried(tool, peers, path) for tool in chosen)])
    return Table("Hostile mails", ("mail", *(tool.shown(peers) for tool in chosen)), rows,
                 after="CPU seconds, and the peak memory of the process in MiB.")  # fmt: skip


def _tried(tool: Tool, peers: Environment, path: Path) -> str:
    with Running(tool, peers) as running:
        try:
            running.ask(do="load", paths=[str(path)])
            said = running.run(0, 1, _PATIENCE)
        except StoppedError as trouble:
            return str(trouble)
    return f"{said['cpu']:.2f} s, {said['peak_mib']} MiB" + (", raises" if said["raised"] else "")
