"""What mails come in: each mail's bytes come out as they went in, and what was converted is kept."""

from __future__ import annotations

import mailbox
from dataclasses import replace
from pathlib import Path

import pytest

from phishlab.errors import InputError
from phishlab.mail import containers, intake, message
from phishlab.mail.limits import STANDARD
from tests.mail.test_archives import zipped

ONE = b"From: one@a.example\r\nSubject: one\r\n\r\nFrom here on\r\n>From quoted\r\n"
TWO = b"From: two@a.example\nSubject: two\n\nsecond\n"
MARK = b"From a@example.com Tue Jan 16 10:00:00 2024\n"
OUTLOOK = Path(__file__).parent / "data" / "outlook"


def _mbox(*mails: bytes) -> bytes:
    """As mboxrd: every line of ``>`` and ``From`` gets one more ``>``."""
    import re

    return b"".join(MARK + re.sub(rb"(?m)^(>*From )", rb">\1", mail) + b"\n" for mail in mails)


def test_an_mbox_gives_its_mails_byte_for_byte_and_keeps_their_stretches(tmp_path: Path) -> None:
    path = tmp_path / "inbox"
    path.write_bytes(_mbox(ONE.replace(b"\r\n", b"\n"), TWO))
    first, second = intake.mails(path)
    # The From line of the header itself is quoted by no program; only the body's is.
    assert first.data == ONE.replace(b"\r\n", b"\n")
    assert second.data == TWO
    assert (second.name, second.source) == (
        f"{path}#2",
        containers.Source(kind="mbox", data=MARK + TWO + b"\n"),
    )


def test_an_mbox_of_the_standard_library_is_read(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "box")
    for data in (ONE, TWO, ONE):
        box.add(data.replace(b"\r\n", b"\n"))
    box.flush()
    box.close()
    found = list(intake.mails(tmp_path / "box"))
    assert [message.parse(mail.data).subject.text for mail in found] == ["one", "two", "one"]


def test_an_mbox_larger_than_a_mail_may_be_is_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(_mbox(*[TWO] * 50) + MARK + b"From: x@a.example\n\n" + b"x" * 3000 + b"\n")
    found = list(intake.mails(path, replace(STANDARD, mail_bytes=2000)))
    assert len(found) == 51
    assert (found[0].data, found[50].data) == (TWO, b"")
    assert "more than 2,000 bytes" in found[50].trouble


def test_a_mail_that_quotes_a_from_line_is_not_cut_there(tmp_path: Path) -> None:
    path = tmp_path / "x.eml"
    path.write_bytes(MARK + TWO + b"\nFrom now on we meet at 10:00\n")
    assert [mail.data for mail in intake.mails(path)] == [path.read_bytes()]


def test_a_maildir_gives_its_mails_and_no_unfinished_ones(tmp_path: Path) -> None:
    for folder, name in (("cur", "1.a:2,S"), ("new", "2.b"), ("tmp", "3.c"), (".Sent/cur", "4.d")):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / name).write_bytes(b"From: a@b.example\nSubject: " + name.encode() + b"\n\nx\n")
    found = [message.parse(mail.data).subject.text for mail in intake.mails(tmp_path)]
    assert sorted(found) == ["1.a:2,S", "2.b", "4.d"]


def test_a_folder_gives_mails_by_ending_or_by_their_first_line(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.EML").write_bytes(TWO)
    (tmp_path / "00001.7c53336b37003a9286aba55d2945844c").write_bytes(ONE)
    (tmp_path / "notes.pdf").write_bytes(b"%PDF-1.4")
    (tmp_path / "readme").write_text("a text\nFrom: nobody@x.example\n", encoding="utf-8")
    (tmp_path / ".hidden.eml").write_bytes(ONE)
    assert [mail.data for mail in intake.mails(tmp_path)] == [ONE, TWO]


def test_a_zip_of_mails_gives_them_unchanged_and_says_what_is_none(tmp_path: Path) -> None:
    path = tmp_path / "mails.zip"
    path.write_bytes(zipped(("a.eml", ONE), ("b/readme.md", b"hello"), ("b/c.eml", b"no mail"), ("d", TWO)))
    found = list(intake.mails(path))
    assert [mail.data for mail in found] == [ONE, b"", TWO]
    assert (found[0].name, found[0].source) == (f"{path}#a.eml", None)
    assert "no mail header" in found[1].trouble


def test_a_zip_that_holds_one_mail_is_that_mail(tmp_path: Path) -> None:
    path = tmp_path / "mail.zip"
    path.write_bytes(zipped(("a.eml", ONE)))
    assert intake.read(path) == ONE


def test_a_mail_in_a_zip_that_grows_without_end_is_trouble_and_not_memory(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    path.write_bytes(zipped(("a.eml", b"From: a@b.example\n\n" + bytes(60_000_000)), ("b.eml", ONE)))
    first, second = intake.mails(path)
    assert "damaged or too large" in first.trouble
    assert second.data == ONE


def test_several_mails_are_counted_and_one_is_chosen_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / "box"
    path.write_bytes(_mbox(TWO, ONE.replace(b"\r\n", b"\n")))
    with pytest.raises(InputError, match=r"holds 2 mails \(1 to 2\); choose one with --number"):
        intake.take(path)
    assert intake.take(path, number=1).data == TWO
    for wrong in (0, 3, -1):
        with pytest.raises(InputError, match="has no mail number"):
            intake.take(path, number=wrong)


def test_a_folder_of_several_is_counted_too(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / f"{name}.eml").write_bytes(TWO)
    with pytest.raises(InputError, match=r"is a folder of 3 mails .*triage"):
        intake.read(tmp_path)


def _forward(inner: bytes, fields: bytes = b"Content-Type: message/rfc822\r\n") -> bytes:
    return (
        b"From: me@mine.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nsee\r\n--b\r\n"
        + fields + b"\r\n" + inner + b"\r\n--b--\r\n"
    )  # fmt: skip


def test_a_forwarded_mail_is_offered_and_taken_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / "fwd.eml"
    path.write_bytes(_forward(ONE))
    said = [(limit.what, limit.detail) for limit in message.parse(path.read_bytes()).limits]
    assert said == [("inner-mail", "1: one")]
    taken = intake.take(path, inner=1)
    assert taken.data == ONE.removesuffix(b"\r\n") + b"\r\n"
    assert taken.source == containers.Source(kind="mail", data=path.read_bytes())
    with pytest.raises(InputError, match=r"carries no mail number 2 as an attachment; it carries 1"):
        intake.take(path, inner=2)


@pytest.mark.parametrize(
    "fields",
    [
        b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n",
        b"Content-Type: application/octet-stream; name=a.eml\r\nContent-Transfer-Encoding: base64\r\n",
        b"Content-Type: message/global\r\nContent-Transfer-Encoding: base64\r\n",
    ],
)
def test_a_packed_forward_is_opened_too(fields: bytes) -> None:
    import base64

    found = message.inner(_forward(base64.encodebytes(ONE), fields))
    assert found == (ONE,)


def test_an_attached_outlook_mail_is_offered_as_well() -> None:
    import base64

    data = (OUTLOOK / "received.msg").read_bytes()
    fields = b"Content-Type: application/vnd.ms-outlook; name=x.msg\r\nContent-Transfer-Encoding: base64\r\n"
    (inner,) = message.inner(_forward(base64.encodebytes(data), fields))
    assert message.parse(inner).subject.text == "【重要】ご確認"


def test_a_paste_that_an_editor_saved_as_utf_16_is_converted_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "headers.txt"
    path.write_bytes(
        "Received: from a by b; Tue, 16 Jan 2024 10:00:00 +0900\r\nSubject: 確認\r\n".encode("utf-16")
    )
    taken = intake.take(path)
    assert message.parse(taken.data).subject.text == "確認"
    assert taken.source == containers.Source(kind="utf-16", data=path.read_bytes())


def test_empty_lines_before_a_paste_are_left_out_and_the_paste_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "headers.txt"
    path.write_bytes(b"\r\n\r\n" + ONE)
    taken = intake.take(path)
    assert taken.data == ONE
    assert taken.source == containers.Source(kind="paste", data=path.read_bytes())


def test_a_file_that_cannot_be_read_does_not_hide_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.eml").write_bytes(ONE)
    (tmp_path / "b.eml").write_bytes(TWO)
    real = Path.open

    def refusing(path: Path, *arguments: str, **named: str) -> object:
        if path.name == "a.eml":
            raise PermissionError(13, "Permission denied")
        return real(path, *arguments, **named)  # type: ignore[call-overload]  # whatever the caller gave

    monkeypatch.setattr(Path, "open", refusing)
    first, second = intake.mails(tmp_path)
    assert "Permission denied" in first.trouble
    assert second.data == TWO


def test_nothing_that_mails_come_in_raises_when_cut(tmp_path: Path) -> None:
    path = tmp_path / "x"
    for whole in (_mbox(ONE, TWO), zipped(("a.eml", ONE)), (OUTLOOK / "received.msg").read_bytes()):
        for at in range(1, len(whole), max(1, len(whole) // 60)):
            path.write_bytes(whole[:at])
            list(intake.mails(path))
