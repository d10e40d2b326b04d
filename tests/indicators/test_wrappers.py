"""Known wrappers are opened without asking anybody; unknown ones are left alone."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from urllib.parse import quote

import pytest

from phishlab.indicators import url, wrappers

CASES = json.loads(
    (Path(__file__).parents[1] / "mail" / "data" / "hostile.json").read_text(encoding="utf-8")
)["wrappers"]["cases"]
TARGETS = {
    "safelinks": "https://evil-host.com/a?login=v%40example.jp",
    "pp v2": "https://evil-host.com/a?b=1",
    "pp v3": "https://evil-host.com/a?b=1#c",
    "mimecast": "https://evil-host.com/",
    "trendmicro": "https://evil-host.com/",
}


@pytest.mark.parametrize("name", CASES)
def test_each_wrapper_gives_its_target(name: str) -> None:
    chain = wrappers.unwrap(CASES[name])
    assert len(chain) == 2
    assert chain[-1] == TARGETS.get(name, "https://evil-host.com/a")
    assert wrappers.through(CASES[name]) is not None


@pytest.mark.parametrize(
    ("wrapped", "target"),
    [
        # Google's own table of names (its description for advertisers).
        ("https://foo-example-com.translate.goog/", "https://foo.example.com/"),
        ("https://0-57hw060o-com.translate.goog/?_x_tr_enc=0", "https://xn--57hw060o.com/"),
        ("https://1-en--us-example-com.translate.goog/?_x_tr_enc=1", "https://en-us.example.com/"),
        ("https://lanfair-co-uk.translate.goog/x?a=1&_x_tr_hp=www-l#f", "https://www.llanfair.co.uk/x?a=1#f"),
        ("https://evil-com.translate.goog/?_x_tr_sch=http&_x_tr_tl=ja", "http://evil.com/"),
        # Proofpoint: a run of three (**B), a single slash left by another filter, no character taken out.
        ("https://urldefense.com/v3/__https://evil.com/a**B__;4oKs4oKs4oKs!!x$", "https://evil.com/a%E2%82%AC%E2%82%AC%E2%82%AC"),
        ("https://urldefense.com/v3/__https:/evil.com/a__;!!x!y$", "https://evil.com/a"),
        ("https://urldefense.us/v3/__http://evil.com__;!!x!y$", "http://evil.com/"),
        ("https://urldefense.proofpoint.com/v1/url?u=http://evil.com/a&k=x", "http://evil.com/a"),
        ("https://www.google.co.jp/url?sa=t&url=https%3A%2F%2Fevil.com%2F&q=", "https://evil.com/"),
        ("https://google.com/amp/evil.com/a?b=1", "http://evil.com/a?b=1"),
        ("https://evil-com.cdn.ampproject.org/c/s/evil.com/a", "https://evil.com/a"),
        ("https://translate.google.com/translate?sl=ja&u=http://evil.com/", "http://evil.com/"),
        ("https://ad.doubleclick.net/pcs/click?x=1&adurl=https://evil.com/?a=1&b=2", "https://evil.com/?a=1&b=2"),
        ("https://imsva-ctp.trendmicro.com:443/wis/clicktime/v1/query?url=http%3a%2f%2fevil.com", "http://evil.com/"),
        ("https://url.us.m.mimecastprotect.com/s/AbC?domain=evil.com", "https://evil.com/"),
        ("https://r.search.yahoo.com/_ylt=Aw/RV=2/RE=1/RO=10/RU=https%3a%2f%2fevil.com%2fa/RK=2/RS=x", "https://evil.com/a"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fevil.com%2F&h=x", "https://evil.com/"),
        ("https://l.instagram.com/?u=https%3A%2F%2Fevil.com%2F&e=x", "https://evil.com/"),
    ],
)  # fmt: skip
def test_the_forms_that_each_wrapper_has(wrapped: str, target: str) -> None:
    assert wrappers.unwrap(wrapped)[-1] == target


@pytest.mark.parametrize(
    "text",
    [
        "https://evil-host.com/?url=https%3A%2F%2Fwww.kagoya.jp%2F",
        "https://www.google.evil.com/url?q=https://kagoya.jp/",
        "https://google.example/url?q=https://kagoya.jp/",
        "https://notsafelinks.protection.outlook.com.evil.com/?url=https%3A%2F%2Fkagoya.jp",
        "https://www.google.com/url?q=javascript:alert(1)",
        "https://www.google.com/url?q=relative",
        "https://www.google.com/search?q=https://kagoya.jp/",
        "https://www.bing.com/ck/a?u=a1!!!!",
        "https://a.b.translate.goog/",
        "https://urldefense.com/v3/__;!",
        "https://www.youtube.com/watch?q=https://kagoya.jp/",
    ],
)
def test_nothing_is_guessed(text: str) -> None:
    found = url(text)
    assert found is not None
    assert wrappers.unwrap(text) == (found.href,)
    assert wrappers.through(text) is None
    assert not wrappers.is_wrapped(found)


def test_what_is_no_url_has_no_chain() -> None:
    assert wrappers.unwrap("kein Link") == ()
    assert wrappers.through("kein Link") is None


def test_wrappers_in_wrappers_are_opened_in_order() -> None:
    inner = CASES["slack"]
    middle = f"https://www.google.com/url?q={quote(inner, safe='')}"
    outer = f"https://x.safelinks.protection.outlook.com/?url={quote(middle, safe='')}"
    assert wrappers.unwrap(outer) == (outer, middle, inner, "https://evil-host.com/a")


def test_at_most_ten_layers_are_opened() -> None:
    text = "https://evil.com/"
    for _ in range(12):
        packed = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
        text = f"https://www.bing.com/ck/a?u=a1{packed}"
    chain = wrappers.unwrap(text)
    assert len(chain) == wrappers.MAX_LAYERS + 1
    assert chain[-1].startswith("https://www.bing.com/ck/a")


def test_a_wrapper_around_itself_ends() -> None:
    assert len(wrappers.unwrap("https://urldefense.com/v3/__https://urldefense.com/v3/__a__;!__;!")) <= 3


def test_a_url_longer_than_servers_take_is_not_opened() -> None:
    text = "https://www.google.com/url?q=https://evil.com/" + "a" * 70_000
    assert wrappers.unwrap(text) == (text,)


@pytest.mark.parametrize("length", [60_000, 1_000_000])
@pytest.mark.parametrize(
    "piece",
    [
        "https://urldefense.com/v3/__",
        "*",
        "__;",
        "https://www.google.com/url?q=",
        "&u=",
        "%2525",
        "-",
        "/RU=",
    ],
)
def test_a_megabyte_inside_a_wrapper_takes_under_a_second(piece: str, length: int) -> None:
    many = piece * (length // len(piece))
    began = time.process_time()
    for start in (
        "https://urldefense.com/v3/__https://e.com/",
        "https://www.google.com/url?q=",
        "https://a.translate.goog/",
        "https://r.search.yahoo.com/",
    ):
        wrappers.unwrap(start + many)
    assert time.process_time() - began < 4
