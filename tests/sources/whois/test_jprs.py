"""JPRS answers, as the registry sent them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from phishlab.records import Answer, Level, Outcome
from phishlab.sources.whois import jprs as whois

BOTH_LANGUAGES = """\
[ JPRS database provides information on network administration. Its use is    ]\r
[ restricted to network administration purposes. For further information,     ]\r
Domain Information: [ドメイン情報]\r
a. [ドメイン名]                 EXAMPLE.CO.JP\r
e. [そしきめい]                 れいだいかぶしきがいしゃ\r
f. [組織名]                     例題株式会社\r
g. [Organization]               Reidai Co., Ltd.\r
k. [組織種別]                   株式会社\r
l. [Organization Type]          Corporation\r
m. [登録担当者]                 XX00000JP\r
p. [ネームサーバ]               ns1.example.jp\r
p. [ネームサーバ]               ns2.example.jp 192.0.2.53\r
s. [署名鍵]                     \r
[状態]                          Connected (2025/09/30)\r
[登録年月日]                    2003/09/11\r
[接続年月日]                    \r
[最終更新]                      2024/10/01 01:02:59 (JST)\r
""".encode()
URI = "whois://whois.jprs.jp/example.co.jp"


def test_an_attribute_type_domain_in_japanese_has_its_expiry_inside_its_state(scripted: Any) -> None:
    wire = scripted({URI: BOTH_LANGUAGES})
    found = whois.domain(wire, "example.co.jp")
    record = found.record
    assert (found.outcome, found.note, len(found.evidence)) == (Outcome.ANSWERED, "", 1)
    assert record is not None
    assert record.registrant == "例題株式会社"
    assert record.registrar is None
    assert record.status == ("Connected",)
    assert record.name_servers == ("ns1.example.jp", "ns2.example.jp")
    assert record.created == datetime(2003, 9, 11, tzinfo=UTC)
    assert record.expires == datetime(2025, 9, 30, tzinfo=UTC)
    assert record.updated == datetime(2024, 9, 30, 16, 2, 59, tzinfo=UTC)
    assert ("そしきめい", "れいだいかぶしきがいしゃ") in record.fields
    assert ("署名鍵", "") in record.fields
    assert [question.level for question in wire.asked] == [Level.PASSIVE]


def test_a_japanese_name_is_asked_for_by_its_a_label(scripted: Any) -> None:
    wire = scripted({})
    whois.domain(wire, "日本語.jp")
    assert wire.asked[0].uri == "whois://whois.jprs.jp/xn--wgv71a119e.jp"


@pytest.mark.parametrize(
    ("answer", "outcome", "note"),
    [
        (b"", Outcome.FAILED, "the server closed without a word"),
        (b"No match!!\r\n", Outcome.NO_SUCH_NAME, "JPRS has no such domain"),
        (b"Please wait.\r\n", Outcome.FAILED, "the answer names no domain"),
        (b"[Domain Name]  OTHER.JP\r\n", Outcome.FAILED, "the answer is about other.jp"),
        (b"\xff\xfe\x00[", Outcome.FAILED, "the answer names no domain"),
        (Answer(outcome=Outcome.FAILED, note="reset"), Outcome.FAILED, "reset"),
        (Answer(outcome=Outcome.REFUSED, note="blocked"), Outcome.REFUSED, "blocked"),
    ],
)
def test_only_the_registrys_own_no_match_means_not_registered(
    scripted: Any, answer: Any, outcome: Outcome, note: str
) -> None:
    found = whois.domain(scripted({URI: answer}), "example.co.jp")
    assert (found.outcome, found.note, found.record) == (outcome, note, None)


def test_a_name_that_cannot_be_asked_for_is_failed_without_a_question(scripted: Any) -> None:
    wire = scripted({})
    assert whois.domain(wire, "a..jp").outcome is Outcome.FAILED
    assert whois.domain(wire, "").outcome is Outcome.FAILED
    assert wire.asked == []


def test_an_address_in_two_lines_and_a_signing_key_in_three_stay_one_value() -> None:
    text = "[Signing Key]                   7240 8 2 (\n    E147\n    D656 )\n\n[Web Page]\n[Fax]   1\n"
    assert whois.fields(text) == (("Signing Key", "7240 8 2 (\nE147\nD656 )"), ("Web Page", ""), ("Fax", "1"))


def test_dates_that_do_not_exist_are_none() -> None:
    assert whois.when("2023/02/30") is None
    assert whois.when("soon") is None
    assert whois.when(None) is None


def test_iso_2022_jp_is_read_as_such() -> None:
    assert whois.decoded("[組織名] 例題".encode("iso2022_jp")) == "[組織名] 例題"


JP = {
    "google.jp.txt": ("google.jp", "Google LLC", "2005-05-30", "2026-05-31", "2025-05-31", 4),
    "jprs.jp.txt": ("jprs.jp", "株式会社日本レジストリサービス", "2001-02-02", "2027-02-28", "2026-02-28", 2),
}


@pytest.mark.parametrize("file", sorted(JP))
def test_todays_answers_with_both_languages(shared_data: Path, file: str) -> None:
    record = whois.parse(whois.decoded((shared_data / "whois/jp" / file).read_bytes()))
    assert record is not None
    seen = (
        record.domain,
        record.registrant,
        str(record.created)[:10],
        str(record.expires)[:10],
        str(record.updated)[:10],
        len(record.name_servers),
    )
    assert seen == JP[file]


def test_the_lock_is_part_of_the_status(shared_data: Path) -> None:
    record = whois.parse(whois.decoded((shared_data / "whois/jp/google.jp.txt").read_bytes()))
    assert record is not None
    assert record.status == ("Active", "DomainTransferLocked", "AgentChangeLocked")
    assert ("住所", "Mountain View\n1600 Amphitheatre Parkway\nCA") in record.fields


def test_no_match_and_an_answer_of_the_address_registry_are_no_registration(shared_data: Path) -> None:
    for file in ("nomatch.jp.txt", "jpnic-1.0.16.0.txt"):
        assert whois.parse(whois.decoded((shared_data / "whois/jp" / file).read_bytes())) is None


def test_all_thirteen_english_answers_of_weppos_as_expected(shared_data: Path) -> None:
    """Expectations are read from the suite's own ``.expected`` files: dates, servers, registered or not."""
    folder = shared_data / "whois/weppos/whois.jprs.jp"
    files = sorted(folder.rglob("*.txt"))
    checks = sum(_as_expected(file) for file in files)
    assert (len(files), checks) == (13, 33)


def _as_expected(file: Path) -> int:
    text = whois.decoded(file.read_bytes())
    record = whois.parse(text)
    expected = file.with_suffix(".expected").read_text("utf-8")
    made = 0
    attributes = {"#created_on": "created", "#updated_on": "updated", "#expires_on": "expires"}
    for block in re.split(r"\n(?=#)", expected):
        head = block.split("\n", 1)[0]
        if head in attributes:
            value = getattr(record, attributes[head], None)
            stated = re.search(r"%TIME\{([^}]+)\}", block)
            assert (value is None) == (stated is None), (file.name, head)
            if value and stated:
                assert value == _stated(stated[1]), (file.name, head)
            made += 1
        elif head == "#nameservers":
            names = tuple(re.findall(r'name == "([^"]+)"', block))
            assert (record.name_servers if record else ()) == names, file.name
            made += 1
        elif head == "#registered?":
            assert (record is not None) == ("true" in block), file.name
            made += 1
    return made


def _stated(text: str) -> datetime | None:
    day, _, clock = text.removesuffix(" JST").partition(" ")
    return whois.when(f"{day.replace('-', '/')} {clock} (JST)" if clock else day.replace("-", "/"))
