"""What attached files give away: each rule by a file that shows it, and honest files that show nothing."""

from __future__ import annotations

import pytest

from phishlab import wording
from phishlab.assess import attachments
from phishlab.mail import message
from phishlab.records import Attachment, Link, Message, Weight
from phishlab.views.safe import Lens
from tests import mails


def _mail(*files: Attachment, links: tuple[Link, ...] = ()) -> Message:
    from dataclasses import replace

    return replace(mails.parsed(), attachments=files, links=links)


def _file(name: str = "x.pdf", *marks: str, sniffed: str = "application/pdf") -> Attachment:
    return Attachment(
        name=name, media_type="application/pdf", size=1, sha256="0" * 64, sniffed_type=sniffed, marks=marks
    )


@pytest.mark.parametrize(
    ("marks", "findings"),
    [
        (("runs",), {"attachment-runs": Weight.STRONG}),
        (
            ("runs", "name-double-ending"),
            {"attachment-runs": Weight.STRONG, "attachment-double-ending": Weight.STRONG},
        ),
        (("type-mismatch",), {"attachment-type-mismatch": Weight.MODERATE}),
        (("macros",), {"attachment-macros": Weight.MODERATE}),
        (("smuggling-atob", "smuggling-blob"), {"attachment-smuggling": Weight.STRONG}),
        (("smuggling-download",), {}),
        (("script",), {}),
        (("script-hidden",), {"attachment-script-hidden": Weight.WEAK}),
        (("password-field",), {"attachment-asks-password": Weight.STRONG}),
        (("pdf-open-action",), {}),
        (("pdf-javascript",), {"attachment-pdf-acts": Weight.MODERATE}),
        (("remote-template",), {"attachment-remote-template": Weight.STRONG}),
        (("encrypted",), {"attachment-locked": Weight.WEAK}),
        (("name-direction",), {"attachment-name-direction": Weight.STRONG}),
        ((), {}),
    ],
)
def test_each_mark_weighs_what_it_weighs(marks: tuple[str, ...], findings: dict[str, Weight]) -> None:
    found = attachments.findings(_mail(_file("x.pdf", *marks)))
    assert {finding.id: finding.weight for finding in found} == findings
    assert all(wording.known(lang, f"finding.{each.id}") for each in found for lang in wording.LANGUAGES)
    assert all(wording.known("ja", f"caveat.{each.caveat}") for each in found if each.caveat)


def test_a_finding_is_made_once_and_names_the_first_file() -> None:
    found = attachments.findings(_mail(_file("a.exe", "runs"), _file("b.exe", "runs")))
    assert [dict(finding.values)["name"] for finding in found] == ["a.exe"]


def test_a_code_that_leads_somewhere_is_told_with_its_caveat() -> None:
    link = Link(
        url="https://evil.example/",
        host="evil.example",
        registrable="evil.example",
        where="qr-image",
        inside="c.png",
    )
    (found,) = attachments.findings(_mail(links=(link,)))
    assert (found.id, found.caveat) == ("code-leads", "code-common")
    assert "evil[.]example" in Lens().say("finding.code-leads", **dict(found.values))


def test_a_hostile_name_is_inert_in_the_sentence() -> None:
    (found,) = attachments.findings(_mail(_file("\u202efdp.exe", "runs")))
    said = Lens(lang="ja").say(f"finding.{found.id}", **dict(found.values))
    assert "\u202e" not in said


def test_a_program_that_hides_in_a_zip_is_found_in_a_whole_mail() -> None:
    import base64

    from tests.mail.test_archives import zipped

    packed = base64.encodebytes(zipped(("invoice.pdf.exe", b"MZ\0\0"))).decode()
    data = (
        "From: a@b.example\r\nContent-Type: application/zip; name=invoice.zip\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{packed}"
    )
    found = attachments.findings(message.parse(data.encode()))
    assert {finding.id for finding in found} == {"attachment-runs", "attachment-double-ending"}
    assert dict(found[0].values)["name"] == "invoice.zip / invoice.pdf.exe"
