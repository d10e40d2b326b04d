"""``phishlab data``: what is used, and a newer file. Nothing is asked of any network unless the words say so."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from phishlab import cli
from phishlab.cli import data
from phishlab.sources import rdap_servers
from phishlab.wire import clock, download
from tests.servers import web
from tests.servers.world import world
from tests.sources.mmdbs import record, written

NOVEMBER, JANUARY = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("platformdirs.user_data_path", lambda *_, **__: tmp_path / "home")
    monkeypatch.setattr(clock, "utc", lambda: datetime(2026, 11, 24, tzinfo=UTC))
    monkeypatch.setenv("LANG", "C")
    return tmp_path / "home"


def dbip(path: Path, built: datetime = NOVEMBER) -> Path:
    return written(path, "DBIP-City-Lite", {"8.8.8.0/24": record("Here")}, built)


def test_status_prints_date_licence_source_and_digest_of_each_database(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["data", "status"]) == cli.OK
    shown = capsys.readouterr().out
    for told in (
        "2026-06-05",
        "CC BY 4.0",
        "comes with phishlab",
        "IP Geolocation by DB-IP",
        "7f3afd53088fbe11",
    ):
        assert told in shown
    assert cli.main(["data", "status", "--lang", "ja"]) == cli.OK
    assert "phishlab に同梱" in capsys.readouterr().out


def test_a_file_that_cannot_be_read_is_a_line_of_the_status(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "geoip").mkdir(parents=True)
    (home / "geoip" / "city.mmdb").write_bytes(b"none")
    assert cli.main(["data", "status"]) == cli.OK
    assert "city.mmdb cannot be read" in capsys.readouterr().out


def test_update_with_a_file_says_what_it_put_where_and_what_it_replaced(
    tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["data", "update", str(dbip(tmp_path / "x.mmdb")), "--lang", "en"]) == cli.OK
    shown = capsys.readouterr().out
    assert "2026-11-01, DB-IP, CC BY 4.0" in shown
    assert str(home / "geoip" / "dbip-city-lite.mmdb") in shown
    assert cli.main(["data", "update", str(dbip(tmp_path / "y.mmdb", JANUARY)), "--lang", "en"]) == cli.OK
    shown = capsys.readouterr().out
    assert "It is older than what it replaces, DBIP-City-Lite of 2026-11-01" in shown
    assert "dbip-city-lite.mmdb.previous" in shown


def test_update_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["data", "update", str(dbip(tmp_path / "x.mmdb")), "--json"]) == cli.OK
    document = json.loads(capsys.readouterr().out)
    assert document["status"]["built"].startswith("2026-11-01")
    assert len(document["sha256"]) == 64


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["update", "absent.mmdb"], cli.NOT_A_MAIL, "cannot read absent.mmdb"),
        (["update", "--month", "soon"], cli.NOT_A_MAIL, "not a month: 'soon'"),
        (["update", "x.mmdb", "--month", "2026-10"], cli.NOT_A_MAIL, "a file or a month, not both"),
        (["status", "x.mmdb"], cli.NOT_A_MAIL, "go with: phishlab data update"),
        (["update", __file__], cli.TROUBLE, "is no MaxMind database"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    words: list[str], code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["data", *words]) == code
    shown = capsys.readouterr().err
    assert told in shown
    assert shown.count("\n") == 1


@pytest.mark.loopback
def test_update_without_a_file_fetches_this_months(
    tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = gzip.compress(dbip(tmp_path / "x.mmdb").read_bytes())
    target = "download.db-ip.com/free/dbip-city-lite-2026-11.mmdb.gz"
    with world(tmp_path, pages={target: web.page(packed)}, zones={}) as here:
        door = download.Door(nameservers=here.nameservers, dial=here.dial, ca_file=str(here.ca_file))
        monkeypatch.setattr(data, "DOOR", door)
        assert cli.main(["data", "update", "--lang", "en"]) == cli.OK
        assert cli.main(["data", "update", "--sha256", "0" * 64]) == cli.TROUBLE
    shown = capsys.readouterr()
    assert f"from https://{target}" in shown.out
    assert "is not the file that was meant" in shown.err
    assert [path.name for path in (home / "geoip").iterdir()] == ["dbip-city-lite.mmdb"]


BOOTSTRAP = {
    "publication": "2026-11-20T00:00:00Z",
    "services": [[["com"], ["https://rdap.new.example/"]], [["example"], ["http://clear.example/"]]],
}


@pytest.mark.loopback
def test_update_rdap_fetches_ianas_list_and_uses_it_from_then_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = {"data.iana.org/rdap/dns.json": web.page(json.dumps(BOOTSTRAP), "application/json")}
    with world(tmp_path, pages=pages) as here:
        door = download.Door(nameservers=here.nameservers, dial=here.dial, ca_file=str(here.ca_file))
        monkeypatch.setattr(data, "DOOR", door)
        assert cli.main(["data", "update", "rdap"]) == cli.OK
    assert "list of 2026-11-20, 1 top-level domains" in capsys.readouterr().out
    assert rdap_servers.listed().bases == {"com": "https://rdap.new.example/"}
    assert cli.main(["data", "status"]) == cli.OK
    assert "list of 2026-11-20" in capsys.readouterr().out


@pytest.mark.loopback
@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"services": [[["net"], ["https://x.example/"]]]}'])
def test_what_is_not_ianas_list_replaces_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], body: bytes
) -> None:
    with world(tmp_path, pages={"data.iana.org/rdap/dns.json": web.page(body)}) as here:
        door = download.Door(nameservers=here.nameservers, dial=here.dial, ca_file=str(here.ca_file))
        monkeypatch.setattr(data, "DOOR", door)
        assert cli.main(["data", "update", "rdap"]) != cli.OK
    assert "is not the list of RDAP servers" in capsys.readouterr().err
    assert rdap_servers.listed().path is None
    assert not list((tmp_path / "home").rglob("rdap*"))


def test_a_damaged_list_of_ones_own_is_passed_over(home: Path) -> None:
    home.mkdir()
    (home / "rdap-dns.json").write_bytes(b"no list")
    assert len(rdap_servers.listed().bases) == 1169
