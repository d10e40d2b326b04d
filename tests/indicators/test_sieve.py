"""What a look at all texts together finds is what a look at each finds."""

from __future__ import annotations

import codecs
import random
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from hashlib import md5, sha1, sha256
from pathlib import Path
from urllib.parse import quote

import pytest

from phishlab.indicators import sieve, spellings
from phishlab.mail import message

MAILBOXES = (
    *("v.kagoya@example.co.jp", "a@b.jp", "Postmaster-Of-A-Long-Name@mail.example.com", "用户@例え.jp"),
    *("ok@kiosk.example", "o'hara+x@example.jp", '"a b"@c.example', "a@b"),
)
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


WAYS: tuple[Callable[[str], str], ...] = (
    str,
    str.upper,
    quote,
    lambda text: "".join(f"%{byte:02x}" for byte in _utf8(text)),
    lambda text: b64encode(_utf8(text)).decode(),
    lambda text: urlsafe_b64encode(_utf8(text)).decode().rstrip("="),
    lambda text: _utf8(text).hex(),
    lambda text: codecs.encode(text, "rot13"),
    lambda text: text[::-1],
    lambda text: text.replace("@", "＠"),
    lambda text: text.replace("@", "="),
    lambda text: text.replace("@", "=40"),
    lambda text: text.replace("k", "\u212a").replace("i", "\u0130"),
    lambda text: md5(_utf8(text), usedforsecurity=False).hexdigest(),
    lambda text: sha1(_utf8(text), usedforsecurity=False).hexdigest().upper(),
    lambda text: sha256(_utf8(text)).hexdigest(),
    lambda text: text.partition("@")[0],
)


def _text(chance: random.Random) -> str:
    """An address wrapped up to four times, something around it each time; or only something."""
    spelled = chance.choice((*MAILBOXES, "", "nobody@example.net", "A" * 40))
    for _ in range(chance.randrange(5)):
        before = "".join(chance.choices(LETTERS + "=&/?-_+", k=chance.choice((0, 0, 1, 2, 3, 7))))
        spelled = chance.choice(WAYS)(
            f"{before}{spelled}{chance.choice(('', '', '&x', '/', '-', 'abc', '=='))}"
        )
    return f"{chance.choice(('', 'https://e.example/', '?a='))}{spelled}"


def _one_by_one(texts: list[str], known: spellings.Table) -> dict[str, list[spellings.Spelling]]:
    return {text: found for text in texts if (found := spellings.find_by(text, known))}


@pytest.mark.parametrize(
    "mailboxes",
    [
        *[MAILBOXES[number : number + 1] for number in range(len(MAILBOXES))],
        *(MAILBOXES, MAILBOXES[:3], (), ("", "nobody", "@")),
        (*MAILBOXES[:3], *(f"user{number}@example{number}.jp" for number in range(40))),
    ],
)
def test_all_together_find_what_each_finds(mailboxes: tuple[str, ...]) -> None:
    chance = random.Random(len(mailboxes))
    known = spellings.table(mailboxes)
    spelled = 0
    for _ in range(1_000):
        texts = [_text(chance) for _ in range(5)]
        telling = _one_by_one(texts, known)
        spelled += len(telling)
        assert sieve.find(texts, known) == telling, texts
    assert spelled > 200 or not known.rights


def test_those_of_a_real_mail_find_what_each_finds(shared_data: Path) -> None:
    telling = 0
    for path in sorted((shared_data / "mail" / "phishing").glob("*.eml"))[::3]:
        mail = message.parse(path.read_bytes())
        texts = [*(link.url for link in mail.links), *(hop.raw for hop in mail.hops), mail.text[:5_000]]
        known = spellings.table(mail.recipients)
        found = sieve.find(texts, known)
        assert found == _one_by_one(texts, known), path
        telling += len(found)
    assert telling


def test_few_texts_are_looked_into_one_by_one(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    find_by = spellings.find_by

    def counted(text: str, known: spellings.Table, *, packed: bool = True) -> list[spellings.Spelling]:
        looked.extend([text] if packed else [])
        return find_by(text, known, packed=packed)

    monkeypatch.setattr(spellings, "find_by", counted)
    seen = telling = 0
    for path in sorted((shared_data / "mail" / "phishing").glob("*.eml"))[::3]:
        mail = message.parse(path.read_bytes())
        texts = [*(link.url for link in mail.links), mail.text[:5_000]]
        telling += len(sieve.find(texts, spellings.table(mail.recipients)))
        seen += len(texts)
    assert len(looked) < telling + seen / 50


@pytest.mark.parametrize(
    "piece", ["a", "%41", "%2525", "@", "QUFB", "40", "a@example.co.jp ", "/", "A" * 31 + "-", "=", "x\n"]
)
def test_a_megabyte_takes_no_time(piece: str) -> None:
    known = spellings.table(MAILBOXES[:1])
    began = time.process_time()
    sieve.find([piece * (2**20 // len(piece))], known)
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "link", ["?r={}&u=a%40example{}.jp", "?u=dmljdGltQGV4YW1wbGUu{}{}", "?u={:032x}{}40"]
)
def test_ten_thousand_links_and_as_many_recipients_take_no_time(link: str) -> None:
    known = spellings.table(tuple(f"u{number}@example{number}.jp" for number in range(10_000)))
    links = [f"https://e.example/{link.format(number, number)}" for number in range(10_000)]
    began = time.process_time()
    sieve.find(links, known)
    assert time.process_time() - began < 4
