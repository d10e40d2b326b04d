"""Phishing.Database: links and domains that were found active, matched against the user's own copy of its lists.

https://github.com/Phishing-Database/Phishing.Database. The lists hold half a million lines and more: they are no
part of a case. What is kept of them is each file's digest and the lines about the host that was looked for.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path

from phishlab import indicators
from phishlab.errors import DataError
from phishlab.records import Level, Link, Listing, Lookup, Outcome, Question
from phishlab.sources.rdap_json import array, obj, read, text
from phishlab.sources.reputation.subject import Subject, page, renamed
from phishlab.wire import Wire

SERVICE = "Phishing.Database"
LINK = "https://github.com/Phishing-Database/Phishing.Database"
_SHOWN = 20
"""How many lines about one host are kept beside those of the URL itself."""
_LINE = 8_192
"""Bytes of a line that is read; a longer one is no link that a mail has."""


def question(url: str) -> Question:
    """The question under which what the lists say of *url* is kept; nothing leaves this machine."""
    return Question(uri=f"phishing-database:lists/{url}", level=Level.OFFLINE)


def link(wire: Wire, link: Link, folder: Path | None) -> Lookup[Listing]:
    """Whether the URL, its host or its registered domain is in the lists of *folder*: listed, or unknown to them.

    NOT_ASKED without a folder, or one without such lists, unless the case already holds an answer.
    """
    about = Subject(service=SERVICE, name=link.url, link=LINK)
    asked = question(link.url)
    answer = wire.ask(asked) if folder is None else wire.consult(asked, lambda: search(folder, link))
    if answer.outcome is Outcome.NOT_ASKED:
        return about.not_asked("no copy of the list is given" if folder is None else answer.note)
    found = obj(read(answer.data))
    if not found.get("files"):
        return about.error("the copy cannot be read", answer)
    lines = [text(line) for line in array(found.get("lines"))]
    dated = f"lists of {text(found.get('modified'))[:10]}"
    same = [line for line in lines if _is_about(line, link)]
    if same:
        said = about.listed([answer], "phishing", f"{same[0][:200]}; {dated}")
    else:
        others = f"{len(lines)} lines about this host or its domain; " if lines else ""
        said = about.unknown([answer], others + dated, mentions=len(lines))
    # A list is no younger for being read today, and says itself of no day.
    return renamed(said, as_of=None)


def search(folder: Path, link: Link) -> bytes:
    """The lines of the lists that have the link's host or domain, each file's SHA-256, and the newest file's time.

    Raises DataError where *folder* has no such file.
    """
    files = sorted(path for path in folder.rglob("*") if _is_list(path.name))
    if not files:
        raise DataError(f"{folder} has no lists of {SERVICE} (phishing-links….txt, phishing-domains….txt)")
    wanted = {link.host.encode(), (link.registrable or link.host).encode()}
    digests, lines = {}, list[str]()
    for file in files:
        digest = hashlib.sha256()
        for line in _lines(file):
            digest.update(line)
            lower = line.lower()
            if any(name in lower for name in wanted) and _may_be_kept(line, link, len(lines)):
                lines.append(line.decode("utf-8", "replace").strip())
        digests[file.name] = digest.hexdigest()
    newest = datetime.fromtimestamp(max(file.stat().st_mtime for file in files), UTC)
    found = {"files": digests, "lines": lines, "modified": f"{newest:%Y-%m-%dT%H:%M:%SZ}"}
    return json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _is_list(name: str) -> bool:
    lower = name.lower().removesuffix(".gz")
    return lower.endswith((".txt", ".lst")) and ("phishing-links" in lower or "phishing-domains" in lower)


def _lines(file: Path) -> Iterator[bytes]:
    try:
        with _opened(file) as stream:
            while line := stream.readline(_LINE):
                yield line
    except (OSError, EOFError) as error:
        raise DataError(f"{file} cannot be read: {error}") from error


def _opened(file: Path) -> gzip.GzipFile | BufferedReader:
    return gzip.GzipFile(file) if file.name.lower().endswith(".gz") else file.open("rb")


def _may_be_kept(line: bytes, link: Link, count: int) -> bool:
    """Whether the line is about the link's own host or domain, and not only has its letters somewhere."""
    said = line.decode("utf-8", "replace").strip()
    if _is_about(said, link):
        return True
    return count < _SHOWN and (
        _host(said) == link.host or indicators.registrable(_host(said)) == link.registrable
    )


def _is_about(line: str, link: Link) -> bool:
    """``http://a.example/login`` is about that page; ``a.example`` about the host or its whole domain."""
    if "://" in line:
        return page(line) == page(link.url)
    return line.lower().rstrip(".") in {link.host, link.registrable}


def _host(line: str) -> str:
    return page(line)[0] if "://" in line else line.lower().rstrip(".")
