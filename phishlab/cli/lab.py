"""``lab``: JupyterLab on a working copy, with settings that are safe for hostile text."""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from phishlab import case as cases
from phishlab import report as reports
from phishlab import shipped, walkthrough
from phishlab.case import Case
from phishlab.cli import choice, console, investigate
from phishlab.errors import MissingExtraError
from phishlab.mail import intake
from phishlab.records import Level
from phishlab.views.desk import Asking
from phishlab.views.safe import Lens

# Text from a mail must not become a link that one click opens, and the Lab itself asks nobody for news.
SETTINGS: dict[str, dict[str, object]] = {
    "@jupyterlab/apputils-extension/sanitizer.jupyterlab-settings": {"autolink": False},
    "@jupyterlab/apputils-extension/notification.jupyterlab-settings": {
        "fetchNews": "false",
        "checkForUpdates": False,
    },
    # Cells are drawn as they are reached, and stay: the default swaps tall outputs in and out while one scrolls.
    "@jupyterlab/notebook-extension/tracker.jupyterlab-settings": {"windowingMode": "defer"},
}


def run(arguments: argparse.Namespace) -> int:
    """Open JupyterLab on the start notebook of a working copy, or on a notebook made for the mail."""
    folder: Path = arguments.output
    lens = Lens(lang=arguments.lang)
    start_notebook = copy(folder, arguments.lang)
    notebook = _for_mail(arguments, folder) if arguments.mail else start_notebook
    print(lens.say("cli.lab-copy").format(folder=folder.resolve()), flush=True)
    return start(folder, notebook, browser=not arguments.no_browser)


def start(folder: Path, notebook: Path, *, browser: bool) -> int:
    """Run the server until it is stopped; its exit code."""
    if importlib.util.find_spec("jupyterlab") is None:
        raise MissingExtraError("JupyterLab is not installed: pip install jupyterlab")
    root = settings(folder)
    environment = {
        **os.environ,
        "JUPYTERLAB_SETTINGS_DIR": str(root),
        # Else the windows of another working copy are opened again, which this one does not have.
        "JUPYTERLAB_WORKSPACES_DIR": str(root / "workspaces"),
    }
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--notebook-dir={folder.resolve()}",
        f"--LabApp.default_url=/lab/tree/{quote(notebook.relative_to(folder).as_posix())}",
        "--LabApp.extension_manager=readonly",
        "--LabApp.news_url=",
    ]
    if not browser:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    return _until_stopped(command, environment)


def _until_stopped(command: list[str], environment: dict[str, str]) -> int:
    """The exit code of the server. Ctrl-C reaches it by itself, and it asks back; what ends us ends it."""
    with subprocess.Popen(command, env=environment) as server:  # noqa: S603 - our own words
        signal.signal(signal.SIGINT, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: server.terminate())
        return server.wait()


def settings(folder: Path) -> Path:
    """The folder of JupyterLab's user settings for this working copy, written anew."""
    root = (folder / ".jupyterlab").resolve()
    for name, content in SETTINGS.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=2), encoding="utf-8")
    return root


def copy(folder: Path, lang: str) -> Path:
    """The working copy: notebooks, the published case, an inbox with its mail. The notebook to begin with.

    What is there already stays as it is: JupyterLab saves over what it opens.
    """
    for name in ("notebooks", "inbox", "cases"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for source in sorted(_notebooks().glob("*.ipynb")):
        at_the_top = source.name.startswith("start")
        _put(source, folder / source.name if at_the_top else folder / "notebooks" / source.name)
    shown = shipped.path("cases/kagoya")
    case = folder / "data" / "cases" / "kagoya"
    if not case.exists():
        shutil.copytree(shown, case, ignore=shutil.ignore_patterns("report"))
        _put(shown / "data" / "evidence" / "original.eml", folder / "inbox" / "kagoya.eml")
    return folder / ("start.ja.ipynb" if lang == "ja" else "start.ipynb")


def _put(source: Path, target: Path) -> None:
    if not target.exists():
        shutil.copyfile(source, target)


def _notebooks() -> Path:
    """The notebooks folder: beside ``data/`` in a checkout, inside it in a wheel."""
    beside = shipped.path("cases").parent.parent / "notebooks"
    return beside if beside.is_dir() else shipped.path("notebooks")


def _for_mail(arguments: argparse.Namespace, folder: Path) -> Path:
    """A notebook for the mail, its case worked through before it is opened."""
    asking = Asking()
    opened = _case(arguments, folder / "cases" / arguments.mail.stem, asking)
    lens = Lens(lang=arguments.lang, recipients=opened.message.recipients)
    with console.progress(walkthrough.NAMES, lens, asking) as tell, investigate.sealing(opened):
        walkthrough.casefile(opened, on_step=tell, on_left=asking.left)
    path = opened.folder.path
    notebook = path.with_name(f"{path.name}.ipynb")
    notebook.write_bytes(reports.notebook_bytes(path.name, lens))
    return notebook


def _case(arguments: argparse.Namespace, path: Path, asking: Asking) -> Case:
    mail = intake.take(arguments.mail)
    level = Level.of(arguments.level)
    if (path / "bagit.txt").exists():
        return cases.again(path, mail.data, level, on_question=asking)
    return cases.create(
        mail.data,
        path,
        level=level,
        receiver=arguments.receiver,
        source=mail.source,
        services=choice.services(arguments),
        on_question=asking,
    )
