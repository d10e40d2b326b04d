"""What a real Chromium makes of a page that is given to it as text, with every network cut off."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Dialog, Page, Route, sync_playwright

ADDRESS = "http://map.test/"
NOBODY = 65534


@dataclass
class Seen:
    """A page that is open, and what it did: requests besides the document, console errors, dialogs."""

    page: Page
    asked: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def script(self, text: str) -> Any:
        return self.page.evaluate(text)


@contextmanager
def browser(chromium: str, *, loopback: bool = False) -> Iterator[BrowserContext]:
    """Chromium with its sandbox on: as nobody where the tests run as root; *loopback* is all it may reach."""
    room = Path(tempfile.mkdtemp(prefix="phishlab-sight-"))
    room.chmod(0o755)
    profile = room / "profile"
    profile.mkdir()
    command = room / "chromium.sh"
    drop = ""
    if os.geteuid() == 0:
        os.chown(profile, NOBODY, NOBODY)
        drop = f"setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups --no-new-privs"
    command.write_text(f'#!/bin/sh\nexec {drop} env HOME={profile} {chromium} "$@"\n')
    command.chmod(0o755)
    try:
        with sync_playwright() as playwright:
            context = playwright.chromium.launch_persistent_context(
                str(profile),
                executable_path=str(command),
                chromium_sandbox=True,
                headless=True,
                args=[
                    f"--host-resolver-rules=MAP * ~NOTFOUND{', EXCLUDE 127.0.0.1' if loopback else ''}",
                    "--disable-background-networking",
                ],
            )
            try:
                yield context
            finally:
                context.close()
    finally:
        shutil.rmtree(room, ignore_errors=True)


@contextmanager
def opened(
    context: BrowserContext, html: str, *, size: tuple[int, int] = (1200, 700), scheme: Any = "light"
) -> Iterator[Seen]:
    """The page, loaded and given time to misbehave."""
    page = context.new_page()
    seen = Seen(page)

    def answer(route: Route) -> None:
        if route.request.url == ADDRESS and route.request.is_navigation_request():
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        else:
            seen.asked.append(route.request.url)
            route.abort()

    def dismiss(dialog: Dialog) -> None:
        seen.dialogs.append(dialog.message)
        dialog.dismiss()

    page.route("**/*", answer)
    page.on("console", lambda said: seen.errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.on("dialog", dismiss)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=scheme)
    try:
        page.goto(ADDRESS)
        page.wait_for_timeout(150)
        yield seen
    finally:
        page.close()
