"""A visit to one page, in a sealed browser, as a manifest that is kept like any other answer.

The browser runs in a child process (``phishlab.wire.browser``): a notebook's event loop does not meet
Playwright's, and at the deadline the child and Chromium are ended with their whole process groups. All
traffic goes through ``phishlab.wire.proxy`` in this process, which resolves by the wire and dials public
addresses alone. Nothing is typed, clicked or submitted; the profile is thrown away.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import ada_url

from phishlab.errors import MissingExtraError
from phishlab.wire import clock, forms, guard
from phishlab.wire.proxy import Proxy, Resolve, Seen

TIMEOUT = 45.0
"""Seconds for a whole visit."""
WIDTH, HEIGHT = 1280, 900
"""Of the browser's window, in CSS pixels."""
FORMAT = 1
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NAMED = {
    "download": "download",
    "Timeout": "timeout",
    "ERR_HTTP_RESPONSE_CODE_FAILURE": "empty",
    "ERR_CERT": "certificate",
    "ERR_SSL": "certificate",
    "ERR_UNSAFE": "unsafe-redirect",
}
"""What the browser's word for a failure means here."""
# A key for a service, or a home with secrets, has no business in a process that runs a phisher's scripts.
_PASSED_ON = (
    "PATH",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "TEMP",
    "TMP",
    "SYSTEMROOT",
    "FONTCONFIG_FILE",
    "FONTCONFIG_PATH",
)


def visit(
    url: str,
    folder: Path,
    *,
    resolve: Resolve,
    dial: guard.Dial | None = None,
    timeout: float = TIMEOUT,
    width: int = WIDTH,
    height: int = HEIGHT,
    locale: str = "ja-JP",
) -> bytes:
    """The manifest of a visit to *url*, canonical JSON (UTF-8, sorted keys); its files are put into *folder*.

    Keys: ``url final_url chain title forms peer requests blocked dialogs popups downloads console files
    limits browser started error error_detail``. *error* is empty where a page was seen, else ``scheme``,
    ``no-such-name``, ``no-address``, ``unresolved``, ``not-public``, ``unreachable``,
    ``too-many-redirects``, ``too-large``, ``unsafe-redirect``, ``certificate``, ``empty``, ``download``,
    ``timeout``, ``browser`` or ``network``; *final_url* is then where the last step led to. *timeout* in
    seconds, for all of it. Raises MissingExtraError where Playwright or Chromium is not installed, and for
    nothing that a page does.
    """
    chromium = find()
    manifest = _blank(url)
    host = _host(url)
    if host is None:
        return _canonical(manifest | {"error": "scheme"})
    with _room() as room, Proxy(asked=host, resolve=resolve, dial=dial).serving() as proxy:
        settings = {
            "url": url,
            "chromium": chromium,
            "proxy": proxy.port,
            "room": str(room),
            "out": str(room / "out"),
            "timeout": timeout,
            "width": width,
            "height": height,
            "locale": locale,
        }
        said, ended = _run(settings, room, timeout)
        manifest |= _told(said)
        manifest["files"] = _move(room / "out", folder)
    return _canonical(_judged(manifest, proxy.log, ended=ended, folder=folder))


def find() -> str:
    """The Chromium to run: ``PHISHLAB_CHROMIUM``, else the first on PATH; MissingExtraError for none."""
    if importlib.util.find_spec("playwright") is None:
        raise MissingExtraError("visiting a page needs Playwright: pip install 'phishlab[page]'")
    named = os.environ.get("PHISHLAB_CHROMIUM")
    found = named if named and os.access(named, os.X_OK) else None
    for name in () if named else _BROWSERS:
        found = found or shutil.which(name)
    if found is None:
        what = f"PHISHLAB_CHROMIUM names {named}, which cannot be run" if named else "no Chromium on PATH"
        raise MissingExtraError(
            f"{what}: install it (Debian, Ubuntu: apt install chromium) or set PHISHLAB_CHROMIUM to its path"
        )
    return found


def _host(url: str) -> str | None:
    """The host that a browser would ask for *url*; None where it is not http or https."""
    try:
        parsed = ada_url.URL(url)
    except ValueError:
        return None
    return parsed.hostname if parsed.protocol in {"http:", "https:"} else None


def _blank(url: str) -> dict[str, Any]:
    rows = ("chain", "forms", "requests", "blocked", "dialogs", "popups", "downloads", "console", "limits")
    return {
        "format": FORMAT,
        "url": url,
        "final_url": "",
        "title": "",
        "peer": None,
        "browser": "",
        "files": {},
        "started": clock.utc().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "error": "",
        "error_detail": "",
    } | {name: [] for name in rows}


@contextmanager
def _room() -> Iterator[Path]:
    """A folder for one visit, gone afterwards; Chromium's user may pass through it, not list it."""
    with tempfile.TemporaryDirectory(prefix="phishlab-visit-", ignore_cleanup_errors=True) as name:
        room = Path(name)
        room.chmod(0o711)
        (room / "out").mkdir(mode=0o700)
        yield room


def _run(settings: dict[str, Any], room: Path, seconds: float) -> tuple[str, str]:
    """What the child said, and how it ended: empty for well, ``timeout``, or its last words."""
    # The child finds what this process finds, and this phishlab first.
    paths = dict.fromkeys([str(Path(__file__).parents[2]), *(path for path in sys.path if path)])
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    child = subprocess.Popen(
        [sys.executable, "-m", "phishlab.wire.browser"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=room,
        env=environment | {"HOME": str(room), "PYTHONPATH": os.pathsep.join(paths)},
        start_new_session=True,
    )
    try:
        said, trouble = child.communicate(json.dumps(settings), timeout=seconds)
    except subprocess.TimeoutExpired:
        _end(child, room)
        said, _ = child.communicate()
        return said, "timeout"
    except BaseException:
        _end(child, room)
        raise
    return said, "" if child.returncode == 0 else trouble.strip()[-1000:] or f"exit code {child.returncode}"


def _end(child: subprocess.Popen[str], room: Path) -> None:
    """Kill the child's group and Chromium's, which Playwright gives a group of its own."""
    if os.name != "posix":
        child.kill()
        return
    with suppress(OSError):
        os.killpg(child.pid, signal.SIGKILL)
    with suppress(OSError, ValueError):
        os.killpg(int((room / "chromium.pid").read_text(encoding="ascii")), signal.SIGKILL)


def _told(said: str) -> dict[str, Any]:
    """The child's lines, the later completing the earlier; a line that was cut off is passed over."""
    told: dict[str, Any] = {}
    for line in said.splitlines():
        with suppress(ValueError):
            told |= json.loads(line)
    return told


def _move(out: Path, folder: Path) -> dict[str, str]:
    """Put the files of a visit where they are kept; their SHA-256 by name."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = {}
    for file in sorted(out.iterdir()):
        data = file.read_bytes()
        (folder / file.name).write_bytes(data)
        kept[file.name] = hashlib.sha256(data).hexdigest()
    return kept


def _judged(manifest: dict[str, Any], log: Sequence[Seen], *, ended: str, folder: Path) -> dict[str, Any]:
    """The manifest with what the proxy knows, the forms of the DOM that was kept, and the error if any."""
    failure = manifest.pop("failure", None)
    refused = manifest.pop("refused", [])
    frames = manifest.pop("frames", [])
    whole = manifest.pop("whole", False)
    pages = {_place(request["url"]) for request in manifest["requests"]}
    addresses = {(seen.host, seen.port): seen.address for seen in log if seen.address}
    for request in manifest["requests"]:
        request["address"] = addresses.get(_place(request["url"]))
    manifest["blocked"] = [*_blocked(log, pages), *({**row, "browser_own": False} for row in refused)]
    manifest["chain"] = list(_chain(manifest["chain"], log))
    last = manifest["final_url"] or manifest["url"]
    manifest["peer"] = addresses.get(_place(last))
    for name, url in [("dom.html", last), *((frame["name"], frame["url"]) for frame in frames)]:
        if name in manifest["files"]:
            title, found = forms.read((folder / name).read_bytes(), url)
            manifest["title"] = manifest["title"] or (title if name == "dom.html" else "")
            manifest["forms"] += found
    if failure or not whole:
        manifest["error"], manifest["error_detail"] = _error(manifest, log, failure, ended)
    return manifest


def _chain(documents: Sequence[dict[str, Any]], log: Sequence[Seen]) -> Iterator[dict[str, Any]]:
    """The documents that were answered; the browser says no status for one that led where it will not go."""
    for document in documents:
        status = document["status"]
        if status is None:
            answers = (seen.status for seen in reversed(log) if seen.target == document["url"])
            status = next((answer for answer in answers if answer in _REDIRECTS), None)
        if status is not None:
            yield document | {"status": status}


def _place(url: str) -> tuple[str, int]:
    """Host and port that *url* is asked of; an empty host for ``data:`` and the like."""
    try:
        parsed = ada_url.URL(url)
        return parsed.hostname, int(parsed.port or (80 if parsed.protocol in {"http:", "ws:"} else 443))
    except ValueError:
        return "", 0


def _blocked(log: Sequence[Seen], pages: set[tuple[str, int]]) -> Iterator[dict[str, Any]]:
    for seen in log:
        own = (seen.host, seen.port) not in pages and seen.own
        if seen.reason:
            url = seen.target if seen.method != "CONNECT" else f"{seen.host}:{seen.port}"
            yield {"url": url, "reason": seen.reason, "address": seen.address, "browser_own": own}


def _error(manifest: dict[str, Any], log: Sequence[Seen], failure: str | None, ended: str) -> tuple[str, str]:
    """Why there is no page: what the proxy refused, else what the browser or the child said."""
    if failure is None:
        return ("timeout", "") if ended == "timeout" else ("browser", ended)
    if any(row["reason"] == "too-many-redirects" for row in manifest["blocked"]):
        return "too-many-redirects", failure
    place = _place(manifest["final_url"] or manifest["url"])
    refused = (seen.reason for seen in reversed(log) if seen.reason and (seen.host, seen.port) == place)
    named = (error for word, error in _NAMED.items() if word in failure)
    return next(refused, None) or next(named, "network"), failure


def _canonical(manifest: dict[str, Any]) -> bytes:
    """Canonical bytes: sorted keys, UTF-8; lone surrogates, which a page may hold, become U+FFFD."""
    text = json.dumps(manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode("utf-8")
