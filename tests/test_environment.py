"""environment.yml offers what pyproject.toml requires, no more and no less."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
NOT_OURS = {"python>=3.11", "pip"}


def _conda() -> set[str]:
    """The requirements of environment.yml: its lists are flat, so its lines tell them."""
    lines = (ROOT / "environment.yml").read_text(encoding="utf-8").splitlines()
    entries = [match[1] for line in lines if (match := re.match(r"\s+- (.+)", line))]
    return {entry for entry in entries if not entry.endswith(":") and entry not in {"conda-forge", "-e ."}}


def test_conda_users_get_the_same_packages_with_the_same_bounds() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    required = {*project["dependencies"], *project["optional-dependencies"]["page"]}
    assert _conda() - NOT_OURS == required


def test_conda_users_get_the_python_that_the_project_requires() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"python{project['requires-python']}" in _conda()
