"""A BagIt bag (RFC 8493): which files it holds, by SHA-256 and SHA-512.

bagit-python is the tests' second opinion. It is not used here because it changes the working directory of the
whole process, and a notebook has one.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ALGORITHMS = ("sha256", "sha512")
PAYLOAD = "data"
DERIVED = "report"
"""The folder for what can be made again: outside the payload and of no manifest."""
STAMPS = "stamps"
"""The folder for time stamps: each is checked by itself, so that it is of no manifest either."""
SEALING = ".sealing"
"""Stands at the top while the manifests are written: left behind, they may be half old and half new."""
PARTIAL = ".part"
"""How the name of a file ends that was not written whole."""
DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_ESCAPES = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))


def digests(path: Path) -> dict[str, str]:
    """SHA-256 and SHA-512 of a file, by algorithm, in hex."""
    running = {name: hashlib.new(name) for name in ALGORITHMS}
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            for digest in running.values():
                digest.update(chunk)
    return {name: digest.hexdigest() for name, digest in running.items()}


def payload(root: Path) -> Iterator[str]:
    """The payload's files, as ``data/evidence/original.eml``, sorted. Links are named, not followed."""
    found: list[str] = []
    for folder, folders, files in os.walk(root / PAYLOAD, followlinks=False):
        linked = [name for name in folders if (Path(folder) / name).is_symlink()]
        found += [(Path(folder) / name).relative_to(root).as_posix() for name in [*files, *linked]]
    yield from sorted(found)


def tags(root: Path) -> list[str]:
    """The tag files that a tag manifest covers: everything at the top except the tag manifests."""
    names = sorted(path.name for path in root.iterdir() if path.is_file() or path.is_symlink())
    return [name for name in names if not name.startswith("tagmanifest-") and name != SEALING]


def sums(root: Path) -> dict[str, dict[str, str]]:
    """The digests of every file of the payload, by path."""
    return {name: digests(root / name) for name in payload(root)}


@contextmanager
def sealing(root: Path) -> Iterator[None]:
    """Mark the bag as being sealed until the block ends well; the mark of a killed run stays."""
    replace(root / SEALING, b"")
    yield
    (root / SEALING).unlink(missing_ok=True)


def seal(root: Path, info: Mapping[str, str], sums: Mapping[str, Mapping[str, str]]) -> None:
    """Write the manifests over *sums* and ``bag-info.txt``; each is replaced whole, the tag manifests last."""
    size = sum((root / name).stat().st_size for name in sums)
    fields = {**info, "Payload-Oxum": f"{size}.{len(sums)}"}
    replace(root / "bagit.txt", DECLARATION)
    replace(
        root / "bag-info.txt", "".join(f"{key}: {_line(value)}\n" for key, value in fields.items()).encode()
    )
    for algorithm in ALGORITHMS:
        replace(root / f"manifest-{algorithm}.txt", format_manifest(sums, algorithm))
    tagged = {name: digests(root / name) for name in tags(root)}
    for algorithm in ALGORITHMS:
        replace(root / f"tagmanifest-{algorithm}.txt", format_manifest(tagged, algorithm))


def format_manifest(sums: Mapping[str, Mapping[str, str]], algorithm: str) -> bytes:
    """A manifest's bytes: one line a file, ``<hex digest>  data/evidence/original.eml``."""
    return "".join(f"{sums[name][algorithm]}  {_escape(name)}\n" for name in sorted(sums)).encode()


def parse_manifest(content: bytes) -> dict[str, str]:
    """Digest by path. A line that is no entry stands in it under its own text, with an empty digest.

    ``5891b5b5…be03  data/evidence/original.eml``
    """
    entries: dict[str, str] = {}
    for line in content.decode("utf-8", "surrogateescape").splitlines():
        digest, _, name = line.strip().partition(" ")
        if name.strip():
            entries[_unescape(name.strip().removeprefix("*"))] = digest.lower()
        elif digest:
            entries[line] = ""
    return entries


def stays_inside(name: str) -> bool:
    """Whether a path in a manifest, or one that a file is to be kept under, points into the folder."""
    steps = name.split("/")
    odd = "\\" in name or ":" in steps[0] or steps[0] == "~" or any(ord(char) < 32 for char in name)
    return not odd and not {"", ".", ".."} & set(steps)


def replace(path: Path, content: bytes) -> None:
    """Put *content* in the place of *path* at one stroke: a reader sees the old file or the new one."""
    handle, partial = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=PARTIAL)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(partial).chmod(0o644)
        Path(partial).replace(path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise


def _line(value: str) -> str:
    return " ".join(value.split())


def _escape(name: str) -> str:
    for char, escape in _ESCAPES:
        name = name.replace(char, escape)
    return name


def _unescape(name: str) -> str:
    for char, escape in reversed(_ESCAPES):
        name = name.replace(escape, char).replace(escape.lower(), char)
    return name
