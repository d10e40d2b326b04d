"""A time-stamping authority on loopback: ``openssl ts`` behind HTTP (RFC 3161, 3.4)."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.servers import sockets, web

_CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = {name}
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[stamp]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = tsa1
[tsa1]
dir = {folder}
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
certs = {folder}/ca.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
"""


@dataclass(kw_only=True)
class Authority:
    """Keys and certificates in *folder*; ``ca.pem`` is its root."""

    folder: Path
    asked: list[bytes] = field(default_factory=list)

    @property
    def root(self) -> Path:
        """The certificate of its root."""
        return self.folder / "ca.pem"

    def reply(self, request: bytes) -> bytes:
        """A TimeStampResp for the TimeStampReq."""
        asked, said = self.folder / "asked.tsq", self.folder / "said.tsr"
        asked.write_bytes(request)
        openssl("ts", "-reply", "-config", "tsa.cnf", "-queryfile", asked, "-out", said, cwd=self.folder)
        return said.read_bytes()

    def talk(self, connection: socket.socket) -> None:
        """One POST answered."""
        head, _, body = _request(connection).partition(b"\r\n\r\n")
        self.asked.append(head + b"\r\n\r\n" + body)
        if b"application/timestamp-query" not in head or not head.startswith(b"POST "):
            connection.sendall(web.page(b"no", status="415 Unsupported Media Type"))
            return
        connection.sendall(web.page(self.reply(body), "application/timestamp-reply"))


def authority(folder: Path, name: str = "Test Stamps") -> Authority:
    """A new authority; its keys are made now."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl on this machine: apt-get install openssl")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tsa.cnf").write_text(_CONFIG.format(name=name, folder=folder), encoding="ascii")
    (folder / "serial").write_text("01\n", encoding="ascii")
    new = ("req", "-config", "tsa.cnf", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    openssl(
        *new, "-x509", "-extensions", "ca", "-days", "30", "-keyout", "ca.key", "-out", "ca.pem", cwd=folder
    )
    openssl(*new, "-subj", f"/CN={name} Signer", "-keyout", "tsa.key", "-out", "tsa.csr", cwd=folder)
    openssl(
        "x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", "2", "-days", "30",
        "-extfile", "tsa.cnf", "-extensions", "stamp", "-out", "tsa.pem", cwd=folder,
    )  # fmt: skip
    return Authority(folder=folder)


@contextmanager
def serving(folder: Path) -> Iterator[tuple[Authority, tuple[str, int]]]:
    """A new authority, and the address at which it answers."""
    made = authority(folder)
    with sockets.serving(made.talk) as address:
        yield made, address


def openssl(*words: str | Path, cwd: Path) -> str:
    """What the command prints; AssertionError with its complaint where it fails."""
    done = subprocess.run(["openssl", *map(str, words)], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def _request(connection: socket.socket) -> bytes:
    got = b""
    while b"\r\n\r\n" not in got and (chunk := connection.recv(65_536)):
        got += chunk
    lines = got.partition(b"\r\n\r\n")[0].lower().split(b"\r\n")
    length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
    while len(got.partition(b"\r\n\r\n")[2]) < length and (chunk := connection.recv(65_536)):
        got += chunk
    return got
