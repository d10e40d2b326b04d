"""DKIM: mails that were really signed, and each way for a signature not to hold."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dkim as dkimpy
import nacl.encoding
import nacl.signing
import pytest

from phishlab.errors import NotRecordedError
from phishlab.records import Level, Lookup, Outcome
from phishlab.sources import mailauth

MAIL = b"From: a@example.jp\r\nSubject: x\r\nDate: Tue, 16 Jan 2024 10:00:00 +0900\r\n\r\nHello.\r\n"
KEY = nacl.signing.SigningKey(bytes(range(32)))
PUBLIC = "v=DKIM1; k=ed25519; p=" + KEY.verify_key.encode(nacl.encoding.Base64Encoder).decode()
NAME = "s1._domainkey.example.jp"
RFC8463 = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="


class _Expiring(dkimpy.DKIM):  # type: ignore[misc] # dkimpy ships no types
    """dkimpy's signer, with ``x=`` and ``t=`` as the test wants them."""

    def __init__(self, mail: bytes, **tags: int) -> None:
        super().__init__(mail)
        self.tags = tags

    def gen_header(self, fields: list[tuple[bytes, bytes]], *rest: Any) -> Any:
        kept = [(name, value) for name, value in fields if name != b"t"]
        dated = [(name.encode(), str(value).encode()) for name, value in self.tags.items()]
        return super().gen_header([*kept[:-2], *dated, *kept[-2:]], *rest)


def _signed(mail: bytes = MAIL, **tags: int) -> bytes:
    secret = KEY.encode(nacl.encoding.Base64Encoder)
    header = _Expiring(mail, **tags).sign(b"s1", b"example.jp", secret, signature_algorithm=b"ed25519-sha256")
    return bytes(header) + mail


def _seen(found: Lookup[Any]) -> tuple[str, str]:
    assert found.record is not None
    return found.record.result, dict(found.record.properties)["reason"]


@pytest.fixture
def published(scripted: Any, dns_says: Any) -> Any:
    def wire(key: str = PUBLIC, name: str = NAME) -> Any:
        chunks = " ".join(f'"{key[start : start + 200]}"' for start in range(0, len(key), 200))
        return scripted({f"dns:{name}?type=TXT": dns_says(name, "TXT", f"{name}. 60 IN TXT {chunks}")})

    return wire


def test_a_good_signature_passes_and_says_whose_dns_it_was(published: Any) -> None:
    wire = published()
    (found,) = mailauth.dkim(wire, _signed())
    assert _seen(found) == ("pass", "verified")
    assert found.record is not None
    assert (found.record.domain, found.record.trusted, found.outcome) == (
        "example.jp",
        False,
        Outcome.ANSWERED,
    )
    assert ("dns", "today") in found.record.properties
    assert (len(found.evidence), wire.asked[0].level) == (1, Level.ACTIVE)


def test_four_different_answers_where_dkimpy_says_false(published: Any, scripted: Any, dns_says: Any) -> None:
    gone = scripted({f"dns:{NAME}?type=TXT": dns_says(NAME, "TXT", rcode="NXDOMAIN")})
    signed = _signed()
    assert _seen(mailauth.dkim(published(), MAIL)[0]) == ("none", "no-signature")
    assert _seen(mailauth.dkim(gone, signed)[0]) == ("permerror", "no-key-today")
    assert _seen(mailauth.dkim(published(), signed.replace(b"Subject: x", b"Subject: y"))[0]) == (
        "fail",
        "wrong-signature",
    )
    assert _seen(mailauth.dkim(published(), signed.replace(b"Hello", b"Hallo"))[0]) == (
        "fail",
        "altered-body",
    )


def test_a_key_that_is_gone_is_not_called_forged(scripted: Any, dns_says: Any) -> None:
    (found,) = mailauth.dkim(
        scripted({f"dns:{NAME}?type=TXT": dns_says(NAME, "TXT", rcode="NXDOMAIN")}), _signed()
    )
    assert found.outcome is Outcome.ANSWERED
    assert found.note == "the key is not published today: it may have been on the day of receipt"


@pytest.mark.parametrize(
    ("key", "seen"),
    [
        ("v=DKIM1; k=ed25519; p=", ("permerror", "key-revoked")),
        ("v=DKIM1; k=ed25519; p=AAAA", ("permerror", "bad-key")),
        ("v=DKIM2; k=ed25519; p=" + PUBLIC[22:], ("permerror", "bad-key")),
        ("v=DKIM1; k=rsa; p=" + PUBLIC[22:], ("permerror", "bad-key")),
        ("hello", ("permerror", "bad-key")),
        (RFC8463, ("fail", "wrong-signature")),
    ],
)
def test_unusable_keys_are_not_wrong_signatures(published: Any, key: str, seen: tuple[str, str]) -> None:
    assert _seen(mailauth.dkim(published(key), _signed())[0]) == seen


def test_silence_is_temperror_and_a_forbidden_question_no_result(scripted: Any) -> None:
    (silent,) = mailauth.dkim(scripted({}), _signed())
    assert (_seen(silent), silent.outcome) == (("temperror", "not-answered"), Outcome.FAILED)
    (forbidden,) = mailauth.dkim(scripted({}, Level.PASSIVE), _signed())
    assert (forbidden.record, forbidden.outcome, forbidden.note) == (
        None,
        Outcome.NOT_ASKED,
        "needs level active",
    )


def test_an_expiry_is_held_against_the_receipt_and_not_against_this_machines_clock(published: Any) -> None:
    mail = _signed(t=1_705_366_800, x=1_705_453_200)  # valid on 16 January 2024
    in_time, late = datetime(2024, 1, 16, 12, tzinfo=UTC), datetime(2024, 1, 18, tzinfo=UTC)
    assert _seen(mailauth.dkim(published(), mail, in_time)[0]) == ("pass", "verified")
    assert _seen(mailauth.dkim(published(), mail, late)[0]) == ("fail", "expired-at-receipt")
    assert _seen(mailauth.dkim(published(), mail)[0]) == ("pass", "verified")


def test_each_signature_has_its_own_answer_and_the_tenth_is_not_asked_about(published: Any) -> None:
    wire = published()
    twice = _signed(_signed().replace(b"example.jp;", b"example.jp; "))
    assert len(mailauth.dkim(wire, twice)) == 2
    many = b"DKIM-Signature: v=1; a=rsa-sha256; d=x.jp; s=s; h=from; bh=AAAA; b=AAAA\r\n" * 10 + MAIL
    assert len(mailauth.dkim(wire, many)) == 8


@pytest.mark.parametrize(
    "mail",
    [
        b"",
        b" folded first line\r\n\r\n",
        b"no colon here\r\n\r\n",
        b"DKIM-Signature: \r\n\r\n",
        b"DKIM-Signature: v=1; v=1\r\nFrom: a@b\r\n\r\n",
        b"DKIM-Signature: v=1; a=none; d=x; s=y; h=from; bh=x; b=x\r\n\r\n",
        b"DKIM-Signature: v=1; a=rsa-sha256; c=odd/odd; d=x.jp; s=s; h=from; bh=AAAA; b=AAAA\r\n\r\n",
        b"DKIM-Signature: v=1; a=rsa-sha256; d=\xff\xfe; s=\x00; h=from; bh=AAAA; b=AAAA\r\n\r\n",
        b"DKIM-Signature: v=1; a=rsa-sha256; d=; s=; h=from; i=@; bh=AAAA; b=AAAA\r\n\r\n",
        b"\xff\xd8\xff\xe0JFIF" * 100,
    ],
)
def test_malformed_signatures_end_in_an_outcome(scripted: Any, mail: bytes) -> None:
    for found in mailauth.dkim(scripted({}), mail):
        assert found.record is None or found.record.result in {"none", "permerror", "temperror"}


def test_phishlabs_own_trouble_is_not_swallowed(scripted: Any) -> None:
    def broken(uri: str) -> None:
        raise NotRecordedError(uri)

    with pytest.raises(NotRecordedError):
        mailauth.dkim(scripted(broken), _signed())


FILES = [
    # file, key file or key, name of the key, results
    ("rfc6376.signed.msg", "test.txt", "test._domainkey.football.example.com", ["temperror", "pass"]),
    ("rfc6376.signed.msg", RFC8463, "brisbane._domainkey.football.example.com", ["pass", "temperror"]),
    ("rfc6376.signed.rsa.msg", "test.txt", "test._domainkey.football.example.com", ["pass"]),
    (
        "rfc6376.signed.rsa.msg",
        "1024_testkey_wo_markers.pub.txt",
        "test._domainkey.football.example.com",
        ["fail"],
    ),
    ("rfc6376.signed.rsa.msg", "badk.txt", "test._domainkey.football.example.com", ["permerror"]),
    ("rfc6376.signed.rsa.msg", "badversion.txt", "test._domainkey.football.example.com", ["permerror"]),
    ("rfc6376.signed.no_t.msg", "test.txt", "test._domainkey.football.example.com", ["fail"]),
    ("ed25519test2.msg", "eximtest.dns", "sed._domainkey.test.ex", ["pass"]),
    ("test2.message", "test2.txt", "20120113._domainkey.gmail.com", ["fail"]),
    ("test.message.baddomain", "test.txt", "test._domainkey.legitimate.com", ["permerror"]),
    ("message.mbox", "", "", ["temperror"]),
    ("test.message", "", "", ["none"]),
    ("rfc6376.msg", "", "", ["none"]),
    ("test_nofrom.message", "", "", ["none"]),
]


@pytest.mark.parametrize(("file", "key", "name", "results"), FILES)
def test_the_messages_of_dkimpy(
    published: Any, scripted: Any, shared_data: Path, file: str, key: str, name: str, results: list[str]
) -> None:
    folder = shared_data / "auth/dkim"
    text = (folder / key).read_text("ascii").strip() if key and (folder / key[:60]).is_file() else key
    wire = published(text, name) if key else scripted({})
    found = mailauth.dkim(wire, (folder / file).read_bytes())
    assert [lookup.record.result for lookup in found if lookup.record] == results
