"""What Google Safe Browsing hashes of a URL: its canonical form, cut into host suffixes and path prefixes.

https://developers.google.com/safe-browsing/reference/URLs.and.Hashing
"""

from __future__ import annotations

from hashlib import sha256
from ipaddress import IPv6Address, ip_address

from phishlab import indicators

_HOSTS, _DEPTH = 4, 4
"""So many names beside the whole host, and so many prefixes of the path from its root on."""
_NAT64 = 0x64FF9B << 64
"""64:ff9b::/96, without its last 32 bits (RFC 6052)."""


def hashes(url: str) -> dict[bytes, str]:
    """The expression behind each SHA-256 (32 bytes) that may stand for *url*; at most 30, none for no web URL."""
    return {sha256(expression.encode("latin-1")).digest(): expression for expression in of(url)}


def of(url: str) -> tuple[str, ...]:
    """``a.b.com/1/2.html?p=1``, ``a.b.com/1/2.html``, ``a.b.com/``, ``a.b.com/1/``, ``b.com/…``: each once."""
    parts = canonical(url)
    if parts is None:
        return ()
    host, path, query = parts
    paths = [*([f"{path}?{query}"] if query is not None else []), path, *_prefixes(path)]
    return tuple(dict.fromkeys(name + prefix for name in _suffixes(host) for prefix in paths))


def canonical(url: str) -> tuple[str, str, str | None] | None:
    """Host, path and query (None where there is no ``?``), percent-encoded as Google does; None for no web URL.

    Bytes are latin-1 text here: only what is ASCII is left when they are encoded.
    """
    read = indicators.url(url)
    if read is None or read.scheme not in {"http", "https"} or not read.host:
        return None
    host = _host(read.host)
    query = _escaped(_unescaped(read.query)) if "?" in read.href.partition("#")[0] else None
    return (_escaped(host.encode()), _escaped(_resolved(_unescaped(read.path))), query) if host else None


def _host(host: str) -> str:
    """The host without stray dots, an IPv6 address that carries an IPv4 one as that."""
    if ":" not in host:
        return ".".join(label for label in host.lower().split(".") if label)
    found = ip_address(host)
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        return str(found.ipv4_mapped)
    if isinstance(found, IPv6Address) and int(found) >> 32 == _NAT64:
        return str(ip_address(int(found) & 0xFFFFFFFF))
    return f"[{found}]"


def _suffixes(host: str) -> list[str]:
    """The host, and up to four names from its registrable domain upwards; an address alone."""
    domain = indicators.registrable(host)
    if domain is None or not host.endswith(domain):
        return [host]
    above = host.removesuffix(domain).rstrip(".").split(".") if host != domain else []
    names = [".".join([*above[len(above) - taken :], domain]) for taken in range(min(_HOSTS, len(above) + 1))]
    return list(dict.fromkeys([host, *names[::-1]]))


def _prefixes(path: str) -> list[str]:
    """``/``, ``/1/``, ``/1/2/``: up to four, the last component without its slash left out."""
    steps = path.split("/")[1:-1]
    return [
        "/" + "".join(f"{step}/" for step in steps[:depth]) for depth in range(min(_DEPTH, len(steps) + 1))
    ]


def _unescaped(text: str) -> bytes:
    """*text* percent-decoded until nothing is left to decode, in one walk."""
    out = bytearray()
    for byte in text.encode():
        out.append(byte)
        while len(out) > 2 and out[-3] == 0x25 and (value := _hex(out[-2:])) is not None:
            out[-3:] = bytes([value])
    return bytes(out)


def _hex(digits: bytearray) -> int | None:
    return int(digits, 16) if all(digit in b"0123456789abcdefABCDEF" for digit in digits) else None


def _resolved(path: bytes) -> bytes:
    """*path* without ``/./``, ``/../`` and doubled slashes."""
    kept: list[bytes] = []
    steps = path.split(b"/")
    for step in steps:
        if step == b"..":
            del kept[-1:]
        elif step not in {b"", b"."}:
            kept.append(step)
    folder = steps[-1] in {b"", b".", b".."} and kept
    return b"/" + b"/".join(kept) + (b"/" if folder else b"")


def _escaped(data: bytes) -> str:
    return "".join(
        f"%{byte:02X}" if byte <= 0x20 or byte >= 0x7F or byte in b"#%" else chr(byte) for byte in data
    )
