"""What a visited page does, noted as it happens; and the two rules that hold before the proxy's.

Runs in the browser's child process only.
"""

from __future__ import annotations

import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import CDPSession, ConsoleMessage, Dialog, Download, Error, Request, Response, Route

SCHEMES = frozenset({"http", "https", "data", "blob"})
MAX_REDIRECTS = 10
MAX_ROWS = {"requests": 600, "dialogs": 20, "console": 40, "downloads": 10, "popups": 20, "refused": 200}
MAX_TEXT = 500
"""Characters of a text that the page chose."""


@dataclass(kw_only=True)
class Watch:
    """What the page does, noted as it happens; *deadline* in seconds of the monotonic clock."""

    deadline: float
    rows: dict[str, list[dict[str, object]]] = field(default_factory=lambda: {name: [] for name in MAX_ROWS})
    limits: list[str] = field(default_factory=list)
    kept: list[Download] = field(default_factory=list)
    chain: list[dict[str, object]] = field(default_factory=list)
    """The documents of the main frame, in order."""
    _requests: dict[Request, dict[str, object]] = field(default_factory=dict)
    _refused: set[Request] = field(default_factory=set)
    _hops: Counter[str] = field(default_factory=Counter)

    def left(self, at_most: float, spare: float = 0) -> float:
        """Milliseconds until *spare* seconds before the deadline; for Playwright, to which 0 means for ever."""
        return max(1.0, 1000 * min(at_most, self.deadline - spare - time.monotonic()))

    def note(self, rows: str, **row: object) -> dict[str, object]:
        """Add a row to *rows*; those above the limit are counted out, once."""
        if len(self.rows[rows]) < MAX_ROWS[rows]:
            self.rows[rows].append(row)
        else:
            self.limit(f"more-{rows}")
        return row

    def limit(self, what: str) -> None:
        """Say once that *what* was not done whole."""
        if what not in self.limits:
            self.limits.append(what)

    def request(self, request: Request) -> None:
        """Note a request of the page."""
        row = self.note(
            "requests",
            url=request.url[:4096],
            method=request.method,
            status=None,
            initiator_kind=request.resource_type,
        )
        self._requests[request] = row
        if _is_main(request):
            self.chain.append(row)

    def response(self, response: Response) -> None:
        """Note the status that came back."""
        if response.request in self._requests and response.request not in self._refused:
            self._requests[response.request]["status"] = response.status

    def failed(self, request: Request) -> None:
        """Note the browser's word for why nothing came back."""
        if request in self._requests:
            self._requests[request]["failure"] = (request.failure or "")[:MAX_TEXT]

    def console(self, message: ConsoleMessage) -> None:
        """Note a line of the page's console."""
        self.note("console", kind=message.type, text=message.text[:MAX_TEXT])
        told, local, url = message.text.partition("Not allowed to load local resource: ")
        if local and not told and message.type == "error":
            self.note("refused", url=url[:4096], reason="local-file")

    def dialog(self, dialog: Dialog) -> None:
        """Note an alert, confirm or prompt, and dismiss it."""
        self.note("dialogs", kind=dialog.type, text=dialog.message[:MAX_TEXT])
        with suppress(Error):
            dialog.dismiss()

    def download(self, download: Download) -> None:
        """Remember a file that the page pushed."""
        if len(self.kept) < MAX_ROWS["downloads"]:
            self.kept.append(download)
        else:
            self.limit("more-downloads")

    def popup(self, event: dict[str, Any]) -> None:
        """A window that the page asked for; Chromium opens none."""
        url = str(event.get("url", ""))[:4096]
        self.note("popups", url=url)
        self.note("refused", url=url, reason="pop-up")

    def route(self, route: Route) -> None:
        """Let the page fetch, not send; what is refused here never reaches the proxy."""
        request = route.request
        reason = self._objection(request)
        if reason is None:
            route.continue_()
            return
        self._refused.add(request)
        self.note("refused", url=request.url[:4096], reason=reason)
        # No Content (RFC 9110, 15.3.5) leaves the page where it is; an error would replace it with Chromium's.
        route.fulfill(status=204) if _is_main(request) else route.abort("blockedbyclient")

    def _objection(self, request: Request) -> str | None:
        if request.url.partition(":")[0] not in SCHEMES:
            return "scheme"
        if request.method not in {"GET", "HEAD", "OPTIONS"}:
            return "upload"
        # A page may also send itself on and on by script or by meta refresh, each time with a new request.
        if _is_main(request) and sum(1 for row in self.chain if row["url"] != request.url) > MAX_REDIRECTS:
            return "too-many-redirects"
        return None

    def hop(self, devtools: CDPSession, event: dict[str, Any]) -> None:
        """Follow a redirect, up to the limit; Chromium's own is 20."""
        self._hops[event.get("networkId", "")] += 1
        request = {"requestId": event["requestId"]}
        with suppress(Error):
            if self._hops[event.get("networkId", "")] > MAX_REDIRECTS + 1:
                self.note("refused", url=event["request"]["url"][:4096], reason="too-many-redirects")
                devtools.send("Fetch.failRequest", {**request, "errorReason": "BlockedByClient"})
            else:
                devtools.send("Fetch.continueRequest", request)


def _is_main(request: Request) -> bool:
    """Whether *request* is for the page itself, not for what stands in it."""
    try:
        return request.is_navigation_request() and request.frame.parent_frame is None
    except Error:
        return False
