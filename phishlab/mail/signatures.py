"""What the first bytes of a file say that it is, whatever its name and its label say."""

from __future__ import annotations

import re

from phishlab import patterns

ZIP = "application/zip"
PDF = "application/pdf"
OLE = "application/x-ole-storage"
OUTLOOK = "application/vnd.ms-outlook"
HTML = "text/html"
SVG = "image/svg+xml"
CALENDAR = "text/calendar"
RTF = "application/rtf"
SHORTCUT = "application/x-ms-shortcut"
WEB_SHORTCUT = "application/x-mswinurl"
OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
WORD, SHEET, SLIDES = (f"{OFFICE}.{kind}" for kind in ("wordprocessingml", "spreadsheetml", "presentationml"))

_STARTS = (
    (b"%PDF-", PDF),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF", "application/x-elf"),
    (b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"MSCF\x00\x00\x00\x00", "application/vnd.ms-cab-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"{\\rt", RTF),
    (b"BEGIN:VCALENDAR", CALENDAR),
    (b"BEGIN:VCARD", "text/vcard"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", SHORTCUT),
    (b"[InternetShortcut]", WEB_SHORTCUT),
    (b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", "application/onenote"),
    (b"ITSF\x03\x00\x00\x00", "application/vnd.ms-htmlhelp"),
    (b"conectix", "application/x-virtualbox-vhd"),
    (b"vhdxfile", "application/x-virtualbox-vhdx"),
)
# Marks that stand further in: where, what, type.
_WITHIN = (
    (8, b"WEBP", "image/webp"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftyphei", "image/heic"),
    (4, b"ftypmif1", "image/heif"),
    (257, b"ustar", "application/x-tar"),
    (0x8001, b"CD001", "application/x-iso9660-image"),
    (0x8001, b"BEA01", "application/x-udf-image"),
    (54, b"FAT1", "application/x-fat-image"),
    (82, b"FAT32", "application/x-fat-image"),
)
_MARKUP = patterns.late(
    rb"(?i)\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,300}?-->\s*)?"
    rb"<(!doctype html|html|head|script|body|svg)",
    re.DOTALL,
)
_RUN = "vnd.microsoft.portable-executable x-elf x-mach-binary x-ms-shortcut vnd.ms-htmlhelp"
_EXECUTABLE = frozenset(f"application/{kind}" for kind in _RUN.split())


def of(data: bytes) -> str:
    """The media type that *data* gives away, or an empty string."""
    for start, media_type in _STARTS:
        if data.startswith(start):
            return _zipped(data) if media_type is ZIP else _stored(data) if media_type is OLE else media_type
    for at, mark, media_type in _WITHIN:
        if data[at : at + len(mark)] == mark:
            return media_type
    if found := _MARKUP.match(data[:1024]):
        return SVG if found[1].lower() == b"svg" else HTML
    return ""


def runs(media_type: str) -> bool:
    """Whether a computer would run such a file."""
    return media_type in _EXECUTABLE


def _zipped(data: bytes) -> str:
    """Office files, OpenDocument and Java archives are zip files too; their member names tell."""
    if data[30:38] == b"mimetype":
        stated = re.match(rb"application/vnd\.oasis\.opendocument\.[a-z-]{1,40}", data[38:120])
        return stated[0].decode("ascii") if stated else ZIP
    if b"[Content_Types].xml" in data:
        for folder, media_type in ((b"word/", WORD), (b"xl/", SHEET), (b"ppt/", SLIDES)):
            if folder in data:
                return media_type
    if b"AndroidManifest.xml" in data:
        return "application/vnd.android.package-archive"
    return "application/java-archive" if b"META-INF/MANIFEST.MF" in data[:4096] else ZIP


def _stored(data: bytes) -> str:
    return OUTLOOK if _wide(b"__properties_version1.0") in data else OLE


def _wide(text: bytes) -> bytes:
    return text.decode("ascii").encode("utf-16-le")
