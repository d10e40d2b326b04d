"""Every known hostile text through all that is shown: nothing runs, here or in a browser, and nothing is asked.

The texts: those that folium, Jinja and JavaScript would run, a public suite of cross-site scripting, and beacons,
each of which asks for an address as soon as it is more than text. The pages stand without their policy, so that
escaping alone has to hold. Each set has its control: the same texts bare in a page, or in a map without ``safe``.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from phishlab.assess import holders
from phishlab.records import CaseFile, Exhibit
from phishlab.report import html, markdown
from phishlab.views import charts, maps, pins, steps, stillmap, tables
from phishlab.views.safe import Lens
from tests import casefiles
from tests.views.conftest import TOKYO, Look
from tests.views.test_charts_family import BUSY, _foreign
from tests.views.test_maps import (
    PYTHON_PAYLOADS,
    SCRIPT_PAYLOADS,
    _bad_frame,
    _bad_route,
    _everything_opened,
    _in_every_answer,
    hostile,
)

pytestmark = pytest.mark.browser
EN, JA = Lens(lang="en"), Lens(lang="ja")
SUM, PRODUCT = "1234567 * 7654321", str(1234567 * 7654321)
"""What stands in the payloads, and what it comes to where something computes it."""


def texts(shared_data: Path) -> dict[str, list[str]]:
    """The payloads by set."""
    known = json.loads((shared_data / "hostile" / "hostile.json").read_text(encoding="utf-8"))
    return {
        "map": [
            *(text.replace("7*191", SUM) for text in known["map_payloads"]),
            *PYTHON_PAYLOADS,
            *SCRIPT_PAYLOADS,
        ],
        "beacons": [case % f"http://beacon.test/{name}" for name, case in known["beacons"]["cases"].items()],
        "scripts": json.loads((shared_data / "html" / "xss.json").read_text(encoding="utf-8")),
    }


def _batched(payloads: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (payloads[at : at + size] for at in range(0, len(payloads), size))


SETS = ("map", "beacons", "scripts")


@pytest.fixture
def in_python(monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """Says whether a text has run as Python in this process."""
    monkeypatch.delenv("PHISHLAB_CANARY", raising=False)
    return lambda: "PHISHLAB_CANARY" in os.environ


def fired(seen: Any) -> list[str]:
    """What the texts of a page did."""
    ran = seen.script("window.__canary !== undefined || /PWNED|fired/.test(document.title)")
    return [*seen.dialogs, *seen.asked, *(["a canary"] if ran else [])]


def _bare(page: str) -> str:
    return re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)


# --- everything that is shown ----------------------------------------------------------------------------


def _maps(payloads: Sequence[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Every kind of map, the texts in each field, popup, title and layer of it."""
    for some in _batched(payloads, 30):
        bad = [hostile(replace(TOKYO, lat=at / 2), text) for at, text in enumerate(some)]
        _in_every_answer(monkeypatch, " ".join(some[:10]))
        drawn = (
            maps.world(bad, EN, title=some[0]),
            maps.route(_bad_route(some), JA, title=some[-1]),
            maps.of(_bad_frame(some[10:20] or some), lens=EN, title=some[0]),
        )
        yield from (_bare(one.html) for one in drawn)
    yield f"<!doctype html><title>quiet</title>{drawn[0]._repr_html_()}"  # as a notebook frames it


def _outputs(case: CaseFile, payloads: Sequence[str]) -> Iterator[str]:
    """What a notebook shows of each step, each chart and each table, four texts in every field of it."""
    for some in _batched(payloads, 80):
        shown = [piece for four in _batched(some, 4) for piece in _pieces(case, "\n".join(four))]
        style = re.search(r"<style>.*?</style>", shown[0], flags=re.DOTALL)
        assert style is not None
        body = "".join(piece.replace(style[0], "") for piece in shown)
        yield f"<!doctype html><title>quiet</title>{style[0]}{body}"


def _pieces(case: CaseFile, text: str) -> Iterator[str]:
    bad = casefiles.hostile(case, text)
    for step in bad.steps:
        yield steps.view(step, EN, casefiles.attachment, bad.exchanges)._repr_html_()
        for exhibit in step.exhibits:
            if exhibit.kind not in {
                "text",
                "advice",
                "assessment",
                "screenshot",
                "map",
                "route-map",
                *charts.KINDS,
            }:
                frame: Any = tables.frame(Exhibit(kind=exhibit.kind, items=exhibit.items), EN)
                yield frame._repr_html_()
    for kind, items in BUSY.items():
        yield charts.Chart(
            kind=kind, items=tuple(_foreign(one, text) for one in items), lens=EN
        )._repr_html_()


def _reports(case: CaseFile, payloads: Sequence[str]) -> Iterator[str]:
    """The report, twenty texts in every field of it at once."""
    for some in _batched(payloads, 20):
        bad = casefiles.hostile(case, "\n".join(some))
        yield _bare(html.page(bad, EN, casefiles.attachment))
        assert PRODUCT not in markdown.document(bad, EN)


@pytest.mark.parametrize("name", SETS)
def test_no_map_runs_or_asks_anything(
    name: str, shared_data: Path, look: Look, in_python: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stillmap, "draw", lambda *_, **__: casefiles.png())
    monkeypatch.setattr(pins, "LONGEST", 100_000)  # whole, not cut before they could harm
    monkeypatch.setattr(holders, "LONGEST", 100_000)
    for page in _maps(texts(shared_data)[name], monkeypatch):
        assert PRODUCT not in page
        with look(page) as seen:
            _everything_opened(seen)
            assert fired(seen) == []
    assert not in_python()


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("shown", ["outputs", "reports"])
def test_no_output_and_no_report_runs_or_asks_anything(
    shown: str,
    name: str,
    shared_data: Path,
    look: Look,
    in_python: Callable[[], bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    casefiles.undrawn(monkeypatch)  # maps are opened above; a chart is a picture: its texts are below
    case = casefiles.kagoya()
    for page in (_outputs if shown == "outputs" else _reports)(case, texts(shared_data)[name]):
        assert PRODUCT not in page
        with look(page) as seen:
            seen.script(
                "document.querySelectorAll('*').forEach(one => one.dispatchEvent(new Event('mouseover')))"
            )
            assert fired(seen) == []
            assert seen.page.locator("script, a[href^='javascript']").count() == 0
    assert not in_python()


@pytest.mark.parametrize("kind", BUSY)
def test_no_label_of_a_chart_runs_or_asks_anything(
    kind: str, shared_data: Path, look: Look, in_python: Callable[[], bool]
) -> None:
    payloads = [text for name in SETS for text in texts(shared_data)[name]]
    for some in _batched(payloads, len(payloads) // 3 + 1):
        items = tuple(_foreign(one, some[at % len(some)]) for at, one in enumerate(BUSY[kind]))
        drawing = charts.Chart(kind=kind, items=items, lens=EN).bytes("svg").decode()
        # In a page and not as a picture: what is active in it could run.
        with look(f"<!doctype html><title>quiet</title>{drawing[drawing.index('<svg') :]}") as seen:
            assert fired(seen) == []
            assert seen.page.locator("svg").count() == 1
            assert seen.page.locator("script, foreignObject, image, img").count() == 0
    assert not in_python()


# --- the controls ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SETS)
def test_the_same_texts_do_run_and_ask_where_they_stand_bare(
    name: str, shared_data: Path, look: Look
) -> None:
    payloads = texts(shared_data)[name]
    lively = 0
    for some in _batched(payloads, 10):
        with look(f"<!doctype html><title>quiet</title><body>{''.join(some)}</body>") as seen:
            seen.page.wait_for_timeout(100)
            lively += bool(fired(seen))
    assert lively > 0


def test_the_same_texts_do_run_in_a_map_without_safe(
    look: Look, in_python: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stillmap, "draw", lambda *_, **__: casefiles.png())
    monkeypatch.setattr(maps, "safe", str)
    with look(_bare(maps.world([hostile(TOKYO, SCRIPT_PAYLOADS[3], "city")], EN).html)) as seen:
        assert fired(seen)
    maps.world([hostile(TOKYO, PYTHON_PAYLOADS[0], "city")], EN)
    assert in_python()
