"""What every test has: no network, and the real data where it is there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import pytest_socket

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
