"""The charts beside the timeline: what they say, that no text lies on another, and that hostile text stays text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise
from typing import Any

import pytest

from phishlab.assess import lifetimes, ties
from phishlab.case import Case
from phishlab.records import (
    Addresses,
    Authentication,
    AutonomousSystem,
    DomainRegistration,
    Exchange,
    Exhibit,
    Hop,
    Level,
    Lifetime,
    Listing,
    ListingState,
    Lookup,
    NetworkRegistration,
    Outcome,
    Provenance,
    Tie,
    Trust,
)
from phishlab.views import blocks, charts, paper
from phishlab.views.charts import age, axis, calls, frame, graph, grid, layers, panel
from phishlab.views.safe import Lens
from tests import casefiles

EN, JA = Lens(lang="en"), Lens(lang="ja")
MAILED = datetime(2024, 1, 16, 0, 41, tzinfo=UTC)


def result(method: str, word: str, domain: str | None = None, *, trusted: bool = True) -> Authentication:
    return Authentication(
        method=method, result=word, domain=domain, authserv_id="mx", field="Authentication-Results",
        position=0, raw="", trusted=trusted,
    )  # fmt: skip


def looked_up(record: Any, source: str, subject: str, outcome: Outcome = Outcome.ANSWERED) -> Lookup[Any]:
    return Lookup(source=source, subject=subject, outcome=outcome, record=record)


def life(domain: str, created: int | None, expires: int | None, **fields: Any) -> Lifetime:
    """Days before the mail, days after it."""
    given: dict[str, Any] = {
        "role": "link",
        "outcome": Outcome.ANSWERED,
        "created": None if created is None else MAILED - timedelta(days=created),
        "expires": None if expires is None else MAILED + timedelta(days=expires),
        "mailed": MAILED,
    }
    return Lifetime(domain=domain, **{**given, **fields})


def listing(service: str, subject: str, state: ListingState) -> Lookup[Listing]:
    return looked_up(Listing(service=service, subject=subject, state=state), service, subject)


def answer(question: str, level: Level, seconds: float, **fields: Any) -> Exchange:
    when = MAILED + timedelta(seconds=seconds)
    given: dict[str, Any] = {"origin": Provenance.RECORDED, "source": "", "asked_at": when}
    return casefiles.exchange(1, question, level, **{**given, **fields})


def tie(kind: str, name: str, to_kind: str, to: str) -> Tie:
    return Tie(kind=kind, name=name, to_kind=to_kind, to=to)


LONG = "a-very-long-host-name-that-never-ends-because-someone-wanted-it.secure.account.example.com"
HOSTS = [*(f"login{number}.brand-update.example" for number in range(4)), "cdn.other.example", LONG]
PANEL = (
    result("spf", "pass", "bounce.mailer.example"),
    result("spf", "softfail", "x.example", trusted=False),
    result("dkim", "pass", "mailer.example"),
    result("dkim", "fail", LONG),
    result("dkim", "permerror", "z.example"),
    result("dkim", "neutral", "y.example"),
    result("dmarc", "pass", "brand.example.co.jp", trusted=False),
    result("arc", "pass"),
    looked_up(result("spf", "fail", "bounce.mailer.example"), "spf", "bounce.mailer.example"),
    looked_up(None, "dmarc", "brand.example.co.jp", Outcome.FAILED),
)
AGES = (
    life("brand.example.co.jp", 8000, None, role="from"),
    life("sgogoj.com", 686, 410),
    life(LONG, 3, 362),
    life("later.example", -5, 360),
    life("gone.example", 900, -100),
    life("silent.example", None, None),
    life("refused.example", None, None, outcome=Outcome.REFUSED),
)
SERVICES = (
    "Google Transparency Report",
    "Norton Safe Web",
    "Cisco Talos",
    "Spamhaus DBL",
    "Nobody Knows It" * 5,
)
SUBJECTS = (f"http://sgogoj.com/kagoya/{'x' * 120}?a=1", "http://198.51.100.7/", "sgogoj.com")
GRID = tuple(
    listing(service, subject, list(ListingState)[(across + down) % 5])
    for across, service in enumerate(SERVICES)
    for down, subject in enumerate(SUBJECTS)
    if across * down != 3
)
ASKED = (
    answer("geoip:city/1", Level.OFFLINE, 0, peer=""),
    answer("geoip:asn/1", Level.OFFLINE, 1, outcome=Outcome.NO_DATA),
    answer("observed:google-transparency-report/http://x", Level.OFFLINE, 400, origin=Provenance.IMPORTED),
    answer("whois://whois.jprs.jp/a.jp", Level.PASSIVE, 12),
    answer("https://rdap.verisign.com/com/v1/domain/a", Level.PASSIVE, 14, origin=Provenance.RECONSTRUCTED),
    answer("dns:1.zen.spamhaus.org?type=A", Level.THIRD_PARTY, 25, outcome=Outcome.NO_SUCH_NAME),
    answer("dns:a.example?type=A", Level.ACTIVE, 33, peer="2001:db8:1111:2222:3333:4444:5555:6666"),
    answer(f"visit:http://{LONG}/path?q", Level.ACTIVE, 61),
)
NAMES = (
    tie("field", "from", "name", "brand.example.co.jp"),
    tie("field", "return-path", "name", "bounce.mailer.example"),
    tie("field", "reply-to", "name", "freemail.example"),
    tie("field", "origin", "name", "bounce.mailer.example"),
    tie("name", "bounce.mailer.example", "address", "203.0.113.77"),
    *(tie("field", "link", "name", host) for host in HOSTS),
    tie("field", "link", "address", "198.51.100.7"),
    tie("name", "brand.example.co.jp", "address", "2001:db8:1111:2222:3333:4444:5555:6666"),
    *(tie("name", host, "address", f"198.51.100.{7 + at // 3}") for at, host in enumerate(HOSTS)),
    tie(
        "address", "198.51.100.7", "network", "AS64500 Hosting Services of Nowhere Limited Liability Company"
    ),
    tie(
        "address", "198.51.100.8", "network", "AS64500 Hosting Services of Nowhere Limited Liability Company"
    ),
    tie("address", "203.0.113.77", "network", "AS64503 日本のプロバイダー株式会社"),
    tie("address", "198.51.100.7", "holder", "Example Hosting Ltd."),
    tie("address", "198.51.100.8", "holder", "Example Hosting Ltd."),
    tie("name", "brand.example.co.jp", "registrant", "ブランド株式会社"),
    *(tie("name", host, "registrar", "NameMonger, Inc.") for host in HOSTS[:5]),
)


def hop(index: int, seconds: float | None, trust: Trust = Trust.UNVERIFIED, by: str | None = LONG) -> Hop:
    date = None if seconds is None else MAILED + timedelta(seconds=seconds)
    return Hop(index=index, raw="", by=by, date_utc=date, trust=trust)


HOPS = (
    hop(0, 12, Trust.RECEIVER, "store.receiver.example"),
    hop(1, 4, Trust.BOUNDARY),
    hop(2, -7200),
    hop(3, 2),
    hop(4, None),
    hop(5, -86400, by=None),
)
BUSY: dict[str, tuple[Any, ...]] = {
    "timeline": HOPS,
    "panel": PANEL,
    "ages": AGES,
    "grid": GRID,
    "asked": ASKED,
    "names": NAMES,
}


def chart(kind: str, items: tuple[Any, ...], lens: Lens = EN) -> charts.Chart:
    return charts.of_exhibit(Exhibit(kind=kind, items=items), lens)


@pytest.fixture
def sheets(monkeypatch: pytest.MonkeyPatch) -> list[paper.Sheet]:
    """Every sheet that is drawn, to look at the texts on it."""
    drawn: list[paper.Sheet] = []
    as_bytes = paper.Sheet.bytes

    def keep(self: paper.Sheet, format: str = "png") -> bytes:  # noqa: A002
        drawn.append(self)
        return as_bytes(self, format)

    monkeypatch.setattr(paper.Sheet, "bytes", keep)
    return drawn


def texts(sheet: paper.Sheet) -> list[tuple[str, Any]]:
    """Each text on the sheet with the rectangle that its letters cover, in pixels."""
    from matplotlib.text import Text

    found = [text for text in sheet.figure.findobj(Text) if text.get_text().strip()]
    return [(text.get_text(), text.get_window_extent()) for text in found]


def said(sheet: paper.Sheet) -> list[str]:
    return [text for text, _ in texts(sheet)]


def collisions(sheet: paper.Sheet) -> list[tuple[str, str]]:
    """Pairs of texts that lie on one another by more than a hair."""
    return [
        (one, other)
        for (one, box), (other, second) in combinations(texts(sheet), 2)
        if min(box.x1, second.x1) - max(box.x0, second.x0) > 1
        and min(box.y1, second.y1) - max(box.y0, second.y0) > 3
    ]


def outside(sheet: paper.Sheet) -> list[str]:
    width, height = (size * paper.DENSITY for size in (sheet.width, sheet.height))
    return [
        text
        for text, box in texts(sheet)
        if box.x0 < 0 or box.x1 > width + 1 or box.y0 < -1 or box.y1 > height + 1
    ]


# --- nothing on anything else -------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("kind", BUSY)
def test_no_text_lies_on_another_or_beyond_the_sheet(kind: str, lang: str, sheets: list[paper.Sheet]) -> None:
    chart(kind, BUSY[kind], Lens(lang=lang)).bytes()
    assert collisions(sheets[0]) == []
    assert outside(sheets[0]) == []


def test_a_collision_would_be_seen() -> None:
    sheet = paper.Sheet(60)
    sheet.write(10, 10, "one")
    sheet.write(14, 12, "two")
    sheet.write(500, 30, "beyond the sheet")
    assert collisions(sheet) == [("one", "two")]
    assert outside(sheet) == ["beyond the sheet"]


@pytest.mark.parametrize("kind", charts.KINDS)
def test_a_chart_without_items_is_drawn_and_a_step_leaves_it_out(kind: str) -> None:
    assert chart(kind, ()).bytes().startswith(b"\x89PNG")
    assert blocks._chart(Exhibit(kind=kind, items=()), EN) == []


@pytest.mark.parametrize("kind", BUSY)
def test_the_same_records_give_the_same_bytes(kind: str) -> None:
    made = chart(kind, BUSY[kind], JA)
    assert made.bytes() == chart(kind, BUSY[kind], JA).bytes()
    assert made.bytes("svg") == made.bytes("svg")


def test_the_articles_case_has_all_six(kagoya: Case, sheets: list[paper.Sheet]) -> None:
    asked_for = (
        charts.hops,
        charts.authentication,
        charts.domains,
        charts.listings,
        charts.asked,
        charts.names,
    )
    made = [ask(kagoya) for ask in asked_for]
    assert [one.kind for one in made] == ["timeline", "panel", "ages", "grid", "asked", "names"]
    assert all(one.items and one.bytes().startswith(b"\x89PNG") for one in made)
    assert [
        (one.kind, collisions(sheet)) for one, sheet in zip(made, sheets, strict=True) if collisions(sheet)
    ] == []


# --- hostile text -------------------------------------------------------------------------------------------

MATHS = ("x $\\foo$ y", "$$", "$\\frac{1}{0}$", "\\$", "${document.title='fired'}")
ODD = (
    "",
    " ",
    "\n\n",
    "x" * 100_000,
    "\u202egpj.exe",
    "日本語" * 400,
    "😀한국어",
    "Z" + "\u0301" * 500,
    "﷽" * 30,
)


@pytest.mark.parametrize("payload", [*casefiles.PAYLOADS, *MATHS, *ODD])
@pytest.mark.parametrize("kind", BUSY)
def test_hostile_text_is_drawn_as_text(kind: str, payload: str) -> None:
    foreign = tuple(_foreign(item, payload) for item in BUSY[kind])
    assert chart(kind, foreign, JA).bytes("svg").startswith(b"<?xml")


def test_mathematics_in_a_label_would_raise() -> None:
    """The control: what parse_math=False keeps from happening."""
    sheet = paper.Sheet(60)
    sheet.figure.text(0, 0, MATHS[0])
    with pytest.raises(ValueError, match="foo"):
        sheet.bytes()


@pytest.mark.parametrize("kind", BUSY)
def test_only_our_own_words_stand_in_the_html(kind: str) -> None:
    payload = casefiles.PAYLOADS[1]
    html = chart(kind, tuple(_foreign(item, payload) for item in BUSY[kind]))._repr_html_()
    assert "onerror" not in html
    assert html.count("<img ") == html.count('src="data:image/png;base64,') == 1
    assert "http" not in html.partition("</style>")[2].replace("data:image/png;base64,", "")[:200]


def _foreign(item: Any, payload: str) -> Any:
    """*item* with the payload wherever a stranger's text stands; kinds, roles and methods are phishlab's own."""
    match item:
        case Tie():
            own = item.name if item.kind == "field" else payload
            return replace(item, name=own, to=f"{payload}{item.to}")
        case Lifetime():
            return replace(item, domain=payload)
        case Authentication():
            return replace(item, result=payload, domain=payload)
        case Hop():
            return replace(item, by=payload)
        case Exchange():
            scheme, _, rest = item.question.partition(":")
            return replace(item, question=f"{scheme}:{payload}{rest}", peer=payload)
        case Lookup(record=record):
            inner = replace(record, result=payload) if isinstance(record, Authentication) else record
            return replace(item, subject=payload + item.subject, record=inner)
    raise AssertionError(item)


# --- the panel ----------------------------------------------------------------------------------------------


def test_a_claim_is_hollow_and_only_what_was_recorded_or_worked_out_is_filled() -> None:
    recorded = panel.cell(PANEL, "spf", "recorded", EN)
    assert [(one.sort, one.filled, one.result) for one in recorded] == [("pass", True, "pass")]
    claimed = panel.cell(PANEL, "dmarc", "claimed", EN)
    assert [(one.sort, one.filled, one.result) for one in claimed] == [("pass", False, "pass")]
    computed = panel.cell(PANEL, "spf", "computed", EN)
    assert [(one.sort, one.filled, one.result) for one in computed] == [("broken", True, "fail")]


def test_what_could_not_be_asked_is_never_a_pass() -> None:
    (failed,) = panel.cell(PANEL, "dmarc", "computed", EN)
    assert (failed.sort, failed.filled, failed.result) == ("unknown", False, "failed")
    (nothing,) = panel.cell((), "dkim", "recorded", EN)
    assert (nothing.sort, nothing.result) == ("unknown", "nothing recorded")
    assert {panel.sort_of(word) for word in ("none", "neutral", "pass?", "", "PASS ")} == {"unknown"}


def test_many_results_are_counted_and_other_methods_named(sheets: list[paper.Sheet]) -> None:
    assert [one.result for one in panel.cell(PANEL, "dkim", "recorded", EN)] == ["pass", "fail", "and 2 more"]
    chart("panel", (*PANEL, result("vbr", "pass"))).bytes()
    assert "Also in the mail, without a row here: vbr" in said(sheets[0])


def test_a_chain_gets_a_row_only_where_there_is_one(sheets: list[paper.Sheet]) -> None:
    chart("panel", PANEL).bytes()
    unsealed = (one for one in PANEL if not (isinstance(one, Authentication) and one.method == "arc"))
    chart("panel", tuple(unsealed)).bytes()
    assert ["ARC" in said(sheet) for sheet in sheets] == [True, False]


# --- the ages -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "words", "warns"),
    [
        (life("a", 686, 410), "registered 2022-03-01, 686 days before the mail · expires 2025-03-01", False),
        (life("a", 3, None), "registered 2024-01-13, 3 days before the mail · expiry not told", True),
        (
            life("a", -5, None),
            "registered 2024-01-21, 5 days after the mail's own date · expiry not told",
            True,
        ),
        (life("a", 900, -100), "registered 2021-07-30, 900 days before the mail · expired 2023-10-08", True),
        (life("a", None, None), "registration date not told · expiry not told", False),
        (life("a", 9, None, mailed=None), "registered 2024-01-07 · expiry not told", False),
        (life("a", None, None, outcome=Outcome.NOT_ASKED), "no registration data: not asked", False),
    ],
)
def test_what_a_registry_told_and_what_it_did_not(one: Lifetime, words: str, warns: bool) -> None:
    assert age.told(one, EN) == (words, warns)


def test_no_mark_is_drawn_for_a_date_that_nobody_told(sheets: list[paper.Sheet]) -> None:
    chart("ages", (life("a.example", None, None),)).bytes()
    chart("ages", (life("a.example", 10, 10),)).bytes()
    untold, told = (
        [line for line in sheet.figure.axes[0].lines if line.get_marker() not in ("None", "")]
        for sheet in sheets
    )
    assert untold == []
    assert len(told) == 2 + 2  # the key has them too


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_dates_from_the_first_to_the_last_of_the_calendar(lang: str) -> None:
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    odd = (
        replace(life("a", None, None), created=first, expires=last),
        replace(life("b", None, None), created=last, expires=first, mailed=first),
    )
    assert chart("ages", odd, Lens(lang=lang)).bytes()


def test_round_years_at_most_six() -> None:
    assert [year for _, year in axis.years(datetime(2001, 5, 1, tzinfo=UTC), MAILED)] == [
        "2005",
        "2010",
        "2015",
        "2020",
    ]
    assert axis.years(MAILED, MAILED) == []


def test_the_from_domain_comes_first_and_missing_dates_stay_missing() -> None:
    registered = DomainRegistration(
        domain="a.example", registrant=None, registrar=None, created=MAILED, updated=None, expires=None,
        status=(), name_servers=(),
    )  # fmt: skip
    found = lifetimes.of(
        MAILED,
        sender=[looked_up(registered, "rdap", "a.example")],
        links=[looked_up(None, "rdap", "b.example", Outcome.REFUSED)],
    )
    assert [(one.domain, one.role, one.created, one.expires, one.outcome) for one in found] == [
        ("a.example", "from", MAILED, None, Outcome.ANSWERED),
        ("b.example", "link", None, None, Outcome.REFUSED),
    ]


# --- the grid -----------------------------------------------------------------------------------------------


def test_each_state_has_its_own_mark() -> None:
    looks = {(mark.shape, mark.color, mark.filled) for mark in grid.MARKS.values()}
    assert set(grid.MARKS) == set(ListingState)
    assert len(looks) == len(ListingState)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome.NOT_ASKED, ListingState.NOT_ASKED),
        (Outcome.REFUSED, ListingState.ERROR),
        (Outcome.FAILED, ListingState.ERROR),
        (Outcome.NO_DATA, ListingState.ERROR),
    ],
)
def test_without_a_record_nothing_reads_as_not_listed(outcome: Outcome, state: ListingState) -> None:
    assert grid.state(looked_up(None, "x", "y", outcome)) is state


def test_a_listing_is_not_covered_by_another_answer() -> None:
    both = [listing("x", "y", ListingState.LISTED), listing("x", "y", ListingState.NOT_LISTED)]
    assert grid.states(both) == grid.states(both[::-1]) == {("y", "x"): ListingState.LISTED}


def test_services_and_subjects_that_do_not_fit_are_counted(sheets: list[paper.Sheet]) -> None:
    many = tuple(listing(f"s{n}", f"d{n}.example", ListingState.LISTED) for n in range(20))
    chart("grid", many).bytes()
    assert "8 more that were asked about are not drawn." in said(sheets[0])
    assert any(line.startswith("12 more services are not drawn") for line in said(sheets[0]))


# --- who was asked ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "who"),
    [
        ("dns:a.example?type=A", "DNS at 192[.]0[.]2[.]53"),
        ("whois://whois.jprs.jp/a.jp", "whois[.]jprs[.]jp"),
        ("https://rdap.arin.net/registry/ip/192.0.2.1", "rdap[.]arin[.]net"),
        ("geoip:city/192.0.2.1", "database: city"),
        ("observed:norton-safe-web/http://a.example/", "by hand: norton-safe-web"),
        ("visit:http://a.example/login?to=x", "page visit: a[.]example"),
    ],
)
def test_who_was_asked_is_read_from_the_question(question: str, who: str) -> None:
    assert calls.asked(answer(question, Level.ACTIVE, 0), EN) == who


def test_levels_run_down_and_the_same_peer_is_one_row() -> None:
    found = calls.rows([*reversed(ASKED), answer("whois://whois.jprs.jp/b.jp", Level.PASSIVE, 5)], EN)
    assert [row.level for row in found] == sorted(row.level for row in found)
    assert [len(row.exchanges) for row in found if row.who == "whois[.]jprs[.]jp"] == [2]


def test_no_answer_is_hollow_and_the_shape_tells_the_origin() -> None:
    marks = {calls._mark(answer("x:", Level.PASSIVE, 0, origin=one)).shape for one in Provenance}
    assert len(marks) == len(Provenance)
    assert not calls._mark(answer("x:", Level.PASSIVE, 0, outcome=Outcome.REFUSED)).filled


def test_hundreds_of_questions_stay_on_one_sheet(sheets: list[paper.Sheet]) -> None:
    many = tuple(answer(f"https://r{n}.example/x", Level.PASSIVE, n) for n in range(300))
    chart("asked", many).bytes()
    assert "270 more that were asked are not drawn." in said(sheets[0])


# --- the names ----------------------------------------------------------------------------------------------


def test_what_two_lines_reach_is_shared() -> None:
    edges = [(("a", "1"), ("b", "x")), (("a", "2"), ("b", "x")), (("a", "1"), ("b", "y"))]
    assert graph.shared(edges) == {("b", "x")}


def test_boxes_that_do_not_fit_are_counted_and_shared_ones_stay(sheets: list[paper.Sheet]) -> None:
    lone = tuple(tie("field", "link", "name", f"h{n}.example") for n in range(40))
    both = (tie("field", "from", "name", "z.example"), tie("field", "link", "name", "z.example"))
    chart("names", (*lone, *both)).bytes()
    assert "27 more names are not drawn." in said(sheets[0])
    assert "z[.]example" in said(sheets[0])


def _boxes(places: layers.Places) -> Iterator[tuple[float, float]]:
    for nodes in places.columns:
        for above, below in pairwise(nodes):
            yield places.top[above] + places.height[above], places.top[below]


def test_boxes_of_a_column_keep_their_gap_and_lines_their_lane() -> None:
    edges = list(dict.fromkeys(((one.kind, one.name), (one.to_kind, one.to)) for one in NAMES))
    column = {node: graph._COLUMN[node[0]] for edge in edges for node in edge}
    places = layers.place(edges, column, dict.fromkeys(column, 30.0), 9)
    assert all(lower - upper >= 9 - 1e-6 for upper, lower in _boxes(places))
    assert min(places.top.values()) >= -1e-6
    rank = {node: at for at, nodes in enumerate(places.columns) for node in nodes}
    assert {rank[end] - rank[start] for start, end in places.pieces} == {1}


def test_crossed_lines_are_uncrossed() -> None:
    edges = [(("a", "1"), ("b", "y")), (("a", "2"), ("b", "x")), (("a", "2"), ("b", "z"))]
    places = layers.place(edges, {node: int(node[0] == "b") for edge in edges for node in edge}, {}, 5)
    rank = {node: at for nodes in places.columns for at, node in enumerate(nodes)}
    crossings = [
        1
        for (start, end), (other, last) in combinations(edges, 2)
        if (rank[start] - rank[other]) * (rank[end] - rank[last]) < 0
    ]
    assert crossings == []


def test_ties_follow_the_answers_and_an_unanswered_question_ties_nothing() -> None:
    casefile = casefiles.kagoya()
    addresses = [
        looked_up(
            Addresses(
                name="sgogoj.com", rdtype="A", values=("8.217.61.41", "no address"), canonical="sgogoj.com"
            ),
            "dns",
            "sgogoj.com",
        ),
        looked_up(None, "dns", "aica-interior.co.jp", Outcome.FAILED),
    ]
    networks: list[Lookup[Any]] = [
        looked_up(casefiles.NETWORK, "network", "74.226.196.215"),
        looked_up(
            AutonomousSystem(ip="8.217.61.41", asn=45102, name="Alibaba", database="x", built=MAILED),
            "geoip",
            "8.217.61.41",
        ),
        looked_up(casefiles.NETWORK, "network", "192.0.2.99"),
    ]
    found = ties.of(
        casefile.message,
        casefile.route,
        casefile.message.links,
        addresses=addresses,
        networks=networks,
        domains=[looked_up(casefiles.DOMAIN, "rdap", "sgogoj.com")],
    )
    assert [(one.kind, one.name, one.to_kind, one.to) for one in found] == [
        ("field", "from", "name", "aica-interior.co.jp"),
        ("field", "return-path", "name", "aica-interior.co.jp"),
        ("field", "origin", "name", "ioooo.japaneast.cloudapp.azure.com"),
        ("name", "ioooo.japaneast.cloudapp.azure.com", "address", "74.226.196.215"),
        ("field", "link", "name", "sgogoj.com"),
        ("name", "sgogoj.com", "address", "8.217.61.41"),
        ("address", "74.226.196.215", "network", "AS8075 MICROSOFT-CORP-MSN-AS-BLOCK"),
        ("address", "74.226.196.215", "holder", "Microsoft Corporation"),
        ("address", "8.217.61.41", "network", "AS45102 Alibaba"),
        ("name", "sgogoj.com", "registrant", "Domains By Proxy, LLC"),
        ("name", "sgogoj.com", "registrar", "GoDaddy.com, LLC"),
    ]


def test_one_number_is_one_network_however_it_is_spelled() -> None:
    one = NetworkRegistration(cidr=None, name=None, holder=None, country=None, registry=None, asn=8075)
    found = list(
        ties._networks(
            [
                looked_up(one, "network", "192.0.2.1"),
                looked_up(casefiles.NETWORK, "network", "192.0.2.2"),
            ]
        )
    )
    assert {item.to for item in found if item.to_kind == "network"} == {"AS8075 MICROSOFT-CORP-MSN-AS-BLOCK"}


# --- texts in their room ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["a b c " * 50, "x" * 500, LONG, "日本語" * 90, "i" * 400, ""])
@pytest.mark.parametrize("lines", [1, 2, 3])
def test_a_cut_text_fits_and_says_that_it_is_cut(text: str, lines: int) -> None:
    cut = frame.cut(text, 120, 12, lines=lines)
    assert len(cut) <= lines
    assert all(paper.extent(line, 12) <= 120 for line in cut)
    whole = "".join(cut).replace(" ", "") == text.replace(" ", "")
    assert whole != cut[-1].endswith("…")


def test_the_recipient_is_hidden_in_a_label_however_long_the_text_is() -> None:
    lens = Lens(recipients=(casefiles.RECIPIENT,))
    assert casefiles.RECIPIENT.partition("@")[0] not in frame.shown("x" * 290 + casefiles.RECIPIENT * 9, lens)


def test_each_mark_of_the_grid_stands_beside_its_word(sheets: list[paper.Sheet]) -> None:
    chart("grid", GRID).bytes()
    words = [
        text for text in said(sheets[0]) if text in {"listed", "not listed", "unknown", "failed", "not asked"}
    ]
    assert len(words) == len(GRID)
    assert len(set(words)) == len(ListingState)
