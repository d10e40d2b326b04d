"""What is read by one pattern is what is read token by token: on every line there is, and on mutants of them."""

from __future__ import annotations

import json
import random
import re
import time
from pathlib import Path

import pytest

from phishlab import indicators, patterns
from phishlab.mail import headers, received, usual

DATA = Path(__file__).parent / "data"
CORPUS = Path(__file__).parents[1] / "corpus" / "mails"
DATE = "Tue, 16 Jan 2024 10:00:00 +0900"
SHAPES = [
    (
        "from h.example.net (2001:db8::1) by mx.example.jp (2001:db8:0::2) with Microsoft SMTP Server"
        " (version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.20.7228.20 via Frontend Transport; {}"
    ),
    "from h.example.net (10.0.0.1) by mx.example.jp (2001:db8::2%4]) with mapi id 15.20.1; {}",
    "from h.example.net (192.0.2.1)\r\n\tby mx.example.jp with HTTPS; {}",
    (
        "from Praisemmm (ioooo.example.net [192.0.2.15]) by mx1.example.jp (Postfix) with ESMTPSA id 4T8\r\n"
        " for <v@example.jp>; {} (JST)"
    ),
    "from h.example.net (unknown [100.64.0.1]) by mx1.example.jp. (8.11.6/8.11.6/EGWN) with ESMTP id 4T8 for v; {}",
    (
        "from localhost ([IPv6:2001:db8::1]) by mx.google.example with ESMTPS id q1-2si3 for <v@example.jp>"
        " (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256); {}"
    ),
    (
        "from mx-f41.google.example (mx-f41.google.example. [192.0.2.41]) by mx.google.example with SMTPS id q1sor2"
        " for <v@example.jp> (Google Transport Security); {} (-03)"
    ),
    (
        "from mx.example.net (mx.example.net [192.0.2.9]) (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256"
        " bits) key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256) (No client certificate"
        " requested) by mx1.example.jp (Postfix) with ESMTPS id 4T8 for <v@example.jp>; {} (UTC)"
    ),
    (
        "from mx.example.net ([127.0.0.1]) by localhost (mx.example.net [127.0.0.1]) (amavisd-new, port 10024) with"
        " ESMTP id 4T8; {} (EAT)"
    ),
    "by 2002:a05:6a10:1234:b0:4d2:b8f6:1 with SMTP id x1-20020a05\r\n        for <v@example.jp>; {}",
    "by web.example.net (Postfix, from userid 33) id 4T8abc; {}",
    "by 2002:a05:6a10:1234:b0:4d2:b8f6:1 with HTTP; {} (JST)",
    "by mta1.example.net id hfer4s34o8gk for <v@example.jp>; {} (envelope-from <bounce@example.net>)",
    (
        "from [10.0.0.1] (unknown [192.0.2.7]) (Authenticated sender: u@example.net) by mx.example.net (Postfix) with"
        " ESMTPSA id 4T8; {} (JST)"
    ),
    "from 198.51.100.7 (a.example.net [198.51.100.7]) by mx.example.net (Postfix) with QMQP; {}",
    "from RD0050F2 (unknown) by geopod-8 (SG) with ESMTP id Vmmv7Ym6RJ for <v@example.jp>; {} (UTC)",
    "from MTMxNjc5 (unknown)\r\n by geopod-8 (SG) with HTTP id USPP9TOgSja8rIXka996_A {} (UTC)",
]
OTHER_DATES = [
    "by mx.example.net with SMTP id x1; 16 Jan 2024 01:00:00 GMT",
    "from MTMxNjc5 (unknown) by geopod-8 (SG) with HTTP id USPP9TOg Tue, 16 Jan 2024 01:00:00.9999999 +0000 (UTC)",
    "by filterdrecv-7 with SMTP id filterdrecv-7-1 2024-01-16 01:00:00.928333532 +0000 UTC m=+6810983.819096959",
]
ODD = (
    "by", "from", "uid", "id", "for", "with", "via", "(", ")", "[", "]", "<", ">", "helo=", "unknown", "UNKNOWN",
    "tls.x.y",
    "helo.x", "using.x", "A" * 300, "IPv6:", '"', ";", ",", "%AAA", "%RND", "{", "}", "\x00", "\x0b", "\x1c", "\xa0",
    "\xe9", "squirrelmail", "(authenticated)", "AUTHENTICATED", "(envelope-from <a@b>)", "25", "00", "60", "-0000",
    "+2500", "+1530", "127.0.0.1", "198.51.100.7", "[192.0.2.80]", "@", "\\", ".", " ", "\r\n ", "\t", "HTTP",
    "NNFMP", "local", "account.x", "envelope-from.x", "authenticated", "[ABC]", "unknown.", "(a [1.2.3.4])",
    "(Authenticated sender: squirrelmail)", "(envelope-from <x@userid>)", "(envelope-from\r\n <a@b>)", "GMT", "XYZ",
    "Tue,", "[10.0.0.1]", "[1.2.3.4", "1.2.3", "face", "::1", "QMQP", "<>", ".9999999", "9999-12-31", "2023-02-30",
    "am", "PM", "2023-07-28 19:32:25.9 +0000", "(SG)", "for <x@y>;", "localhost", "named unknown",
)  # fmt: skip


def _received(paths: list[Path]) -> list[str]:
    blocks = (headers.split(path.read_bytes())[0] for path in paths if path.is_file())
    return [
        field.raw
        for block in blocks
        for field in headers.parse(block, [])
        if field.name.lower() == "received"
    ]


def _own() -> list[str]:
    formats = json.loads((DATA / "received_formats.json").read_text(encoding="utf-8"))
    return [
        *(shape.format(DATE) for shape in SHAPES),
        *OTHER_DATES,
        *(case["header"] for case in formats),
        *_received(sorted(CORPUS.glob("*.eml"))),
    ]


def _agree(lines: list[str]) -> int:
    """How many of *lines* one pattern reads; each as the tokens do."""
    hits = 0
    for line in lines:
        if quick := usual.read(line, 3):
            hits += 1
            assert quick == received._parse(line, 3), line
    return hits


def _mutants(lines: list[str], number: int) -> list[str]:
    chance = random.Random(number)
    lines = [line for line in lines if usual.read(line, 0)]
    out = []
    for _ in range(number):
        pieces = re.findall(r"\s+|\w+|[^\w\s]", chance.choice(lines))
        for _ in range(chance.choice((1, 1, 1, 2, 4))):
            at = chance.randrange(len(pieces))
            with_ = chance.choice((*ODD, chance.choice(pieces)))
            pieces[at : at + chance.randrange(2)] = [with_] if chance.randrange(4) else []
            pieces = pieces or ["x"]
        out.append("".join(pieces))
    return out


@pytest.mark.parametrize("shape", SHAPES)
def test_each_usual_shape_is_read_by_one_pattern_and_like_any_other(shape: str) -> None:
    assert _agree([shape.format(DATE)]) == 1


@pytest.mark.parametrize("line", OTHER_DATES)
def test_a_date_written_otherwise_is_the_same_both_ways(line: str) -> None:
    assert _agree([line]) == 1


def test_the_project_s_own_lines_and_mutants_of_them_read_the_same_both_ways() -> None:
    own = _own()
    assert _agree(own) > len(own) // 4
    assert _agree(_mutants(own, 10_000)) > 500


def test_real_lines_and_mutants_of_them_read_the_same_both_ways(shared_data: Path) -> None:
    phishing = _received(sorted((shared_data / "mail" / "phishing").glob("*.eml")))
    others = _received(sorted((shared_data / "mail" / "ham").rglob("*")))
    suite = json.loads((shared_data / "received" / "stalwart_received.json").read_text(encoding="utf-8"))
    assert _agree(phishing) > 0.95 * len(phishing), "or the common lines have lost their quick way"
    _agree([*others, *(case["header"] for case in suite)])
    assert _agree(_mutants(phishing + others, 10_000)) > 500


def test_a_chain_has_the_same_delays_and_flags_however_its_lines_are_read() -> None:
    quick = "from a.example ([192.0.2.1]) by b.example with SMTP; Tue, 16 Jan 2024 {} +0900"
    slow = quick.replace("SMTP", "SMTP (tokens)")
    times = ["10:00:05", "10:00:00", "10:01:01", "12:00:00"]

    def chain(shape: str) -> list[tuple[float | None, tuple[str, ...]]]:
        block = "".join(f"Received: {shape.format(each)}\r\n" for each in times).encode()
        return [(hop.delay_s, hop.flags) for hop in received.chain(headers.parse(block, []))]

    assert usual.read(slow.format(times[0]), 0) is None
    assert chain(quick) == chain(slow)
    assert chain(quick)[1] == (-61.0, ("time_travel_suspicious",))


def test_an_address_in_its_shortest_form_stays_as_it_is_written() -> None:
    chance = random.Random(8)
    taken = 0
    for _ in range(20_000):
        groups = [f"{chance.choice((0, 1, 0x20A, 0xFFFF)):x}" for _ in range(chance.randrange(2, 10))]
        groups[0], groups[chance.randrange(1, len(groups))] = "2603", ""
        text = ":".join(groups)
        found = indicators.address(text)
        said = usual._address(text)
        assert said == (None if found is None else (str(found), "")), text
        taken += found is not None and str(found) == text
    assert taken > 2_000


@pytest.mark.parametrize("piece", ["a", "a.", " ", "\r\n ", "from a (", "a (1.1.1.1) by ", "0", "id "])
def test_what_nearly_fits_takes_no_time(piece: str) -> None:
    began = time.process_time()
    for start in ("from ", "by a id ", "from a.b (c [", "from a (1.1.1.1) by b with SMTP id 1; "):
        for length in (990, 2**20):
            for _ in range(20 if length < 2**20 else 1):
                assert usual.read(start + piece * (length // len(piece)), 0) is None
    assert time.process_time() - began < 0.5


def test_the_first_lines_of_a_program_are_read_like_the_later_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    line = (
        "from a.example (a.example [198.51.100.1]) by mx.example.jp (Postfix) with ESMTP id 4T8abd"
        " for <u@example.jp>; Tue, 16 Jan 2024 10:00:00 +0900"
    )
    monkeypatch.setattr(received, "_many", patterns.after(3))
    hops = [received.parse(line) for _ in range(5)]
    assert usual.read(line, 0) == hops[-1]
    assert hops == hops[-1:] * len(hops)
