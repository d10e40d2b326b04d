"""The timeline of the hops, and the sheet that pictures are drawn on."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PIL import Image

from phishlab.records import Hop, Trust
from phishlab.views import charts, paper
from phishlab.views.charts import timeline
from phishlab.views.safe import Lens

EN, JA = Lens(lang="en"), Lens(lang="ja")
START = datetime(2024, 1, 16, 1, 0, 3, tzinfo=UTC)


def hop(index: int, seconds: float | None, trust: Trust = Trust.UNVERIFIED, **fields: Any) -> Hop:
    date = None if seconds is None else START + timedelta(seconds=seconds)
    return Hop(index=index, raw="", **({"by": "mx.example.jp", "date_utc": date, "trust": trust} | fields))


ROUTE = (
    hop(0, 9, Trust.RECEIVER),
    hop(1, 5, Trust.BOUNDARY),
    hop(2, 0, by="relay.example.net"),
    hop(3, 30, by="a.example.net"),
    hop(4, None, by=None),
)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All texts that are drawn, in order."""
    texts: list[str] = []
    typeset = paper.typeset

    def listen(text: str, *given: Any, **style: Any) -> dict[str, Any]:
        texts.append(text)
        return typeset(text, *given, **style)

    monkeypatch.setattr(paper, "typeset", listen)
    return texts


def size(png: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(png)) as image:
        return image.size


def color_share(png: bytes, color: str) -> float:
    """How much of the picture has exactly this colour."""
    wanted = tuple(int(color[i : i + 2], 16) for i in (1, 3, 5))
    with Image.open(io.BytesIO(png)) as image:
        pixels = image.convert("RGB")
        counted = {rgb: count for count, rgb in pixels.getcolors(pixels.width * pixels.height) or []}
        return counted.get(wanted, 0) / (pixels.width * pixels.height)


# --- the timeline -------------------------------------------------------------------------------------------


def test_rows_run_from_the_newest_and_say_delay_and_boundary(written: list[str]) -> None:
    charts.hop_timeline(ROUTE, EN)
    servers = [text for text in written if text.startswith("#")]
    assert servers == [
        "#0 mx[.]example[.]jp",
        "#1 mx[.]example[.]jp",
        "#2 relay[.]example[.]net",
        "#3 a[.]example[.]net",
        "#4 server not named",
    ]
    assert [text for text in written if text.startswith("+")] == ["+4 s", "+5 s"]
    assert "goes back in time  −30 s" in written
    assert "no date that can be read" in written
    assert "trust boundary: what stands below could be written by the sender" in written


def test_the_boundary_runs_between_the_edge_server_and_what_it_was_told() -> None:
    plan = timeline._plan(ROUTE)
    assert plan.boundary is not None
    assert plan.rows[1].mark < plan.boundary < plan.rows[2].top


def test_the_time_axis_is_utc_and_rows_stand_at_their_seconds() -> None:
    plan = timeline._plan(ROUTE)
    assert (plan.start, plan.span) == (START, 30.0)
    assert [row.at for row in plan.rows] == [9, 5, 0, 30, None]


def test_the_tables_own_delay_is_the_one_that_is_written(written: list[str]) -> None:
    charts.hop_timeline([replace(ROUTE[0], delay_s=61.0), *ROUTE[1:]], EN)
    assert "+1 min 1 s" in written


def test_only_what_the_receiver_wrote_is_solid() -> None:
    forged = charts.hop_timeline([hop(0, 5), hop(1, 0)], EN)
    assert color_share(forged, paper.POINT) == 0
    assert color_share(forged, paper.AREA) == 0
    trusted = charts.hop_timeline([hop(0, 5, Trust.RECEIVER), hop(1, 0, Trust.BOUNDARY)], EN)
    assert color_share(trusted, paper.POINT) > 0
    assert color_share(trusted, paper.AREA) > color_share(forged, paper.AREA)


@pytest.mark.parametrize(
    ("hops", "said"),
    [
        ([], "No Received field: there is no route to draw."),
        ([hop(0, 0)], "All dated lines: 2024-01-16T01:00:03Z"),
        ([hop(0, None), hop(1, None)], "no date that can be read"),
        ([hop(n, n) for n in range(60)], "10 older lines are not drawn."),
        ([hop(0, 0)], "No trust boundary was found: every line could be written by the sender."),
    ],
)
def test_odd_routes_are_drawn_and_explained(hops: Sequence[Hop], said: str, written: list[str]) -> None:
    assert charts.hop_timeline(hops, EN).startswith(b"\x89PNG")
    assert said in written


@pytest.mark.parametrize(
    "dates",
    [
        (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)),
        (datetime(1, 1, 1, tzinfo=UTC), datetime(1, 1, 2, tzinfo=UTC)),
        (datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 50, tzinfo=UTC)),
        (datetime(2024, 2, 29, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_any_date_that_a_record_can_hold_is_drawn(dates: tuple[datetime, datetime]) -> None:
    hops = [hop(n, None, date_utc=date) for n, date in enumerate(dates)]
    assert charts.hop_timeline(hops, JA)


@pytest.mark.parametrize(
    "by",
    [
        "$x \\foo$ y",
        "$$",
        "{{ 7*7 }}",
        "x" * 100_000,
        "\u202egpj",
        "日本語のサーバー" * 30,
        "😀한국어",
        "\n\n",
        " ",
    ],
)
def test_any_server_name_is_drawn(by: str) -> None:
    assert charts.hop_timeline([hop(0, 1, by=by), hop(1, 0)], JA)


def test_the_chart_fits_a_phone_at_twice_its_density() -> None:
    width, height = size(charts.hop_timeline(ROUTE, EN))
    assert width == 2 * paper.WIDTH
    assert height < 2 * width


@pytest.mark.parametrize(("kind", "begins"), [("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_the_chart_comes_as_drawing_too_and_is_the_same_twice(kind: str, begins: bytes) -> None:
    drawn = charts.hop_timeline(ROUTE, JA, format=kind)
    assert drawn.startswith(begins)
    assert drawn == charts.hop_timeline(ROUTE, JA, format=kind)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "+0 s"),
        (-30, "−30 s"),
        (61, "+1 min 1 s"),
        (7_440, "+2 h 4 min"),
        (262_800, "+3 d 1 h"),
        (3600, "+1 h"),
    ],
)
def test_a_duration_has_its_two_largest_units(seconds: float, said: str) -> None:
    assert timeline.duration(seconds) == said


# --- the sheet ----------------------------------------------------------------------------------------------


def test_japanese_is_drawn_with_letters_not_boxes() -> None:
    assert (
        paper.drawable("日本語、東京都渋谷区ひらがなカタカナ①㈱") == "日本語、東京都渋谷区ひらがなカタカナ①㈱"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a missing glyph is a warning of matplotlib
        sheet = paper.Sheet(60)
        sheet.write(10, 10, "日本語 Tōkyō")
        svg = sheet.bytes("svg").decode()
    glyphs = set(re.findall(r'id="([\w-]*-[0-9a-f]+)"', svg))
    assert any(name.startswith("IPAexGothic") for name in glyphs)
    assert any(name.startswith("DejaVuSans") for name in glyphs)


@pytest.mark.parametrize("char", ["가", "🦊", "\U00020000"])
def test_a_letter_that_no_font_has_is_spelled_out(char: str) -> None:
    assert paper.drawable(f"a{char}b") == f"a⟨U+{ord(char):04X}⟩b"


@pytest.mark.parametrize(
    "text", ["a b c " * 50, "x" * 500, "日本語の長い文です。" * 20, "", "  ", "a\u3000b"]
)
def test_wrapping_loses_no_letter_and_stays_inside(text: str) -> None:
    lines = paper.wrapped(text, 200, 13)
    assert all(paper.extent(line, 13) <= 200 for line in lines)
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text)


def test_a_line_does_not_begin_with_a_full_stop() -> None:
    assert not any(line.startswith(("。", "、")) for line in paper.wrapped("一二三四五。" * 30, 65, 13)[1:])


def test_measured_width_is_the_width_that_is_drawn() -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    text = "Shibuya City, 東京 (JP) 35.6764"
    sheet = paper.Sheet(60)
    canvas = sheet.figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    canvas.draw()  # type: ignore[no-untyped-call]  # matplotlib leaves it untyped
    drawn = sheet.figure.text(0, 0, **paper.typeset(text, 13)).get_window_extent()
    assert drawn.width / paper.DENSITY == pytest.approx(paper.extent(text, 13), rel=0.05)
