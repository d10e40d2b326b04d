"""environment.yml offers what pyproject.toml requires, no more and no less."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
NOT_OURS = {"python>=3.11", "pip"}


def _conda() -> set[str]:
    """The requirements of environment.yml: its lists are flat, so its lines tell them."""
    lines = (ROOT / "environment.yml").read_text(encoding="utf-8").splitlines()
    entries = [match[1] for line in lines if (match := re.match(r"\s+- (.+)", line))]
    return {entry for entry in entries if not entry.endswith(":") and entry not in {"conda-forge", "-e ."}}


def test_conda_users_get_the_same_packages_with_the_same_bounds() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    required = {*project["dependencies"], *_extras(project, "page", "qr")}
    assert _conda() - NOT_OURS == required


def _extras(project: dict[str, Any], *names: str) -> list[str]:
    return [requirement for name in names for requirement in project["optional-dependencies"][name]]


IMPORTED_AS = {
    "ada-url": "ada_url", "dkimpy": "dkim", "dnspython": "dns", "matplotlib-fontja": "matplotlib_fontja",
    "pillow": "PIL", "pyspf": "spf", "zxing-cpp": "zxingcpp",
}  # fmt: skip
"""Where the name that is installed is not the one that is imported."""
STARTED = {"jupyterlab"}
"""What phishlab runs as a program instead of importing it."""
WITH_ANOTHER = {"branca", "cryptography", "nbformat"}
"""Parts of folium, of rfc3161-client and of JupyterLab that are imported by their own name."""


def test_what_is_imported_is_what_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = [
        *project["dependencies"],
        *_extras(project, "page", "qr", "pdf", "share", "keys", "stamp", "cluster"),
    ]
    names = {re.split(r"[\[>=<]", requirement)[0] for requirement in declared}
    modules = {IMPORTED_AS.get(name, name.replace("-", "_")) for name in names - STARTED}
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "phishlab").rglob("*.py")]
    found = {
        match[1]
        for source in sources
        for match in re.finditer(r"""(?:^|\n) *(?:from|import) (\w+)|find_spec\(["'](\w+)""", source)
        if match[1]
    }
    named = {name for name in modules if any(name in source for source in sources)}
    outside = found - sys.stdlib_module_names - {"phishlab"}
    assert outside - modules - WITH_ANOTHER == set()
    assert modules - named == set()


def test_conda_users_get_the_python_that_the_project_requires() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"python{project['requires-python']}" in _conda()
