"""Parts of mails: what stands in an attached mail says so, and a multipart without its marks is read as it stands."""

from __future__ import annotations

import random

import pytest

from phishlab.mail import message, parts
from phishlab.mail.limits import Limits
from phishlab.records import Limit, Message

URL = "https://login.example.com/nb"


def parsed(content_type: str, body: str, bounds: Limits | None = None) -> Message:
    head = f"From: a@example.com\r\nMIME-Version: 1.0\r\nContent-Type: {content_type}\r\n\r\n"
    return message.parse(
        (head + body).replace("\n", "\r\n").replace("\r\r", "\r").encode(), bounds or Limits()
    )


def links(mail: Message) -> list[tuple[str, str, str]]:
    return [(link.where, link.url, link.inside) for link in mail.links]


def limits(mail: Message) -> list[str]:
    return [limit.what for limit in mail.limits]


INNER = f"""From: b@example.com
Content-Type: multipart/mixed; boundary=i

--i
Content-Type: text/html

<a href="{URL}">x</a>
--i
Content-Type: message/rfc822

From: c@example.com

{URL}/deeper
--i
Content-Type: text/plain; name=list.txt

{URL}/file
--i--
"""


def test_what_stands_in_an_attached_mail_says_which_one() -> None:
    mail = parsed(
        "multipart/mixed; boundary=o",
        f"--o\n\n{URL}\n--o\nContent-Type: message/rfc822; name=forwarded.eml\n\n{INNER}\n--o--\n",
    )
    assert links(mail) == [
        ("text", URL, ""),
        ("html-a", URL, "forwarded.eml"),
        ("text", f"{URL}/deeper", "forwarded.eml / message/rfc822"),
        ("attachment-text", f"{URL}/file", "forwarded.eml / list.txt"),
    ]
    assert [(file.name, file.inside) for file in mail.attachments] == [("list.txt", "forwarded.eml")]
    assert mail.text == f"{URL}\n{URL}/deeper"


@pytest.mark.parametrize(
    "kind", ["multipart/mixed", "multipart/mixed; boundary=never", 'multipart/mixed; boundary=""']
)
@pytest.mark.parametrize(
    ("body", "where"), [(f"Sign in: {URL}\n", "text"), (f'<p><a href="{URL}">Sign in</a></p>\n', "html-a")]
)
def test_a_multipart_that_cannot_be_taken_apart_is_read_as_it_stands(
    kind: str, body: str, where: str
) -> None:
    mail = parsed(kind, body)
    assert links(mail) == [(where, URL, "")]
    assert limits(mail) == ["no-boundary"]
    assert "Sign in" in mail.text
    assert mail.attachments == ()


def test_a_boundary_that_another_name_is_given_for_is_found_by_its_lines() -> None:
    head = "Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable"
    body = f'--other\n{head}\n\n<a href=3D"{URL}">=\nx</a>\n'
    mail = parsed("multipart/mixed; boundary=never", f"{body}--other--\n")
    assert links(mail) == [("html-a", URL, "")]
    assert limits(mail) == ["no-boundary"]


def _both(plain: str, html: str) -> str:
    return f"--b\nContent-Type: text/plain\n\n{plain}\n--b\nContent-Type: text/html\n\n{html}\n--b--\n"


@pytest.mark.parametrize(
    ("plain", "html", "found"),
    [
        ("Hello", f"<p>Go to {URL}</p>", [("html-text", URL, "")]),
        (f"Go to {URL}", f"<p>Go to {URL}</p>", [("text", URL, "")]),
        ("Hello", f'<a href="{URL}">{URL}</a>', [("html-a", URL, "")]),
        ("Hello", f'<a href="{URL}">{URL}</a> or {URL}', [("html-a", URL, "")]),
        (f"{URL}/1", f"{URL}/2 {URL}/1", [("text", f"{URL}/1", ""), ("html-text", f"{URL}/2", "")]),
    ],
)
def test_a_url_in_the_words_of_html_counts_beside_a_plain_part(
    plain: str, html: str, found: list[tuple[str, str, str]]
) -> None:
    assert links(parsed("multipart/alternative; boundary=b", _both(plain, html))) == found


MANY = " ".join(f"{URL}/{number}" for number in range(5_100))


@pytest.mark.parametrize(
    ("name", "bounds", "content_type", "body", "count"),
    [
        ("links", Limits(), "text/plain", MANY, 5_000),
        ("", Limits(links=6_000), "text/plain", MANY, 5_100),
        ("links", Limits(links=3), "text/html", f'<a href="{URL}/1">x</a>{MANY}', 3),
        ("html-depth", Limits(html_depth=20), "text/html", "<div>" * 21 + URL, 1),
        ("", Limits(html_depth=21), "text/html", "<div>" * 21 + URL, 1),
        ("html-size", Limits(html=40), "text/html", "<div>" * 10 + URL, 0),
        ("text-links", Limits(searched=40), "text/plain", "x" * 40 + "\n" + URL, 0),
        ("", Limits(searched=100), "text/plain", "x" * 40 + "\n" + URL, 1),
        ("text-links", Limits(searched=40), "text/html", "x" * 40 + " " + URL, 0),
    ],
)
def test_each_bound_of_links_is_said_and_can_be_raised(
    name: str, bounds: Limits, content_type: str, body: str, count: int
) -> None:
    mail = parsed(content_type, body, bounds)
    assert (limits(mail), len(mail.links)) == ([name] if name else [], count)


def test_base64_of_any_kind_is_decoded_alike_with_and_without_a_look_at_it_first() -> None:
    chance = random.Random(2)
    pieces = [
        b"QUJD",
        b"QUI=",
        b"QQ==",
        b"Q",
        b"=",
        b"==",
        b"\r\n",
        b"\n",
        b" ",
        b"-",
        b"\x00",
        b"\xff",
        b"\x0b",
    ]
    for _ in range(50_000):
        data = b"".join(chance.choices(pieces, k=chance.randrange(12)))
        limits: tuple[list[Limit], list[Limit]] = ([], [])
        assert parts._of_base64(data, limits[0]) == parts._of_odd_base64(data, limits[1]), data
        assert limits[0] == limits[1]
