"""Whoever was written to stays unnamed, however a link spells it."""

from __future__ import annotations

import base64
import time
from urllib.parse import quote

import pytest

from phishlab import indicators

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


def test_time_is_linear_for_long_texts_and_many_recipients() -> None:
    many = tuple(f"u{number}@example.jp" for number in range(20_000))
    began = time.process_time()
    shown = indicators.redact("u19999@example.jp " + "a@" * 200_000 + " u7@example.jp", many)
    assert time.process_time() - began < 5
    assert "u19999@" not in shown
    assert "u7@" not in shown
