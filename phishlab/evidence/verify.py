"""Whether a case is as it was sealed: manifests, custody log and answers, each against its digests.

Of a case whose work was stopped on the way, all that was sealed is held to the same; what came after the seal is
told of as ``unsealed``, each answer against its own digest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from phishlab.errors import EvidenceError
from phishlab.evidence import bag, custody, unfinished, warc

_CASE = unfinished.CASE
_ORIGINALS = {
    "data/evidence/original.eml": "is not the mail that the custody log began with",
    "data/evidence/subject.txt": "is not what the custody log says was looked up",
}
_CUSTODY = unfinished.CUSTODY
_ANSWERS = unfinished.ANSWERS
_BY_ITSELF = frozenset({"fetch", "link", "path", "custody", "answer", "removed"})
"""Kinds of problems that no manifest is needed for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that is not as it was sealed. *path* is relative to the case, *text* one English line.

    *kind*: ``no-case``, ``changed``, ``added``, ``removed``, ``tag-changed``, ``manifest``, ``path``,
    ``link``, ``fetch``, ``custody``, ``answer``, ``torn``; and ``unsealed``, of a case that can go on.
    """

    kind: str
    path: str
    text: str


UNSEALED = "unsealed"
"""The kind of what came after the last seal of a case that is not finished: no damage, and not yet proven."""


def verify(path: Path) -> tuple[Problem, ...]:
    """Every problem of the case at *path*; empty where all is well. Never raises for what a folder holds.

    A folder that someone changed and then sealed again, custody log included, passes: only a stamp from outside
    can tell that (``evidence.stamps``).
    """
    if not _plain(path / "bagit.txt"):
        return (Problem(kind="no-case", path=".", text="there is no bagit.txt: this is no case folder"),)
    checks = (_fetch, _links, _declaration, _tags, _payload, _custody, _last_seal, _answers)
    found: list[Problem] = []
    for check in checks:
        try:
            found += check(path)
        except OSError as error:
            found.append(
                Problem(
                    kind="manifest", path=str(error.filename or "."), text=f"cannot be read: {error.strerror}"
                )
            )
    return tuple(_excused(path, found))


def _excused(root: Path, found: list[Problem]) -> Iterator[Problem]:
    """The problems, with those named ``unsealed`` that a run leaves which was stopped on the way."""
    found = [_torn_log(root, problem) for problem in found]
    if unfinished.being_sealed(root):
        yield Problem(
            kind=UNSEALED, path=".", text="was being sealed when the work was stopped: go on with it"
        )
        # Half old and half new manifests prove nothing; what stands by itself is still held.
        yield from (problem for problem in found if problem.kind in {*_BY_ITSELF, UNSEALED})
    elif unfinished.going_on(root) and not any(problem.path == _CASE for problem in found):
        yield from (_since_the_seal(root, problem) for problem in found)
    else:
        yield from found


def _torn_log(root: Path, problem: Problem) -> Problem:
    """A last line of the log without its end is what a power cut leaves of a case that is being worked on."""
    if problem.path != _CUSTODY or not (unfinished.being_sealed(root) or unfinished.going_on(root)):
        return problem
    log = (root / _CUSTODY).read_bytes()
    torn = not log.endswith(b"\n") and problem.text == custody.no_entry(len(log.splitlines()))
    return Problem(kind=UNSEALED, path=problem.path, text=problem.text) if torn else problem


def _since_the_seal(root: Path, problem: Problem) -> Problem:
    if problem.kind == "torn" or (problem.kind == "added" and unfinished.may_grow(problem.path)):
        return Problem(kind=UNSEALED, path=problem.path, text=problem.text)
    if problem.kind == "changed":
        sealed = bag.parse_manifest((root / custody.MANIFEST).read_bytes()).get(problem.path, "")
        added = unfinished.grown(root, problem.path, sealed)
        return Problem(kind=UNSEALED, path=problem.path, text=added) if added else problem
    return problem


def require(path: Path) -> None:
    """Raise EvidenceError, with the first problem in its text, where the case is not as it was sealed.

    A case that was stopped on the way passes, as far as it was sealed.
    """
    problems = [problem for problem in verify(path) if problem.kind != UNSEALED]
    if problems:
        first = problems[0]
        raise EvidenceError(
            f"{path} is not as it was sealed: {first.path}: {first.text} ({len(problems)} in all)"
        )


def _fetch(root: Path) -> Iterator[Problem]:
    if (root / "fetch.txt").exists() or (root / "fetch.txt").is_symlink():
        yield Problem(
            kind="fetch", path="fetch.txt", text="asks that files be fetched from elsewhere, which is refused"
        )


def _links(root: Path) -> Iterator[Problem]:
    for name in [*bag.payload(root), *bag.tags(root)]:
        if not _plain(root / name):
            yield Problem(kind="link", path=name, text="is a link or a device, not a file")


def _plain(path: Path) -> bool:
    # A pipe would keep its reader waiting for ever.
    return path.is_file() and not path.is_symlink()


def _declaration(root: Path) -> Iterator[Problem]:
    if (root / "bagit.txt").read_bytes() != bag.DECLARATION:
        yield Problem(kind="tag-changed", path="bagit.txt", text="is not the declaration of a BagIt 1.0 bag")


def _tags(root: Path) -> Iterator[Problem]:
    known = {f"tagmanifest-{algorithm}.txt" for algorithm in bag.ALGORITHMS}
    for path in sorted(root.glob("tagmanifest-*")):
        if path.name not in known:
            yield Problem(kind="added", path=path.name, text="is no manifest that phishlab writes")
    present = {name for name in bag.tags(root) if _plain(root / name)}
    for problem in _compare(root, "tagmanifest", present):
        kind = "tag-changed" if problem.kind == "changed" else problem.kind
        yield Problem(kind=kind, path=problem.path, text=problem.text)


def _payload(root: Path) -> Iterator[Problem]:
    present = {name for name in bag.payload(root) if _plain(root / name)}
    yield from _compare(root, "manifest", present)


def _compare(root: Path, manifest: str, present: set[str]) -> Iterator[Problem]:
    """The files *present* against both manifests of that name; each file is told of once."""
    told: set[str] = set()
    for algorithm in bag.ALGORITHMS:
        path = root / f"{manifest}-{algorithm}.txt"
        if not _plain(path):
            yield Problem(kind="manifest", path=path.name, text="is missing")
            continue
        for problem in _against(root, bag.parse_manifest(path.read_bytes()), present, algorithm):
            if problem.path not in told:
                told.add(problem.path)
                yield problem


def _against(root: Path, entries: dict[str, str], present: set[str], algorithm: str) -> Iterator[Problem]:
    for name, digest in entries.items():
        if not digest:
            yield Problem(kind="manifest", path=name, text="is a line of a manifest that names no file")
        elif not bag.stays_inside(name):
            yield Problem(kind="path", path=name, text="is a path that leaves the case")
        elif name not in present:
            if not (root / name).is_symlink() and not (root / name).exists():
                yield Problem(kind="removed", path=name, text="was sealed and is gone")
        elif bag.digests(root / name)[algorithm] != digest:
            yield Problem(kind="changed", path=name, text="has other bytes than when it was sealed")
    for name in sorted(present - entries.keys()):
        yield Problem(kind="added", path=name, text="was not there when the case was sealed")


def _custody(root: Path) -> Iterator[Problem]:
    path = root / _CUSTODY
    if not _plain(path):
        yield Problem(kind="custody", path=_CUSTODY, text="is missing")
        return
    log = path.read_bytes()
    for fault in custody.faults(log):
        yield Problem(kind="custody", path=_CUSTODY, text=fault)
    for item, text in _ORIGINALS.items():
        said = [entry.after for entry in custody.entries(log) if entry.item == item]
        if said and _plain(root / item) and bag.digests(root / item)["sha256"] != said[0]:
            yield Problem(kind="custody", path=item, text=text)


def _last_seal(root: Path) -> Iterator[Problem]:
    """That the manifest is the one of which the custody log tells: new manifests alone seal nothing."""
    log, manifest = root / _CUSTODY, root / custody.MANIFEST
    if not _plain(log) or not _plain(manifest) or unfinished.being_sealed(root):
        return
    last = custody.last_seal(log.read_bytes())
    if last is None:
        yield Problem(kind="custody", path=_CUSTODY, text="does not say that the case was sealed")
    elif last.after != custody.manifest_digest(manifest.read_bytes(), _CUSTODY):
        yield Problem(
            kind="custody", path=custody.MANIFEST, text="is not the manifest that the custody log tells of"
        )


def _answers(root: Path) -> Iterator[Problem]:
    path = root / _ANSWERS
    if not _plain(path):
        return
    data, end = path.read_bytes(), 0
    for member in warc.members(data):
        end = member.end
        if not warc.intact(member.content):
            yield Problem(
                kind="answer", path=_ANSWERS, text=f"the record at byte {member.start} is not as it was kept"
            )
    if end < len(data):
        yield Problem(
            kind="torn", path=_ANSWERS, text=f"the last {len(data) - end} bytes are no whole record"
        )
