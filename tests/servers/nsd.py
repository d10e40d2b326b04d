"""A real NSD on a loopback port, with the zones that a test gives."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import dns.exception
import dns.message
import dns.query
import pytest

_START = """$ORIGIN {name}.
$TTL 300
@ IN SOA ns.{name}. hostmaster.{name}. 1 3600 600 86400 60
@ IN NS ns.{name}.
"""
_SERVER = """server:
  ip-address: 127.0.0.1
  port: {port}
  username: ""
  chroot: ""
  database: ""
  server-count: 1
  rrl-ratelimit: 0
  pidfile: "{room}/nsd.pid"
  zonelistfile: "{room}/zone.list"
  xfrdfile: "{room}/xfrd.state"
  xfrdir: "{room}"
  zonesdir: "{room}"
remote-control:
  control-enable: no
"""


@contextmanager
def serving(zones: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Address and port of an NSD with *zones*: records by zone name; SOA and NS are put in front."""
    program = shutil.which("nsd", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    if program is None:
        pytest.skip("no nsd on this machine: apt-get install nsd")
    with tempfile.TemporaryDirectory(prefix="nsd-") as room:
        port = _free_port()
        config = _configure(Path(room), port, zones)
        with Path(room, "log").open("wb") as log:
            server = subprocess.Popen([program, "-d", "-c", str(config)], stdout=log, stderr=log)
        try:
            _await(server, port, next(iter(zones)), Path(room, "log"))
            yield ("127.0.0.1", port)
        finally:
            server.terminate()
            server.wait(timeout=10)


def _configure(room: Path, port: int, zones: Mapping[str, str]) -> Path:
    text = _SERVER.format(port=port, room=room)
    for number, (name, records) in enumerate(zones.items()):
        file = room / f"{number}.zone"
        file.write_text(_START.format(name=name) + records.rstrip() + "\n", encoding="utf-8")
        text += f'zone:\n  name: "{name}"\n  zonefile: "{file.name}"\n'
    config = room / "nsd.conf"
    config.write_text(text, encoding="utf-8")
    return config


def _free_port() -> int:
    while True:
        with (
            socket.socket(socket.AF_INET, socket.SOCK_STREAM) as stream,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram,
        ):
            stream.bind(("127.0.0.1", 0))
            try:
                datagram.bind(stream.getsockname())
            except OSError:
                continue
            return int(stream.getsockname()[1])


def _await(server: subprocess.Popen[bytes], port: int, zone: str, log: Path) -> None:
    query = dns.message.make_query(zone, "SOA")
    for _ in range(100):
        if server.poll() is not None:
            break
        try:
            dns.query.udp(query, "127.0.0.1", timeout=0.1, port=port)
        except (dns.exception.DNSException, OSError):
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"nsd did not start:\n{log.read_text(encoding='utf-8')}")
