"""Each redirect is a question of its own: checked, kept, and read again in replay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from phishlab.evidence.archive import Archive
from phishlab.records import Level, Outcome, Question
from phishlab.wire.replay import ReplayWire
from tests.servers import web
from tests.servers.world import World, world

pytestmark = pytest.mark.loopback

PAGES: dict[str, web.Page] = {
    "sgogoj.com/": web.redirect("/kagoya/?login=x#top"),
    "sgogoj.com/kagoya/?login=x": web.redirect("https://pages.example/mail", "301 Moved Permanently"),
    "pages.example/mail": web.page("the page"),
    "sgogoj.com/loop": web.redirect("/loop"),
    "sgogoj.com/inside": web.redirect("http://169.254.169.254/latest/"),
    "sgogoj.com/named-inside": web.redirect("http://inside.example/"),
    "sgogoj.com/file": web.redirect("file:///etc/passwd"),
    "sgogoj.com/script": web.redirect("javascript:alert(1)"),
    "sgogoj.com/nowhere": web.redirect("http://"),
    "sgogoj.com/no-location": web.page("odd", status="302 Found"),
    "sgogoj.com/victim": web.redirect("http://pages.example/?login=taro%40victim.example"),
    "sgogoj.com/see-other": web.redirect("/echo", "303 See Other"),
    "sgogoj.com/again": web.redirect("/echo", "308 Permanent Redirect"),
    "sgogoj.com/again-elsewhere": web.redirect("https://pages.example/mail", "307 Temporary Redirect"),
    "sgogoj.com/echo": web.Answering(web.page),
    "sgogoj.com/post-on": web.redirect("/post-here?login=taro%40victim.example", "307 Temporary Redirect"),
    "sgogoj.com/post-base64": web.redirect("/x/dGFyb0B2aWN0aW0uZXhhbXBsZQ", "308 Permanent Redirect"),
    **{f"sgogoj.com/{number}": web.redirect(f"/{number + 1}") for number in range(20)},
    "sgogoj.com/20": web.page("the end"),
}
ZONES = {
    "sgogoj.com": "@ IN A 8.217.61.41\n",
    "inside.example": "@ IN A 127.0.0.1\n",
}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("world"), zones=ZONES, pages=PAGES) as made:
        yield made


def question(path: str) -> Question:
    return Question(uri=f"http://sgogoj.com/{path}", level=Level.ACTIVE, secret_headers=(("Key", "canary"),))


@pytest.mark.parametrize(
    ("path", "outcome", "note"),
    [
        ("loop", Outcome.FAILED, "more than 10 redirects"),
        ("0", Outcome.FAILED, "more than 10 redirects"),
        ("9", Outcome.FAILED, "more than 10 redirects"),
        ("10", Outcome.ANSWERED, ""),
        ("inside", Outcome.REFUSED, "169.254.169.254 is at 169.254.169.254, which is no public address"),
        ("named-inside", Outcome.REFUSED, "inside.example is at 127.0.0.1, which is no public address"),
        ("file", Outcome.FAILED, "redirects to no web address"),
        ("script", Outcome.FAILED, "redirects to no web address"),
        ("nowhere", Outcome.FAILED, "redirects to no web address"),
        ("no-location", Outcome.ANSWERED, ""),
        ("victim", Outcome.NOT_ASKED, "the question would tell who received the mail"),
        ("", Outcome.ANSWERED, ""),
    ],
)
def test_where_a_redirect_may_lead_live_and_in_replay(
    here: World, archive: Archive, path: str, outcome: Outcome, note: str
) -> None:
    victims = ["taro@victim.example"]
    answer = here.wire(archive, recipients=victims).ask(question(path))
    assert (answer.outcome, answer.note) == (outcome, note)
    assert ReplayWire(archive, Level.ACTIVE, "1", recipients=victims).ask(question(path)) == answer


def test_every_hop_is_a_pair_of_its_own(here: World, archive: Archive) -> None:
    answer = here.wire(archive).ask(question(""))
    assert answer.data == b"the page"
    kept = [
        (exchange.question, exchange.peer)
        for exchange in archive.exchanges()
        if exchange.question[:3] != "dns"
    ]
    assert kept == [
        ("http://sgogoj.com/", "8.217.61.41:80"),
        ("http://sgogoj.com/kagoya/?login=x", "8.217.61.41:80"),
        ("https://pages.example/mail", "11.0.0.1:443"),
    ]


def test_a_secret_goes_no_further_than_the_origin_it_is_for(here: World, archive: Archive) -> None:
    here.web_asked.clear()
    here.wire(archive).ask(question(""))
    assert [b"Key: canary" in head for head in here.web_asked] == [True, True, False]


@pytest.mark.parametrize(
    ("path", "first_line", "body"),
    [("see-other", b"GET /echo HTTP/1.1", b""), ("again", b"POST /echo HTTP/1.1", b"url=x")],
)
def test_what_was_posted_is_posted_again_only_where_the_status_says_so(
    here: World, archive: Archive, path: str, first_line: bytes, body: bytes
) -> None:
    asked = replace(
        question(path), body=b"url=x", media_type="application/x-www-form-urlencoded", secret_headers=()
    )
    request = here.wire(archive).ask(asked).data
    assert (request.split(b"\r\n")[0], web.body(request)) == (first_line, body)
    assert ReplayWire(archive, Level.ACTIVE).ask(asked).data == request


def test_what_was_posted_goes_to_no_other_server(here: World, archive: Archive) -> None:
    here.web_asked.clear()
    asked = replace(question("again-elsewhere"), body=b"url=x")
    answer = here.wire(archive).ask(asked)
    assert (answer.outcome, answer.data) == (Outcome.FAILED, b"")
    assert answer.note == "redirects what was posted to another server"
    assert len(here.web_asked) == 1


@pytest.mark.parametrize("path", ["post-on", "post-base64"])
def test_what_is_posted_is_not_led_to_a_place_that_names_the_recipient(
    here: World, archive: Archive, path: str
) -> None:
    here.web_asked.clear()
    wire = here.wire(archive, recipients=["taro@victim.example"])
    posted = Question(
        uri=f"http://sgogoj.com/{path}", level=Level.ACTIVE, body=b"{}", media_type="text/plain"
    )
    answer = wire.ask(posted)
    assert (answer.outcome, answer.note) == (
        Outcome.NOT_ASKED,
        "the question would tell who received the mail",
    )
    assert len(here.web_asked) == 1


@pytest.mark.parametrize("body", [b"url=taro%40victim.example", b'{"to": "TARO@victim.example"}'])
def test_a_body_that_names_the_recipient_is_not_sent(here: World, archive: Archive, body: bytes) -> None:
    here.web_asked.clear()
    wire = here.wire(archive, recipients=["taro@victim.example"])
    answer = wire.ask(Question(uri="http://sgogoj.com/post", level=Level.ACTIVE, body=body))
    assert answer.outcome is Outcome.NOT_ASKED
    assert here.web_asked == []
    assert archive.exchanges() == ()
