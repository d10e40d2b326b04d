"""One ordinary mail, each time in a new process: what a person waits for."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from compileall import compile_dir
from email import message_from_bytes
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from io import BytesIO
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile

from bench import speed
from bench.environment import Environment
from bench.tables import Table

CORPUS = speed.ROOT / "tests" / "corpus" / "mails"
_ORDINARY = 16_000
"""Bytes: the real mail that is nearest to this is measured too."""
_LARGE = 2_100_000
"""Bytes attached, 2.9 MB as base64."""

Commands = dict[str, list[str | Path]]


def table(peers: Environment, rounds: int) -> Table:
    """Wall milliseconds, the commands taking turns."""
    program = Path(sys.executable).with_name("phishlab")
    rows: list[list[object]] = []
    # As pip does for whoever installs it; where Python is told to write no bytecode, an edit here would count.
    compile_dir(speed.ROOT / "phishlab", quiet=1)
    with TemporaryDirectory() as folder:
        for mail, what in _chosen(Path(folder)):
            rows += _measured(mail, what, program, peers, rounds)
    rows += _rows("", {"phishlab --help": [program, "--help"]}, rounds)
    load = f"{os.getloadavg()[0]:.1f}"
    return Table(
        "Cold",
        ("mail", "command", "median ms", "least ms"),
        rows,
        after=f"{rounds} runs each, in turns; load average {load}.",
    )


def _measured(mail: Path, what: str, program: Path, peers: Environment, rounds: int) -> list[list[object]]:
    commands: Commands = {
        "phishlab inspect --json": [program, "inspect", mail, "--json"],
        "phishlab inspect": [program, "inspect", mail],
    }
    if "mail-parser" not in peers.trouble:
        commands["mail-parser -j"] = [peers.command("mail-parser"), "-j", "-f", mail]
    commands["python -c pass"] = [sys.executable, "-c", "pass"]
    return _rows(what, commands, rounds)


def _rows(what: str, commands: Commands, rounds: int) -> list[list[object]]:
    spent = _spent(commands, rounds)
    return [[what, name, f"{median(each):.0f}", f"{min(each):.0f}"] for name, each in spent.items()]


def _chosen(folder: Path) -> list[tuple[Path, str]]:
    """Plain text, HTML, a real mail, one with a zip file, a large one: each with its size."""
    plain, page = CORPUS / "route-kagoya.eml", CORPUS / "honest-newsletter.eml"
    found = [(plain, "plain text"), (page, "text and HTML")]
    ordinary = min(speed.mails()[0], key=lambda path: abs(path.stat().st_size - _ORDINARY))
    if ordinary.stat().st_size > _ORDINARY / 2:
        found.append((ordinary, "a real mail"))
    zipped, large = folder / "zipped.eml", folder / "large.eml"
    zipped.write_bytes(_with_zip(plain.read_bytes(), 10_000))
    large.write_bytes(_with_zip(plain.read_bytes(), _LARGE))
    found += [(zipped, "a zip attached"), (large, "a large zip attached")]
    return [(mail, f"{what}, {_size(mail)}") for mail, what in found]


def _size(mail: Path) -> str:
    size = mail.stat().st_size
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{size / 1000:.1f} kB"


def _with_zip(data: bytes, size: int) -> bytes:
    """The mail with a zip file attached: a page, and bytes that do not pack, the same each time."""
    mail, packed = message_from_bytes(data), BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr("invoice.html", '<a href="https://evil-host.example/login">Pay</a>')
        archive.writestr("invoice.bin", Random(size).randbytes(size))
    whole = MIMEMultipart()
    for name, value in mail.items():
        if not name.lower().startswith(("content-", "mime-")):
            whole[name] = value
    text = mail.get_payload(decode=True)
    attached = MIMEApplication(packed.getvalue(), "zip")
    attached.add_header("Content-Disposition", "attachment", filename="invoice.zip")
    whole.attach(
        MIMEText(text.decode("utf-8", "replace") if isinstance(text, bytes) else "", "plain", "utf-8")
    )
    whole.attach(attached)
    return whole.as_bytes()


def _spent(commands: Commands, rounds: int) -> dict[str, list[float]]:
    spent: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, command in commands.items():
            begin = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if turn:  # the first of all only warms the disk's cache
                spent[name].append((time.perf_counter() - begin) * 1000)
    return spent
