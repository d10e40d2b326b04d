"""A large file over HTTPS: whole or not at all, from public addresses, with a cap on size and time."""

from __future__ import annotations

import hashlib
import resource
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from phishlab.errors import DataError
from phishlab.wire import download
from tests.servers import web
from tests.servers.world import World, world

pytestmark = pytest.mark.loopback

HOST = "download.db-ip.com"
BODY = bytes(range(256)) * 4096
OK = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    pages: dict[str, web.Page] = {
        f"{HOST}/whole": web.page(BODY, "application/gzip"),
        f"{HOST}/whole?a=b": web.page(b"query"),
        f"{HOST}/unsized": OK + b"\r\n" + BODY,
        f"{HOST}/chunked": OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        f"{HOST}/short": OK + b"Content-Length: 2000000\r\n\r\n" + BODY,
        f"{HOST}/short-chunk": OK + b"Transfer-Encoding: chunked\r\n\r\nff\r\nabc",
        f"{HOST}/states-too-much": OK + b"Content-Length: 99999999999\r\n\r\n",
        f"{HOST}/endless": web.endless(),
        f"{HOST}/drip": web.dripping(OK + b"\r\n" + BODY, 0.05),
        f"{HOST}/garbage": b"\x00\xff no http\r\n\r\n",
        f"{HOST}/moved": web.redirect("/whole"),
        f"{HOST}/mirrored": web.redirect("https://mirror.example/copy"),
        f"{HOST}/around": web.redirect("/around"),
        f"{HOST}/to-private": web.redirect("https://inside.example/secret"),
        f"{HOST}/to-loopback": web.redirect("https://127.0.0.1/secret"),
        f"{HOST}/to-http": web.redirect(f"http://{HOST}/whole"),
        f"{HOST}/to-file": web.redirect("file:///etc/passwd"),
        f"{HOST}/to-nowhere": web.redirect("https://"),
        "mirror.example/copy": web.page(b"copy"),
    }
    zones = {"inside.example": "@ IN A 10.0.0.1\n", "wrong-name.example": "@ IN A 11.9.9.9\n"}
    with world(tmp_path_factory.mktemp("world"), zones=zones, pages=pages) as made:
        made.dial["11.9.9.9", 443] = next(to for (_, port), to in made.dial.items() if port == 443)
        yield made


def door(here: World) -> download.Door:
    return download.Door(nameservers=here.nameservers, dial=here.dial, ca_file=str(here.ca_file))


def get(here: World, path: Path, tail: str, host: str = HOST, **more: Any) -> download.Download:
    return download.fetch(f"https://{host}/{tail}", path, door=door(here), **more)


@pytest.mark.parametrize(
    ("tail", "body"),
    [("whole", BODY), ("unsized", BODY), ("chunked", b"abc"), ("moved", BODY),
     ("mirrored", b"copy"), ("whole?a=b", b"query")],
)  # fmt: skip
def test_a_file_that_comes_whole_is_written_with_its_digest(
    here: World, tmp_path: Path, tail: str, body: bytes
) -> None:
    told: list[tuple[int, int | None]] = []
    found = get(here, tmp_path / "file", tail, on_progress=lambda come, of: told.append((come, of)))
    assert (tmp_path / "file").read_bytes() == body
    assert (found.size, found.sha256) == (len(body), hashlib.sha256(body).hexdigest())
    assert told[-1][0] == len(body)
    assert told[-1][1] in {len(body), None}
    assert found.peer.endswith(":443")


@pytest.mark.parametrize(
    ("tail", "why"),
    [
        ("unknown", "download.db-ip.com answers 404 Not Found"),
        ("short", "no whole HTTP response"),
        ("short-chunk", "no whole HTTP response"),
        ("garbage", "no whole HTTP response"),
        ("states-too-much", "it has 99,999,999,999 bytes; up to 5,000,000 are taken"),
        ("endless", "more than 5,000,000 bytes"),
        ("drip", "timed out after 2 s"),
        ("around", "more than 5 redirects"),
        ("to-private", "inside.example is at 10.0.0.1, which is no public address"),
        ("to-loopback", "127.0.0.1 is at 127.0.0.1, which is no public address"),
        ("to-http", "is no plain https address"),
        ("to-file", "is no plain https address"),
        ("to-nowhere", "redirects to no web address"),
    ],
)
def test_what_goes_wrong_is_one_line_and_leaves_no_file(
    here: World, tmp_path: Path, tail: str, why: str
) -> None:
    with pytest.raises(DataError) as caught:
        get(here, tmp_path / "file", tail, limit=5_000_000, seconds=2.0)
    assert why in str(caught.value)
    assert str(caught.value).startswith(f"https://{HOST}/{tail} was not fetched: ")
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_server_without_the_right_certificate_is_not_believed(here: World, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"certificate does not stand"):
        get(here, tmp_path / "file", "whole", host="wrong-name.example")
    strict = download.Door(nameservers=here.nameservers, dial=here.dial)
    with pytest.raises(DataError, match=r"certificate does not stand"):
        download.fetch(f"https://{HOST}/whole", tmp_path / "file", door=strict)


def test_a_name_that_the_resolver_does_not_give_is_said_so(here: World, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"absent\.example: the server answers REFUSED"):
        get(here, tmp_path / "file", "whole", host="absent.example")


def test_a_full_disk_is_said_with_what_to_do_and_leaves_no_file(here: World, tmp_path: Path) -> None:
    before, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(DataError, match=r"cannot be written \(File too large\): make room there"):
            get(here, tmp_path / "file", "whole")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_said_so(here: World, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"cannot be written \(No such file"):
        get(here, tmp_path / "absent" / "file", "whole")


def test_nothing_but_the_file_is_asked_for_and_no_cookie_or_referrer_goes_along(
    here: World, tmp_path: Path
) -> None:
    here.web_asked.clear()
    get(here, tmp_path / "file", "mirrored")
    heads = [head.decode().lower() for head in here.web_asked]
    assert [head.split(" http/1.1")[0] for head in heads] == ["get /mirrored", "get /copy"]
    for head in heads:
        names = {line.partition(":")[0] for line in head.split("\r\n")[1:] if line}
        assert names <= {"host", "user-agent", "accept-encoding", "connection"}
