"""A case folder: made whole or not at all, opened, added to, sealed."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from phishlab.errors import EvidenceError
from phishlab.evidence import bag, custody, unfinished
from phishlab.evidence.archive import Archive
from phishlab.evidence.verify import Problem, verify
from phishlab.evidence.warc import stamp

FORMAT = 1
"""The number of the folder's format; it changes when an older phishlab could not read it."""

ORIGINAL = "data/evidence/original.eml"
SUBJECT = "data/evidence/subject.txt"
"""What was typed to be looked up, in a case without a mail."""
ANSWERS = "data/answers/answers.warc.gz"
CUSTODY = "data/custody.jsonl"
CASE = "data/case.json"
VISIT = "data/visit"

_UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""From a format to the next; each gets and gives back what ``case.json`` holds."""


class CaseFolder:
    """One case on disk. Everything that is evidence goes through here; nothing in it is ever overwritten."""

    def __init__(self, path: Path, info: dict[str, Any]) -> None:
        """Use ``create`` or ``open``."""
        self.path = path
        self._info = info
        self.answers = Archive(path / ANSWERS)

    @classmethod
    def create(cls, path: Path, original: bytes, info: Mapping[str, Any]) -> CaseFolder:
        """A new case around the mail *original*, kept byte for byte. Sealed when it comes back.

        With ``subject`` in *info* it is no mail but the text of what is looked up.

        *info* goes into ``case.json``: ``name``, ``level``, ``receiver``, ``phishlab``, ``libraries``,
        ``runs``, ``notes``, and ``opened_at``, a datetime or its text in ISO 8601, which must be there.
        Raises EvidenceError where *path* is taken or cannot be written, or *opened_at* is missing; nothing
        is left behind then.
        """
        opened = _time(info.get("opened_at"))
        if _taken(path):
            raise EvidenceError(f"{path} already holds something: choose another folder for the case")
        with _writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
            try:
                _fill(draft, original, {**info, "format": FORMAT, "opened_at": stamp(opened)}, opened)
                if path.is_dir():
                    path.rmdir()
                draft.replace(path)
            except BaseException:
                shutil.rmtree(draft, ignore_errors=True)
                raise
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> CaseFolder:
        """The case at *path*. Nothing is verified: see ``verify``. EvidenceError where it is no case."""
        try:
            info = json.loads((path / CASE).read_bytes())
            version = info["format"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EvidenceError(f"{path} is no case folder: it has no readable {CASE}") from error
        if not isinstance(version, int) or version > FORMAT:
            raise EvidenceError(
                f"{path} has format {version!r}, this phishlab reads up to {FORMAT}: update phishlab"
            )
        for number in range(version, FORMAT):
            info = _UPGRADES[number](info)
        return cls(path, info)

    @property
    def info(self) -> dict[str, Any]:
        """A copy of what ``case.json`` holds."""
        return dict(self._info)

    @property
    def visit_folder(self) -> Path:
        """Where the files of a page visit are kept; it exists."""
        folder = self.path / VISIT
        folder.mkdir(exist_ok=True)
        return folder

    @property
    def report_folder(self) -> Path:
        """Where reports are written: derived, outside the bag's payload; it exists."""
        folder = self.path / bag.DERIVED
        folder.mkdir(exist_ok=True)
        return folder

    def original(self) -> bytes:
        """The mail as it was received, or what was typed. EvidenceError where it cannot be read."""
        path = self.path / _original(self._info)
        try:
            return path.read_bytes()
        except OSError as error:
            raise EvidenceError(f"cannot read {path}: {error.strerror}") from error

    def update_info(self, **changes: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
        """Put *changes* into ``case.json``; datetimes become ISO 8601 in UTC."""
        told = _json({**self._info, **changes})
        with _writing(self.path):
            bag.replace(self.path / CASE, told)
        self._info = json.loads(told)

    def add_file(self, relative: str, content: bytes, *, replace: bool = False) -> Path:
        """Keep *content* under ``data/<relative>`` and hand back its path.

        Raises EvidenceError for a path that leaves ``data/`` or goes through a link, and for one that already
        holds other bytes, unless *replace* says that it may be made again. The original is never replaced.
        """
        name = f"{bag.PAYLOAD}/{relative}"
        target = self.path / name
        # A percent sign is legal in a bag, but bagit-python does not read the manifest line that it makes.
        odd = "%" in relative or not bag.stays_inside(relative)
        if odd or _linked(self.path, target) or target.is_dir():
            raise EvidenceError(f"no file can be kept under the name {relative!r}")
        if (
            target.exists()
            and target.read_bytes() != content
            and not (replace and name not in {ORIGINAL, SUBJECT})
        ):
            raise EvidenceError(f"{target} is already kept with other content")
        with _writing(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists() or replace:
                bag.replace(target, content)
        return target

    def log(
        self, action: str, why: str, *, when: datetime, who: str = "phishlab", item: str = ORIGINAL
    ) -> None:
        """Add a line to the custody log, with the digest of *item*, a path in the case, as it is now."""
        path = self.path / item
        with _writing(self.path):
            after = bag.digests(path)["sha256"] if path.is_file() else ""
            _append_custody(self.path, when=when, who=who, action=action, why=why, item=item, after=after)

    def custody(self) -> tuple[custody.Entry, ...]:
        """The custody log, oldest line first."""
        return tuple(custody.entries((self.path / CUSTODY).read_bytes()))

    @property
    def sealed(self) -> bool:
        """Whether the last seal was written to its end."""
        return not (self.path / bag.SEALING).exists()

    @contextmanager
    def changing(self, *, when: datetime | None = None) -> Iterator[None]:
        """The case is sealed when the block ends; killed within, it says itself that it was being sealed.

        *when* is written into the custody log; without it the latest time that the case knows.
        """
        with _writing(self.path), bag.sealing(self.path):
            yield
            sums = bag.sums(self.path)
            _note_seal(self.path, sums, when or self._latest())
            sums[CUSTODY] = bag.digests(self.path / CUSTODY)
            bag.seal(self.path, _bag_info(self._info), sums)

    def seal(self, *, when: datetime | None = None) -> None:
        """Write the bag's manifests over what the folder holds now, and say so in the custody log."""
        with self.changing(when=when):
            pass

    def tidy(self) -> None:
        """Clear away what a killed run left half written, so that the work can go on."""
        with _writing(self.path):
            unfinished.tidy(self.path)

    def begin_run(self, when: datetime) -> str:
        """A new run, in which every question is put anew; its number."""
        run = str(len(self._info.get("runs") or ["1"]) + 1)
        with self.changing(when=when):
            self.log("asked-again", f"every question is put anew, in run {run}", when=when)
            self.update_info(runs=[*(self._info.get("runs") or ["1"]), run], finished=False)
        return run

    def _latest(self) -> datetime:
        said = [datetime.fromisoformat(entry.when) for entry in self.custody()[-1:]]
        return max([*said, *(exchange.asked_at for exchange in self.answers.exchanges())])

    def verify(self) -> tuple[Problem, ...]:
        """What is not as it was sealed; empty where all is well."""
        return verify(self.path)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """What the disk refuses becomes one line that says where."""
    try:
        yield
    except OSError as error:
        raise EvidenceError(f"cannot write {path}: {error.strerror}") from error


def _fill(root: Path, original: bytes, info: Mapping[str, Any], opened: datetime) -> None:
    for folder in ("evidence", "answers", "visit"):
        (root / bag.PAYLOAD / folder).mkdir(parents=True)
    item = _original(info)
    (root / item).write_bytes(original)
    (root / item).chmod(0o444)
    (root / CASE).write_bytes(_json(info))
    _append_custody(
        root,
        when=opened,
        who="phishlab",
        action="opened",
        why="the mail was taken into a new case"
        if item == ORIGINAL
        else "a look-up was begun in a case of its own",
        item=item,
        after=sha256(original).hexdigest(),
    )
    sums = bag.sums(root)
    _note_seal(root, sums, opened)
    bag.seal(root, _bag_info(info), {**sums, CUSTODY: bag.digests(root / CUSTODY)})


def _original(info: Mapping[str, Any]) -> str:
    return SUBJECT if info.get("subject") else ORIGINAL


def _note_seal(root: Path, sums: Mapping[str, Mapping[str, str]], when: datetime) -> None:
    """One line in the custody log over what is sealed; none where it is what the last one was over."""
    log = (root / CUSTODY).read_bytes()
    sealed = {name: digests for name, digests in sums.items() if name != CUSTODY}
    after = sha256(bag.format_manifest(sealed, "sha256")).hexdigest()
    last = custody.last_seal(log)
    if last is None or last.after != after:
        why = "the manifests were written over the files of the case, this log apart"
        _append_custody(
            root,
            when=when,
            who="phishlab",
            action=custody.SEALED,
            why=why,
            item=custody.MANIFEST,
            after=after,
        )


def _append_custody(
    root: Path, *, when: datetime, who: str, action: str, why: str, item: str, after: str
) -> None:
    path = root / CUSTODY
    log = path.read_bytes() if path.exists() else b""
    entry = custody.following(log, when=stamp(when), who=who, action=action, why=why, item=item, after=after)
    with path.open("ab") as file:
        # A line that a killed run tore stays as it is; the next begins on a line of its own.
        file.write((b"" if log.endswith(b"\n") or not log else b"\n") + custody.format(entry))
        file.flush()
        os.fsync(file.fileno())


def _bag_info(info: Mapping[str, Any]) -> dict[str, str]:
    return {
        "Bag-Software-Agent": f"phishlab {info.get('phishlab', '')}".strip(),
        "Bagging-Date": str(info["opened_at"])[:10],
        "External-Identifier": str(info.get("name", "")) or "unnamed",
    }


def _json(info: Mapping[str, Any]) -> bytes:
    return json.dumps(info, ensure_ascii=False, indent=2, sort_keys=True, default=_plain).encode() + b"\n"


def _plain(value: object) -> str:
    return stamp(value) if isinstance(value, datetime) else str(value)


def _time(value: object) -> datetime:
    try:
        time = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError as error:
        raise EvidenceError("a case needs opened_at, a time in ISO 8601") from error
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time


def _taken(path: Path) -> bool:
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        return True
    return path.is_dir() and any(path.iterdir())


def _linked(root: Path, target: Path) -> bool:
    below = [target, *target.parents]
    return any(step.is_symlink() for step in below[: below.index(root)])
