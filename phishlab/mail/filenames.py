"""The names of attached files: what they pretend, and what they may be called on a disk."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from phishlab import patterns
from phishlab.mail import signatures

_LONGEST = 120
_NOTHING = "attachment"

_RUN = (
    "exe scr com pif cpl dll msi msix appx bat cmd ps1 psm1 vbs vbe js jse wsf wsh hta lnk url jar chm hlp reg scf "
    "inf iso img vhd vhdx one xll appref-ms application settingcontent-ms library-ms search-ms desktop command apk sh"
)
_RUNNABLE = frozenset(_RUN.split())
_READ = "pdf doc docx xls xlsx ppt pptx rtf txt csv jpg jpeg png gif htm html zip mp3 mp4 eml"
_HARMLESS = frozenset(_READ.split())
_PLAIN = "txt csv js jse vbs vbe ps1 bat cmd wsf json xml md log sh desktop"
_RESERVED = patterns.late(r"(?i)\A(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\.|\Z)")
_UNSAFE = patterns.late(r"[<>:\"|?*$`'&;!{}\[\]()%#^\\/=+@,\s]+")
_DIRECTION = patterns.late("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_TYPES = {
    "pdf": (signatures.PDF,),
    "jpg": ("image/",), "jpeg": ("image/",), "png": ("image/",), "gif": ("image/",), "webp": ("image/",),
    "docx": (signatures.OFFICE, signatures.OLE), "xlsx": (signatures.OFFICE, signatures.OLE),
    "pptx": (signatures.OFFICE, signatures.OLE), "docm": (signatures.OFFICE,), "xlsm": (signatures.OFFICE,),
    "doc": (signatures.OLE, signatures.RTF, signatures.OFFICE, signatures.HTML), "rtf": (signatures.RTF,),
    "xls": (signatures.OLE, signatures.OFFICE, signatures.HTML), "ppt": (signatures.OLE, signatures.OFFICE),
    "zip": (signatures.ZIP, "application/java-archive", signatures.OFFICE),
    "txt": ("text/plain",), "csv": ("text/plain",), "ics": (signatures.CALENDAR,),
}  # fmt: skip
# Files without a signature, by the last part of their name.
_BY_ENDING = {
    **dict.fromkeys(("html", "htm", "shtml", "xhtml", "xht", "hta", "mht", "mhtml"), signatures.HTML),
    **dict.fromkeys(_PLAIN.split(), "text/plain"),
    "svg": signatures.SVG, "ics": signatures.CALENDAR, "url": signatures.WEB_SHORTCUT, "eml": "message/rfc822",
}  # fmt: skip


def safe(name: str) -> str:
    r"""What the file may be called on any disk: ``..\..\x.exe`` as ``x.exe``, ``CON`` as ``_CON``; never empty."""
    last = re.split(r"[/\\]", name)[-1]
    plain = "".join("_" if unicodedata.category(char)[0] in "CZ" else char for char in last)
    plain = _UNSAFE.sub("_", plain).rstrip(". _") if plain.strip("._ ") else ""
    if len(plain) > _LONGEST:
        stem, dot, ending = plain.rpartition(".")
        plain = f"{stem[: _LONGEST - 12]}{dot}{ending[:10]}" if dot else plain[:_LONGEST]
    if plain[:1] in {"-", "~", "."} or _RESERVED.match(plain):
        plain = f"_{plain}"
    return plain or _NOTHING


def ending(name: str) -> str:
    """The last part after a dot, lower case, as Windows reads it: dots and spaces at the end do not count."""
    return re.split(r"[/\\]", name)[-1].rstrip(". \u3000").rpartition(".")[2].lower() if "." in name else ""


def type_of(name: str) -> str:
    """The media type that the name alone suggests, for files whose bytes say nothing; empty where unknown."""
    return _BY_ENDING.get(ending(name), "")


def marks(name: str, sniffed: str) -> Iterator[str]:
    """What is odd about the name, and about it beside the type by the file's bytes (``mark.<id>``)."""
    last = ending(name)
    if _DIRECTION.search(name):
        yield "name-direction"
    if any(unicodedata.category(char) == "Cc" for char in name):
        yield "name-controls"
    if "/" in name or "\\" in name:
        yield "name-path"
    if _RESERVED.match(name):
        yield "name-reserved"
    if last in _RUNNABLE or signatures.runs(sniffed):
        yield "runs"
        before = re.split(r"[./\\]", name.lower())[:-1]
        if any(part.strip() in _HARMLESS for part in before[1:]):
            yield "name-double-ending"
    if sniffed and last in _TYPES and not sniffed.startswith(_TYPES[last]):
        yield "type-mismatch"
