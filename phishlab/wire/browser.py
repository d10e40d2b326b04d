"""The child process that looks at one page: ``python -m phishlab.wire.browser``, settings in, records out.

Settings come as one JSON object on standard input; what was seen leaves as JSON objects, one a line, the
later ones completing the earlier, so that a page that hangs the browser still leaves what it did before.
Playwright and its event loop live here and nowhere else. Chromium keeps its sandbox, as root too: then a
script gives it to the user ``nobody``. It reaches the proxy of ``phishlab.wire.proxy`` and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import (
    BrowserContext,
    CDPSession,
    Error,
    FloatRect,
    Page,
    Playwright,
    sync_playwright,
)

from phishlab.wire.watch import MAX_TEXT, Watch

NOBODY = 65534
MAX_HEIGHT = 8_000
"""Pixels of the page that the picture shows."""
MAX_DOM = 5_000_000
"""Bytes of a serialised DOM."""
MAX_HAR = 30_000_000
MAX_FRAMES = 8
MAX_DOWNLOAD = 10_000_000

# Our own --disable-features would replace Playwright's: Chromium would then turn http into https by itself
# and the chain would show redirects that no server sent.
SWITCHES = (
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--block-new-web-contents",
    "--disable-domain-reliability",
    "--no-pings",
)
PREFERENCES = {
    "autofill": {"profile_enabled": False, "credit_card_enabled": False},
    "credentials_enable_service": False,
    "safebrowsing": {"enabled": False},
    "search": {"suggest_enabled": False},
    "signin": {"allowed": False, "allowed_on_next_startup": False},
    "translate": {"enabled": False},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One visit. *room*: an empty folder of this process's own; *out*: where the files are left."""

    url: str
    chromium: str
    proxy: int
    """Port on 127.0.0.1."""
    room: str
    out: str
    timeout: float
    """Seconds for all of it."""
    width: int
    height: int
    locale: str


@contextmanager
def browser(playwright: Playwright, settings: Settings) -> Iterator[BrowserContext]:
    """Chromium, sandboxed, with an empty profile, no cookies, no permissions, behind the proxy alone."""
    room = Path(settings.room)
    profile, downloads, home = (_own(room / name) for name in ("profile", "downloads", "home"))
    preferences = profile / "Default" / "Preferences"
    _own(preferences.parent)
    preferences.write_text(json.dumps(PREFERENCES), encoding="utf-8")
    _give(preferences)
    context = playwright.chromium.launch_persistent_context(
        str(profile),
        executable_path=_launcher(room, settings.chromium, home),
        chromium_sandbox=True,
        headless=True,
        args=list(SWITCHES),
        ignore_default_args=["--disable-popup-blocking"],
        proxy={"server": f"http://127.0.0.1:{settings.proxy}", "bypass": "<-loopback>"},
        accept_downloads=True,
        downloads_path=str(downloads),
        service_workers="block",
        locale=settings.locale,
        viewport={"width": settings.width, "height": settings.height},
        timeout=1000 * settings.timeout,
        record_har_path=str(room / "visit.har"),
    )
    try:
        context.grant_permissions([])  # none is granted, so all are denied
        yield context
    finally:
        context.close()


def _launcher(room: Path, chromium: str, home: Path) -> str:
    """A script that starts Chromium as nobody where this process is root, and leaves its process id."""
    if os.name != "posix":
        return chromium
    drop = (
        f"setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups --no-new-privs"
        if os.geteuid() == 0
        else ""
    )
    script = room / "chromium.sh"
    script.write_text(
        f"#!/bin/sh\necho $$ > {_quoted(room / 'chromium.pid')}\n"
        f'exec {drop} env HOME={_quoted(home)} {_quoted(chromium)} "$@"\n',
        encoding="utf-8",
    )
    script.chmod(0o755)
    return str(script)


def _quoted(path: Path | str) -> str:
    return "'" + str(path).replace("'", "'\\''") + "'"


def _own(folder: Path) -> Path:
    """*folder*, made for Chromium alone."""
    folder.mkdir(mode=0o700, exist_ok=True)
    _give(folder)
    return folder


def _give(path: Path) -> None:
    if os.name == "posix" and os.geteuid() == 0:
        os.chown(path, NOBODY, NOBODY)


def look(settings: Settings, emit: Callable[[dict[str, Any]], None]) -> None:
    """Visit the page; type, click and submit nothing. What is seen goes to *emit*, piece by piece."""
    watch = Watch(deadline=time.monotonic() + settings.timeout)
    with sync_playwright() as playwright, browser(playwright, settings) as context:
        emit({"browser": _product(context)})
        page = context.pages[0]
        devtools = context.new_cdp_session(page)
        _listen(context, page, devtools, watch)
        failure = _open(page, settings.url, watch)
        emit(_seen(page, watch, failure))
        if failure is None:
            _settle(page, watch)
            emit(_seen(page, watch, failure))
            _picture(page, devtools, Path(settings.out), watch)
            _dom(page, devtools, Path(settings.out), watch)
        _downloads(page, Path(settings.out), watch)
        emit(_seen(page, watch, failure))
    _har(Path(settings.room), Path(settings.out), watch)
    emit({"limits": watch.limits, "whole": True})


def _product(context: BrowserContext) -> str:
    found = context.browser
    return "" if found is None else f"Chromium {found.version}"


def _listen(context: BrowserContext, page: Page, devtools: CDPSession, watch: Watch) -> None:
    context.on("request", watch.request)
    context.on("response", watch.response)
    context.on("requestfailed", watch.failed)
    context.on("dialog", watch.dialog)
    context.on("console", watch.console)
    page.on("download", watch.download)
    context.route("**/*", watch.route)
    devtools.on("Page.windowOpen", watch.popup)
    devtools.on("Fetch.requestPaused", lambda event: watch.hop(devtools, event))
    devtools.send("Page.enable")
    devtools.send("Fetch.enable", {"patterns": [{"resourceType": "Document"}]})


def _open(page: Page, url: str, watch: Watch) -> str | None:
    """Go to *url*; None, or the browser's word for why it did not get there."""
    try:
        page.goto(url, wait_until="commit", timeout=watch.left(25))
    except Error as trouble:
        if "Download is starting" in trouble.message:
            page.wait_for_timeout(watch.left(1))
            return "download"
        return trouble.message.partition("\n")[0][:MAX_TEXT]
    return None


def _settle(page: Page, watch: Watch) -> None:
    """Wait until the page has loaded and its scripts have gone quiet, or until that takes too long."""
    try:
        page.wait_for_load_state("load", timeout=watch.left(12))
        page.wait_for_load_state("networkidle", timeout=watch.left(4))
    except Error:
        watch.limit("not-loaded")


def _seen(page: Page, watch: Watch, failure: str | None) -> dict[str, Any]:
    chain = [{"url": row["url"], "status": row["status"]} for row in watch.chain]
    arrived = failure is None and not page.url.startswith("chrome-error:")
    return {
        "final_url": page.url[:4096] if arrived or not chain else chain[-1]["url"],
        "failure": failure,
        "limits": watch.limits,
        "chain": [hop for hop in chain if hop["status"] is not None],
        **watch.rows,
    }


def _picture(page: Page, devtools: CDPSession, out: Path, watch: Watch) -> None:
    try:
        size = devtools.send("Page.getLayoutMetrics")["cssContentSize"]
        if size["height"] > MAX_HEIGHT:
            watch.limit("picture-cut")
        clip: FloatRect = {
            "x": 0,
            "y": 0,
            "width": min(size["width"], 4096),
            "height": min(size["height"], MAX_HEIGHT),
        }
        page.screenshot(path=out / "page.png", full_page=True, clip=clip, timeout=watch.left(10))
    except Error:
        watch.limit("no-picture")


def _dom(page: Page, devtools: CDPSession, out: Path, watch: Watch) -> None:
    """The DOM as the page's scripts left it, read past anything that the page has redefined."""
    try:
        root = devtools.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
        text = devtools.send("DOM.getOuterHTML", {"nodeId": root, "includeShadowDOM": True})["outerHTML"]
        _write(out / "dom.html", text, watch)
    except Error:
        watch.limit("no-dom")
    for number, frame in enumerate(page.frames[1 : MAX_FRAMES + 1], start=1):
        with suppress(Error):
            _write(out / f"frame-{number}.html", frame.content(), watch)


def _write(path: Path, text: str, watch: Watch) -> None:
    data = text.encode("utf-8", "replace")
    if len(data) > MAX_DOM:
        watch.limit("dom-cut")
    path.write_bytes(data[:MAX_DOM])


def _downloads(page: Page, out: Path, watch: Watch) -> None:
    """Keep what the page pushed, under our own names, unopened; what has not ended by now is broken off."""
    if watch.kept:
        page.wait_for_timeout(watch.left(3))
    for number, download in enumerate(watch.kept, start=1):
        row = watch.note(
            "downloads", url=download.url[:4096], suggested=download.suggested_filename[:MAX_TEXT]
        )
        with suppress(Error, OSError):
            download.cancel()
            data = _bytes(Path(download.path()))
            name = f"download-{number}.bin"
            row |= {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            (out / name).write_bytes(data)


def _bytes(path: Path) -> bytes:
    """What lies at *path*, which Chromium's user wrote: no link is followed, no device is read."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError("not a file")
        return file.read(MAX_DOWNLOAD)


def _har(room: Path, out: Path, watch: Watch) -> None:
    """Chromium's own record of the visit, written when it closed."""
    har = room / "visit.har"
    if har.is_file() and har.stat().st_size <= MAX_HAR:
        shutil.copyfile(har, out / har.name)
    else:
        watch.limit("no-har")


def _say(part: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(part) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Read the settings, look, write what was seen; the alarm ends a child whose parent is gone."""
    settings = Settings(**json.load(sys.stdin))
    if hasattr(signal, "alarm"):
        signal.alarm(int(settings.timeout) + 15)
    look(settings, _say)


if __name__ == "__main__":
    main()
