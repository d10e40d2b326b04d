"""Archives whose directory is read here, format by format: names, sizes and locks. Nothing is unpacked.

The readers are the project's own. For RAR, rarfile (ISC) reads every header before it hands out the first, so that
nobody can stop it; py7zr and pycdlib are under the LGPL; for cabinets nothing in good health reads from memory. A
directory is a short table in each of the four, and the standard library has the packing (LZMA) that 7-Zip puts on it.
Each reader goes forward only, looks at MOST_ENTRIES entries at most, and raises what ``archives.DAMAGE`` names.
"""

from __future__ import annotations

from phishlab.classes import dataclass

MOST_ENTRIES = 20_000
"""Entries of a directory; each costs time before it is seen to be wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file of an archive. *data* is None where it was not unpacked; *locked*: behind a password.

    A locked one without a name stands for all of them: the directory itself is behind the password.
    """

    name: str
    size: int
    data: bytes | None = None
    locked: bool = False


HIDDEN = Member(name="", size=0, locked=True)
"""All members of an archive whose directory is behind a password too."""
