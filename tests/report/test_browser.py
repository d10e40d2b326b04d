"""What a browser makes of the page: nothing runs, nothing is cut off."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from phishlab import report
from phishlab.report import html
from phishlab.views import steps
from phishlab.views.safe import Lens
from tests import casefiles

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"),
]
EN = Lens(lang="en", recipients=(casefiles.RECIPIENT,))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="the extra 'page' is not installed")
    with api.sync_playwright() as driver:
        # Only pages written by these tests are opened here, without a network.
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


def opened(browser: Any, path: Path, width: int = 1200, scheme: str = "light") -> Any:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True)
    page = context.new_page()
    page.goto(path.as_uri())
    page.wait_for_timeout(150)
    return page


def without_policy(source: str) -> str:
    """The page without its Content-Security-Policy, so that the escaping stands alone."""
    before, _, rest = source.partition("<meta http-equiv=")
    assert rest.startswith('"Content-Security-Policy"')
    return before + rest.partition(">")[2]


def test_a_canary_that_is_not_escaped_fires(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "control.html"
    path.write_text(
        "<!doctype html><title>quiet</title><p>" + "\n".join(casefiles.PAYLOADS), encoding="utf-8"
    )
    assert opened(browser, path).title() == "fired"


@pytest.mark.parametrize("view", ["page", "step"])
def test_no_canary_fires_even_without_the_policy(browser: Any, tmp_path: Path, view: str) -> None:
    payload = "\n".join(casefiles.PAYLOADS)
    case = casefiles.hostile(casefiles.kagoya(), payload)
    if view == "page":
        source = without_policy(html.page(case, EN, lambda _path: casefiles.png()))
    else:
        shown = (steps.view(step, EN, lambda _path: casefiles.png())._repr_html_() for step in case.steps)
        source = "<!doctype html><title>quiet</title>" + "".join(shown)
    path = tmp_path / "hostile.html"
    path.write_text(source, encoding="utf-8")
    page = opened(browser, path)
    page.evaluate("document.querySelectorAll('*').forEach(one => one.dispatchEvent(new Event('mouseover')))")
    assert page.title() != "fired"
    assert page.evaluate("document.querySelectorAll('script, iframe, a[href^=javascript]').length") == 0


@pytest.mark.parametrize(
    "payload", ["honest", "x" * 300, "x" * 30 + " " + "日本語" * 60], ids=["honest", "long", "wide"]
)
@pytest.mark.parametrize("name", ["index.html", "index.ja.html"])
@pytest.mark.parametrize("width", [360, 768, 1200])
def test_no_page_scrolls_sideways(browser: Any, tmp_path: Path, width: int, name: str, payload: str) -> None:
    case = casefiles.kagoya() if payload == "honest" else casefiles.hostile(casefiles.kagoya(), payload)
    report.write(case, tmp_path, ("en", "ja"), lambda _path: casefiles.png(1280, 2000))
    page = opened(browser, tmp_path / name, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_tables_stack_on_a_phone_and_each_cell_keeps_its_heading(browser: Any, tmp_path: Path) -> None:
    report.write(casefiles.kagoya(), tmp_path, ("en",), casefiles.attachment)
    page = opened(browser, tmp_path / "index.html", 360)
    cell = "document.querySelector('table.hops tbody td:nth-child(4)')"
    assert page.evaluate(f"getComputedStyle({cell}).display") == "grid"
    assert page.evaluate(f"getComputedStyle({cell}, '::before').content") == '"Address"'


def test_it_is_dark_in_the_dark(browser: Any, tmp_path: Path) -> None:
    report.write(casefiles.kagoya(), tmp_path, ("en",), casefiles.attachment)
    colour = "getComputedStyle(document.body).backgroundColor"
    assert opened(browser, tmp_path / "index.html").evaluate(colour) == "rgb(253, 252, 250)"
    assert opened(browser, tmp_path / "index.html", scheme="dark").evaluate(colour) == "rgb(20, 23, 27)"


def test_the_live_map_is_one_step_away(browser: Any, tmp_path: Path) -> None:
    report.write(casefiles.kagoya(), tmp_path, ("en",), casefiles.attachment)
    page = opened(browser, tmp_path / "index.html")
    page.click("#sender-place figcaption a")
    page.wait_for_url("**/map-sender.html")
    assert page.title() == "map"
