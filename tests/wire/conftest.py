"""An archive to ask into."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from phishlab.evidence.archive import Archive
from tests.servers.world import World, world


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An empty archive in a case's place."""
    return Archive(tmp_path / "data" / "answers" / "answers.warc.gz")


@pytest.fixture(scope="session")
def article(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The zones of the article, behind a real NSD."""
    with world(tmp_path_factory.mktemp("world")) as here:
        yield here
