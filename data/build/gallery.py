"""Draw the pictures of ``docs/gallery`` from the article's case: python data/build/gallery.py

The charts of a busy case are drawn from made-up records, those that the tests of the charts are held to.
Needs the ``page`` extra and an installed Chromium. The pages are our own, from this machine; nothing is asked.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from phishlab import case as cases
from phishlab import report, walkthrough, wording
from phishlab.views import charts as views
from phishlab.views.safe import Lens
from phishlab.wire import visit

ROOT = Path(__file__).parents[2]
GALLERY = ROOT / "docs" / "gallery"
SHOTS = (
    # name, page, width, height, scheme
    ("report-en", "index.html", 1100, 1120, "light"),
    ("report-ja", "index.ja.html", 1100, 1120, "light"),
    ("report-ja-phone-dark", "index.ja.html", 390, 844, "dark"),
    ("map-en", "map-sender.html", 1100, 760, "light"),
    ("map-ja", "map-link.ja.html", 1100, 760, "light"),
)


def main() -> None:
    """Every picture anew."""
    GALLERY.mkdir(parents=True, exist_ok=True)
    case = cases.open_case(ROOT / "data" / "cases" / "kagoya")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        report.write(walkthrough.casefile(case), folder, wording.LANGUAGES, case.attachment)
        shoot(folder)
        for name in ("map-sender", "page"):
            (GALLERY / f"{name}.png").write_bytes((folder / "pictures" / f"{name}.png").read_bytes())
    charts()
    for path in sorted(GALLERY.glob("*.png")):
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")


def charts() -> None:
    """The six charts of the article's case, and those that say more in a busy one."""
    case = cases.open_case(ROOT / "data" / "cases" / "kagoya")
    asked = (views.hops, views.authentication, views.domains, views.listings, views.asked, views.names)
    for chart in (ask(case) for ask in asked):
        (GALLERY / f"{chart.name}.png").write_bytes(chart.bytes())
    sys.path.insert(0, str(ROOT))
    from tests.views.test_charts_family import BUSY

    for kind, items in BUSY.items():
        lang = "ja" if kind in ("panel", "asked", "timeline") else "en"
        busy = views.Chart(kind=kind, items=items, lens=Lens(lang=lang))
        (GALLERY / f"busy-{busy.name}.png").write_bytes(busy.bytes())


def shoot(folder: Path) -> None:
    """The screenshots of SHOTS, in 256 colours: they are flat, and a repository keeps every version."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=visit.find())
        for name, page, width, height, scheme in SHOTS:
            context = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=scheme, device_scale_factor=1.5
            )
            tab = context.new_page()
            tab.goto((folder / page).as_uri())
            tab.wait_for_timeout(800)
            target = GALLERY / f"{name}.png"
            tab.screenshot(path=target)
            Image.open(target).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(
                target, optimize=True
            )
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
