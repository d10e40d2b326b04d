"""phishsage: the sender's address, the results and the links that its commands work on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mailparser
from phishsage.handlers.headers import _build_header_config
from phishsage.heuristics.headers import HeaderHeuristics
from phishsage.parsers import extract_links
from phishsage.parsers.header_parser import extract_mail_headers
from serving import serve

CHECKER = HeaderHeuristics(config=_build_header_config(), whois_lookup=None, dns_resolver=None, cache=None)


def facts(path: Path, receiver: str) -> dict[str, Any]:
    """What ``phishsage headers --heuristics`` and ``phishsage links --extract`` say."""
    del receiver
    data = path.read_bytes()
    mail = mailparser.parse_from_bytes(data)
    headers = extract_mail_headers(mail, data)
    results = CHECKER.auth_check(headers).result
    return {
        "origin": headers.sender_ip,
        "authentication": {name: [each["value"]] for name, each in results.items() if each["value"]},
        "links": extract_links(mail.body or ""),
    }


def once(data: bytes) -> object:
    """The parsing alone."""
    mail = mailparser.parse_from_bytes(data)
    return extract_mail_headers(mail, data), extract_links(mail.body or "")


if __name__ == "__main__":
    serve(facts, once)
