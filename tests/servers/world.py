"""A small internet on loopback: real names, at public addresses that lead to this machine's servers."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import trustme

from phishlab.evidence.archive import Archive
from phishlab.records import Level
from phishlab.wire.live import LiveWire
from tests.servers import nsd, web, whois

ARTICLE = {
    "aica-interior.co.jp": """@ IN A 153.123.7.53
@ IN TXT "v=spf1 ip4:153.123.7.53 -all"
_dmarc IN TXT "v=DMARC1; p=none"
""",
    "sgogoj.com": """@ IN A 8.217.61.41
@ IN TXT "v=spf1 a mx -all"
_dmarc IN TXT "v=DMARC1; p=none"
""",
    "cloudapp.azure.com": "ioooo.japaneast IN A 74.226.196.215\n",
    "in-addr.arpa": """215.196.226.74 IN PTR ioooo.japaneast.cloudapp.azure.com.
""",
    "zen.spamhaus.org": """2.0.0.127 IN A 127.0.0.2
2.0.0.127 IN A 127.0.0.4
2.0.0.127 IN A 127.0.0.10
215.196.226.74 IN A 127.0.0.4
""",
    "dbl.spamhaus.org": """dbltest.com IN A 127.0.1.2
sgogoj.com IN A 127.0.1.4
""",
    "asn.cymru.com": """215.196.226.74.origin IN TXT "8075 | 74.224.0.0/14 | US | arin | 2022-01-01"
41.61.217.8.origin IN TXT "45102 | 8.217.0.0/16 | US | arin | 2020-01-01"
53.7.123.153.origin IN TXT "4713 | 153.122.0.0/15 | JP | apnic | 2011-01-01"
""",
}
"""The zones of the published walkthrough under their real names; what it does not tell of them is made up."""


@dataclass(kw_only=True)
class World:
    """What LiveWire needs to live in it, and what its servers were asked."""

    nameservers: tuple[tuple[str, int], ...]
    dial: dict[tuple[str, int], tuple[str, int]]
    ca_file: Path
    whois_asked: list[str] = field(default_factory=list)
    web_asked: list[bytes] = field(default_factory=list)

    @property
    def options(self) -> dict[str, Any]:
        """The keyword arguments that put a LiveWire into this world."""
        return {
            "nameservers": self.nameservers,
            "dial": self.dial,
            "ca_file": self.ca_file,
            "timeout": 1.0,
            "pace": {},
            "rates": {},
        }

    def wire(self, archive: Archive, level: Level = Level.ACTIVE, run: str = "1", **more: Any) -> LiveWire:
        """A live wire in this world."""
        return LiveWire(archive, level, run, **{**self.options, **more})


@contextmanager
def world(
    folder: Path,
    *,
    zones: Mapping[str, str] = ARTICLE,
    whois_answers: Mapping[str, whois.Answers] | None = None,
    pages: web.Pages | None = None,
) -> Iterator[World]:
    """A world with *zones* (records by zone), WHOIS answers by server name, and web *pages*.

    A host of *pages* or *whois_answers* that no zone knows gets a zone and a public address. *folder* is for
    the certificate of the world's own authority. Every web host has the same pages on ports 80 and 443.
    """
    whois_answers, pages = whois_answers or {}, pages or {}
    names = sorted({target.partition("/")[0].partition(":")[0] for target in pages})
    hosts = _hosts(zones, [*names, *whois_answers])
    ca = trustme.CA()
    ca_file = folder / "authority.pem"
    ca.cert_pem.write_to_path(ca_file)
    with ExitStack() as stack:
        made = {host: f"@ IN A {address}\n" for host, (address, known) in hosts.items() if not known}
        server = stack.enter_context(nsd.serving({**zones, **made}))
        here = World(nameservers=(server,), dial={}, ca_file=ca_file)
        plain = stack.enter_context(web.serving(pages, asked=here.web_asked))
        secure = stack.enter_context(web.serving(pages, _tls(ca, names), asked=here.web_asked))
        for name in names:
            here.dial |= {(hosts[name][0], 80): plain, (hosts[name][0], 443): secure}
        for name, answers in whois_answers.items():
            port = stack.enter_context(whois.serving(answers, here.whois_asked))
            here.dial[hosts[name][0], whois_port()] = port
        yield here


def whois_port() -> int:
    """The port of WHOIS."""
    return 43


def _hosts(zones: Mapping[str, str], names: list[str]) -> dict[str, tuple[str, bool]]:
    """Address of each name, and whether a zone already gives it."""
    return {
        name: (found, True) if (found := _in_zone(zones, name)) else (f"11.0.0.{number}", False)
        for number, name in enumerate(names, 1)
    }


def _in_zone(zones: Mapping[str, str], name: str) -> str | None:
    for line in zones.get(name, "").splitlines():
        match line.split():
            case ["@", "IN", "A" | "AAAA", address]:
                return address
    return None


def _tls(ca: trustme.CA, names: list[str]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(*(names or ["localhost"])).configure_cert(context)
    return context
