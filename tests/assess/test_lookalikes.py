from __future__ import annotations

import time
from pathlib import Path

import pytest

from phishlab.assess import brands, lookalikes
from phishlab.mail import message
from phishlab.records import Message, Weight
from tests.mails import parsed


def _ids(text: str) -> list[str]:
    return [alike.brands[0].id for alike in lookalikes.in_text(text)]


def _kinds(mail: Message) -> set[str]:
    return {
        finding.id for finding in (*lookalikes.sender_findings(mail), *lookalikes.link_findings(mail, ()))
    }


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("аррӏе ID", "apple"),  # Cyrillic, the whole word
        ("Раypal", "paypal"),  # Cyrillic, two letters
        ("Тwitter", "twitter"),  # a capital that looks alike while its small form does not
        ("PayPaI", "paypal"),
        ("Amaz0n", "amazon"),
        ("rnicrosoft", "microsoft"),
        ("三井住友力ード", "smbc-card"),  # 力 the kanji for カ
        ("三井住友カ一ド", "smbc-card"),  # 一 the kanji for ー
        ("メル力リ", "mercari"),
        ("ヤマ卜運輸", "yamato"),
        ("二トリ", "nitori"),
        ("口リポップ", "lolipop"),
        ("イ才ン", ""),  # 才 is not in Unicode's table: not seen, not invented
        ("へテムル", "heteml"),  # hiragana へ
        ("工ポスカード", "epos"),
        ("クレディセゾソ", "saison"),
        ("えきねつと", "ekinet"),
    ],
)
def test_a_name_in_other_letters_is_seen(text: str, id_: str) -> None:
    assert _ids(text) == ([id_] if id_ else [])


@pytest.mark.parametrize(
    "text",
    [
        "Amazon",
        "ａｍａｚｏｎ",  # full width is the same letters
        "三井住友カード",
        "ﾒﾙｶﾘ",  # half width
        "Glückwunsch über alles",  # an accent is honest
        "Itaú",
        "Aoi",  # too short to tell from aol
        "力士と口論、一人で夕食",  # kanji that are kanji
        "pineapple",
        "",
    ],
)
def test_a_genuine_or_unrelated_name_is_no_look_alike(text: str) -> None:
    assert _ids(text) == []


@pytest.mark.parametrize(
    ("text", "scripts"),
    [
        ("Frее Rewards", ("Cyrillic", "Latin")),
        ("Μetamask", ("Greek", "Latin")),
        ("三井住友VISAカードのお知らせ", None),
        ("KAGOYAメール", None),
        ("삼성전자TV 三星", None),
        ("Привет мир", None),
        ("Москва hotel", None),  # two words, each in one script
        ("5µm", None),
        ("plain", None),
    ],
)
def test_only_scripts_that_are_not_written_together_raise_the_alarm(
    text: str, scripts: tuple[str, ...] | None
) -> None:
    found = lookalikes.mixed(text)
    assert (found and found[1]) == scripts


@pytest.mark.parametrize(
    ("host", "word", "drawn"),
    [
        ("kag0ya.com", "kagoya", True),
        ("amaz0n-login.top", "amazon", True),
        ("rakutem.shop", "rakuten", False),
        ("www.arnazon.co.jp.evil.example", "amazon", True),
        ("faceb00k.example", "facebook", True),
        ("m1cr0s0ft.example", "microsoft", True),
        ("yod0bash1.example", "yodobashi", True),
        ("amanoz.example", "amazon", False),  # the same letters in another order
        ("xn--80ak6aa92e.com", "apple", True),  # аррӏе
        ("xn--rakutn-tva.co.jp.evil.example", "rakuten", True),
        ("netfix.example", "netflix", False),
        ("americanexperss.example", "americanexpress", False),
    ],
)
def test_a_host_drawn_or_spelled_like_a_brand_is_seen(host: str, word: str, *, drawn: bool) -> None:
    alike = lookalikes.in_host(host)
    assert alike is not None
    assert (alike.word, alike.drawn) == (word, drawn)


@pytest.mark.parametrize(
    "host",
    [
        "www.kagoya.jp",
        "kagoya.jp.evil.example",  # the word itself: it names the brand, it is not like it
        "paypay.ne.jp",  # near paypal, and a brand
        "paypal.com",
        "telegraph.co.uk",
        "mitsui.com",
        "apply.example",
        "192.0.2.1",
        "xn--zz--.example",
        "localhost",
        "",
    ],
)
def test_a_host_that_is_honest_or_names_the_brand_itself_is_no_look_alike(host: str) -> None:
    assert lookalikes.in_host(host) is None


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("kagoya", "kagoya", 0),
        ("kagoya", "kagoyo", 1),
        ("kagoya", "akgoya", 1),
        ("kagoya", "kagya", 1),
        ("ab", "xyab", 2),
    ],
)
def test_a_slip_is_a_letter_or_two_neighbours_swapped(one: str, other: str, slips: int) -> None:
    assert lookalikes.distance(one, other, 2) == slips
    assert lookalikes.distance(other, one, 2) == slips


def test_more_slips_than_asked_for_are_not_counted() -> None:
    assert lookalikes.distance("kagoya", "zzzzzz", 1) == 2
    assert lookalikes.distance("a", "abcdef", 1) == 2


def test_a_name_in_other_letters_over_a_foreign_domain_is_strong() -> None:
    (found,) = lookalikes.sender_findings(parsed(from_="三井住友力ード <a@one.example>"))
    assert (found.id, found.weight) == ("name-lookalike", Weight.STRONG)
    assert dict(found.values) == {"written": "三井住友力ード", "brand": "Sumitomo Mitsui Card"}
    assert found.because


def test_a_mixed_word_that_is_reported_as_a_name_is_not_reported_twice() -> None:
    assert _kinds(parsed(from_="Аmazon <a@one.example>")) == {"name-lookalike"}
    assert _kinds(parsed(from_="Frее Gift <a@one.example>")) == {"mixed-scripts"}


def test_hosts_of_sender_and_links_are_held_against_the_brands() -> None:
    assert _kinds(parsed(from_="A <a@rakutem.example>")) == {"host-lookalike"}
    assert _kinds(parsed("https://www.kag0ya.com/")) == {"host-lookalike"}
    assert _kinds(parsed("https://kagoya.jp.evil.example/")) == {"host-names-brand"}
    assert _kinds(parsed("https://www.kagoya.jp/")) == set()


def test_a_host_with_a_claimed_brands_word_is_left_to_the_links() -> None:
    mail = parsed("https://kagoya.jp.evil.example/")
    assert lookalikes.link_findings(mail, brands.named_in("kagoya")) == ()


def test_any_text_is_taken_in_good_time() -> None:
    started = time.perf_counter()
    for text in ("カ" * 200_000, "аррӏе" * 40_000, "ﷺ" * 100_000, "\ud800" * 50_000, "\u200b\ufeff" * 50_000):
        lookalikes.in_text(text)
        lookalikes.mixed(text)
        lookalikes.in_host(text[:300])
    assert time.perf_counter() - started < 10


def test_honest_mails_hold_no_look_alike_names_and_few_hosts(shared_data: Path) -> None:
    found = [
        (finding.id, dict(finding.values))
        for path in sorted((shared_data / "mail" / "ham").glob("*.eml"))[::3]
        for mail in [message.parse(path.read_bytes())]
        for finding in (*lookalikes.sender_findings(mail), *lookalikes.link_findings(mail, ()))
        if finding.id != "host-names-brand"
    ]
    assert {id_ for id_, _ in found} <= {"host-lookalike"}
    assert len({values["host"] for _, values in found}) <= 4
