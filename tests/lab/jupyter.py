"""``phishlab lab`` as a process of its own, and a real browser that looks at it."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Route

from tests.conftest import ROOT

PATIENCE = 120.0
"""Seconds for any one thing to happen: a slow machine is no failure, a hang is."""
ARTEFACTS = ROOT / "artefacts" / "lab"

_WORKSPACES = (f"w{number}" for number in itertools.count())

# evaluate() has no deadline of its own: each promise races against one.
_RACE = """async ([script, seconds]) => Promise.race([
  (0, eval)(`(async () => { ${script} })()`),
  new Promise((_, no) => setTimeout(() => no(new Error("not within " + seconds + " s")), seconds * 1000)),
])"""


@dataclass(frozen=True)
class Server:
    """A running JupyterLab on a working copy."""

    folder: Path
    url: str
    token: str


@contextmanager
def serving(room: Path, *options: str) -> Iterator[Server]:
    """``phishlab lab --no-browser`` in *room*, with nothing of the user's own Jupyter."""
    folder, runtime, config = room / "copy", room / "runtime", room / "config"
    config.mkdir(parents=True)
    settings = {"LabApp": {"expose_app_in_browser": True}, "ServerApp": {"port": 0}}
    (config / "jupyter_lab_config.json").write_text(json.dumps(settings), encoding="utf-8")
    environment = {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(config),
        "JUPYTER_RUNTIME_DIR": str(runtime),
        "JUPYTER_DATA_DIR": str(room / "data"),
        "JUPYTER_NO_CONFIG": "",
        "IPYTHONDIR": str(room / "ipython"),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "phishlab", "lab", "-o", str(folder), "--no-browser", *options]
    log = room / "server.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            command, env=environment, stdout=said, stderr=said, cwd=room, start_new_session=True
        )
        try:
            yield _started(process, folder, runtime, log)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            finally:
                _end(process.pid)


def _started(process: subprocess.Popen[bytes], folder: Path, runtime: Path, log: Path) -> Server:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        for told in runtime.glob("jpserver-*.json"):
            if "is running at" in log.read_text(encoding="utf-8"):
                info = json.loads(told.read_text(encoding="utf-8"))
                return Server(folder, f"http://127.0.0.1:{info['port']}/", info["token"])
        time.sleep(0.1)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8')}")


def _end(group: int) -> None:
    """End what is left of the process group: a server that does not stop takes no other test with it."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


@dataclass
class Lab:
    """A page of JupyterLab and all that it did."""

    page: Page
    server: Server
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def script(self, text: str, seconds: float = PATIENCE) -> Any:
        return self.page.evaluate(_RACE, [text, seconds])

    def open(self, path: str) -> None:
        """The notebook at *path* of the working copy, its kernel ready."""
        # A workspace of its own: two pages that share one send each other to a new address half-way.
        place = f"lab/workspaces/{next(_WORKSPACES)}/tree/{path}"
        self.page.goto(f"{self.server.url}{place}?token={self.server.token}")
        self.ready(path)

    def ready(self, path: str) -> None:
        """Wait until the notebook is shown and its kernel can be asked."""
        self.page.wait_for_function(
            """path => window.jupyterapp?.shell?.currentWidget?.context?.path === path""",
            arg=path,
            timeout=PATIENCE * 1000,
        )
        self.script("""
            const book = jupyterapp.shell.currentWidget;
            await book.context.ready; await book.revealed; await book.sessionContext.ready;
            await book.sessionContext.session?.kernel?.info;""")

    def run_all(self) -> None:
        self.script("await jupyterapp.commands.execute('notebook:run-all-cells')")

    def cells(self) -> dict[str, dict[str, Any]]:
        """Each code cell's model by its id."""
        found: dict[str, dict[str, Any]] = self.script("""
            return Object.fromEntries(jupyterapp.shell.currentWidget.content.widgets
              .filter(cell => cell.model.type === 'code')
              .map(cell => [cell.model.id, cell.model.toJSON()]))""")
        return found

    def show(self, cell: str) -> Any:
        """The output area of the cell *cell*, scrolled to and drawn."""
        self.script(f"""
            const book = jupyterapp.shell.currentWidget.content;
            const at = book.widgets.findIndex(cell => cell.model.id === {json.dumps(cell)});
            book.activeCellIndex = at;
            await book.scrollToItem(at, 'start');""")
        found = self.page.locator(f'.jp-Cell[data-windowed-list-index="{self.index(cell)}"]')
        found.wait_for(state="attached", timeout=PATIENCE * 1000)
        return found.locator(".jp-Cell-outputArea")

    def index(self, cell: str) -> int:
        at: int = self.script(f"""
            return jupyterapp.shell.currentWidget.content.widgets
              .findIndex(cell => cell.model.id === {json.dumps(cell)})""")
        return at

    def picture(self, name: str, of: Any = None) -> None:
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        (of or self.page).screenshot(path=ARTEFACTS / f"{name}.png", animations="disabled")


@contextmanager
def looking(context: BrowserContext, server: Server, size: tuple[int, int] = (1280, 900)) -> Iterator[Lab]:
    """A page that reaches this server and nothing else."""
    page = context.new_page()
    lab = Lab(page, server)

    def answer(route: Route) -> None:
        if route.request.url.startswith((server.url, "data:", "blob:")):
            route.continue_()
        else:
            lab.outside.append(route.request.url)
            route.abort()

    page.route("**/*", answer)
    page.on("console", lambda said: lab.errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: lab.errors.append(str(error)))
    # "Leave the page?": yes.
    page.on("dialog", lambda dialog: dialog.accept())
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.set_default_timeout(PATIENCE * 1000)
    try:
        yield lab
    finally:
        page.close()
