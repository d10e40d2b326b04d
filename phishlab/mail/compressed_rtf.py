r"""Outlook's compressed RTF ([MS-OXRTFCP]), and the HTML that it stands for ([MS-OXRTFEX]).

``{\rtf1\ansi\fromhtml1 … {\*\htmltag64 <p>}Hello{\*\htmltag72 </p>}\htmlrtf \par \htmlrtf0 …}``
"""

from __future__ import annotations

import re
import struct

_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_SIZE = 4096
_MOST = 5_000_000
_TOKEN = re.compile(
    r"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-z'])|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\"
)
_CODE_PAGE = re.compile(rb"\\ansicpg(\d{1,5})")


def decompress(data: bytes) -> bytes:
    """The RTF; as far as it goes where it is damaged. Its check sum is not checked."""
    if len(data) < 16:
        return b""
    size, kind = struct.unpack_from("<I", data, 4)[0], data[8:12]
    if kind == b"MELA":  # not compressed
        return data[16 : 16 + size]
    window = _Window()
    at = 16
    while at < len(data) and len(window.out) < min(size, _MOST):
        control, at = data[at], at + 1
        for bit in range(8):
            if not control >> bit & 1:
                window.put(data[at : at + 1])
                at += 1
            elif not window.copy(data[at : at + 2]):
                return bytes(window.out)
            else:
                at += 2
    return bytes(window.out)


class _Window:
    """The last 4,096 bytes, which references point into, and all that came out."""

    def __init__(self) -> None:
        self._kept = bytearray(_DICTIONARY.ljust(_SIZE, b"\0"))
        self._at = len(_DICTIONARY)
        self.out = bytearray()

    def put(self, piece: bytes) -> None:
        for byte in piece:
            self._kept[self._at % _SIZE] = byte
            self._at += 1
        self.out += piece

    def copy(self, reference: bytes) -> bool:
        """Copy what the two bytes of *reference* point at: 12 bits of place, 4 of length; False at the end."""
        if len(reference) < 2:
            return False
        start, length = reference[0] << 4 | reference[1] >> 4, (reference[1] & 15) + 2
        if start == self._at % _SIZE:
            return False
        for step in range(length):  # it may overlap with what it writes
            self.put(bytes((self._kept[(start + step) % _SIZE],)))
        return True


def html(data: bytes) -> str:
    """The HTML inside compressed RTF; an empty string where it was made from none."""
    rtf = decompress(data)
    return _html(rtf) if b"\\fromhtml" in rtf[:2000] else ""


def _html(rtf: bytes) -> str:
    found = _CODE_PAGE.search(rtf[:2000])
    codec = f"cp{found[1].decode()}" if found else "cp1252"
    reader = _Reader(codec)
    for token in _TOKEN.finditer(rtf.decode("latin-1")):
        reader.read(token)
    return reader.text()


class _Reader:
    """Walks the tokens; groups that are not for HTML are skipped."""

    def __init__(self, codec: str) -> None:
        self._codec = codec
        self._out: list[str] = []
        self._bytes = bytearray()
        self._suppressed = False
        self._groups: list[tuple[bool, bool]] = []
        self._skipping = False
        self._starred = False
        self._after_unicode = 0

    def text(self) -> str:
        self._flush()
        return "".join(self._out)

    def read(self, token: re.Match[str]) -> None:
        word, number, hexed, symbol, brace, plain = token.groups()
        if brace:
            self._brace(brace)
        elif word:
            self._word(word, number)
        elif hexed:
            self._byte(int(hexed, 16))
        elif symbol:
            self._symbol(symbol)
        elif plain:
            self._plain(plain)

    def _brace(self, brace: str) -> None:
        if brace == "{":
            self._groups.append((self._suppressed, self._skipping))
        elif self._groups:
            self._suppressed, self._skipping = self._groups.pop()
        self._starred = False

    def _word(self, word: str, number: str | None) -> None:
        if self._starred:
            self._starred = False
            self._skipping = word != "htmltag"
        elif word == "htmlrtf":
            self._suppressed = number != "0"
        elif word in {"fonttbl", "colortbl", "stylesheet", "info", "pntext"}:
            self._skipping = True
        elif word in {"par", "line"}:
            self._put("\r\n")
        elif word == "tab":
            self._put("\t")
        elif word == "u" and number:
            self._put(chr(int(number) % 65536) if not 0xD800 <= int(number) % 65536 <= 0xDFFF else "\ufffd")
            self._after_unicode = 1
        elif word in _NAMED:
            self._put(_NAMED[word])

    def _symbol(self, symbol: str) -> None:
        if symbol == "*":
            self._starred = True
        else:
            self._put({"~": "\u00a0", "_": "-"}.get(symbol, symbol if symbol in "\\{}" else ""))

    def _byte(self, byte: int) -> None:
        if self._after_unicode:
            self._after_unicode = 0
        elif not self._suppressed and not self._skipping:
            self._bytes.append(byte)

    def _plain(self, plain: str) -> None:
        if self._after_unicode:
            plain = plain[1:]
            self._after_unicode = 0
        if not self._suppressed and not self._skipping:
            self._bytes += plain.encode("latin-1")

    def _put(self, text: str) -> None:
        if not self._suppressed and not self._skipping:
            self._flush()
            self._out.append(text)

    def _flush(self) -> None:
        """Characters of two bytes stand as two tokens: bytes are kept until something else comes."""
        if self._bytes:
            try:
                self._out.append(bytes(self._bytes).decode(self._codec, errors="replace"))
            except LookupError:
                self._out.append(bytes(self._bytes).decode("cp1252", errors="replace"))
            self._bytes.clear()


_NAMED = {"lquote": "\u2018", "rquote": "\u2019", "ldblquote": "\u201c", "rdblquote": "\u201d", "bullet": "\u2022",
          "endash": "\u2013", "emdash": "\u2014", "nbsp": "\u00a0"}  # fmt: skip
