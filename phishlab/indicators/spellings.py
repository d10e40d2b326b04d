"""Where a text names one of some mail addresses, however it spells it: what ``redaction`` hides.

In clear, as a return path names it (``victim=example.jp``), percent-encoded up to five times, in base64 at each
alignment, in hexadecimal, by ROT13, backwards, and as MD5, SHA-1 or SHA-256; also one inside the other. Nothing is
looked for address by address: the text is read once for each way to write, what could be encoded is decoded, and
every ``@`` is held against a table. So two hundred recipients cost no more than one.
"""

from __future__ import annotations

import hashlib
import re
from binascii import a2b_base64, b2a_base64
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import cache, lru_cache

from phishlab import patterns
from phishlab.classes import dataclass

STAND_IN = "example@example.or.jp"
"""Goes to a server in the recipient's place."""
MAX_PERCENT = 5
MAX_INSIDE = 3
DIGESTS: dict[int, Callable[[bytes], str]] = {
    32: lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
    40: lambda data: hashlib.sha1(data, usedforsecurity=False).hexdigest(),
    64: lambda data: hashlib.sha256(data).hexdigest(),
}
"""By how many hexadecimal digits they have."""
_MD5 = 32
"""How many hexadecimal digits the shortest digest has."""
_TELLING_LOCAL = 6
"""Digests of a name before the ``@`` count from this length on: that of ``info`` says nothing."""
_FEW_ESCAPES = 3
"""With more, every character was escaped, not only ``@`` and the like."""
_AT = patterns.late("[@＠]|=(?:40)?")
"""Between name and domain; ``=`` where bounces come back to: ``news+victim=example.jp@sender.example``."""
ESCAPES = patterns.late(r"%[0-9A-Fa-f]{2}(?:%[0-9A-Fa-f]{2})*")
"""That begins with a letter, not with a group: so it is looked for as fast as a letter is."""
_HEX_DIGEST = patterns.late(r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{32,64}(?![0-9A-Fa-f])")
_URL_SAFE = str.maketrans("-_", "+/")
# Base64 that holds an @, a %40, or eight bytes of ASCII from one of the four places where a group can begin. What
# does not match need not be decoded: most long names are only random letters.
_ASCII_GROUP = "[A-Za-f][A-HQ-Xg-nw-z0-3][ABEFIJMNQRUVYZcdghklopstwx014589][A-Za-z0-9+/]"
_HOLDS = patterns.late(
    rf"Q[A-P]|[EUk0][A-D]|[BFJNRVZdhlptx159]A"
    rf"|JTQw|[CSiy]U0M[A-P]|[AEIMQUYcgkosw048]lND[A-D]"
    rf"|\A.{{0,3}}(?:{_ASCII_GROUP}){{2}}"
)


@dataclass(frozen=True, slots=True)
class Spelling:
    """The address stands at *start* to *end*; *stand_in* is the other address, written the same way."""

    start: int
    end: int
    stand_in: str


def find(text: str, mailboxes: tuple[str, ...]) -> list[Spelling]:
    """Each place where *text* spells one of *mailboxes*, in order, none overlapping another."""
    return find_by(text, table(mailboxes))


def find_by(text: str, known: Table, *, packed: bool = True) -> list[Spelling]:
    """The same by a table made before; without *packed* only what stands in clear."""
    if not known.rights or not known.possible(text):
        return []
    kept: list[Spelling] = []
    for found in sorted(_all(text, known, 0, packed=packed), key=lambda found: (found.start, -found.end)):
        if not kept or found.start >= kept[-1].end:
            kept.append(found)
    return kept


class Table:
    """The mailboxes by what stands before and after their ``@``, each with what stands in for it."""

    def __init__(self, mailboxes: tuple[str, ...]) -> None:
        self.rights: dict[str, dict[str, str]] = {}
        self._digests: dict[int, dict[str, str]] = {}
        self._mailboxes = [mailbox for mailbox in mailboxes if 0 < mailbox.find("@") < len(mailbox) - 1]
        lower = [mailbox.lower() for mailbox in self._mailboxes]
        for write, stand_in in _WAYS:
            for mailbox in lower:
                left, _, right = write(mailbox).lower().rpartition("@")
                self.rights.setdefault(right, {})[left] = stand_in
        lefts = {left for lefts in self.rights.values() for left in lefts}
        self.right_lengths = sorted({len(right) for right in self.rights}, reverse=True)
        self.left_lengths = sorted({len(left) for left in lefts}, reverse=True)
        self.domains = self._domains()
        self.longest_domain = max(self.right_lengths, default=0) + len("40")
        self.last = frozenset(left[-1] for left in lefts if left)
        self.first = frozenset(right[0] for right in self.rights if right)
        self.shortest = shortest = min(map(len, self._mailboxes), default=len("a@b"))
        least = min(_MD5, max(4, shortest * 4 // 3 // 4 * 4))
        self.base64 = _base64_run(least)
        self.run, self.visible_run = b"a" * least, b"a" * min(_MD5, shortest)
        self.least_hexadecimal = min(_MD5, max(8, shortest * 2 // 8 * 8))
        self.digits_run = b"a" * self.least_hexadecimal
        self.hexadecimal = _hexadecimal_run(max(8, shortest * 2 // 8 * 8))

    def _domains(self) -> tuple[bytes, ...] | None:
        """What stands behind each ``@`` or ``=`` as bytes; None where a mailbox has more than visible ASCII."""
        every = "".join(self._mailboxes)
        if not every.isascii() or not every.isprintable() or " " in every:
            return None
        rights = [right.encode() for right in self.rights]
        return (*rights, *[b"40" + right for right in rights])

    def possible(self, text: str) -> bool:
        """Whether anything in *text* is worth a closer look."""
        if len(text) < self.shortest:
            return False
        if "@" in text or "%" in text or "＠" in text:
            return True
        return any(
            len(run[1]) >= self.least_hexadecimal or _holds_text(run) for run in self.base64.finditer(text)
        )

    def digest(self, digits: str) -> str | None:
        """The digest of the stand-in where *digits* are that of a mailbox."""
        if len(digits) not in DIGESTS:
            return None
        if len(digits) not in self._digests:
            self._digests[len(digits)] = self._digested(DIGESTS[len(digits)])
        return self._digests[len(digits)].get(digits.lower())

    def _digested(self, write: Callable[[bytes], str]) -> dict[str, str]:
        """Each mailbox by its digest; made only where a text holds one of that form."""
        whole, name = write(STAND_IN.encode()), write(STAND_IN.partition("@")[0].encode())
        found: dict[str, str] = {}
        for mailbox in self._mailboxes:
            for written in {mailbox, mailbox.lower()}:
                found[write(_utf8(written))] = whole
                local = written.rpartition("@")[0]
                if len(local) >= _TELLING_LOCAL:
                    found[write(_utf8(local))] = name
        return found


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


_AM, _NZ = "abcdefghijklm", "nopqrstuvwxyz"
_ROTATED = str.maketrans(_AM + _NZ + (_AM + _NZ).upper(), _NZ + _AM + (_NZ + _AM).upper())


def _rot13(text: str) -> str:
    return text.translate(_ROTATED)


def _backwards(text: str) -> str:
    return text[::-1]


def _bytewise(text: str) -> str:
    """The UTF-8 bytes as characters, as decoded base64 and hexadecimal are looked through."""
    return text if text.isascii() else _utf8(text).decode("latin-1")


# What stands for a mailbox as it is written goes in last: it counts where one is another's backwards.
_WAYS = tuple((write, write(STAND_IN)) for write in (_rot13, _backwards, _bytewise, str))


# Compiled once for each of a few lengths, not for each mail.
@cache
def _base64_run(least: int) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9])([A-Za-z0-9]{{{least},}})([+/_-]?)={{0,2}}")


@cache
def _hexadecimal_run(least: int) -> re.Pattern[str]:
    return re.compile(rf"[0-9A-Fa-f]{{{least},}}")


@lru_cache(maxsize=64)
def table(mailboxes: tuple[str, ...]) -> Table:
    """What to look for, made once for the mailboxes of a mail."""
    return Table(mailboxes)


def _all(text: str, known: Table, inside: int, *, packed: bool = True) -> Iterator[Spelling]:
    if "%" not in text:
        yield from _plain(text, known, inside, packed=packed)
        return
    view = _View(text)
    for times in range(MAX_PERCENT + 1):
        for found in _plain(view.text, known, inside, packed=packed):
            start, end = view.before(found.start), view.before(found.end)
            yield Spelling(start, end, _percent(found.stand_in, text[start:end], times))
        if not ESCAPES.search(view.text):
            return
        view = _unquoted(view)


def _plain(text: str, known: Table, inside: int, *, packed: bool) -> Iterator[Spelling]:
    yield from anchored(text, known)
    for run in known.base64.finditer(text) if packed else ():  # hexadecimal is written with the same letters
        yield from _in_hexadecimal(run, known)
        if inside < MAX_INSIDE and _holds_text(run):
            yield from _in_base64(run, known, inside + 1)


def anchored(text: str, known: Table) -> Iterator[Spelling]:
    """The places where *text* names a mailbox as it is, turned or in ROT13."""
    for anchor in _AT.finditer(text):
        at, after = anchor.span()
        if text[at - 1 : at].lower() not in known.last or text[after : after + 1].lower() not in known.first:
            continue
        for right_length in known.right_lengths:
            lefts = known.rights.get(text[after : after + right_length].lower())
            found = _left(text, at, lefts, known.left_lengths) if lefts else None
            if found:
                length, stand_in = found
                mark = anchor[0] if anchor[0].startswith("=") else "@"
                yield Spelling(at - length, after + right_length, stand_in.replace("@", mark))
                break


def _left(text: str, at: int, lefts: dict[str, str], lengths: list[int]) -> tuple[int, str] | None:
    for length in lengths:
        stand_in = lefts.get(text[at - length : at].lower()) if length <= at else None
        if stand_in:
            return length, stand_in
    return None


def _in_hexadecimal(letters: re.Match[str], known: Table) -> Iterator[Spelling]:
    """The address itself in hexadecimal, and its digests."""
    start, end = letters.span(1)
    text = letters.string
    if end - start < known.least_hexadecimal:
        return
    for run in known.hexadecimal.finditer(text, start, end):
        for skipped in (0, 1) if "40" in run[0] else ():
            yield from _in_bytes(run, skipped, known)
    for run in _HEX_DIGEST.finditer(text, start, end) if end - start >= _MD5 else ():
        stand_in = known.digest(run[0])
        if stand_in:
            yield Spelling(run.start(), run.end(), stand_in.upper() if run[0].isupper() else stand_in)


def _in_bytes(run: re.Match[str], skipped: int, known: Table) -> Iterator[Spelling]:
    digits = run[0][skipped:]
    data = bytes.fromhex(digits[: len(digits) // 2 * 2])
    if b"@" in data:
        for found in anchored(data.decode("latin-1"), known):
            at = run.start() + skipped
            stand_in = found.stand_in.encode().hex()
            stand_in = stand_in.upper() if run[0].isupper() else stand_in
            yield Spelling(at + 2 * found.start, at + 2 * found.end, stand_in)


def _holds_text(run: re.Match[str]) -> bool:
    return _HOLDS.search(run[1] + run[2].translate(_URL_SAFE)) is not None


def _in_base64(run: re.Match[str], known: Table, inside: int) -> Iterator[Spelling]:
    """At each of the four places where the first whole group of four letters can begin."""
    letters = run[1] + run[2].translate(_URL_SAFE)
    found = False
    for text in dict.fromkeys((run[1], letters)):  # a / behind may belong to it, or end a folder of a path
        for skipped in range(4):
            group = text[skipped:]
            whole = len(group) - (len(group) % 4 == 1)
            data = a2b_base64(group[:whole] + "=" * (-whole % 4))
            if b"@" in data or b"%40" in data or (data.isascii() and len(data) >= 8):
                for spelling in _all(data.decode("latin-1"), known, inside):
                    found = True
                    yield _repacked(run, skipped, data, spelling)
        if found:
            return


def _repacked(run: re.Match[str], skipped: int, data: bytes, found: Spelling) -> Spelling:
    """The letters that carry the address. All of the run: the stand-in takes its place. A part: one as long does."""
    padded = run[0].endswith("=")
    if not skipped and found.start == 0 and found.end == len(data):
        packed = b2a_base64(found.stand_in.encode(), newline=False).decode()
        end = run.end() if padded else run.end(1)
        return Spelling(run.start(), end, packed if padded else packed.rstrip("="))
    first, last = found.start // 3 * 3, min(len(data), -(-found.end // 3) * 3)
    as_long = _as_long(found.end - found.start)
    whole = data[first : found.start] + as_long.encode() + data[found.end : last]
    packed = b2a_base64(whole, newline=False).decode()
    at = run.start() + skipped
    start, end = at + first * 4 // 3, at - (-last * 4 // 3)
    kept = run.string[start:end]
    packed = packed.rstrip("=")
    packed = packed.translate(str.maketrans("+/", "-_")) if "-" in kept or "_" in kept else packed
    return Spelling(start, end, packed)


def _as_long(length: int) -> str:
    """A stand-in of *length* characters, so that what is packed behind it stays in step."""
    for domain in ("@example.or.jp", "@example.jp", "@e.jp"):
        if length > len(domain):
            return (STAND_IN.partition("@")[0] * length)[: length - len(domain)] + domain
    return "x" * length


def _percent(stand_in: str, original: str, times: int) -> str:
    """*stand_in* percent-encoded *times* over: its ``@`` alone, or every character, as *original* was."""
    if not times or "%" not in original:
        return stand_in
    mark = "%" + "25" * (times - 1)
    if original.count("%") > _FEW_ESCAPES:
        return "".join(f"{mark}{byte:02X}" for byte in stand_in.encode())
    return stand_in.replace("@", f"{mark}40").replace("=", f"{mark}3D")


@dataclass(frozen=True, slots=True)
class _View:
    """A text with its percent-encoding taken off: what begins at a mark stood at its origin in the one *below*."""

    text: str
    below: _View | None = None
    marks: tuple[int, ...] = ()
    origins: tuple[int, ...] = ()

    def before(self, at: int) -> int:
        """Where the character at *at* stood in the text as it came."""
        mark = bisect_right(self.marks, at) - 1
        at = at if mark < 0 else self.origins[mark] + at - self.marks[mark]
        return self.below.before(at) if self.below else at


def _unquoted(view: _View) -> _View:
    """*view* with one layer of percent-encoding less; bytes that are no UTF-8 stay apart from each other."""
    out: list[str] = []
    marks: list[int] = []
    origins: list[int] = []
    at = length = 0
    for run in ESCAPES.finditer(view.text):
        out.append(view.text[at : run.start()])
        length += run.start() - at
        at = run.start()
        for char in bytes.fromhex(run[0].replace("%", "")).decode("utf-8", "surrogateescape"):
            marks.append(length)
            origins.append(at)
            out.append(char)
            length += 1
            at += 3 * len(char.encode("utf-8", "surrogateescape"))
        marks.append(length)
        origins.append(at)
    return _View("".join([*out, view.text[at:]]), view, tuple(marks), tuple(origins))
