"""Links in Japanese running text and in hostile HTML."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from phishlab.assess import links as judge
from phishlab.mail import links, markup

TEXTS = json.loads((Path(__file__).parent / "data" / "hostile.json").read_text(encoding="utf-8"))["texts"]
EXPECTED = {
    "seed url": ["http://sgogoj.com/kagoya/activemail.kagoya?login=victim@example.jp"],
    "jp adjacent": ["https://evil-host.com/a"],
    "jp paren": ["https://evil-host.com/a"],
    "defanged": ["https://evil-host.com/a", "http://evil-host.com/"],
    "userinfo": ["https://www.kagoya.jp@evil-host.com/x"],
    "backslash": ["https://evil-host.com/x"],
    "no scheme": ["http://evil-host.com.com/login", "http://www.evil.com/"],
    "idn": ["https://xn--r8jz45g.jp/%E3%81%B1%E3%81%99"],
    "port+ip": ["http://192.0.2.1:8080/x", "http://192.0.2.1/x", "http://[2001:db8::1]/"],
    "trailing": ["https://evil-host.com/a", "https://evil-host.com/b"],
    "html": ["https://evil-host.com/a?x=1&amp;y=2", "https://kagoya.jp/"],  # read as plain text
}


@pytest.mark.parametrize("name", EXPECTED)
def test_links_in_running_text(name: str) -> None:
    assert [link.url for link in links.find(TEXTS[name], None)] == EXPECTED[name]


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("https://evil-host.comへどうぞ", "evil-host.com"),
        ("https://例え.jpへどうぞ", "xn--r8jz45g.jp"),
        ("https://www.例え.jp/x「", "www.xn--r8jz45g.jp"),
    ],
)
def test_a_host_against_japanese_text_ends_where_its_last_label_does(text: str, host: str) -> None:
    assert [link.host for link in links.find(text, None)] == [host]


def test_what_is_shown_and_where_it_leads_are_kept_apart() -> None:
    (link,) = links.find("", TEXTS["html"])
    assert (link.url, link.host, link.shown, link.where) == (
        "https://evil-host.com/a?x=1&y=2", "evil-host.com", "https://kagoya.jp", "html-a",
    )  # fmt: skip


E = "https://collect.example/"
BANK = "https://www.bank.example/login"


@pytest.mark.parametrize(
    ("html", "urls"),
    [
        (f'<a href="{E}">{BANK}</a>', [E]),
        (f'<a href="{E}">www.bank.example/login</a> evil-host.com/a', [E, "http://evil-host.com/a"]),
        (f'<a href="{E}">x</a>{BANK}', [E, BANK]),
        (f'{BANK}<a href="{E}">x</a>', [E, BANK]),
        (f'<a name="top">{BANK}</a>', [BANK]),
        (f'<a href="#top">{BANK}</a> <a href="">{BANK}2</a>', [BANK, f"{BANK}2"]),
        (f'<a href="mailto:a@b.example">{BANK}</a>', []),
        (f'<base href="{E}"><a href="x">{BANK}</a>', [E, f"{E}x"]),
        (f'<a href="{BANK}">{BANK}</a>', [BANK]),
        (f"<textarea>{BANK}</textarea>", []),
        (f'<svg><a xlink:href="{E}"><text>{BANK}</text></a></svg>', [E]),
    ],
)
def test_a_url_that_a_link_shows_is_not_where_it_leads(html: str, urls: list[str]) -> None:
    assert [link.url for link in links.find("", html)] == urls
    assert [link.url for link in links.find("", html + "<i></i>" * markup.MOST_IN_TREE)] == urls


def test_a_plain_part_s_urls_are_links_of_their_own() -> None:
    assert [link.url for link in links.find(BANK, f'<a href="{E}">{BANK}</a>')] == [E, BANK]


def test_what_leads_to_no_host_is_listed_and_never_asked_about() -> None:
    found = links.find("", '<a href="javascript:alert(1)">x</a><a href="data:text/html,y">y</a>')
    assert [(link.where, link.host) for link in found] == [("html-a", ""), ("html-a", "")]
    assert judge.worth_asking(found) == ()


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<area href="https://e.example/a" alt="Login">', [("html-area", "https://e.example/a", "Login")]),
        ('<form action="https://e.example/f"><input></form>', [("html-form", "https://e.example/f", "")]),
        (
            '<meta http-equiv="Refresh" content="0; url=https://e.example/m">',
            [("html-meta-refresh", "https://e.example/m", "")],
        ),
        ('<img src="//e.example/p.gif">', [("html-img", "https://e.example/p.gif", "")]),
        ('<a href="//e.example/"><img alt="ここ"></a>', [("html-a", "https://e.example/", "ここ")]),
        ('<p style="background:url(https://e.example/b)">', [("html-css", "https://e.example/b", "")]),
        ('<a href="javascript:alert(1)">x</a>', [("html-a", "javascript:alert(1)", "x")]),
        ('<a href="mailto:a@b.example">m</a><a href="#top">t</a><a href="rel/x">r</a><a href="">e</a>', []),
        ('<base href="https://b.example/d/"><a href="x">r</a>',
         [("html-base", "https://b.example/d/", ""), ("html-a", "https://b.example/d/x", "r")]),
        (
            '<!--[if mso]><a href="https://e.example/mso">m</a><![endif]-->',
            [("html-a", "https://e.example/mso", "m")],
        ),
        ('<a href="https://e.example/&#97;?x=1&amp;y=2">k</a>', [("html-a", "https://e.example/a?x=1&y=2", "k")]),
    ],
)  # fmt: skip
def test_each_element_that_leads_elsewhere(html: str, expected: list[tuple[str, str, str]]) -> None:
    assert [(link.where, link.url, link.shown) for link in links.find("", html)] == expected


def test_deeply_nested_html_loses_no_link() -> None:
    began = time.process_time()
    found = links.find(
        "", '<div><a href="https://e.example/">' * 20_000 + '<a href="https://last.example/">x</a>'
    )
    assert {link.host for link in found} == {"e.example", "last.example"}
    assert time.process_time() - began < 5


def test_a_wrapped_link_is_the_link_to_its_target() -> None:
    wrapped = "https://www.google.com/url?q=https://evil-host.com/a"
    for link in (*links.find(f"見て{wrapped}です", None), *links.find("", f'<a href="{wrapped}">x</a>')):
        assert (link.url, link.host, link.path) == ("https://evil-host.com/a", "evil-host.com", "/a")
        assert link.unwrapped_from == (wrapped,)
        assert link.written == wrapped
