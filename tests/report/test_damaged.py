"""A case that is not as it was sealed: whatever is made from it says so first, in every way to look at it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import phishlab as pl
from phishlab import case as cases
from phishlab import cli, report, walkthrough
from phishlab.views.safe import Lens
from tests.conftest import KAGOYA

ANSWERS = "data/answers/answers.warc.gz"


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """The article's case with half of its answers gone."""
    path = tmp_path / "kagoya"
    shutil.copytree(KAGOYA, path)
    answers = path / ANSWERS
    kept = answers.read_bytes()
    answers.chmod(0o644)
    answers.write_bytes(kept[: len(kept) // 2])
    return path


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "This case is not as it was sealed"), ("ja", "封をした時の状態ではありません")],
)
@pytest.mark.parametrize("format", ["html", "md", "json"])
def test_a_report_says_it_before_all_else(damaged: Path, format: str, lang: str, said: str) -> None:  # noqa: A002 - report's word
    opened = cases.open_case(damaged)
    document = walkthrough.casefile(opened)
    assert document.faults[0].startswith(f"{ANSWERS}: has other bytes")
    made = report.render(document, format, Lens(lang=lang), opened.attachment).decode("utf-8")
    assert (said if format != "json" else "has other bytes") in made
    if format == "md":
        assert made.index(said) < made.index("## ")


@pytest.mark.parametrize("words", [["report"], ["step", "route"]])
def test_the_command_line_shows_what_is_there_and_ends_with_another_code(
    damaged: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([*words, str(damaged)]) == cli.NOT_AS_SEALED
    said = capsys.readouterr()
    assert said.out
    assert said.err.startswith(f"phishlab: the case is not as it was sealed: {ANSWERS}")
    assert cli.main([*words, str(KAGOYA)]) == cli.OK
    assert capsys.readouterr().err == ""


def test_a_notebook_is_warned_in_one_line(damaged: Path) -> None:
    with pytest.warns(UserWarning, match="is not as it was sealed") as caught:
        pl.open_case(damaged)
    assert len(caught) == 1
    assert pl.open_case(KAGOYA).faults == ()


def test_a_case_that_is_whole_says_nothing_of_it() -> None:
    document = walkthrough.casefile(cases.open_case(KAGOYA))
    assert document.faults == ()
    assert "not as it was sealed" not in report.render(document, "md", Lens(), lambda _: b"").decode("utf-8")
