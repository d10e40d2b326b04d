"""Which RDAP server answers for a top-level domain: IANA's list, as it was shipped or as the user has it now.

The list is a file on this machine. What is taken from it is evidence like any other answer: a replay on another
machine, with another list, goes to the same server.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

from phishlab.errors import DataError
from phishlab.records import Exchange, Level, Outcome, Question
from phishlab.sources import geodatabases, rdap_json
from phishlab.sources.rdap_json import Json
from phishlab.wire import Wire, download

BOOTSTRAP = "https://data.iana.org/rdap/dns.json"
"""The IANA bootstrap registry of RDAP servers for domains (RFC 9224)."""
_NAME = "rdap-dns.json"
_LIMIT = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Which RDAP server answers for a top-level domain, or why none is known."""

    base: str | None
    outcome: Outcome = Outcome.ANSWERED
    evidence: tuple[Exchange, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bootstrap:
    """A copy of the list. *publication*: the date that it states of itself."""

    bases: dict[str, str]
    publication: str
    path: Path | None = None
    """Where the user's own copy lies; None for the shipped one."""


def server(wire: Wire, name: str) -> Server:
    """The server for *name*: by the list on this machine, else by IANA's own, which is then asked for."""
    suffix = suffix_of(name)
    if suffix:
        answer = wire.consult(
            Question(uri=f"rdap-server:{suffix}", level=Level.OFFLINE), lambda: _written(suffix)
        )
        kept = rdap_json.obj(rdap_json.read(answer.data)) if answer.outcome is Outcome.ANSWERED else {}
        evidence = (answer.exchange,) if answer.exchange else ()
        # A case from before this was kept: the shipped list is what it was asked by.
        return Server(base=rdap_json.text(kept.get("base")) or listed().bases[suffix], evidence=evidence)
    return _asked(wire, name)


def suffix_of(name: str) -> str | None:
    """The longest suffix of *name* that the list on this machine has; None where it has none."""
    return _longest(listed().bases, name)


def listed() -> Bootstrap:
    """The user's own copy where there is one that can be read, else the shipped one."""
    path = _folder() / _NAME
    try:
        stamp = path.stat()
        return _own(path, stamp.st_mtime_ns, stamp.st_size)
    except (OSError, DataError):
        return _shipped()


def fetch(*, door: download.Door | None = None, on_progress: download.Progress | None = None) -> Bootstrap:
    """IANA's list as it is now, put where it is used from now on.

    Raises DataError where it does not come, or is not what it should be: the one that was there stays.
    """
    folder = _folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"{folder} cannot be written to: {error.strerror}") from error
    part = folder / f"{_NAME}.part"
    download.fetch(BOOTSTRAP, part, limit=_LIMIT, seconds=120, door=door, on_progress=on_progress)
    try:
        _read(part)
    except DataError:
        part.unlink()
        raise
    part.replace(folder / _NAME)
    return listed()


def _folder() -> Path:
    """Where the user's own data lie, beside those of GeoIP."""
    return geodatabases.data_folder().parent


def _asked(wire: Wire, name: str) -> Server:
    answer = wire.ask(Question(uri=BOOTSTRAP, level=Level.PASSIVE))
    evidence = (answer.exchange,) if answer.exchange else ()
    told = rdap_json.read(answer.data) if answer.status == 200 else None
    if not isinstance(told, dict):
        outcome = Outcome.FAILED if answer.outcome is Outcome.ANSWERED else answer.outcome
        note = f"the list of RDAP servers could not be read: {answer.note or answer.status}"
        return Server(base=None, outcome=outcome, evidence=evidence, note=note)
    bases = _bases(told.get("services"))
    suffix = _longest(bases, name)
    if suffix:
        return Server(base=bases[suffix], evidence=evidence)
    top = name.rpartition(".")[2]
    note = f"IANA lists no RDAP server over https for .{top}: its registry is not known here"
    return Server(base=None, outcome=Outcome.NOT_ASKED, evidence=evidence, note=note)


def _longest(bases: dict[str, str], name: str) -> str | None:
    labels = name.split(".")
    return next((tail for at in range(len(labels)) if (tail := ".".join(labels[at:])) in bases), None)


def _written(suffix: str) -> bytes:
    """``{"base":"https://rdap.verisign.com/com/v1/","publication":"2026-02-13T23:00:01Z","suffix":"com"}``."""
    known = listed()
    kept = {"base": known.bases[suffix], "publication": known.publication, "suffix": suffix}
    return json.dumps(kept, sort_keys=True, separators=(",", ":")).encode()


def _bases(services: Json) -> dict[str, str]:
    """The first https base URL, ending in a slash, by suffix: ``[[["com"], ["https://rdap.example/"]], …]``."""
    found: dict[str, str] = {}
    for service in rdap_json.array(services):
        pair = rdap_json.array(service)
        urls = [rdap_json.text(url) for url in rdap_json.array(pair[1] if len(pair) == 2 else None)]
        secure = next((url for url in urls if url.startswith("https://")), None)
        for suffix in rdap_json.array(pair[0]) if secure else []:
            found.setdefault(
                rdap_json.text(suffix).lower().strip("."), f"{secure.rstrip('/')}/" if secure else ""
            )
    return found


@cache
def _shipped() -> Bootstrap:
    told = json.loads((files(__package__) / "rdap_servers.json").read_text(encoding="utf-8"))
    return Bootstrap(bases=_bases(told["older"]) | _bases(told["services"]), publication=told["publication"])


@lru_cache(maxsize=2)
def _own(path: Path, *_stamp: int) -> Bootstrap:
    return _read(path)


def _read(path: Path) -> Bootstrap:
    told = rdap_json.obj(rdap_json.read(path.read_bytes()))
    bases = _bases(told.get("services"))
    if "com" not in bases:
        raise DataError(f"{path.name} is not the list of RDAP servers that {BOOTSTRAP} gives")
    return Bootstrap(bases=bases, publication=rdap_json.text(told.get("publication")), path=path)
