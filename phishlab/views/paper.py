"""A sheet to draw on: matplotlib's objects on the Agg canvas, twice as dense as a screen, and fonts for 日本語.

Pictures are made inside ``plain``, so that a style set in a notebook changes nothing here, and nothing here
changes it. One font file is made known to matplotlib, which alters no default.
Lengths are CSS pixels (1/96 inch), from the top left.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from phishlab.errors import DataError

DENSITY = 2
WIDTH = 520
"""CSS pixels: half a page, or a phone's column a little reduced."""
MARGIN = 14
INK, MUTED, PAPER = "#17212b", "#44525e", "#ffffff"
SEA, LAND, BORDER, REGION = "#dbe7ef", "#f6f3ea", "#6f7f8a", "#82877c"
AREA, POINT = "#b34700", "#004a7a"

_FAMILY = ["DejaVu Sans", "IPAexGothic"]
_METADATA = {"svg": {"Date": None, "Creator": None}, "pdf": {"CreationDate": None}}
FORMATS = ("png", *_METADATA)


@contextmanager
def plain() -> Iterator[None]:
    """The defaults of matplotlib while a picture is made, the user's style before and after.

    They are global to the process while it lasts: pictures are made in one thread.
    """
    import matplotlib as mpl

    kept = ("backend", "interactive", "toolbar", "date.epoch", "webagg", "tk", "macosx", "datapath")
    usual = {key: value for key, value in mpl.rcParamsDefault.items() if not key.startswith(kept)}
    with mpl.rc_context(usual | {"svg.hashsalt": "phishlab", "pdf.fonttype": 42}):
        yield


class Sheet:
    """A sheet of *width* by *height* CSS pixels."""

    def __init__(self, height: float, width: float = WIDTH) -> None:
        """A white sheet."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self.width, self.height = width, height
        self.figure = Figure(figsize=(width / 96, height / 96), dpi=96 * DENSITY, facecolor=PAPER)
        self._canvas = FigureCanvasAgg(self.figure)
        _fonts()

    def panel(self, left: float, top: float, width: float, height: float) -> Any:  # noqa: ANN401 - Axes
        """Axes in a rectangle of the sheet, without ticks."""
        box = (left / self.width, 1 - (top + height) / self.height, width / self.width, height / self.height)
        axes = self.figure.add_axes(box)
        axes.set_xticks([])
        axes.set_yticks([])
        return axes

    def field(self, left: float, top: float) -> Any:  # noqa: ANN401 - Axes
        """Bare axes over the whole sheet, in CSS pixels to the right and down from a point of it.

        One for all that is drawn: axes cost more than what stands in them.
        """
        axes = self.figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(-left, self.width - left)
        axes.set_ylim(self.height - top, -top)
        return axes

    def write(self, left: float, top: float, text: str, *, size: float = 13, **style: Any) -> None:  # noqa: ANN401
        """*text*, its top left corner at the point, never read as mathematics; *size* in CSS pixels."""
        style = {"va": "top", "ha": "left"} | style
        letters = typeset(text, size, bold=style.pop("bold", False), color=style.pop("color", INK))
        self.figure.text(left / self.width, 1 - top / self.height, **letters, **style)

    def bytes(self, format: str = "png") -> bytes:  # noqa: A002 - matplotlib's word
        """The sheet as a file: ``png``, ``svg`` or ``pdf``; ValueError for another word."""
        if format not in FORMATS:
            raise ValueError(f"a picture cannot be {format!r}: choose {', '.join(FORMATS)}")
        if format == "png":
            return _picture(self._canvas)
        out = io.BytesIO()
        self.figure.savefig(out, format=format, dpi=96 * DENSITY, metadata=_METADATA[format])
        return out.getvalue()


def _picture(canvas: Any) -> bytes:  # noqa: ANN401 - FigureCanvasAgg
    """A PNG of 256 colours: a third of the bytes, and no difference that an eye finds in flat areas."""
    from PIL import Image

    canvas.draw()
    pixels, size = canvas.buffer_rgba(), canvas.get_width_height()
    drawn = Image.frombuffer("RGBA", size, pixels, "raw", "RGBA", 0, 1).convert("RGB")
    flat = drawn.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    out = io.BytesIO()
    # Level 9 takes eight times as long for one byte in twenty.
    flat.save(out, format="png", compress_level=6, dpi=(96 * DENSITY, 96 * DENSITY))
    return out.getvalue()


def typeset(text: str, size: float = 13, *, bold: bool = False, color: str = INK) -> dict[str, Any]:
    """What matplotlib's text functions need: letters that it has, its fonts, no mathematics.

    The Japanese font has one weight; bold 日本語 is drawn with a thicker outline.
    """
    shown = drawable(text)
    style = {"s": shown, "fontsize": size * 0.75, "fontfamily": _FAMILY, "parse_math": False, "color": color}
    if bold and _letters_of(shown) <= _faces()[0][1]:
        style |= {"fontfamily": _FAMILY[:1], "fontweight": "bold"}
    elif bold:
        from matplotlib.patheffects import withStroke

        style["path_effects"] = [withStroke(linewidth=size * 0.035, foreground=color)]
    return style


def drawable(text: str) -> str:
    """*text* with every letter that no font here has spelled out, ``⟨U+AC00⟩``: never a box, never dropped."""
    have = _letters()
    return "".join(char if char == "\n" or ord(char) in have else f"⟨U+{ord(char):04X}⟩" for char in text)


def wrapped(text: str, width: float, size: float = 13, after: str = "") -> list[str]:
    """*text* in lines of at most *width* CSS pixels; a long word is cut rather than lost.

    A line may also break behind each letter of *after*: an address has no spaces.
    """
    lines, line = [], ""
    for word in _words(drawable(text), after):
        if extent(line + word.rstrip(), size) > width and line:
            lines.append(line.rstrip())
            line = word.lstrip()
        else:
            line += word
        while extent(line.rstrip(), size) > width:
            cut = _fitting(line, width, size)
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _letters_of(text: str) -> set[int]:
    return {ord(char) for char in text if char != "\n"}


def _words(text: str, after: str = "") -> list[str]:
    """Pieces between which a line may break: after a space, and around each wide letter but not before 、。."""
    words: list[str] = []
    for char in text:
        closing = char in "、。，．）」』】：ー,.)：」"
        if words and (closing or not (words[-1][-1] in f" {after}" or _wide(char) or _wide(words[-1][-1]))):
            words[-1] += char
        else:
            words.append(char)
    return words


def _fitting(line: str, width: float, size: float) -> int:
    cut = len(line)
    while cut > 1 and extent(line[:cut], size) > width:
        cut -= 1
    return cut


def _wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"


def extent(text: str, size: float) -> float:
    """Width of one line of *text* in CSS pixels, by the fonts' own measures."""
    return sum(_advance(char) for char in text) * size


@cache
def _advance(char: str) -> float:
    """Width of a letter as a share of its size."""
    from matplotlib.ft2font import LoadFlags

    for font, letters in _faces():
        if ord(char) in letters:
            font.set_size(100, 72)
            return (
                float(font.load_char(ord(char), flags=LoadFlags.NO_HINTING).linearHoriAdvance) / 65536 / 100
            )
    return 1.0


@cache
def _letters() -> frozenset[int]:
    return frozenset(code for _, letters in _faces() for code in letters)


@cache
def _faces() -> tuple[tuple[Any, frozenset[int]], ...]:
    """The fonts in order, and the letters that each has."""
    from matplotlib.ft2font import FT2Font

    fonts = [FT2Font(str(path)) for path in _fonts()]
    return tuple((font, frozenset(font.get_charmap())) for font in fonts)


@cache
def _fonts() -> tuple[Path, ...]:
    """The font files; the Japanese one is made known to matplotlib.

    Importing matplotlib_fontja would change matplotlib's settings for the whole process, so it is only located.
    """
    import matplotlib as mpl
    from matplotlib import font_manager

    found = find_spec("matplotlib_fontja")
    places = list(found.submodule_search_locations or []) if found else []
    japanese = [Path(place) / "fonts" / "ipaexg.ttf" for place in places]
    if not japanese or not japanese[0].is_file():
        raise DataError("the font for 日本語 is missing: pip install matplotlib-fontja")
    if not any(entry.name == _FAMILY[1] for entry in font_manager.fontManager.ttflist):
        font_manager.fontManager.addfont(str(japanese[0]))
    return Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf", japanese[0]
