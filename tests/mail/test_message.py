"""Whole mails: none raises, each limit is said."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from phishlab.mail import body, message

DATA = Path(__file__).parent / "data"
HOSTILE = json.loads((DATA / "hostile.json").read_text(encoding="utf-8"))
BOMBS = [
    ("nested", 100, "depth"), ("nested", 990, "depth"), ("nested", 5000, "depth"), ("nested822", 5000, "depth"),
    ("wide", 10_000, "parts"), ("wide", 100_000, "parts"), ("encoded_words", 10_000, ""),
    ("addresses", 20_000, "header-size"),
    ("parens", 5000, ""), ("parameters", 10_000, ""), ("rfc2231", 10_000, ""), ("received", 100_000, "hops"),
    ("long_subject", 5_000_000, "header-size"), ("spaced_subject", 200_000, "header-size"),
    ("nested_div", 100_000, "html-depth"),
    ("angle_brackets", 1_000_000, ""), ("from_parens", 50_000, ""), ("dots", 500_000, ""),
]  # fmt: skip
WEIGHED = """
import sys, runpy
sys.path.insert(0, sys.argv[1])
bombs = runpy.run_path(sys.argv[2])
from phishlab.mail import message
found = message.parse(bombs["bomb"](sys.argv[3], int(sys.argv[4])))
# Not getrusage: its peak begins with that of the process which started this one.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(int(peak.split()[1]) // 1024, " ".join(limit.what for limit in found.limits))
"""


@pytest.mark.parametrize(("kind", "size", "limit"), BOMBS)
def test_a_bomb_ends_in_a_limit_within_seconds_and_memory(kind: str, size: int, limit: str) -> None:
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", WEIGHED, root, str(DATA / "bombs.py"), kind, str(size)],
        capture_output=True, text=True, timeout=10, check=True,
    )  # fmt: skip
    memory, *limits = done.stdout.split()
    assert int(memory) < 500
    assert limit in limits or not limit


@pytest.mark.parametrize("folder", ["phishing", "ham", "torture"])
def test_no_real_or_broken_mail_raises(folder: str, shared_data: Path) -> None:
    paths = [path for path in sorted((shared_data / "mail" / folder).rglob("*")) if path.is_file()]
    assert len(paths) > 500
    for path in paths:
        data = path.read_bytes()
        found = message.parse(data)
        assert found.size == len(data)


def test_no_cut_of_a_mail_raises() -> None:
    data = _mail(
        ("Content-Type", "multipart/mixed; boundary=b"), body=b"--b\r\n\r\nx http://e.example/\r\n--b--\r\n"
    )
    for end in range(len(data)):
        message.parse(data[:end])


def _mail(*fields: tuple[str, str], body: bytes = b"x") -> bytes:
    block = "".join(f"{name}: {value}\r\n" for name, value in fields)
    return block.encode("latin-1") + b"\r\n" + body


@pytest.mark.parametrize("charset", ["utf-8", "cp932", "euc_jp", "iso2022_jp"])
def test_a_subject_of_bare_bytes_is_read_in_each_japanese_charset(charset: str) -> None:
    subject = "【重要】メールボックスの容量が上限に達しました"
    found = message.parse(b"Subject: " + subject.encode(charset) + b"\r\nFrom: a@b.example\r\n\r\nx")
    assert found.subject.text == subject


def test_a_character_cut_in_two_encoded_words_is_joined() -> None:
    found = message.parse(b"Subject: =?utf-8?B?44GC44E=?=\r\n =?utf-8?B?hA==?= x\r\n\r\n")
    assert found.subject.text == "あい x"


@pytest.mark.parametrize(
    ("label", "data", "text", "limit"),
    [
        ("iso-2022-jp", "ログイン①㈱".encode("iso2022_jp_ext", errors="ignore"), "ログイン", None),
        ("iso-2022-jp", b"\x1b$B-!-j\x1b(B", "①㈱", None),
        ("shift_jis", "髙橋①".encode("cp932"), "髙橋①", None),
        ("utf-8", "ログインしてください".encode("cp932"), "ログインしてください", "charset-mismatch"),
        ('"u"tf-8', "ログイン".encode(), "ログイン", "charset-unknown"),
        ("base64", "ログイン".encode(), "ログイン", "charset-unknown"),
    ],
)
def test_a_body_is_read_and_a_wrong_label_is_said(
    label: str, data: bytes, text: str, limit: str | None
) -> None:
    found = message.parse(_mail(("Content-Type", f"text/plain; charset={label}"), body=data))
    assert found.text == text
    assert [each.what for each in found.limits] == ([limit] if limit else [])


def test_html_alone_is_read_as_a_reader_sees_it() -> None:
    page = "<style>x{}</style><p>カゴヤ</p><div>ログイン<br>する</div><script>1</script>".encode()
    found = message.parse(_mail(("Content-Type", "text/html; charset=utf-8"), body=page))
    assert found.text.split() == ["カゴヤ", "ログイン", "する"]


@pytest.mark.parametrize("name", HOSTILE["attachment_names"])
def test_a_hostile_attachment_name_is_kept_as_text_and_never_as_a_path(name: str) -> None:
    part = (
        b'--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment;\r\n filename="'
        + (name.replace("\\", "\\\\").replace('"', '\\"').replace("\r\n", "").encode("utf-8"))
        + b'"\r\n\r\n%PDF-1.4\r\n--b--\r\n'
    )
    (found,) = message.parse(_mail(("Content-Type", "multipart/mixed; boundary=b"), body=part)).attachments
    assert (found.media_type, found.sniffed_type, found.size) == ("application/pdf", "application/pdf", 8)
    assert len(found.name) <= 255


def test_the_recipients_are_all_that_a_field_names() -> None:
    found = message.parse(
        _mail(
            ("Delivered-To", "D@example.jp"),
            ("Received", "from a by b for <for@example.jp>; Tue, 16 Jan 2024 10:00:00 +0900"),
            ("To", '"V, T" <V@example.jp>, w@example.jp'),
            ("Cc", "v@example.jp"),
            ("From", "a@b.example"),
        )
    )
    assert found.recipients == ("d@example.jp", "v@example.jp", "w@example.jp", "for@example.jp")


def test_an_end_mark_that_is_missing_is_said() -> None:
    cut = message.parse(_mail(("Content-Type", "multipart/mixed; boundary=b"), body=b"--b\r\n\r\nhello"))
    assert (cut.text, [limit.what for limit in cut.limits]) == ("hello", ["truncated"])


def test_first_bytes_tell_what_a_part_is() -> None:
    assert body.sniffed(b"\xff\xd8\xff\xe0") == "image/jpeg"
    assert body.sniffed(b"hello") == ""


def test_an_attachment_hashes_as_the_standard_library_decodes_it(shared_data: Path) -> None:
    import email
    import email.policy
    import hashlib

    missing: list[str] = []
    compared = 0
    for path in sorted((shared_data / "mail" / "phishing").glob("*.eml")):
        data = path.read_bytes()
        if b"attachment" not in data:
            continue
        ours = {each.sha256 for each in message.parse(data).attachments}
        for part in email.message_from_bytes(data, policy=email.policy.compat32).walk():
            if part.get_content_disposition() == "attachment" and not part.is_multipart():
                payload = part.get_payload(decode=True)
                compared += 1
                if isinstance(payload, bytes) and hashlib.sha256(payload).hexdigest() not in ours:
                    missing.append(path.name)
    assert compared > 50
    assert len(missing) <= 0.02 * compared, missing
