"""Small databases for tests, by the writer that the shipped ones are made with."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from types import ModuleType
from typing import Any


@cache
def _writer() -> ModuleType:
    path = Path(__file__).parents[2] / "data" / "build" / "mmdb.py"
    spec = importlib.util.spec_from_file_location("mmdb_for_tests", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["mmdb_for_tests"] = module
    spec.loader.exec_module(module)
    return module


def written(path: Path, kind: str, networks: Mapping[str, Any], built: datetime) -> Path:
    """A database of *networks* (IPv4 and IPv6) at *path*."""
    writer = _writer()
    ranges = sorted(
        writer.Range(int(net.network_address), int(net.broadcast_address), number)
        for number, net in enumerate(map(ip_network, networks))
    )
    writer.write(
        path,
        ranges,
        list(networks.values()),
        ip_version=6,
        database_type=kind,
        build_epoch=int(built.timestamp()),
        description="made by a test",
    )
    return path


def record(city: str, **more: Any) -> dict[str, Any]:
    """A record in the form of MaxMind and DB-IP."""
    return {
        "country": {"iso_code": "JP", "names": {"en": "Japan"}},
        "city": {"names": {"en": city}},
        "location": {"latitude": 35.6893, "longitude": 139.6899},
        **more,
    }
