"""The visited page on loopback: the harmless imitation, and pages that try everything that a page can try."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

import ada_url

IMITATION = Path(__file__).parents[2] / "data" / "build" / "page" / "login.html"

Reply = tuple[int, dict[str, str], bytes]
"""Status, headers, body."""
Page = Reply | Callable[[BaseHTTPRequestHandler], None]
"""A reply, or what writes one."""


@dataclass(kw_only=True)
class PageServer:
    """A web server on 127.0.0.1; *pages* by path, *asked* is every request that came: method and target."""

    port: int = 0
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    heads: list[dict[str, str]] = field(default_factory=list)


def html(body: str, **headers: str) -> Reply:
    """A page of HTML."""
    return 200, {"Content-Type": "text/html; charset=utf-8", **headers}, body.encode()


def redirect(to: str) -> Reply:
    """A 302."""
    return 302, {"Location": to}, b""


def imitation(login: str) -> Reply:
    """The imitation with the address that the link carried, as the described page showed it."""
    page = IMITATION.read_text(encoding="utf-8").replace("{{login}}", escape(login, {'"': "&quot;"}))
    return html(page)


def dripping(seconds: float) -> Callable[[BaseHTTPRequestHandler], None]:
    """A page that never ends: a byte now and then."""

    def write(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>Slow</title><h1>Slow</h1>"
        )
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            handler.wfile.write(b".")
            handler.wfile.flush()
            time.sleep(0.1)

    return write


@contextmanager
def serving(pages: dict[str, Page]) -> Iterator[PageServer]:
    """A server of *pages*; the imitation stands at its described path in any case."""
    state = PageServer(pages=pages)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            state.asked.append((self.command, self.path))
            state.heads.append({name.lower(): value for name, value in self.headers.items()})
            url = ada_url.URL("http://page.example" + self.path)
            page = state.pages.get(url.pathname)
            if page is None and url.pathname == "/kagoya/activemail.kagoya":
                page = imitation(parse_qs(url.search[1:]).get("login", [""])[0])
            if callable(page):
                self.close_connection = True
                page(self)
                return
            status, headers, body = page or (404, {}, b"")
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_HEAD = do_POST = _answer  # noqa: N815 - names that http.server looks for

        def log_message(self, *args: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, request: object, client_address: object) -> None:
            pass

    with Quiet(("127.0.0.1", 0), Handler) as server:
        state.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield state
        finally:
            server.shutdown()
