"""JPNIC's answers in its two layouts, as they come: ISO-2022-JP with CRLF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from phishlab.records import Answer, Level, NetworkRegistration, Outcome
from phishlab.sources import jpnic

BANNER = """\
[ JPNIC database provides information regarding IP address and ASN. Its use   ]
[ is restricted to network administration purposes. For further information,  ]
[ use 'whois -h whois.nic.ad.jp help'. To only display English output,        ]
[ add '/e' at the end of command, e.g. 'whois -h whois.nic.ad.jp xxx/e'.      ]

"""
ASSIGNED = """\
Network Information: [ネットワーク情報]
a. [IPネットワークアドレス]     192.41.192.0/24
b. [ネットワーク名]             JPNICNET
f. [組織名]                     社団法人 日本ネットワークインフォメーションセンター
g. [Organization]               Japan Network Information Center
m. [管理者連絡窓口]             HH11825JP
n. [技術連絡担当者]             MO5920JP
p. [ネームサーバ]               ns3.nic.ad.jp
[割当年月日]                    1991/01/01
[返却年月日]
[最終更新]                      2005/04/01 12:00:00(JST)

上位情報
----------
該当するデータがありません。

下位情報
----------
該当するデータがありません。
"""
ALLOCATED = """\
Network Information: [ネットワーク情報]
[IPネットワークアドレス]        27.80.0.0/12
[ネットワーク名]
[組織名]                        KDDI株式会社
[Organization]                  KDDI CORPORATION
[管理者連絡窓口]                JP00000127
[技術連絡担当者]                JP00000181
[Abuse]                         abuse@dion.example
[割振年月日]                    2010/04/28
[最終更新]                      2010/05/01 10:00:00(JST)

下位情報
----------
○○株式会社 (○○ Corporation)
  maru-net [割り当て] 27.80.0.0/27
"""


def _wire(scripted: Any, ip: str, text: str) -> Any:
    data = (BANNER + text).replace("\n", "\r\n").encode("iso2022_jp")
    return scripted({f"whois://whois.nic.ad.jp/{ip}": data})


def test_an_assigned_network_in_both_languages(scripted: Any) -> None:
    wire = _wire(scripted, "192.41.192.145", ASSIGNED)
    found = jpnic.network(wire, "192.41.192.145")
    record = found.record
    assert (found.source, found.outcome, found.note) == ("whois.nic.ad.jp", Outcome.ANSWERED, "")
    assert [question.level for question in wire.asked] == [Level.PASSIVE]
    assert record is not None
    assert (record.cidr, record.name, record.registry) == ("192.41.192.0/24", "JPNICNET", "jpnic")
    assert record.holder == "Japan Network Information Center"
    assert record.holder_ja == "社団法人 日本ネットワークインフォメーションセンター"
    assert record.country is None
    assert ("管理者連絡窓口", "HH11825JP") in record.fields


def test_an_allocated_network_without_letters_and_with_an_abuse_address(scripted: Any) -> None:
    record = jpnic.network(_wire(scripted, "27.80.1.1", ALLOCATED), "27.80.1.1").record
    assert record is not None
    # The empty name does not swallow the line below it, and what lies below is another network.
    assert (record.cidr, record.name, record.holder_ja) == ("27.80.0.0/12", None, "KDDI株式会社")
    assert record.abuse == ("abuse@dion.example",)


def test_ipv6_and_a_range_and_the_narrowest_of_two(scripted: Any) -> None:
    six = ALLOCATED.replace("27.80.0.0/12", "240b::/26")
    found = jpnic.network(_wire(scripted, "240b:10::1", six), "240b:10::1").record
    assert found is not None
    assert found.cidr == "240b::/26"
    both = ALLOCATED + ASSIGNED.replace("192.41.192.0/24", "27.80.0.0-27.80.1.255")
    narrow = jpnic.network(_wire(scripted, "27.80.1.1", both), "27.80.1.1").record
    assert narrow is not None
    assert narrow.name == "JPNICNET"


@pytest.mark.parametrize(
    ("answer", "outcome", "note"),
    [
        ("No match!!\n\nReference: WHOIS servers of RIRs\n", Outcome.NO_DATA, "JPNIC has no such network"),
        (ASSIGNED, Outcome.FAILED, "names no network with this address"),
        (ASSIGNED.replace("192.41.192.0/24", "everywhere"), Outcome.FAILED, "names no network"),
        ("Please wait.\n", Outcome.FAILED, "names no network"),
        ("", Outcome.FAILED, "names no network"),
    ],
)
def test_what_is_no_answer_about_the_address(scripted: Any, answer: str, outcome: Outcome, note: str) -> None:
    found = jpnic.network(_wire(scripted, "43.0.0.1", answer), "43.0.0.1")
    assert (found.outcome, found.record) == (outcome, None)
    assert note in found.note


def test_no_bytes_and_a_refusal_are_passed_on(scripted: Any) -> None:
    uri = "whois://whois.nic.ad.jp/43.0.0.1"
    silent = jpnic.network(scripted({uri: Answer(outcome=Outcome.FAILED, note="reset")}), "43.0.0.1")
    assert (silent.outcome, silent.note) == (Outcome.FAILED, "reset")
    assert jpnic.network(scripted({}, Level.OFFLINE), "43.0.0.1").outcome is Outcome.NOT_ASKED


@pytest.mark.parametrize("ip", ["192.0.2.1", "10.0.0.1", "x"])
def test_nobody_is_asked_about_an_address_that_nobody_holds(scripted: Any, ip: str) -> None:
    wire = scripted({})
    assert jpnic.network(wire, ip).outcome is Outcome.NOT_ASKED
    assert wire.asked == []


def test_only_japanese_networks_of_apnic_are_asked_about() -> None:
    def of(registry: str | None, country: str | None) -> NetworkRegistration:
        return NetworkRegistration(cidr=None, name=None, holder=None, country=country, registry=registry)

    assert jpnic.knows(of("apnic", "JP"))
    assert not any(map(jpnic.knows, (of("apnic", "CN"), of("arin", "JP"), of(None, None), None)))


def test_a_real_answer(shared_data: Path) -> None:
    text = (shared_data / "whois/jp/jpnic-1.0.16.0.txt").read_text("utf-8")
    (record,) = jpnic.parse(text)
    assert (record.cidr, record.name, record.holder, record.holder_ja) == (
        "1.0.16.0/24",
        "I2TS-MTK-NET",
        "i2ts,inc.",
        "株式会社イーツ",
    )
