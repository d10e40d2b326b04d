"""Build the article's case, ``data/cases/kagoya/``, from what the published article tells.

    python data/build/kagoya.py            # the bag, byte for byte the same each time
    python data/build/kagoya.py --visit    # first capture the imitation page anew, with the sealed browser

Everything that no server said is marked ``reconstructed`` in the bag, with the article as its source. What the
article does not tell and a mail cannot be without (times, ids, the receiver) is invented here and listed in
``data/cases/kagoya/README.md``.
"""

from __future__ import annotations

import base64
import json
import shutil
import sys
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import dns.message
import dns.name
import dns.reversename
import dns.rrset

from phishlab import case as cases
from phishlab.evidence.folder import CaseFolder
from phishlab.records import Level, Outcome, Provenance, Question
from phishlab.sources import cloud_ranges, geoip, page
from phishlab.sources import dns as names
from phishlab.sources.reputation import observed
from phishlab.wire import visit as browser

HERE = Path(__file__).parent / "kagoya"
CASE = Path(__file__).parents[1] / "cases" / "kagoya"
PAGE = Path(__file__).parent / "page" / "login.html"

REBUILT = datetime(2026, 11, 24, tzinfo=UTC)
"""When the answers were written down: not when any server was asked."""
ARTICLE = "a published walkthrough (Japanese, January 2024) of a mail that names Kagoya Japan"
RECIPIENT = "office@studio.example"
ORIGIN, FROM_HOST, LINK_HOST = "74.226.196.215", "153.123.7.53", "8.217.61.41"
REVERSE_NAME = "ioooo.japaneast.cloudapp.azure.com"
LINK = f"http://sgogoj.com/kagoya/activemail.kagoya?login={RECIPIENT}"
NOTE = (
    "This case is a reconstruction of a published article: the mail and every answer marked 'reconstructed' "
    "were rebuilt from its text. The places and networks of addresses were looked up in the shipped databases."
)


def main() -> None:
    """Build the case; with ``--visit`` capture the page first."""
    if "--visit" in sys.argv:
        capture(HERE / "visit")
    build(CASE)
    print(f"{CASE}: {len(CaseFolder.open(CASE).answers.exchanges())} answers")


def build(target: Path) -> None:
    """The whole bag at *target*, in place of what was there."""
    readme = (HERE / "README.md").read_bytes()
    if target.exists():
        shutil.rmtree(target)
    case = cases.create(
        mail(),
        target,
        receiver=str(HERE / "studio-example.toml"),
        notes=[NOTE],
        wire={"clock": lambda: REBUILT, "nameservers": ()},
    )
    for question, kept, media_type in answers():
        keep(case.folder, question, kept, media_type)
    for ip in (ORIGIN, FROM_HOST, LINK_HOST):
        # Not reconstructed: looked up now, in the shipped databases, and kept as recorded.
        geoip.place(case.wire, ip)
        geoip.autonomous_system(case.wire, ip)
        cloud_ranges.published(case.wire, ip)
    keep_visit(case.folder)
    case.folder.update_info(level=Level.ACTIVE.word)
    case.folder.log("rebuilt", "the answers were rebuilt from the published article", when=REBUILT)
    (target / "README.md").write_bytes(readme)
    case.seal()


def mail() -> bytes:
    """The mail that the article describes, in words of our own; lines end CRLF as on the wire."""
    text = (HERE / "body.txt").read_text(encoding="utf-8").replace("{recipient}", RECIPIENT)
    html = "".join(f"<p>{paragraph}</p>\n" for paragraph in text.strip().split("\n\n"))
    html = html.replace(LINK, f'<a href="{LINK}">{LINK}</a>').replace("\n・", "<br>\n・")
    subject = "すべてのお客様へ：下記のリンクからログインし、新しい設定へ更新してください"
    lines = [
        "Return-Path: <postmaster@aica-interior.co.jp>",
        f"Delivered-To: {RECIPIENT}",
        "Received: from mx1.studio.example (mx1.studio.example [203.0.113.25])",
        "\tby mail.studio.example (Postfix) with LMTP id 4TDWlK5h3Tz1yCQ",
        f"\tfor <{RECIPIENT}>; Tue, 16 Jan 2024 09:41:08 +0900 (JST)",
        f"Received: from Praisemmm ({REVERSE_NAME} [{ORIGIN}])",
        "\tby mx1.studio.example (Postfix) with ESMTP id 4TDWlJ2kPcz1yCN",
        f"\tfor <{RECIPIENT}>; Tue, 16 Jan 2024 09:41:07 +0900 (JST)",
        'From: "Kagoya Active! Mail" <postmaster@aica-interior.co.jp>',
        f"To: {RECIPIENT}",
        *encoded_subject(subject),
        "Date: Tue, 16 Jan 2024 00:41:05 +0000",
        "Message-ID: <20240116004105.7F3A91C2D5@aica-interior.co.jp>",
        "MIME-Version: 1.0",
        'Content-Type: multipart/alternative; boundary="=_a1b2c3d4e5f6"',
        "",
        *part("text/plain", text),
        *part("text/html", f"<html><body>\n{html}</body></html>\n"),
        "--=_a1b2c3d4e5f6--",
        "",
    ]
    return "\r\n".join(lines).encode("ascii")


def encoded_subject(subject: str) -> list[str]:
    """The subject as RFC 2047 encoded-words of at most 75 characters, a character never split."""
    words, rest = [], subject
    while rest:
        take = next(n for n in range(len(rest), 0, -1) if len(base64.b64encode(rest[:n].encode())) <= 52)
        words.append(f"=?utf-8?B?{base64.b64encode(rest[:take].encode()).decode()}?=")
        rest = rest[take:]
    return [f"Subject: {words[0]}", *(f" {word}" for word in words[1:])]


def part(media_type: str, text: str) -> list[str]:
    """One body part, UTF-8 in base64, as such mails are."""
    packed = base64.encodebytes(text.replace("\n", "\r\n").encode("utf-8")).decode("ascii").split()
    return [
        "--=_a1b2c3d4e5f6",
        f"Content-Type: {media_type}; charset=utf-8",
        "Content-Transfer-Encoding: base64",
        "",
        *packed,
    ]


def answers() -> list[tuple[Question, bytes, str]]:
    """What the article tells, each in the format in which a server would have said it."""
    return [
        dns_answer("aica-interior.co.jp", "A", FROM_HOST),
        dns_answer("sgogoj.com", "A", LINK_HOST),
        dns_answer(str(dns.reversename.from_address(ORIGIN)), "PTR", f"{REVERSE_NAME}."),
        (
            Question(uri="whois://whois.jprs.jp/aica-interior.co.jp", level=Level.PASSIVE),
            (HERE / "whois-aica-interior.co.jp.txt").read_bytes().replace(b"\n", b"\r\n"),
            "text/plain; charset=utf-8",
        ),
        http_answer("https://rdap.verisign.com/com/v1/domain/sgogoj.com", "rdap-sgogoj.com.json"),
        *(
            http_answer(f"https://rdap-bootstrap.arin.net/bootstrap/ip/{ip}", f"rdap-{ip}.json")
            for ip in (ORIGIN, LINK_HOST)
        ),
        *(seen(service, category) for service, category in SEEN.items()),
    ]


SEEN: Mapping[str, str] = {
    "google-transparency-report": "危険なサイト (dangerous site)",
    "norton-safe-web": "フィッシング (phishing)",
}
"""What the article's author saw on two pages that have no API."""


def dns_answer(name: str, rdtype: str, value: str) -> tuple[Question, bytes, str]:
    """A DNS message (RFC 1035) with one record; its id and time to live are invented."""
    query = dns.message.make_query(name, rdtype, id=0)
    response = dns.message.make_response(query, recursion_available=True)
    response.answer.append(dns.rrset.from_text(dns.name.from_text(name), 300, "IN", rdtype, value))
    question = names.question(dns.name.from_text(name), rdtype)
    return question, response.to_wire(), "application/dns-message"


def http_answer(url: str, name: str) -> tuple[Question, bytes, str]:
    """An HTTP response that holds the JSON file of that name."""
    body = (HERE / name).read_bytes()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/rdap+json\r\nContent-Length: {len(body)}\r\n\r\n"
    return Question(uri=url, level=Level.PASSIVE), head.encode() + body, ""


def seen(service: str, category: str) -> tuple[Question, bytes, str]:
    """What an analyst saw of the link on the page of *service*."""
    question = observed.question(service, LINK, (RECIPIENT,))
    return question, observed.format(state="listed", category=category), "application/json"


def keep(folder: CaseFolder, question: Question, kept: bytes, media_type: str, source: str = ARTICLE) -> None:
    """One reconstructed answer into the case."""
    folder.answers.append(
        question,
        kept,
        run="1",
        peer="",
        asked_at=REBUILT,
        origin=Provenance.RECONSTRUCTED,
        outcome=Outcome.ANSWERED,
        source=source,
        media_type=media_type,
    )


def keep_visit(folder: CaseFolder) -> None:
    """The captured visit of the imitation page: its manifest as an answer, its files beside it."""
    kept = (HERE / "visit" / "visit.json").read_bytes()
    for name in json.loads(kept)["files"]:
        folder.add_file(f"visit/{name}", (HERE / "visit" / name).read_bytes())
    source = "a harmless imitation drawn for this project, after the same walkthrough"
    keep(folder, page.question(json.loads(kept)["url"]), kept, "application/json", source)


def capture(folder: Path) -> None:
    """Visit the imitation page for real: served on loopback under the name and address of the article."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Imitation)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        from phishlab import indicators

        kept = browser.visit(
            indicators.token_free(LINK, (RECIPIENT,)),
            folder,
            resolve=lambda host: [LINK_HOST] if host == "sgogoj.com" else [],
            dial={(LINK_HOST, 80): ("127.0.0.1", server.server_port)},
        )
    finally:
        server.shutdown()
    (folder / "visit.json").write_bytes(kept)


class Imitation(BaseHTTPRequestHandler):
    """Serves the imitation page for every GET; everything else is refused."""

    def do_GET(self) -> None:
        login = parse_qs(urlsplit(self.path).query).get("login", [""])[0]
        safe = login.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
        body = PAGE.read_text(encoding="utf-8").replace("{{login}}", safe).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    main()
