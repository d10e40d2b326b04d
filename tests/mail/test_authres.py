"""Results as servers write them, Exchange's without an id among them."""

from __future__ import annotations

import pytest

from phishlab.mail import authres, headers


def _parsed(*lines: str) -> list[tuple[str, str, str | None, str | None]]:
    fields = headers.parse("".join(f"{line}\r\n" for line in lines).encode(), [])
    return [(each.method, each.result, each.domain, each.authserv_id) for each in authres.parse(fields)]


AR = "Authentication-Results: "
POSTFIX = (
    f"{AR}mx1.example.jp; spf=softfail (x; y=z) smtp.mailfrom=a@b.example; dkim=none;"
    " dmarc=fail (p=NONE) header.from=b.example"
)
EXCHANGE = (
    f"{AR}spf=fail (sender IP is 192.0.2.1)\r\n smtp.mailfrom=b.example; dkim=fail (no key for signature)\r\n"
    " header.d=x.example;dmarc=fail action=none\r\n header.from=b.example;compauth=fail reason=001"
)
ARC = (
    "ARC-Authentication-Results: i=1; mx.microsoft.com 1; spf=none (sender ip is 192.0.2.1)"
    " smtp.mailfrom=b.example"
)
SPF_OUTLOOK = (
    "Received-SPF: Fail (protection.outlook.com: domain of b.example does not designate 192.0.2.1 as permitted\r\n"
    " sender) receiver=protection.outlook.com; client-ip=192.0.2.1; helo=h.example"
)
SPF_GMAIL = (
    "Received-SPF: pass (google.com: domain of a@b.example designates 192.0.2.1 as permitted sender)"
    " client-ip=192.0.2.1;"
)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            POSTFIX,
            [
                ("spf", "softfail", "b.example", "mx1.example.jp"),
                ("dkim", "none", None, "mx1.example.jp"),
                ("dmarc", "fail", "b.example", "mx1.example.jp"),
            ],
        ),
        (
            EXCHANGE,
            [
                ("spf", "fail", "b.example", None),
                ("dkim", "fail", "x.example", None),
                ("dmarc", "fail", "b.example", None),
                ("compauth", "fail", None, None),
            ],
        ),
        (AR + "example.org 1; none", []),
        (AR + 'x.example; dkim = pass header.d="y.example"', [("dkim", "pass", "y.example", "x.example")]),
        (ARC, [("spf", "none", "b.example", "mx.microsoft.com")]),
        (SPF_OUTLOOK, [("spf", "fail", "b.example", "protection.outlook.com")]),
        (SPF_GMAIL, [("spf", "pass", "b.example", None)]),
    ],
)
def test_a_field_gives_its_results(
    line: str, expected: list[tuple[str, str, str | None, str | None]]
) -> None:
    assert _parsed(line) == expected


@pytest.mark.parametrize(
    "mailfrom",
    [
        "any@legitimate.com(a.attack.com",
        '"any@legitimate.com;dkim=pass"@attack.com',
        "a@attack.com (;dkim=pass header.d=legitimate.com)",
    ],
)
def test_a_result_in_quotes_or_brackets_is_no_result(mailfrom: str) -> None:
    assert [method for method, *_ in _parsed(f"{AR}mx.example; spf=pass smtp.mailfrom={mailfrom}")] == ["spf"]


def test_positions_count_all_fields() -> None:
    fields = headers.parse(b"From: a@b.example\r\nAuthentication-Results: x; spf=pass\r\n", [])
    assert [each.position for each in authres.parse(fields)] == [1]
    assert not any(each.trusted for each in authres.parse(fields))
