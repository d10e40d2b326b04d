"""The child process that looks at one page: ``python -m phishlab.wire.browser``, settings in, records out.

Settings come as one JSON object on standard input; what was seen leaves as JSON objects, one a line, the
later ones completing the earlier, so that a page that hangs the browser still leaves what it did before.
Playwright and its event loop live here and nowhere else. Chromium keeps its sandbox, as root too: then a
script gives it to the user ``nobody``. It reaches the proxy of ``phishlab.wire.proxy`` and nothing else.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import (
    BrowserContext,
    CDPSession,
    Error,
    Page,
    Playwright,
    sync_playwright,
)

from phishlab.wire import capture
from phishlab.wire.watch import MAX_TEXT, Watch

NOBODY = 65534
MAX_HAR = 30_000_000

CLOSING = 5.0
"""Seconds of a visit that are left for the browser to write its record and end."""
PICTURE = 6.0
"""Seconds before that which are left for the picture and the DOM."""

# Our own --disable-features would replace Playwright's: Chromium would then turn http into https by itself
# and the chain would show redirects that no server sent.
SWITCHES = (
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--disable-quic",
    # Its older name comes first. A Chromium that knows neither still has the preference below.
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
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
    "webrtc": {"ip_handling_policy": "disable_non_proxied_udp"},
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
    launcher = _launcher(room, settings.chromium, home)
    context = playwright.chromium.launch_persistent_context(
        str(profile),
        executable_path=launcher,
        user_agent=_user_agent(launcher),
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


def _user_agent(launcher: str) -> str | None:
    """Chromium's own, without the word that says nobody is looking: pages hide from that one.

    ``Chromium 156.0.8078.79 built on Debian GNU/Linux 12`` is what it says of itself.
    """
    if os.name != "posix":  # elsewhere the question would open a window
        return None
    said = subprocess.run(  # noqa: S603 - the Chromium that the analyst has
        [launcher, "--version"], capture_output=True, text=True, timeout=10, check=False
    )
    version = re.search(r"\b(\d{2,4})\.\d+\.\d+", said.stdout)
    if version is None:
        return None
    system = "Macintosh; Intel Mac OS X 10_15_7" if sys.platform == "darwin" else "X11; Linux x86_64"
    return (
        f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) "
        f"Chrome/{version[1]}.0.0.0 Safari/537.36"
    )


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
    # What is left after the deadline is for the browser to write its record and close.
    watch = Watch(deadline=time.monotonic() + max(1.0, settings.timeout - CLOSING))
    out = Path(settings.out)
    with sync_playwright() as playwright, browser(playwright, settings) as context:
        emit({"browser": _product(context)})
        page = context.pages[0]
        devtools = context.new_cdp_session(page)
        _listen(context, page, devtools, watch)
        failure = _open(page, settings.url, watch)
        emit(_seen(page, watch, failure))
        if failure is None:
            failure = _settle(page, watch)
            emit(_seen(page, watch, failure))
        if failure is None:
            capture.picture(page, devtools, out, watch)
            emit({"frames": capture.dom(page, devtools, out, watch)})
        capture.downloads(page, out, watch)
        emit(_seen(page, watch, failure))
    _har(Path(settings.room), out, watch)
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


def _settle(page: Page, watch: Watch) -> str | None:
    """Wait until the page has loaded and its scripts have gone quiet, or until that takes too long.

    The browser's word for it where the page has left for one that could not be reached.
    """
    try:
        page.wait_for_load_state("load", timeout=watch.left(12, spare=PICTURE))
        page.wait_for_load_state("networkidle", timeout=watch.left(4, spare=PICTURE))
    except Error:
        watch.limit("not-loaded")
    if page.url.startswith("chrome-error:"):
        return next((str(row["failure"]) for row in reversed(watch.chain) if "failure" in row), "left")
    return None


def _seen(page: Page, watch: Watch, failure: str | None) -> dict[str, Any]:
    chain = [{"url": row["url"], "status": row["status"]} for row in watch.chain]
    arrived = failure is None and not page.url.startswith("chrome-error:")
    return {
        "final_url": page.url[:4096] if arrived or not chain else chain[-1]["url"],
        "failure": failure,
        "limits": watch.limits,
        "chain": chain,
        **watch.rows,
    }


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
    try:
        look(settings, _say)
    except Error as trouble:
        sys.exit(trouble.message[:MAX_TEXT])


if __name__ == "__main__":
    main()
