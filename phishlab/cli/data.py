"""``data``: the databases that are used, and a newer one. Only ``update`` without a file asks the network.

``update rdap`` fetches IANA's list of RDAP servers (RFC 9224) anew.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from phishlab import wording
from phishlab.errors import InputError
from phishlab.report import structured
from phishlab.sources import geodatabases, geoupdate, rdap_servers
from phishlab.sources.geodatabases import DatabaseStatus
from phishlab.sources.geoupdate import Update
from phishlab.sources.rdap_servers import Bootstrap
from phishlab.views.safe import Lens, visible
from phishlab.wire import download

DOOR: download.Door | None = None
"""The way out; the system's own."""


def run(arguments: argparse.Namespace) -> int:
    """``status`` prints dates, licences, sources; ``unpack`` prepares the cache; ``update`` brings a newer file."""
    if arguments.what != "update" and (arguments.file or arguments.month or arguments.sha256):
        raise InputError("a file, --month and --sha256 go with: phishlab data update")
    if arguments.what == "update":
        return _update(arguments)
    if arguments.what == "unpack":
        geodatabases.unpack()
    found = geodatabases.status()
    if arguments.json:
        return _json([structured.plain(database) for database in found])
    lens = Lens(lang=arguments.lang)
    for database in found:
        _print(database, lens)
    _print_servers(rdap_servers.listed(), lens)
    return 0


def _update(arguments: argparse.Namespace) -> int:
    if str(arguments.file) == "rdap":
        return _update_servers(arguments)
    if arguments.file:
        if arguments.month:
            raise InputError("name a file or a month, not both")
        done = geoupdate.take(arguments.file, sha256=arguments.sha256)
    else:
        with _bar(Lens(lang=arguments.lang)) as tell:
            done = geoupdate.fetch(arguments.month, sha256=arguments.sha256, door=DOOR, on_progress=tell)
    if arguments.json:
        return _json(structured.plain(done))
    _told(done, Lens(lang=arguments.lang))
    return 0


def _update_servers(arguments: argparse.Namespace) -> int:
    if arguments.month or arguments.sha256:
        raise InputError("--month and --sha256 go with a database, not with the list of RDAP servers")
    lens = Lens(lang=arguments.lang)
    with _bar(lens) as tell:
        listed = rdap_servers.fetch(door=DOOR, on_progress=tell)
    if arguments.json:
        return _json(
            {"publication": listed.publication, "domains": len(listed.bases), "path": str(listed.path)}
        )
    _print_servers(listed, lens)
    return 0


def _print_servers(listed: Bootstrap, lens: Lens) -> None:
    print(lens.say("data.servers", publication=listed.publication[:10], count=f"{len(listed.bases):,}"))
    print(f"  {listed.path or rdap_servers.BOOTSTRAP}")


def _told(done: Update, lens: Lens) -> None:
    # The publisher's address is ours, and the file's name is the user's: neither is a lure to be defanged.
    print(wording.say(lens.lang, "data.in-place", source=visible(done.source)))
    print(f"  SHA-256 {done.sha256}")
    _print(done.status, lens)
    if done.replaced is not None:
        key = "data.older" if _older(done) else "data.replaced"
        print(lens.say(key, built=_day(done.replaced), database=done.replaced.title))
    if done.previous is not None:
        print(f"  {done.previous}")


def _older(done: Update) -> bool:
    new, old = done.status.built, done.replaced.built if done.replaced else None
    return bool(new and old and new < old)


def _print(database: DatabaseStatus, lens: Lens) -> None:
    if database.trouble:
        print(f"{database.name}: {visible(database.trouble)}")
        return
    print(
        f"{database.name}: {visible(database.title)}, {_day(database)}, {database.publisher}, {database.licence}"
    )
    print(f"  {database.path} ({lens.say(f'data.source.{database.source}')})")
    if database.attribution:
        print(f"  {database.attribution}")
    print(f"  SHA-256 {database.sha256}")


def _day(database: DatabaseStatus) -> str:
    return f"{database.built:%Y-%m-%d}" if database.built else "—"


@contextmanager
def _bar(lens: Lens) -> Iterator[download.Progress]:
    """A bar on a terminal, nothing elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(lens.say("data.fetching"), total=None)
        yield lambda come, of: bar.update(task, completed=come, total=of)


def _json(document: object) -> int:
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2)
    print()
    return 0
