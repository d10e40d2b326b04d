"""``lab``: JupyterLab on a working copy, with settings that are safe for hostile text."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from phishlab import case as cases
from phishlab import report as reports
from phishlab import shipped, walkthrough
from phishlab.errors import MissingExtraError
from phishlab.mail import intake
from phishlab.records import Level
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
    """Open JupyterLab on the walkthrough, or on a notebook made for the mail."""
    folder: Path = arguments.output
    folder.mkdir(parents=True, exist_ok=True)
    notebook = _for_mail(arguments, folder) if arguments.mail else _walkthrough(folder, arguments.lang)
    lens = Lens(lang=arguments.lang)
    print(lens.say("cli.lab-copy").format(folder=folder.resolve()))
    return start(folder, notebook, browser=not arguments.no_browser)


def start(folder: Path, notebook: Path, *, browser: bool) -> int:
    """Run the server until it is stopped; its exit code."""
    environment = {**os.environ, "JUPYTERLAB_SETTINGS_DIR": str(settings(folder))}
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
    try:
        return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 - our own words
    except FileNotFoundError as trouble:
        raise MissingExtraError("JupyterLab is not installed: pip install jupyterlab") from trouble


def settings(folder: Path) -> Path:
    """The folder of JupyterLab's user settings for this working copy, written anew."""
    root = (folder / ".jupyterlab").resolve()
    for name, content in SETTINGS.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=2), encoding="utf-8")
    return root


def _walkthrough(folder: Path, lang: str) -> Path:
    """The shipped notebooks and the article's case, copied once: JupyterLab saves over what it opens."""
    (folder / "notebooks").mkdir(exist_ok=True)
    for source in sorted(_notebooks().glob("*.ipynb")):
        target = folder / "notebooks" / source.name
        if not target.exists():
            shutil.copyfile(source, target)
    case = folder / "data" / "cases" / "kagoya"
    if not case.exists():
        shutil.copytree(shipped.path("cases/kagoya"), case, ignore=shutil.ignore_patterns("report"))
    return folder / "notebooks" / ("walkthrough.ja.ipynb" if lang == "ja" else "walkthrough.ipynb")


def _notebooks() -> Path:
    """The notebooks folder: beside ``data/`` in a checkout, inside it in a wheel."""
    beside = shipped.path("cases").parent.parent / "notebooks"
    return beside if beside.is_dir() else shipped.path("notebooks")


def _for_mail(arguments: argparse.Namespace, folder: Path) -> Path:
    mail = intake.take(arguments.mail)
    path = folder / arguments.mail.stem
    opened = (
        cases.open_case(path)
        if (path / "bagit.txt").exists()
        else cases.create(
            mail.data,
            path,
            level=Level.of(arguments.level),
            receiver=arguments.receiver,
            source=mail.source,
        )
    )
    walkthrough.casefile(opened)
    opened.seal()
    lens = Lens(lang=arguments.lang, recipients=opened.message.recipients)
    notebook = folder / f"{path.name}.ipynb"
    notebook.write_bytes(reports.notebook_bytes(path.name, lens))
    return notebook
