"""A time stamp is over the sealed case, is checked without a network, and still proves something of a later case."""

from __future__ import annotations

import functools
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_socket

from phishlab import cli
from phishlab.errors import DataError, EvidenceError
from phishlab.evidence import stamps, tokens
from phishlab.evidence.archive import Archive
from phishlab.evidence.folder import CaseFolder
from phishlab.evidence.verify import verify
from phishlab.records import Level, Outcome, Provenance, Question
from phishlab.wire.live import LiveWire
from tests.evidence.conftest import OPENED
from tests.servers import nsd, tsa
from tests.servers.tsa import Authority, openssl

NAME, ADDRESS = "stamps.example", "11.0.0.9"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority whose answers are asked for by hand."""
    return tsa.authority(tmp_path_factory.mktemp("tsa"))


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Another authority."""
    return tsa.authority(tmp_path_factory.mktemp("other"), "Other Stamps")


def _roots(*authorities: Authority) -> tokens.Certificates:
    return [root for one in authorities for root in tokens.authorities(one.root.read_bytes())]


def _stamped(case: CaseFolder, authority: Authority) -> str:
    request = stamps.request(case.path)
    return stamps.keep(case.path, authority.reply(request), request)


def _later(case: CaseFolder) -> None:
    """Another answer, and the case sealed anew: what a second run does."""
    case.answers.append(
        Question(uri="dns:later.example?type=A", level=Level.ACTIVE),
        b"\x12\x34",
        run="2",
        peer="127.0.0.1:53",
        asked_at=OPENED + timedelta(days=3),
        origin=Provenance.RECORDED,
        outcome=Outcome.ANSWERED,
    )
    case.update_info(runs=["1", "2"])
    case.seal()


def test_a_stamp_is_over_the_tag_manifest_and_changes_no_file_of_the_bag(
    case: CaseFolder, authority: Authority
) -> None:
    before = {path: path.read_bytes() for path in case.path.rglob("*") if path.is_file()}
    path = _stamped(case, authority)
    assert verify(case.path) == ()
    assert {path: path.read_bytes() for path in before} == before
    (kept,), problems = stamps.check(case.path, _roots(authority))
    assert problems == ()
    assert (kept.path, kept.trust, kept.current) == (path, tokens.TRUSTED, True)
    assert kept.token.covers((case.path / "tagmanifest-sha256.txt").read_bytes())
    assert kept.token.authority == "CN=Test Stamps Signer"


def test_the_request_holds_a_digest_and_nothing_else_of_the_case(case: CaseFolder) -> None:
    request = stamps.request(case.path)
    assert len(request) < 100
    assert tokens.nonce(request) is not None


def test_openssl_agrees(case: CaseFolder, authority: Authority) -> None:
    folder = case.path / _stamped(case, authority)
    said = openssl(
        "ts", "-verify", "-data", stamps.STAMPED, "-in", stamps.RESPONSE, "-CAfile", authority.root, cwd=folder
    )  # fmt: skip
    assert "Verification: OK" in said


def test_the_same_stamp_from_elsewhere_is_taken_in(case: CaseFolder, authority: Authority) -> None:
    """``openssl ts -query`` on the stamped file, on a machine that can reach an authority."""
    asked = case.path.parent / "q.tsq"
    openssl(
        "ts", "-query", "-data", "tagmanifest-sha256.txt", "-sha256", "-cert", "-out", asked, cwd=case.path
    )
    stamps.keep(case.path, authority.reply(asked.read_bytes()))
    (kept,), problems = stamps.check(case.path, _roots(authority))
    assert (kept.trust, problems) == (tokens.TRUSTED, ())


def test_without_an_authority_nothing_is_claimed(case: CaseFolder, authority: Authority) -> None:
    _stamped(case, authority)
    (kept,), problems = stamps.check(case.path)
    assert (kept.trust, problems) == (tokens.UNCHECKED, ())


def test_an_authority_that_is_not_the_one_given_is_refused(
    case: CaseFolder, authority: Authority, stranger: Authority
) -> None:
    _stamped(case, authority)
    (kept,), problems = stamps.check(case.path, _roots(stranger))
    assert kept.trust == tokens.UNTRUSTED
    assert [problem.kind for problem in problems] == ["stamp"]
    assert stamps.check(case.path, _roots(stranger, authority))[1] == ()


def test_a_stamp_of_an_earlier_seal_still_proves_what_was_there_then(
    case: CaseFolder, authority: Authority
) -> None:
    _stamped(case, authority)
    _later(case)
    _stamped(case, authority)
    found, problems = stamps.check(case.path, _roots(authority))
    assert problems == ()
    assert [one.current for one in found] == [False, True]
    assert {one.trust for one in found} == {tokens.TRUSTED}


def _another_mail(case: CaseFolder) -> None:
    original = case.path / "data" / "evidence" / "original.eml"
    original.chmod(0o644)
    original.write_bytes(b"From: somebody@else.example\r\n\r\n")


def _a_forged_answer(case: CaseFolder) -> None:
    (case.path / "data" / "answers" / "answers.warc.gz").unlink()
    _later(CaseFolder.open(case.path))


def _another_log(case: CaseFolder) -> None:
    log = case.path / "data" / "custody.jsonl"
    log.write_bytes(log.read_bytes().replace(b"first run", b"other run"))


def _less(case: CaseFolder) -> None:
    (case.path / "data" / "visit" / "screenshot.png").unlink()


@pytest.mark.parametrize("change", [_another_mail, _a_forged_answer, _another_log, _less])
def test_a_case_that_was_changed_and_sealed_again_is_told_by_its_stamp(
    case: CaseFolder, authority: Authority, change: Callable[[CaseFolder], None]
) -> None:
    """Manifests and custody log can be made anew by anyone; the time in the stamp cannot."""
    _stamped(case, authority)
    change(case)
    CaseFolder.open(case.path).seal()
    _, problems = stamps.check(case.path, _roots(authority))
    assert {problem.kind for problem in problems} == {"stamp"}


@pytest.mark.parametrize("name", [stamps.STAMPED, "manifest-sha256.txt", stamps.RESPONSE])
def test_a_changed_part_of_a_stamp_is_found(case: CaseFolder, authority: Authority, name: str) -> None:
    file = case.path / _stamped(case, authority) / name
    content = bytearray(file.read_bytes())
    content[-40] ^= 1
    file.write_bytes(content)
    assert stamps.check(case.path, _roots(authority))[1]


def test_what_is_no_part_of_a_stamp_is_found(case: CaseFolder, authority: Authority) -> None:
    folder = case.path / _stamped(case, authority)
    (folder / "more.txt").write_text("x", encoding="ascii")
    (folder / stamps.REQUEST).unlink()
    (folder / stamps.REQUEST).symlink_to("/etc/hostname")
    (case.path / "stamps" / "loose").write_text("x", encoding="ascii")
    assert len(stamps.check(case.path)[1]) == 3


def test_rubbish_for_a_response_is_refused_in_one_line_and_kept_nowhere(
    case: CaseFolder, authority: Authority
) -> None:
    good = authority.reply(stamps.request(case.path))
    for rubbish in (b"", b"\x30\x80", b"<html>", good[:-5], b"\x30\x84\xff\xff\xff\xff", b"\0" * 2_000_000):
        with pytest.raises(EvidenceError):
            stamps.keep(case.path, rubbish)
    for at in range(0, len(good), 7):
        changed = bytearray(good)
        changed[at] ^= 0x41
        try:
            stamps.keep(case.path, bytes(changed))
        except EvidenceError:
            continue
        shutil.rmtree(case.path / "stamps")
    assert not list((case.path / "stamps").glob("*"))


def test_a_stamp_over_something_else_or_for_another_request_is_refused(
    case: CaseFolder, authority: Authority
) -> None:
    other = authority.reply(tokens.request(b"something else"))
    with pytest.raises(EvidenceError, match="something else"):
        stamps.keep(case.path, other)
    with pytest.raises(EvidenceError, match="nonce"):
        stamps.keep(case.path, authority.reply(stamps.request(case.path)), stamps.request(case.path))


def test_a_refusal_of_the_authority_is_said_in_its_words(case: CaseFolder, authority: Authority) -> None:
    """``openssl ts -reply`` to a query with a digest that it does not take."""
    asked = case.path.parent / "q.tsq"
    openssl("ts", "-query", "-data", "tagmanifest-sha256.txt", "-sha1", "-out", asked, cwd=case.path)
    with pytest.raises(EvidenceError, match="granted no stamp: status 2"):
        stamps.keep(case.path, authority.reply(asked.read_bytes()))


def test_a_changed_case_is_not_stamped(case: CaseFolder) -> None:
    _less(case)
    with pytest.raises(EvidenceError, match="not as it was sealed"):
        stamps.request(case.path)


def test_a_file_of_authorities_without_one_is_said(case: CaseFolder) -> None:
    with pytest.raises(DataError, match="no certificate"):
        tokens.authorities(b"hello")


# --- through the wire ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Authority, dict[str, object]]]:
    """An authority under a name of its own, and what a LiveWire needs to reach it."""
    pytest_socket.enable_socket()
    with (
        tsa.serving(tmp_path_factory.mktemp("served")) as (made, address),
        nsd.serving({"stamps.example": f"@ IN A {ADDRESS}\n"}) as server,
    ):
        dial = {(ADDRESS, 80): address, (ADDRESS, 81): ("127.0.0.1", 1)}  # nobody listens there
        yield made, {"nameservers": (server,), "dial": dial, "pace": {}, "timeout": 2.0}


@pytest.fixture
def _wired(served: tuple[Authority, dict[str, object]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("phishlab.cli.stamp.LiveWire", functools.partial(LiveWire, **served[1]))  # type: ignore[arg-type]  # options by name


@pytest.mark.loopback
@pytest.mark.usefixtures("_wired")
def test_the_command_asks_keeps_and_says_what_it_proves(
    case: CaseFolder, served: tuple[Authority, dict[str, object]], capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["stamp", str(case.path), "--tsa", f"http://{NAME}/tsr", "--tsa-ca", str(served[0].root)]
    assert cli.main([*words, "--lang", "en"]) == cli.OK
    said = capsys.readouterr()
    assert "learns a SHA-256 digest" in said.err
    assert "CN=Test Stamps Signer attests that it existed before 20" in said.out
    assert b"kagoya" not in served[0].asked[-1].lower()
    (folder,) = (case.path / "stamps").iterdir()
    (exchange, *_) = reversed(Archive(folder / stamps.EXCHANGE).exchanges())
    assert exchange.question.startswith(f"http://{NAME}/tsr?__wb_method=POST")
    assert cli.main(["verify", str(case.path), "--tsa-ca", str(served[0].root), "--lang", "ja"]) == cli.OK
    assert "証明しています" in capsys.readouterr().out
    assert cli.main(["verify", str(case.path), "--json"]) == cli.OK
    assert json.loads(capsys.readouterr().out)["stamps"][0]["trust"] == "unchecked"
    assert CaseFolder.open(case.path).custody()[-1].action == "stamp-asked"


@pytest.mark.loopback
@pytest.mark.usefixtures("_wired")
def test_an_offline_case_is_stamped_only_when_the_level_is_said(
    tmp_path: Path, served: tuple[Authority, dict[str, object]], capsys: pytest.CaptureFixture[str]
) -> None:
    offline = CaseFolder.create(tmp_path / "case", b"x", {"opened_at": OPENED, "level": "offline"})
    asked = len(served[0].asked)
    words = ["stamp", str(offline.path), "--tsa", f"http://{NAME}/tsr", "--lang", "en"]
    assert cli.main(words) == cli.NOT_A_MAIL
    assert "--level passive" in capsys.readouterr().err
    assert len(served[0].asked) == asked
    assert cli.main([*words, "--level", "passive"]) == cli.OK


@pytest.mark.loopback
@pytest.mark.usefixtures("_wired")
@pytest.mark.parametrize("url", ["http://nowhere.example/tsr", f"http://{NAME}:81/tsr"])
def test_an_authority_that_is_not_reached_leaves_nothing(
    case: CaseFolder, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["stamp", str(case.path), "--tsa", url, "--lang", "en"]) == cli.TROUBLE
    assert "gave no stamp" in capsys.readouterr().err
    assert list((case.path / "stamps").iterdir()) == []
    assert verify(case.path) == ()


def test_a_request_can_be_carried_to_another_machine(
    case: CaseFolder, authority: Authority, capsys: pytest.CaptureFixture[str]
) -> None:
    query, response = case.path.parent / "q.tsq", case.path.parent / "r.tsr"
    assert cli.main(["stamp", str(case.path), "--query", str(query), "--lang", "en"]) == cli.OK
    response.write_bytes(authority.reply(query.read_bytes()))
    words = ["stamp", str(case.path), "--response", str(response), "--tsa-ca", str(authority.root)]
    assert cli.main([*words, "--lang", "ja"]) == cli.OK
    assert "証明しています" in capsys.readouterr().out


def test_bagit_and_warcio_take_a_stamped_case(case: CaseFolder, authority: Authority) -> None:
    _stamped(case, authority)
    programs = Path(sys.executable).parent  # the tests may run in an environment that is not activated
    bagit = (programs / "bagit.py", "--validate", case.path)
    warcio = (programs / "warcio", "check", case.path / "data/answers/answers.warc.gz")
    for command in (bagit, warcio):
        done = subprocess.run(command, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
