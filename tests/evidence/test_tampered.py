"""Each way to tamper with a sealed case is refused; bagit.py and warcio, which are not ours, are asked as well."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from phishlab import cli
from phishlab.evidence import bag, custody, warc
from phishlab.evidence.folder import CaseFolder
from phishlab.evidence.verify import verify
from tests.conftest import KAGOYA

BIN = Path(sys.executable).parent
ORIGINAL = "data/evidence/original.eml"
ANSWERS = "data/answers/answers.warc.gz"
LOG = "data/custody.jsonl"
CASE = "data/case.json"
PLANTED = "data/visit/planted.png"


def bagit_takes(root: Path) -> bool:
    """What ``bagit.py --validate`` says."""
    done = subprocess.run([BIN / "bagit.py", "--validate", root], capture_output=True, check=False)
    return done.returncode == 0


def warcio_takes(root: Path) -> bool:
    """What ``warcio check`` says of the answers."""
    done = subprocess.run([BIN / "warcio", "check", root / ANSWERS], capture_output=True, check=False)
    return done.returncode == 0


def _rewrite(root: Path, name: str, content: bytes) -> None:
    (root / name).chmod(0o644)
    (root / name).write_bytes(content)


def _members(root: Path) -> list[bytes]:
    """The records as they lie in the file, each packed."""
    data = (root / ANSWERS).read_bytes()
    return [data[member.start : member.end] for member in warc.members(data)]


def _manifests_anew(root: Path) -> None:
    """What a forger does who knows BagIt and not the custody log."""
    info = dict(
        line.split(": ", 1)
        for line in (root / "bag-info.txt").read_text("utf-8").splitlines()
        if not line.startswith("Payload-Oxum")
    )
    bag.seal(root, info, bag.sums(root))


def added_file(root: Path) -> None:
    (root / PLANTED).parent.mkdir(exist_ok=True)
    (root / PLANTED).write_bytes(b"\x89PNG")


def removed_answer(root: Path) -> None:
    _rewrite(root, ANSWERS, b"".join(_members(root)[:-1]))


def swapped_answers(root: Path) -> None:
    first, *between, last = _members(root)
    _rewrite(root, ANSWERS, b"".join([last, *between, first]))


def edited_log(root: Path) -> None:
    log = (root / LOG).read_bytes()
    _rewrite(root, LOG, log.replace(b'"who": "phishlab"', b'"who": "somebody"', 1))


def truncated_warc(root: Path) -> None:
    *whole, last = _members(root)
    _rewrite(root, ANSWERS, b"".join([*whole, last[: len(last) - len(last) // 3]]))


def changed_mail(root: Path) -> None:
    _rewrite(root, ORIGINAL, (root / ORIGINAL).read_bytes().replace(b"aica", b"eica", 1) + b"\r\n")


def changed_case(root: Path) -> None:
    _rewrite(root, CASE, (root / CASE).read_bytes().replace(b'"active"', b'"passive"'))


def manifests_without_log(root: Path) -> None:
    """A planted file, and manifests made anew over all there is: a valid bag."""
    added_file(root)
    _manifests_anew(root)


def changed_answer(root: Path) -> None:
    """Another body under the digests of the true one."""
    *others, last = _members(root)
    plain = gzip.decompress(last)
    at = len(plain) - 6
    _rewrite(
        root,
        ANSWERS,
        b"".join([*others, gzip.compress(plain[:at] + bytes([plain[at] ^ 1]) + plain[at + 1 :])]),
    )


def forged_answer(root: Path) -> None:
    """Another body, its digests made to match: the record's id is that of another answer."""
    *others, last = _members(root)
    plain = gzip.decompress(last)
    head, _, block = plain.removesuffix(b"\r\n\r\n").partition(b"\r\n\r\n")
    forged = block[:-1] + bytes([block[-1] ^ 1])
    told = head.replace(sha256(block).hexdigest().encode(), sha256(forged).hexdigest().encode())
    _rewrite(root, ANSWERS, b"".join([*others, gzip.compress(told + b"\r\n\r\n" + forged + b"\r\n\r\n")]))


def other_question(root: Path) -> None:
    """An answer given to another question."""
    *others, last = _members(root)
    head, end, block = gzip.decompress(last).partition(b"\r\n\r\n")
    told = head.replace(b"y.jp\r\n", b"z.jp\r\n").replace(b"sgogoj.com", b"sgogoj.net")
    _rewrite(root, ANSWERS, b"".join([*others, gzip.compress(told + end + block)]))


def fetched(root: Path) -> None:
    (root / "fetch.txt").write_text(f"https://a.example/x 4 {PLANTED}\n", encoding="utf-8")


@dataclass(frozen=True, kw_only=True)
class Tamper:
    """*kind* and *path* of the problem that is told; whether each of the two other tools takes the case."""

    change: Callable[[Path], None]
    kind: str
    path: str
    bagit: bool = False
    warcio: bool = True


SEVEN = (
    Tamper(change=added_file, kind="added", path=PLANTED),
    Tamper(change=removed_answer, kind="changed", path=ANSWERS),
    Tamper(change=swapped_answers, kind="changed", path=ANSWERS),
    Tamper(change=edited_log, kind="custody", path=LOG),
    # warcio reads a file that ends within a record as one that ends before it.
    Tamper(change=truncated_warc, kind="torn", path=ANSWERS),
    Tamper(change=changed_mail, kind="custody", path=ORIGINAL),
    Tamper(change=changed_case, kind="changed", path=CASE),
)
MORE = (
    Tamper(change=manifests_without_log, kind="custody", path="manifest-sha256.txt", bagit=True),
    Tamper(change=changed_answer, kind="answer", path=ANSWERS, warcio=False),
    Tamper(change=forged_answer, kind="answer", path=ANSWERS),
    Tamper(change=other_question, kind="answer", path=ANSWERS),
)


@pytest.fixture(params=["made here", "the article's"])
def sealed(request: pytest.FixtureRequest, case: CaseFolder, tmp_path: Path) -> Path:
    """A case with answers of every kind, and the one that is shipped."""
    if request.param == "made here":
        return case.path
    return Path(shutil.copytree(KAGOYA, tmp_path / "kagoya"))


def test_an_untouched_case_is_taken_by_all_three(sealed: Path) -> None:
    assert (verify(sealed), bagit_takes(sealed), warcio_takes(sealed)) == ((), True, True)


@pytest.mark.parametrize("tamper", [*SEVEN, *MORE], ids=lambda tamper: tamper.change.__name__)
def test_a_tampered_case_is_refused(sealed: Path, tamper: Tamper) -> None:
    tamper.change(sealed)
    told = {(problem.kind, problem.path) for problem in verify(sealed)}
    assert (tamper.kind, tamper.path) in told
    assert bagit_takes(sealed) is tamper.bagit
    assert warcio_takes(sealed) is tamper.warcio
    assert cli.main(["verify", str(sealed)]) == cli.NOT_AS_SEALED


@pytest.mark.parametrize("tamper", SEVEN, ids=lambda tamper: tamper.change.__name__)
def test_new_manifests_alone_make_no_tampering_good(case: CaseFolder, tamper: Tamper) -> None:
    """A bag that is valid again: the custody log still tells of another seal."""
    tamper.change(case.path)
    _manifests_anew(case.path)
    assert bagit_takes(case.path)
    told = {(problem.kind, problem.path) for problem in verify(case.path)}
    assert ("custody", "manifest-sha256.txt") in told or tamper.change is edited_log
    assert "custody" in {problem.kind for problem in verify(case.path)}


def test_a_bag_that_would_fetch_is_refused_though_bagit_takes_it(case: CaseFolder) -> None:
    fetched(case.path)
    added_file(case.path)
    _manifests_anew(case.path)
    assert bagit_takes(case.path)
    assert ("fetch", "fetch.txt") in {(problem.kind, problem.path) for problem in verify(case.path)}
    assert cli.main(["verify", str(case.path)]) == cli.NOT_AS_SEALED


def test_a_log_cut_back_to_before_the_seal_is_found(case: CaseFolder) -> None:
    lines = (case.path / LOG).read_bytes().splitlines(keepends=True)
    for count in range(len(lines)):
        (case.path / LOG).write_bytes(b"".join(lines[:count]))
        _manifests_anew(case.path)
        assert "custody" in {problem.kind for problem in verify(case.path)}, count


def test_what_the_log_says_of_a_seal_can_be_checked_with_two_commands(case: CaseFolder) -> None:
    last = custody.last_seal((case.path / LOG).read_bytes())
    assert last is not None
    done = subprocess.run(
        "grep -v '  data/custody.jsonl$' manifest-sha256.txt | sha256sum",
        shell=True, cwd=case.path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split()[0] == last.after
