from __future__ import annotations

import pytest

from phishlab.assess import brands


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Kagoya Active! Mail", ["kagoya", "active-mail"]),
        ("カゴヤ・ジャパン サポート", ["kagoya"]),
        ("ｋａｇｏｙａ", ["kagoya"]),
        ("pineapple juice", []),
        ("Apple ID", ["apple"]),
        ("三井住友カード", ["smbc-card"]),
        ("", []),
    ],
)
def test_a_latin_name_counts_only_as_a_whole_word(text: str, ids: list[str]) -> None:
    assert [brand.id for brand in brands.named_in(text)] == ids


def test_a_folder_named_like_the_brand_is_found_in_a_path() -> None:
    kagoya = brands.named_in("kagoya")[0]
    assert brands.in_address(kagoya, "/kagoya/activemail.kagoya") == "kagoya"
    assert brands.in_address(kagoya, "/index.html") is None


def test_a_domain_is_the_brands_own_only_at_a_label_boundary() -> None:
    kagoya = brands.named_in("kagoya")[0]
    assert brands.owns(kagoya, "support.kagoya.com")
    assert not brands.owns(kagoya, "evilkagoya.com")
    assert not brands.owns(kagoya, "kagoya.com.evil.example")
    assert not brands.owns(kagoya, None)


def test_no_two_brands_share_an_id_and_each_has_a_domain() -> None:
    known = brands.known()
    assert len({brand.id for brand in known}) == len(known)
    assert all(brand.names and brand.domains for brand in known)
    assert all(domain == domain.lower() and "." in domain for brand in known for domain in brand.domains)
