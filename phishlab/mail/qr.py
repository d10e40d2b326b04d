"""Codes that a telephone reads: QR and its kin in pictures, in pages of a PDF, and drawn in characters.

zxing-cpp reads them, Pillow opens the pictures, PDFium draws the pages; all three are the optional extra ``qr``.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING, Any

from phishlab import patterns
from phishlab.classes import dataclass
from phishlab.mail.limits import Allowance

if TYPE_CHECKING:
    from PIL.Image import Image

_SMALLEST = 21
"""Modules of the smallest QR code: a picture with fewer pixels on a side holds none."""
_PAGE_SCALE = 2.0
"""Pixels for each point (1/72 inch) of a page."""
_TAIL = 4096
_MODULE = 4
_QUIET = 4
_MOST_LINES = 400
_MOST_COLUMNS = 400

BLOCKS = frozenset(map(chr, range(0x2580, 0x25A0)))
_SQUARES = frozenset("⬛⬜■□▪▫◼◻")
_DARK_SQUARES = frozenset("⬛■▪◼")
_DRAWN = BLOCKS | _SQUARES | frozenset(" \u00a0\u2007\u3000")
_BLANK = " \u00a0\u2007\u3000"
# Each block character as its four quarters: upper left, upper right, lower left, lower right.
_QUARTERS = {
    **dict.fromkeys("█▓▒", (1, 1, 1, 1)),
    "▀": (1, 1, 0, 0), "▔": (1, 1, 0, 0), "▌": (1, 0, 1, 0), "▐": (0, 1, 0, 1), "▕": (0, 1, 0, 1),
    **dict.fromkeys("▄▅▆▇", (0, 0, 1, 1)), **dict.fromkeys("▉▊▋", (1, 1, 1, 1)), **dict.fromkeys("▍▎", (1, 0, 1, 0)),
    "▖": (0, 0, 1, 0), "▗": (0, 0, 0, 1), "▘": (1, 0, 0, 0), "▝": (0, 1, 0, 0), "▙": (1, 0, 1, 1),
    "▚": (1, 0, 0, 1), "▛": (1, 1, 1, 0), "▜": (1, 1, 0, 1), "▞": (0, 1, 1, 0), "▟": (0, 1, 1, 1),
}  # fmt: skip
_HALVED_ACROSS = frozenset("▌▐▕▖▗▘▝▙▚▛▜▞▟▍▎")
_SIDES = frozenset("▌▐")
_COMMON = "█▀▄▌▐⬛⬜■□"
_ENTITY = patterns.late(r"&#(?:[xX]25[89a-fA-F]|[xX]2[bB]1|9[56789][0-9][0-9]|110[0-9][0-9])")
_LINE_END = patterns.late(r"(?i)<br\b[^<>]*>|</(?:p|div|tr|li|pre)\b[^<>]*>")
_CELL_END = patterns.late(r"<[^<>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the codes in one picture say, and why it could not be searched: an id of a limit, or empty."""

    texts: tuple[str, ...] = ()
    fault: str = ""


@cache
def installed() -> bool:
    """Whether the extra ``qr`` is there."""
    try:
        for name in ("PIL.Image", "pypdfium2", "zxingcpp"):
            import_module(name)
    except ImportError:
        return False
    return True


def picture(data: bytes, left: Allowance) -> Reading:
    """The codes in a picture file. Formats that Pillow does not know, HEIC above all, are ``image-unreadable``."""
    if not installed():
        return Reading(fault="qr-not-installed")
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pictures that are large, which our own limit is for
        try:
            with Image.open(BytesIO(data)) as opened:
                if min(opened.size) < _SMALLEST:
                    return Reading()
                if not left.picture(opened.width * opened.height):
                    return Reading(fault="image-pixels" if left.pictures else "pictures")
                return _codes(_on_white(opened))
        except Image.DecompressionBombError:
            return Reading(fault="image-pixels")
        # What Pillow's many decoders raise on damaged and hostile pictures; a fault of one is no fault of the mail.
        except (OSError, EOFError, ValueError, SyntaxError, TypeError, LookupError, AttributeError,
                RuntimeError, ArithmeticError, MemoryError, AssertionError):  # fmt: skip
            return Reading(fault="image-unreadable")


def pages(data: bytes, left: Allowance) -> Reading:
    """The codes on the pages of a PDF, each drawn by PDFium without its scripts."""
    document = opened(data)
    if isinstance(document, Reading):
        return document
    try:
        return _pages(document, left)
    except TROUBLE:
        return Reading(fault="pdf-unreadable")
    finally:
        document.close()


TROUBLE = (ValueError, OSError, RuntimeError, MemoryError, OverflowError)
"""What PDFium's reader raises; its own PdfiumError is a RuntimeError."""


def opened(data: bytes) -> Any:  # noqa: ANN401 - pypdfium2 ships no types
    """The PDF as a document of pypdfium2, without a password; a Reading that says why where it does not open."""
    if not installed():
        return Reading(fault="qr-not-installed")
    if (
        b"startxref" not in data[-_TAIL:]
    ):  # PDFium would search for its objects, and a hostile one takes minutes
        return Reading(fault="pdf-unreadable")
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(data)
    except TROUBLE as trouble:
        asks = getattr(trouble, "err_code", None) == pypdfium2.raw.FPDF_ERR_PASSWORD
        return Reading(fault="pdf-password" if asks else "pdf-unreadable")


def draws(text: str) -> bool:
    """Whether *text* has characters that could draw a code, or their entities."""
    if not text.isascii() and any(char in text for char in _COMMON):
        return True
    return "&#" in text and bool(_ENTITY.search(text))


def drawn(text: str, left: Allowance) -> Reading:
    """The codes that *text* draws with block characters, as ``▄▄▄▄▄▄▄ ▀▄█`` does."""
    if not draws(text):
        return Reading()
    groups = list(_groups(text))
    if not groups:
        return Reading()
    if not installed():
        return Reading(fault="qr-not-installed")
    texts: list[str] = []
    for lines in groups[:5]:
        if left.picture(len(lines) * max(map(len, lines))):
            texts += _codes(_bitmap(lines)).texts
    return Reading(texts=tuple(dict.fromkeys(texts)), fault="" if texts else "qr-drawn-unreadable")


def drawn_in_html(html: str, left: Allowance) -> Reading:
    """The same in HTML, where the rows are lines of ``<pre>``, ``<br>`` or table rows, and characters entities."""
    if not draws(html):
        return Reading()
    from html import unescape  # brings the names of all entities, which few mails need

    return drawn(unescape(_CELL_END.sub("", _LINE_END.sub("\n", html))), left)


def _pages(document: Any, left: Allowance) -> Reading:  # noqa: ANN401 - pypdfium2 ships no types
    texts: list[str] = []
    fault = "pdf-pages" if len(document) > left.bounds.pdf_pages else ""
    for number in range(min(len(document), left.bounds.pdf_pages)):
        page = document[number]
        width, height = page.get_size()
        if not left.picture(int(width * height * _PAGE_SCALE**2)):
            return Reading(texts=tuple(texts), fault="image-pixels" if left.pictures else "pictures")
        bitmap = page.render(scale=_PAGE_SCALE, grayscale=True, may_draw_forms=False)
        read = _codes(bitmap.to_pil())
        texts += read.texts
        fault = read.fault or fault
    return Reading(texts=tuple(dict.fromkeys(texts)), fault=fault)


def _on_white(image: Image) -> Image:
    """In grey, on white where it is transparent: a reader sees it so."""
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        from PIL import Image as Pictures

        clear = image if image.mode == "RGBA" else image.convert("RGBA")
        ground = Pictures.new("L", clear.size, 255)
        ground.paste(clear.convert("L"), mask=clear.getchannel("A"))
        return ground
    return image.convert("L")


def _codes(image: Image) -> Reading:
    import zxingcpp

    found = zxingcpp.read_barcodes(image, formats=_formats(), return_errors=True)
    texts = tuple(dict.fromkeys(code.text for code in found if code.valid and code.text))
    broken = any(code.format == zxingcpp.BarcodeFormat.QRCode and not code.valid for code in found)
    return Reading(texts=texts, fault="qr-unreadable" if broken and not texts else "")


@cache
def _formats() -> Any:  # noqa: ANN401 - zxing-cpp's own type
    import zxingcpp

    of = zxingcpp.BarcodeFormat
    return zxingcpp.BarcodeFormats([of.QRCode, of.MicroQRCode, of.RMQRCode, of.Aztec, of.DataMatrix])


def _groups(text: str) -> Iterator[list[str]]:
    """Runs of neighbouring lines that draw something at least as large as the smallest code."""
    lines: list[str] = []
    for line in [*text.split("\n"), ""]:
        if _draws(line) and len(lines) < _MOST_LINES:
            lines.append(line.rstrip(_BLANK + "\r"))
            continue
        if len(lines) >= _SMALLEST // 2 and max(map(len, lines)) >= _SMALLEST // 2:
            yield _evened(lines)
        lines = []


def _draws(line: str) -> bool:
    line = line.rstrip("\r")
    return (
        len(line) <= _MOST_COLUMNS and not (set(line) - _DRAWN) and any(char not in _BLANK for char in line)
    )


def _evened(lines: list[str]) -> list[str]:
    width = max(map(len, lines))
    return [line.ljust(width) for line in lines]


def _bitmap(lines: list[str]) -> Image:
    """Black on white, with room around. A full block is half as wide as it is high; a square is as wide."""
    from PIL import Image as Pictures

    across, down = _grid(lines)
    rows = [row for line in lines for row in _rows(line, across, down)]
    width, height = len(rows[0]), len(rows)
    small = Pictures.frombytes("L", (width, height), bytes(0 if dot else 255 for row in rows for dot in row))
    large = small.resize((width * _MODULE, height * _MODULE), Pictures.Resampling.NEAREST)
    room = _QUIET * _MODULE
    ground = Pictures.new("L", (large.width + 2 * room, large.height + 2 * room), 255)
    ground.paste(large, (room, room))
    return ground


def _grid(lines: list[str]) -> tuple[int, int]:
    """Dots across and down of one character."""
    used = set("".join(lines))
    if used & _SQUARES:
        return 1, 1
    if used & _SIDES and not used - _SIDES - set("█" + _BLANK):
        return 2, 1
    return (2, 2) if used & _HALVED_ACROSS else (1, 2)


def _rows(line: str, across: int, down: int) -> list[list[int]]:
    if (across, down) == (1, 1):
        return [[int(char in _DARK_SQUARES) for char in line]]
    quarters = [_QUARTERS.get(char, (0, 0, 0, 0)) for char in line]
    if down == 1:
        return [[dot for each in quarters for dot in each[:2]]]
    if across == 1:
        return [[each[0] for each in quarters], [each[2] for each in quarters]]
    return [
        [dot for each in quarters for dot in each[:2]],
        [dot for each in quarters for dot in each[2:]],
    ]
