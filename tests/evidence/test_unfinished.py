"""A run killed in a case that was sealed before: the sealed part is still held, what came since is told apart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from phishlab.errors import EvidenceError
from phishlab.evidence import bag
from phishlab.evidence.folder import ANSWERS, CUSTODY, CaseFolder
from phishlab.evidence.verify import UNSEALED, require, verify
from phishlab.records import Level, Outcome, Provenance, Question
from tests.evidence.conftest import OPENED


def _kept(folder: CaseFolder, name: str, run: str) -> None:
    folder.answers.append(
        Question(uri=f"dns:{name}?type=A", level=Level.ACTIVE), b"\x12\x34", run=run, peer="127.0.0.1:53",
        asked_at=OPENED + timedelta(days=3), origin=Provenance.RECORDED, outcome=Outcome.ANSWERED,
    )  # fmt: skip


@pytest.fixture
def killed(case: CaseFolder) -> CaseFolder:
    """Killed in its second run, after two answers, a line in the log and half a file."""
    run = case.begin_run(OPENED + timedelta(days=3))
    assert verify(case.path) == ()
    for name in ("a.example", "b.example"):
        _kept(case, name, run)
    case.add_file("visit/run-2/page.html", b"<p>")
    case.log("looked", "in the second run", when=OPENED + timedelta(days=3))
    (case.path / "data" / "visit" / ".page.png.x1.part").write_bytes(b"half")
    return CaseFolder.open(case.path)


def _told(root: Path) -> set[tuple[str, str]]:
    return {(problem.kind, problem.path) for problem in verify(root)}


def test_what_came_since_the_seal_is_told_apart_from_damage(killed: CaseFolder) -> None:
    assert _told(killed.path) == {
        (UNSEALED, ANSWERS),
        (UNSEALED, CUSTODY),
        (UNSEALED, "data/visit/run-2/page.html"),
        (UNSEALED, "data/visit/.page.png.x1.part"),
    }
    told = {problem.path: problem.text for problem in verify(killed.path)}
    assert told[ANSWERS] == "2 answers and requests were kept after the last seal"
    assert told[CUSTODY] == "1 lines were kept after the last seal"
    require(killed.path)


def _changed_answer(root: Path) -> None:
    data = bytearray((root / ANSWERS).read_bytes())
    data[60] ^= 1
    (root / ANSWERS).write_bytes(data)


def _less_answers(root: Path) -> None:
    (root / ANSWERS).write_bytes((root / ANSWERS).read_bytes()[:200])


def _changed_log(root: Path) -> None:
    (root / CUSTODY).write_bytes((root / CUSTODY).read_bytes().replace(b"first run", b"other run"))


def _changed_picture(root: Path) -> None:
    (root / "data" / "visit" / "screenshot.png").write_bytes(b"other")


def _changed_mail(root: Path) -> None:
    (root / "data" / "evidence" / "original.eml").chmod(0o644)
    (root / "data" / "evidence" / "original.eml").write_bytes(b"other")


def _planted(root: Path) -> None:
    (root / "data" / "evidence" / "planted.eml").write_bytes(b"other")


def _said_to_be_unfinished(root: Path) -> None:
    (root / "data" / "case.json").write_bytes(b'{"format": 1, "finished": false, "opened_at": "2024-01-16"}')


@pytest.mark.parametrize(
    "change",
    [_changed_answer, _less_answers, _changed_log, _changed_picture, _changed_mail, _planted, _said_to_be_unfinished],
)  # fmt: skip
def test_that_a_case_is_not_finished_excuses_no_change(
    killed: CaseFolder, change: Callable[[Path], None]
) -> None:
    change(killed.path)
    assert {kind for kind, _ in _told(killed.path)} - {UNSEALED}
    with pytest.raises(EvidenceError, match="not as it was sealed"):
        require(killed.path)


def test_a_finished_case_excuses_nothing(case: CaseFolder) -> None:
    _kept(case, "later.example", "1")
    assert _told(case.path) == {("changed", ANSWERS)}


def test_tidied_up_it_goes_on_and_is_sealed(killed: CaseFolder) -> None:
    killed.tidy()
    _kept(killed, "c.example", "2")
    killed.seal()
    assert verify(killed.path) == ()
    assert not list(killed.path.rglob("*.part"))


def test_a_torn_line_of_the_log_is_set_aside(killed: CaseFolder) -> None:
    log = killed.path / CUSTODY
    log.write_bytes(log.read_bytes() + b'{"action": "look')
    assert {kind for kind, _ in _told(killed.path)} == {UNSEALED}
    require(killed.path)
    killed.tidy()
    killed.log("looked", "again", when=OPENED + timedelta(days=4))
    killed.seal()
    assert verify(killed.path) == ()
    (aside,) = (killed.path / "data" / "answers").glob("custody.torn-*")
    assert aside.read_bytes() == b'{"action": "look'


def test_a_torn_line_in_a_finished_case_is_damage(case: CaseFolder) -> None:
    log = case.path / CUSTODY
    log.write_bytes(log.read_bytes()[:-20])
    assert ("custody", CUSTODY) in _told(case.path)


def test_a_mark_of_sealing_alone_hides_no_other_mail(case: CaseFolder) -> None:
    (case.path / bag.SEALING).write_bytes(b"")
    assert _told(case.path) == {(UNSEALED, ".")}
    _changed_mail(case.path)
    assert ("custody", "data/evidence/original.eml") in _told(case.path)
