"""What is kept of a visited page: its picture, its DOM, its frames, and the files that it pushed.

Runs in the browser's child process only. Each of these may be missing; the watch's limits say so.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Error, FloatRect, Page

from phishlab.wire.watch import MAX_TEXT, Watch

MAX_HEIGHT = 8_000
"""Pixels of the page that the picture shows."""
MAX_DOM = 5_000_000
"""Bytes of a serialised DOM."""
MAX_FRAMES = 8
MAX_DOWNLOAD = 10_000_000


def picture(page: Page, devtools: CDPSession, out: Path, watch: Watch) -> None:
    """The whole page as ``page.png``, down to MAX_HEIGHT."""
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


def dom(page: Page, devtools: CDPSession, out: Path, watch: Watch) -> list[dict[str, str]]:
    """Keep the DOM as scripts left it, read past anything that the page has redefined; its frames likewise."""
    try:
        _write(out / "dom.html", _document(devtools), watch)
    except Error:
        watch.limit("no-dom")
    frames = []
    for number, (url, text) in enumerate(islice(_frames(page, devtools), MAX_FRAMES), start=1):
        _write(out / f"frame-{number}.html", text, watch)
        frames.append({"name": f"frame-{number}.html", "url": url})
    return frames


def _document(devtools: CDPSession) -> str:
    root = devtools.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    found = devtools.send("DOM.getOuterHTML", {"nodeId": root, "includeShadowDOM": True})
    return str(found["outerHTML"])


def _frames(page: Page, devtools: CDPSession) -> Iterator[tuple[str, str]]:
    """URL and DOM of each frame: those in the page's own process, then those that have one of their own.

    Playwright's ``frame.content()`` would wait for ever for a frame that never loaded.
    """
    for frame in _children(devtools.send("Page.getFrameTree")["frameTree"]):
        with suppress(Error, KeyError):
            owner = devtools.send("DOM.getFrameOwner", {"frameId": frame["id"]})["backendNodeId"]
            node = devtools.send("DOM.describeNode", {"backendNodeId": owner, "depth": 1, "pierce": True})
            inside = {"backendNodeId": node["node"]["contentDocument"]["backendNodeId"]}
            yield frame["url"][:4096], devtools.send("DOM.getOuterHTML", inside)["outerHTML"]
    for other in page.frames[1:]:
        with suppress(Error):
            if not other.url.startswith("chrome-error:"):
                yield other.url[:4096], _document(page.context.new_cdp_session(other))


def _children(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for child in tree.get("childFrames", ()):
        if child["frame"]["url"] not in {"", "about:blank"} and "unreachableUrl" not in child["frame"]:
            yield child["frame"]
        yield from _children(child)


def _write(path: Path, text: str, watch: Watch) -> None:
    data = text.encode("utf-8", "replace")
    if len(data) > MAX_DOM:
        watch.limit("dom-cut")
    path.write_bytes(data[:MAX_DOM])


def downloads(page: Page, out: Path, watch: Watch) -> None:
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
