"""``phishlab lab`` in a real browser: what a person sees who opens it, runs all cells, comes back, is in the dark."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_socket

from phishlab import walkthrough

pytest.importorskip("playwright.sync_api", reason="the extra 'page' is not installed")

from tests.lab import jupyter
from tests.views import sight

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"),
]
WALKTHROUGH = "notebooks/walkthrough.ipynb"
TALL = (1280, 2600)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[jupyter.Server]:
    pytest_socket.enable_socket()
    with jupyter.serving(tmp_path_factory.mktemp("lab"), "--lang", "en") as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    pytest_socket.enable_socket()
    assert CHROMIUM is not None
    with sight.browser(CHROMIUM, loopback=True) as context:
        yield context


@pytest.fixture(scope="module")
def ran(server: jupyter.Server, browser: Any) -> Iterator[jupyter.Lab]:
    """The walkthrough, opened and run from the first cell to the last."""
    with jupyter.looking(browser, server, TALL) as lab:
        lab.open(WALKTHROUGH)
        lab.run_all()
        yield lab


def _book(path: Path, cells: dict[str, str]) -> None:
    """A notebook of code cells, as somebody else might have written it."""
    blank: dict[str, Any] = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    made = {
        "cells": [{**blank, "id": name, "source": source} for name, source in cells.items()],
        "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(made), encoding="utf-8")


def test_it_opens_on_the_start_notebook_where_a_case_is_begun(server: jupyter.Server, browser: Any) -> None:
    with jupyter.looking(browser, server, TALL) as lab:
        lab.page.goto(f"{server.url}?token={server.token}")
        lab.ready("start.ipynb")
        lab.run_all()
        cells = lab.cells()
        assert [cell["execution_count"] for cell in cells.values()] == [1, 2, 3, 4, 5, 6]
        assert lab.show("cases").locator("table.cases tbody tr").count() == 1
        assert "kagoya.eml" in lab.show("inbox").inner_text()
        lines = "".join(cells["begin"]["outputs"][0]["text"]).strip().splitlines()
        assert len(lines) == len(walkthrough.NAMES)
        assert lines[-1].lstrip("\r").startswith("[14/14] Conclusion")
        assert "What to do" in lab.show("conclusion").inner_text()
        assert (server.folder / "cases" / "kagoya" / "bagit.txt").is_file()
        assert (server.folder / "cases" / "kagoya.ipynb").is_file()
        lab.show("import")
        lab.picture("start")
        assert (lab.outside, lab.errors) == ([], [])


def test_every_cell_runs_and_none_complains(ran: jupyter.Lab) -> None:
    cells = ran.cells()
    assert list(cells) == ["open", *walkthrough.NAMES]
    assert all(cell["execution_count"] for cell in cells.values())
    kinds = {name: [output["output_type"] for output in cell["outputs"]] for name, cell in cells.items()}
    assert kinds == {"open": [], **{step: ["execute_result"] for step in walkthrough.NAMES}}


@pytest.mark.parametrize("step", walkthrough.NAMES)
def test_each_step_is_shown(ran: jupyter.Lab, step: str) -> None:
    shown = ran.show(step)
    assert shown.locator(".phishlab.step").get_attribute("aria-label")
    assert shown.locator("table.sheet tbody tr").count() > 0
    broken = "pictures => pictures.filter(one => !one.complete || one.naturalWidth < 100).length"
    assert shown.locator("figure img").evaluate_all(broken) == 0
    ran.picture(f"step-{step}", shown)


def test_the_tables_hold_what_the_case_says(ran: jupyter.Lab) -> None:
    assert ran.show("route").locator("table.hops tbody tr").count() == 2
    assert "74[.]226[.]196[.]215" in ran.show("route").inner_text()
    assert "sgogoj[.]com" in ran.show("link-registration").inner_text()
    assert "Very likely" in ran.show("conclusion").inner_text()


@pytest.mark.parametrize("step", ["sender-place", "link-place"])
def test_the_map_is_alive_in_its_frame(ran: jupyter.Lab, step: str) -> None:
    shown = ran.show(step)
    frame = shown.frame_locator("iframe")
    frame.locator("path.leaflet-interactive, svg path").first.wait_for(state="attached")
    assert frame.locator("path").count() > 100
    assert frame.locator(".leaflet-container").evaluate("map => map.getBoundingClientRect().height") > 200
    ran.picture(f"map-{step}", shown)


def test_the_picture_of_the_page_is_there(ran: jupyter.Lab) -> None:
    picture = ran.show("visit").locator("figure.screenshot img")
    assert picture.evaluate("one => [one.complete, one.naturalWidth > 600]") == [True, True]


def test_nothing_is_asked_for_elsewhere_and_the_console_is_silent(ran: jupyter.Lab) -> None:
    for step in walkthrough.NAMES:
        ran.show(step)
    assert (ran.outside, ran.errors) == ([], [])


def test_a_notebook_that_is_not_trusted_shows_the_still_map(ran: jupyter.Lab, browser: Any) -> None:
    book = json.loads(
        ran.script("return JSON.stringify(jupyterapp.shell.currentWidget.context.model.toJSON())")
    )
    for cell in book["cells"]:
        cell["metadata"].pop("trusted", None)
    (ran.server.folder / "notebooks" / "received.ipynb").write_text(json.dumps(book), encoding="utf-8")
    with jupyter.looking(browser, ran.server, TALL) as lab:
        lab.open("notebooks/received.ipynb")
        shown = lab.show("sender-place")
        trusted = "one => one.model.type === 'code' && one.model.trusted"
        assert not lab.script(f"return jupyterapp.shell.currentWidget.content.widgets.some({trusted})")
        still = shown.locator("figure.map img, figure img").first
        still.wait_for(state="visible")
        assert still.evaluate("one => [one.complete, one.naturalWidth > 600]") == [True, True]
        assert shown.locator("iframe").count() == 0
        lab.picture("untrusted-sender-place", shown)
        aligned = "cells => [...new Set(cells.map(cell => getComputedStyle(cell).textAlign))]"
        assert shown.locator("table.turned td, table.turned th, caption").evaluate_all(aligned) == ["left"]
        assert lab.show("route").locator("table.hops td.of-rdns").evaluate_all(aligned) == ["left"]
        lab.picture("untrusted-route", lab.show("route"))
        assert (lab.outside, lab.errors) == ([], [])


# The colour of a text against what is painted behind it, by the formula of WCAG 2.2 (relative luminance).
_CONTRAST = """texts => {
  const read = text => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return [r, g, b, a]; };
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, at) => sum + v * [.2126, .7152, .0722][at], 0);
  const behind = one => { for (let at = one; at; at = at.parentElement) {
    const found = read(getComputedStyle(at).backgroundColor); if (found[3] === 1) return found; }
    return [255, 255, 255]; };
  return texts.filter(one => one.innerText.trim()).map(one => {
    const [a, b] = [light(read(getComputedStyle(one).color)), light(behind(one))].sort((x, y) => y - x);
    return [(a + .05) / (b + .05), one.className, one.innerText.slice(0, 40)]; });
}"""
_TEXTS = ", ".join(f".phishlab {one}" for one in ("p", "td", "th", "caption", ".badge", "summary", ".ref"))


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_every_text_can_be_read_in_either_theme(ran: jupyter.Lab, theme: str) -> None:
    ran.script(f"await jupyterapp.commands.execute('apputils:change-theme', {{theme: {json.dumps(theme)}}})")
    dark = "false" if theme.endswith("Dark") else "true"
    ran.page.locator(f"body[data-jp-theme-light='{dark}']").wait_for(state="attached")
    faint = []
    for step in ("route", "authentication", "link-reputation", "conclusion"):
        shown = ran.show(step)
        faint += [row for row in shown.locator(_TEXTS).evaluate_all(_CONTRAST) if row[0] < 4.5]
        ran.picture(f"{theme.rsplit(maxsplit=1)[-1].lower()}-{step}", shown)
    assert faint == []


def test_a_narrow_window_does_not_scroll_sideways(ran: jupyter.Lab) -> None:
    ran.page.set_viewport_size({"width": 600, "height": 1600})
    try:
        wide = []
        for step in walkthrough.NAMES:
            shown = ran.show(step)
            over = "one => [one.scrollWidth - one.clientWidth, document.documentElement.scrollWidth - innerWidth]"
            if max(ran.page.locator(".jp-WindowedPanel-outer").evaluate(over)) > 0:
                wide.append(step)
            if max(shown.locator(".jp-RenderedHTMLCommon").first.evaluate(over)) > 0:
                wide.append(f"{step} (output)")
            ran.picture(f"narrow-{step}", shown)
        assert wide == []
    finally:
        ran.page.set_viewport_size({"width": TALL[0], "height": TALL[1]})


TEXT = "http://link-in-the-mail.example/login"
OUTPUTS = {
    "printed": f"print({TEXT!r})",
    "value": repr(TEXT),
    "error": f"from phishlab.errors import InputError\n\nraise InputError({TEXT!r})",
}


def test_an_address_in_an_output_is_no_link_and_an_error_is_one_line(
    server: jupyter.Server, browser: Any
) -> None:
    _book(server.folder / "hostile.ipynb", OUTPUTS)
    links = f"a[href*='{TEXT.split('/')[2]}']"
    with jupyter.looking(browser, server) as lab:
        lab.open("hostile.ipynb")
        lab.run_all()
        for cell in OUTPUTS:
            assert TEXT in lab.show(cell).inner_text()
        assert lab.page.locator(links).count() == 0
        error = lab.show("error").inner_text().strip()
        assert error == f"phishlab: {TEXT}"
        lab.picture("error")
        # The control: with JupyterLab's own setting each of the three is a link.
        settings = "@jupyterlab/apputils-extension:sanitizer"
        lab.script(f"""
            const manager = jupyterapp.serviceManager.settings;
            await manager.save({json.dumps(settings)}, '{{"autolink": true}}');""")
        try:
            lab.page.reload()
            lab.ready("hostile.ipynb")
            lab.run_all()
            lab.show("printed").locator(links).wait_for(state="attached")
        finally:
            lab.script(f"""
                await jupyterapp.serviceManager.settings.save({json.dumps(settings)}, '{{"autolink": false}}');""")
