"""Says in one line what is missing for an environment to be made, and which command brings it."""

import importlib.util
import shutil
import sys


def missing() -> str:
    """What is missing and how to bring it, in one line; empty where nothing is."""
    if sys.version_info < (3, 11):
        return f"python3 is {sys.version.split()[0]}, 3.11 or newer is needed: make run PYTHON=python3.11"
    absent = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if not absent:
        return ""
    if shutil.which("apt-get"):
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        return f"python3 lacks {absent[0]}: run  sudo apt-get install python{version}-venv  and try again"
    if shutil.which("dnf"):
        return f"python3 lacks {absent[0]}: run  sudo dnf install python3-pip  and try again"
    return f"python3 lacks {absent[0]}: install Python from your system's packages with venv and pip"


if __name__ == "__main__":
    line = missing()
    if line:
        sys.exit(f"phishlab: {line}")
