"""ARC: the published suite, and each way for a chain not to hold."""

from __future__ import annotations

import base64
from collections import Counter
from pathlib import Path
from typing import Any

import dkim as dkimpy
import pytest
import yaml  # type: ignore[import-untyped] # comes with JupyterLab; its types are not worth a package
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from phishlab.errors import NotRecordedError
from phishlab.records import Level, Lookup, Outcome
from phishlab.sources import mailauth
from phishlab.sources.mailauth import seals

MAIL = (
    b"Authentication-Results: %s; arc=none; dkim=pass header.d=a.example\r\n"
    b"From: a@a.example\r\nTo: b@b.example\r\nSubject: x\r\nDate: Tue, 16 Jan 2024 10:00:00 +0900\r\n"
    b"Message-ID: <1@a.example>\r\nMIME-Version: 1.0\r\n\r\nHello.\r\n"
)
PRIVATE = rsa.generate_private_key(65537, 1024)
PEM = PRIVATE.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
)
PUBLIC = base64.b64encode(
    PRIVATE.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
).decode()
KEY = f"v=DKIM1; k=rsa; p={PUBLIC}"
FIRST, SECOND = "one.example", "two.example"


def _sealed(mail: bytes, by: str) -> bytes:
    fields = dkimpy.arc_sign(mail, b"s1", by.encode(), PEM, by.encode(), timestamp="1705366800")
    return b"".join(fields) + mail


def _chain() -> bytes:
    first = _sealed(MAIL % FIRST.encode(), FIRST)
    passed = first.replace(b"Authentication-Results: one.example; arc=none", b"X-Old: 1", 1)
    second = b"Authentication-Results: two.example; arc=pass\r\n" + passed
    return _sealed(second, SECOND)


@pytest.fixture
def published(scripted: Any, dns_says: Any) -> Any:
    def wire(**keys: str | None) -> Any:
        texts = {FIRST: KEY, SECOND: KEY, **{name.replace("_", "."): text for name, text in keys.items()}}

        def answer(uri: str) -> bytes:
            name = uri.removeprefix("dns:").removesuffix("?type=TXT")
            text = texts.get(name.removeprefix("s1._domainkey."))
            if text is None:
                return bytes(dns_says(name, "TXT", rcode="NXDOMAIN"))
            chunks = " ".join(f'"{text[start : start + 200]}"' for start in range(0, len(text), 200))
            return bytes(dns_says(name, "TXT", f"{name}. 60 IN TXT {chunks}"))

        return scripted(answer)

    return wire


def _seen(found: Lookup[Any] | None) -> tuple[str, str]:
    assert found is not None
    assert found.record is not None
    return found.record.result, dict(found.record.properties)["reason"]


def test_a_chain_of_two_holds_and_names_who_sealed_it(published: Any) -> None:
    wire = published()
    found = mailauth.arc(wire, _chain())
    assert _seen(found) == ("pass", "verified")
    assert found is not None
    assert found.record is not None
    assert (found.record.method, found.record.domain, found.record.trusted) == ("arc", SECOND, False)
    assert dict(found.record.properties)["arc.chain"] == f"i=2 d={SECOND}, i=1 d={FIRST}"
    assert ("dns", "today") in found.record.properties
    assert {question.level for question in wire.asked} == {Level.ACTIVE}
    assert found.evidence


def test_a_mail_without_a_chain_has_no_answer_and_asks_nothing(scripted: Any) -> None:
    wire = scripted({})
    assert mailauth.arc(wire, MAIL % b"x") is None
    assert wire.asked == []


@pytest.mark.parametrize(
    ("old", "new", "seen"),
    [
        (b"Hello.", b"Hallo.", ("fail", "altered-body")),
        (b"Subject: x", b"Subject: y", ("fail", "wrong-signature")),
        (b"cv=pass", b"cv=none", ("fail", "wrong-signature")),
        (b"ARC-Authentication-Results: i=1", b"X-Gone: i=1", ("fail", "wrong-signature")),
        (b"ARC-Seal: i=2", b"ARC-Seal: i=3", ("fail", "malformed")),
        (b"ARC-Seal: i=2", b"ARC-Seal: i=4000", ("neutral", "too-many-sets")),
    ],
)
def test_each_way_to_break_a_chain(published: Any, old: bytes, new: bytes, seen: tuple[str, str]) -> None:
    chain = _chain()
    assert old in chain
    assert _seen(mailauth.arc(published(), chain.replace(old, new, 1))) == seen


def test_a_key_that_is_gone_or_unusable_is_not_called_forged(published: Any, scripted: Any) -> None:
    gone = mailauth.arc(published(one_example=None), _chain())
    assert _seen(gone) == ("permerror", "no-key-today")
    assert gone is not None
    assert gone.note == "the key is not published today: it may have been on the day of receipt"
    revoked = mailauth.arc(published(two_example="v=DKIM1; k=rsa; p="), _chain())
    assert _seen(revoked) == ("permerror", "key-revoked")
    silent = mailauth.arc(scripted({}), _chain())
    assert _seen(silent) == ("temperror", "not-answered")
    assert silent is not None
    assert silent.outcome is Outcome.FAILED


def test_a_forbidden_question_leaves_no_result(scripted: Any) -> None:
    forbidden = mailauth.arc(scripted({}, Level.PASSIVE), _chain())
    assert forbidden is not None
    assert (forbidden.record, forbidden.outcome, forbidden.note) == (
        None,
        Outcome.NOT_ASKED,
        "needs level active",
    )


def test_a_pass_of_the_chain_does_not_pass_dmarc(published: Any) -> None:
    """RFC 8617, 5.4.1: only SPF and DKIM count for DMARC, however the chain stands."""
    found = mailauth.arc(published(), _chain())
    assert found is not None
    dmarc = mailauth.dmarc(published(), SECOND, [found])
    assert dmarc.record is not None
    assert dmarc.record.result != "pass"


@pytest.mark.parametrize(
    "mail",
    [
        b"ARC-Seal: \r\n\r\n",
        b"ARC-Seal: i=1\r\n\r\n",
        (
            b"ARC-Seal: i=1; cv=none; a=rsa-sha256; d=\xff; s=\x00; b=AAAA\r\n"
            b"ARC-Message-Signature: i=1; a=rsa-sha256; d=\xff; s=\x00; h=from; bh=AAAA; b=AAAA\r\n"
            b"ARC-Authentication-Results: i=1; x\r\n\r\n"
        ),
        (
            b"ARC-Seal: i=1; a=none; d=x; s=y; b=x; cv=none\r\n"
            b"ARC-Message-Signature:i=1; a=none; h=; bh=;d=x;s=y;b=x\r\n"
            b"ARC-Authentication-Results: i=1; x\r\n\r\n"
        ),
        b"ARC-Authentication-Results: x\r\n" * 1000 + b"\r\n",
        b"ARC-Seal: i=" + b"9" * 5000 + b"\r\n\r\n",
    ],
)
def test_hostile_sets_end_in_an_outcome(scripted: Any, mail: bytes) -> None:
    found = mailauth.arc(scripted({}), mail)
    assert found is not None
    assert found.record is None or found.record.result in {"fail", "permerror", "temperror", "neutral"}


def test_phishlabs_own_trouble_is_not_swallowed(scripted: Any) -> None:
    def broken(uri: str) -> None:
        raise NotRecordedError(uri)

    with pytest.raises(NotRecordedError):
        mailauth.arc(scripted(broken), _chain())


_EXPECTED: dict[str, set[str | None]] = {"Pass": {"pass"}, "None": {None}, "Fail": {"fail"}, "": {"fail"}}
_KEYLESS = {"public_key_na": "no-key-today", "public_key_invalid": "bad-key"}
"""The suite's key that is not there, or is none: it fails in the suite's words, in ours nothing is known today."""


def test_the_suite_of_arc_as_far_as_it_is_there(scripted: Any, dns_says: Any, shared_data: Path) -> None:
    counted: Counter[str] = Counter()
    wrong = []
    for part in yaml.safe_load_all((shared_data / "auth/arc/validation-part.yml").read_text("utf-8")):
        wire = scripted(_zone(part["txt-records"], dns_says))
        for name, case in part["tests"].items():
            found = mailauth.arc(wire, case["message"].encode())
            result = found.record.result if found and found.record else None
            if name in _KEYLESS:
                assert _seen(found) == ("permerror", _KEYLESS[name])
            elif result not in _EXPECTED[str(case["cv"] or "")]:
                wrong.append((name, case["cv"], result))
            counted[str(result)] += 1
    assert wrong == []
    assert counted["pass"] >= 9
    assert counted["fail"] >= 25


def _zone(texts: dict[str, str], dns_says: Any) -> Any:
    def answer(uri: str) -> bytes:
        name = uri.removeprefix("dns:").removesuffix("?type=TXT")
        text = texts.get(name)
        if text is None:
            return bytes(dns_says(name, "TXT", rcode="NXDOMAIN"))
        chunks = " ".join(f'"{text[start : start + 200]}"' for start in range(0, len(text), 200))
        return bytes(dns_says(name, "TXT", f"{name}. 60 IN TXT {chunks}"))

    return answer


def test_more_sets_than_are_checked_cost_no_question(scripted: Any) -> None:
    wire = scripted({})
    mail = b"".join(
        b"ARC-Seal: i=%d; cv=pass; a=rsa-sha256; d=x.example; s=s; b=AAAA\r\n" % number
        for number in range(1, seals.SETS + 2)
    )
    assert _seen(mailauth.arc(wire, mail + MAIL % b"x")) == ("neutral", "too-many-sets")
    assert wire.asked == []
