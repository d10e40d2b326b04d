"""Time stamps of a case (RFC 3161): each proves that the case was sealed as it is before the time that it names.

What is stamped is ``tagmanifest-sha256.txt``: it holds the digests of the manifests, and they those of every file. A
stamp lies beside the bag's own files, in no manifest, with copies of what it is over, so that it still proves
something when the case was asked again and sealed anew::

    stamps/20260117T093000Z-3f2a1b0c/
        tagmanifest-sha256.txt   as it was stamped
        manifest-sha256.txt      whose digest stands in that one
        request.tsq              what was asked
        response.tsr             what the authority answered
        answers.warc.gz          the exchange, where phishlab itself asked

Reading a response needs rfc3161-client (the extra ``stamp``); ``openssl ts`` reads it as well.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from phishlab.errors import EvidenceError, PhishlabError
from phishlab.evidence import bag, custody, tokens, unfinished
from phishlab.evidence.tokens import Certificates, Token
from phishlab.evidence.verify import Problem, require

STAMPED = "tagmanifest-sha256.txt"
_MANIFEST = custody.MANIFEST
REQUEST, RESPONSE, EXCHANGE = "request.tsq", "response.tsr", "answers.warc.gz"
_KNOWN = frozenset({STAMPED, _MANIFEST, REQUEST, RESPONSE, EXCHANGE})
_MAY_CHANGE = frozenset({unfinished.CASE})
"""What a later run writes anew by right: it notes there that it was begun and ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """One stamp of a case. *path* is its folder below the case; *token* what the authority signed.

    *trust*: ``trusted`` (its chain ends at an authority that was given, and its signature holds), ``untrusted`` (it
    does not, *why* says why) or ``unchecked`` (no authority was given). *current*: whether it is over the case as it
    is sealed now; else it is over an earlier seal.
    """

    path: str
    token: Token
    trust: str
    why: str
    current: bool


def request(root: Path) -> bytes:
    """A request for a stamp of the case as it is sealed now, DER. It holds a digest, and nothing else of the case.

    Raises EvidenceError where the case is not as it was sealed, MissingExtraError without rfc3161-client.
    """
    require(root)
    if unfinished.being_sealed(root) or unfinished.going_on(root):
        raise EvidenceError(f"{root} is not finished: go on with it first, then it can be stamped")
    return tokens.request((root / STAMPED).read_bytes())


def draft(root: Path) -> Path:
    """An empty folder in which the exchange with an authority is kept until its answer is."""
    (root / bag.STAMPS).mkdir(exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=".asking-", dir=root / bag.STAMPS))


def discard(place: Path) -> None:
    """Give a draft up: the authority gave no stamp."""
    shutil.rmtree(place, ignore_errors=True)


def keep(root: Path, response: bytes, request: bytes = b"", exchange: Path | None = None) -> str:
    """Keep an authority's *response* with what it is over; the stamp's folder below the case.

    *exchange* is the draft folder whose files come along. Raises EvidenceError for a response that grants nothing,
    or that is over something else than the case as it is sealed now; nothing is kept then.
    """
    stamped = (root / STAMPED).read_bytes()
    token = tokens.parse(response)
    if not token.covers(stamped):
        raise EvidenceError(f"the stamp is over something else than {root / STAMPED} as it is now")
    if request and tokens.nonce(request) not in (None, token.nonce):
        raise EvidenceError("the stamp answers another request: its nonce is not the one that was sent")
    name = f"{token.time:%Y%m%dT%H%M%SZ}-{sha256(response).hexdigest()[:8]}"
    folder = exchange or draft(root)
    try:
        files = {STAMPED: stamped, _MANIFEST: (root / _MANIFEST).read_bytes(), RESPONSE: response}
        for file, content in (files | ({REQUEST: request} if request else {})).items():
            bag.replace(folder / file, content)
        folder.chmod(0o755)
        target = root / bag.STAMPS / name
        if not target.exists():
            folder.replace(target)
    except OSError as error:
        raise EvidenceError(f"cannot write {root / bag.STAMPS}: {error.strerror}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return f"{bag.STAMPS}/{name}"


def check(root: Path, authorities: Certificates = ()) -> tuple[tuple[Stamp, ...], tuple[Problem, ...]]:
    """The stamps of the case, oldest first, and what is wrong with them. Nothing is asked; nothing raises.

    A stamp over an earlier seal is held against the case as it is now: the files of then have the digests of then,
    or were only added to.
    """
    found, problems = list[Stamp](), list[Problem]()
    for folder in _folders(root):
        path = f"{bag.STAMPS}/{folder.name}"
        try:
            stamp = _read(folder, path, (root / STAMPED).read_bytes(), authorities)
        except (EvidenceError, OSError) as error:
            problems.append(Problem(kind="stamp", path=path, text=_why(error)))
            continue
        found.append(stamp)
        problems += _faults(root, folder, stamp)
    problems += _strangers(root)
    return tuple(sorted(found, key=lambda one: (one.token.time, int(one.token.serial, 16)))), tuple(problems)


def _folders(root: Path) -> list[Path]:
    top = root / bag.STAMPS
    if not top.is_dir() or top.is_symlink():
        return []
    return sorted(path for path in top.iterdir() if path.is_dir() and not path.name.startswith("."))


def _read(folder: Path, path: str, current: bytes, authorities: Certificates) -> Stamp:
    stamped = (folder / STAMPED).read_bytes()
    token = tokens.parse((folder / RESPONSE).read_bytes())
    trust, why = tokens.judge(token, stamped, authorities)
    return Stamp(path=path, token=token, trust=trust, why=why, current=stamped == current)


def _why(error: Exception) -> str:
    return str(error) if isinstance(error, PhishlabError) else f"cannot be read: {type(error).__name__}"


def _faults(root: Path, folder: Path, stamp: Stamp) -> Iterator[Problem]:
    """Where what was stamped does not hold for the case as it is now."""
    stamped, manifest = (folder / STAMPED).read_bytes(), (folder / _MANIFEST).read_bytes()
    if not stamp.token.covers(stamped):
        yield Problem(kind="stamp", path=f"{stamp.path}/{STAMPED}", text="is not what the authority stamped")
        return
    if bag.parse_manifest(stamped).get(_MANIFEST) != sha256(manifest).hexdigest():
        yield Problem(kind="stamp", path=f"{stamp.path}/{_MANIFEST}", text="is not the manifest of then")
        return
    if stamp.trust == tokens.UNTRUSTED:
        yield Problem(kind="stamp", path=f"{stamp.path}/{RESPONSE}", text=stamp.why)
    for name, digest in bag.parse_manifest(manifest).items():
        if bag.stays_inside(name) and name not in _MAY_CHANGE and not _stands(root, name, digest):
            yield Problem(kind="stamp", path=name, text=f"is not as it was stamped ({stamp.path})")


def _stands(root: Path, name: str, digest: str) -> bool:
    path = root / name
    if not path.is_file() or path.is_symlink():
        return False
    return bag.digests(path)["sha256"] == digest or bool(unfinished.grown(root, name, digest))


def _strangers(root: Path) -> Iterator[Problem]:
    """Files among the stamps that are no part of one."""
    top = root / bag.STAMPS
    if top.is_symlink():
        yield Problem(kind="link", path=bag.STAMPS, text="is a link or a device, not a file")
        return
    for path in sorted(top.rglob("*")) if top.is_dir() else ():
        steps = path.relative_to(top).parts
        usual = len(steps) == 2 and steps[1] in _KNOWN and path.is_file() and not path.is_symlink()
        if not usual and not (len(steps) == 1 and path.is_dir() and not path.is_symlink()):
            name = path.relative_to(root).as_posix()
            yield Problem(kind="added", path=name, text="is no part of a stamp")
