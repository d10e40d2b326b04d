"""Any table with a column of addresses on a map: the column is found, the rows are counted, nothing is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest

from phishlab.case import Case
from phishlab.errors import InputError
from phishlab.views import frames, maps, pins
from phishlab.views.pins import Stop
from phishlab.views.safe import Lens

EN = Lens(lang="en")


def drawn(frame: pd.DataFrame, column: str | None = None) -> Sequence[Stop]:
    return frames.stops(frame, column, None, EN)


def test_the_column_with_the_addresses_is_found_defanged_or_not_and_the_most_frequent_stands_first() -> None:
    frame = pd.DataFrame(
        {
            "note": ["x", "8.8.8.8", "y", None, "z"],
            "ip": ["74[.]226[.]196[.]215", "8.217.61.41", " 8[.]217[.]61[.]41 ", None, "10.0.0.1"],
            "number": [1, 2, 3, 4, 5],
        }
    )
    stops = drawn(frame)
    assert [(stop.number, stop.address) for stop in stops] == [
        (1, "8.217.61.41"), (2, "74.226.196.215"), (3, "10.0.0.1"),
    ]  # fmt: skip
    assert stops[0].place is not None
    assert stops[0].place.city == "Hong Kong"
    assert stops[0].remarks == ("Rows that name it: 2",)
    assert (stops[2].place, stops[2].remarks[1]) == (
        None,
        "not a public address: no database knows where it is",
    )


def test_a_named_column_is_taken_although_another_holds_more() -> None:
    frame = pd.DataFrame({"from": ["8.8.8.8", "x"], "to": ["1.1.1.1", "9.9.9.9"]})
    assert [stop.address for stop in drawn(frame, "from")] == ["8.8.8.8"]
    assert [stop.address for stop in drawn(frame)] == ["1.1.1.1", "9.9.9.9"]


@pytest.mark.parametrize(
    ("columns", "column", "told"),
    [
        ({"a": ["x"], "b": [1]}, None, "no column holds addresses: name one of a, b"),
        ({}, None, "no column holds addresses: name one of none"),
        ({"a": ["8.8.8.8"]}, "ip", "the table has no column 'ip': it has a"),
        ({"a\u202eb": ["x"]}, None, "a⟨U+202E⟩b"),
    ],
)
def test_a_table_without_addresses_says_which_columns_there_are(
    columns: dict[str, list[Any]], column: str | None, told: str
) -> None:
    with pytest.raises(InputError) as caught:
        drawn(pd.DataFrame(columns), column)
    assert told in str(caught.value)


def test_doubled_and_odd_column_names_do_not_matter() -> None:
    frame = pd.DataFrame([["x", "8.8.8.8", 1.5], ["y", "1.1.1.1", None]], columns=["a", "a", 3])
    assert [stop.address for stop in drawn(frame)] == ["8.8.8.8", "1.1.1.1"]


def test_what_is_not_shown_is_counted_and_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pd.DataFrame({"ip": [f"8.{number // 200}.{number % 200}.8" for number in range(1000)]})
    stops = drawn(frame)
    assert len(stops) == 1000
    assert sum(bool(stop.remarks) for stop in stops) == pins.MOST
    assert pins.left_out(stops, EN) == "940 more places are not shown here."


def test_a_tables_map_is_a_map(kagoya: Case) -> None:
    frame = pd.DataFrame({"ip": ["74.226.196.215", "9.9.9.9"]})
    of_the_case = maps.of(frame, case=kagoya)
    assert "8,291,635 IPv4 addresses" in of_the_case.html
    assert "9[.]9[.]9[.]9" in of_the_case.html
    (_, quad_nine) = frames.stops(frame, None, kagoya.wire, EN)
    assert (quad_nine.place, len(quad_nine.remarks)) == (None, 2)  # a replay looks nothing up: it says so
