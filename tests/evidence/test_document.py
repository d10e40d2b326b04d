"""The commands of docs/evidence.md, run as they stand there: they take a good case, and refuse tampered ones."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from phishlab.evidence import stamps
from phishlab.evidence.verify import verify
from tests.conftest import KAGOYA, ROOT
from tests.evidence import test_tampered as tampering
from tests.servers import tsa
from tests.servers.tsa import Authority

BLOCKS = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "evidence.md").read_text("utf-8"), re.DOTALL)
CHECKS = BLOCKS[:4]
"""Those that check the folder itself; the fifth checks stamps, the sixth exports."""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority of its own."""
    return tsa.authority(tmp_path_factory.mktemp("tsa"))


@pytest.fixture
def stamped(tmp_path: Path, authority: Authority) -> Path:
    """The article's case, stamped."""
    path = Path(shutil.copytree(KAGOYA, tmp_path / "case"))
    request = stamps.request(path)
    stamps.keep(path, authority.reply(request), request)
    assert verify(path) == ()
    return path


def _run(commands: str, case: Path, authority: Authority) -> int:
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "TSA_CA": str(authority.root),
        "OUT": str(case.parent),
    }
    done = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", commands],
        cwd=case, env=environment, capture_output=True, check=False,
    )  # fmt: skip
    return done.returncode


def test_there_are_the_six_blocks_that_are_run_here() -> None:
    assert len(BLOCKS) == 6
    for block, tool in zip(
        BLOCKS, ("sha256sum", "bagit.py", "warcio", "custody", "openssl", "case_validate"), strict=True
    ):
        assert tool in block


@pytest.mark.parametrize("number", range(6))
def test_a_good_case_passes(stamped: Path, authority: Authority, number: int) -> None:
    assert _run(BLOCKS[number], stamped, authority) == 0


@pytest.mark.parametrize(
    "change",
    [*(one.change for one in (*tampering.SEVEN, *tampering.MORE)), tampering.fetched],
    ids=lambda change: change.__name__,
)
def test_a_tampered_case_fails_one_of_them(
    stamped: Path, authority: Authority, change: Callable[[Path], None]
) -> None:
    change(stamped)
    assert any(_run(block, stamped, authority) for block in CHECKS)


def test_another_authority_fails_the_stamp(stamped: Path, tmp_path: Path) -> None:
    other = tsa.authority(tmp_path / "other", "Other")
    assert _run(BLOCKS[4], stamped, other) != 0


def test_a_case_sealed_anew_fails_the_stamp(stamped: Path, authority: Authority) -> None:
    tampering.manifests_without_log(stamped)
    assert _run(BLOCKS[4], stamped, authority) != 0
