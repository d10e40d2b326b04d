"""Whoever was written to stays unnamed, however a link spells it."""

from __future__ import annotations

import base64
import codecs
import hashlib
import time
from collections.abc import Callable
from urllib.parse import quote

import pytest

from phishlab import indicators
from phishlab.indicators import wrappers

VICTIM = "victim@example.jp"
STAND_IN = "example@example.or.jp"


def _in_json(mailbox: str) -> str:
    return base64.b64encode(f'{{"u":"{mailbox}","x":1}}'.encode()).decode()


@pytest.mark.parametrize(
    "spelled",
    [
        VICTIM,
        VICTIM.upper(),
        "victim%40example.jp",
        "victim%2540example.jp",
        quote(quote("victim@example.jp", safe=""), safe=""),
        base64.b64encode(VICTIM.encode()).decode(),
        base64.urlsafe_b64encode(VICTIM.encode()).decode().rstrip("="),
        VICTIM.encode().hex(),
        VICTIM.encode().hex().upper(),
        "".join(f"%{byte:02X}" for byte in VICTIM.encode()),
    ],
)
def test_the_recipient_is_hidden_in_each_spelling(spelled: str) -> None:
    shown = indicators.redact(f"http://evil.example/?a=1&login={spelled}&b=2", (VICTIM,))
    assert shown == f"http://evil.example/?a=1&login={indicators.REDACTED}&b=2"


@pytest.mark.parametrize("before", ["", "x", "xx", "xxx", "user=", '{"user":"'])
def test_base64_of_more_than_the_address_does_not_give_it_away(before: str) -> None:
    packed = base64.b64encode(f"{before}{VICTIM}&n=1".encode()).decode()
    shown = indicators.redact(packed, (VICTIM,))
    assert indicators.REDACTED in shown
    assert len(shown.replace(indicators.REDACTED, "")) <= len(packed) - 18  # of the 23 that the address takes


@pytest.mark.parametrize(
    "written", ["victim=example.jp", "victim=40example.jp", "VICTIM=Example.JP", "victim%3Dexample.jp"]
)
def test_the_address_that_bounces_come_back_to_names_the_recipient(written: str) -> None:
    """Variable envelope return paths: a Return-Path of a mailing names who it was sent to."""
    shown = indicators.redact(f"<news-17+{written}@sender.example>", (VICTIM,))
    assert shown == f"<news-17+{indicators.REDACTED}@sender.example>"
    assert indicators.redact_all([f"b+{written}@s.example"], (VICTIM,))
    asked = indicators.token_free(f"http://s.example/?r=b+{written}@s.example", (VICTIM,))
    assert "victim" not in asked.lower()
    assert asked.endswith("@s.example")


def test_other_addresses_stay() -> None:
    assert indicators.redact("from postmaster@example.jp", (VICTIM,)) == "from postmaster@example.jp"
    assert indicators.redact("nothing", ()) == "nothing"


def test_a_url_goes_out_with_the_stand_in_spelled_as_the_recipient_was() -> None:
    packed = base64.b64encode(VICTIM.encode()).decode()
    asked = indicators.token_free(
        f"http://evil.example/{packed}?a={VICTIM}&b={quote(VICTIM, safe='')}", (VICTIM,)
    )
    stand_in = base64.b64encode(STAND_IN.encode()).decode()
    assert asked == f"http://evil.example/{stand_in}?a={STAND_IN}&b={quote(STAND_IN, safe='')}"


def test_a_url_without_the_recipient_goes_out_as_it_is() -> None:
    url = "http://sgogoj.com/kagoya/activemail.kagoya?login=1"
    assert indicators.token_free(url, (VICTIM,)) == url


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


SPELLINGS: dict[str, Callable[[str], str]] = {
    "clear": lambda mailbox: mailbox,
    "upper": lambda mailbox: mailbox.upper(),
    "percent": lambda mailbox: quote(mailbox, safe=""),
    "percent twice": lambda mailbox: quote(quote(mailbox, safe=""), safe=""),
    "percent three times": lambda mailbox: quote(quote(quote(mailbox, safe=""), safe=""), safe=""),
    "every character": lambda mailbox: "".join(f"%{byte:02x}" for byte in mailbox.encode()),
    "every character twice": lambda mailbox: "".join(f"%25{byte:02X}" for byte in mailbox.encode()),
    "base64": _base64,
    "base64, no padding": lambda mailbox: _base64(mailbox).rstrip("="),
    "base64 after one": lambda mailbox: _base64(f"x{mailbox}&y"),
    "base64 after two": lambda mailbox: _base64(f"xx{mailbox}&y"),
    "base64url": lambda mailbox: base64.urlsafe_b64encode(f"??>{mailbox}>??".encode()).decode().rstrip("="),
    "base64 in percent": lambda mailbox: quote(_base64(mailbox), safe=""),
    "base64 of percent": lambda mailbox: _base64(quote(mailbox, safe="")),
    "base64 twice": lambda mailbox: _base64(_base64(mailbox)),
    "base64 of a query": lambda mailbox: _base64(f"id=7&mail={mailbox}&t=1"),
    "hex": lambda mailbox: mailbox.encode().hex(),
    "hex upper": lambda mailbox: mailbox.encode().hex().upper(),
    "hex odd": lambda mailbox: "a" + mailbox.encode().hex(),
    "rot13": lambda mailbox: codecs.encode(mailbox, "rot13"),
    "reversed": lambda mailbox: mailbox[::-1],
    "md5": lambda mailbox: hashlib.md5(mailbox.encode()).hexdigest(),
    "sha1": lambda mailbox: hashlib.sha1(mailbox.encode()).hexdigest(),
    "sha256": lambda mailbox: hashlib.sha256(mailbox.encode()).hexdigest(),
    "sha256 upper": lambda mailbox: hashlib.sha256(mailbox.encode()).hexdigest().upper(),
}
PLACES = {
    "path": "https://evil.example/x/{}/y.php",
    "query": "https://evil.example/x?a=1&login={}&b=2",
    "fragment": "https://evil.example/x#{}",
    "text": "Dear {}, click",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("mailbox", ["victim@example.jp", "taro.yamada+x@mail.example.co.jp", "ab@c.jp"])
def test_each_spelling_in_each_place_is_hidden_and_replaced(mailbox: str, spelling: str, place: str) -> None:
    spelled = SPELLINGS[spelling](mailbox)
    text = PLACES[place].format(spelled)
    shown = indicators.redact(text, (mailbox,))
    assert indicators.REDACTED in shown
    assert spelled not in shown
    assert indicators.redact(shown, (mailbox,)) == shown
    asked = indicators.token_free(text, (mailbox,))
    assert asked != text
    assert indicators.redact(asked, (mailbox,)) == asked
    before, _, after = PLACES[place].partition("{}")
    assert asked.startswith(before)
    assert asked.endswith(after)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_each_spelling_inside_a_wrapper_is_hidden(spelling: str) -> None:
    inner = f"https://evil.example/?u={SPELLINGS[spelling](VICTIM)}"
    for outer in (
        f"https://x.safelinks.protection.outlook.com/?url={quote(inner, safe='')}&data=05",
        f"https://www.bing.com/ck/a?u=a1{base64.urlsafe_b64encode(inner.encode()).decode().rstrip('=')}",
    ):
        asked = indicators.token_free(outer, (VICTIM,))
        target = wrappers.unwrap(asked)[-1]
        assert target.startswith("https://evil.example/?u=")
        assert indicators.redact(target, (VICTIM,)) == target
        assert indicators.REDACTED in indicators.redact(outer, (VICTIM,))


def test_the_stand_in_goes_out_spelled_as_the_recipient_was() -> None:
    for spelling in (
        "percent",
        "percent twice",
        "base64",
        "hex",
        "rot13",
        "reversed",
        "md5",
        "sha1",
        "sha256",
    ):
        write = SPELLINGS[spelling]
        assert indicators.token_free(f"https://e.example/?u={write(VICTIM)}", (VICTIM,)) == (
            f"https://e.example/?u={write(STAND_IN)}"
        )


def test_what_is_packed_behind_the_recipient_can_still_be_read() -> None:
    packed = _base64('{"u":"victim@example.jp","campaign":"2024-01"}')
    asked = indicators.token_free(packed, (VICTIM,))
    assert base64.b64decode(asked) == b'{"u":"exa@example.or.jp","campaign":"2024-01"}'


def test_a_digest_of_the_name_alone_counts_where_the_name_is_telling() -> None:
    for mailbox, hidden in (("yamada@example.jp", True), ("info@example.jp", False)):
        digest = hashlib.md5(mailbox.partition("@")[0].encode()).hexdigest()
        assert (indicators.redact(digest, (mailbox,)) != digest) == hidden


def test_a_recipient_outside_ascii_is_hidden_too() -> None:
    mailbox = "山田@例え.jp"
    for spelled in (mailbox, quote(mailbox), mailbox.encode().hex(), _base64(f"a={mailbox}&b")):
        assert indicators.REDACTED in indicators.redact(spelled, (mailbox,))


def test_of_two_recipients_the_longer_name_wins() -> None:
    both = ("b@c.example", "ab@c.example")
    assert indicators.redact("x ab@c.example y", both) == f"x {indicators.REDACTED} y"


@pytest.mark.parametrize("recipients", [("",), ("@",), ("nobody",), ("@a.b",), ("a@",)])
def test_what_is_no_address_hides_nothing(recipients: tuple[str, ...]) -> None:
    assert indicators.redact("nobody@ @a.b a@ text%40%41", recipients) == "nobody@ @a.b a@ text%40%41"


MANY = tuple(f"user{number}@example{number % 7}.jp" for number in range(200))


@pytest.mark.parametrize(
    "piece",
    [
        "user7@example",
        "user199@example3.jp ",
        "r1@e",
        "%40",
        "%2540",
        "%",
        "dXNlcjdAZXhhbXBsZTAuanA",
        "dXNlcjdAZXhhbXBsZTAuanA ",
        "7573657237406578616d706c65302e6a70",
        "0123456789abcdef0123456789abcdef ",
        "Ordinary words of some length, information, ",
        "日本語の本文です。",
        "あ%E3%81%82",
        "a" * 31 + " ",
    ],
)
def test_a_megabyte_and_two_hundred_recipients_take_seconds(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    began = time.process_time()
    indicators.redact(text, MANY)
    assert time.process_time() - began < 6


def test_time_is_linear_for_long_texts_and_many_recipients() -> None:
    many = tuple(f"u{number}@example.jp" for number in range(20_000))
    began = time.process_time()
    shown = indicators.redact("u19999@example.jp " + "a@" * 200_000 + " u7@example.jp", many)
    assert time.process_time() - began < 5
    assert "u19999@" not in shown
    assert "u7@" not in shown
