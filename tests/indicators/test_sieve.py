"""What a look at all texts together lets pass is what a look at each would pass over."""

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

MAILBOXES = ("v.kagoya@example.co.jp", "a@b.jp", "Postmaster-Of-A-Long-Name@mail.example.com", "用户@例え.jp")
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


@pytest.mark.parametrize(
    "mailboxes", [MAILBOXES[:1], MAILBOXES[1:2], MAILBOXES[2:3], MAILBOXES, MAILBOXES[:3], ()]
)
def test_no_text_that_spells_an_address_falls_through(mailboxes: tuple[str, ...]) -> None:
    chance = random.Random(len(mailboxes))
    known = spellings.table(mailboxes)
    spelled = 0
    for _ in range(1_000):
        texts = [_text(chance) for _ in range(5)]
        telling = [text for text in texts if spellings.find_by(text, known)]
        spelled += len(telling)
        kept = sieve.sift(texts, known)
        assert [text for text in kept if text in telling] == telling, texts
    assert spelled > 300 or not mailboxes


def test_nor_does_one_of_a_real_mail_and_few_others_are_kept(shared_data: Path) -> None:
    seen = kept = telling = 0
    for path in sorted((shared_data / "mail" / "phishing").glob("*.eml"))[::3]:
        mail = message.parse(path.read_bytes())
        texts = [*(link.url for link in mail.links), *(hop.raw for hop in mail.hops), mail.text[:5_000]]
        known = spellings.table(mail.recipients)
        chosen = sieve.sift(texts, known)
        spelling = [text for text in texts if spellings.find_by(text, known)]
        assert [text for text in chosen if text in spelling] == spelling, path
        seen, kept, telling = seen + len(texts), kept + len(chosen), telling + len(spelling)
    assert telling < kept < telling + seen / 20


@pytest.mark.parametrize(
    "piece", ["a", "%41", "%2525", "@", "QUFB", "40", "a@example.co.jp ", "/", "A" * 31 + "-"]
)
def test_a_megabyte_takes_no_time(piece: str) -> None:
    known = spellings.table(MAILBOXES[:1])
    began = time.process_time()
    sieve.sift([piece * (2**20 // len(piece))], known)
    assert time.process_time() - began < 2
