from __future__ import annotations

import pytest

from phishlab.assess import voices


@pytest.mark.parametrize(
    ("subject", "ids"),
    [
        ("【三井住友カード】ご利用確認のお願い", ["smbc-card"]),
        ("えきねっとアカウントの自動退会処理について", ["ekinet"]),
        ("国税庁からの重要なお知らせ", ["nta"]),
        ("Amazon", ["amazon"]),
        ("[Amazon] Hello", ["amazon"]),
        ("Your PayPal account is limited", ["paypal"]),
        ("Google? Not in China", []),
        ("Re: Your PayPal account is limited", []),
        ("[list] Re: Yahoo account", []),
        ("How Microsoft plans to take over your living room", []),
        ("お知らせ", []),
        ("", []),
    ],
)
def test_a_subject_speaks_as_a_brand_only_where_it_has_business_with_the_reader(
    subject: str, ids: list[str]
) -> None:
    assert [brand.id for brand in voices.of_subject(subject)] == ids


@pytest.mark.parametrize(
    ("body", "ids"),
    [
        ("いつもアマゾンをご覧いただき", ["amazon"]),
        ("えきねっとをご利用いただきありがとうございます。", ["ekinet"]),
        ("発行：三井住友カード株式会社", ["smbc-card"]),
        ("カゴヤ・ジャパン サポートセンター", ["kagoya"]),
        ("メルカリ事務局です。", ["mercari"]),
        ("Thank you for using PayPal.", ["paypal"]),
        ("Your Netflix account is on hold.", ["netflix"]),
        ("Dear Chase Online customer", ["chase"]),
        ("© 2024 Coinbase, Inc. All rights reserved.", ["coinbase"]),
        ("Regards,\nThe Amazon team", ["amazon"]),
        ("先日アマゾンで本を買いました。", []),
        ("Yahoo Inc 12.94 0.15%, eBay Inc 60.38", []),
        ("As much as I dislike the AOL client", []),
        ("It's about 450 then. Thanks, Google.", []),
        ("", []),
    ],
)
def test_a_body_speaks_as_a_brand_where_its_owner_would_speak(body: str, ids: list[str]) -> None:
    assert [brand.id for brand in voices.of_body(body)] == ids
