"""What the lines give away: each sign with its weight, in what was typed and in what honest servers write."""

from __future__ import annotations

import pytest

from phishlab import wording
from phishlab.assess import chain, route
from phishlab.mail import message
from phishlab.records import Direction, Finding, Message, ReceiverProfile, Weight

DATE = "Tue, 16 Jan 2024 10:00:00 +0900"
OURS = ReceiverProfile(name="ours", title="Ours", networks=("203.0.113.0/28",), by_suffixes=("ours.example",))
EDGE = f"from p.example.net (p.example.net [198.51.100.7]) by mx.ours.example (Postfix) with ESMTP; {DATE}"
BELOW = f"from a.example.net (a.example.net [198.51.100.8]) by p.example.net (Postfix) with ESMTP; {DATE}"


def _mail(*received: str, date: str = DATE) -> Message:
    lines = [*(f"Received: {line}" for line in received), "From: a@b.example", f"Date: {date}", "", "x"]
    return message.parse("\r\n".join(lines).encode())


def _found(*received: str, date: str = DATE) -> dict[str, Finding]:
    mail = _mail(*received, date=date)
    return {finding.id: finding for finding in route.findings(route.trace(mail, OURS), mail)}


def test_an_honest_chain_raises_nothing() -> None:
    assert set(_found(EDGE, BELOW)) == {"route-boundary", "route-bottom-differs"}


# The forged lines that were seen, re-typed; and careless ones, which honest servers write too.
GRADED = [
    (
        f"from a.example ([Thu, 28 Sep 2023 05:29:36 -0700]) by q.example with NNFMP; {DATE}",
        "route-date-in-ip",
        Weight.STRONG,
    ),
    (
        f"from a.example (a.example [198.51.100.400]) by q.example with SMTP; {DATE}",
        "route-impossible-address",
        Weight.STRONG,
    ),
    (
        f"from [198.51.100.39] (203.0.113.5) by g@example.com with gg login by AOL 6.0; {DATE}",
        "route-mail-address-in-by",
        Weight.STRONG,
    ),
    (f"from %RND_HOST ([198.51.100.1]) by q.example with SMTP; {DATE}", "route-template", Weight.STRONG),
    (
        f"from a.example ([198.51.100.1]) by q.example by r.example with SMTP; {DATE}",
        "route-two-clauses",
        Weight.STRONG,
    ),
    (
        f"from a.example ([198.51.100.1]) by q.example with LOCAL; {DATE}",
        "route-spam-program",
        Weight.MODERATE,
    ),
    (
        "from a.example ([198.51.100.1]) by p.example.net; Tue, 16 Jan 2024 11:00:01 +0900",
        "route-time-implausible",
        Weight.MODERATE,
    ),
    (
        "from a.example ([198.51.100.1]) by p.example.net; Tue, 16 Jan 2024 10:01:01 +0900",
        "route-time-suspicious",
        Weight.WEAK,
    ),
    (
        "from a.example ([198.51.100.1]) by p.example.net; Tue, 16 Jan 2024 16:00:00 +1500",
        "route-offset-impossible",
        Weight.MODERATE,
    ),
    (
        "from a.example ([198.51.100.1]) by p.example.net; Tue, 16 Jan 2024 10:00:00 +2500",
        "route-offset-impossible",
        Weight.MODERATE,
    ),
    (
        "from a.example ([198.51.100.1]) by p.example.net; Tue, 16 Jan 2024 09:07:00 +0807",
        "route-offset-odd",
        Weight.WEAK,
    ),
]


@pytest.mark.parametrize(("line", "id_", "weight"), GRADED)
def test_each_sign_below_the_boundary_has_its_weight(line: str, id_: str, weight: Weight) -> None:
    finding = _found(EDGE, line)[id_]
    assert (finding.weight, finding.direction) == (weight, Direction.FOR)
    assert finding.because


@pytest.mark.parametrize(("line", "id_", "weight"), GRADED[:6])
def test_no_line_of_the_receiver_s_own_is_called_made_up(line: str, id_: str, weight: Weight) -> None:
    """A gateway that rewrites its own lines oddly is no forger: what stands above the boundary is believed."""
    own = line.replace("by q.example", "by box.ours.example").replace("g@example.com", "g@ours.example")
    mail = _mail(own, EDGE)
    found = route.trace(mail, OURS)
    if found.hops[0].trust.value != "unverified":
        assert id_ not in {finding.id for finding in route.findings(found, mail)}


@pytest.mark.parametrize(
    ("edge", "id_"),
    [
        (EDGE.replace("from p.example.net", "from zpigfhk"), "route-helo-not-a-name"),
        (EDGE.replace("from p.example.net", "from q.example"), "route-helo-differs"),
        (EDGE.replace("(p.example.net [", "(unknown ["), "route-no-reverse-name"),
        (
            EDGE.replace("[198.51.100.7])", "[198.51.100.7] (may be forged))"),
            "route-reverse-name-unconfirmed",
        ),
        (EDGE.replace("from p.example.net", "from 192.0.2.9"), "route-helo-address"),
        (EDGE.replace("from p.example.net", "from [192.168.1.2]"), "route-helo-private"),
    ],
)
def test_a_careless_name_at_the_boundary_is_weak(edge: str, id_: str) -> None:
    finding = _found(edge)[id_]
    assert (finding.weight, finding.caveat) == (Weight.WEAK, "route-names")


def test_a_minute_back_is_nothing() -> None:
    line = "from a.example ([198.51.100.1]) by p.example.net; Tue, 16 Jan 2024 10:01:00 +0900"
    assert not {id_ for id_ in _found(EDGE, line) if id_.startswith("route-time")}


def test_an_hour_s_wait_is_told_and_counts_for_nothing() -> None:
    line = BELOW.replace("10:00:00", "08:30:00")
    finding = _found(EDGE, line)["route-slow"]
    assert (dict(finding.values)["hours"], finding.direction) == ("1.5", Direction.NEUTRAL)
    assert "route-slow" not in _found(EDGE, BELOW.replace("10:00:00", "09:00:00"))


@pytest.mark.parametrize(
    ("date", "id_"),
    [
        ("Tue, 16 Jan 2024 13:00:00 +0900", None),
        ("Tue, 16 Jan 2024 13:00:01 +0900", "route-date-ahead"),
        ("Tue, 16 Jan 2024 07:00:00 +0900", None),
        ("Tue, 16 Jan 2024 06:59:59 +0900", "route-date-behind"),
        ("nonsense", None),
    ],
)
def test_the_mail_s_date_is_held_against_the_nearest_line(date: str, id_: str | None) -> None:
    found = {each for each in _found(EDGE, date=date) if each in {"route-date-ahead", "route-date-behind"}}
    assert found == ({id_} if id_ else set())


def test_a_date_near_any_line_is_near_enough() -> None:
    early = BELOW.replace("16 Jan 2024 10", "15 Jan 2024 10")
    assert "route-date-behind" not in _found(EDGE, early, date="Mon, 15 Jan 2024 09:00:00 +0900")


@pytest.mark.parametrize(
    ("date", "id_", "zone"),
    [
        ("Tue, 16 Jan 2024 09:00:00 +0800", "route-date-zone", "+08:00"),
        ("Mon, 15 Jan 2024 15:30:00 -0930", "route-date-zone", "-09:30"),
        ("Tue, 16 Jan 2024 16:00:00 +1500", "route-date-zone-impossible", "+15:00"),
        ("Tue, 16 Jan 2024 09:07:00 +0807", "route-date-zone-impossible", "+08:07"),
        ("Tue, 16 Jan 2024 10:00:00 +0900", None, None),
        ("Tue, 16 Jan 2024 01:00:00 +0000", None, None),
        ("Tue, 16 Jan 2024 01:00:00 -0000", None, None),
    ],
)
def test_a_time_zone_is_a_weak_clue(date: str, id_: str | None, zone: str | None) -> None:
    found = [
        finding for name, finding in _found(EDGE, date=date).items() if name.startswith("route-date-zone")
    ]
    assert [(each.id, dict(each.values)["zone"]) for each in found] == ([(id_, zone)] if id_ else [])
    assert all((each.weight, each.caveat) == (Weight.WEAK, "route-zone") for each in found)


_PLACES = ("China", "Japan", "Tokyo", "Beijing", "country", "中国", "日本", "東京", "国名", "所在地")


@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_a_time_zone_is_never_called_a_place(lang: str) -> None:
    for id_ in (
        "route-date-zone",
        "route-date-zone-impossible",
        "route-offset-odd",
        "route-offset-impossible",
    ):
        said = wording.say(lang, f"finding.{id_}", zone="+08:00", receiver="+09:00", hop="1")
        assert "+08:00" in said
        assert not any(place in said for place in _PLACES)
    assert wording.known(lang, "caveat.route-zone")


def test_two_breaks_below_the_boundary_are_told_and_one_is_not() -> None:
    stranger = f"from c.example.org (c.example.org [198.51.100.9]) by d.example.com with SMTP; {DATE}"
    other = f"from e.example.edu (e.example.edu [198.51.100.9]) by f.example.info with SMTP; {DATE}"
    assert "route-broken-chain" not in _found(EDGE, stranger)
    finding = _found(EDGE, stranger, other)["route-broken-chain"]
    assert (dict(finding.values)["hops"], finding.weight) == ("1, 2", Weight.WEAK)


def test_a_break_among_the_receiver_s_own_lines_is_none() -> None:
    inner = f"from x.example.org (x.example.org [203.0.113.2]) by box.ours.example with LMTP; {DATE}"
    assert "route-broken-chain" not in _found(inner, inner, EDGE)


def test_every_sign_is_worded_in_every_language() -> None:
    source = [*chain._FORGED, *chain._TIMES, *chain._NAMES]
    ids = {row[1] for row in source} | {
        "route-helo-address", "route-slow", "route-broken-chain", "route-offset-odd", "route-date-zone",
        "route-date-zone-impossible", "route-date-ahead", "route-date-behind", "route-bottom-differs",
    }  # fmt: skip
    for lang in wording.LANGUAGES:
        assert [id_ for id_ in sorted(ids) if not wording.known(lang, f"finding.{id_}")] == []
        assert wording.known(lang, "flag.two_addresses")
        assert wording.known(lang, "flag.template_macro")
