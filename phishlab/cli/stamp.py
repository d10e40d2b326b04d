"""``stamp``: a time stamp over a sealed case, asked of an authority or brought from elsewhere."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from phishlab import indicators
from phishlab.cli import verify
from phishlab.cli.console import line
from phishlab.errors import DataError, InputError
from phishlab.evidence import stamps
from phishlab.evidence.archive import Archive
from phishlab.evidence.folder import CaseFolder
from phishlab.evidence.verify import require
from phishlab.records import Level
from phishlab.sources import timestamp
from phishlab.views.safe import Lens
from phishlab.wire import clock
from phishlab.wire.live import LiveWire


def run(arguments: argparse.Namespace) -> int:
    """One stamp more, or the request for one; then what all stamps of the case prove."""
    folder, lens = CaseFolder.open(arguments.case), Lens(lang=arguments.lang)
    if arguments.query is not None:
        _prepare(folder, "elsewhere")
        _put(arguments.query, stamps.request(folder.path))
        line(lens.say("stamp.query").format(path=arguments.query))
        return 0
    kept = _brought(folder, arguments.response) if arguments.response else _asked(folder, arguments, lens)
    line(lens.say("stamp.kept").format(path=folder.path / kept))
    return verify.said_of_stamps(folder, verify.authorities(arguments.tsa_ca), lens)


def _asked(folder: CaseFolder, arguments: argparse.Namespace, lens: Lens) -> str:
    url = indicators.url(arguments.tsa or "")
    if url is None or url.scheme not in {"http", "https"} or not url.host:
        raise InputError(
            "which authority? --tsa URL, or --query and --response for a machine without network"
        )
    level = Level.of(arguments.level or str(folder.info.get("level", "offline")))
    if level < Level.PASSIVE:
        raise InputError("an authority learns a digest and your network address: say --level passive")
    print(lens.say("stamp.learns", host=url.host), file=sys.stderr)
    _prepare(folder, url.host)
    request, place = stamps.request(folder.path), stamps.draft(folder.path)
    wire = LiveWire(Archive(place / stamps.EXCHANGE), level, "stamp", visit_folder=place)
    told = timestamp.stamp(wire, url.href, request)
    if told.record is None:
        stamps.discard(place)
        raise DataError(f"{url.host} gave no stamp: {told.note or told.outcome}")
    return stamps.keep(folder.path, told.record, request, place)


def _brought(folder: CaseFolder, path: Path) -> str:
    require(folder.path)
    try:
        return stamps.keep(folder.path, path.read_bytes())
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}") from error


def _prepare(folder: CaseFolder, host: str) -> None:
    """The custody log says that a stamp is asked for before it is: afterwards it would no longer be stamped."""
    require(folder.path)
    if not folder.info.get("finished", True):
        raise InputError(f"{folder.path} is not finished: go on with it first, then it can be stamped")
    now = clock.utc()
    with folder.changing(when=now):
        folder.log("stamp-asked", f"a time stamp over the sealed case is asked of {host}", when=now)


def _put(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise DataError(f"cannot write {path}: {error.strerror}") from error
