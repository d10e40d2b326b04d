from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from phishlab.errors import MissingExtraError
from phishlab.report import html, pdf, story
from phishlab.report.story import Story
from phishlab.views.safe import Lens
from tests import casefiles

pytest.importorskip("weasyprint", reason="the extra 'pdf' is not installed")
JA = Lens(lang="ja", recipients=(casefiles.RECIPIENT,))


@pytest.fixture(scope="module")
def japanese(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        casefiles.undrawn(patch)
        path = tmp_path_factory.mktemp("pdf") / "report.pdf"
        path.write_bytes(pdf.document(casefiles.kagoya(), JA, casefiles.attachment))
    return path


def run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_text_can_be_read_out_of_it(japanese: Path) -> None:
    text = "".join(run("pdftotext", str(japanese), "-").split())
    assert "「KagoyaActive!Mail」を名乗るメールを解体する" in text
    assert "アイカインテリア工業株式会社" in text
    assert "証拠の一部は記録ではなく" in text


def test_every_font_is_inside_it(japanese: Path) -> None:
    rows = run("pdffonts", str(japanese)).splitlines()[2:]
    assert rows
    assert [row for row in rows if row.split()[-5] != "yes"] == []


def test_japanese_comes_from_the_font_that_is_brought_along_where_the_machine_has_none(
    tmp_path: Path,
) -> None:
    page = html.render(_told(), JA, font=pdf._font())
    alone = page.replace('"Noto Sans CJK JP", ', "").replace('"Noto Sans JP", ', "")
    path = tmp_path / "alone.pdf"
    path.write_bytes(pdf._printed(alone))
    assert "IPAexGothic" in run("pdffonts", str(path))


def test_nothing_is_fetched_whatever_the_page_says(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(casefiles.png())
    hole = f'<img src="{(tmp_path / "secret.png").as_uri()}"><link rel="stylesheet" href="http://127.0.0.1:9/x.css">text'
    made = tmp_path / "hole.pdf"
    made.write_bytes(pdf._printed(hole))
    assert (
        len(run("pdfimages", "-list", str(made)).splitlines()) == 2
    )  # the two lines of its head: no picture
    inside = tmp_path / "inside.pdf"
    inside.write_bytes(pdf._printed(f'<img src="{_uri()}">'))
    assert len(run("pdfimages", "-list", str(inside)).splitlines()) == 3


def test_without_weasyprint_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "weasyprint", None)
    with pytest.raises(MissingExtraError, match=r"phishlab\[pdf\]"):
        pdf.document(casefiles.bare(), JA)


def _uri() -> str:
    from phishlab.views.markup import data_uri

    return data_uri(casefiles.png())


def _told() -> Story:
    return story.tell(casefiles.kagoya(), JA)
