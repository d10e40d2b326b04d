"""Keys: found in two places, put into one header, and nowhere else."""

from __future__ import annotations

import gzip
import sys
import types
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from phishlab.evidence.archive import Archive
from phishlab.records import Answer, Credential, Level, Outcome, Provenance, Question
from phishlab.wire import keys
from phishlab.wire.live import LiveWire
from phishlab.wire.replay import ReplayWire
from tests.servers import web
from tests.servers.world import World, world

KEY = "Canary+Key/3f9d&x"
HOST = "api.service.example"


def _echo(spelled: bytes) -> web.Answering:
    return web.Answering(lambda _request: web.page(b'{"error": "bad key ' + spelled + b'"}', status="403 No"))


PAGES: dict[str, web.Page] = {
    f"{HOST}/": web.page(b"{}", "application/json"),
    f"{HOST}/whole": web.Answering(web.page),
    f"{HOST}/header": web.Answering(lambda _request: web.page("{}", X_Your_Key=KEY)),
    f"{HOST}/lower": _echo(KEY.lower().encode()),
    f"{HOST}/percent": _echo(quote(KEY, safe="").encode()),
    f"{HOST}/json": _echo(KEY.replace("/", "\\/").replace("&", "\\u0026").encode()),
    f"{HOST}/html": _echo(KEY.replace("&", "&amp;").encode()),
    f"{HOST}/base64": _echo(b64encode(b"key=" + KEY.encode())),
    f"{HOST}/hex": _echo(KEY.encode().hex().upper().encode()),
    f"{HOST}/packed": web.page(gzip.compress(KEY.encode()), Content_Encoding="gzip"),
    f"{HOST}/away": web.redirect("https://other.example/", "307 Temporary Redirect"),
    f"{HOST}/near": web.redirect("/", "307 Temporary Redirect"),
    "other.example/": web.page("elsewhere"),
}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("world"), zones={}, pages=PAGES) as made:
        yield made


def question(path: str = "", *, required: bool = True) -> Question:
    return Question(
        uri=f"https://{HOST}/{path}",
        level=Level.THIRD_PARTY,
        credential=Credential(service="the-service", header="X-Key", required=required),
    )


def test_the_environment_comes_before_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    held = {("phishlab", "virustotal"): "from-the-keyring", ("phishlab", "otx"): None}
    ring = types.SimpleNamespace(get_password=lambda *names: held[names])
    monkeypatch.setitem(sys.modules, "keyring", ring)
    assert (keys.find("virustotal"), keys.find("otx")) == ("from-the-keyring", None)
    monkeypatch.setenv("PHISHLAB_VIRUSTOTAL_KEY", " from-the-environment\n")
    assert keys.find("virustotal") == "from-the-environment"


@pytest.mark.parametrize("stated", ["", "  ", "a\r\nHost: evil.example", "two words", "鍵", "a\0b"])
def test_what_cannot_stand_in_a_header_is_no_key(stated: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", types.SimpleNamespace(get_password=lambda *_: stated))
    assert keys.find("abuse-ch") is None


def test_a_keyring_that_fails_or_is_not_there_is_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: str) -> str:
        raise RuntimeError("no backend")

    monkeypatch.setitem(sys.modules, "keyring", types.SimpleNamespace(get_password=fail))
    assert keys.find("abuse-ch") is None
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert keys.find("abuse-ch") is None


@pytest.mark.loopback
def test_without_its_key_a_question_is_not_put_and_replay_says_the_same(
    here: World, archive: Archive
) -> None:
    here.web_asked.clear()
    live = here.wire(archive, keys=lambda _: None).ask(question())
    assert live == ReplayWire(archive, Level.THIRD_PARTY).ask(question())
    assert (live.outcome, live.note) == (
        Outcome.NOT_ASKED,
        "asked with a key only: PHISHLAB_THE_SERVICE_KEY",
    )
    assert here.web_asked == []
    assert archive.exchanges() == ()


def _ask(here: World, archive: Archive, path: str) -> Answer:
    here.web_asked.clear()
    return here.wire(archive, keys=lambda service: KEY if service == "the-service" else None).ask(
        question(path)
    )


@pytest.mark.loopback
def test_the_key_travels_in_its_header_and_stays_nowhere(here: World, archive: Archive) -> None:
    assert _ask(here, archive, "").outcome is Outcome.ANSWERED
    assert f"\r\nX-Key: {KEY}\r\n".encode() in here.web_asked[-1]
    assert KEY.encode() not in gzip.decompress(archive.path.read_bytes())
    assert ReplayWire(archive, Level.THIRD_PARTY).ask(question()).data == b"{}"


@pytest.mark.loopback
@pytest.mark.parametrize(
    "path", ["whole", "header", "lower", "percent", "json", "html", "base64", "hex", "packed"]
)
def test_a_server_that_repeats_the_key_however_gets_nothing_kept(
    here: World, archive: Archive, path: str
) -> None:
    answer = _ask(here, archive, path)
    assert (answer.outcome, answer.data) == (Outcome.FAILED, b"")
    assert answer.note == "the server repeats a secret of the request: nothing of it is kept"
    kept = gzip.decompress(archive.path.read_bytes())
    assert b"bad key" not in kept
    assert KEY.encode() not in kept


@pytest.mark.loopback
def test_no_redirect_carries_the_key_to_another_server(here: World, archive: Archive) -> None:
    assert _ask(here, archive, "away").data == b"elsewhere"
    assert [KEY.encode() in request for request in here.web_asked] == [True, False]
    assert _ask(here, archive, "near").data == b"{}"
    assert [KEY.encode() in request for request in here.web_asked] == [True, True]


@pytest.mark.loopback
def test_a_key_that_is_not_required_is_used_where_it_is_there(here: World, archive: Archive) -> None:
    answer = here.wire(archive, keys=lambda _: None).ask(question(required=False))
    assert answer.outcome is Outcome.ANSWERED
    assert b"X-Key" not in here.web_asked[-1]


def test_no_secret_stands_in_the_words_for_a_question() -> None:
    asked = Question(uri="https://a.example/", level=Level.ACTIVE, secret_headers=(("X-Key", KEY),))
    assert KEY not in repr(asked) + str(asked)


@pytest.mark.loopback
def test_what_the_analyst_brought_in_stands_where_there_is_no_key(here: World, archive: Archive) -> None:
    archive.append(
        question(),
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nsaved",
        run="1",
        peer="",
        asked_at=datetime(2024, 1, 16, tzinfo=UTC),
        origin=Provenance.IMPORTED,
        outcome=Outcome.ANSWERED,
    )
    here.web_asked.clear()
    assert here.wire(archive, run="2", keys=lambda _: None).ask(question()).data == b"saved"
    assert here.web_asked == []
    assert here.wire(archive, run="3", keys=lambda _: KEY).ask(question()).data == b"{}"
    assert ReplayWire(archive, Level.THIRD_PARTY, run="2").ask(question()).data == b"saved"


def test_a_keyring_is_asked_once_for_a_key(tmp_path: Path) -> None:
    told: list[str] = []

    def find(service: str) -> str | None:
        told.append(service)
        return None

    wire = LiveWire(Archive(tmp_path / "data" / "answers" / "a.gz"), Level.THIRD_PARTY, "1", keys=find)
    for path in ("a", "b", "c"):
        assert wire.ask(question(path)).outcome is Outcome.NOT_ASKED
    assert told == ["the-service"]


@pytest.mark.loopback
@pytest.mark.parametrize("key", [KEY + "\r\nHost: evil.example", KEY + "\n", KEY + "鍵", KEY + "\0"])
def test_a_key_that_cannot_be_sent_fails_without_being_told(here: World, archive: Archive, key: str) -> None:
    """Whoever hands the wire such a key: the error of the library below quotes it, the note does not."""
    answer = here.wire(archive, keys=lambda _: key).ask(question())
    assert answer.outcome in {Outcome.FAILED, Outcome.ANSWERED}
    assert KEY not in answer.note
    assert not any(b"evil.example" in request for request in here.web_asked)
    assert KEY.encode() not in gzip.decompress(archive.path.read_bytes())
