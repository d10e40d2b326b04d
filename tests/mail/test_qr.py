"""Codes in pictures, pages and characters; what cannot be read is said, never taken for empty."""

from __future__ import annotations

import base64
import io
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from phishlab.mail import attachments, message, qr
from phishlab.mail.limits import STANDARD, Allowance, Limits
from phishlab.records import Limit, Message

zxingcpp = pytest.importorskip("zxingcpp")
Pictures = pytest.importorskip("PIL.Image")
URL = "https://evil.example/qr"


def code(text: str = URL, scale: int = 4) -> Any:
    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=scale)
    view = memoryview(made)
    assert view.shape is not None
    return Pictures.frombytes("L", (view.shape[1], view.shape[0]), view.tobytes())


def saved(image: Any, kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def mail(data: bytes, media_type: str = "image/png", name: str = "c.png") -> bytes:
    return (
        b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: "
        + media_type.encode()
        + b"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="
        + name.encode()
        + b"\r\n\r\n"
        + base64.encodebytes(data)
        + b"\r\n--b--\r\n"
    )


def links(found: Message) -> list[tuple[str, str, str]]:
    return [(link.where, link.url, link.inside) for link in found.links]


def left(bounds: Limits = STANDARD) -> Allowance:
    return Allowance(bounds, [])


EXPECTED = {
    "test_qr_email.png": "mailto:", "test_qr_epc.png": "BCD", "test_qr_event.png": "BEGIN:VEVENT",
    "test_qr_inverted.png": "Plain Text Code", "test_qr_mecard.png": "MECARD:", "test_qr_multi.png": "https://www.example.com/",
    "test_qr_multi_inverted.png": "https://www.example.com/", "test_qr_phone.png": "tel:", "test_qr_raw.png": "Plain",
    "test_qr_sms.png": "smsto:", "test_qr_vcard.png": "BEGIN:VCARD", "test_qr_wifi.png": "WIFI:",
}  # fmt: skip


def test_every_picture_of_the_suite_is_read_or_said_to_be_unreadable(shared_data: Path) -> None:
    unreadable = []
    for path in sorted((shared_data / "qr").iterdir()):
        reading = qr.picture(path.read_bytes(), left())
        if reading.fault:
            assert (reading.fault, reading.texts) == ("image-unreadable", ())
            unreadable.append(path.name)
            continue
        wanted = EXPECTED.get(path.name, "https://www.example.com/")
        assert any(text.startswith(wanted) for text in reading.texts), path.name
    assert unreadable == ["test_qr.heic"]  # Pillow reads no HEVC


def test_a_code_in_an_attached_picture_is_a_link_that_names_the_picture() -> None:
    found = message.parse(mail(saved(code())))
    assert links(found) == [("qr-image", URL, "c.png")]
    assert found.attachments[0].codes == (URL,)
    assert found.limits == ()


@pytest.mark.parametrize(
    "turned",
    [
        lambda image: image.rotate(7, expand=True, fillcolor=255),
        lambda image: image.rotate(45, expand=True, fillcolor=255),
        lambda image: image.point(lambda value: 255 - value),
        lambda image: image.point(lambda value: 120 + value // 8),
        lambda image: image.convert("RGB").point(lambda value: value or 90),
    ],
    ids=["7 degrees", "45 degrees", "inverted", "low contrast", "grey"],
)
def test_a_code_is_read_however_it_is_drawn(turned: Any) -> None:
    assert qr.picture(saved(turned(code(scale=6))), left()).texts == (URL,)


def test_a_code_on_a_clear_ground_is_read() -> None:
    dark = code().point(lambda value: 255 if value < 128 else 0)
    clear = Pictures.new("RGBA", dark.size, (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), mask=dark)
    assert qr.picture(saved(clear), left()).texts == (URL,)


@pytest.mark.parametrize("kind", ["JPEG", "GIF", "BMP", "TIFF", "WEBP", "AVIF"])
def test_a_code_is_read_in_each_format(kind: str) -> None:
    assert qr.picture(saved(code(), kind), left()).texts == (URL,)


def test_a_code_in_a_picture_that_html_carries_in_itself_is_a_link() -> None:
    inline = base64.b64encode(saved(code())).decode()
    html = f'<p>scan</p><img src="data:image/png;base64,{inline}">'
    found = message.parse(b"From: a@b.example\r\nContent-Type: text/html\r\n\r\n" + html.encode())
    assert ("qr-image", URL, "") in links(found)


def test_a_picture_shown_by_its_content_id_is_read_as_any_other() -> None:
    related = (
        mail(saved(code()))
        .replace(b"attachment; filename=c.png", b"inline")
        .replace(b"Content-Disposition", b"Content-ID: <c1>\r\nContent-Disposition")
    )
    assert links(message.parse(related)) == [("qr-image", URL, "image/png")]


def test_a_code_on_a_page_of_a_pdf_is_read() -> None:
    page = Pictures.new("L", (600, 800), 255)
    page.paste(code(), (200, 300))
    found = message.parse(mail(saved(page, "PDF"), "application/pdf", "c.pdf"))
    assert links(found) == [("qr-pdf", URL, "c.pdf")]


def _modules(text: str = URL) -> list[list[bool]]:
    image = code(text, scale=1)
    return [[image.getpixel((x, y)) < 128 for x in range(image.width)] for y in range(image.height)]


def _halves(light_on_dark: bool = False) -> str:
    rows = _modules()
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    marks = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
    if light_on_dark:
        marks = {(not above, not below): mark for (above, below), mark in marks.items()}
    return "\n".join(
        "".join(marks[above, below] for above, below in zip(*pair, strict=True))
        for pair in zip(rows[::2], rows[1::2], strict=True)
    )


def _whole() -> str:
    return "\n".join("".join("██" if dot else "  " for dot in row) for row in _modules())


def _squares() -> str:
    return "\n".join("".join("⬛" if dot else "⬜" for dot in row) for row in _modules())


@pytest.mark.parametrize(
    "drawing", [_halves(), _halves(light_on_dark=True), _whole(), _squares()],
    ids=["half blocks", "light on dark", "full blocks", "squares"],
)  # fmt: skip
def test_a_code_drawn_in_characters_is_a_link(drawing: str) -> None:
    text = f"Scan this:\n\n{drawing}\n\nThank you"
    found = message.parse(
        b"From: a@b.example\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + text.encode()
    )
    assert links(found) == [("qr-text", URL, "")]


def _decimal(text: str) -> str:
    return "".join(f"&#{ord(char)};" if char > "\x7f" else char for char in text)


def _hexadecimal(text: str) -> str:
    return "".join(f"&#x{ord(char):x};" if char > "\x7f" else char for char in text)


@pytest.mark.parametrize("spell", [str, _decimal, _hexadecimal])
@pytest.mark.parametrize("end", ["\n", "<br>", "</div><div>"])
def test_a_code_drawn_in_html_is_a_link(spell: Any, end: str) -> None:
    html = "<div>" + end.join(spell(line).replace(" ", "&nbsp;") for line in _halves().split("\n")) + "</div>"
    found = message.parse(
        b"From: a@b.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + html.encode()
    )
    assert ("qr-text", URL, "") in links(found)


def test_half_a_code_is_said_to_be_unreadable() -> None:
    drawing = "\n".join(line[: len(line) // 2 + 4] for line in _halves().split("\n"))
    found = message.parse(b"From: a@b.example\r\n\r\n" + drawing.encode())
    assert "qr-drawn-unreadable" in [limit.what for limit in found.limits]


def test_a_bar_of_blocks_in_a_text_is_no_code() -> None:
    text = "████████████████████\nProgress ▄▄▄▄▄\n"
    found = message.parse(
        b"From: a@b.example\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + text.encode()
    )
    assert (found.links, found.limits) == ((), ())


def test_a_picture_of_too_many_pixels_is_never_unpacked() -> None:
    bomb = saved(Pictures.new("1", (30_000, 30_000)))
    assert len(bomb) < 200_000
    start = time.perf_counter()
    assert qr.picture(bomb, left()).fault == "image-pixels"
    assert time.perf_counter() - start < 1


def test_the_bounds_on_pictures_are_said_and_can_be_raised() -> None:
    picture = saved(code())
    assert qr.picture(picture, left(replace(STANDARD, image_pixels=100))).fault == "image-pixels"
    spent = left(replace(STANDARD, pictures=1))
    assert qr.picture(picture, spent).texts == (URL,)
    assert qr.picture(picture, spent).fault == "pictures"


def test_no_picture_is_searched_where_that_is_switched_off() -> None:
    found = message.parse(mail(saved(code())), replace(STANDARD, pictures=0))
    assert (found.links, found.limits) == ((), ())


def test_a_missing_extra_is_a_limit_and_not_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qr, "installed", lambda: False)
    monkeypatch.setattr(attachments, "_READ", {})
    found = message.parse(mail(saved(code())))
    assert found.limits == (Limit(what="qr-not-installed"),)


def test_damaged_pictures_and_pdfs_end_in_a_limit() -> None:
    for data in (saved(code()), saved(code(), "GIF"), saved(code(), "TIFF"), saved(code(), "WEBP")):
        for at in range(20, len(data), max(1, len(data) // 40)):
            reading = qr.picture(data[:at], left())
            assert reading.fault in {"", "image-unreadable", "qr-unreadable"}
    pdf = saved(code(), "PDF")
    for at in range(20, len(pdf), max(1, len(pdf) // 40)):
        assert qr.pages(pdf[:at], left()).fault in {"", "pdf-unreadable", "qr-unreadable"}
