"""``lookup`` and ``visit``: one subject asked about, outside a mail. The answers are kept all the same."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from phishlab import indicators
from phishlab.cli import console
from phishlab.errors import InputError
from phishlab.evidence.archive import Archive
from phishlab.records import Exhibit, Level, Link, Lookup, PageVisit
from phishlab.report import structured
from phishlab.sources import dns, geoip, network, page, registration
from phishlab.sources import reputation as services
from phishlab.views import tables
from phishlab.views.safe import Lens
from phishlab.wire import Wire
from phishlab.wire.live import LiveWire


def lookup(arguments: argparse.Namespace) -> int:
    """What is known of an address, a domain or a URL, as far as the level allows."""
    with tempfile.TemporaryDirectory(prefix="phishlab-") as scratch:
        folder: Path = arguments.output or Path(scratch)
        wire = _wire(folder, Level.of(arguments.level))
        exhibits = list(_about(wire, arguments.subject))
        _show(exhibits, arguments)
    return 0


def visit(arguments: argparse.Namespace) -> int:
    """One page seen with the sealed browser: only with ``--level active``, and said so before."""
    if arguments.level != Level.ACTIVE.word:
        raise InputError("a visit can be noticed by the attacker: say --level active if you mean it")
    if indicators.url(arguments.url) is None:
        raise InputError(f"not a URL: {arguments.url!r}")
    lens = Lens(lang=arguments.lang)
    print(lens.say("cli.visit-warning"), file=sys.stderr)
    arguments.output.mkdir(parents=True, exist_ok=True)
    seen = page.visit(_wire(arguments.output, Level.ACTIVE), indicators.refang(arguments.url), ())
    _show([Exhibit(kind="visit", items=(seen,))], arguments)
    return 0 if isinstance(seen.record, PageVisit) else 1


def _wire(folder: Path, level: Level) -> LiveWire:
    folder.mkdir(parents=True, exist_ok=True)
    return LiveWire(
        Archive(folder / "answers.warc.gz"), level, "1", visit_folder=folder, on_question=console.question
    )


def _about(wire: Wire, subject: str) -> Iterator[Exhibit]:
    subject = indicators.refang(subject.strip())
    parsed = indicators.url(subject) if "://" in subject else None
    host = parsed.host if parsed else subject
    if indicators.address(host) is not None:
        yield from _address(wire, [host])
        return
    domain = indicators.registrable(host)
    if domain is None:
        raise InputError(f"not an address, a domain or a URL: {subject!r}")
    yield _exhibit("domains", [registration.domain(wire, domain)])
    named = [dns.addresses(wire, host), dns.addresses(wire, host, "AAAA"), dns.addresses(wire, domain, "MX")]
    yield _exhibit("addresses", named)
    asked = parsed or indicators.url(f"http://{host}/")
    if asked is not None:
        link = Link(url=asked.href, host=asked.host, registrable=domain, path=asked.path)
        yield _exhibit("listings", list(services.of_link(wire, link)))
    found = [value for lookup in named[:2] if lookup.record for value in lookup.record.values]
    yield from _address(wire, list(dict.fromkeys(found))[:4])


def _address(wire: Wire, ips: list[str]) -> Iterator[Exhibit]:
    if not ips:
        return
    networks: list[Lookup[object]] = [network.registration(wire, ip) for ip in ips]
    networks += [geoip.autonomous_system(wire, ip) for ip in ips]
    yield _exhibit("networks", networks)
    yield _exhibit("places", [found for ip in ips for found in geoip.places(wire, ip)])


def _exhibit(kind: str, items: Sequence[object]) -> Exhibit:
    return Exhibit(kind=kind, items=tuple(items))


def _show(exhibits: list[Exhibit], arguments: argparse.Namespace) -> None:
    if arguments.json:
        json.dump(
            [structured.plain(exhibit) for exhibit in exhibits], sys.stdout, ensure_ascii=False, indent=2
        )
        print()
        return
    lens = Lens(lang=arguments.lang)
    for exhibit in exhibits:
        print(tables.plain(tables.rows(exhibit, lens)))
        print()
