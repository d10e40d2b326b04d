"""URLs in running text, whatever stands against them, and in linear time."""

from __future__ import annotations

import time

import pytest

from phishlab.mail import links, markup, running


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        (
            "「https://evil-host.com/a」と『https://evil-host.com/b』",
            ["https://evil-host.com/a", "https://evil-host.com/b"],
        ),
        (
            "【https://evil-host.com/a】［https://evil-host.com/b］",
            ["https://evil-host.com/a", "https://evil-host.com/b"],
        ),
        ("URL：https://evil-host.com/a、次", ["https://evil-host.com/a"]),
        (
            "https://evil-host.com/a。https://evil-host.com/b",
            ["https://evil-host.com/a", "https://evil-host.com/b"],
        ),
        ("https://evil-host.com/aをクリック", ["https://evil-host.com/a"]),
        ("ｈｔｔｐｓ：／／ｅｖｉｌ－ｈｏｓｔ．ｃｏｍ／ａ？ｂ＝１（安全）", ["https://evil-host.com/a?b=1"]),
        ("https：／／evil-host.com／a", ["https://evil-host.com/a"]),
        ("https://ｅｖｉｌ．example/aへ", ["https://evil.example/a"]),
        ("https://evil。example/x", ["https://evil.example/x"]),
        ("https://www.evil。com/x", ["https://www.evil.com/x"]),
        ("https://evil.com。PCから", ["https://evil.com/"]),
        ("https://例え.jp/loginへどうぞ", ["https://xn--r8jz45g.jp/login"]),
        ("https://例え.jp/ぱす、次", ["https://xn--r8jz45g.jp/%E3%81%B1%E3%81%99"]),
        ("www.例え.jp/x", ["http://www.xn--r8jz45g.jp/x"]),
        ("https://日本語.みんな/x", ["https://xn--wgv71a119e.xn--q9jyb4c/x"]),
        (
            "http://3221225985/x http://0300.0000.0002.0001/ http://192.513/",
            ["http://192.0.2.1/x", "http://192.0.2.1/"],
        ),
        ("http://[::ffff:192.0.2.1]:8080/x)", ["http://[::ffff:c000:201]:8080/x"]),
        (
            "192.0.2.1/login 192.0.2.1:8080/ but not 192.0.2.0/24 or 1.2.3.4",
            ["http://192.0.2.1/login", "http://192.0.2.1:8080/"],
        ),
        (
            "hxxps[:]//evil[.]example/a hxxp[://]evil(dot)example fxp://evil[dot]example/b",
            ["https://evil.example/a", "http://evil.example/", "ftp://evil.example/b"],
        ),
        ("HXXPS://EVIL[.]EXAMPLE/A", ["https://evil.example/A"]),
        ("サイト:www.evil.com、", ["http://www.evil.com/"]),
        (
            'evil-host.com/login"><b> evil-host.com:8443/x',
            ["http://evil-host.com/login", "http://evil-host.com:8443/x"],
        ),
        ("Clickhttps://evil-host.com/a", ["https://evil-host.com/a"]),
        (
            "[text](https://evil-host.com/a_(b)) <https://evil-host.com/c>",
            ["https://evil-host.com/a_(b)", "https://evil-host.com/c"],
        ),
        ("https://ev\u200bil-host.com/a\u200b", ["https://evil-host.com/a"]),
        (
            "https://a.jp@evil-host.com/ https://evil-host.com\\\\@a.jp/",
            ["https://a.jp@evil-host.com/", "https://evil-host.com//@a.jp/"],
        ),
        ("https://evil-host.com/?a=1&amp;b=2", ["https://evil-host.com/?a=1&amp;b=2"]),
        (
            "▼https://a.example/one▼ ☆https://b.example☆ →https://c.example/three… ※https://d.example/④🔒",
            ["https://a.example/one", "https://b.example/", "https://c.example/three", "https://d.example/"],
        ),
        (
            "https://i❤.example/x🔒 https://é.example/é",
            ["https://xn--i-7iq.example/x", "https://xn--9ca.example/%C3%A9"],
        ),
        ("readme.md, setup.py, v1.2/3, e.g. and/or, victim@www.evil.com, kagoya.com", []),
        # A question mark that ends the sentence is no path, whatever stood before.
        ("Is it evil-host.com? evil-host.com?a=1 or evil-host.com?", ["http://evil-host.com/?a=1"]),
        (
            "evil-host.com and www.evil-host.com/ and evil-host.com/a",
            ["http://www.evil-host.com/", "http://evil-host.com/a"],
        ),
        ("見てwww.例え.jp/xとevil-host.com/yへ", ["http://www.xn--r8jz45g.jp/x", "http://evil-host.com/y"]),
        ("mailto:a@b.example tel:+81 https:// http://", []),
    ],
)
def test_where_a_url_begins_and_ends(text: str, urls: list[str]) -> None:
    assert [link.url for link in links.find(text, None)] == urls
    assert running.may_hold(text) or not urls


def test_what_stands_in_the_mail_is_kept_beside_what_it_means() -> None:
    (wide,) = running.find("見て ｈｔｔｐ：／／ｅｖｉｌ．ｃｏｍ／ です")
    assert wide == running.Sighting("ｈｔｔｐ：／／ｅｖｉｌ．ｃｏｍ／", "http://evil.com/", 3)
    (bare,) = running.find("evil[.]example")
    assert (bare.written, bare.live, bare.bare) == ("evil[.]example", "http://evil.example", True)


def test_entities_in_html_are_read_as_a_browser_reads_them() -> None:
    html = (
        '<a href="&#104;ttps&colon;//evil&#x2d;host&period;com/&#97;?x=1&amp;y=2&copy=3">x</a>'
        " https&#58;//evil-host.com/b"
    )
    found = links.find(markup.visible_text(html), html)
    assert [link.url for link in found] == [
        "https://evil-host.com/a?x=1&y=2&copy=3",
        "https://evil-host.com/b",
    ]


@pytest.mark.parametrize(
    "piece",
    [
        "a.",
        ".",
        "http://",
        "https://a",
        "www.",
        "あhttps://e.example/い",
        "https://あ.jpあ",
        "https://a.あ",
        "https://あ",
        "http://a" + ")" * 4_000,
        "http://a/" + "(" * 2_000 + ")" * 2_000,
        "http://" + "。" * 300,
        "a[.]",
        "a(dot)b/",
        "a-" * 31 + ".",
        "a.co/ ",
        "1.1.1.1:1/",
        "www.あ",
        "ｈｔｔｐ：／／ａ",
        "hxxp[://]",
        "https:////////",
        "\\\\",
        "x@",
        "[",
    ],
)
def test_a_megabyte_of_hostile_text_takes_under_a_second(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    began = time.process_time()
    links.find(text, None)
    assert time.process_time() - began < 1
