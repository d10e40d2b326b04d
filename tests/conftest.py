"""What every test has: no network, and the real data where it is there."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_socket

if TYPE_CHECKING:
    from phishlab.case import Case

_SHARED = Path(os.environ.get("PHISHLAB_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))


@pytest.fixture(autouse=True)
def _sockets(request: pytest.FixtureRequest) -> Iterator[None]:
    """No socket at all, or loopback alone for the tests that say so."""
    loopback = request.node.get_closest_marker("loopback") or request.node.get_closest_marker("browser")
    if loopback:
        pytest_socket.socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)
    else:
        pytest_socket.disable_socket(allow_unix_socket=True)
    yield
    pytest_socket.enable_socket()
    pytest_socket._remove_restrictions()


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's own configuration changes no test."""
    monkeypatch.setenv("MPLBACKEND", "agg")
    for name in [name for name in os.environ if name.startswith("PHISHLAB_")]:
        if name not in {"PHISHLAB_TEST_DATA", "PHISHLAB_CACHE"}:
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real mails, answers and suites; it stands beside the checkout, never in it."""
    if not _SHARED.is_dir():
        pytest.skip(f"no real data at {_SHARED}: set PHISHLAB_TEST_DATA to a copy of it")
    return _SHARED


ROOT = Path(__file__).parents[1]
KAGOYA = ROOT / "data" / "cases" / "kagoya"
_NO_SKIPS = os.environ.get("PHISHLAB_NO_SKIPS") == "1"
REFRESH = os.environ.get("PHISHLAB_REFRESH_GOLDEN") == "1"


@pytest.fixture
def kagoya() -> Case:
    """The article's case as it is shipped, replayed."""
    from phishlab import case

    return case.open_case(KAGOYA)


@pytest.fixture
def golden() -> Callable[[str, bytes], None]:
    """Compares bytes with a file of ``tests/golden``; the failure prints the difference and how to refresh."""

    def compare(name: str, made: bytes) -> None:
        path = ROOT / "tests" / "golden" / name
        if REFRESH:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(made)
        expected = path.read_bytes()
        if made != expected:
            difference = difflib.unified_diff(
                expected.decode().splitlines(), made.decode().splitlines(), "golden", "made", lineterm="", n=1
            )
            shown = "\n".join(list(difference)[:60])
            pytest.fail(f"{name} differs; look, then refresh with: make golden\n{shown}", pytrace=False)

    return compare


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """At the gate a skip is a failure: nothing may hide there."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]  # pluggy's result, which pytest leaves untyped
    if _NO_SKIPS and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped at the gate: {call.excinfo.value if call.excinfo else ''}"


def pytest_make_parametrize_id(val: object) -> str | None:
    """Packed bytes hold the time they were packed at: named by themselves, two workers would find two tests."""
    return "bytes" if isinstance(val, bytes) and len(val) > 16 else None
