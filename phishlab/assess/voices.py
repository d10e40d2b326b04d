"""Whether a text speaks as a brand, or only about it.

``【三井住友カード】重要なお知らせ`` and ``© 2024 Example, Inc.`` speak as one; ``Google? Not in China`` does not.
"""

from __future__ import annotations

import re

from phishlab.assess import brands
from phishlab.assess.brands import Brand

_BEFORE = 45
_AFTER = 45
_OWNER_BEFORE = re.compile(
    r"(?:(?:©|\(c\)|copyright)[\s,]*(?:(?:©|\(c\))\s*)?(?:\d{4}(?:\s*[-–]\s*\d{4})?)?,?"
    r"|\d{4}\s*(?:©|\(c\))"
    r"|thank(?:s| you) for (?:using|choosing|shopping (?:at|with)|being with|banking with)"
    r"|(?:regards|sincerely|thanks|thank you|yours truly),?\s*\n\s*(?:the )?"
    r"|いつも|平素より|平素は|発行[:：]|配信元[:：]|送信元[:：]|株式会社)\s*$"
)
"""What stands before a name where its owner speaks: a copyright line, thanks, a signature, a greeting."""
_CUSTOMER_BEFORE = re.compile(r"\b(?:your|dear(?: valued)?)\s*$")
_CUSTOMER_AFTER = re.compile(
    r"\s*(?:id |online |e-)?(?:account|customer|user|member|client|cardholder|card|wallet|subscription)s?\b"
)
"""``your … account``, ``dear … customer``: both sides are needed."""
_OWNER_AFTER = re.compile(
    r"\s*(?:(?:account|billing|customer|security|support|service|help|fraud|payment|member)s?\b[ \w&]{0,20}?"
    r"\b(?:team|center|centre|care|desk|department)\b"
    r"|(?:,? inc\.?|,? llc\.?|,? ltd\.?)?[,.]? all rights reserved"
    r"|(?:カード|サービス|会員|アカウント)?(?:を|の)?(?:いつも)?ご(?:利用|愛顧|愛用)(?:いただ|頂|くださ|下さ)"
    r"|カスタマー|サポート(?:センター|チーム)|事務局|お客[様さ](?:センター|サポート|各位)|会員の皆|をご利用の"
    r"|(?:から|より)の?(?:大切な|重要な)?(?:お知らせ|ご連絡|ご案内)|セキュリティ(?:センター|チーム|部))"
)
"""What stands after it: a team, a reserved right, thanks for its use, its office."""
_MARKS = re.compile(r"^\W*$")
_SUBJECT_ALONE = re.compile(r"^\W*$|^[】\])」』〉》>]|^\s*(?:重要|緊急|[:：|｜])")
_BUSINESS = re.compile(
    r"\b(?:account|security|verif\w+|suspend\w*|payment|invoice|receipt|order|subscription|membership|password)\b"
    r"|アカウント|お知らせ|ご利用|お支払|ご請求|認証|本人確認|ご案内|ログイン|会員|重要|緊急|制限|更新|ポイント"
)
_REPLY = re.compile(r"^\s*(?:re|fw|fwd|aw|sv)\s*[:：]|^\s*\[[^\]]{1,40}\]\s*re:", re.IGNORECASE)


def of_subject(subject: str) -> tuple[Brand, ...]:
    """The brands that a subject speaks as: one that opens it in brackets, is all of it, or has business with you.

    An answer (``Re:``) speaks about what it names.
    """
    folded = brands.fold(subject[: brands.MOST_CHARS])
    if _REPLY.match(folded):
        return ()
    spoken = [
        brand
        for start, end, brand in brands.places(folded)
        if (_MARKS.match(folded[:start]) and _SUBJECT_ALONE.match(folded[end:])) or _BUSINESS.search(folded)
    ]
    return tuple(dict.fromkeys(spoken))


def of_body(text: str) -> tuple[Brand, ...]:
    """The brands that a body speaks as: it thanks, signs, holds rights or writes of "your … account"."""
    folded = brands.fold(text[: brands.MOST_CHARS])
    spoken = [brand for start, end, brand in brands.places(folded) if _speaks(folded, start, end)]
    return tuple(dict.fromkeys(spoken))


def _speaks(folded: str, start: int, end: int) -> bool:
    before, after = folded[max(0, start - _BEFORE) : start], folded[end : end + _AFTER]
    if _OWNER_BEFORE.search(before) or _OWNER_AFTER.match(after):
        return True
    return bool(_CUSTOMER_BEFORE.search(before) and _CUSTOMER_AFTER.match(after))
