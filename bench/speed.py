"""Mails a second on one core, hot: the tools take turns chunk by chunk, so that a busy machine is unfair to none."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from bench import tools
from bench.environment import Environment
from bench.tables import Table
from bench.tools import Running, Tool

TOOLS = (
    tools.PHISHLAB_MAIL,
    tools.PHISHLAB_PLAIN,
    tools.PHISHLAB,
    tools.EML_PARSER,
    tools.MAIL_PARSER,
    tools.STANDARD,
)
ROOT = Path(__file__).parents[1]
DATA = Path(os.environ.get("PHISHLAB_TEST_DATA", ROOT.parent / "shared" / "data"))
_CHUNK = 100
_WARM_UP = 20
_LEAST = 1000


def mails() -> tuple[list[Path], str]:
    """The mails to read, and what they are."""
    real = sorted((DATA / "mail" / "phishing").glob("*.eml"))
    if real:
        return real, f"{len(real):,} real phishing mails of the public phishing_pot collection"
    own = sorted((ROOT / "tests" / "corpus" / "mails").glob("*.eml"))
    times = -(-_LEAST // len(own))
    return (
        own * times,
        f"the {len(own)} mails of tests/corpus, {times} times (the real ones are not on this machine)",
    )


def table(peers: Environment, rounds: int) -> Table:
    """Rates by CPU seconds of each tool's own process; ratios are medians over the rounds."""
    paths, what = mails()
    chosen = [tool for tool in TOOLS if tool.package not in peers.trouble]
    seconds, raised, peaks = _measured(chosen, peers, paths, rounds)
    size = sum(path.stat().st_size for path in paths) / 1e6
    rows: list[list[object]] = []
    for tool in chosen:
        own = [len(paths) / each for each in seconds[tool]]
        ratios = [theirs / ours for theirs, ours in zip(seconds[tool], seconds[TOOLS[0]], strict=True)]
        rows.append(
            [
                tool.shown(peers),
                f"{median(own):,.0f}",
                f"{min(own):,.0f}–{max(own):,.0f}",
                f"{median(own) * size / len(paths):.1f}",
                f"{median(ratios):.1f}",
                raised[tool],
                peaks[tool],
            ]
        )
    rows += [[tool.shown(peers), "not installed", *[""] * 5] for tool in TOOLS if tool not in chosen]
    columns = ("tool", "mails/s", "range", "MB/s", "the first row is … times as fast", "raised", "peak MiB")
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    after = (
        f"{rounds} rounds, {size:.0f} MB. Load average while it ran (1, 5, 15 minutes): {load} "
        f"on {os.cpu_count()} cores."
    )
    return Table(
        "Speed",
        columns,
        rows,
        f"On {what}, read into memory before. Each tool does its own job: see above.",
        after,
    )


def _measured(
    chosen: list[Tool], peers: Environment, paths: list[Path], rounds: int
) -> tuple[dict[Tool, list[float]], dict[Tool, int], dict[Tool, int]]:
    seconds: dict[Tool, list[float]] = {tool: [] for tool in chosen}
    raised, peaks = dict.fromkeys(chosen, 0), dict.fromkeys(chosen, 0)
    with ExitStack() as stack:
        running = {tool: stack.enter_context(Running(tool, peers)) for tool in chosen}
        for each in running.values():
            each.ask(do="load", paths=list(map(str, paths)))
            each.run(0, _WARM_UP)
        for turn in range(rounds):
            spent = dict.fromkeys(chosen, 0.0)
            for begin in range(0, len(paths), _CHUNK):
                for tool in chosen if turn % 2 else reversed(chosen):
                    said = running[tool].run(begin, begin + _CHUNK)
                    spent[tool] += said["cpu"]
                    raised[tool] += said["raised"]
                    peaks[tool] = said["peak_mib"]
            for tool in chosen:
                seconds[tool].append(spent[tool])
    return seconds, {tool: count // rounds for tool, count in raised.items()}, peaks
