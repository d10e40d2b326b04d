"""Whose addresses share a point, from kept rows of any age and shape."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from phishlab.records import Holder, Holders
from phishlab.sources import holders

ROW = {
    "country": "JP",
    "v4_addresses": "8291635",
    "as1": "4713",
    "as1_name": "NTT",
    "as1_share": "0.41",
    "as2": "8075",
    "as2_name": "Microsoft Corporation",
    "as2_share": "0.1",
    "as3": "",
    "as3_name": "",
    "as3_share": "",
    "as_unknown_share": "0.02",
    "as_database": "ASN",
    "as_built": "2026-06-17",
}


def test_a_row_names_its_holders_the_unknown_share_and_the_database_with_its_day() -> None:
    assert holders.parse(ROW) == Holders(
        largest=(
            Holder(asn=4713, name="NTT", share=0.41),
            Holder(asn=8075, name="Microsoft Corporation", share=0.1),
        ),
        unknown=0.02,
        database="ASN",
        built=datetime(2026, 6, 17, tzinfo=UTC),
    )


def test_a_row_that_was_kept_before_the_list_told_of_holders_has_none() -> None:
    assert holders.parse({name: value for name, value in ROW.items() if not name.startswith("as")}) is None


def test_addresses_that_nobody_announces_are_said_to_be_unknown() -> None:
    nobody = {name: "" for name in ROW if name[:3] in {"as1", "as2", "as3"}} | {"as_unknown_share": "1.0"}
    found = holders.parse(ROW | nobody)
    assert found is not None
    assert (found.largest, found.unknown) == ((), 1.0)


@pytest.mark.parametrize(
    "damage",
    [None, [], "x", 7, {}, ROW | {"as_built": "yesterday"}, ROW | {"as_built": 20260617},
     ROW | {"as_unknown_share": ""}, ROW | {"as_unknown_share": "nan"}, ROW | {"as_unknown_share": "2"},
     ROW | {"as_unknown_share": None}],
)  # fmt: skip
def test_a_row_of_another_shape_is_as_if_it_said_nothing(damage: Any) -> None:
    assert holders.parse(damage) is None


NUMBERS: list[Any] = ["0", "-1", "4294967296", "٤", "9" * 5000, None, ["4713"]]
SHARES: list[Any] = ["", "x", "inf", "-0.1", "1e999", {}]


@pytest.mark.parametrize(
    "damage", [{"as1": value} for value in NUMBERS] + [{"as1_share": value} for value in SHARES]
)
def test_a_holder_without_a_number_or_a_share_is_left_out_and_the_others_stay(damage: Any) -> None:
    found = holders.parse(ROW | damage)
    assert found is not None
    assert [one.asn for one in found.largest] == [8075]
