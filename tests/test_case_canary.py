"""The recipient, however a mail spells it, stands in one file of a case: the mail. Every other byte is looked at.

The case has all that a case can have: two runs at the highest level, a visit, what was brought in, what was seen, a
stamp, reports in both languages and an executed notebook.
"""

from __future__ import annotations

import base64
import codecs
import gzip
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from phishlab import case as cases
from phishlab import cli, importing, observing, report, walkthrough, wording
from phishlab.evidence import stamps, warc
from phishlab.evidence.verify import verify
from phishlab.records import Level
from phishlab.views.safe import Lens
from tests.servers import tsa, victim, web
from tests.servers.world import World, world

pytestmark = pytest.mark.loopback

NAME, HOST = "canary-quittung", "office.example"
RECIPIENT = f"{NAME}@{HOST}"
PLAIN = RECIPIENT.encode()
SECRETS = ("hdr-KEY-4471", "cookie-9912-abc", "query-key-8831")

SPELLED = {
    "clear": RECIPIENT,
    "return path": f"b-1+{NAME}={HOST}@bank.example",
    "upper": RECIPIENT.upper(),
    "percent": quote(RECIPIENT, safe=""),
    "percent twice": quote(quote(RECIPIENT, safe=""), safe=""),
    "every byte": "".join(f"%{byte:02X}" for byte in PLAIN),
    "base64": base64.b64encode(PLAIN).decode().rstrip("="),
    "base64 shifted": base64.b64encode(b"u:" + PLAIN).decode().rstrip("="),
    "base64 for URLs": base64.urlsafe_b64encode(PLAIN + b"\xff\xfe").decode().rstrip("="),
    "hex": PLAIN.hex(),
    "rot13": codecs.encode(RECIPIENT, "rot13"),
    "backwards": RECIPIENT[::-1],
    "md5": hashlib.md5(PLAIN, usedforsecurity=False).hexdigest(),
    "sha1": hashlib.sha1(PLAIN, usedforsecurity=False).hexdigest(),
    "sha256": hashlib.sha256(PLAIN).hexdigest(),
}
"""How phishing links carry who they were sent to."""
LINKS = [f"http://evil.example/{number}/in?u={word}" for number, word in enumerate(SPELLED.values())]


def _mail() -> bytes:
    """A mail that names its recipient in the header, the text and every link, and in an attachment's name."""
    head = (
        f"Return-Path: <news-1+{NAME}={HOST}@bank.example>\r\nDelivered-To: {RECIPIENT}\r\n"
        f"Received: from a.example (a.example [198.51.100.7]) by mx.{HOST} (Postfix) with ESMTP id 1\r\n"
        f"\tfor <{RECIPIENT}>; Wed, 17 Jan 2024 10:00:00 +0900\r\n"
        f'From: "{RECIPIENT}" <info@bank.example>\r\nTo: <{RECIPIENT}>\r\n'
        f"Subject: {RECIPIENT}: your account\r\nDate: Wed, 17 Jan 2024 09:59:58 +0900\r\n"
        f"Message-ID: <1.{PLAIN.hex()}@a.example>\r\nMIME-Version: 1.0\r\n"
    )
    lines = "\r\n".join([f"Dear {RECIPIENT},", *LINKS])
    parts = (
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{lines}\r\n"
        f"--b\r\nContent-Type: application/octet-stream\r\n"
        f'Content-Disposition: attachment; filename="{RECIPIENT}.pdf"\r\n\r\nx\r\n--b--\r\n'
    )
    return (head + parts).encode()


ZONES = {
    "evil.example": "@ IN A 203.0.114.9\n",
    "bank.example": '@ IN A 203.0.114.10\n@ IN TXT "v=spf1 -all"\n',
}
NOW = datetime(2026, 1, 17, 9, tzinfo=UTC)


def _spellings() -> Iterator[bytes]:
    for word in SPELLED.values():
        yield word.encode()
        yield word.lower().encode()
    # What base64 has of the address alone, at each place where it can begin.
    for before in range(3):
        packed = base64.b64encode(b"\0" * before + PLAIN + b"\0" * 3).decode()
        yield packed[4 * (before > 0) : -6].encode()
    yield NAME.encode()


FOUND = sorted(set(_spellings()), key=len)


def _texts(path: Path) -> Iterator[bytes]:
    """A file, what is packed in it, and what is packed in that."""
    data = path.read_bytes()
    yield data
    if data.startswith(b"\x1f\x8b"):
        for member in warc.members(data):
            yield member.content
            body = member.content.rpartition(b"\r\n\r\n")[0].rpartition(b"\r\n\r\n")[2]
            if body.startswith(b"\x1f\x8b"):
                yield gzip.decompress(body)


def _clean(text: bytes, where: object) -> None:
    lowered = text.lower()
    for spelling in FOUND:
        assert spelling not in text, (where, spelling)
        assert len(spelling) < 12 or spelling.lower() not in lowered, (where, spelling)


def _har() -> bytes:
    header, cookie, key = SECRETS
    request = {
        "method": "GET",
        "url": f"https://intel.example/v1?domain=evil.example&apikey={key}&who={RECIPIENT}",
        "headers": [{"name": "X-Api-Key", "value": header}, {"name": "Cookie", "value": f"s={cookie}"}],
        "cookies": [{"name": "s", "value": cookie}],
    }
    response = {
        "status": 200,
        "headers": [{"name": "Set-Cookie", "value": cookie}],
        "content": {"text": "{}"},
    }
    entry = {"startedDateTime": "2024-01-17T03:00:00Z", "request": request, "response": response}
    return json.dumps({"log": {"entries": [entry]}}).encode()


def _investigated(path: Path, here: World) -> cases.Case:
    options: dict[str, Any] = {**here.options, "clock": lambda: NOW, "visitor": victim.visitor}
    made = cases.create(_mail(), path, level=Level.ACTIVE, wire=options)
    walkthrough.casefile(made)
    made.seal()
    made = cases.anew(path, wire=options)
    walkthrough.casefile(made)
    made.seal()
    return cases.open_case(path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, World, str]]:
    """The case with everything in it, the servers that were asked, and all that was printed."""
    import pytest_socket

    pytest_socket.enable_socket()
    folder = tmp_path_factory.mktemp("canary")
    path = folder / "case"
    rdap = web.rdap({"objectClassName": "domain", "ldhName": "evil.example"})
    (folder / "world").mkdir()
    with world(folder / "world", zones=ZONES, pages={"rdap.evil.example/domain/evil.example": rdap}) as here:
        case = _investigated(path, here)
        data = _har()
        importing.archive(case, data, importing.origin(case, data, "the browser's own tools", NOW))
        observing.observe(case, "norton-safe-web", case.asked_links[0].url, "listed", note="phishing")
        authority = tsa.authority(folder / "tsa")
        request = stamps.request(path)
        stamps.keep(path, authority.reply(request), request)
        opened = cases.open_case(path)
        document = walkthrough.casefile(opened)
        reports = opened.folder.report_folder
        report.write(document, reports, wording.LANGUAGES, opened.attachment)
        lens = Lens(recipients=opened.message.recipients)
        for form in ("stix", "case"):
            (reports / f"case.{form}").write_bytes(report.render(document, form, lens, opened.attachment))
        report.write_notebook(path, reports, lens)
        yield path, here, ""


def test_the_case_is_whole_and_has_everything(whole: tuple[Path, World, str]) -> None:
    path = whole[0]
    assert verify(path) == ()
    assert stamps.check(path)[1] == ()
    case = cases.open_case(path)
    assert case.message.recipients == (RECIPIENT,)
    assert len(case.message.links) >= len(LINKS)
    origins = {one.origin.value for one in case.folder.answers.exchanges()}
    assert origins >= {"recorded", "imported"}
    assert {one.run for one in case.folder.answers.exchanges()} >= {"1", "2"}
    assert any((path / "data" / "visit").iterdir())
    names = {file.name for file in (path / "report").iterdir()}
    assert {"index.html", "index.ja.html", "casefile.json", "walkthrough.ipynb"} <= names


def test_the_recipient_is_in_no_file_but_the_mail(whole: tuple[Path, World, str]) -> None:
    looked_at = 0
    for file in whole[0].rglob("*"):
        if file.is_file() and file.name != "original.eml":
            for text in _texts(file):
                _clean(text, file.relative_to(whole[0]))
            _clean(str(file.relative_to(whole[0])).encode(), "a name")
            looked_at += 1
    assert looked_at > 20


def test_no_secret_of_a_har_file_is_in_any_file(whole: tuple[Path, World, str]) -> None:
    for file in (file for file in whole[0].rglob("*") if file.is_file()):
        for text in _texts(file):
            assert not [secret for secret in SECRETS if secret.encode() in text], file


def test_no_server_was_told(whole: tuple[Path, World, str]) -> None:
    asked = [*whole[1].web_asked, *(line.encode() for line in whole[1].whois_asked)]
    for request in asked:
        _clean(request, "a request")


@pytest.mark.parametrize(
    "words",
    [
        ["verify"], ["verify", "--json"], ["compare"], ["compare", "--json"], ["step", "body"],
        ["step", "message", "--json"], ["step", "link-reputation"], ["step", "conclusion"],
    ],
    ids=" ".join,
)  # fmt: skip
@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_no_command_prints_it(
    whole: tuple[Path, World, str], words: list[str], lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    verb, *rest = words
    named = [word for word in rest if not word.startswith("-")]
    flags = [word for word in rest if word.startswith("-")]
    assert cli.main([verb, *named, str(whole[0]), *flags, "--lang", lang]) == cli.OK
    said = capsys.readouterr()
    _clean((said.out + said.err).encode(), words)


def test_the_mail_itself_would_be_found() -> None:
    """Else the tests above prove nothing: every way in which it is spelled is looked for."""
    for name, word in SPELLED.items():
        with pytest.raises(AssertionError):
            _clean(f"u={word}".encode(), name)
