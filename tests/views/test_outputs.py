"""What a notebook shows of a step, in a real browser: on a screen of any width, on paper, and on the clipboard."""

from __future__ import annotations

from typing import Any

import pytest

from phishlab.records import Step
from phishlab.views import steps
from phishlab.views.safe import Lens
from phishlab.views.sheets import Sheet
from tests import casefiles
from tests.views.conftest import Look

pytestmark = pytest.mark.browser
EN = Lens(lang="en")
A4 = 718
"""CSS pixels between the margins of a sheet of paper."""

# Parts of a table, or of anything else, that stand beyond what they stand in.
_OVER = """() => [...document.querySelectorAll('.scroll, .step, body')]
  .filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.getAttribute('aria-label') || one.className)"""
_COPIED = """() => [...document.querySelectorAll('table.sheet tbody tr')].map(row => [...row.cells].map(cell => {
  const said = cell.querySelector(':scope > span') || cell;
  getSelection().selectAllChildren(said); return getSelection().toString().trim(); }))"""


@pytest.fixture(autouse=True)
def _undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    casefiles.undrawn(monkeypatch)


def _page(step: Step) -> str:
    shown = steps.view(step, EN, casefiles.attachment, casefiles.kagoya().exchanges)._repr_html_()
    return f"<!doctype html><html lang='en'><title>step</title><body style='margin:0'>{shown}</body></html>"


def _sheets(step: Step) -> list[Sheet]:
    shown: Any = steps.view(step, EN, casefiles.attachment, casefiles.kagoya().exchanges).section.blocks
    return [one for one in shown if isinstance(one, Sheet)]


@pytest.mark.parametrize("step", casefiles.STEPS, ids=lambda step: step.id)
def test_no_table_is_cut_on_paper_nor_widens_a_narrow_column(step: Step, look: Look) -> None:
    with look(_page(step), size=(A4, 900)) as seen:
        seen.page.emulate_media(media="print")
        assert seen.script(_OVER) == []
    with look(_page(step), size=(360, 900)) as seen:
        # Several answers side by side may be scrolled there, each table in itself.
        assert seen.script("() => document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("step", casefiles.STEPS, ids=lambda step: step.id)
def test_what_is_copied_from_a_table_is_what_stands_there(step: Step, look: Look) -> None:
    sheets = [one for one in _sheets(step) if one.rows]
    with look(_page(step)) as seen:
        seen.script("() => document.querySelectorAll('details').forEach(one => { one.open = true; })")
        copied = seen.script(_COPIED)
    values = [[cell.text for cell in row] for sheet in sheets for row in sheet.rows]
    assert len(copied) == len(values)
    for texts, row in zip(copied, values, strict=True):
        for text, value in zip(texts, row, strict=True):
            assert text.startswith(value.strip()), (text, value)


def test_the_page_of_a_step_has_a_name_a_caption_and_an_alt_for_everything(look: Look) -> None:
    for step in casefiles.STEPS:
        with look(_page(step)) as seen:
            assert seen.page.locator(".step[role=region][aria-label]").count() == 1
            assert seen.page.locator("table:not(:has(caption)), img:not([alt]), img[alt='']").count() == 0
            scrolling = seen.page.locator(".scroll")
            assert scrolling.evaluate_all("all => all.every(one => one.tabIndex === 0 && one.ariaLabel)")


def test_the_measure_finds_a_table_that_is_cut(look: Look) -> None:
    wide = "<div class='scroll' style='overflow-x:auto;width:100px'><p style='width:200px'>x</p></div>"
    with look(f"<!doctype html><body>{wide}</body>") as seen:
        assert seen.script(_OVER) == ["scroll"]
