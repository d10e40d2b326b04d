"""Bytes to text, as mail programs in Japan and elsewhere really label it, and mislabel it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

from phishlab import patterns

_ALIASES = {
    # As browsers and mail clients read these labels (WHATWG Encoding): a superset each.
    "iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252", "ansi": "cp1252",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932",
    "cp50220": "iso-2022-jp", "cp50221": "iso-2022-jp", "csiso2022jp": "iso-2022-jp",
    "gb2312": "gb18030", "gbk": "gb18030", "ks_c_5601-1987": "cp949", "euc-kr": "cp949",
    "iso-2022-jp-ms": "iso-2022-jp", "x-iso-2022-jp": "iso-2022-jp", "jis": "iso-2022-jp",
    **dict.fromkeys(("x-euc-jp", "eucjp", "euc-jp-ms", "eucjp-ms", "eucjp-win", "cp51932"), "euc_jp"),
    "ms932": "cp932", "x-ms-cp932": "cp932", "iso-8859-8-i": "iso-8859-8",
    "tis-620": "cp874", "unicode-1-1-utf-8": "utf-8", "utf8mb4": "utf-8", "x-unknown": "", "unknown-8bit": "",
}  # fmt: skip
_NOT_TEXT = frozenset(
    {"idna", "punycode", "raw_unicode_escape", "unicode_escape", "undefined", "mbcs", "oem"}
)
_MULTIBYTE = 4
_NOT_ASCII = ("utf_16", "utf_32", "utf_7", "cp037")
_KANA_RUN = patterns.late(rb"\x1b\(I([^\x1b]*)")
_EUC = patterns.late(
    rb"(?P<kana>\x8e[\xa1-\xdf])|(?P<three>\x8f[\xa1-\xfe]{2})|(?P<two>(?:[\xa1-\xfe]{2})+)|[\x00-\x7f]+"
)
_JIS_RUN = patterns.late(rb"\x1b\$[@B]([^\x1b]*)")
_JIS_MARK = patterns.late(rb"\x1b(?:\$[@B]|\([BJI])")


def decode(data: bytes, label: str | None) -> tuple[str, str | None]:
    """*data* as text, and what was wrong with *label*: None, ``charset-unknown`` or ``charset-mismatch``.

    Without a label no fault is found. What cannot be read at all comes out as U+FFFD.
    """
    if not label:
        return guess(data), None
    codec = _codec(label)
    if codec is None:
        return guess(data), "charset-unknown"
    if codec.startswith("iso2022_jp"):
        return _iso_2022_jp(data, codec)
    if data.isascii() and b"\x1b" not in data and not codec.startswith(_NOT_ASCII):
        return data.decode("ascii"), None
    if not codec.startswith(("utf", *_NOT_ASCII)) and (text := _strictly(data, "utf-8")) and _enough(text):
        return text, "charset-mismatch"
    text = _euc_jp(data) if codec == "euc_jp" else _strictly(data, codec)
    return (guess(data, fallback=codec), "charset-mismatch") if text is None else (text, None)


def _enough(text: str) -> bool:
    """Whether so much of it is UTF-8 of several bytes that no other set can have been meant."""
    return _count(text, lambda char: char > "\x7f") >= _MULTIBYTE


def guess(data: bytes, fallback: str = "cp1252") -> str:
    """*data* as the charset that it fits: ISO-2022-JP by its escapes, UTF-8, then EUC-JP or Shift_JIS."""
    if _JIS_MARK.search(data) and not any(byte >= 0x80 for byte in data):
        return _iso_2022_jp(data, "iso2022_jp")[0]
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    read = (_euc_jp(data), _strictly(data, "cp932"))
    japanese = [text for text in read if text and _reads_japanese(text)]
    if japanese:
        return max(japanese, key=_kana_share)
    return data.decode(fallback, errors="replace")


def _codec(label: str) -> str | None:
    name = label.strip().strip("'\"").lower()
    name = _ALIASES.get(name, name)
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    if not found._is_text_encoding or found.name in _NOT_TEXT:  # noqa: SLF001 the only mark of base64 and rot13
        return None
    return found.name.replace("-", "_")


def _iso_2022_jp(data: bytes, codec: str) -> tuple[str, str | None]:
    # The pure-Python list, strictest first: each later one knows more characters.
    for each in dict.fromkeys(("iso2022_jp", codec, "iso2022_jp_ext")):
        if (text := _strictly(data, each)) is not None:
            return text, None
    shifted = _KANA_RUN.sub(
        lambda run: bytes(byte | 0x80 for byte in run[1]), _JIS_RUN.sub(_as_shift_jis, data)
    )
    by_cp932 = _strictly(shifted.replace(b"\x1b(B", b"").replace(b"\x1b(J", b""), "cp932")
    if by_cp932 is not None:  # ①, ㈱ and other characters that only NEC and Microsoft have
        return by_cp932, None
    if any(byte >= 0x80 for byte in data):
        return guess(data, fallback="cp932"), "charset-mismatch"
    return data.decode("iso2022_jp", errors="replace"), "charset-mismatch"


def _euc_jp(data: bytes) -> str | None:
    """EUC-JP with the characters of NEC and IBM that Microsoft's and the Open Group's variants add; None for none."""
    if (text := _strictly(data, "euc_jp")) is not None:
        return text
    out: list[str] = []
    at = 0
    for piece in _EUC.finditer(data):
        if piece.start() != at:
            return None
        at = piece.end()
        text = _strictly(piece[0], "euc_jp")
        if text is None and piece["two"]:
            text = _strictly(_shifted(bytes(byte & 0x7F for byte in piece[0])), "cp932")
        if text is None:
            return None
        out.append(text)
    return "".join(out) if at == len(data) else None


def _as_shift_jis(run: re.Match[bytes]) -> bytes:
    return _shifted(run[1])


def _shifted(codes: bytes) -> bytes:
    """Two-byte JIS X 0208 codes, each moved to its place in Shift_JIS."""
    out = bytearray()
    for first, second in zip(codes[0::2], codes[1::2], strict=False):
        lead = (first + 1) // 2 + (0x70 if first < 0x5F else 0xB0)
        trail = second + (0x7E if first % 2 == 0 else 0x20 if second > 0x5F else 0x1F)
        out += bytes((lead & 0xFF, trail & 0xFF))
    return bytes(out)


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        return None


def _reads_japanese(text: str) -> bool:
    return _kana_share(text) > 0.2 or _count(text, lambda char: "\u4e00" <= char <= "\u9fff") > 0


def _kana_share(text: str) -> float:
    """Kana among the characters that are not ASCII; half-width kana count against: misread EUC is full of them."""
    wide = _count(text, lambda char: char > "\x7f")
    kana = _count(text, lambda char: "\u3040" <= char <= "\u30ff")
    half = _count(text, lambda char: "\uff61" <= char <= "\uff9f")
    return (kana - half) / wide if wide else 0.0


def _count(text: str, wanted: Callable[[str], bool]) -> int:
    return sum(map(wanted, text[:20_000]))
