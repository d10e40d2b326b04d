"""Take the pictures of JupyterLab for ``docs/gallery``: python data/build/gallery_lab.py

A real JupyterLab, started by ``phishlab lab``, in the installed Chromium, by the means of tests/lab: nothing but
loopback can be reached. Needs what the tests need.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import BrowserContext

from phishlab.wire import visit

ROOT = Path(__file__).parents[2]
GALLERY = ROOT / "docs" / "gallery"
sys.path.insert(0, str(ROOT))

from tests.lab import jupyter  # noqa: E402 - the checkout is made known just above
from tests.views import sight  # noqa: E402 - the same

WIDE, TALL, NARROW = (1180, 900), (1180, 1300), (560, 900)
DARK = "await jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})"
BARE = "await jupyterapp.commands.execute('application:toggle-left-area')"


def main() -> None:
    """Both languages, one server each."""
    for lang in ("en", "ja"):
        with (
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as room,
            jupyter.serving(Path(room), "--lang", lang) as server,
            sight.browser(visit.find(), loopback=True) as browser,
        ):
            (english if lang == "en" else japanese)(browser, server)


def english(browser: BrowserContext, server: jupyter.Server) -> None:
    """The walkthrough: light, dark, narrow, and handed on to somebody who does not trust it."""
    with jupyter.looking(browser, server, WIDE) as lab:
        lab.open("notebooks/walkthrough.ipynb")
        lab.run_all()
        shoot(lab, "route", "lab-light")
        shoot(lab, "sender-place", "lab-map", TALL)
        received = lab.script("return JSON.stringify(jupyterapp.shell.currentWidget.context.model.toJSON())")
        lab.script(DARK)
        shoot(lab, "link-reputation", "lab-dark")
        lab.script(BARE)
        shoot(lab, "link-registration", "lab-narrow-dark", NARROW)
    book = json.loads(received)
    for cell in book["cells"]:
        cell["metadata"].pop("trusted", None)
    (server.folder / "notebooks" / "received.ipynb").write_text(json.dumps(book), encoding="utf-8")
    with jupyter.looking(browser, server, WIDE) as lab:
        lab.open("notebooks/received.ipynb")
        lab.script(DARK.replace("Dark", "Light"))
        shoot(lab, "link-place", "lab-untrusted", TALL)


def japanese(browser: BrowserContext, server: jupyter.Server) -> None:
    """The start notebook, and a step of the walkthrough."""
    with jupyter.looking(browser, server, WIDE) as lab:
        lab.open("start.ja.ipynb")
        lab.run_all()
        shoot(lab, "import", "lab-start-ja", TALL)
    with jupyter.looking(browser, server, WIDE) as lab:
        lab.open("notebooks/walkthrough.ja.ipynb")
        lab.run_all()
        shoot(lab, "link-place", "lab-map-ja", TALL)


def shoot(lab: jupyter.Lab, cell: str, name: str, size: tuple[int, int] = WIDE) -> None:
    """The page with the cell at its top, in 256 colours: it is flat, and a repository keeps every version."""
    lab.page.set_viewport_size({"width": size[0], "height": size[1]})
    lab.show(cell)
    lab.page.wait_for_timeout(1500)  # the map's frame draws itself
    target = GALLERY / f"{name}.png"
    lab.page.screenshot(path=target, animations="disabled")
    Image.open(target).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(target, optimize=True)
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
