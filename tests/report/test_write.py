from __future__ import annotations

import json
from pathlib import Path

import pytest

from phishlab import report
from phishlab.views.safe import Lens
from tests import casefiles

LENS = Lens(recipients=(casefiles.RECIPIENT,))


def test_both_languages_with_pictures_and_live_maps_beside_them(tmp_path: Path) -> None:
    written = report.write(casefiles.kagoya(), tmp_path / "report", ("en", "ja"), casefiles.attachment)
    names = [path.relative_to(tmp_path / "report").as_posix() for path in written]
    assert names == [
        "index.html",
        "report.md",
        "pictures/timeline.png",
        "pictures/map-sender.png",
        "map-sender.html",
        "pictures/map-link.png",
        "map-link.html",
        "pictures/page.png",
        "index.ja.html",
        "report.ja.md",
        "pictures/timeline.ja.png",
        "pictures/map-sender.ja.png",
        "map-sender.ja.html",
        "pictures/map-link.ja.png",
        "map-link.ja.html",
        "pictures/page.ja.png",
        "casefile.json",
    ]
    assert 'href="index.ja.html"' in written[0].read_text(encoding="utf-8")
    assert 'href="map-link.ja.html"' in (tmp_path / "report" / "index.ja.html").read_text(encoding="utf-8")
    assert json.loads(written[-1].read_text())["class"] == "CaseFile"


def test_every_file_that_a_report_names_is_there(tmp_path: Path) -> None:
    import re

    report.write(casefiles.kagoya(), tmp_path, ("en", "ja"), casefiles.attachment)
    for name in ("index.html", "index.ja.html", "report.md", "report.ja.md"):
        text = (tmp_path / name).read_text(encoding="utf-8")
        named = re.findall(r'href="([^"#]+)"|\]\(([^)#]+)\)', text)
        assert named
        assert [
            one for pair in named for one in pair if one and ":" not in one and not (tmp_path / one).is_file()
        ] == []


def test_one_language_alone_names_no_other(tmp_path: Path) -> None:
    report.write(casefiles.kagoya(), tmp_path, ("ja",), casefiles.attachment)
    assert not (tmp_path / "index.html").exists()
    assert "index.html" not in (tmp_path / "index.ja.html").read_text(encoding="utf-8")


def test_twice_gives_the_same_bytes_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    def all_bytes() -> dict[str, bytes]:
        paths = report.write(casefiles.kagoya(), tmp_path, ("en", "ja"), casefiles.attachment)
        return {path.name: path.read_bytes() for path in paths}

    assert all_bytes() == all_bytes()
    assert [path for path in tmp_path.rglob("*") if path.name.startswith(".")] == []


def test_a_file_that_cannot_be_put_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "index.html").write_bytes(b"old")

    def full(self: Path, target: Path) -> Path:
        raise OSError("no space")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="no space"):
        report.write(casefiles.kagoya(), tmp_path, ("en",), casefiles.attachment)
    assert (tmp_path / "index.html").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]


@pytest.mark.parametrize(
    ("form", "begins"),
    [
        ("html", b"<!doctype html>"),
        ("md", b"# "),
        ("json", b"{"),
        ("ipynb", b"{"),
        ("stix", b"{"),
        ("pdf", b"%PDF-"),
    ],
)
def test_every_format_is_made(form: str, begins: bytes) -> None:
    assert form in report.FORMATS
    assert report.render(casefiles.bare(), form, LENS, casefiles.attachment).lstrip().startswith(begins)


def test_an_unknown_format_is_named_in_the_error() -> None:
    with pytest.raises(ValueError, match="'docx'"):
        report.render(casefiles.bare(), "docx", LENS)
