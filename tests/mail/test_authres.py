"""Results as servers write them; what a sender smuggles into them is never read as a result."""

from __future__ import annotations

import random
import re
import time
from pathlib import Path

import pytest

from phishlab.mail import authres, exchange, headers, plain
from phishlab.records import Authentication, Header

AR = "Authentication-Results: "
Row = tuple[str, str, str | None, str | None]


@pytest.fixture(autouse=True, params=["token by token", "by pattern"])
def _each_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first fields of a program are read one way, all others both."""
    monkeypatch.setattr(authres, "_many", lambda: request.param == "by pattern")


def _read(*lines: str) -> tuple[Authentication, ...]:
    return authres.parse(headers.parse("".join(f"{line}\r\n" for line in lines).encode(), []))


def _parsed(*lines: str) -> list[Row]:
    return [(each.method, each.result, each.domain, each.authserv_id) for each in _read(*lines)]


# Each shape with (method, result, domain, authserv-id) of all its results.
SHAPES: dict[str, tuple[str, list[Row]]] = {
    "an id alone": (AR + "mx.example.jp", []),
    "an id and a semicolon": (AR + "mx.example.jp;", []),
    "an id with a version": (AR + "mx.example.jp 1", []),
    "a version and a semicolon": (AR + "mx.example.jp 1;", []),
    "no results": (AR + "mx.example.jp 1; none", []),
    "an unknown method": (AR + "mx.example.jp; foo=pass", [("foo", "pass", None, "mx.example.jp")]),
    "a comment": (AR + "mx.example.jp; foo=pass (2 of 3 fine)", [("foo", "pass", None, "mx.example.jp")]),
    "a domain": (
        AR + "mx.example.jp; spf=pass smtp.mailfrom=a.example",
        [("spf", "pass", "a.example", "mx.example.jp")],
    ),
    "a bare at sign": (
        AR + "mx.example.jp; spf=pass smtp.mailfrom=@a.example",
        [("spf", "pass", "a.example", "mx.example.jp")],
    ),
    "a mailbox": (
        AR + "mx.example.jp; spf=pass smtp.mailfrom=who@a.example",
        [("spf", "pass", "a.example", "mx.example.jp")],
    ),
    "a reason": (
        AR + "mx.example.jp; spf=pass reason=good smtp.mailfrom=a.example",
        [("spf", "pass", "a.example", "mx.example.jp")],
    ),
    "a reason in quotes, with a result inside": (
        AR + 'mx.example.jp; dkim=fail reason="bad; dkim=pass" header.i=@a.example',
        [("dkim", "fail", "a.example", "mx.example.jp")],
    ),
    "several properties": (
        AR + "mx.example.jp; dkim=pass header.d=a.example header.s=s1 header.b=Jx0=\r\n header.a=rsa-sha256",
        [("dkim", "pass", "a.example", "mx.example.jp")],
    ),
    "several methods": (
        AR + "mx.example.jp; auth=pass (cram-md5) smtp.auth=who@a.example;\r\n spf=pass smtp.mailfrom=a.example;"
        " sender-id=pass header.from=b.example",
        [
            ("auth", "pass", None, "mx.example.jp"),
            ("spf", "pass", "a.example", "mx.example.jp"),
            ("sender-id", "pass", "b.example", "mx.example.jp"),
        ],
    ),
    "two results of one method": (
        AR + 'mx.example.jp; dkim=pass reason="good" header.i=@a.example; dkim=fail reason="bad" header.i=@b.example',
        [("dkim", "pass", "a.example", "mx.example.jp"), ("dkim", "fail", "b.example", "mx.example.jp")],
    ),
    "a comment between every two words": (
        AR + "mx.example.jp (x) 1 (y); dkim (why) / 1 (one) = (w) fail header (dot) . (so) d (is) = (it) a.example",
        [("dkim", "fail", "a.example", "mx.example.jp")],
    ),
    "a comment inside a comment": (
        AR + "mx.example.jp; spf=fail (a (b; spf=pass) c) smtp.mailfrom=a.example",
        [("spf", "fail", "a.example", "mx.example.jp")],
    ),
    "a method with its version": (
        AR + "mx.example.jp; dkim/1=pass header.d=a.example",
        [("dkim", "pass", "a.example", "mx.example.jp")],
    ),
    "spaces around every sign": (
        AR + 'mx.example.jp ; dkim = pass header.d = "a.example"',
        [("dkim", "pass", "a.example", "mx.example.jp")],
    ),
    "a fold behind the sign, as GMX writes": (
        AR + "gmx.example; spf=pass smtp.mailfrom=\r\n bounce@a.example; dkim=none",
        [("spf", "pass", "a.example", "gmx.example"), ("dkim", "none", None, "gmx.example")],
    ),
    "upper case": (
        AR + "MX.Example.JP; SPF=Pass smtp.MailFrom=Who@A.Example",
        [("spf", "pass", "a.example", "MX.Example.JP")],
    ),
    "dkim_pass": (
        AR + "mx.example.jp; dkim=dkim_pass header.d=a.example",
        [("dkim", "pass", "a.example", "mx.example.jp")],
    ),
    "success(p=REJECT)": (
        AR + "mx.example.jp; dmarc=success(p=REJECT) header.from=a.example",
        [("dmarc", "pass", "a.example", "mx.example.jp")],
    ),
    "hardfail, as BIGLOBE writes": (
        AR + "mx.example.jp; spf=hardfail smtp.mailfrom=a.example",
        [("spf", "fail", "a.example", "mx.example.jp")],
    ),
    "Exchange without an id": (
        AR + "spf=fail (sender IP is 192.0.2.1)\r\n smtp.mailfrom=a.example; dkim=fail (no key for signature)\r\n"
        " header.d=b.example;dmarc=fail action=none\r\n header.from=a.example;compauth=fail reason=001",
        [
            ("spf", "fail", "a.example", None),
            ("dkim", "fail", "b.example", None),
            ("dmarc", "fail", "a.example", None),
            ("compauth", "fail", None, None),
        ],
    ),
    "Exchange with the recipient's domain in the middle, which is no id": (
        AR + "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=a.example; mine.example; dkim=none (message not"
        " signed) header.d=none;mine.example; dmarc=none action=none header.from=b.example;",
        [("spf", "pass", "a.example", None), ("dkim", "none", None, None), ("dmarc", "none", "b.example", None)],
    ),
    "Gmail": (
        AR + "mx.google.com;\r\n dkim=pass header.i=@a.example header.s=s header.b=AbCdEfGh;\r\n spf=pass"
        " (google.com: domain of who@b.example designates 192.0.2.1 as permitted sender)"
        " smtp.mailfrom=who@b.example;\r\n dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=a.example",
        [
            ("dkim", "pass", "a.example", "mx.google.com"),
            ("spf", "pass", "b.example", "mx.google.com"),
            ("dmarc", "pass", "a.example", "mx.google.com"),
        ],
    ),
    "Gmail of 2012": (
        AR + "mx.google.com; spf=pass (google.com: domain of a@a.example designates 192.0.2.1) smtp.mail=a@a.example",
        [("spf", "pass", "a.example", "mx.google.com")],
    ),
    "Yahoo": (
        AR + "atlas.production.omega.yahoo.example; dkim=unknown; spf=pass smtp.mailfrom=a.example;"
        " dmarc=pass(p=REJECT,sp=REJECT) header.from=a.example;",
        [
            ("dkim", "unknown", None, "atlas.production.omega.yahoo.example"),
            ("spf", "pass", "a.example", "atlas.production.omega.yahoo.example"),
            ("dmarc", "pass", "a.example", "atlas.production.omega.yahoo.example"),
        ],
    ),
    "Yahoo of 2015, whose from= is no method": (
        AR + "mta1.mail.yahoo.example  from=a.example; domainkeys=neutral (no);  from=a.example; dkim=neutral (x)",
        [
            ("domainkeys", "neutral", None, "mta1.mail.yahoo.example"),
            ("dkim", "neutral", None, "mta1.mail.yahoo.example"),
        ],
    ),
    "Yahoo! JAPAN, whose property stands behind a semicolon": (
        AR + "mta706.mail.djm.yahoo.co.jp  from=a.example; domainkeys=pass (ok); dkim=pass (ok); header.i=@a.example",
        [
            ("domainkeys", "pass", None, "mta706.mail.djm.yahoo.co.jp"),
            ("dkim", "pass", "a.example", "mta706.mail.djm.yahoo.co.jp"),
        ],
    ),
    "Zoho": (
        AR + "mx.zohomail.com;\r\n dkim=pass;\r\n spf=pass (zohomail.com: domain of a@a.example designates 192.0.2.1"
        " as permitted sender)  smtp.mailfrom=a@a.example;\r\n dmarc=pass(p=reject dis=none)  header.from=a.example",
        [
            ("dkim", "pass", None, "mx.zohomail.com"),
            ("spf", "pass", "a.example", "mx.zohomail.com"),
            ("dmarc", "pass", "a.example", "mx.zohomail.com"),
        ],
    ),
    "IronPort, with one spf result for each identity": (
        AR + "mx.example.jp; spf=None smtp.pra=who@a.example; spf=Pass smtp.mailfrom=who@b.example;\r\n spf=None"
        " smtp.helo=postmaster@h.example; dkim=pass (signature verified) header.i=@a.example;"
        " dmarc=pass (p=reject dis=none) d=a.example",
        [
            ("spf", "none", "a.example", "mx.example.jp"),
            ("spf", "pass", "b.example", "mx.example.jp"),
            ("spf", "none", "h.example", "mx.example.jp"),
            ("dkim", "pass", "a.example", "mx.example.jp"),
            ("dmarc", "pass", "a.example", "mx.example.jp"),
        ],
    ),
    "OpenDKIM": (
        AR + "mx.example.jp; dkim=pass (2048-bit key;\r\n unprotected) header.d=a.example header.i=@a.example"
        ' header.a=rsa-sha256 header.s=dkim header.b="L+CL2nN+"; dkim-atps=neutral',
        [("dkim", "pass", "a.example", "mx.example.jp"), ("dkim-atps", "neutral", None, "mx.example.jp")],
    ),
    "no semicolons at all": (
        AR + "mx.example.jp spf=fail smtp.mailfrom=a.example dkim=none dmarc=fail header.from=a.example",
        [
            ("spf", "fail", "a.example", "mx.example.jp"),
            ("dkim", "none", None, "mx.example.jp"),
            ("dmarc", "fail", "a.example", "mx.example.jp"),
        ],
    ),
    "an international domain in UTF-8": (
        AR + "mx.example.jp; spf=pass smtp.mailfrom=a@例え.example",
        [("spf", "pass", "例え.example", "mx.example.jp")],
    ),
    "ARC, whose instance is no result": (
        ("ARC-Authentication-Results: i=1; mx.microsoft.com 1; spf=none (sender ip is 192.0.2.1)"
        " smtp.mailfrom=a.example"),
        [("spf", "none", "a.example", "mx.microsoft.com")],
    ),
    "ARC without an id": (
        "ARC-Authentication-Results: i=2; spf=pass smtp.mailfrom=a.example",
        [("spf", "pass", "a.example", None)],
    ),
    "ARC's instance and nothing else": ("ARC-Authentication-Results: i=5;", []),
    "Received-SPF of Outlook": (
        ("Received-SPF: Fail (protection.outlook.com: domain of a.example does not designate\r\n 192.0.2.1 as"
        " permitted sender) receiver=protection.outlook.com; client-ip=192.0.2.1; helo=h.example"),
        [("spf", "fail", "a.example", "protection.outlook.com")],
    ),
    "Received-SPF of Gmail, whose comment names the writer": (
        ("Received-SPF: pass (google.com: domain of who@a.example designates 192.0.2.1 as permitted sender)"
        " client-ip=192.0.2.1;"),
        [("spf", "pass", "a.example", "google.com")],
    ),
    "Received-SPF of postfix-policyd-spf": (
        ("Received-SPF: Softfail (mailfrom) identity=mailfrom; client-ip=192.0.2.1; helo=h.example;\r\n"
        " envelope-from=who@a.example; receiver=mx.example.jp"),
        [("spf", "softfail", "a.example", "mx.example.jp")],
    ),
    "Received-SPF of IronPort": (
        ('Received-SPF: Pass (mx.example.jp: domain of who@a.example designates 192.0.2.1) identity=mailfrom;\r\n'
        ' client-ip=192.0.2.1; receiver=mx.example.jp; envelope-from="who@a.example"; x-sender="who@a.example"'),
        [("spf", "pass", "a.example", "mx.example.jp")],
    ),
    "Received-SPF of Exim, with commas": (
        ("Received-SPF: pass (mx.example.jp: domain of a.example designates 192.0.2.1) client-ip=192.0.2.1,"
        " envelope-from=who@a.example, helo=h.example"),
        [("spf", "pass", "a.example", "mx.example.jp")],
    ),
    "Received-SPF of an empty envelope, where the HELO counts": (
        "Received-SPF: none (mx.example.jp: h.example does not designate permitted sender hosts) helo=h.example;",
        [("spf", "none", "h.example", "mx.example.jp")],
    ),
    "Received-SPF with a colon and nothing else": ("Received-SPF: neutral:", [("spf", "neutral", None, None)]),
    "a quoted id without an end": (AR + '"mx.example.jp; spf=pass', [("spf", "pass", None, '"mx.example.jp')]),
    "an equals sign and nothing": (AR + "mx.example.jp; spf=; =pass; = ; ;;", [("spf", "", None, "mx.example.jp")]),
    "an empty field": (AR, []),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_a_field_gives_its_results(shape: str) -> None:
    line, expected = SHAPES[shape]
    assert _parsed(line) == expected


def test_the_word_that_a_server_used_is_kept_beside_the_result() -> None:
    (result,) = _read(AR + "mx.example.jp; dkim=dkim_pass (why) header.d=a.example")
    assert dict(result.properties) == {"header.d": "a.example", "comment": "why", "said": "dkim_pass"}


def test_an_arc_result_says_which_sealer_s_it_is() -> None:
    (result,) = _read("ARC-Authentication-Results: i=2; sealer.example; dkim=pass header.d=a.example")
    assert (dict(result.properties)["i"], result.authserv_id) == ("2", "sealer.example")


# What a sender can put into MAIL FROM, HELO or the d= of a signature, as careless servers copy it (espoofer, A4-A7).
SMUGGLED = [
    "any@legitimate.example(a.attack.example",
    "any@legitimate.example(.attack.example",
    "any@legitimate.example(x).attack.example",
    "any@legitimate.example'@a.attack.example",
    "any@legitimate.example'a.attack.example",
    'any@legitimate.example"@a.attack.example',
    '"any@legitimate.example;dkim=pass"@attack.example',
    '"any@legitimate.example; dkim=pass header.d=legitimate.example',
    "a@attack.example (;dkim=pass header.d=legitimate.example)",
    "any@legitimate.example@attack.example",
    "any@legitimate.example\r\n .attack.example",
    "any@legitimate.example \r\n\t@attack.example",
    "any@legitimate.example\\@attack.example",
    "any@legitimate.example\x00.attack.example",
    "any@legitimate.example smtp.mailfrom=a@attack.example",
    "a@attack.example smtp.mailfrom=legitimate.example",
    "legitimate.example(.attack.example",
    "legitimate.example'a.attack.example",
    "legitimate.example).attack.example",
    "legitimate.example\u2028.attack.example",
]


@pytest.mark.parametrize(
    "key", ["spf=pass smtp.mailfrom", "dkim=pass header.d", "dkim=pass header.i", "spf=pass smtp.helo"]
)
@pytest.mark.parametrize("value", SMUGGLED)
def test_a_smuggled_value_is_never_a_pass_of_the_legitimate_domain(key: str, value: str) -> None:
    found = _parsed(f"{AR}mx.example.jp; {key}={value}; dmarc=fail header.from=legitimate.example")
    passed = [row for row in found if row[1] == "pass"]
    assert all(row[2] in {None, "attack.example", "a.attack.example"} for row in passed), found


@pytest.mark.parametrize("value", [value for value in SMUGGLED if '"' not in value])
def test_the_true_result_behind_a_smuggled_value_is_not_lost(value: str) -> None:
    found = _parsed(
        f"{AR}mx.example.jp; spf=pass smtp.mailfrom={value}; dmarc=fail header.from=legitimate.example"
    )
    assert ("dmarc", "fail", "legitimate.example", "mx.example.jp") in found


@pytest.mark.parametrize("value", SMUGGLED)
@pytest.mark.parametrize("shape", [
    "Received-SPF: pass (mx.example.jp: domain of {} designates 192.0.2.1 as permitted sender) client-ip=192.0.2.1;",
    "Received-SPF: pass (mailfrom) envelope-from={}; receiver=mx.example.jp",
    "Received-SPF: pass helo={}; client-ip=192.0.2.1",
])  # fmt: skip
def test_nor_is_it_in_received_spf(shape: str, value: str) -> None:
    found = _parsed(shape.format(value))
    assert all(row[2] in {None, "attack.example", "a.attack.example"} for row in found), found


def test_positions_count_all_fields() -> None:
    fields = headers.parse(b"From: a@b.example\r\nAuthentication-Results: x; spf=pass\r\n", [])
    assert [each.position for each in authres.parse(fields)] == [1]
    assert not any(each.trusted for each in authres.parse(fields))


@pytest.mark.parametrize("piece", ["(", '"', "(\\", "()", '("', "a=b;", "spf=pass ", "= ", "[", "; (", "\\"])
def test_a_megabyte_of_anything_takes_no_time(piece: str) -> None:
    began = time.process_time()
    _read(AR + piece * (1_000_000 // len(piece)), "Received-SPF: pass " + piece * 10_000)
    assert time.process_time() - began < 1


def test_no_more_results_than_the_limit() -> None:
    assert len(_read(*[AR + "x; " + "spf=pass; " * 400] * 5)) == authres.MAX_RESULTS


EXCHANGE_LINES = """\
Authentication-Results: spf=pass (sender IP is 192.0.2.1)
 smtp.mailfrom=a.example; dkim=fail (no key for
 signature) header.d=b.example;dmarc=fail action=oreject
 header.from=c.example;compauth=fail reason=000
Authentication-Results: spf=none (sender IP is 2001:db8::1) smtp.mailfrom=none; dkim=none
 (message not signed) header.d=none;dmarc=none action=none header.from=c.example;
Received-SPF: Pass (protection.outlook.com: domain of a.example designates
 192.0.2.1 as permitted sender) receiver=protection.outlook.com;
 client-ip=192.0.2.1; helo=h.example; pr=C
Received-SPF: None (protection.outlook.com: a.example does not designate permitted sender hosts)
Authentication-Results: spf=none (sender IP is 192.0.2.1) smtp.helo=h.example; dkim=none
 (message not signed) header.d=none;dmarc=none action=none header.from=;
"""
PLAIN_LINES = """\
ARC-Authentication-Results: i=2; mx.microsoft.example 1; spf=pass (sender ip is 192.0.2.9)
 smtp.rcpttodomain=v.example smtp.mailfrom=a.example; dmarc=bestguesspass action=none header.from=a.example;
 dkim=none (message not signed); arc=pass (0 oda=1 spf=[1,1,smtp.mailfrom=a.example])
ARC-Authentication-Results: i=1; mx.google.example; dkim=pass header.i=@a.example header.s=s1 header.b=WaNdo59e;
 spf=pass (google.example: domain of x@a.example designates 2001:db8::807 as permitted sender)
 smtp.mailfrom=x@a.example; dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=a.example
Authentication-Results: mx.example.jp; spf=pass smtp.mailfrom=a.example
Authentication-Results: mx.example.jp;
Authentication-Results: dkim=none; dmarc=hardfail header.from=;
"""
STRANGE = (
    "NONE", "ok", "hardfail", "success", '"', "(", ")", ";", "=", "@", ".", "/", "/ ", "domain of ", " ", "dkim=pass",
    " header.d=x.example", " smtp.helo=x", "i=", " header.from= ", "reason=", " 1", "/1", "from=", "x_pass",
    "\\", "\xe9", "\x00", "smtp.helo=a@b", "spf=", ",", "none", "'", "\r\n ", "\xa0", "i=1; ",
)  # fmt: skip


def _agree(header: Header) -> bool:
    """Whether one pattern reads the field; then as token by token."""
    line = headers.unfold(header.raw)
    if header.name == "Received-SPF":
        quick = authres._exchange_spf(line)
        assert quick is None or quick == authres._any_spf(line), header.raw
        return quick is not None
    written = exchange.Written(header.raw, 0, header.name)
    authserv_id, extra, found = authres._any(line)
    results = exchange.results(line, written)
    assert results in (None, [authres._record(each, written, authserv_id, extra) for each in found]), (
        header.raw
    )
    each = plain.read(line)
    assert each in (None, (authserv_id, extra, found)), header.raw
    return results is not None or each is not None


def _mutants(fields: list[Header], number: int) -> list[Header]:
    chance = random.Random(number)
    out = []
    for _ in range(number):
        field = chance.choice(fields)
        pieces = re.findall(r"\s+|\w+|[^\w\s]", field.raw)
        for _ in range(chance.choice((1, 1, 2, 3))):
            at = chance.randrange(len(pieces))
            with_ = chance.choice((*STRANGE, chance.choice(pieces)))
            pieces[at : at + chance.randrange(2)] = [with_] if chance.randrange(4) else []
            pieces = pieces or ["x"]
        out.append(Header(name=field.name, value="", raw="".join(pieces)))
    return out


def test_plain_fields_and_mutants_of_them_read_the_same_both_ways() -> None:
    fields = list(headers.parse(PLAIN_LINES.encode(), []))
    assert all(plain.read(headers.unfold(each.raw)) for each in fields)
    assert sum(map(_agree, [*fields, *_mutants(fields, 10_000)])) > 1_000


def test_exchange_s_fields_and_mutants_of_them_read_the_same_both_ways() -> None:
    fields = list(headers.parse(EXCHANGE_LINES.encode(), []))
    assert all(map(_agree, fields))
    assert sum(map(_agree, _mutants(fields, 10_000))) > 1_000


def test_real_fields_and_mutants_of_them_read_the_same_both_ways(shared_data: Path) -> None:
    blocks = [
        headers.split(path.read_bytes())[0] for path in (shared_data / "mail" / "phishing").glob("*.eml")
    ]
    names = set(authres._FIELDS.values())
    fields = [each for block in blocks for each in headers.parse(block, []) if each.name in names]
    assert sum(map(_agree, fields)) > 0.9 * len(fields), "or the common fields have lost their quick way"
    _ = list(map(_agree, _mutants(fields, 10_000)))
