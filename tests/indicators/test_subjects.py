"""What a person types to be looked up, and what it is understood as."""

from __future__ import annotations

import base64

import pytest

from phishlab.indicators import subjects
from phishlab.records import Subject

TARO = "taro@victim.example"
BASE64 = base64.b64encode(TARO.encode()).decode()


@pytest.mark.parametrize(
    ("text", "kind", "host", "url"),
    [
        ("8.8.8.8", "address", "8.8.8.8", ""),
        (" 8.8[.]8.8\n", "address", "8.8.8.8", ""),
        ("8.8.8.8.", "address", "8.8.8.8", ""),
        ("134744072", "address", "8.8.8.8", ""),
        ("0x8.8.2056", "address", "8.8.8.8", ""),
        ("010.8.8.8", "address", "8.8.8.8", ""),
        ("8.8.8.8:53", "url", "8.8.8.8", "http://8.8.8.8:53/"),
        ("[2001:DB8::1]", "address", "2001:db8::1", ""),
        ("2001[:]db8[:][:]1", "address", "2001:db8::1", ""),
        ("IPv6:2001:db8::1", "address", "2001:db8::1", ""),
        ("fe80::1%eth0", "address", "fe80::1", ""),
        ("::ffff:8.8.8.8", "address", "8.8.8.8", ""),
        ("[2001:db8::1]:443", "url", "2001:db8::1", "http://[2001:db8::1]:443/"),
        ("evil.example", "name", "evil.example", "http://evil.example/"),
        ("WWW.EVIL.EXAMPLE.", "name", "www.evil.example", "http://www.evil.example/"),
        ("evil[.]example", "name", "evil.example", "http://evil.example/"),
        ("evil(dot)example", "name", "evil.example", "http://evil.example/"),
        ("“evil.example”", "name", "evil.example", "http://evil.example/"),
        ("「evil.example」", "name", "evil.example", "http://evil.example/"),
        ("日本語。jp", "name", "xn--wgv71a119e.jp", "http://xn--wgv71a119e.jp/"),
        ("bücher.example", "name", "xn--bcher-kva.example", "http://xn--bcher-kva.example/"),
        ("_dmarc.evil.example", "name", "_dmarc.evil.example", "http://_dmarc.evil.example/"),
        ("ftp://ftp.evil.example/x", "name", "ftp.evil.example", "http://ftp.evil.example/"),
        ("hxxps://evil[.]example/a?b#c", "url", "evil.example", "https://evil.example/a?b#c"),
        ("<http://evil.example/>", "url", "evil.example", "http://evil.example/"),
        ("http://0x7f.1/", "url", "127.0.0.1", "http://127.0.0.1/"),
        ("evil.example/login", "url", "evil.example", "http://evil.example/login"),
        ("evil.example:8080", "url", "evil.example", "http://evil.example:8080/"),
        ("http://evil.example/a b", "url", "evil.example", "http://evil.example/a%20b"),
        (
            r"https://evil.example\@www.kagoya.jp/",
            "url",
            "evil.example",
            "https://evil.example/@www.kagoya.jp/",
        ),
    ],
)
def test_what_is_understood(text: str, kind: str, host: str, url: str) -> None:
    read = subjects.read(text)
    assert isinstance(read, Subject)
    assert (read.kind, read.host, read.url, read.given) == (kind, host, url, text)


@pytest.mark.parametrize(
    ("text", "host", "url"),
    [
        (TARO, "victim.example", "http://victim.example/"),
        (f"Taro <{TARO}>", "victim.example", "http://victim.example/"),
        (f"mailto:{TARO}?subject=hello", "victim.example", "http://victim.example/"),
        (f"http://evil.example/?u={TARO}", "evil.example", "http://evil.example/?u=example@example.or.jp"),
        (
            "http://evil.example/?u=TARO%40victim.example",
            "evil.example",
            "http://evil.example/?u=example%40example.or.jp",
        ),
        ("http://taro%40victim.example:pw@evil.example/", "evil.example", "http://evil.example/"),
    ],
)
def test_a_mail_address_in_it_is_taken_for_the_recipients_and_goes_no_further(
    text: str, host: str, url: str
) -> None:
    read = subjects.read(text)
    assert isinstance(read, Subject)
    assert (read.host, read.url, read.recipients) == (host, url, (TARO,))


@pytest.mark.parametrize("text", [f"http://evil.example/?e={BASE64}", f"http://evil.example/#{BASE64.rstrip('=')}",
                                  f"http://evil.example/x/{TARO.encode().hex()}"])  # fmt: skip
def test_a_recipient_that_is_encoded_is_found_too(text: str) -> None:
    read = subjects.read(text)
    assert isinstance(read, Subject)
    assert read.recipients == (TARO,)
    assert BASE64[:12] not in read.url
    assert TARO.encode().hex() not in read.url


def test_credentials_are_left_out() -> None:
    read = subjects.read("https://www.kagoya.jp:secret@evil.example/login")
    assert isinstance(read, Subject)
    assert (read.url, read.recipients) == ("https://evil.example/login", ())


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("<>", "empty"),
        ("hello world", "words"),
        ("192.0.2.0/24", "network"),
        ("2001:db8::/32", "network"),
        ("localhost", "no-domain"),
        ("co.jp", "no-domain"),
        ("http://localhost/", "no-domain"),
        ("d41d8cd98f00b204e9800998ecf8427e", "no-domain"),
        ("*.evil.example", "no-name"),
        ("evil..example", "no-name"),
        ("-x.example", "no-name"),
        ("999.1.1.1", "no-name"),
        ("a@b@c.example", "no-name"),
        ("../../etc/passwd", "no-name"),
        ("{{7*7}}.example", "no-name"),
        ("`id`.example", "no-name"),
        ("x" * 64 + ".example", "no-name"),
        ("a." * 130 + "example", "no-name"),
        ("javascript:alert(1)", "no-host"),
        ("file:///etc/passwd", "no-host"),
        ("data:text/html,x", "no-host"),
        ("https://", "broken-url"),
        ("http://[::1/", "broken-url"),
        ("\x1b[31mred.example", "unprintable"),
        ("\u202eelpmaxe.live", "unprintable"),
        ("evil\u200b.example", "unprintable"),
        ("a.example\nb.example", "unprintable"),
        ("x" * 5000, "too-long"),
    ],
)
def test_what_is_no_subject_says_why(text: str, kind: str) -> None:
    read = subjects.read(text)
    assert isinstance(read, subjects.Misread)
    assert read.kind == kind
