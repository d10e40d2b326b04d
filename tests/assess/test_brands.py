from __future__ import annotations

import pytest

from phishlab import indicators
from phishlab.assess import brands


def _brand(id_: str) -> brands.Brand:
    return next(brand for brand in brands.known() if brand.id == id_)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Kagoya Active! Mail", ["kagoya", "active-mail"]),
        ("カゴヤ・ジャパン サポート", ["kagoya"]),
        ("ｋａｇｏｙａ", ["kagoya"]),
        ("pineapple juice", []),
        ("Apple ID", ["apple"]),
        ("三井住友カード", ["smbc-card"]),
        ("Itaucard Pontos", []),
        ("online sales ups and downs", []),
        ("", []),
    ],
)
def test_a_latin_name_counts_only_as_a_whole_word(text: str, ids: list[str]) -> None:
    assert [brand.id for brand in brands.named_in(text)] == ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("楽天銀行", ["rakuten-bank"]),
        ("楽天銀行と楽天市場", ["rakuten-bank", "rakuten"]),
        ("三菱UFJニコス", ["mufg-card"]),
        ("PayPay銀行", ["paypay-bank"]),
        ("Yahoo! JAPAN", ["yahoo-jp"]),
    ],
)
def test_a_name_inside_a_longer_name_is_not_named(text: str, ids: list[str]) -> None:
    assert [brand.id for brand in brands.named_in(text)] == ids


def test_a_folder_named_like_the_brand_is_found_in_a_path() -> None:
    kagoya = _brand("kagoya")
    assert brands.in_address(kagoya, "/kagoya/activemail.kagoya") == "kagoya"
    assert brands.in_address(kagoya, "/index.html") is None


@pytest.mark.parametrize(
    ("host", "path", "where", "ids"),
    [
        ("smbc-card.com.evil.example", "/", "host", ["smbc-card"]),
        ("smbc.evil.example", "/", "host", ["smbc-card", "smbc"]),
        ("www2.rakuten-card.co.jp.evil.example", "/", "host", ["rakuten-card"]),
        ("secure-rakuten77.example", "/", "host", ["rakuten"]),
        ("jcb08.example", "/", "host", ["jcb"]),
        ("evil.example", "/wp/aeon.co.jp/login", "path", ["aeon"]),
        ("docs.google.com", "/forms/paypal", "path", ["paypal"]),
    ],
)
def test_an_address_names_the_brand_of_its_longest_word_the_likeliest_first(
    host: str, path: str, where: str, ids: list[str]
) -> None:
    named = brands.in_url(host, path)
    assert named is not None
    assert (named.where, [brand.id for brand in named.brands][: len(ids)]) == (where, ids)


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("www.smbc-card.com", "/amexico"),
        ("www.amazon.co.jp", "/amazon-prime"),  # its own name on its own host
        ("files.s3.amazonaws.com", "/x"),  # what Amazon lets to its customers is not an imitation
        ("tenant.onmicrosoft.com", "/"),
        ("wildcard.example", "/"),  # holds dcard, but does not begin with it
        ("interactive.example", "/etc/ups/line"),
        ("192.0.2.1", "/"),
        ("", ""),
    ],
)
def test_honest_and_wordless_addresses_name_nobody(host: str, path: str) -> None:
    assert brands.in_url(host, path) is None


def test_a_customers_part_of_a_shared_domain_still_names_what_it_says() -> None:
    named = brands.in_url("paypal-login.onmicrosoft.com", "/")
    assert named is not None
    assert named.brands[0].id == "paypal"


def test_a_domain_is_the_brands_own_only_at_a_label_boundary() -> None:
    kagoya = _brand("kagoya")
    assert brands.owns(kagoya, "support.kagoya.com")
    assert not brands.owns(kagoya, "evilkagoya.com")
    assert not brands.owns(kagoya, "kagoya.com.evil.example")
    assert not brands.owns(kagoya, None)


def test_a_host_belongs_to_the_first_brand_that_lists_its_domain() -> None:
    owner = brands.owner("www.mail.kagoya.jp")
    assert owner is not None
    assert owner.id == "kagoya"
    assert brands.owner("kagoya.jp.evil.example") is None


def test_no_two_brands_share_an_id_or_a_name_and_each_has_a_domain() -> None:
    known = brands.known()
    assert len(known) >= 120
    assert len({brand.id for brand in known}) == len(known)
    names = [name for brand in known for name in brand.names]
    assert len(set(names)) == len(names)
    assert all(brand.names and brand.domains for brand in known)
    assert all(name == name.lower() for name in names)


def test_each_domain_is_one_that_somebody_registered_or_a_public_offices_suffix() -> None:
    official = {"gov.uk", "gov.au", "gc.ca", "metro.tokyo.lg.jp"}
    listed = {domain for brand in brands.known() for domain in (*brand.domains, *brand.shared)}
    odd = {domain for domain in listed - official if indicators.registrable(f"www.{domain}") != domain}
    # Domains that let customers have names below them may stand in the public suffix list themselves.
    assert odd <= {domain for brand in brands.known() for domain in brand.shared}


def test_a_long_text_costs_no_more_than_its_first_part() -> None:
    assert brands.named_in("x" * brands.MOST_CHARS + " kagoya") == ()
