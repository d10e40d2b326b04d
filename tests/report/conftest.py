from __future__ import annotations

import pytest

from tests import casefiles


@pytest.fixture(autouse=True)
def _undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    casefiles.undrawn(monkeypatch)
