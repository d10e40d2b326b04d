"""Japanese character sets as they are really written, and labels that lie."""

from __future__ import annotations

import pytest

from phishlab.mail import charsets, message

TEXT = "【重要】アカウントの確認 ①㈱髙﨑Ⅳ"
"""With NEC's and IBM's characters, which the standards do not have."""


def _jis(text: str) -> bytes:
    """ISO-2022-JP as Outlook writes it: the codes of Microsoft's set, moved back to 7 bits."""
    out = bytearray()
    for char in text:
        data = char.encode("cp932")
        if len(data) == 1:
            out += b"\x1b(B" + data
            continue
        lead, trail = data
        lead -= 0x71 if lead <= 0x9F else 0xB1
        first = lead * 2 + 1 + (trail >= 0x9F)
        second = trail - (0x7E if trail >= 0x9F else 0x20 if trail > 0x7F else 0x1F)
        out += b"\x1b$B" + bytes((first, second))
    return bytes(out) + b"\x1b(B"


def _euc(text: str) -> bytes:
    return b"".join(
        bytes(byte | 0x80 for byte in _jis(char)[3:5]) if char > "\x7f" else char.encode() for char in text
    )


NEC = "【重要】①㈱Ⅳログイン"
LABELS = {
    "iso-2022-jp": _jis(NEC), "iso-2022-jp-ms": _jis(NEC), "cp50220": _jis(NEC), "cp50221": _jis(NEC),
    "iso-2022-jp-ext": _jis(NEC), "euc-jp": _euc(NEC), "euc-jp-ms": _euc(NEC), "eucJP-win": _euc(NEC),
    "cp51932": _euc(NEC), "x-euc-jp": _euc(NEC), "shift_jis": NEC.encode("cp932"), "windows-31j": NEC.encode("cp932"),
    "x-sjis": NEC.encode("cp932"), "utf-8": NEC.encode(),
}  # fmt: skip


@pytest.mark.parametrize("label", LABELS)
def test_necs_characters_are_read_under_each_label(label: str) -> None:
    assert charsets.decode(LABELS[label], label) == (NEC, None)


@pytest.mark.parametrize(
    "data", [_jis(NEC), _euc(NEC), NEC.encode("cp932"), NEC.encode()], ids=["jis", "euc", "sjis", "utf-8"]
)
def test_necs_characters_are_read_without_a_label(data: bytes) -> None:
    assert charsets.guess(data) == NEC


@pytest.mark.parametrize(
    "data", [_jis(NEC), _euc(NEC), NEC.encode("cp932"), NEC.encode()], ids=["jis", "euc", "sjis", "utf-8"]
)
def test_a_subject_and_a_body_without_a_label_are_read_and_what_is_missing_is_said(data: bytes) -> None:
    found = message.parse(b"Subject: " + data + b"\r\nFrom: a@b.example\r\n\r\n" + data + b"\r\n")
    assert (found.subject.text, found.text.strip()) == (NEC, NEC)
    said = [limit.what for limit in found.limits]
    bare = any(byte >= 0x80 for byte in data)
    assert ("charset-missing" in said) == bare
    assert ("header-charset" in said) == (bare and data != NEC.encode())


def test_ibms_characters_are_read_in_microsofts_set() -> None:
    assert charsets.decode(TEXT.encode("cp932"), "shift_jis") == (TEXT, None)


def test_half_width_kana_in_iso_2022_jp_is_read_beside_necs_characters() -> None:
    assert charsets.decode(b"\x1b$B-!\x1b(I1\x1b(B x", "iso-2022-jp") == ("①ｱ x", None)


@pytest.mark.parametrize(
    ("label", "data", "fault"),
    [
        ("euc-jp", "ログインしてください".encode("cp932"), "charset-mismatch"),
        ("shift_jis", "ログインしてください".encode(), "charset-mismatch"),
        ("utf-8", _euc(NEC), "charset-mismatch"),
        ("no-such-set", "ログインしてください".encode(), "charset-unknown"),
        ("utf-8\0", "ログインしてください".encode(), "charset-unknown"),
    ],
)
def test_a_label_that_lies_is_said_and_the_text_is_read(label: str, data: bytes, fault: str) -> None:
    text, found = charsets.decode(data, label)
    assert found == fault
    assert text in {"ログインしてください", NEC}


def test_no_bytes_raise_under_any_label() -> None:
    import encodings.aliases

    data = bytes(range(256)) * 3
    for label in sorted(set(encodings.aliases.aliases.values()) | set(charsets._ALIASES)):
        charsets.decode(data, label)
